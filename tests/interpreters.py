"""The Pythons of this machine, for tests of what runs on all of them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
"""Those that the generated package supports."""

MYPY = ("mypy", "pytest", "typing-extensions", "urllib3")
"""What mypy needs to check generated packages and the library on an older Python."""

VENVS = Path(__file__).parent.parent / ".cache" / "venvs"

_WHO = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"


def interpreter(version: str) -> Path:
    """The Python of that version (``3.9``).  Skips the test where there is none."""
    found = _find(version)
    if found is None:
        pytest.skip(f"no Python {version} on PATH or under pyenv")
    return found


def venv(version: str, *packages: str) -> Path:
    """The Python of a virtual environment with ``packages``, made once for all test runs.

    Skips the test where there is no such Python, or where the packages cannot be had.
    """
    base = interpreter(version)
    folder = VENVS / "-".join([f"python{version}", *packages])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = folder / "bin" / "python"
        if not (folder / "ready").exists():
            _make(base, folder, packages)
            (folder / "ready").touch()
    return python


@cache
def _find(version: str) -> Path | None:
    for candidate in _candidates(version):
        command = [candidate, "-I", "-c", _WHO]
        # A shim of pyenv answers with an error for a version that is not switched on, and
        # what it answers depends on the folder that it is called in.
        run = subprocess.run(command, capture_output=True, text=True, cwd=tempfile.gettempdir())
        if run.returncode == 0 and run.stdout.startswith(f"{version} "):
            return Path(run.stdout.split(maxsplit=1)[1].strip())
    return None


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        yield sys.executable
    for folder in _pyenv():
        for python in sorted(folder.glob(f"versions/{version}.*/bin/python{version}")):
            yield str(python)
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path


def _pyenv() -> Iterator[Path]:
    if "PYENV_ROOT" in os.environ:
        yield Path(os.environ["PYENV_ROOT"])
    yield Path.home() / ".pyenv"


def _make(base: Path, folder: Path, packages: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([str(base), "-m", "venv", str(folder)], check=True, capture_output=True)
    if packages:
        install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
        run = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            pytest.skip(f"pip could not install {', '.join(packages)}: {run.stderr[-200:]}")
