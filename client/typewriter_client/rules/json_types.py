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

from collections.abc import Collection, Hashable
from decimal import Decimal

from .report import DEEPEST

_EXACT = 2**53  # below it, a whole number is the same as int and as float
_INFINITY = float("inf")


class NotPlain(Exception):
    """A value that JSON has no equal of, or that is nested too deeply to compare."""


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
    try:
        return len({identity(each) for each in values}) == len(values)
    except NotPlain:
        return False


def identity(value: object, depth: int = 0) -> Hashable:
    """The same for values that are equal in JSON, and only for them."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return bool, value
    amount = number(value)
    if amount is not None and not isinstance(value, Decimal):
        return amount
    if depth > DEEPEST:
        raise NotPlain
    if isinstance(value, (list, tuple)):
        return list, tuple([identity(each, depth + 1) for each in value])
    if isinstance(value, dict) and {type(key) for key in value} <= {str}:
        pairs = [(key, identity(each, depth + 1)) for key, each in value.items()]
        return dict, frozenset(pairs)
    raise NotPlain


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether the value has an ``identity``."""
    if value is None or isinstance(value, (str, bool)):
        return True
    if isinstance(value, (int, float)):
        return number(value) is not None
    if depth > DEEPEST:
        return False
    depth += 1
    if isinstance(value, (list, tuple)):
        return all(is_plain(each, depth) for each in value)
    return isinstance(value, dict) and all(
        type(key) is str and is_plain(each, depth) for key, each in value.items()
    )
