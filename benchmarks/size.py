"""Sizes: files and lines of a generated package, lines of our own code."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .before import ROOT

FOLDERS: Final = ("typewriter_py", "templates", "client")
_CODE: Final = re.compile(r"(py|jinja|ts)$")


@dataclass(frozen=True, slots=True)
class Size:
    """A package's files besides ``py.typed``, their lines, and the lines of ``_rules.py``."""

    files: int
    lines: int
    rules: int
    bytes: int


def package(folder: Path) -> Size:
    """The size of the package generated into ``folder``."""
    names = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != "py.typed" and "__pycache__" not in path.parts
    ]
    lines = {path.name: _lines(path) for path in names if path.parent == folder}
    return Size(
        files=len(names),
        lines=sum(map(_lines, names)),
        rules=lines.get("_rules.py", 0),
        bytes=sum(path.stat().st_size for path in names),
    )


def code() -> int | None:
    """Lines of the tool, its templates and the client, in files tracked by git.

    The same as ``git ls-files typewriter_py templates client | grep -E '(py|jinja|ts)$' |
    xargs cat | wc -l``; None if this is not a clone.
    """
    if not (ROOT / ".git").exists():
        return None
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *FOLDERS]
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return None
    files = (ROOT / name for name in listed.split("\0") if _CODE.search(name))
    return sum(_lines(file) for file in files if file.is_file())


def code_of(source: Path) -> int:
    """The same for a folder that contains exactly the files of a commit."""
    files = (file for name in FOLDERS for file in (source / name).rglob("*"))
    return sum(_lines(file) for file in files if file.is_file() and _CODE.search(file.name))


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")
