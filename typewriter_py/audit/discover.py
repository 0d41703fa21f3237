"""The files of a code base: which there are, which modules they are, who may import from whom."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from ..output import HEADER
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


def find(sources: Sequence[str], excluded: Sequence[str] = (), most: float = float("inf")) -> Found:
    """The files of ``sources``, which are files or folders.

    A file that is named is taken whatever it is called; in folders those with a Python
    suffix, and scripts whose first line asks for Python.  Links are followed, loops are not;
    what matches one of ``excluded`` (a name, or a path with ``*``) is left out.  No more than
    ``most`` folders are looked into.
    """
    found = Found()
    seen: set[tuple[int, int]] = set()
    for source in sources:
        shown = os.path.normpath(source)
        try:
            mode = os.stat(shown)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            found.diagnostics.append(codes.NO_SOURCE.at(Span(shown), f"cannot read: {reason}"))
            continue
        if stat.S_ISDIR(mode.st_mode):
            _Walk(found, seen, excluded, most).run(shown)
        elif stat.S_ISREG(mode.st_mode):
            _add(found, seen, shown, mode)
        else:
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

    def __init__(
        self, found: Found, seen: set[tuple[int, int]], excluded: Sequence[str], most: float
    ) -> None:
        self.found = found
        self.seen = seen
        self.excluded = excluded
        self.left = most
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
        while waiting and self.left > 0:
            folder = waiting.pop()
            self.left -= 1
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


# --- modules ---------------------------------------------------------------------------------

_FACE = "__init__.py"


class Modules:
    """The modules of ``files``, absolute paths: which file does an import name?

    Where the code will be installed, or what ``sys.path`` holds, is not known.  So a module's
    name may begin at any folder that is no package itself (has no ``__init__.py``), and of
    several such modules an import means the one nearest to it.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        self._folders: set[str] = set()
        self._tops: dict[str, list[str]] = {}
        self._packages: dict[str, bool] = {}
        for file in self.files:
            self._grow(os.path.dirname(file))
        for file in self.files:
            folder, name = os.path.split(file)
            stem, _ = os.path.splitext(name)
            if name != _FACE and not self._is_package(folder):
                self._tops.setdefault(stem, []).append(folder)
        for folder in self._folders:
            above, name = os.path.split(folder)
            if name and not self._is_package(above):
                self._tops.setdefault(name, []).append(above)

    def _grow(self, folder: str) -> None:
        while folder not in self._folders:
            self._folders.add(folder)
            folder = os.path.dirname(folder)

    def _is_package(self, folder: str) -> bool:
        known = self._packages.get(folder)
        if known is None:
            face = os.path.join(folder, _FACE)
            known = face in self.files or os.path.exists(face)
            self._packages[folder] = known
        return known

    def child(self, folder: str, name: str) -> str | None:
        """The module or folder called ``name`` in ``folder``."""
        place = os.path.join(folder, name)
        if place in self._folders and os.path.join(place, _FACE) in self.files:
            return place
        for suffix in (".py", ".pyw"):
            if place + suffix in self.files:
                return place + suffix
        return place if place in self._folders else None

    def face(self, place: str) -> str | None:
        """The file that a module or folder is, as a module; None for a namespace."""
        file = os.path.join(place, _FACE) if place in self._folders else place
        return file if file in self.files else None

    def find(self, parts: Sequence[str], importer: str) -> tuple[str, int] | None:
        """How far a dotted name leads: the module or folder, and how many parts it took."""
        best: tuple[int, int, int, str] | None = None
        for root in self._tops.get(parts[0], ()) if parts else ():
            place, taken = self.descend(root, parts)
            near = len(os.path.commonpath([root, importer]))
            rank = taken, near, -len(root)
            if taken and (best is None or (*rank, place) > best):
                best = *rank, place
        return (best[3], best[0]) if best else None

    def descend(self, place: str, parts: Sequence[str]) -> tuple[str, int]:
        """From a folder downwards, as far as the parts are modules."""
        taken = 0
        for part in parts:
            below = self.child(place, part)
            if below is None:
                break
            place, taken = below, taken + 1
        return place, taken

    def dotted(self, place: str) -> str:
        """The shortest name that a module may be imported by: up to the first non-package."""
        path = Path(place)
        names = [path.stem if path.suffix in (".py", ".pyw") else path.name]
        while self._is_package(str(path.parent)) and path.parent != path:
            path = path.parent
            names.append(path.name)
        return ".".join(reversed(names))


# --- generated packages ----------------------------------------------------------------------

_EVENTS: Final = "events.py"


@dataclass(frozen=True, slots=True)
class Packages:
    """The generated packages: the folders that are known, and the names of them all."""

    folders: frozenset[str]
    dotted: frozenset[str]

    @property
    def last(self) -> frozenset[str]:
        """The last parts of their names."""
        return frozenset(name.rpartition(".")[2] for name in self.dotted)

    def names(self, parts: Sequence[str]) -> int:
        """How many of ``parts`` name a package that has no known folder; 0: none do."""
        for length in range(1, len(parts) + 1):
            if ".".join(parts[:length]) in self.dotted:
                return length
        return 0

    def ends(self, folder: str, name: str) -> bool:
        """Whether ``name`` in a folder may be a package, judged by the folders above."""
        whole = [*folder.split(os.sep), name]
        return any(whole[-len(d.split(".")) :] == d.split(".") for d in self.dotted)


def generated_from(data: bytes) -> str | None:
    """The plan that a file's first line says it comes from; None if it is not generated."""
    first = data[:1000].partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
    if not first.startswith(HEADER):
        return None
    return first.removeprefix(HEADER).strip().removesuffix(". DO NOT EDIT.")


def detect(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The generated packages among absolute ``files``: folder, and plan's name."""
    there = frozenset(files)
    for file in there:
        folder, name = os.path.split(file)
        if name != _EVENTS or os.path.join(folder, _FACE) not in there:
            continue
        try:
            with open(file, "rb") as opened:
                plan = generated_from(opened.read(1000))
        except OSError:
            continue
        if plan is not None:
            yield folder, plan


def identify(modules: Modules, named: Sequence[str], folders: Sequence[str], plan: str) -> Packages:
    """The packages of one plan.

    ``named`` are dotted names; without any, ``folders`` are those of the configured targets;
    without these, packages in the code base that say they come from ``plan``.
    """
    detected = dict(detect(modules.files))
    places: set[str] = set()
    dotted = set(named)
    for name in named:
        parts = name.split(".")
        for folder in detected:
            if folder.split(os.sep)[-len(parts) :] == parts:
                places.add(folder)
        place, taken = modules.find(parts, os.sep) or ("", 0)
        if taken == len(parts):
            places.add(place)
    if not named:
        places = {os.path.realpath(folder) for folder in folders}
        places = places or {folder for folder, source in detected.items() if source == plan}
        dotted = {modules.dotted(folder) for folder in places}
    return Packages(frozenset(places), frozenset(dotted))


# --- who may import from whom ----------------------------------------------------------------

_WORDS: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F else 0x20 for byte in range(256)
)
_STAR: Final = re.compile(rb"from[\s.\\]+(?:\w+\s*\.\s*)*(\w*)[\s\\]*import[\s\\]*\(?\s*\*")
_LOOKUP: Final = re.compile(rb"getattr\(\s*(?:\w+\s*\.\s*)*(\w+)\s*,")
_RENAMED: Final = re.compile(rb" as (\w+)")
_NAME: Final = 80
"""Bytes in which a module's name ends."""

_FEW: Final = 4


def words_of(data: bytes) -> set[bytes]:
    """The words of a file, of letters, digits, underscores and whatever is beyond ASCII."""
    return set(data.translate(_WORDS).split())


def stem(file: str) -> str:
    """A module's own name, the last of its dotted one."""
    folder, name = os.path.split(file)
    alone = os.path.splitext(name)[0]
    return os.path.basename(folder) if alone == "__init__" else alone


@dataclass(slots=True)
class Sources:
    """Modules, and which files may import from one of them, as far as their text tells."""

    stems: set[bytes] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def add(self, file: str) -> None:
        """One more module."""
        self.folders.add(os.path.dirname(file))
        self.stems.add(stem(file).encode())

    def near(self, path: str, words: set[bytes]) -> bool:
        """Whether a file names one of the modules, or is in a package with one."""
        return not self.stems.isdisjoint(words) or self._beside(path)

    def starred(self, path: str, data: bytes) -> bool:
        """Whether it has a star from one of them."""
        return b"*" in data and any(
            star in self.stems or (not star and self._beside(path)) for star in _STAR.findall(data)
        )

    def looked_up(self, data: bytes) -> bool:
        """Whether it looks names up in one of them, as it is called there."""
        holders = set(_LOOKUP.findall(data)) if b"getattr" in data else set()
        if holders and not holders.isdisjoint(self.stems):
            return True
        for renamed in _RENAMED.finditer(data) if holders else ():
            before = data[max(0, renamed.start() - _NAME) : renamed.start()]
            words = before.translate(_WORDS).split()
            if renamed[1] in holders and words and words[-1] in self.stems:
                return True
        return False

    def _beside(self, path: str) -> bool:
        while path != (path := os.path.dirname(path)):
            if path in self.folders:
                return True
        return False


def may_name(path: str, data: bytes, names: set[bytes], modules: Mapping[bytes, Sources]) -> bool:
    """Whether a file has one of the names as a word, and may have it from its module."""
    if len(names) <= _FEW and not any(name in data for name in names):
        return False
    words = words_of(data)
    return any(modules[name].near(path, words) for name in names & words)
