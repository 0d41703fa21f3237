"""Values of JSON judged in Python: equality, and whether a type of the plan accepts one.

It serves the plan's own checks (a default that its own schema refuses), not run time: the
generated validators do that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from .formats import conforms
from .model import (
    AnyType,
    Array,
    Boolean,
    Enum,
    Json,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
    Value,
)

Lookup = Callable[[str], Value]
"""From a definition's name to what it says."""


def same(one: Json, two: Json) -> bool:
    """Equality as JSON Schema has it: 1 is 1.0, true is not 1, at any depth."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    return one == two


def identity(value: Json) -> Hashable:
    """A key that equal values share, in the sense of ``same``."""
    match value:
        case bool():
            return ("bool", value)
        case list():
            return ("list", tuple(map(identity, value)))
        case dict():
            return ("dict", frozenset((key, identity(each)) for key, each in value.items()))
        case _:
            return value


def plain(value: Any) -> Any:
    """The same value as plain data, without the places where YAML has it."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case tuple():
            return tuple(map(plain, value))
        case _:
            return value


def shown(value: Json) -> str:
    """A value as a message quotes it, cut where it is long."""
    import json

    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 60 else written[:57] + "…"


def accepts(value: Value, candidate: Json, lookup: Lookup) -> bool:
    """Whether ``candidate`` may stand where ``value`` is declared."""
    if candidate is None:
        return value.nullable
    return _accepts(value.type, candidate, lookup)


def _accepts(type: Type, it: Any, lookup: Lookup) -> bool:
    match type:
        case AnyType():
            return True
        case Boolean():
            return isinstance(it, bool)
        case Number():
            return isinstance(it, int | float) and not isinstance(it, bool) and _number(type, it)
        case String():
            return isinstance(it, str) and _string(type, it)
        case Enum(values):
            return any(same(it, value) for value in values)
        case Array():
            return isinstance(it, list) and _array(type, it, lookup)
        case Object():
            return isinstance(it, Mapping) and _object(type, it, lookup)
        case Union(members, exclusive):
            matches = sum(_accepts(member, it, lookup) for member in members)
            return matches == 1 if exclusive else matches > 0
        case Ref(name):
            return _accepts(lookup(name).type, it, lookup)
        case _:
            assert_never(type)


def _number(type: Number, it: int | float) -> bool:
    return (
        (not type.integer or isinstance(it, int) or it.is_integer())
        and (type.minimum is None or it >= type.minimum)
        and (type.maximum is None or it <= type.maximum)
        and (type.exclusive_minimum is None or it > type.exclusive_minimum)
        and (type.exclusive_maximum is None or it < type.exclusive_maximum)
        and (type.multiple_of is None or _is_multiple(it, type.multiple_of))
    )


def _is_multiple(it: int | float, step: Decimal) -> bool:
    """In decimal, and exactly: a remainder of Decimals has 28 digits to work with."""
    return (Fraction(repr(it)) / Fraction(step)).denominator == 1


def _within(count: int, least: int | None, most: int | None) -> bool:
    return (least is None or count >= least) and (most is None or count <= most)


def _string(type: String, it: str) -> bool:
    return (
        _within(len(it), type.min_length, type.max_length)
        and all(re.search(pattern, it) for pattern in type.patterns)
        and (type.format is None or conforms(it, type.format))
    )


def _array(type: Array, it: list[Any], lookup: Lookup) -> bool:
    return (
        _within(len(it), type.min_items, type.max_items)
        and all(accepts(type.items, item, lookup) for item in it)
        and not (type.unique_items and len(set(map(identity, it))) < len(it))
    )


def _object(type: Object, it: Mapping[str, Any], lookup: Lookup) -> bool:
    declared = {p.name: p for p in type.properties}
    required = {*type.required, *(p.name for p in type.properties if p.required)}
    if not required <= it.keys():
        return False
    if not _within(len(it), type.min_properties, type.max_properties):
        return False
    for key, value in it.items():
        place = declared[key].value if key in declared else type.additional
        if place is None or not accepts(place, value, lookup):
            return False
    return True
