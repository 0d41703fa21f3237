"""What rules look at: a plan, every property declared in it, the kinds of value that types
allow, and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from ..casing import Naming
from ..diagnostics import Span
from ..plan import model as m
from ..plan.files import LIBRARY
from ..plan.queries import children, json_name, reachable, references

ALL: Final = "all"
"""What selects or ignores every rule."""

PROPERTY: Final = "property"
TRAIT: Final = "trait"
FIELD: Final = "field"
DEFINITION: Final = "definition"

_KIND_OF: Final = {"traits": TRAIT, "properties": PROPERTY}

Root: TypeAlias = m.Event | m.Call | m.Definition | m.Object
"""The outermost node that a property belongs to."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What rules can be configured with.  ``today`` is an ISO date; without it nothing has
    expired."""

    naming: Naming = field(default_factory=Naming)
    max_properties: int = 40
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A property, and where it is declared.

    ``kind`` tells traits, and fields of every message (``common``), from the properties of
    events and pages; ``parents`` are the properties that it is nested in, outermost first.
    Rules about types see each definition as a property of that name.
    """

    property: m.Property
    root: Root
    kind: str
    parents: tuple[m.Property, ...] = ()

    def in_deprecated_event(self) -> bool:
        """Whether the event that it belongs to is deprecated as a whole."""
        return isinstance(self.root, m.Event) and self.root.deprecated is not None


@dataclass(frozen=True)
class Context:
    """One plan under one set of settings, with what several rules need to know about it."""

    plan: m.Plan
    settings: Settings

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        """Every property, in the order of the plan."""
        return tuple(self._declarations())

    def _declarations(self) -> Iterator[Declaration]:
        plan = self.plan
        for event in plan.events:
            yield from _within(event.properties, event, PROPERTY)
        for name, call in plan.calls.items():
            yield from _within(call.properties, call, _KIND_OF[m.CALLS[name]])
        if plan.common:
            yield from _within(plan.common, plan.common, FIELD)
        for definition in plan.definitions.values():
            kind = TRAIT if definition.name in self._of_traits else PROPERTY
            yield from _within(definition.value.type, definition, kind)

    def nodes(self) -> Iterator[tuple[m.Event | m.Property, m.Event | Declaration]]:
        """Every event and every property, each with the subject of findings about it."""
        yield from ((event, event) for event in self.plan.events)
        yield from ((each.property, each) for each in self.declarations)

    @cached_property
    def typed(self) -> tuple[Declaration, ...]:
        """Every property, and every definition as a whole."""
        return (*self.declarations, *map(of_definition, self.plan.definitions.values()))

    @cached_property
    def _of_traits(self) -> set[str]:
        """Definitions that traits need, and no event or page does."""
        plan = self.plan
        named: dict[str, set[str]] = {TRAIT: set(), PROPERTY: set()}
        for event in plan.events if plan.definitions else ():
            named[PROPERTY] |= reachable(event.properties, plan.definitions)
        for name, call in plan.calls.items() if plan.definitions else ():
            named[_KIND_OF[m.CALLS[name]]] |= reachable(call.properties, plan.definitions)
        return named[TRAIT] - named[PROPERTY]

    @cached_property
    def personal_definitions(self) -> set[str]:
        """Definitions of what is declared as personal data."""
        personal = (each.property.type for each in self.declarations if each.property.pii)
        return {name for type_ in personal for name in references(type_)}

    @cached_property
    def current(self) -> tuple[m.Event, ...]:
        """The events to send: the latest version of each, unless it is deprecated."""
        latest: dict[str, m.Event] = {}
        for event in self.plan.events:
            known = latest.get(event.name)
            if known is None or (event.version or 1) >= (known.version or 1):
                latest[event.name] = event
        return tuple(event for event in latest.values() if not event.deprecated)

    @cached_property
    def by_name(self) -> Mapping[str, m.Event]:
        """Events by name; of several versions, one that is not deprecated if there is any."""
        ordered = sorted(self.plan.events, key=lambda event: event.deprecated is None)
        return {event.name: event for event in ordered}


def of_definition(definition: m.Definition) -> Declaration:
    """A definition as a whole, as a property of its name."""
    as_property = m.Property(
        definition.name,
        definition.value,
        ignore=definition.ignore,
        ignore_spans=definition.ignore_spans,
        span=definition.span,
    )
    return Declaration(as_property, definition, DEFINITION)


def is_of_library(span: Span | None) -> bool:
    """Whether it is in a ready-made library, which the plan's author cannot change."""
    return span is not None and span.file.startswith(LIBRARY)


def own_parts(type_: m.Type) -> tuple[m.Type, ...]:
    """The type, its items and its alternatives, but not the types of the properties in it."""
    inner = children(type_)
    if isinstance(type_, m.Object):
        inner = inner[len(type_.properties) :]
    return (type_, *[part for each in inner for part in own_parts(each)]) if inner else (type_,)


def _within(
    type_: m.Type, root: Root, kind: str, parents: tuple[m.Property, ...] = ()
) -> Iterator[Declaration]:
    if not isinstance(type_, m.Object | m.Array | m.Union):  # as most are
        return
    for part in own_parts(type_):
        for inner in part.properties if isinstance(part, m.Object) else ():
            yield Declaration(inner, root, kind, parents)
            yield from _within(inner.type, root, kind, (*parents, inner))


Kinds = frozenset[str]

ANY: Final[Kinds] = frozenset()
"""Nothing is known, so any value is possible."""

_NOUNS: Final = {"string": "a string", "number": "a number", "boolean": "a boolean",
                 "array": "a list", "object": "an object"}  # fmt: skip
_VALUES: Final = ((bool, "boolean"), ((int, float), "number"), (str, "string"), (list, "array"))


def kinds(
    type_: m.Type, definitions: Mapping[str, m.Definition], within: frozenset[str] = frozenset()
) -> Kinds:
    """The JSON types that ``type_`` allows, null aside and integers as numbers; ``ANY`` if it
    does not say.

    ``within`` is the definitions on the way here.
    """
    match type_:
        case m.Enum(values):
            return frozenset(map(_kind_of, values))
        case m.Union(members):
            each = [kinds(member, definitions, within) for member in members]
            return ANY if ANY in each else frozenset().union(*each)
        case m.Ref(name) if name not in within:
            return kinds(definitions[name].value.type, definitions, within | {name})
        case m.Number():
            return frozenset({"number"})
    kind = json_name(type_)
    return frozenset({kind}) if kind else ANY


def _kind_of(value: m.Json) -> str:
    return next((kind for type_, kind in _VALUES if isinstance(value, type_)), "object")


def described(found: Iterable[str]) -> str:
    """The kinds as a message names them: "a number or a string"."""
    return " or ".join(_NOUNS.get(kind, kind) for kind in sorted(found))


def described_list(kind: str) -> str:
    """A list of items of that kind: "a list of numbers"."""
    return f"a list of {_NOUNS[kind].split()[1]}s"
