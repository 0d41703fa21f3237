"""JSON's view of values: types, equality, and numbers in decimal.

True is not a number, 1.0 is an integer and equals 1, and NaN has no type at all.  The call's
own values are checked first, so a ``Decimal`` counts as the number that it is sent as, and
a tuple as an array; what may be sent differently does not fit, and is checked again in the
form in which it is sent.
"""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from decimal import Decimal
from typing import Any

from .report import DEEPEST

_EXACT = 2**53  # up to here, integers are exact as floats
_INFINITY = float("inf")
_LARGEST = 100_000  # objects and arrays; fewer than this fit into a message
_TOO_MANY = _LARGEST + 1

Known = dict[tuple[str, int], Any]
"""Cached results by (definition, id of value): whether it fits; by ("", id): its size."""


def number(value: object) -> int | float | None:
    """The number that ``value`` is sent as, None if it is not one: true, NaN, "1"."""
    if isinstance(value, float):
        return value if -_INFINITY < value < _INFINITY else None
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if type(value) is Decimal and value.is_finite() and -_EXACT < value < _EXACT:
        return float(value)
    return None


def integer(value: object) -> int | float | None:
    """The integer that ``value`` is sent as, None if it is not one.  1.0 is an integer."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, float) and value.is_integer():
        return value
    return None


def is_multiple(value: float | Decimal, step: Decimal | int) -> bool:
    """Whether ``value`` is a multiple of ``step`` in decimal: 19.99 is one of 0.01."""
    written = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    top, bottom = written.as_integer_ratio()
    step_top, step_bottom = step.as_integer_ratio()
    return top * step_bottom % (bottom * step_top) == 0


def is_unique(values: Collection[object]) -> bool:
    """Whether no two of ``values`` are equal in JSON, at any depth."""
    known: Known = {}
    plain = all(is_plain(each, known) for each in values)
    return plain and len(set(map(identity, values))) == len(values)


def identity(value: object) -> Hashable:
    """A key that is equal for plain values that are equal in JSON, and only for these."""
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, (list, tuple)):
        return list, tuple([identity(each) for each in value])
    if isinstance(value, dict):
        pairs = [(key, identity(each)) for key, each in value.items()]
        return dict, frozenset(pairs)
    return value  # a string, a number or null


def is_plain(value: object, known: Known | None = None) -> bool:
    """Whether JSON has an equal value, small enough for a message.

    ``known`` caches results: an object that occurs several times is inspected once.
    """
    return _size(value, 0, {} if known is None else known) <= _LARGEST


def _size(value: object, depth: int, known: Known) -> int:
    """The number of objects and arrays in it; too many if it is not plain."""
    if value is None or isinstance(value, (str, bool)):
        return 0
    if isinstance(value, (int, float)):
        return _TOO_MANY if number(value) is None else 0
    key = "", id(value)
    size: int | None = known.get(key)
    if size is None:
        known[key] = size = _TOO_MANY  # in case it contains itself
        parts: Iterable[object] | None = None
        if isinstance(value, (list, tuple)):
            parts = value
        elif isinstance(value, dict) and {type(each) for each in value} <= {str}:
            parts = value.values()
        if parts is not None and depth <= DEEPEST:
            size = 1 + sum([_size(each, depth + 1, known) for each in parts])
            known[key] = size
    return size
