"""Runs rules over a plan, and leaves out what the plan itself silences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TypeAlias

from ..diagnostics import Code, Diagnostic, Severity, Span
from ..plan.model import Definition, Event, Plan, Property
from ..util import did_you_mean, uncollected
from .context import ALL, Place, Scene, Settings, is_of_library
from .registry import Entry, Finding, Rule, Scope, of_plan, rules


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnostic, and what can be done about it.

    ``subject`` is the event or property that could bear an ``ignore:`` for it (a definition
    counts as a property of its name), ``remove`` the entries of that property that can go
    without any change of meaning.
    """

    diagnostic: Diagnostic
    subject: Event | Property | None = None
    remove: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What to look for.  ``advice`` is what loading said already, so that an ``ignore:`` holds
    for it too; ``known`` gives all words that an ``ignore:`` may have, beside rules' own."""

    rules: tuple[Rule, ...]
    settings: Settings = field(default_factory=Settings)
    advice: tuple[Diagnostic, ...] = ()
    known: Callable[[], Collection[str]] = tuple


@uncollected()
def lint(plan: Plan, request: Request) -> tuple[Found, ...]:
    """All findings in ``plan``, those that its ``ignore:`` silences left out.

    Nor does it say anything of a ready-made library that the plan includes: that is not its
    author's to change.
    """
    scene = Scene(plan, request.settings)
    ignores = Ignores(scene)
    found = [*_advice(request.advice, scene), *_findings(scene, request.rules)]
    kept: list[Found] = []
    silent: set[Diagnostic] = set()  # in a definition, so also where that is merged into others
    for diagnostic, subject, remove in found:
        if not ignores.silence(diagnostic.kind, subject):
            bearer = subject.property if isinstance(subject, Place) else subject
            kept.append(Found(diagnostic, bearer, remove))
        elif isinstance(subject, Place) and isinstance(subject.root, Definition):
            silent.add(diagnostic)
    if any(rule.check is unused_ignore for rule in request.rules):
        ran = {rule.code.number for rule in request.rules}
        kept += [Found(each) for each in ignores.unused(ran, request.known)]
    unique = {each.diagnostic: each for each in kept if not is_of_library(each.diagnostic.span)}
    return tuple(each for each in unique.values() if each.diagnostic not in silent)


Bearer: TypeAlias = Event | Property | Definition
Subject: TypeAlias = "Event | Place | None"
_Told: TypeAlias = tuple[Diagnostic, Subject, tuple[Entry, ...]]


def _findings(scene: Scene, rules: Iterable[Rule]) -> Iterator[_Told]:
    by_scope = {scope: [rule for rule in rules if rule.scope is scope] for scope in Scope}
    for rule in by_scope[Scope.PLAN]:
        for finding in rule.check(scene):
            yield _told(rule, finding, finding.subject)
    for scope, items in (
        (Scope.EVENT, scene.plan.events),
        (Scope.PROPERTY, scene.places),
        (Scope.TYPE, scene.typed),
    ):
        checks = [(rule, rule.check) for rule in by_scope[scope]]
        for item in items:
            for rule, check in checks:
                for finding in check(item, scene):
                    yield _told(rule, finding, item)


def _told(rule: Rule, finding: Finding, subject: Subject) -> _Told:
    said = rule.code.at(finding.span, finding.message, help=finding.help, related=finding.related)
    return said, subject, finding.remove


def _advice(advice: tuple[Diagnostic, ...], scene: Scene) -> Iterator[_Told]:
    named: dict[Span | None, Event | Place] = {}
    if advice:
        named = {place.property.span: place for place in reversed(scene.typed)}
        named |= {event.span: event for event in scene.plan.events}
        named.pop(None, None)
    for diagnostic in advice:
        lenient = diagnostic.severity is not Severity.ERROR
        yield diagnostic, named.get(diagnostic.bearer) if lenient else None, ()


def with_severity(diagnostic: Diagnostic, severity: Severity) -> Diagnostic:
    """The same finding, taken more or less seriously."""
    return replace(diagnostic, kind=replace(diagnostic.kind, severity=severity))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word of one ``ignore:``."""

    word: str
    span: Span | None


class Ignores:
    """The ``ignore:`` lists of one plan; remembers which of their words were of use.

    A list holds for its event, property or definition and for all properties in it; ``all`` is
    every rule.
    """

    def __init__(self, scene: Scene) -> None:
        self._entries: dict[_Entry, Bearer] = {}
        self._used: set[_Entry] = set()
        bearers: list[Bearer] = [*scene.plan.events]
        bearers += [place.property for place in scene.typed if place.property.ignore]
        for bearer in bearers:
            for entry in _entries(bearer):
                self._entries.setdefault(entry, bearer)

    def silence(self, kind: Code, subject: Subject) -> bool:
        """Whether a finding of that kind is silenced; every list that does it was of use."""
        if not self._entries or subject is None:
            return False
        matching = [
            entry
            for bearer in _bearers(subject)
            for entry in _entries(bearer)
            if entry.word in (kind.number, kind.name, ALL)
        ]
        self._used.update(matching)
        return bool(matching)

    def unused(
        self, ran: Collection[str], known: Callable[[], Collection[str]]
    ) -> Iterator[Diagnostic]:
        """What silenced nothing, of rules that ``ran``; and what is no rule at all."""
        by_word = {word: rule for rule in rules() for word in rule.words}
        own = next(rule for rule in rules() if rule.check is unused_ignore)
        for entry, bearer in self._entries.items():
            rule = by_word.get(entry.word)
            if entry in self._used or rule is own or (rule and rule.code.number not in ran):
                continue
            if any(word in own.words for word in bearer.ignore):
                continue
            message, help = f"`{entry.word}` silences nothing here", "remove it"
            if rule is None and entry.word not in {*known(), ALL}:
                message = f"there is no rule `{entry.word}` to silence"
                help = did_you_mean(entry.word, [*by_word, *known()]) or help
            yield own.code.at(entry.span, message, help=help)


def _bearers(subject: Event | Place) -> Iterator[Bearer]:
    if isinstance(subject, Event):
        yield subject
        return
    yield from (subject.property, *subject.parents)
    if isinstance(subject.root, Event | Definition):
        yield subject.root


def _entries(bearer: Bearer) -> Iterator[_Entry]:
    if bearer.ignore:
        yield from map(_Entry, bearer.ignore, bearer.ignore_spans or repeat(bearer.span))


@of_plan("TW290", of_disuse=True)
def unused_ignore(scene: Scene) -> Iterator[Finding]:
    """An `ignore:` silences nothing.

    What it was for is mended, or its word is misspelt.  Left alone, it would silence the next
    finding, which nobody has seen.  `typewriter lint --fix` removes it.  (A rule that does not
    run, such as one that is off by default, is not asked after.)

    Bad:

    ```yaml
    - name: Order Completed
      description: A payment went through.
      ignore: [event-name-casing]
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    yield from ()  # the engine alone knows what the other rules found: it asks `Ignores`
