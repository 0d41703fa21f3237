"""Values as JSON sees them: types, equality, and numbers in decimal.

Here true is no number, 1.0 is an integer and equals 1, and NaN is nothing at all. A first
pass judges a call's own values, so a ``Decimal`` counts as the number that it is sent as,
and a tuple as an array; what is not certain to be sent as it is judged is not accepted, and
judged again as it is sent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Hashable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .checks import DEEPEST, Path, Report

if TYPE_CHECKING:
    if sys.version_info >= (3, 13):
        from typing import TypeIs
    else:
        from typing_extensions import TypeIs

Check = Callable[[object, Path, Report], None]
"""Judges the value that stands at a path, and reports."""

StrOrNull = (str, type(None))
BoolOrNull = (bool, type(None))

_EXACT = 2**53  # below it, a whole number is the same as int and as float
_INFINITY = float("inf")


class _NotPlain(Exception):
    """A value that JSON has no equal of, or that is nested too deeply to compare."""


def is_object(value: object) -> TypeIs[dict[str, object]]:
    """Whether ``value`` is a JSON object."""
    return isinstance(value, dict)


def is_object_of(
    value: Any, planned: set[str], path: Path, report: Report
) -> TypeIs[dict[str, object]]:
    """Whether ``value`` is a JSON object; says so if not, and which keys are not planned."""
    if value.__class__ is not dict and not is_object(value):
        report.expected("object", path, value)
        return False
    if not planned.issuperset(value):
        report.unplanned(planned, path, value)
    return True


def is_array(value: object) -> TypeIs[list[object] | tuple[object, ...]]:
    """Whether ``value`` is sent as a JSON array."""
    return isinstance(value, (list, tuple))


def each_item(value: Any, check: Check, path: Path, report: Report) -> None:
    """Judges every item of an array, and whether it is one."""
    if value.__class__ is not list and not is_array(value):
        report.expected("array", path, value)
        return
    for index, item in enumerate(value):
        check(item, (*path, index), report)


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


def multiple_of(value: float, step: Decimal) -> bool:
    """Whether ``value``, as it is written in decimal, is a multiple: 19.99 is of 0.01."""
    written = Decimal(float.__repr__(value)) if isinstance(value, float) else value
    top, bottom = written.as_integer_ratio()
    step_top, step_bottom = step.as_integer_ratio()
    return top * step_bottom % (bottom * step_top) == 0


def listed(value: object, values: Collection[str]) -> bool:
    """Whether ``value`` is one of these texts."""
    return isinstance(value, str) and value in values


def one_of(value: object, values: Iterable[object]) -> bool:
    """Whether ``value`` equals one of ``values`` as JSON does, at any depth."""
    try:
        sought = _identity(value, 0)
        return any(sought == _identity(each, 0) for each in values)
    except _NotPlain:
        return False


def unique(values: Collection[object]) -> bool:
    """Whether no two of ``values`` are equal as JSON compares them, at any depth."""
    try:
        return len({_identity(each, 0) for each in values}) == len(values)
    except _NotPlain:
        return False


def matches_any(
    value: object, path: Path, report: Report, checks: Iterable[Check]
) -> bool:
    """Whether ``value`` passes at least one of ``checks``; ``report`` stays as it is."""
    for check in checks:
        scratch = report.scratch
        check(value, path, scratch)
        if not scratch.violations:
            return True
    return False


def matches_one(
    value: object, path: Path, report: Report, checks: Iterable[Check]
) -> bool:
    """Whether ``value`` passes exactly one of ``checks``; ``report`` stays as it is.

    Only a plain value is judged: of another, its text might pass where it does not itself.
    """
    try:
        _identity(value, 0)
    except _NotPlain:
        return False
    passed = 0
    for check in checks:
        scratch = report.scratch
        check(value, path, scratch)
        passed += not scratch.violations
    return passed == 1


def _identity(value: object, depth: int) -> Hashable:
    """The same for values that are equal in JSON, and only for them."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return bool, value
    amount = number(value)
    if amount is not None and not isinstance(value, Decimal):
        return amount
    if depth > DEEPEST:
        raise _NotPlain
    if is_array(value):
        return list, tuple([_identity(each, depth + 1) for each in value])
    if is_object(value) and {type(key) for key in value} <= {str}:
        pairs = [(key, _identity(each, depth + 1)) for key, each in value.items()]
        return dict, frozenset(pairs)
    raise _NotPlain
