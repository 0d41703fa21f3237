"""Constraints that bind nothing, and those that together leave nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from ..plan.model import Array, Boolean, Enum, Json, Number, Object, String, Type, Union
from ..plan.values import is_multiple
from .context import Place, Scene, own_parts
from .registry import Entry, Finding, of_type

_LENGTHS: Final = {"uuid": 36, "date": 10}
"""Formats all of whose texts are of one length."""

_ANYTHING: Final = re.compile(r"\^?(\(?(\.|\[\\s\\S\])\*\??\)?)?\$?")
"""Patterns that every text has somewhere in it (a text of several lines has a first one)."""


@of_type("TW251")
def useless_constraint(place: Place, scene: Scene) -> Iterator[Finding]:
    """A constraint binds nothing: every value passes it.

    It costs the reader a thought, and hides that something else may have been meant.
    `typewriter lint --fix` removes it, but from the alternatives of an `anyOf`.

    Bad:

    ```yaml
    coupon: {type: string, minLength: 0}
    ```

    Good:

    ```yaml
    coupon: {type: string, minLength: 1}
    ```
    """
    declared = place.property
    steps = dict(_steps(declared.type))
    for part in own_parts(declared.type):
        for keyword, value, why in _useless(part):
            message = f"`{keyword}` of `{declared.name}` binds nothing: {why}"
            within = steps.get(id(part))
            remove = () if within is None else (Entry(keyword, value, within),)
            yield Finding(declared.span, message, "remove it", remove=remove)


def _steps(type_: Type, within: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The identity of a type and of its items, with the keys that lead there."""
    yield id(type_), within
    if isinstance(type_, Array):
        yield from _steps(type_.items.type, (*within, "items"))


_Useless: TypeAlias = tuple[str, Json, str]
"""A keyword, its value, and why it binds nothing."""


def _useless(type_: Type) -> Iterator[_Useless]:
    match type_:
        case String():
            yield from _useless_of_text(type_)
        case Number():
            yield from _useless_of_number(type_)
        case Array(_, least, most, unique):
            if least == 0:
                yield "minItems", 0, "no list has fewer than none"
            if unique and most is not None and most <= 1:
                yield "uniqueItems", True, f"there can only be {most}"
        case Object():
            required = sum(each.required for each in type_.properties) + len(type_.required)
            least, most = type_.min_properties, type_.max_properties
            if least is not None and least <= required:
                count = f"{required} {'is' if required == 1 else 'are'} required anyway"
                why = count if least else "no object has fewer"
                yield "minProperties", least, why
            if most is not None and type_.additional is None and most >= len(type_.properties):
                yield "maxProperties", most, f"there are only {len(type_.properties)}"


def _useless_of_text(text: String) -> Iterator[_Useless]:
    exact = _LENGTHS.get(text.format or "")
    if text.min_length == 0:
        yield "minLength", 0, "no text is shorter than none"
    elif text.min_length is not None and exact is not None and text.min_length <= exact:
        yield "minLength", text.min_length, f"a {text.format} always has {exact} characters"
    if text.max_length is not None and exact is not None and text.max_length >= exact:
        yield "maxLength", text.max_length, f"a {text.format} always has {exact} characters"
    for pattern in text.patterns:
        if _ANYTHING.fullmatch(pattern):
            yield "pattern", pattern, "every text matches it"


def _useless_of_number(number: Number) -> Iterator[_Useless]:
    low, above = number.minimum, number.exclusive_minimum
    high, below = number.maximum, number.exclusive_maximum
    if low is not None and above is not None:
        loose = low <= above
        tight = f"exclusiveMinimum: {above}" if loose else f"minimum: {low}"
        keyword, value = ("minimum", low) if loose else ("exclusiveMinimum", above)
        yield keyword, value, f"`{tight}` says more"
    if high is not None and below is not None:
        loose = high >= below
        tight = f"exclusiveMaximum: {below}" if loose else f"maximum: {high}"
        keyword, value = ("maximum", high) if loose else ("exclusiveMaximum", below)
        yield keyword, value, f"`{tight}` says more"
    if number.integer and number.multiple_of is not None and is_multiple(1, number.multiple_of):
        yield "multipleOf", float(number.multiple_of), "every integer is one"


@of_type("TW252")
def contradictory_constraints(place: Place, scene: Scene) -> Iterator[Finding]:
    """Constraints that hold together leave no value at all.

    Whatever is sent is a violation.  Bounds that are plainly the wrong way round are an error of
    the plan already (TW137); this is what takes a little arithmetic, and a `oneOf` two of whose
    alternatives allow the same.

    Bad:

    ```yaml
    amount: {type: integer, multipleOf: 10, minimum: 1, maximum: 9}
    ```

    Good:

    ```yaml
    amount: {type: integer, multipleOf: 10, minimum: 1, maximum: 90}
    ```
    """
    declared = place.property
    for part in own_parts(declared.type):
        for why in _impossible(part):
            message = f"no value of `{declared.name}` is valid: {why}"
            yield Finding(declared.span, message, "widen one of them")
        twice = _ambiguous(part.members) if isinstance(part, Union) and part.exclusive else None
        if twice:
            message = f"`oneOf` of `{declared.name}` refuses what it seems to allow: {twice}"
            yield Finding(declared.span, message, "write `anyOf`, or keep one of the two")


def _ambiguous(members: tuple[Type, ...]) -> str | None:
    """What two alternatives allow, so that exactly one never does."""
    # Told apart by what they print: Python holds 1 and true for equal, JSON does not.
    if len(set(map(repr, members))) < len(members):
        return "two of its alternatives are the same"
    if Number() in members and any(isinstance(each, Number) and each.integer for each in members):
        return "every integer is a number, too"
    return None


def _impossible(type_: Type) -> Iterator[str]:
    match type_:
        case String(least, most, _, format):
            exact = _LENGTHS.get(format or "")
            if exact is not None and ((least or 0) > exact or (most is not None and most < exact)):
                yield f"a {format} has {exact} characters, which the length does not allow"
        case Number() if not _leaves_a_number(type_):
            kind = f"multiple of {type_.multiple_of}" if type_.multiple_of else "integer"
            yield f"there is no {kind} within the bounds"
        case Array(items, least, _, True):
            count = _values(items.type)
            count = count + items.nullable if count else None
            if count is not None and least is not None and least > count:
                yield f"{least} items that all differ, and only {count} values to choose from"
        case Object():
            required = sum(each.required for each in type_.properties) + len(type_.required)
            least, most = type_.min_properties, type_.max_properties
            if most is not None and required > most:
                yield f"{required} properties are required, and at most {most} allowed"
            if least is not None and type_.additional is None and least > len(type_.properties):
                yield f"at least {least} properties, and only {len(type_.properties)} declared"


def _values(type_: Type) -> int | None:
    """How many values a type has, where those can be counted."""
    match type_:
        case Enum(values):
            return len(values)
        case Boolean():
            return 2
        case _:
            return None


def _leaves_a_number(number: Number) -> bool:
    """Whether a multiple of the step (an integer: of 1) is within the bounds.

    The least multiple that the lower bound allows is the one to look at.
    """
    step = number.multiple_of or (Decimal(1) if number.integer else None)
    if number.integer and number.multiple_of and number.multiple_of % 1:
        return True  # their common multiples are rarer; leave that to somebody with paper
    lows = [_exact(low) for low in (number.minimum, number.exclusive_minimum) if low is not None]
    highs = [_exact(top) for top in (number.maximum, number.exclusive_maximum) if top is not None]
    if step is None or not lows or not highs:
        return True
    first = math.ceil(max(lows) / step) * step
    if number.exclusive_minimum is not None and first <= _exact(number.exclusive_minimum):
        first += step
    below = number.exclusive_maximum
    return first <= min(highs) and (below is None or first < _exact(below))


def _exact(number: int | float) -> Decimal:
    return Decimal(repr(number))
