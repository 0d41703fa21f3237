"""From facts to the report: what each use means, and which events are sent where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from ..diagnostics import Span
from . import sdks
from .facts import ALIASED, CALLED, HELD, OWN, REFERRED, RETURNED, TEXT, WORD, Facts, Use, steps
from .gather import Gathered
from .importers import stem
from .means import Meaning, Means
from .patterns import GAP
from .report import Planned, Raw, Report, Unknown
from .resolve import Resolver
from .senders import Named, Senders

_ROUNDS = 8
_CARRIED = frozenset(
    {Means.FUNCTION, Means.PACKAGE, Means.UNTYPED, Means.RAW, Means.SDK, Means.UNKNOWN}
)
"""What a file must be read for that imports it under another name."""


class Judge:
    """Judges the files of one code base; ``shown`` is how messages call each.

    With ``by_name``, no package is known, and whatever has a function's name is it.
    """

    def __init__(
        self,
        gathered: Gathered,
        resolver: Resolver,
        planned: Sequence[Planned],
        shown: Mapping[str, str],
        by_name: bool = False,
    ) -> None:
        self._gathered = gathered
        self._resolver = resolver
        self._planned = planned
        self._shown = shown
        self._senders = Senders(resolver)
        self._words = gathered.interest.functions | sdks.CALLS | {"__dict__"}
        self._words |= {name.rpartition(".")[2] for name in gathered.interest.packages}
        self._words |= sdks.WORDS
        self._passing: set[str] = set()
        self._mattering: dict[str, bool] = {}
        self._exported: set[tuple[str, str]] = set()
        self._sent: dict[str, dict[Span, None]] = {}
        self._raw: dict[Raw, None] = {}
        self._unknown: dict[Unknown, None] = {}
        self._likely: dict[tuple[str, Span], None] = {}
        self._named: dict[tuple[str, Span], None] = {}
        self._anywhere: dict[tuple[Span, str], None] = {}
        self._escaped = by_name

    def report(self) -> Report:
        """Reads on until nothing new leads to anything, then says what is sent."""
        for _ in range(_ROUNDS):
            new = {*self._newly_exported(), *self._learned()} - self._exported
            if not new:
                break
            self._exported |= new
            self._words |= {name for name, _ in new}
            self._passing |= {stem(file) for _, file in new}
            self._gathered.expand(new)
            self._resolver.forget()
            self._mattering.clear()
        for file, use, meaning in self._uses():
            self._note(file, use, meaning)
        return self._reported()

    # --- reading on ---

    def _files(self) -> list[tuple[str, Facts]]:
        return list(self._gathered.parsed())  # resolving may add to them

    def _uses(self) -> Iterator[tuple[str, Use, Meaning]]:
        for file, facts in self._files():
            for use in facts.uses:
                if self._matters(use.path):
                    for meaning in self._resolver.resolve(use.path, file):
                        yield file, use, meaning

    def _matters(self, path: str) -> bool:
        """Whether a path has a word that leads on; else its file need not even be read."""
        known = self._mattering.get(path)
        if known is None:
            names = steps(path)
            known = path[0] in (WORD, TEXT) or not self._words.isdisjoint(names)
            if GAP in path and not known:  # whatever such a module has
                known = path[0] == OWN or not self._passing.isdisjoint(names)
            self._mattering[path] = known
        return known

    def _newly_exported(self) -> Iterator[tuple[str, str]]:
        """Names under which a file passes on what matters: ``(name, file)``."""
        passed: dict[str | None, list[str]] = {}
        for name, file in self._exported:
            passed.setdefault(file, []).append(name)
        for file, facts in self._files():
            for name, targets in facts.exports.items():
                key = _last(name), file
                if key in self._exported:
                    continue
                paths = filter(self._matters, targets)
                meanings = (m for path in paths for m in self._resolver.resolve(path, file))
                if any(meaning.means in _CARRIED for meaning in meanings):
                    yield key
            for star in facts.stars:
                module = self._resolver.module(star, file)
                yield from ((name, file) for name in passed.get(module, ()))

    def _learned(self) -> Iterator[tuple[str, str]]:
        """Functions that pass an event's name on; who calls them is to be read, too."""
        for file, use, meaning in self._uses():
            facts = self._gathered.facts(file) if use.args else None
            if facts is not None and self._senders.learn(use, meaning, file, facts):
                yield _last(use.where), file

    # --- what is sent ---

    def _note(self, file: str, use: Use, meaning: Meaning) -> None:
        place = Span(self._shown.get(file, file), use.line, use.column, use.length)
        match meaning.means:
            case Means.FUNCTION:
                self._sent.setdefault(meaning.name, {})[place] = None
            case Means.LIKELY:
                self._likely[meaning.name, place] = None
            case Means.TEXT:
                self._named[meaning.name, place] = None
            case Means.UNKNOWN:
                self._unknown[Unknown(place, meaning.name)] = None
            case Means.PACKAGE:
                self._escaped |= use.kind in (REFERRED, RETURNED, HELD)
            case Means.ANY:
                self._anywhere[place, meaning.name] = None
            case Means.RAW | Means.UNTYPED | Means.OWN:
                self._note_raw(file, use, meaning, place)

    def _note_raw(self, file: str, use: Use, meaning: Meaning, place: Span) -> None:
        renamed = use.kind in (ALIASED, RETURNED, HELD)
        if renamed or (meaning.means is Means.OWN and use.kind != CALLED):
            return
        if meaning.means is Means.RAW and meaning.name != "track":
            self._raw[Raw(place, None, meaning.name)] = None
        for named in self._senders.events(use, meaning, file):
            passed = named.event is None and self._senders.passes_on(use, file)
            self._raw[Raw(place, named.event, passed=passed)] = None
            self._sent_raw(named, place)

    def _sent_raw(self, named: Named, place: Span) -> None:
        """An event that is sent round the plan is sent, all the same."""
        for each in self._planned:
            if each.event == named.event or (
                named.pattern and fnmatchcase(each.event, _literal(named.pattern))
            ):
                self._sent.setdefault(each.function, {})[place] = None

    def _reported(self) -> Report:
        functions = {each.function for each in self._planned}
        for place, pattern in self._anywhere:
            for function in functions:
                if fnmatchcase(function, _literal(pattern)):
                    self._sent.setdefault(function, {})[place] = None
        if self._escaped:
            for function, place in self._likely:
                self._sent.setdefault(function, {})[place] = None
            called = frozenset(self._sent)  # where there is a call, a mere name adds nothing
            for function, place in self._named:
                if function not in called:
                    self._sent.setdefault(function, {})[place] = None
        sent = {
            (each.event, each.function): tuple(sorted(_apart(self._sent.get(each.function, ()))))
            for each in self._planned
            if each.server or each.function in self._sent
        }
        return Report(
            sent,
            tuple(_known_events(self._raw)),
            tuple(sorted(self._unknown)),
            tuple(sorted(self._anywhere)),
        )


def _apart(places: Mapping[Span, None] | Sequence[Span]) -> list[Span]:
    """One span for each place: a call and the reference in it begin together."""
    found: dict[tuple[str, int, int], Span] = {}
    for place in places:
        found.setdefault((place.file, place.line, place.column), place)
    return list(found.values())


def _known_events(raw: Iterable[Raw]) -> list[Raw]:
    """In order; without those of no known event where another is known of the same place."""
    named = {(each.place.file, each.place.line, each.place.column) for each in raw if each.event}
    found = [each for each in raw if each.event or each.place[:3] not in named]
    return sorted(found, key=lambda each: (each.place, each.event or ""))


def _last(name: str) -> str:
    """The last name of an export or a function: ``send`` of ``Tracker.send()``."""
    return re.split(r"[./]", name.rstrip("()[]<"))[-1]


def _literal(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")
