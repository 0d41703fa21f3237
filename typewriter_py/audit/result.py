"""From facts to the report: what each use means, and which events are sent where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..diagnostics import Span
from ..plan.queries import matches
from . import sdks
from . import summary as s
from .discover import stem
from .expressions import GAP
from .gather import Gathered
from .report import Planned, Raw, Report, Unknown
from .resolve import BY_NAME, Meaning, Means, Resolver

_RECEIVERS = ("self", "cls")


class Named(NamedTuple):
    """An event as a raw call names it: by a constant, or (``event`` None) not here."""

    event: str | None
    pattern: str = ""


@dataclass(slots=True)
class Senders:
    """Functions of the code base that pass an event's name on to a raw call.

    ``def send(user, name): client.track(user, name)`` hides which events are sent: they stand
    where ``send`` is called.  Such functions call each other, so learning goes on until none
    is new.  ``known`` maps ``(file, function)`` to the keyword and position of the name.
    """

    resolver: Resolver
    known: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def sends(self, meaning: Meaning) -> tuple[str, int] | None:
        """Keyword and position of the event in a call of what ``meaning`` is."""
        if meaning.means is Means.OWN:
            return self.known.get((meaning.file, meaning.name))
        if meaning.means is Means.UNTYPED:
            return sdks.EVENT, sdks.OWN_EVENT_POSITION
        if meaning.means is Means.RAW and meaning.name == "track":
            return sdks.EVENT, sdks.EVENT_POSITION
        return None

    def events(self, use: s.Use, meaning: Meaning, file: str) -> list[Named]:
        """The events that a use of a sender names; learns of functions that pass it on."""
        where = self.sends(meaning)
        if where is None:
            return []
        paths = _argument(use.args, *where)
        if paths is None and meaning.file == BY_NAME:  # somebody's own `track(event, …)`
            paths = _argument(use.args, "event_name", 0)
        found = [named for path in paths or () for named in self._named(path, file)]
        return found or [Named(None)]

    def learn(self, use: s.Use, meaning: Meaning, file: str, facts: s.Facts) -> bool:
        """Whether the function that ``use`` stands in turns out to pass an event on."""
        where = self.sends(meaning)
        function = use.where.removeprefix(f"{s.OWN}.")
        parameters = facts.parameters.get(function)
        if where is None or not parameters or (file, function) in self.known:
            return False
        for path in _argument(use.args, *where) or ():
            if path[0] == s.PARAMETER and path[1:] in parameters:
                position = parameters.index(path[1:])
                position -= parameters[0] in _RECEIVERS
                self.known[file, function] = path[1:], position
                return True
        return False

    def passes_on(self, use: s.Use, file: str) -> bool:
        """Whether a use stands in a function whose callers name the event."""
        known = self.known.get((file, use.where.removeprefix(f"{s.OWN}.")))
        return known is not None and any(
            s.PARAMETER + known[0] in paths for paths in use.args.values()
        )

    def _named(self, path: str, file: str) -> Iterator[Named]:
        for meaning in self.resolver.resolve(path, file):
            if meaning.means is Means.TEXT:
                yield Named(meaning.name)
            elif meaning.means is Means.PATTERN:
                yield Named(None, meaning.name)


def _argument(
    args: Mapping[str, Sequence[str]], keyword: str, position: int
) -> Sequence[str] | None:
    return args.get(keyword, args.get(str(position)))


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

    def _files(self) -> list[tuple[str, s.Facts]]:
        return list(self._gathered.parsed())  # resolving may add to them

    def _uses(self) -> Iterator[tuple[str, s.Use, Meaning]]:
        for file, facts in self._files():
            for use in facts.uses:
                if self._matters(use.path):
                    for meaning in self._resolver.resolve(use.path, file):
                        yield file, use, meaning

    def _matters(self, path: str) -> bool:
        """Whether a path has a word that leads on; else its file need not even be read."""
        known = self._mattering.get(path)
        if known is None:
            names = s.steps(path)
            known = path[0] in (s.WORD, s.TEXT) or not self._words.isdisjoint(names)
            if GAP in path and not known:  # whatever such a module has
                known = path[0] == s.OWN or not self._passing.isdisjoint(names)
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

    def _note(self, file: str, use: s.Use, meaning: Meaning) -> None:
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
                self._escaped |= use.kind in (s.REFERRED, s.RETURNED, s.HELD)
            case Means.ANY:
                self._anywhere[place, meaning.name] = None
            case Means.RAW | Means.UNTYPED | Means.OWN:
                self._note_raw(file, use, meaning, place)

    def _note_raw(self, file: str, use: s.Use, meaning: Meaning, place: Span) -> None:
        renamed = use.kind in (s.ALIASED, s.RETURNED, s.HELD)
        if renamed or (meaning.means is Means.OWN and use.kind != s.CALLED):
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
            if each.event == named.event or (named.pattern and matches(each.event, named.pattern)):
                self._sent.setdefault(each.function, {})[place] = None

    def _reported(self) -> Report:
        functions = {each.function for each in self._planned}
        for place, pattern in self._anywhere:
            for function in functions:
                if matches(function, pattern):
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
