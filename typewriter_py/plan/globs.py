"""Patterns of ``glob``, as includes have them, on a disk and in a revision of a repository."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from .. import disk


def matching(pattern: str, folder: Path) -> list[str]:
    """The paths, relative to ``folder``, that a pattern matches; with ``**``, files alone.

    ``**`` does not follow links to folders: one that leads to the root of the disk would be
    followed through all of it.
    """
    steps = os.path.normpath(pattern).split(os.sep)
    if "**" not in steps:
        return glob.glob(pattern, root_dir=folder)
    known = next(number for number, step in enumerate(steps) if glob.has_magic(step))
    start, steps = os.path.join(*steps[:known], ""), steps[known:]
    hidden = any(step.startswith(".") for step in steps)
    found = disk.below(folder / start, hidden=hidden)
    paths = (os.path.relpath(each, folder / start) for each in found)
    return [start + path for path in paths if fits(path.split(os.sep), steps)]


def fits(names: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether a path matches a pattern, step by step; ``*`` and ``**`` skip hidden names."""
    if not names or not steps:
        return not names and not steps
    first, rest = steps[0], steps[1:]
    if first == "**":
        if rest[:1] == ["**"]:
            return fits(names, rest)
        visible = not names[0].startswith(".")
        here = bool(rest) and fits(names, rest)
        return here or (visible and (fits(names[1:], steps) or not (names[1:] or rest)))
    return _is_named(names[0], first) and fits(names[1:], rest)


def _is_named(name: str, step: str) -> bool:
    if not glob.has_magic(step):
        return name == step
    hidden = name.startswith(".") and not step.startswith(".")
    return not hidden and fnmatchcase(name, step)
