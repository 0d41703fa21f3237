"""Whole numbers beyond 2^53, of which JavaScript has only some.

Its numbers are doubles, and ``JSON.stringify`` writes the shortest digits that lead back to the
same double.  So ``9007199254740993`` is sent as …992, and 2^60 with other digits as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ...diagnostics import Diagnostic, Span
from ...plan import codes
from ...plan.model import ABSENT, Absent, Enum, Json, Object, Plan, Type
from ...plan.queries import children, shapes

_EXACT: Final = 2**53
_WITH_EXPONENT: Final = 1e21


def inexact(plan: Plan) -> Iterator[Diagnostic]:
    """An error for each value that a package would have to send or accept, and cannot."""
    for event in plan.events:
        yield from _problem(event.name, event.version, event.span)
        yield from _problem(event.name, dict(event.integrations or {}), event.span)
    for shape in shapes(plan):
        yield from _in_type(shape, "", None)
    for name, definition in plan.definitions.items():
        yield from _in_type(definition.value.type, name, definition.span)


def _in_type(type_: Type, name: str, span: Span | None) -> Iterator[Diagnostic]:
    """``name`` and ``span`` are those of the property, or the definition, of that type."""
    if isinstance(type_, Enum):
        for value in type_.values:
            yield from _problem(name, value, span)
    elif isinstance(type_, Object):
        for declared in type_.properties:
            own = list(_in_type(declared.type, declared.name, declared.span))
            yield from own or _problem(declared.name, declared.filling, declared.span)
        if type_.additional is not None:
            yield from _in_type(type_.additional.type, name, span)
    else:
        for child in children(type_):
            yield from _in_type(child, name, span)


def _problem(name: str, value: Json | Absent, span: Span | None) -> Iterator[Diagnostic]:
    lost = None if value is ABSENT else _lost(value)
    if lost is not None:
        message = f"JavaScript does not have the number {lost}, which `{name}` needs"
        help = "make it a string, or leave it out of this target with `events` or `tags`"
        yield codes.INEXACT_INTEGER.at(span, message, help=help)


def _lost(value: Json) -> int | None:
    """The first number in ``value`` that would be sent as another one."""
    match value:
        case bool():
            return None
        case int():
            return None if sent(float(value)) == value else value
        case list() | tuple():
            found = map(_lost, value)
        case dict():
            found = map(_lost, value.values())
        case _:
            return None
    return next((each for each in found if each is not None), None)


def sent(double: float) -> int | float:
    """The number that ``JSON.stringify`` writes for a double, as others read it: from 1e21 on it
    has an exponent, so that they read a double as well."""
    whole = double.is_integer() and abs(double) < _WITH_EXPONENT
    return int(Decimal(repr(double))) if whole else double


def at_least(bound: float) -> float:
    """The smallest of JavaScript's numbers that is sent as ``bound`` or more."""
    if isinstance(bound, float) or abs(bound) < _EXACT:
        return bound
    return next(each for each in _around(bound) if sent(each) >= bound)


def at_most(bound: float) -> float:
    """The greatest of JavaScript's numbers that is sent as ``bound`` or less."""
    return -at_least(-bound)


def _around(bound: int) -> Iterator[float]:
    """Doubles from just below ``bound`` upwards."""
    double = float(bound)
    for _ in range(3):
        double = math.nextafter(double, -math.inf)
    while True:
        yield double
        double = math.nextafter(double, math.inf)
