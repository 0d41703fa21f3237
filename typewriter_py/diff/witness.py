"""Payloads that were valid and no longer are: they show that a change breaks callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice, zip_longest
from typing import Final

from ..plan import model as m
from .inclusion import Definitions
from .intervals import interval
from .model import ITEMS, REST, Change, Location, Step
from .shapes import resolved

_TRIED: Final = 60
"""Payloads that are tried for one change, in addition to those that differ anywhere."""

_MADE: Final = 200
"""Changes of one comparison that get a witness; nobody reads more."""

_Parts = Mapping[tuple[str, str, int], m.Object]


class Witnesses:
    """Makes witnesses for the changes between two plans."""

    def __init__(self, old: m.Plan, new: m.Plan) -> None:
        self._old = Definitions(old.definitions)
        self._new = Definitions(new.definitions)
        self._before = _parts(old)
        self._after = _parts(new)
        self._left = _MADE

    def added(self, change: Change) -> Change:
        """The change with its witness, if one can be made."""
        if not self._left or not change.reached:
            return change
        witness = self._made(change.reached[0])
        if witness is m.ABSENT:
            return change
        self._left -= 1
        return replace(change, witness=witness)

    def _made(self, at: Location) -> m.Json | m.Absent:
        was, now = (version or 1 for version in at.owner.versions)
        before = self._before.get((at.owner.kind, at.owner.name, was))
        after = self._after.get((at.owner.kind, at.owner.name, now))
        if before is None or after is None:
            return m.ABSENT
        there = islice(self._payloads(m.Value(before), after, at.steps), _TRIED)
        anywhere = samples(m.Value(before), self._old, after)
        was_valid, is_valid = self._old.checker(before), self._new.checker(after)
        for payload in chain(there, anywhere):
            if was_valid(payload) and not is_valid(payload):
                return payload
        return m.ABSENT

    def _payloads(
        self, old: m.Value, new: m.Type | None, steps: tuple[Step, ...]
    ) -> Iterator[m.Json]:
        """Values of ``old`` that differ at the end of ``steps``."""
        type_ = resolved(old.type, self._old)
        other = resolved(new, self._new) if new is not None else None
        if not steps:
            if old.nullable:
                yield None
            yield from samples(m.Value(type_), self._old, other)
            return
        step, rest = steps[0], steps[1:]
        if isinstance(type_, m.Union):
            others = other.members if isinstance(other, m.Union) else (other,)
            for member in type_.members:
                like = next((each for each in others if type(each) is type(member)), None)
                yield from self._payloads(m.Value(member), like, steps)
        elif isinstance(type_, m.Array) and step == ITEMS:
            items = other.items.type if isinstance(other, m.Array) else None
            least = max(1, type_.min_items or 0)
            for item in self._payloads(type_.items, items, rest) if least <= _LONGEST else ():
                yield [item] * least
        elif isinstance(type_, m.Object) and step != ITEMS:
            name = OTHER_KEY if step == REST else str(step)
            yield from self._objects(type_, other, name, rest)

    def _objects(
        self, old: m.Object, new: m.Type | None, name: str, rest: tuple[Step, ...]
    ) -> Iterator[m.Json]:
        """The smallest object without the key, if that is possible, then with values for it."""
        small = smallest(old, self._old)
        yield {key: each for key, each in small.items() if key != name}
        here = self._old.keys_of(old).value(name)
        there = self._new.keys_of(new).value(name) if isinstance(new, m.Object) else None
        if here is not None:
            for value in self._payloads(here, there.type if there else None, rest):
                yield small | {name: value}


def _parts(plan: m.Plan) -> _Parts:
    """The properties of each event, of each call, and of every message; anything if the plan
    does not describe them."""
    found = {("event", each.name, each.version or 1): each.properties for each in plan.events}
    calls = plan.calls
    for kind in m.CALLS:
        found[kind, "", 1] = calls[kind].properties if kind in calls else m.OPEN
    found["common", "", 1] = plan.common or m.OPEN
    return found


_DEEPEST: Final = 4
_MOST: Final = 30
"""Values of one type that are tried."""

_LONGEST: Final = 300
"""Characters and items of what is generated; nobody reads a longer witness."""

OTHER_KEY: Final = "something_else"

FORMATS: Final = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "uuid": "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
"""A string of each format."""

_STRINGS: Final = (
    *("text", "", "a", "A", "1", "US", "USD", "us", "en-US", "abc", "ABC", "ABC-123", "123"),
    *("12345", "A1", "a-b", "a_b", "a b", "1.0", "1.0.0", "/", "#ffffff", "+123456789", "é"),
    *FORMATS.values(),
)
"""Strings to try, among others where a pattern has to match."""


def samples(
    value: m.Value, definitions: Definitions, other: m.Type | None = None, depth: int = _DEEPEST
) -> Iterator[m.Json]:
    """Some of the values that ``value`` allows.  ``other`` is what it is compared with."""
    found = _of_type(value.type, definitions, other, depth) if depth > 0 else iter(())
    yield from filter(definitions.checker(value.type), islice(found, _MOST))
    if value.nullable:
        yield None


def _of_type(
    type_: m.Type, definitions: Definitions, other: m.Type | None, depth: int
) -> Iterator[m.Json]:
    match type_:
        case m.AnyType():
            yield from ("text", 1, 0.5, True, [], {})
        case m.Boolean():
            yield from (True, False)
        case m.Enum(values):
            kept = definitions.checker(other) if isinstance(other, m.Enum) else None
            yield from sorted(values, key=kept) if kept else values
        case m.Number():
            yield from _numbers(type_, other)
        case m.String():
            yield from _strings(type_, other)
        case m.Array():
            yield from _arrays(type_, definitions, other, depth)
        case m.Object():
            yield from _objects(type_, definitions, depth)
        case m.Union(members):
            each = (_of_type(member, definitions, other, depth) for member in members)
            for row in zip_longest(*each):
                yield from (one for one in row if one is not None)
        case m.Ref():
            yield from _of_type(resolved(type_, definitions), definitions, other, depth - 1)


def _numbers(type_: m.Number, other: m.Type | None) -> Iterator[m.Json]:
    yield from (1, 0, -1) if type_.integer else (1, 0.5, 0, -1)
    for each in (type_, other):
        if isinstance(each, m.Number):
            if each.multiple_of is not None:
                step = each.multiple_of
                yield int(step) if step == int(step) else float(step)
            bounds = interval(each)
            for end in (bounds.low, bounds.high):
                yield from () if end is None else (end, end - 1, end + 1, end - 0.5, end + 0.5)


def _strings(type_: m.String, other: m.Type | None) -> Iterator[m.Json]:
    if type_.format in FORMATS:
        yield FORMATS[type_.format]
    yield "text"
    for each in (type_, other):
        if isinstance(each, m.String):
            for length in (each.min_length or 0, each.max_length or 0):
                yield from ("x" * n for n in (length, length + 1, length - 1) if n <= _LONGEST)
            yield from (pattern.strip("^$") for pattern in each.patterns)
    yield from _STRINGS


def _arrays(
    type_: m.Array, definitions: Definitions, other: m.Type | None, depth: int
) -> Iterator[m.Json]:
    items = list(samples(type_.items, definitions, None, depth - 1))
    counts = [type_.min_items or 0, 1, 0, 2]
    for each in (type_, other):
        if isinstance(each, m.Array):
            ends = each.min_items or 0, each.max_items or 0
            counts += [count for end in ends for count in (end, end - 1, end + 1)]
    for count in dict.fromkeys(counts):
        if 0 <= count <= _LONGEST and (items or not count):
            yield [items[0]] * count if count else []
            yield items[:count]


def _objects(type_: m.Object, definitions: Definitions, depth: int) -> Iterator[m.Json]:
    small = smallest(type_, definitions, depth)
    yield small
    whole = dict(small)
    for declared in type_.properties:
        found = next(of_property(declared, definitions, depth - 1), None)
        if found is not None:
            yield small | {declared.name: found}
            whole[declared.name] = found
    yield whole
    if type_.additional is not None:
        for value in samples(type_.additional, definitions, None, depth - 1):
            yield small | {OTHER_KEY: value}
            yield whole | {OTHER_KEY: value}


def of_property(
    declared: m.Property, definitions: Definitions, depth: int = _DEEPEST
) -> Iterator[m.Json]:
    """Values of a property, the plan's own examples first."""
    own = filter(definitions.checker(declared.type), declared.examples)
    yield from chain(own, samples(declared.value, definitions, None, depth))


def smallest(type_: m.Object, definitions: Definitions, depth: int = _DEEPEST) -> dict[str, m.Json]:
    """What must be in an object, as far as it can be generated."""
    keys = definitions.keys_of(type_)
    found: dict[str, m.Json] = {}
    for name in keys.needed:
        if name in keys.declared:
            values = of_property(keys.declared[name], definitions, depth - 1)
        else:
            values = samples(type_.additional or m.Value(m.Union(())), definitions, None, depth - 1)
        for value in islice(values, 1):
            found[name] = value
    return found
