"""A plan as the library's rules, in memory: what checks messages, values and samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias, assert_never

from typewriter_client import rules as r
from typewriter_client.rules.definitions import Definitions
from typewriter_client.rules.words import rule_of

from . import model as m

Lookup: TypeAlias = Callable[[str], m.Value]
"""From a definition's name to what it says."""


def rules_of(plan: m.Plan) -> r.Rules:
    """The rules of a plan, each made when it is first needed."""
    return {entry: partial(shape_of, type_, {}) for entry, type_ in entries(plan)}


def entries(plan: m.Plan) -> Iterator[tuple[r.Entry, m.Type]]:
    """What the plan has a rule of, and the type of it.

    The untyped ``track()`` says no version: of an event that has one in each of its
    entries, it is checked as the one whose function has the event's own name.
    """
    if plan.common is not None:
        yield r.every_message(), plan.common
    for name, call in plan.calls.items():
        yield r.Entry(name), call.properties
    plain = {event.name for event in plan.events if event.version is None}
    for event in plan.events:
        default = event.name not in plain and not event.function
        yield r.track(event.name, version=event.version, default=default), event.properties
    for name, definition in plan.definitions.items():
        yield r.define(name), definition.value.type


class Checks:
    """What says whether values are of a plan's types.

    A definition is looked up when a type that refers to it is first asked for.  All are compiled
    once, known by identity: types that are asked for have to outlive this.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._definitions = Definitions(_Makers(lookup))
        self._made: dict[int, r.Shape] = {}  # by type: what is in another was made with that

    def of(self, value: m.Value) -> Callable[[object], bool]:
        """A function that says whether a value, as JSON has it, may be where this is declared."""
        return partial(rule_of(value_of(value, self._made)).check(self._definitions).fits, depth=0)


class _Makers(Mapping[str, Callable[[], r.Rule]]):
    """What makes the rules of definitions, all of which there are."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def __getitem__(self, name: str) -> Callable[[], r.Rule]:
        return lambda: rule_of(shape_of(self._lookup(name).type, {}))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def value_of(value: m.Value, made: dict[int, r.Shape]) -> r.Shape:
    """The rule of a value, null included."""
    if value == m.ANYTHING:
        return r.anything()
    shape = made.get(id(value.type)) or shape_of(value.type, made)
    return r.nullable(shape) if value.nullable else shape


def shape_of(type_: m.Type, made: dict[int, r.Shape]) -> r.Shape:
    """The rule of a type.  ``made`` holds what was made so far, by the identity of types."""
    shape = made[id(type_)] = _shape_of(type_, made)
    return shape


def _shape_of(type_: m.Type, made: dict[int, r.Shape]) -> r.Shape:
    match type_:
        case m.AnyType():
            return r.not_null()
        case m.Boolean():
            return r.boolean()
        case m.Number():
            return (r.integer if type_.integer else r.number)(
                minimum=type_.minimum,
                maximum=type_.maximum,
                exclusive_minimum=type_.exclusive_minimum,
                exclusive_maximum=type_.exclusive_maximum,
                multiple_of=None if type_.multiple_of is None else str(type_.multiple_of),
            )
        case m.String():
            return r.string(
                type_.format,
                pattern=type_.patterns,
                min_length=type_.min_length,
                max_length=type_.max_length,
            )
        case m.Enum():
            return r.enum(*type_.values)
        case m.Array():
            return r.array(
                value_of(type_.items, made),
                min_items=type_.min_items,
                max_items=type_.max_items,
                unique_items=type_.unique_items,
            )
        case m.Object():
            return _object(type_, made)
        case m.Union():
            members = (shape_of(each, made) for each in type_.members)
            return (r.one_of if type_.exclusive else r.any_of)(*members)
        case m.Ref():
            return r.ref(type_.name)
        case _:
            assert_never(type_)


def _object(shape: m.Object, made: dict[int, r.Shape]) -> r.Shape:
    properties: dict[str, r.Shape] = {}
    for each in shape.properties:
        inside = value_of(each.value, made)
        required = each.required or each.name in shape.required
        key = each.name if required else r.optional(each.name)
        properties[key] = r.pii(inside) if each.pii else inside
    required_keys, least, most = shape.required, shape.min_properties, shape.max_properties
    if shape.additional is None:
        return r.closed(
            properties, required=required_keys, min_properties=least, max_properties=most
        )
    return r.open(
        properties,
        additional=value_of(shape.additional, made),
        required=required_keys,
        min_properties=least,
        max_properties=most,
    )
