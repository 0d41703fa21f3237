"""Where the configuration is: the nearest one upwards, as far as the project goes.

It can name a command to run (``token-command``) and templates, so that one which somebody has
put into a folder that all users share, such as ``/tmp``, must not be taken for the project's.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .. import disk
from .toml_spans import parse_toml


def find(start: Path) -> str | None:
    """The nearest configuration file from ``start`` upwards, relative to it.

    typewriter.toml comes before pyproject.toml (``rival`` finds the other), which only counts
    if it has the table (or mentions it but cannot be parsed: skipping it would hide the
    mistake).
    """
    alone = _repository(start) is None
    for folder in _folders(start):
        for name in ("typewriter.toml", "pyproject.toml"):
            file = folder / name
            if not file.is_file() or (alone and not _is_trusted(file, start)):
                continue
            if name == "typewriter.toml" or _mentions_us(file):
                return os.path.relpath(file, start)
    return None


_SKIPPED: Final = frozenset({"node_modules", "site-packages", "__pycache__"})


def below(start: Path) -> list[str]:
    """The configuration file of each folder below ``start`` that has one, relative to it.

    Other people's code is left out: hidden folders, virtual environments, node_modules, other
    repositories (submodules).  Links are not followed.
    """
    found: dict[Path, Path] = {}
    for file in map(Path, disk.below(start, _SKIPPED)):
        if file.name == "typewriter.toml" or (file.name == "pyproject.toml" and _mentions_us(file)):
            found[file.parent] = file  # typewriter.toml is the second of the two
    return [os.path.relpath(file, start) for file in found.values() if not _is_apart(file, start)]


def _is_apart(file: Path, start: Path) -> bool:
    """Whether a file is in another repository, or in a virtual environment."""
    folders = file.relative_to(start).parents
    return any(
        disk.is_repository(start / each) or (start / each / "pyvenv.cfg").exists()
        for each in folders
        if each != Path()
    )


def rival(file: str) -> str | None:
    """The pyproject.toml next to a typewriter.toml, if that has a configuration as well."""
    folder, name = os.path.split(file)
    other = os.path.join(folder, "pyproject.toml")
    return other if name == "typewriter.toml" and _mentions_us(Path(other)) else None


def searched(start: Path) -> str:
    """Where ``find`` looks, for a message: ``in /work/shop, or above it up to /work``."""
    *_, last = _folders(start)
    where = f"in {start}"
    return where if last == start else f"{where}, or above it up to {last}"


def _folders(start: Path) -> Iterator[Path]:
    """``start`` and the folders above it, up to the root of its repository.

    Without a repository up to the user's home, or as long as they belong to the same user.
    """
    root, owner, home = _repository(start), disk.owner(start), os.path.expanduser("~")
    for folder in (start, *start.parents):
        if root is None and disk.owner(folder) != owner:
            return
        yield folder
        if folder == root or (root is None and str(folder) == home):
            return


def _repository(start: Path) -> Path | None:
    """The root of the repository; one that a stranger has made around ``start`` is none."""
    root = disk.repository(start)
    return root if root and _is_trusted(root / ".git", start) else None


def _is_trusted(path: Path, start: Path) -> bool:
    """Whether a path belongs to the user, or to the owner of ``start``."""
    return disk.is_mine(path) or disk.owner(path) == disk.owner(start)


def _mentions_us(pyproject: Path) -> bool:
    try:
        text = disk.read(pyproject).decode("utf-8", "replace")
    except OSError:
        return False
    try:
        tool = parse_toml(text).get("tool", {}) if "typewriter" in text else {}
        return isinstance(tool, dict) and "typewriter" in tool
    except tomllib.TOMLDecodeError:
        return "tool.typewriter" in text
