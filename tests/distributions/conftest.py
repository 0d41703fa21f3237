"""Both distributions, built once for all tests of a run."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .environments import DISTRIBUTED, NAMES, ROOT, RUNNING, Built, Environment, run

Shared = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture
def clean(tmp_path: Path) -> Environment:
    """For the Python that runs the tests."""
    return Environment.make(tmp_path / "environment", RUNNING)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Makes a folder once for all processes of the run."""

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        base = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            base = base.parent
        made = base / name
        with open(f"{made}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                unfinished = base / f"{name}.unfinished"
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(made)
        return made

    return folder


def _build(kind: str, source: Path, out: Path) -> Path:
    command = (sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", out)
    run(*command, cwd=source)
    (made,) = out.glob("*.tar.gz" if kind == "sdist" else "*.whl")
    return made


def _build_both(out: Path) -> None:
    """The wheel that the sdist builds, as an installer without a wheel would make it."""
    for name, source in zip(NAMES, (ROOT / "client", ROOT), strict=True):
        folder = out / name
        sdist = _build("sdist", source, folder / "sdist")
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        _build("wheel", folder / sdist.name.removesuffix(".tar.gz"), folder / "wheel")


@pytest.fixture(scope="session")
def built(shared: Shared) -> dict[str, Built]:
    """Both distributions by name.  Skips the test in an sdist of the tool, which has no client."""
    if not (ROOT / "client").is_dir():
        pytest.skip("needs the repository")
    folder = shared("built", _build_both)
    return {
        name: Built(*(folder / name).glob("sdist/*"), *(folder / name).glob("wheel/*"))
        for name in NAMES
    }


def _check_out(folder: Path) -> None:
    for name in DISTRIBUTED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    run("git", "init", "-q", "-b", "main", ".", cwd=folder)
    run("git", "add", "-A", cwd=folder)
    run("git", *identity, "commit", "-q", "-m", "all", cwd=folder)


@pytest.fixture(scope="session")
def checkout(shared: Shared) -> Path:
    """This repository as it is now, in git, in a folder with a space in its name."""
    if shutil.which("git") is None or not (ROOT / "client").is_dir():
        pytest.skip("needs git, and the repository")
    return shared("a checkout", _check_out)
