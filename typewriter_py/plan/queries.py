"""Which definitions a type refers to, and parts of a plan, for one of many services."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from ..util import reached
from .model import Array, Boolean, Definition, Number, Object, Plan, Ref, String, Type, Union


def children(type_: Type) -> tuple[Type, ...]:
    """The types written right inside ``type_``: of items, alternatives, properties, other keys.

    Whoever walks types goes by this, but for those who need to know which of these it is.
    """
    match type_:
        case Array(items):
            return (items.type,)
        case Union(members):
            return members
        case Object(properties, additional):
            declared = tuple([each.value.type for each in properties])
            return declared if additional is None else (*declared, additional.type)
    return ()


def json_name(type_: Type) -> str | None:
    """What JSON Schema calls the values of a type, if all are of one: ``integer``, ``array``."""
    if isinstance(type_, Number):
        return "integer" if type_.integer else "number"
    return _JSON_NAMES.get(type(type_))


_JSON_NAMES: Final[Mapping[type[Type], str]] = {
    Boolean: "boolean",
    String: "string",
    Array: "array",
    Object: "object",
}


def parts(type_: Type) -> Iterator[Type]:
    """``type_`` and every type written inside it; what a ``Ref`` refers to is not."""
    yield type_
    for child in children(type_):
        yield from parts(child)


def shapes(plan: Plan) -> Iterator[Object]:
    """What the plan says of each event's properties, of each call's, and of every message."""
    yield from (event.properties for event in plan.events)
    yield from (call.properties for call in plan.calls.values())
    if plan.common is not None:
        yield plan.common


def object_in(type_: Type, definitions: Mapping[str, Definition]) -> Object | None:
    """The object that a value, or each item of a list, is."""
    if isinstance(type_, Array):
        type_ = type_.items.type
    if isinstance(type_, Ref):
        type_ = definitions[type_.name].value.type
    return type_ if isinstance(type_, Object) else None


def references(type_: Type) -> Iterator[str]:
    """The names of the definitions that ``type_`` itself names."""
    for part in parts(type_):
        if isinstance(part, Ref):
            yield part.name


def reachable(type_: Type, definitions: Mapping[str, Definition]) -> set[str]:
    """The names of the definitions that ``type_`` needs, and that those need in turn."""
    return reached(references(type_), lambda name: references(definitions[name].value.type))


def used(plan: Plan) -> set[str]:
    """The names of the definitions that events, calls and ``common`` need."""
    names: set[str] = set()
    for shape in shapes(plan) if plan.definitions else ():
        names |= reachable(shape, plan.definitions)
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
