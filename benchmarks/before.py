"""The generator as it was before the client became a library, to be compared with today's.

It is taken from this repository's history and installed into its own environment.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .ours import PACKAGE, generate
from .process import Cost

COMMIT: Final = "08d70a4"
ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = "before"
"""The folder for its packages, next to today's."""


class AbsentError(Exception):
    """It is not available here; the text says why."""


@dataclass(frozen=True, slots=True)
class Before:
    """The earlier generator: its program and its files."""

    program: Path
    source: Path

    def generate(self, folder: Path, limit: float, plan: Path | str = "plan.yaml") -> Cost:
        """The same as ``ours.generate``, into a folder next to today's package."""
        out = f"{FOLDER}/{PACKAGE}"
        return generate(folder, limit, program=self.program, out=out, plan=plan)


def installed(cache: Path) -> Before:
    """The generator of ``COMMIT``, installed once.  Raises AbsentError if that is impossible."""
    home = cache / f"before-{COMMIT}"
    found = Before(home / "venv" / "bin" / "typewriter", home / "source")
    if found.program.exists():
        return found
    archive = _archive()
    print(f"Installing typewriter-py of {COMMIT} …", file=sys.stderr)
    shutil.rmtree(home, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(found.source, filter="data")
    try:
        _call([sys.executable, "-m", "venv", str(home / "venv")])
        pip = [str(home / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _call([*pip, str(found.source)])
    except subprocess.CalledProcessError as error:
        said = (error.stdout or b"").decode(errors="replace").strip()
        raise AbsentError(f"it could not be installed: {said[-300:]}") from error
    return found


def _archive() -> bytes:
    """The files of the commit as a tar archive."""
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", COMMIT]
    try:
        if not (ROOT / ".git").exists():
            raise AbsentError("this is not a clone, so there is no history")
        return _call(command)
    except FileNotFoundError as error:
        raise AbsentError("git is not installed") from error
    except subprocess.CalledProcessError as error:
        raise AbsentError(f"commit {COMMIT} is not in this clone") from error


def _call(command: list[str]) -> bytes:
    """The output of a command; on failure, the error has it."""
    done = subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout
