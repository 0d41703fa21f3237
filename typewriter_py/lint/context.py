"""What rules look at: a plan, every place in it that has a property, the kinds of value that
types allow, and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from ..casing import Naming
from ..diagnostics import Span
from ..plan import model as m
from ..plan.files import LIBRARY
from ..plan.queries import reachable, references

ALL: Final = "all"
"""What stands for every rule."""

PROPERTY: Final = "property"
TRAIT: Final = "trait"
FIELD: Final = "field"
DEFINITION: Final = "definition"

Root: TypeAlias = m.Event | m.Call | m.Definition | m.Object
"""What a property stands in, at the outermost."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What rules can be told.  ``today`` is an ISO date; without it nothing has expired."""

    naming: Naming = field(default_factory=Naming)
    max_properties: int = 40
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A property, and where it stands.

    ``kind`` tells a trait, and a field of every message (``common``), from an event's or page's
    property; ``parents`` are the properties that it is nested in, the outermost first.  A
    definition by itself counts as a property of its name, where types are judged.
    """

    property: m.Property
    root: Root
    kind: str
    parents: tuple[m.Property, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One plan under one set of settings, with what several rules want to know of it."""

    plan: m.Plan
    settings: Settings

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every property there is, in the order of the plan."""
        return tuple(self._places())

    def _places(self) -> Iterator[Place]:
        plan = self.plan
        for event in plan.events:
            yield from _within(event.properties, event, PROPERTY)
        for call, kind in (
            (plan.identify, TRAIT), (plan.group, TRAIT),
            (plan.page, PROPERTY), (plan.screen, PROPERTY),
        ):  # fmt: skip
            if call:
                yield from _within(call.properties, call, kind)
        if plan.common:
            yield from _within(plan.common, plan.common, FIELD)
        for definition in plan.definitions.values():
            kind = TRAIT if definition.name in self._of_traits else PROPERTY
            yield from _within(definition.value.type, definition, kind)

    @cached_property
    def typed(self) -> tuple[Place, ...]:
        """Every property there is, and every definition by itself."""
        return (*self.places, *map(of_definition, self.plan.definitions.values()))

    @cached_property
    def _of_traits(self) -> set[str]:
        """Definitions that traits need, and no event or page does."""
        plan = self.plan
        named: dict[str, set[str]] = {TRAIT: set(), PROPERTY: set()}
        if plan.definitions:
            for call in filter(None, (plan.identify, plan.group)):
                named[TRAIT] |= reachable(call.properties, plan.definitions)
            pages = filter(None, (plan.page, plan.screen))
            for members in (each.properties for group in (plan.events, pages) for each in group):
                named[PROPERTY] |= reachable(members, plan.definitions)
        return named[TRAIT] - named[PROPERTY]

    @cached_property
    def personal_definitions(self) -> set[str]:
        """Definitions of what is declared to be personal data."""
        found: set[str] = set()
        for place in self.places:
            if place.property.pii:
                found.update(references(place.property.type))
        return found

    @cached_property
    def current(self) -> tuple[m.Event, ...]:
        """Events that are to be sent: the latest version of each, but no deprecated one."""
        latest: dict[str, m.Event] = {}
        for event in self.plan.events:
            known = latest.get(event.name)
            if known is None or (event.version or 1) >= (known.version or 1):
                latest[event.name] = event
        return tuple(event for event in latest.values() if not event.deprecated)

    @cached_property
    def by_name(self) -> Mapping[str, m.Event]:
        """Events by name, of several versions any that is not deprecated."""
        ordered = sorted(self.plan.events, key=lambda event: event.deprecated is None)
        return {event.name: event for event in ordered}


def of_definition(definition: m.Definition) -> Place:
    """A definition by itself."""
    as_property = m.Property(
        definition.name,
        definition.value,
        ignore=definition.ignore,
        ignore_spans=definition.ignore_spans,
        span=definition.span,
    )
    return Place(as_property, definition, DEFINITION)


def is_of_library(span: Span | None) -> bool:
    """Whether it stands in a ready-made library, which is not the plan's author's to change."""
    return span is not None and span.file.startswith(LIBRARY)


def own_parts(type_: m.Type) -> tuple[m.Type, ...]:
    """The type and those of its items and alternatives, not those of what is declared in it."""
    inner: tuple[m.Type, ...] = ()
    match type_:
        case m.Array(items):
            inner = (items.type,)
        case m.Union(members):
            inner = members
        case m.Object() if type_.additional is not None:
            inner = (type_.additional.type,)
        case _:
            return (type_,)
    return (type_, *(part for each in inner for part in own_parts(each)))


def _within(
    type_: m.Type, root: Root, kind: str, parents: tuple[m.Property, ...] = ()
) -> Iterator[Place]:
    if not isinstance(type_, m.Object | m.Array | m.Union):
        return
    for part in own_parts(type_):
        for declared in part.properties if isinstance(part, m.Object) else ():
            yield Place(declared, root, kind, parents)
            yield from _within(declared.type, root, kind, (*parents, declared))


Kinds = frozenset[str]

ANY: Final[Kinds] = frozenset()
"""Nothing is known, so anything may come."""

_WORDS: Final = {
    "string": ("text", "texts"),
    "number": ("a number", "numbers"),
    "boolean": ("true or false", "booleans"),
    "array": ("a list", "lists"),
    "object": ("an object", "objects"),
}
"""One of each kind, and several."""


def kinds(
    type_: m.Type, definitions: Mapping[str, m.Definition], within: frozenset[str] = frozenset()
) -> Kinds:
    """The kinds of ``type_``, null aside; ``ANY`` where it says nothing.

    ``within`` is the definitions on the way here.
    """
    match type_:
        case m.Boolean():
            return frozenset({"boolean"})
        case m.Number():
            return frozenset({"number"})
        case m.String():
            return frozenset({"string"})
        case m.Array():
            return frozenset({"array"})
        case m.Object():
            return frozenset({"object"})
        case m.Enum(values):
            return frozenset(map(_of_value, values))
        case m.Union(members):
            each = [kinds(member, definitions, within) for member in members]
            return ANY if ANY in each else frozenset().union(*each)
        case m.Ref(name) if name in within:
            return ANY
        case m.Ref(name):
            return kinds(definitions[name].value.type, definitions, within | {name})
        case m.AnyType():
            return ANY


def _of_value(value: m.Json) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def spoken(found: Kinds) -> str:
    """The kinds as one speaks of them: "text or a number"."""
    return " or ".join(one for kind, (one, _) in _WORDS.items() if kind in found)


def spoken_items(found: Kinds) -> str:
    """A list of them: "a list of numbers"."""
    return "a list of " + " or ".join(many for kind, (_, many) in _WORDS.items() if kind in found)


def apart(one: Kinds, two: Kinds) -> bool:
    """Whether no value could be of both."""
    return bool(one and two) and not one & two
