"""The Python files of a code base: found in folders, each real file once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from . import codes

_SUFFIXES: Final = (".py", ".pyw")
_SKIPPED: Final = frozenset(
    "__pycache__ __pypackages__ node_modules site-packages venv env.bak venv.bak".split()
)
"""Folders of other people's code.  Those whose names begin with a dot are passed over, too."""

_VIRTUAL: Final = "pyvenv.cfg"
_SHEBANG: Final = b"#!"


class SourceFile(NamedTuple):
    """A file to read: as messages call it, and where it really is."""

    shown: str
    path: str


@dataclass(slots=True)
class Found:
    """What ``find`` gave: the files in order, and what could not be looked at."""

    files: list[SourceFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    missing: int = 0


def find(sources: Sequence[str], excluded: Sequence[str] = ()) -> Found:
    """The files of ``sources``, which are files or folders.

    A file that is named is taken whatever it is called; in folders those with a Python
    suffix, and scripts whose first line asks for Python.  Links are followed, loops are not;
    what matches one of ``excluded`` (a name, or a path with ``*``) is left out.
    """
    found = Found()
    seen: set[tuple[int, int]] = set()
    for source in sources:
        shown = os.path.normpath(source)
        try:
            mode = os.stat(shown)
        except (OSError, ValueError) as error:
            found.missing += 1
            reason = getattr(error, "strerror", None) or str(error)
            found.diagnostics.append(codes.NO_SOURCE.at(Span(shown), f"cannot read: {reason}"))
            continue
        if stat.S_ISDIR(mode.st_mode):
            _Walk(found, seen, excluded).run(shown)
        elif stat.S_ISREG(mode.st_mode):
            _add(found, seen, shown, mode)
        else:
            found.missing += 1
            found.diagnostics.append(codes.NO_SOURCE.at(Span(shown), "neither file nor folder"))
    found.files.sort()
    return found


def _add(found: Found, seen: set[tuple[int, int]], shown: str, status: os.stat_result) -> None:
    key = status.st_dev, status.st_ino
    if key not in seen:
        seen.add(key)
        found.files.append(SourceFile(shown, os.path.realpath(shown)))


class _Walk:
    """One folder and all below it; what links lead to comes last, so that real names win."""

    def __init__(self, found: Found, seen: set[tuple[int, int]], excluded: Sequence[str]) -> None:
        self.found = found
        self.seen = seen
        self.excluded = excluded
        self.links: list[str] = []

    def run(self, root: str) -> None:
        self._folders([root])
        while self.links:
            link = self.links.pop()
            try:
                status = os.stat(link)
            except OSError:
                continue  # leads nowhere, or to itself
            if stat.S_ISDIR(status.st_mode):
                self._folders([link])
            elif stat.S_ISREG(status.st_mode) and self._is_python(link):
                _add(self.found, self.seen, link, status)

    def _folders(self, waiting: list[str]) -> None:
        while waiting:
            folder = waiting.pop()
            try:
                status = os.stat(folder)
                if (status.st_dev, status.st_ino) in self.seen:
                    continue
                self.seen.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError as error:
                reason = error.strerror or str(error)
                problem = codes.NOT_READ.at(Span(folder), f"cannot read the folder: {reason}")
                self.found.diagnostics.append(problem)
                continue
            if all(entry.name != _VIRTUAL for entry in listed):
                waiting += self._entries(listed)

    def _entries(self, listed: Iterable[os.DirEntry[str]]) -> Iterator[str]:
        for entry in listed:
            path = entry.path.removeprefix(f".{os.sep}")
            if self._is_excluded(entry.name, path):
                continue
            try:
                if entry.is_symlink():
                    self.links.append(path)
                elif entry.is_dir():
                    if entry.name not in _SKIPPED and not entry.name.startswith("."):
                        yield path
                elif entry.is_file() and self._is_python(path):
                    _add(self.found, self.seen, path, entry.stat())
            except OSError:
                continue  # gone meanwhile

    def _is_excluded(self, name: str, path: str) -> bool:
        return any(fnmatch(name, each) or fnmatch(path, each) for each in self.excluded)

    def _is_python(self, path: str) -> bool:
        name = os.path.basename(path)
        if name.endswith(_SUFFIXES):
            return True
        if "." in name:
            return False
        try:
            with open(path, "rb") as file:
                first = file.readline(100)
        except OSError:
            return False
        return first.startswith(_SHEBANG) and b"python" in first
