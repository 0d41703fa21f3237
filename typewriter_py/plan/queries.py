"""Which definitions a type refers to, and parts of a plan, for one of many services."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .model import Array, Definition, Object, Plan, Ref, Type, Union


def parts(type_: Type) -> Iterator[Type]:
    """``type_`` and every type written inside it; what a ``Ref`` refers to is not."""
    yield type_
    match type_:
        case Array(items):
            yield from parts(items.type)
        case Union(members):
            for member in members:
                yield from parts(member)
        case Object():
            for declared in type_.properties:
                yield from parts(declared.value.type)
            if type_.additional is not None:
                yield from parts(type_.additional.type)


def references(type_: Type) -> Iterator[str]:
    """The names of the definitions that ``type_`` itself names."""
    for part in parts(type_):
        if isinstance(part, Ref):
            yield part.name


def reachable(type_: Type, definitions: Mapping[str, Definition]) -> set[str]:
    """The names of the definitions that ``type_`` needs, and that those need in turn."""
    names: set[str] = set()
    ahead = list(references(type_))
    while ahead:
        name = ahead.pop()
        if name not in names:
            names.add(name)
            ahead += references(definitions[name].value.type)
    return names


def used(plan: Plan) -> set[str]:
    """The names of the definitions that events, calls and ``common`` need."""
    calls = (plan.identify, plan.group, plan.page, plan.screen)
    roots = [each.properties for each in (*plan.events, *calls) if each is not None]
    roots += [plan.common] if plan.common is not None else []
    names: set[str] = set()
    for root in roots if plan.definitions else ():
        names |= reachable(root, plan.definitions)
    return names


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
