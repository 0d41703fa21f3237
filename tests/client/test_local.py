"""Without a write key: a file of JSON lines."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def test_messages_are_lines_of_a_private_file(analytics: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "events.jsonl"
    analytics.configure(local=path)
    analytics.track("A", "u", None, {"text": "line\nbreak"})
    analytics.track("B", "u", None, {})
    assert analytics.flush()
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["A", "B"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    stats = analytics.stats()
    assert (stats.accepted, stats.stored, stats.delivered) == (2, 2, 0)


def test_the_file_is_bounded_and_rotated(
    analytics: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    analytics.configure(local=path)
    local = __import__("typewriter_client.delivery.local", fromlist=["x"])
    monkeypatch.setattr(local, "LIMIT", 2_000)
    for n in range(60):
        analytics.track("A", "u", None, {"n": n})
        assert analytics.flush()
    assert sorted(os.listdir(tmp_path)) == ["events.jsonl", "events.jsonl.1"]
    for file in tmp_path.iterdir():
        assert 0 < file.stat().st_size <= 2_000
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(path.read_text().splitlines()[-1])["properties"] == {"n": 59}


def test_a_file_that_cannot_be_written_is_a_reported_drop(analytics: Any, tmp_path: Path) -> None:
    drops: list[str] = []
    file = tmp_path / "a.jsonl"
    analytics.configure(local=file, on_drop=lambda message, reason: drops.append(reason))
    file.mkdir()
    analytics.track("A", "u", None, {})
    assert analytics.flush()
    assert drops == ["refused"]


def test_nothing_is_written_under_pytest(
    analytics: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    analytics.track("A", "u", None, {})
    assert analytics.flush()
    analytics.close()
    assert list(tmp_path.iterdir()) == []


def run(site: Path, state: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program outside of any test."""
    ours = ("PYTEST", "SEGMENT", "TYPEWRITER")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    clean.update(XDG_STATE_HOME=str(state), PYTHONPATH=str(site), **environment)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=clean,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )


def test_never_configured_it_is_useful_at_once(site: Path, tmp_path: Path) -> None:
    code = "import analytics\nfor n in range(3): analytics.track('A', 'u', None, {'n': n})"
    done = run(site, tmp_path, code)
    path = tmp_path / "typewriter" / "analytics.jsonl"
    said = "no write key (SEGMENT_WRITE_KEY is not set): analytics messages are written to"
    assert done.stderr == f"{said} {path} (see configure)\n"
    assert [json.loads(line)["properties"]["n"] for line in path.read_text().splitlines()] == [
        0,
        1,
        2,
    ]


def test_an_empty_key_in_the_environment_is_no_key(site: Path, tmp_path: Path) -> None:
    code = "import analytics\nanalytics.track('A', 'u', None, {})"
    done = run(site, tmp_path, code, SEGMENT_WRITE_KEY="")
    assert "no write key" in done.stderr


HOMELESS = """
import os, tempfile
os.environ.pop("HOME", None); os.environ["XDG_STATE_HOME"] = ""
os.path.expanduser = lambda path: path  # as for a uid that is not in passwd
tempfile.tempdir = os.environ["OURS"]
import analytics
analytics.track("A", "u", None, {})
analytics.flush()
print(analytics.stats().dropped)
"""


def test_who_has_no_home_gets_a_private_temporary_file(site: Path, tmp_path: Path) -> None:
    done = run(site, tmp_path, HOMELESS, OURS=str(tmp_path))
    folder = tmp_path / f"typewriter-{os.getuid()}"
    path = folder / "analytics.jsonl"
    assert f"analytics messages are written to {path}" in done.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["event"] == "A"


UNWRITABLE = """
import os, tempfile
tempfile.tempdir = os.environ["OURS"]
import analytics
for n in range(3):
    analytics.track("A", "u", None, {})
    analytics.flush()
print(analytics.stats())
"""


def test_so_does_who_cannot_write_at_home(site: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file, in which nobody can make a folder, whoever they are")
    done = run(site, home, UNWRITABLE, OURS=str(tmp_path))
    path = tmp_path / f"typewriter-{os.getuid()}" / "analytics.jsonl"
    said = "no write key (SEGMENT_WRITE_KEY is not set): analytics messages are written to"
    assert done.stderr == f"{said} {path} (see configure)\n"
    assert done.stdout.startswith("Stats(accepted=3, delivered=0, ")
    assert "stored=3" in done.stdout
    assert len(path.read_text().splitlines()) == 3


def test_where_nothing_can_be_written_the_missing_key_is_named(site: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    done = run(site, home, UNWRITABLE, OURS=str(home))
    assert (
        "dropped so far: 1 (refused: no write key (SEGMENT_WRITE_KEY is not set); " in done.stderr
    )
    assert "dropped={'refused': 3}" in done.stdout


@pytest.mark.parametrize("made", ["link", "open"])
def test_but_not_in_a_folder_of_somebody_else(site: Path, tmp_path: Path, made: str) -> None:
    folder = tmp_path / f"typewriter-{os.getuid()}"
    other = tmp_path / "other"
    other.mkdir()
    if made == "link":
        folder.symlink_to(other)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    done = run(site, tmp_path, HOMELESS, OURS=str(tmp_path))
    assert done.stdout == "{'refused': 1}\n"
    assert "other users own or can write" in done.stderr
    assert list(folder.iterdir()) == []
