"""Values as JSON sees them: types, equality, and numbers in decimal.

Here true is not a number, 1.0 is an integer and equals 1, and NaN is nothing at all.  A call's
own values are checked first, so a ``Decimal`` counts as the number that it is sent as,
and a tuple as an array; what is not certain to be sent as it is checked does not fit, and
is checked again as it is sent.
"""

# What is checked may be anything, so that of a dict or a list the contents are unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from decimal import Decimal
from typing import Any

from .report import DEEPEST

_EXACT = 2**53  # below it, a whole number is the same as int and as float
_INFINITY = float("inf")
_LARGEST = 100_000  # objects and arrays, of which a message has room for fewer
_TOO_MANY = _LARGEST + 1

Known = dict[tuple[str, int], Any]
"""By a definition's name and a value's identity, whether that fits; by "", its size."""


def number(value: object) -> int | float | None:
    """The number that ``value`` is sent as, None if it is none: true, NaN, "1"."""
    if isinstance(value, float):
        return value if -_INFINITY < value < _INFINITY else None
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if type(value) is Decimal and value.is_finite() and -_EXACT < value < _EXACT:
        return float(value)
    return None


def integer(value: object) -> int | float | None:
    """The whole number that ``value`` is sent as, None if it is none. 1.0 is whole."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, float) and value.is_integer():
        return value
    return None


def is_multiple(value: float | Decimal, step: Decimal | int) -> bool:
    """Whether ``value``, as it is written in decimal, is a multiple: 19.99 is of 0.01."""
    written = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    top, bottom = written.as_integer_ratio()
    step_top, step_bottom = step.as_integer_ratio()
    return top * step_bottom % (bottom * step_top) == 0


def is_unique(values: Collection[object]) -> bool:
    """Whether no two of ``values`` are equal as JSON compares them, at any depth."""
    known: Known = {}
    plain = all(is_plain(each, known) for each in values)
    return plain and len(set(map(identity, values))) == len(values)


def identity(value: object) -> Hashable:
    """The same for plain values that are equal in JSON, and only for them."""
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, (list, tuple)):
        return list, tuple([identity(each) for each in value])
    if isinstance(value, dict):
        pairs = [(key, identity(each)) for key, each in value.items()]
        return dict, frozenset(pairs)
    return value  # a text, a number or null


def is_plain(value: object, known: Known | None = None) -> bool:
    """Whether JSON has an equal of the value, which a message has room for.

    ``known`` remembers what was seen: what stands in a value many times is looked at once.
    """
    return _size(value, 0, {} if known is None else known) <= _LARGEST


def _size(value: object, depth: int, known: Known) -> int:
    """The objects and arrays that would be sent of it; of what is not plain, too many."""
    if value is None or isinstance(value, (str, bool)):
        return 0
    if isinstance(value, (int, float)):
        return _TOO_MANY if number(value) is None else 0
    key = "", id(value)
    size: int | None = known.get(key)
    if size is None:
        known[key] = size = _TOO_MANY  # should it contain itself
        parts: Iterable[object] | None = None
        if isinstance(value, (list, tuple)):
            parts = value
        elif isinstance(value, dict) and {type(each) for each in value} <= {str}:
            parts = value.values()
        if parts is not None and depth <= DEEPEST:
            size = 1 + sum([_size(each, depth + 1, known) for each in parts])
            known[key] = size
    return size
