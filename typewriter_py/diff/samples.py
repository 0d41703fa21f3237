"""Some values of a type, small ones first: those at the edges of what another type allows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Final

from ..plan.model import (
    AnyType,
    Array,
    Boolean,
    Enum,
    Json,
    Number,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from . import intervals
from .apart import Definitions, needed, resolved, takes

_DEEPEST: Final = 4
_MOST: Final = 30
"""Values of one type that are tried."""

_LONGEST: Final = 300
"""Characters and items of what is made up; nobody reads a longer witness."""

OTHER_KEY: Final = "something_else"

_FORMATS: Final = {
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
_TEXTS: Final = (
    *("text", "", "a", "A", "1", "US", "USD", "us", "en-US", "abc", "ABC", "ABC-123", "123"),
    *("12345", "A1", "a-b", "a_b", "a b", "1.0", "1.0.0", "/", "#ffffff", "+123456789", "é"),
    *_FORMATS.values(),
)
"""Texts to try where a pattern is to be met."""


def samples(
    value: Value, definitions: Definitions, other: Type | None = None, depth: int = _DEEPEST
) -> Iterator[Json]:
    """Some of what ``value`` allows.  ``other`` is what it is held against."""
    found = _of_type(value.type, definitions, other, depth) if depth > 0 else iter(())
    kept = (each for each in islice(found, _MOST) if takes(value.type, each, definitions))
    yield from kept
    if value.nullable:
        yield None


def _of_type(
    type_: Type, definitions: Definitions, other: Type | None, depth: int
) -> Iterator[Json]:
    match type_:
        case AnyType():
            yield from ("text", 1, 0.5, True, [], {})
        case Boolean():
            yield from (True, False)
        case Enum(values):
            new = other if isinstance(other, Enum) else None
            yield from sorted(values, key=lambda v: new is not None and takes(new, v, definitions))
        case Number():
            yield from _numbers(type_, other)
        case String():
            yield from _texts(type_, other)
        case Array():
            yield from _arrays(type_, definitions, other, depth)
        case Object():
            yield from _objects(type_, definitions, depth)
        case Union(members):
            each = (_of_type(member, definitions, other, depth) for member in members)
            for row in zip_longest(*each):
                yield from (one for one in row if one is not None)
        case Ref():
            yield from _of_type(resolved(type_, definitions), definitions, other, depth - 1)


def _numbers(type_: Number, other: Type | None) -> Iterator[Json]:
    yield from (1, 0, -1) if type_.integer else (1, 0.5, 0, -1)
    for each in (type_, other):
        if isinstance(each, Number):
            if each.multiple_of is not None:
                step = each.multiple_of
                yield int(step) if step == int(step) else float(step)
            interval = intervals.of_number(each)
            for end in (interval.low, interval.high):
                yield from () if end is None else (end, end - 1, end + 1, end - 0.5, end + 0.5)


def _texts(type_: String, other: Type | None) -> Iterator[Json]:
    if type_.format in _FORMATS:
        yield _FORMATS[type_.format]
    yield "text"
    for each in (type_, other):
        if isinstance(each, String):
            for length in (each.min_length or 0, each.max_length or 0):
                yield from ("x" * n for n in (length, length + 1, length - 1) if n <= _LONGEST)
            yield from (pattern.strip("^$") for pattern in each.patterns)
    yield from _TEXTS


def _arrays(
    type_: Array, definitions: Definitions, other: Type | None, depth: int
) -> Iterator[Json]:
    items = list(samples(type_.items, definitions, None, depth - 1))
    counts = [type_.min_items or 0, 1, 0, 2]
    for each in (type_, other):
        if isinstance(each, Array):
            ends = each.min_items or 0, each.max_items or 0
            counts += [count for end in ends for count in (end, end - 1, end + 1)]
    for count in dict.fromkeys(counts):
        if 0 <= count <= _LONGEST and (items or not count):
            yield [items[0]] * count if count else []
            yield items[:count]


def _objects(type_: Object, definitions: Definitions, depth: int) -> Iterator[Json]:
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
    declared: Property, definitions: Definitions, depth: int = _DEEPEST
) -> Iterator[Json]:
    """Values of a property, the plan's own examples first."""
    own = [each for each in declared.examples if takes(declared.type, each, definitions)]
    yield from chain(own, samples(declared.value, definitions, None, depth))


def smallest(type_: Object, definitions: Definitions, depth: int = _DEEPEST) -> dict[str, Json]:
    """What must be in an object, as far as it can be made up."""
    declared = {each.name: each for each in type_.properties}
    found: dict[str, Json] = {}
    for name in needed(type_):
        if name in declared:
            values = of_property(declared[name], definitions, depth - 1)
        else:
            values = samples(type_.additional or Value(Union(())), definitions, None, depth - 1)
        for value in islice(values, 1):
            found[name] = value
    return found
