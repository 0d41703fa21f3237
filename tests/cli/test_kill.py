from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rewriter import files

from typewriter_py.output import compare
from typewriter_py.output.write import apply

REWRITER = Path(__file__).with_name("rewriter.py")


def imports(folder: Path) -> bool:
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-I",
            "-c",
            f"import sys; sys.path[:0] = [{str(folder.parent)!r}]; import pkg",
        ],
        capture_output=True,
    )
    return done.returncode == 0


def interrupted(folder: Path, number: int, delay: float) -> None:
    writer = subprocess.Popen(
        [sys.executable, str(REWRITER), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert writer.stdout
    with writer.stdout:
        writer.stdout.readline()
        time.sleep(delay)
        writer.send_signal(number)
        writer.wait(10)


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_any_moment_every_file_is_whole_and_the_next_run_repairs(
    tmp_path: Path, seed: int
):
    folder = tmp_path / "pkg"
    interrupted(folder, signal.SIGKILL, random.Random(seed).uniform(0.005, 0.06))
    for path in folder.rglob("*.py"):
        if path.relative_to(folder).parts[0][0] != ".":  # what is staged may be cut short
            assert path.read_text().count("# padding\n") == 2000
    last = files(1_000_001)
    assert not apply(compare(folder, last))
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert left == {file.path for file in last}
    assert imports(folder)


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
@pytest.mark.parametrize("seed", range(6))
def test_interrupted_by_the_user_the_old_or_the_new_package_imports(tmp_path: Path, seed: int):
    folder = tmp_path / "pkg"
    assert not apply(compare(folder, files(0)))
    interrupted(folder, signal.SIGINT, random.Random(seed).uniform(0.005, 0.06))
    assert imports(folder)
