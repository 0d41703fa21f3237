"""The project around one file of ``rudder-cli``: what the file refers to is in others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ...diagnostics import Diagnostic, has_errors
from ...plan.document import Document
from ...plan.files import read_text
from ..rules import RuleSet
from . import codes
from .rudderstack import rules_of_file

_LEVELS: Final = 3
"""Folders above that of the file in which its project may begin."""

_MOST: Final = 2_000
"""YAML files that are looked at."""

_MARK: Final = b"rudder/"
_HEAD: Final = 4_096
_SUFFIXES: Final = (".yaml", ".yml")
_NOT_OURS: Final = ("node_modules", "venv", "vendor")


def read_around(
    main: Document, name: str, read: Callable[[str, str], Document]
) -> tuple[RuleSet | None, tuple[Diagnostic, ...], dict[str, str]]:
    """The rules of the plan in ``main``, with what it refers to from the files around it.

    Then the texts of those files by name.  ``read`` makes a document of a name and a text.
    """
    texts: dict[str, str] = {}
    rules, said = rules_of_file(main, [], name)
    for files in around(main.file):
        contents = {file: read_text(Path(file), file) for file in files}
        texts = {file: text for file, text in contents.items() if isinstance(text, str)}
        others = [read(file, text) for file, text in texts.items()]
        broken = tuple(each for other in others for each in other.diagnostics)
        rules, said = rules_of_file(main, others, name)
        said = (*broken, *said)
        if not any(each.kind is codes.UNRESOLVED for each in said):
            break
    return None if has_errors(said) else rules, said, texts


def around(path: str) -> Iterator[list[str]]:
    """The other files of the project, as far as each folder around ``path`` has them.

    From its own folder outwards: the first that has all that is referred to is the project.
    Not beyond a repository.
    """
    folder = os.path.dirname(path) or os.curdir
    own = os.path.abspath(path)
    for _ in range(_LEVELS):
        found = [file for file in _files(folder) if os.path.abspath(file) != own]
        if len(found) > _MOST:
            return
        yield found
        if os.path.exists(os.path.join(folder, ".git")) or os.path.ismount(folder):
            return
        folder = os.path.normpath(os.path.join(folder, os.pardir))


def _files(folder: str) -> Iterator[str]:
    """Files that say what they are in their first lines; hidden folders are left out."""
    seen = 0
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(n for n in inner if not n.startswith(".") and n not in _NOT_OURS)
        for name in sorted(names):
            if not name.endswith(_SUFFIXES) or name.startswith("."):
                continue
            seen += 1
            file = os.path.join(place, name)
            if seen > _MOST:
                return
            if _is_marked(Path(file)):
                yield os.path.normpath(file)


def _is_marked(file: Path) -> bool:
    try:
        with open(file, "rb") as stream:
            return _MARK in stream.read(_HEAD)
    except OSError:
        return False
