"""A part of a plan, for one of many services."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import replace

from .model import Definition, Plan
from .references import reachable, used


def select(plan: Plan, tags: Iterable[str] = (), events: Iterable[str] = ()) -> Plan:
    """The plan with only the events that bear one of ``tags`` or match one of ``events``.

    ``events`` are names or patterns, in which ``*`` stands for any text.  With neither, the
    whole plan.  Calls stay; definitions that nothing refers to any more go.
    """
    wanted, patterns = set(tags), tuple(events)
    if not wanted and not patterns:
        return plan
    kept = tuple(
        event
        for event in plan.events
        if wanted & set(event.tags) or any(matches(event.name, p) for p in patterns)
    )
    return without_unused(replace(plan, events=kept))


def without_unused(plan: Plan, file: str = "") -> Plan:
    """The plan without definitions that no event, call or other definition needs.

    Only those of files whose names begin with ``file`` may go.
    """
    named = used(plan)
    mine = {n: d for n, d in plan.definitions.items() if not _of(d, file)}
    for definition in mine.values():
        named |= reachable(definition.value.type, plan.definitions)
    kept = {n: d for n, d in plan.definitions.items() if n in mine or n in named}
    return replace(plan, definitions=kept) if len(kept) < len(plan.definitions) else plan


def _of(definition: Definition, file: str) -> bool:
    return (definition.span.file if definition.span else "").startswith(file)


def matches(name: str, pattern: str) -> bool:
    """Whether an event's name matches; only ``*`` is special, names hold the rest."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
