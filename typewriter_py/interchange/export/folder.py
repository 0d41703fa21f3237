"""What has to change for a folder to hold an export: its own earlier files go, others stay."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...diagnostics import Diagnostic, Span
from ...output import Change, Comparison
from ...output.codes import NOT_A_FOLDER, NOT_WRITABLE
from ..rules import EXTENSION
from .codes import NOT_AN_EXPORT
from .json_schemas import INDEX

_OURS: Final = re.compile(r"(events/[^/\\]+|common|identify|group|page|screen)\.json")
"""Paths that an export writes, so that no index makes us remove anything else."""


def compare(folder: Path, files: Sequence[tuple[str, str]]) -> Comparison:
    """The changes that make ``folder`` hold ``files``.  Reads only.

    Files that the folder's index names are an earlier export's: they are replaced, or
    removed.  Anything else in the way is a diagnostic.
    """
    problem = _not_a_folder(folder)
    if problem:
        return Comparison(folder, diagnostics=(problem,))
    earlier = _earlier(folder)
    changes: list[Change] = []
    problems: list[Diagnostic] = []
    for path, text in files:
        old = _old(folder, path)
        if isinstance(old, Diagnostic):
            problems.append(old)
        elif old is not None and old != text and path not in earlier:
            message = "not written by typewriter, and in the way of the export"
            help = "move it away, or choose another folder with --out"
            problems.append(NOT_AN_EXPORT.at(Span(str(folder / path)), message, help=help))
        elif old != text:
            changes.append(Change(path, old, text))
    if problems:
        return Comparison(folder, diagnostics=tuple(problems))
    unchanged = len(files) - len(changes)
    for path in earlier - {path for path, _ in files}:
        old = _old(folder, path)
        if isinstance(old, str):
            changes.append(Change(path, old, None))
    return Comparison(folder, tuple(sorted(changes, key=lambda each: each.path)), unchanged)


def _not_a_folder(folder: Path) -> Diagnostic | None:
    for place in (folder, *folder.parents):
        if place.is_dir():
            return None
        if place.exists() or place.is_symlink():
            return NOT_A_FOLDER.at(Span(str(folder)), f"`{place}` is a file, not a folder")
    return None


def _old(folder: Path, path: str) -> str | Diagnostic | None:
    place = folder / path
    if place.is_symlink() or place.is_dir():
        what = "a symbolic link" if place.is_symlink() else "a folder"
        help = "move it away, or choose another folder with --out"
        return NOT_AN_EXPORT.at(
            Span(str(place)), f"{what} stands where a file has to be", help=help
        )
    try:
        return place.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return NOT_WRITABLE.at(Span(str(place)), f"cannot read it: {error.strerror}")


def _earlier(folder: Path) -> set[str]:
    """The paths that the folder's index names, it included; none if it is not one of ours."""
    text = _old(folder, INDEX)
    try:
        index: Any = json.loads(text) if isinstance(text, str) else None
        listed = [each["$ref"] for each in index.get("anyOf", [])]
        ours = index[EXTENSION]["plan"] is True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()
    return (
        {INDEX, *(p for p in listed if isinstance(p, str) and _OURS.fullmatch(p))}
        if ours
        else set()
    )
