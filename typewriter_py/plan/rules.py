"""A plan as the library's rules, in memory, to check messages, values and samples with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias, assert_never

from typewriter_client import rules as r
from typewriter_client.rules.base import Check
from typewriter_client.rules.definitions import Definitions
from typewriter_client.rules.scalars import String
from typewriter_client.rules.words import rule_of

from . import model as m
from .patterns.backtracking import QUICK, growth, is_quick, max_matched

Lookup: TypeAlias = Callable[[str], m.Value]
"""From a definition's name to its value."""


def rules_of(plan: m.Plan) -> r.Rules:
    """The rules of a plan, each built when it is first needed."""
    return {entry: partial(shape_of, type_, {}) for entry, type_ in entries(plan)}


def entries(plan: m.Plan) -> Iterator[tuple[r.Entry, m.Type]]:
    """Everything that a plan has a rule for, with its type.

    The untyped ``track()`` gives no version: if all entries of an event have one, it is checked
    against the entry whose function has the event's own name.
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
    """Checks whether values are of a plan's types.

    A definition is looked up when a type that refers to it is first needed.  All are compiled
    once, by identity: the types have to outlive this.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._definitions = Definitions(_Makers(lookup))
        self._made: dict[int, r.Shape] = {}  # by type, those within others too

    def of(self, value: m.Value) -> Callable[[object], bool]:
        """A function that returns whether a JSON value is valid for ``value``."""
        return partial(rule_of(value_of(value, self._made)).check(self._definitions).fits, depth=0)


class _Matched(String):
    """A string with patterns.  A text for which one of them could take very long fits that
    pattern: a plan is read, compared and imported in any case, and lint warns of the pattern."""

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        fits = super().compile(definitions).test
        if max(growth(each).degree for each in self.patterns) <= QUICK:
            return Check(fits)

        def test(value: object) -> bool:
            if not isinstance(value, str):
                return False
            quick = tuple(each for each in self.patterns if is_quick(each, value))
            if quick == self.patterns:
                return fits(value)
            rule = String(self.format, quick, self.min_length, self.max_length, self.max_matched)
            return rule.check(definitions).fits(value, 0)

        return Check(test)


class _Makers(dict[str, Callable[[], r.Rule]]):
    """Makes the rule of any definition."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__()
        self._lookup = lookup

    def __contains__(self, name: object) -> bool:
        return True  # references were resolved when the plan was read

    def __missing__(self, name: str) -> Callable[[], r.Rule]:
        return lambda: rule_of(shape_of(self._lookup(name).type, {}))


def value_of(value: m.Value, made: dict[int, r.Shape]) -> r.Shape:
    """The rule of a value, null included."""
    if value == m.ANYTHING:
        return r.anything()
    shape = made.get(id(value.type)) or shape_of(value.type, made)
    return r.nullable(shape) if value.nullable else shape


def shape_of(type_: m.Type, made: dict[int, r.Shape]) -> r.Shape:
    """The rule of a type.  ``made`` has those made so far, by the identity of the types."""
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
        case m.String() if type_.patterns:
            return _Matched(
                type_.format,
                type_.patterns,
                type_.min_length,
                type_.max_length,
                max_matched(type_.patterns, type_.max_length),
            )
        case m.String():
            return r.string(type_.format, min_length=type_.min_length, max_length=type_.max_length)
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
    other = None if shape.additional is None else value_of(shape.additional, made)
    return (r.closed if other is None else partial(r.open, additional=other))(
        properties,
        required=shape.required,
        min_properties=shape.min_properties,
        max_properties=shape.max_properties,
    )
