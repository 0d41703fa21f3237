"""The checks of a plan, and which message each is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ....plan.model import Event, Plan
from ....plan.queries import reachable
from ...analysis import Personal
from ...naming import Names
from ..literals import comment, prose, text
from ..reserved import CALL_TYPES
from .judging import Judge, word_of

_COMMON: Final = "everyMessage"
"""The check of any message; those of events begin with an underscore, so none has this name."""


@dataclass(frozen=True, slots=True)
class Case:
    """The checks of one event name: ``plain``, and those of versions that have others."""

    event: str
    versions: list[tuple[int, str]] = field(default_factory=list)
    plain: str = "undefined"


@dataclass(frozen=True, slots=True)
class View:
    """What the template prints."""

    functions: list[str]
    cases: list[Case]
    calls: list[tuple[str, str]]
    common: str


class Package:
    """The checks of a plan."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self._names = names
        defined = {name: f"_{names.definition(name)}" for name in plan.definitions}
        self._judge = Judge(defined, Personal(plan))

    def view(self) -> View:
        """The functions, those that others call first."""
        calls = [*self._calls()]
        events = [self._event(event) for event in self._plan.events]
        common = ""
        if self._plan.common is not None:
            common = self._judge.message(_COMMON, self._plan.common)
        definitions = [*self._definitions()]
        shapes = [self._judge.shapes[name] for name in sorted(self._judge.shapes)]
        messages = [text for _, _, text in calls]
        return View(
            [*shapes, *definitions, *filter(None, [*messages, *events, common])],
            [*self._cases(events)],
            [(text(call), name) for call, name, _ in calls],
            _COMMON if common else "undefined",
        )

    def _calls(self) -> Iterator[tuple[str, str, str]]:
        for call in CALL_TYPES:
            planned = getattr(self._plan, call)
            if planned is not None:
                text = self._judge.message(f"_{call}", planned.properties)
                if text:
                    yield call, f"_{call}", text

    def _event(self, event: Event) -> str:
        doc = comment(prose(event.name))
        return self._judge.message(f"_{self._names.function(event)}", event.properties, doc)

    def _definitions(self) -> Iterator[str]:
        done: set[str] = set()
        while todo := [name for name in self._judge.used if name not in done]:
            name = todo[0]
            done.add(name)
            type_ = self._plan.definitions[name].value.type
            recursive = name in reachable(type_, self._plan.definitions)
            called = f"_{self._names.definition(name)}"
            yield self._judge.define(called, type_, word_of(name), recursive)

    def _cases(self, functions: list[str]) -> Iterator[Case]:
        cases: dict[str, Case] = {}
        plain: dict[str, str] = {}
        without = {event.name for event in self._plan.events if event.version is None}
        for event, function in zip(self._plan.events, functions, strict=True):
            if not function:
                continue
            case = cases.setdefault(event.name, Case(text(event.name)))
            name = f"_{self._names.function(event)}"
            if event.version is not None:
                case.versions.append((event.version, name))
            if event.version is None or not (event.name in without or event.function):
                plain[event.name] = name  # a call without a version is of the event's own name
        for name, case in cases.items():
            usual = plain.get(name, "undefined")
            yield Case(case.event, [each for each in case.versions if each[1] != usual], usual)
