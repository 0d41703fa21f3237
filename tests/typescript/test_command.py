"""The command line with a target of another language: which files it owns, and which are stale."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import tools

CONFIG = """\
plan = "myapp.yaml"

[[targets]]
language = "python"
out = "server/analytics"

[[targets]]
language = "typescript"
out = "web/my-analytics"
"""


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product with a package in each language."""
    shutil.copy(tools.ROOT / "plans" / "myapp.yaml", tmp_path)
    (tmp_path / "typewriter.toml").write_text(CONFIG)
    assert _typewriter(tmp_path, "generate") == 0
    return tmp_path


def _typewriter(folder: Path, *arguments: str) -> int:
    return _run(folder, *arguments).returncode


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "typewriter_py", *arguments]
    return subprocess.run(
        command, cwd=folder, check=False, timeout=60, capture_output=True, text=True
    )


def test_one_run_writes_both_and_removes_what_is_ours_and_stale(product: Path) -> None:
    assert (product / "server" / "analytics" / "events.py").is_file()
    events = product / "web" / "my-analytics" / "events.ts"
    assert _typewriter(product, "generate", "--check") == 0
    (events.parent / "old.ts").write_text(events.read_text())
    (events.parent / "mine.ts").write_text("export const mine = 1;\n")
    assert _typewriter(product, "generate", "--check") == 1
    assert _typewriter(product, "generate") == 0
    assert not (events.parent / "old.ts").exists()
    assert (events.parent / "mine.ts").exists()


def test_a_file_that_was_not_generated_is_not_replaced(product: Path) -> None:
    events = product / "web" / "my-analytics" / "events.ts"
    events.write_text("export const mine = 1;\n")
    assert _typewriter(product, "generate") == 2
    assert events.read_text() == "export const mine = 1;\n"


def test_an_unknown_sdk_is_refused(product: Path) -> None:
    options = ("--plan", "myapp.yaml", "--target", "typescript", "--out", "x")
    assert _typewriter(product, "generate", *options, "--set", "sdk=other") == 2
    assert not (product / "x").exists()


def test_an_unknown_sdk_is_reported_at_its_location_in_the_configuration(product: Path) -> None:
    with (product / "typewriter.toml").open("a") as config:
        config.write('sdk = "analytics-nod"\n')
    done = _run(product, "generate")
    assert done.returncode == 2
    location, _, rest = done.stdout.partition(" ")
    assert location == "typewriter.toml:10:1:"
    assert rest.startswith('TW003 the setting sdk = "analytics-nod" is not a supported SDK')
    assert "did you mean `analytics-node`?" in rest
