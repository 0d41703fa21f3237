"""From facts to the report: what each use resolves to, and which events are sent where."""

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
from .resolve import BY_NAME, Kind, Resolved, Resolver

_RECEIVERS = ("self", "cls")


class Named(NamedTuple):
    """An event as a raw call names it; ``event`` is None if it is not a constant."""

    event: str | None
    pattern: str = ""


@dataclass(slots=True)
class Senders:
    """Functions of the code base that pass an event's name on to a raw call.

    ``def send(user, name): client.track(user, name)`` hides which events are sent: they are
    named where ``send`` is called.  Such functions call each other, so learning goes on until
    there are no new ones.  ``known`` maps ``(file, function)`` to the keyword and position of
    the name.
    """

    resolver: Resolver
    known: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def sends(self, resolved: Resolved) -> tuple[str, int] | None:
        """Keyword and position of the event in a call of ``resolved``."""
        if resolved.kind is Kind.OWN:
            return self.known.get((resolved.file, resolved.name))
        if resolved.kind is Kind.UNTYPED:
            return sdks.EVENT, sdks.OWN_EVENT_POSITION
        if resolved.kind is Kind.RAW and resolved.name == "track":
            return sdks.EVENT, sdks.EVENT_POSITION
        return None

    def events(self, use: s.Use, resolved: Resolved, file: str) -> list[Named]:
        """The events that a use of a sender names."""
        where = self.sends(resolved)
        if where is None:
            return []
        paths = _argument(use, *where)
        if paths is None and resolved.file == BY_NAME:  # somebody's own `track(event, …)`
            paths = _argument(use, "event_name", 0)
        found = [named for path in paths or () for named in self._named(path, file)]
        return found or [Named(None)]

    def learn(self, use: s.Use, resolved: Resolved, file: str, facts: s.Facts) -> bool:
        """Whether the function around ``use`` turns out to pass an event on."""
        where = self.sends(resolved)
        function = use.where.removeprefix(f"{s.OWN}.")
        parameters = facts.parameters.get(function)
        if where is None or not parameters or (file, function) in self.known:
            return False
        for path in _argument(use, *where) or ():
            if path[0] == s.PARAMETER and path[1:] in parameters:
                position = parameters.index(path[1:])
                position -= parameters[0] in _RECEIVERS
                self.known[file, function] = path[1:], position
                return True
        return False

    def passes_on(self, use: s.Use, file: str) -> bool:
        """Whether a use is in a function whose callers name the event."""
        known = self.known.get((file, use.where.removeprefix(f"{s.OWN}.")))
        return known is not None and any(
            s.PARAMETER + known[0] in paths for paths in use.args.values()
        )

    def _named(self, path: str, file: str) -> Iterator[Named]:
        for resolved in self.resolver.resolve(path, file):
            if resolved.kind is Kind.TEXT:
                yield Named(resolved.name)
            elif resolved.kind is Kind.PATTERN:
                yield Named(None, resolved.name)


def _argument(use: s.Use, keyword: str, position: int) -> Sequence[str] | None:
    return use.args.get(keyword, use.args.get(str(position)))


_ROUNDS = 8
_CARRIED = frozenset({Kind.FUNCTION, Kind.PACKAGE, Kind.UNTYPED, Kind.RAW, Kind.SDK, Kind.UNKNOWN})
"""A file that imports one of these under another name has to be read."""


class Analysis:
    """Analyses the files of one code base; ``shown`` has their names in messages.

    With ``by_name``, no package is known, and whatever has a function's name counts as it.
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
        """Reads on until nothing new turns up, then reports what is sent."""
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
        for file, use, resolved in self._uses():
            self._note(file, use, resolved)
        return self._reported()

    # --- reading on ---

    def _uses(self) -> Iterator[tuple[str, s.Use, Resolved]]:
        for file, facts in list(self._gathered.parsed()):  # resolving may add to them
            for use in facts.uses:
                if self._matters(use.path):
                    for resolved in self._resolver.resolve(use.path, file):
                        yield file, use, resolved

    def _matters(self, path: str) -> bool:
        """Whether a path has a word that leads on; if not, its file need not even be read."""
        known = self._mattering.get(path)
        if known is None:
            names = s.steps(path)
            known = path[0] in (s.WORD, s.TEXT) or not self._words.isdisjoint(names)
            if GAP in path and not known:  # any name of such a module
                known = path[0] == s.OWN or not self._passing.isdisjoint(names)
            self._mattering[path] = known
        return known

    def _newly_exported(self) -> Iterator[tuple[str, str]]:
        """Names under which a file passes on something that matters: ``(name, file)``."""
        passed: dict[str | None, list[str]] = {}
        for name, file in self._exported:
            passed.setdefault(file, []).append(name)
        for file, facts in list(self._gathered.parsed()):
            for name, targets in facts.exports.items():
                key = _last(name), file
                if key in self._exported:
                    continue
                paths = filter(self._matters, targets)
                found = (each for path in paths for each in self._resolver.resolve(path, file))
                if any(resolved.kind in _CARRIED for resolved in found):
                    yield key
            for star in facts.stars:
                module = self._resolver.module(star, file)
                yield from ((name, file) for name in passed.get(module, ()))

    def _learned(self) -> Iterator[tuple[str, str]]:
        """Functions that pass an event's name on; files that call them have to be read too."""
        for file, use, resolved in self._uses():
            facts = self._gathered.facts(file) if use.args else None
            if facts is not None and self._senders.learn(use, resolved, file, facts):
                yield _last(use.where), file

    # --- what is sent ---

    def _note(self, file: str, use: s.Use, resolved: Resolved) -> None:
        span = Span(self._shown.get(file, file), use.line, use.column, use.length)
        match resolved.kind:
            case Kind.FUNCTION:
                self._sent.setdefault(resolved.name, {})[span] = None
            case Kind.LIKELY:
                self._likely[resolved.name, span] = None
            case Kind.TEXT:
                self._named[resolved.name, span] = None
            case Kind.UNKNOWN:
                self._unknown[Unknown(span, resolved.name)] = None
            case Kind.PACKAGE:
                self._escaped |= use.kind in (s.REFERRED, s.RETURNED, s.HELD)
            case Kind.ANY:
                self._anywhere[span, resolved.name] = None
            case Kind.RAW | Kind.UNTYPED | Kind.OWN:
                self._note_raw(file, use, resolved, span)

    def _note_raw(self, file: str, use: s.Use, resolved: Resolved, span: Span) -> None:
        renamed = use.kind in (s.ALIASED, s.RETURNED, s.HELD)
        if renamed or (resolved.kind is Kind.OWN and use.kind != s.CALLED):
            return
        if resolved.kind is Kind.RAW and resolved.name != "track":
            self._raw[Raw(span, None, resolved.name)] = None
        for named in self._senders.events(use, resolved, file):
            passed = named.event is None and self._senders.passes_on(use, file)
            self._raw[Raw(span, named.event, passed=passed)] = None
            self._sent_raw(named, span)

    def _sent_raw(self, named: Named, span: Span) -> None:
        """An event that bypasses the plan is sent nevertheless."""
        for each in self._planned:
            if each.event == named.event or (named.pattern and matches(each.event, named.pattern)):
                self._sent.setdefault(each.function, {})[span] = None

    def _reported(self) -> Report:
        functions = {each.function for each in self._planned}
        for span, pattern in self._anywhere:
            for function in functions:
                if matches(function, pattern):
                    self._sent.setdefault(function, {})[span] = None
        if self._escaped:
            for function, span in self._likely:
                self._sent.setdefault(function, {})[span] = None
            called = frozenset(self._sent)  # next to a call, a mere name adds nothing
            for function, span in self._named:
                if function not in called:
                    self._sent.setdefault(function, {})[span] = None
        sent = {
            (each.event, each.function): tuple(sorted(_distinct(self._sent.get(each.function, ()))))
            for each in self._planned
            if each.server or each.function in self._sent
        }
        return Report(
            sent,
            tuple(_known_events(self._raw)),
            tuple(sorted(self._unknown)),
            tuple(sorted(self._anywhere)),
        )


def _distinct(spans: Iterable[Span]) -> list[Span]:
    """The first span for each position: a call and the reference in it begin together."""
    return list({span[:3]: span for span in reversed([*spans])}.values())


def _known_events(raw: Iterable[Raw]) -> list[Raw]:
    """In order; without those of an unknown event if another call at the same position has one."""
    named = {each.span[:3] for each in raw if each.event}
    found = [each for each in raw if each.event or each.span[:3] not in named]
    return sorted(found, key=lambda each: (each.span, each.event or ""))


def _last(name: str) -> str:
    """The last name of an export or a function: ``send`` of ``Tracker.send()``."""
    return re.split(r"[./]", name.rstrip("()[]<"))[-1]
