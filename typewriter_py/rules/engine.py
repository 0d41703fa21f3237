"""Runs rules over a plan, and leaves out what the plan itself silences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..diagnostics import Diagnostic, Severity
from ..memory import uncollected
from ..plan.model import Event, Plan, Property
from .ignores import Ignores, Subject, unused_ignore
from .registry import Entry, Finding, Rule, Scope
from .scene import DEFINITION, Place, Scene, Settings, is_of_library
from .subjects import Subjects


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnostic, and what can be done about it.

    ``subject`` is the event or property that could bear an ``ignore:`` for it, ``remove`` the
    entries of that property that can go without any change of meaning.
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
    kept = [
        Found(diagnostic, _bearer(subject), remove)
        for diagnostic, subject, remove in found
        if not ignores.silence(diagnostic.kind, subject)
    ]
    if any(rule.check is unused_ignore for rule in request.rules):
        ran = {rule.code.number for rule in request.rules}
        kept += [Found(each) for each in ignores.unused(ran, request.known)]
    unique = {each.diagnostic: each for each in kept if not is_of_library(each.diagnostic.span)}
    return tuple(unique.values())


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
                    yield _told(rule, finding, _silencer(item))


def _silencer(item: Event | Place) -> Subject:
    """What can bear an ``ignore:``; a definition cannot."""
    return None if isinstance(item, Place) and item.kind == DEFINITION else item


def _told(rule: Rule, finding: Finding, subject: Subject) -> _Told:
    said = rule.code.at(finding.span, finding.message, help=finding.help, related=finding.related)
    return said, subject, finding.remove


def _advice(advice: tuple[Diagnostic, ...], scene: Scene) -> Iterator[_Told]:
    subjects = Subjects(scene) if advice else None
    for diagnostic in advice:
        lenient = subjects is not None and diagnostic.severity is not Severity.ERROR
        subject = subjects.at(diagnostic.span) if lenient and subjects else None
        yield diagnostic, subject, ()


def _bearer(subject: Subject) -> Event | Property | None:
    return subject.property if isinstance(subject, Place) else subject


def with_severity(diagnostic: Diagnostic, severity: Severity) -> Diagnostic:
    """The same finding, taken more or less seriously."""
    return replace(diagnostic, kind=replace(diagnostic.kind, severity=severity))
