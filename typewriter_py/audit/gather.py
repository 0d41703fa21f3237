"""The facts of many files: those that can matter are parsed, on all cores where it pays."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from . import codes, sdks
from .facts import Facts
from .packages import generated_from
from .reader import Interest, read
from .walk import SourceFile

HUGE: Final = 100_000_000
"""Bytes of a file that is not even read."""

WORTH_IT: Final = 3_000_000
"""Bytes to parse from which on another process is worth its start."""

_CHUNK: Final = 16
_FEW: Final = 4
_WORDS: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F else 0x20 for byte in range(256)
)
_STAR: Final = re.compile(rb"import\s*\(?\s*\*")
_ALWAYS: Final = sdks.WORDS | {"track", "identify"}


def digest(data: bytes) -> str:
    """What a file's content is known by."""
    return blake2b(data, digest_size=16).hexdigest()


@dataclass(slots=True)
class Filter:
    """Says from the words of a file alone whether there can be anything in it."""

    interest: Interest
    words: frozenset[bytes] = field(init=False)
    foreign: bool = field(init=False)

    def __post_init__(self) -> None:
        last = {name.rpartition(".")[2] for name in self.interest.packages}
        wanted = self.interest.functions | last | _ALWAYS
        self.words = frozenset(word.encode() for word in wanted)
        self.foreign = not all(word.isascii() for word in wanted)

    def passes(self, data: bytes) -> bool:
        """Whether it is worth parsing.  Names beyond ASCII are spelled in several ways."""
        if (self.foreign and not data.isascii()) or b"\0" in data:
            return True
        return not self.words.isdisjoint(data.translate(_WORDS).split())


@dataclass(slots=True)
class Gathered:
    """The files of a code base, and what is known of them so far.

    ``known`` maps the digest of a content to its facts, None where there is nothing in it;
    it may come from an earlier run with the same interest.  ``workers`` is how many processes
    may parse, None for all cores.
    """

    interest: Interest
    known: dict[str, list[Any] | None] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    changed: bool = False
    workers: int | None = None
    _words: frozenset[bytes] = frozenset()
    _contents: dict[str, bytes] = field(default_factory=dict)
    _facts: dict[str, Facts] = field(default_factory=dict)

    def add(self, files: Iterable[SourceFile]) -> None:
        """Reads files, and parses those in which there may be something."""
        filter = Filter(self.interest)
        self._words = filter.words
        promising: dict[str, bytes] = {}
        for file in files:
            data = self._read(file)
            if data is None:
                continue
            if generated_from(data) is not None:
                continue  # the package itself: what it does is what is looked for elsewhere
            name = digest(data)
            self.digests[file.path] = name
            if name not in self.known:
                self.changed = True
                self.known[name] = None
                if filter.passes(data):
                    promising[name] = data
            if self.known[name] is None:
                self._contents[file.path] = data
        self.known.update(zip(promising, self._read_all(promising), strict=True))

    def _read(self, file: SourceFile) -> bytes | None:
        try:
            with open(file.path, "rb") as opened:
                data = opened.read(HUGE + 1)
        except OSError as error:
            reason = error.strerror or str(error)
            self.diagnostics.append(codes.NOT_READ.at(Span(file.shown), f"cannot read: {reason}"))
            return None
        if len(data) > HUGE:
            message = f"more than {HUGE // 1_000_000} MB"
            self.diagnostics.append(codes.NOT_READ.at(Span(file.shown), message))
            return None
        return data

    def _read_all(self, contents: Mapping[str, bytes]) -> Iterable[list[Any]]:
        size = sum(map(len, contents.values()))
        count = min(self.workers or os.cpu_count() or 1, len(contents))
        if count > 1 and size > WORTH_IT:
            return _in_processes(list(contents.values()), self.interest, count)
        return [read(data, self.interest).data() for data in contents.values()]

    def parsed(self) -> Iterator[tuple[str, Facts]]:
        """The files in which there is something, with their facts."""
        for path, name in self.digests.items():
            if self.known.get(name) is not None:
                facts = self.facts(path)
                if facts is not None:
                    yield path, facts

    def facts(self, path: str) -> Facts | None:
        """A file's facts, also of one in which there seemed to be nothing."""
        if path in self._facts:
            return self._facts[path]
        name = self.digests.get(path)
        if name is None:
            return None
        data = self.known.get(name)
        if data is None:
            data = self.known[name] = read(self._contents[path], self.interest).data()
            self.changed = True
        self._facts[path] = Facts.of(data)
        return self._facts[path]

    def expand(self, exported: Iterable[tuple[str, str]]) -> bool:
        """Parses files that may import ``(name, file)``; whether there were any.

        Whoever imports a name writes it, or a star, and the module's name, unless both are
        in one package.
        """
        wanted: dict[bytes, list[tuple[bytes, str]]] = {}
        for name, file in exported:
            module = _stem(file).encode(), os.path.dirname(file) + os.sep
            wanted.setdefault(name.encode(), []).append(module)
        new = {name for name in wanted if name not in self._words}
        promising: dict[str, bytes] = {}
        for path, data in self._contents.items():
            name = self.digests[path]
            if self.known[name] is None and name not in promising:
                names: Iterable[bytes] = wanted if _STAR.search(data) else _named(data, new)
                if any(_is_near(path, data, wanted[each]) for each in names):
                    promising[name] = data
        if promising:
            self.changed = True
            self.known.update(zip(promising, self._read_all(promising), strict=True))
        return bool(promising)

    def kept(self) -> dict[str, list[Any] | None]:
        """What is known of these files' contents, for a later run."""
        return {name: self.known[name] for name in self.digests.values()}


def _stem(file: str) -> str:
    folder, name = os.path.split(file)
    stem = os.path.splitext(name)[0]
    return os.path.basename(folder) if stem == "__init__" else stem


def _named(data: bytes, names: set[bytes]) -> Iterable[bytes]:
    """Which of ``names`` are words of a file: one by one, or if there are many all at once."""
    if len(names) <= _FEW:
        return [name for name in names if name in data]
    return names.intersection(data.translate(_WORDS).split())


def _is_near(path: str, data: bytes, modules: Iterable[tuple[bytes, str]]) -> bool:
    return any(stem in data or path.startswith(folder) for stem, folder in modules)


# --- other processes ---

_interest: Interest


def _start(interest: Interest) -> None:
    global _interest
    _interest = interest


def _chunk(contents: Sequence[bytes]) -> list[list[Any]]:
    return [read(data, _interest).data() for data in contents]


def _in_processes(contents: Sequence[bytes], interest: Interest, count: int) -> Iterable[list[Any]]:
    """Reads on several cores; on one where the system does not allow more processes."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    chunks = [contents[at : at + _CHUNK] for at in range(0, len(contents), _CHUNK)]
    try:
        with ProcessPoolExecutor(count, initializer=_start, initargs=(interest,)) as pool:
            return [facts for results in pool.map(_chunk, chunks) for facts in results]
    except (OSError, BrokenProcessPool):
        return [read(data, interest).data() for data in contents]
