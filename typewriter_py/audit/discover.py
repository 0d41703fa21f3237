"""The files of a code base: which ones there are, which modules they are, what they may import."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, NamedTuple

from .. import disk
from ..diagnostics import Code, Diagnostic, Severity, Span
from ..output import HEADER
from . import codes

_SUFFIXES: Final = (".py", ".pyw")
_SKIPPED: Final = frozenset(
    "__pycache__ __pypackages__ node_modules site-packages venv env.bak venv.bak".split()
)
"""Folders of other people's code.  Those whose names begin with a dot are skipped too."""

_VIRTUAL: Final = "pyvenv.cfg"
_SHEBANG: Final = b"#!"


class SourceFile(NamedTuple):
    """A file to read: its name in messages, and its real path."""

    shown: str
    path: str


@dataclass(slots=True)
class Found:
    """The result of ``find``: the files in order, and what could not be read."""

    files: list[SourceFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def find(sources: Sequence[str], excluded: Sequence[str] = (), most: float = float("inf")) -> Found:
    """The files of ``sources``, which are files or folders.

    A file that is given is read whatever its name is; in folders, files with a Python suffix,
    and scripts whose first line asks for Python.  Links are followed, but not in circles, nor out
    of the repository that a source is in; what matches one of ``excluded`` (a name, or a path
    with ``*``) is left out.  At most ``most`` folders are searched.
    """
    walk = _Walk(excluded)
    for source in sources:
        walk.run(os.path.normpath(source), most)
    walk.found.files.sort()
    return walk.found


class _Walk:
    """Files, and folders with everything below them; targets of links come last, so that real
    names win."""

    def __init__(self, excluded: Sequence[str]) -> None:
        self.found = Found()
        self.excluded = excluded
        self.seen: set[tuple[int, int]] = set()
        self.links: list[str] = []
        self.root: Path | None = None

    def run(self, source: str, most: float) -> None:
        try:
            status = os.stat(source)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._report(codes.NO_SOURCE, source, f"cannot read: {reason}")
            return
        self.left = most
        self.root = disk.repository(source)
        if stat.S_ISDIR(status.st_mode):
            self._folders([source])
            self._links()
        elif stat.S_ISREG(status.st_mode):
            self._add(source, status)
        else:
            self._report(codes.NO_SOURCE, source, "neither a file nor a folder")

    def _report(self, code: Code, path: str, message: str) -> None:
        self.found.diagnostics.append(code.at(Span(path), message))

    def _add(self, path: str, status: os.stat_result) -> None:
        key = status.st_dev, status.st_ino
        if key not in self.seen:
            self.seen.add(key)
            self.found.files.append(SourceFile(path, os.path.realpath(path)))

    def _links(self) -> None:
        while self.links:
            link = self.links.pop()
            if self.root and disk.leads_out(link, self.root):
                message = "a link that leads out of the repository, so it is not followed"
                found = codes.NOT_READ.graded(Severity.INFO).at(Span(link), message)
                self.found.diagnostics.append(found)
                continue
            try:
                status = os.stat(link)
            except OSError:
                continue  # a dangling link, or a loop
            if stat.S_ISDIR(status.st_mode):
                self._folders([link])
            elif stat.S_ISREG(status.st_mode) and self._is_python(link):
                self._add(link, status)

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
                message = f"cannot read the folder: {error.strerror or error}"
                self._report(codes.NOT_READ, folder, message)
                continue
            if all(entry.name != _VIRTUAL for entry in listed):
                waiting += self._entries(listed)

    def _entries(self, listed: Iterable[os.DirEntry[str]]) -> Iterator[str]:
        for entry in listed:
            path = entry.path.removeprefix(f".{os.sep}")
            if any(fnmatch(entry.name, each) or fnmatch(path, each) for each in self.excluded):
                continue
            try:
                if entry.is_symlink():
                    self.links.append(path)
                elif entry.is_dir():
                    if entry.name not in _SKIPPED and not entry.name.startswith("."):
                        yield path
                elif not entry.is_file():
                    if path.endswith(_SUFFIXES):
                        self._report(codes.NOT_READ, path, "cannot read: it is not a file")
                elif self._is_python(path):
                    self._add(path, entry.stat())
            except OSError:
                continue  # deleted meanwhile

    def _is_python(self, path: str) -> bool:
        name = os.path.basename(path)
        if "." in name:
            return name.endswith(_SUFFIXES)
        try:
            first = disk.beginning(path, 100).partition(b"\n")[0]
        except OSError:
            return False
        return first.startswith(_SHEBANG) and b"python" in first


# --- modules ---------------------------------------------------------------------------------

_INIT = "__init__.py"


class Modules:
    """The modules of ``files``, absolute paths: which file does an import name?

    Where the code will be installed, or what ``sys.path`` contains, is not known.  So a module's
    name may begin at any folder that is not a package itself (has no ``__init__.py``), and if
    there are several such modules, an import means the nearest one.
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
            if name != _INIT and not self._is_package(folder):
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
        if folder not in self._packages:
            init = os.path.join(folder, _INIT)
            self._packages[folder] = init in self.files or os.path.exists(init)
        return self._packages[folder]

    def child(self, folder: str, name: str) -> str | None:
        """The module or folder called ``name`` in ``folder``."""
        path = os.path.join(folder, name)
        if path in self._folders and os.path.join(path, _INIT) in self.files:
            return path
        for suffix in _SUFFIXES:
            if path + suffix in self.files:
                return path + suffix
        return path if path in self._folders else None

    def file(self, path: str) -> str | None:
        """The file of a module or package; None for a namespace package."""
        file = os.path.join(path, _INIT) if path in self._folders else path
        return file if file in self.files else None

    def find(self, parts: Sequence[str], importer: str) -> tuple[str, int] | None:
        """How far a dotted name leads: the module or folder, and how many parts it took."""
        candidates = []
        for root in self._tops.get(parts[0], ()) if parts else ():
            path, taken = self.descend(root, parts)
            near = len(os.path.commonpath([root, importer]))
            candidates.append((taken, near, -len(root), path))
        taken, _, _, path = max(candidates, default=(0, 0, 0, ""))
        return (path, taken) if taken else None

    def descend(self, path: str, parts: Sequence[str]) -> tuple[str, int]:
        """From a folder downwards, as far as the parts are modules."""
        taken = 0
        for part in parts:
            below = self.child(path, part)
            if below is None:
                break
            path, taken = below, taken + 1
        return path, taken

    def dotted(self, module: str) -> str:
        """The shortest name that a module may be imported by: up to the first non-package."""
        path = Path(module)
        names = [path.stem if path.suffix in _SUFFIXES else path.name]
        while self._is_package(str(path.parent)) and path.parent != path:
            path = path.parent
            names.append(path.name)
        return ".".join(reversed(names))


# --- generated packages ----------------------------------------------------------------------

_EVENTS: Final = "events.py"


@dataclass(frozen=True, slots=True)
class Packages:
    """The generated packages: the known folders, and the names of all of them."""

    folders: frozenset[str]
    dotted: frozenset[str]

    @property
    def last(self) -> frozenset[str]:
        """The last parts of their names."""
        return frozenset(name.rpartition(".")[2] for name in self.dotted)

    def names(self, parts: Sequence[str]) -> int:
        """How many of ``parts`` name a package that has no known folder; 0 if none do."""
        lengths = range(1, len(parts) + 1)
        return next((n for n in lengths if ".".join(parts[:n]) in self.dotted), 0)

    def ends(self, folder: str, name: str) -> bool:
        """Whether ``name`` in a folder may be a package, according to the folders above it."""
        whole = [*folder.split(os.sep), name]
        return any(whole[-len(d.split(".")) :] == d.split(".") for d in self.dotted)


def generated_from(data: bytes) -> str | None:
    """The plan that a file was generated from, according to its first line; None if it was not."""
    first = data[:1000].partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
    if not first.startswith(HEADER):
        return None
    return first.removeprefix(HEADER).strip().removesuffix(". DO NOT EDIT.")


def detect(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The generated packages among absolute ``files``: folder, and plan's name."""
    there = frozenset(files)
    for file in there:
        folder, name = os.path.split(file)
        if name != _EVENTS or os.path.join(folder, _INIT) not in there:
            continue
        try:
            plan = generated_from(disk.beginning(file, 1000))
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
    found: set[str] = set()
    for name in named:
        parts = name.split(".")
        found |= {each for each in detected if each.split(os.sep)[-len(parts) :] == parts}
        path, taken = modules.find(parts, os.sep) or ("", 0)
        if taken == len(parts):
            found.add(path)
    if named:
        return Packages(frozenset(found), frozenset(named))
    found = {os.path.realpath(folder) for folder in folders}
    found = found or {folder for folder, source in detected.items() if source == plan}
    return Packages(frozenset(found), frozenset(map(modules.dotted, found)))


# --- what may import from what ----------------------------------------------------------------

_WORDS: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F else 0x20 for byte in range(256)
)
_STAR: Final = re.compile(rb"from[\s.\\]+(?:\w+\s*\.\s*)*(\w*)[\s\\]*import[\s\\]*\(?\s*\*")
_LOOKUP: Final = re.compile(rb"getattr\(\s*(?:\w+\s*\.\s*)*(\w+)\s*,")
_RENAMED: Final = re.compile(rb" as (\w+)")
_NAME: Final = 80
"""Bytes before ``as`` that are searched for a module's name."""

_FEW: Final = 4


def words_of(data: bytes) -> set[bytes]:
    """The words of a file: letters, digits, underscores and anything beyond ASCII."""
    return set(data.translate(_WORDS).split())


def stem(file: str) -> str:
    """A module's own name, the last part of its dotted one."""
    folder, name = os.path.split(file)
    alone = os.path.splitext(name)[0]
    return os.path.basename(folder) if alone == "__init__" else alone


@dataclass(slots=True)
class Sources:
    """Modules, and which files may import from one of them, judging by the text alone."""

    stems: set[bytes] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def add(self, file: str) -> None:
        """One more module."""
        self.folders.add(os.path.dirname(file))
        self.stems.add(stem(file).encode())

    def near(self, path: str, words: set[bytes]) -> bool:
        """Whether a file names one of the modules, or is in a package with one."""
        return not self.stems.isdisjoint(words) or self._is_in_package(path)

    def starred(self, path: str, data: bytes) -> bool:
        """Whether it has a star import from one of them."""
        return b"*" in data and any(
            star in self.stems or (not star and self._is_in_package(path))
            for star in _STAR.findall(data)
        )

    def looked_up(self, data: bytes) -> bool:
        """Whether it looks up names in one of them with ``getattr``."""
        holders = set(_LOOKUP.findall(data)) if b"getattr" in data else set()
        if not holders.isdisjoint(self.stems):
            return True
        for renamed in _RENAMED.finditer(data) if holders else ():
            before = data[max(0, renamed.start() - _NAME) : renamed.start()]
            words = before.translate(_WORDS).split()
            if renamed[1] in holders and words and words[-1] in self.stems:
                return True
        return False

    def _is_in_package(self, path: str) -> bool:
        while path != (path := os.path.dirname(path)):
            if path in self.folders:
                return True
        return False


def may_name(path: str, data: bytes, names: set[bytes], modules: Mapping[bytes, Sources]) -> bool:
    """Whether a file contains one of the names as a word, and may have it from its module."""
    if len(names) <= _FEW and not any(name in data for name in names):
        return False
    words = words_of(data)
    return any(modules[name].near(path, words) for name in names & words)
