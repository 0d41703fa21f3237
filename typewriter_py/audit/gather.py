"""The facts of many files: those that can matter are parsed, on all cores where it pays."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from . import codes, sdks
from .discover import SourceFile, Sources, generated_from, may_name, words_of
from .reader import read
from .summary import Facts, Interest, digest

HUGE: Final = 100_000_000
"""Bytes of a file that is not even read."""

WORTH_IT: Final = 3_000_000
"""Bytes to parse from which on another process is worth its start."""

_CHUNK: Final = 16
_HINT: Final = re.compile(rb"analytics|segment|rudder", re.IGNORECASE)
_CALLS: Final = frozenset(call.encode() for call in sdks.CALLS)
_IMPORTS: Final = frozenset(word.encode() for word in sdks.WORDS)


class Filter:
    """Says from the words of a file alone whether there can be anything in it."""

    def __init__(self, interest: Interest) -> None:
        last = {name.rpartition(".")[2] for name in interest.packages}
        wanted = interest.functions | last
        self.words = frozenset(word.encode() for word in wanted)
        self._telling = self.words | _IMPORTS
        self._any = self._telling | _CALLS
        self._foreign = not all(word.isascii() for word in wanted)

    def passes(self, data: bytes) -> bool:
        """Whether it is worth parsing.  Names beyond ASCII are spelled in several ways.

        What calls an SDK's client names the SDK, or something after it; a client from
        another file leads here later (``Gathered.expand``).
        """
        if (self._foreign and not data.isascii()) or b"\0" in data:
            return True
        met = self._any.intersection(words_of(data))
        return bool(met) and (bool(met & self._telling) or _HINT.search(data) is not None)


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
        wanted: dict[bytes, Sources] = {}
        every = Sources()
        for name, file in exported:
            for modules in (wanted.setdefault(name.encode(), Sources()), every):
                modules.add(file)
        new = {name for name in wanted if name not in self._words}
        promising: dict[str, bytes] = {}
        for path, data in self._contents.items():
            name = self.digests[path]
            if self.known[name] is not None or name in promising:
                continue
            starred = every.starred(path, data) or every.looked_up(data)
            if starred or may_name(path, data, new, wanted):
                promising[name] = data
        if promising:
            self.changed = True
            self.known.update(zip(promising, self._read_all(promising), strict=True))
        return bool(promising)

    def kept(self) -> dict[str, list[Any] | None]:
        """What is known of these files' contents, for a later run."""
        return {name: self.known[name] for name in self.digests.values()}


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
