"""A part of a plan, for one of many services."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .model import Array, Event, Object, Plan, Ref, Type, Union, Value


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
    used = set(_used(replace(plan, events=kept)))
    definitions = {name: d for name, d in plan.definitions.items() if name in used}
    return replace(plan, events=kept, definitions=definitions)


def matches(name: str, pattern: str) -> bool:
    """Whether an event's name matches; only ``*`` is special, names hold the rest."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def _used(plan: Plan) -> Iterator[str]:
    """The definitions that events and calls lead to."""
    calls = (plan.identify, plan.group, plan.page, plan.screen)
    roots: list[Event | Object] = [*plan.events]
    roots += [call.properties for call in calls if call is not None]
    roots += [plan.common] if plan.common is not None else []
    queue: list[Type] = [r.properties if isinstance(r, Event) else r for r in roots]
    seen: set[str] = set()
    while queue:
        part = queue.pop()
        if isinstance(part, Ref) and part.name not in seen:
            seen.add(part.name)
            yield part.name
            queue.append(plan.definitions[part.name].value.type)
        queue += children(part)


def children(type: Type) -> list[Type]:
    """The types directly within a type; a reference has none."""
    match type:
        case Array(items):
            return [items.type]
        case Union(members):
            return list(members)
        case Object():
            places: list[Value] = [p.value for p in type.properties]
            places += [type.additional] if type.additional is not None else []
            return [place.type for place in places]
        case _:
            return []
