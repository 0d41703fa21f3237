"""The facts of many files: those that can matter are parsed, on all cores if it pays off."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final

from .. import disk
from ..diagnostics import Diagnostic, Span
from . import codes, sdks
from .discover import SourceFile, Sources, generated_from, may_name, words_of
from .reader import read
from .summary import Facts, Interest, digest, is_sound

HUGE: Final = 96 << 20
"""Bytes; a larger file is not even read."""

WORTH_IT: Final = 3_000_000
"""Bytes to parse that make starting other processes worthwhile."""

_CHUNK: Final = 16
_HINT: Final = re.compile(rb"analytics|segment|rudder", re.IGNORECASE)
_CALLS: Final = frozenset(call.encode() for call in sdks.CALLS)
_IMPORTS: Final = frozenset(word.encode() for word in sdks.WORDS)


class Filter:
    """Tells from the words of a file alone whether it can contain anything of interest."""

    def __init__(self, interest: Interest) -> None:
        last = {name.rpartition(".")[2] for name in interest.packages}
        wanted = interest.functions | last
        self.words = frozenset(word.encode() for word in wanted)
        self._telling = self.words | _IMPORTS
        self._any = self._telling | _CALLS
        self._non_ascii = not all(word.isascii() for word in wanted)

    def passes(self, data: bytes) -> bool:
        """Whether it is worth parsing.  (Names beyond ASCII can be spelled in several ways.)

        A file that calls an SDK's client names the SDK, or something called after it; one that
        imports a client from another file is found later (``Gathered.expand``).
        """
        if (self._non_ascii and not data.isascii()) or b"\0" in data:
            return True
        met = self._any.intersection(words_of(data))
        return bool(met) and (bool(met & self._telling) or _HINT.search(data) is not None)


@dataclass(slots=True)
class Gathered:
    """The files of a code base, and what is known about them so far.

    ``known`` maps the digest of a content to its facts, None if it contains nothing of interest;
    it may come from an earlier run with the same interest.  ``workers`` is how many processes
    may parse, None for all cores.
    """

    interest: Interest
    known: dict[str, list[Any] | None] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    changed: bool = False
    workers: int | None = None
    _filter: Filter = field(init=False)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _facts: dict[str, Facts] = field(default_factory=dict)
    _checked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._filter = Filter(self.interest)

    def add(self, files: Iterable[SourceFile]) -> None:
        """Reads files, and parses those that may contain something of interest."""
        promising: dict[str, bytes] = {}
        for file in files:
            data = self._read(file)
            if data is None or generated_from(data) is not None:
                continue  # unreadable, or the package itself, whose use is looked for elsewhere
            name = digest(data)
            self.digests[file.path] = name
            if name not in self.known or not self._is_sound(name):
                self.changed = True
                self._checked.add(name)
                self.known[name] = None
                if self._filter.passes(data):
                    promising[name] = data
            if self.known[name] is None:
                self._contents[file.path] = data
        self._parse(promising)

    def _is_sound(self, name: str) -> bool:
        """Whether what is known of a content can be relied on: a cache may contain anything."""
        if name not in self._checked:
            self._checked.add(name)
            return self.known[name] is None or is_sound(self.known[name])
        return True

    def _read(self, file: SourceFile) -> bytes | None:
        try:
            return disk.read(file.path, most=HUGE)
        except OSError as error:
            message = f"cannot read: {error.strerror or error}"
            self.diagnostics.append(codes.NOT_READ.at(Span(file.shown), message))
        return None

    def _parse(self, contents: Mapping[str, bytes]) -> None:
        every = list(contents.values())
        count = min(self.workers or os.cpu_count() or 1, len(every))
        if count > 1 and sum(map(len, every)) > WORTH_IT:
            facts = _in_processes(every, self.interest, count)
        else:
            facts = _chunk(every, self.interest)
        self.known.update(zip(contents, facts, strict=True))

    def parsed(self) -> Iterator[tuple[str, Facts]]:
        """The files that contain something of interest, with their facts."""
        for path, name in self.digests.items():
            if self.known.get(name) is not None:
                facts = self.facts(path)
                if facts is not None:
                    yield path, facts

    def facts(self, path: str) -> Facts | None:
        """A file's facts, even if it did not seem to contain anything of interest."""
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

        A file that imports a name contains it, or a star, and the module's name, unless both
        are in one package.
        """
        wanted: dict[bytes, Sources] = {}
        every = Sources()
        for name, file in exported:
            for modules in (wanted.setdefault(name.encode(errors="replace"), Sources()), every):
                modules.add(file)
        new = {name for name in wanted if name not in self._filter.words}
        promising: dict[str, bytes] = {}
        for path, data in self._contents.items():
            name = self.digests[path]
            if self.known[name] is not None or name in promising:
                continue
            starred = every.starred(path, data) or every.looked_up(data)
            if starred or may_name(path, data, new, wanted):
                promising[name] = data
        self.changed |= bool(promising)
        self._parse(promising)
        return bool(promising)

    def kept(self) -> dict[str, list[Any] | None]:
        """What is known about these files' contents, for a later run."""
        return {name: self.known[name] for name in self.digests.values()}


# --- other processes ---


def _chunk(contents: Sequence[bytes], interest: Interest) -> list[list[Any]]:
    return [read(data, interest).data() for data in contents]


def _in_processes(contents: Sequence[bytes], interest: Interest, count: int) -> list[list[Any]]:
    """Reads on several cores; on one if the system does not allow more processes."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    chunks = [contents[at : at + _CHUNK] for at in range(0, len(contents), _CHUNK)]
    try:
        with ProcessPoolExecutor(count) as pool:
            results = pool.map(_chunk, chunks, repeat(interest))
            return [facts for result in results for facts in result]
    except (OSError, BrokenProcessPool):
        return _chunk(contents, interest)
