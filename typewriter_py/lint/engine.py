"""Runs rules over a plan, and leaves out what the plan itself silences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import NamedTuple, TypeAlias

from ..diagnostics import Code, Diagnostic, Severity, Span
from ..plan.model import Definition, Event, Plan, Property
from ..spellings import Spellings
from ..util import without_gc
from .context import ALL, Context, Declaration, Settings, is_of_library
from .registry import Entry, Finding, Rule, Scope, of_plan, rules


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnostic, and what can be done about it.

    ``subject`` is the event or property that could have an ``ignore:`` for it (a definition
    counts as a property of its name), ``remove`` the entries of that property that can be
    removed without changing what it means, ``respell`` its name or a value and how it is meant.
    """

    diagnostic: Diagnostic
    subject: Event | Property | None = None
    remove: tuple[Entry, ...] = ()
    respell: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What to look for.  ``advice`` is what loading has already reported, so that an ``ignore:``
    applies to it too; ``known`` gives all words that an ``ignore:`` may have, in addition to the
    rules' own."""

    rules: tuple[Rule, ...]
    settings: Settings = field(default_factory=Settings)
    advice: tuple[Diagnostic, ...] = ()
    known: Callable[[], Collection[str]] = tuple


@without_gc()
def lint(plan: Plan, request: Request) -> tuple[Found, ...]:
    """All findings in ``plan``, without those that its ``ignore:`` silences.

    Nothing is reported in a ready-made library that the plan includes: its author cannot
    change that.
    """
    context = Context(plan, request.settings)
    ignores = Ignores(context)
    found = [*_advice(request.advice, context), *_findings(context, request.rules)]
    kept: list[Found] = []
    silent: set[Diagnostic] = set()  # in a definition, so also where that is merged into others
    for diagnostic, subject, remove, respell in found:
        if not ignores.silence(diagnostic.kind, subject):
            owner = subject.property if isinstance(subject, Declaration) else subject
            kept.append(Found(diagnostic, owner, remove, respell))
        elif isinstance(subject, Declaration) and isinstance(subject.root, Definition):
            silent.add(diagnostic)
    if any(rule.check is unused_ignore for rule in request.rules):
        ran = {rule.code.number for rule in request.rules}
        kept += [Found(each) for each in ignores.unused(ran, request.known)]
    unique = {each.diagnostic: each for each in kept if not is_of_library(each.diagnostic.span)}
    return tuple(each for each in unique.values() if each.diagnostic not in silent)


Owner: TypeAlias = Event | Property | Definition
Subject: TypeAlias = "Event | Declaration | None"
_Reported: TypeAlias = tuple[Diagnostic, Subject, tuple[Entry, ...], tuple[str, str] | None]


def _findings(context: Context, rules: Iterable[Rule]) -> Iterator[_Reported]:
    by_scope = {scope: [rule for rule in rules if rule.scope is scope] for scope in Scope}
    for rule in by_scope[Scope.PLAN]:
        for finding in rule.check(context):
            yield _reported(rule, finding, finding.subject)
    for scope, items in (
        (Scope.EVENT, context.plan.events),
        (Scope.PROPERTY, context.declarations),
        (Scope.TYPE, context.typed),
    ):
        checks = [(rule, rule.check) for rule in by_scope[scope]]
        for item in items:
            for rule, check in checks:
                for finding in check(item, context):
                    yield _reported(rule, finding, item)


def _reported(rule: Rule, finding: Finding, subject: Subject) -> _Reported:
    made = rule.code.at(finding.span, finding.message, help=finding.help, related=finding.related)
    return made, subject, finding.remove, finding.respell


def _advice(advice: tuple[Diagnostic, ...], context: Context) -> Iterator[_Reported]:
    named: dict[Span | None, Event | Declaration] = {}
    if advice:
        named = {each.property.span: each for each in reversed(context.typed)}
        named |= {event.span: event for event in context.plan.events}
        named.pop(None, None)
    for diagnostic in advice:
        lenient = diagnostic.severity is not Severity.ERROR
        yield diagnostic, named.get(diagnostic.owner) if lenient else None, (), None


def with_severity(diagnostic: Diagnostic, severity: Severity) -> Diagnostic:
    """The same finding with another severity."""
    return replace(diagnostic, kind=diagnostic.kind.graded(severity))


class _Ignore(NamedTuple):
    """One word of one ``ignore:``."""

    word: str
    span: Span | None


class Ignores:
    """The ``ignore:`` lists of one plan; remembers which of their words have silenced something.

    A list applies to its event, property or definition and to all properties in it; ``all`` is
    every rule.
    """

    def __init__(self, context: Context) -> None:
        self._owners: dict[_Ignore, Owner] = {}
        self._used: set[_Ignore] = set()
        owners: list[Owner] = [*context.plan.events]
        owners += [each.property for each in context.typed if each.property.ignore]
        for owner in owners:
            for ignore in _ignores(owner):
                self._owners.setdefault(ignore, owner)

    def silence(self, kind: Code, subject: Subject) -> bool:
        """Whether a finding of that kind is silenced; every list that does so counts as used."""
        if not self._owners or subject is None:
            return False
        matching = [
            ignore
            for owner in _owners(subject)
            for ignore in _ignores(owner)
            if ignore.word in (kind.number, kind.name, ALL)
        ]
        self._used.update(matching)
        return bool(matching)

    def unused(
        self, ran: Collection[str], known: Callable[[], Collection[str]]
    ) -> Iterator[Diagnostic]:
        """The words that silenced nothing, of rules that ``ran``, and those that are not rules."""
        by_word = {word: rule for rule in rules() for word in rule.words}
        own = next(rule for rule in rules() if rule.check is unused_ignore)
        owners = {id(owner): owner for owner in self._owners.values()}
        spared = {key for key, each in owners.items() if set(own.words).intersection(each.ignore)}
        words = {*known(), ALL} if self._owners else set()
        spellings = Spellings([*by_word, *words])
        for ignore, owner in self._owners.items():
            word, span = ignore
            rule = by_word.get(word)
            if ignore in self._used or rule is own or (rule and rule.code.number not in ran):
                continue
            if id(owner) in spared:
                continue
            message, help = f"`{word}` silences nothing here", "remove it"
            if rule is None and word not in words:
                message = f"there is no rule `{word}` to silence"
                help = spellings.did_you_mean(word) or help
            yield own.code.at(span, message, help=help)


def _owners(subject: Event | Declaration) -> Iterator[Owner]:
    if isinstance(subject, Event):
        yield subject
        return
    yield from (subject.property, *subject.parents)
    if isinstance(subject.root, Event | Definition):
        yield subject.root


def _ignores(owner: Owner) -> Iterator[_Ignore]:
    if owner.ignore:
        yield from map(_Ignore, owner.ignore, owner.ignore_spans or repeat(owner.span))


@of_plan("TW290", reports_unused=True)
def unused_ignore(context: Context) -> Iterator[Finding]:
    """An `ignore:` silences nothing.

    The problem that it was for has been fixed, or the rule's name is misspelled.  Left alone, it
    would silence the next such finding before anybody sees it.  `typewriter lint --fix` removes
    it.  (An `ignore:` for a rule that does not run, such as one that is off by default, is not
    reported.)

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
    yield from ()  # only the engine knows what the other rules found: it asks `Ignores`
