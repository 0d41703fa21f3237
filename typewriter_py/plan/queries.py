"""Queries on a plan: types within types, references to definitions, a selection of events."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from ..util import reached
from .model import Array, Boolean, Definition, Number, Object, Plan, Ref, String, Type, Union


def children(type_: Type) -> tuple[Type, ...]:
    """The types directly inside ``type_``: of items, alternatives, properties, other keys.

    Every walk over types uses this, unless it needs to know which of these a child is.
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
    """JSON Schema's name for a type (``integer``, ``array``); None if its values have several."""
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
    """``type_`` and every type written inside it, but not what a ``Ref`` refers to."""
    yield type_
    for child in children(type_):
        yield from parts(child)


def shapes(plan: Plan) -> Iterator[Object]:
    """The objects that a plan describes: of each event, of each call, and ``common``."""
    yield from (event.properties for event in plan.events)
    yield from (call.properties for call in plan.calls.values())
    if plan.common is not None:
        yield plan.common


def object_in(type_: Type, definitions: Mapping[str, Definition]) -> Object | None:
    """The object type of a value, or of each item of a list; None if there is none."""
    if isinstance(type_, Array):
        type_ = type_.items.type
    if isinstance(type_, Ref):
        type_ = definitions[type_.name].value.type
    return type_ if isinstance(type_, Object) else None


def references(type_: Type) -> Iterator[str]:
    """The names of the definitions that ``type_`` refers to directly."""
    return (part.name for part in parts(type_) if isinstance(part, Ref))


def reachable(type_: Type, definitions: Mapping[str, Definition]) -> set[str]:
    """The names of the definitions that ``type_`` needs, and that those need in turn."""
    return reached(references(type_), lambda name: references(definitions[name].value.type))


def used(plan: Plan) -> set[str]:
    """The names of the definitions that events, calls and ``common`` need."""
    return _all_needed(plan, ())


def _all_needed(plan: Plan, kept: Iterable[str]) -> set[str]:
    """Those, and the definitions ``kept``, with what they need; each is looked at once."""
    if not plan.definitions:
        return set()
    named = (name for shape in shapes(plan) for name in references(shape))

    def needs(name: str) -> Iterator[str]:
        return references(plan.definitions[name].value.type)

    return reached(chain(kept, named), needs)


def select(plan: Plan, tags: Iterable[str] = (), events: Iterable[str] = ()) -> Plan:
    """The plan with only the events that have one of ``tags`` or match one of ``events``.

    ``events`` are names or patterns, in which ``*`` matches any text.  With neither, the
    whole plan.  Calls stay; definitions that nothing refers to any more are removed.
    """
    wanted, patterns = set(tags), Patterns(events)
    if not wanted and not patterns.listed:
        return plan
    kept = tuple(
        event for event in plan.events if wanted & set(event.tags) or patterns.match(event.name)
    )
    return without_unused(replace(plan, events=kept))


def without_unused(plan: Plan, file: str = "") -> Plan:
    """The plan without definitions that no event, call or other definition needs.

    Only those from files whose names begin with ``file`` are removed.
    """
    own = (
        name
        for name, each in plan.definitions.items()
        if not (each.span.file if each.span else "").startswith(file)
    )
    named = _all_needed(plan, own)
    kept = {name: each for name, each in plan.definitions.items() if name in named}
    return replace(plan, definitions=kept) if len(kept) < len(plan.definitions) else plan


def matches(name: str, pattern: str) -> bool:
    """Whether an event's name matches; only ``*`` is special, as names contain ``[`` and ``?``."""
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


class Patterns:
    """Names and patterns of events: whole names are looked up, not tried one by one."""

    def __init__(self, patterns: Iterable[object]) -> None:
        self.listed: Final = frozenset(map(str, patterns))
        self._wild = tuple(each for each in self.listed if "*" in each)

    def match(self, name: str) -> bool:
        """Whether the name is one of them, or matches one."""
        return name in self.listed or any(matches(name, each) for each in self._wild)
