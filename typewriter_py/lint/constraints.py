"""Constraints that have no effect, and those that together allow no value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from ..plan.model import Array, Boolean, Enum, Json, Number, Object, String, Type, Union, Value
from ..plan.patterns.backtracking import QUICK, Growth, growth
from ..plan.values import describe, is_multiple
from ..util import shortened
from .context import Context, Declaration, own_parts
from .registry import Entry, Finding, of_type

_LENGTHS: Final = {"uuid": 36, "date": 10}
"""Formats whose strings all have one length."""

_ANYTHING: Final = re.compile(
    r"\^?(\(?(\.|\[\\s\\S\])\*\??\)?)?|(\(?\.\*\??\)?)?\$|\^?\(?\[\\s\\S\]\*\??\)?\$"
)
"""Patterns that every string has somewhere in it; not ``^.*$``, which several lines have not."""


@of_type("TW251")
def useless_constraint(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A constraint has no effect: every value satisfies it.

    Every reader has to think about it, and it may hide that something else was meant.
    `typewriter lint --fix` removes it, except inside the alternatives of an `anyOf`.

    Bad:

    ```yaml
    coupon: {type: string, minLength: 0}
    ```

    Good:

    ```yaml
    coupon: {type: string, minLength: 1}
    ```
    """
    prop = declaration.property
    for part in own_parts(prop.type):
        for keyword, value, why in _useless(part):
            message = f"`{keyword}` of `{prop.name}` has no effect: {why}"
            within = dict(_steps(prop.type)).get(id(part))
            remove = () if within is None else (Entry(keyword, value, within),)
            yield Finding(prop.span, message, "remove it", remove=remove)


def _steps(type_: Type, within: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The identity of a type and of its items, with the keys that lead there."""
    yield id(type_), within
    if isinstance(type_, Array):
        yield from _steps(type_.items.type, (*within, "items"))


_Useless: TypeAlias = tuple[str, Json, str]
"""A keyword, its value, and why it has no effect."""


def _useless(type_: Type) -> Iterator[_Useless]:
    match type_:
        case String():
            yield from _useless_of_string(type_)
        case Number():
            yield from _useless_of_number(type_)
        case Array(_, least, most, unique):
            if least == 0:
                yield "minItems", 0, "every list has at least 0 items"
            if unique and most is not None and most <= 1:
                yield "uniqueItems", True, f"there can be at most {most}"
        case Object(properties, additional, _, least, most):
            required = _required(type_)
            if least is not None and least <= required:
                anyway = f"{required} {'is' if required == 1 else 'are'} required anyway"
                why = anyway if least else "every object has at least 0 properties"
                yield "minProperties", least, why
            if most is not None and additional is None and most >= len(properties):
                yield "maxProperties", most, f"only {len(properties)} are declared"


def _required(type_: Object) -> int:
    return sum(each.required for each in type_.properties) + len(type_.required)


def _useless_of_string(string: String) -> Iterator[_Useless]:
    exact, least, most = _LENGTHS.get(string.format or ""), string.min_length, string.max_length
    always = f"a {string.format} always has {exact} characters"
    if least == 0:
        yield "minLength", 0, "every string has at least 0 characters"
    elif least is not None and exact is not None and least <= exact:
        yield "minLength", least, always
    if most is not None and exact is not None and most >= exact:
        yield "maxLength", most, always
    for pattern in string.patterns:
        if _ANYTHING.fullmatch(pattern):
            yield "pattern", pattern, "every string matches it"


def _useless_of_number(number: Number) -> Iterator[_Useless]:
    for end, inclusive, exclusive, sign in (
        ("inimum", number.minimum, number.exclusive_minimum, 1),
        ("aximum", number.maximum, number.exclusive_maximum, -1),
    ):
        if inclusive is None or exclusive is None:
            continue
        bounds = ("m" + end, inclusive), ("exclusiveM" + end, exclusive)
        loose, tight = bounds if inclusive * sign <= exclusive * sign else bounds[::-1]
        yield *loose, f"`{tight[0]}: {tight[1]}` is stricter"
    if number.integer and number.multiple_of is not None and is_multiple(1, number.multiple_of):
        yield "multipleOf", float(number.multiple_of), "every integer is one"


@of_type("TW252")
def contradictory_constraints(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """Several constraints together allow no value at all.

    Whatever is sent is a violation.  A minimum that is greater than its maximum is an error of
    the plan already (TW137); this rule finds contradictions that take a little arithmetic, and a
    `oneOf` with two alternatives that allow the same values.

    Bad:

    ```yaml
    amount: {type: integer, multipleOf: 10, minimum: 1, maximum: 9}
    ```

    Good:

    ```yaml
    amount: {type: integer, multipleOf: 10, minimum: 1, maximum: 90}
    ```
    """
    prop = declaration.property
    for part in own_parts(prop.type):
        for why in _impossible(part):
            message = f"no value of `{prop.name}` is valid: {why}"
            yield Finding(prop.span, message, "relax one of the constraints")
        twice = _ambiguous(part.members) if isinstance(part, Union) and part.exclusive else None
        if twice:
            message = f"`oneOf` of `{prop.name}` rejects what it seems to allow: {twice}"
            yield Finding(prop.span, message, "write `anyOf`, or keep only one of the two")


def _ambiguous(members: tuple[Type, ...]) -> str | None:
    """What two alternatives have in common, so that never exactly one of them matches."""
    # Compared by their repr: to Python 1 equals true, to JSON it does not.
    if len(set(map(repr, members))) < len(members):
        return "two of its alternatives are the same"
    if Number() in members and any(isinstance(each, Number) and each.integer for each in members):
        return "every integer is also a number"
    return None


def _impossible(type_: Type) -> Iterator[str]:
    match type_:
        case String(least, most, _, format):
            exact = _LENGTHS.get(format or "")
            if exact is not None and ((least or 0) > exact or (most is not None and most < exact)):
                yield f"a {format} has {exact} characters, which its length bounds exclude"
        case Number() if not _allows_a_number(type_):
            step = shortened(str(type_.multiple_of), 60)
            kind = f"multiple of {step}" if type_.multiple_of else "integer"
            yield f"there is no {kind} within the bounds"
        case Array(Value(Boolean() | Enum() as items, nullable), least, _, True) if least:
            count = (len(items.values) if isinstance(items, Enum) else 2) + nullable
            if least > count > nullable:
                yield f"it needs {least} different items, but there are only {count} values"
        case Object(properties, additional, _, least, most):
            required = _required(type_)
            if most is not None and required > most:
                yield f"{required} properties are required, but at most {most} allowed"
            if least is not None and additional is None and least > len(properties):
                yield f"it needs at least {least} properties, but declares only {len(properties)}"


def _allows_a_number(number: Number) -> bool:
    """Whether there is a multiple of the step (for an integer: of 1) within the bounds.

    It is enough to look at the smallest multiple that the lower bound allows.
    """
    step = number.multiple_of or (Decimal(1) if number.integer else None)
    if number.integer and number.multiple_of and not is_multiple(number.multiple_of, 1):
        return True  # their common multiples are rarer still, and left alone
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


@of_type("TW256")
def slow_pattern(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A pattern can take very long to match some texts, and anybody may send one.

    Python and JavaScript try all ways to read a text before they say that a pattern does not
    match.  Where quantifiers overlap there are many: for `^(a+)+$` each further `a` doubles them,
    for `^a*a*a*$` time grows with the cube of the text's length.  The message shows such a text.

    Write the pattern so that each part of a text fits only one part of it.  Patterns whose time
    grows with the square of the length, such as `@\\w+$`, are not reported: texts of more than
    1,000 characters are not matched with them, but are violations.

    Bad:

    ```yaml
    handle: {type: string, pattern: '^([a-z0-9]+[._-]?)+$'}
    ```

    Good:

    ```yaml
    handle: {type: string, pattern: '^[a-z0-9]+([._-][a-z0-9]+)*[._-]?$'}
    ```
    """
    prop = declaration.property
    for part in own_parts(prop.type):
        for pattern in part.patterns if isinstance(part, String) else ():
            found = growth(pattern)
            if found.degree > QUICK:
                message = f"`pattern` of `{prop.name}` can take very long: {_grows(found)}"
                yield Finding(prop.span, message, _ONE_WAY)


_ONE_WAY: Final = (
    "let each part of a text fit only one part of the pattern, as in `^[^@\\s]+@`, not `^\\S+@`"
)
_REPEATED: Final = 16
"""How often a message repeats what makes a pattern slow."""

_POWERS: Final = {3: "the cube", 4: "the fourth power", 5: "the fifth power"}


def _grows(found: Growth) -> str:
    if not found.parts:
        return "it is too large to be analysed"
    such = f"a text such as {describe(found.text(_REPEATED))}"
    if found.degree == math.inf and not any(repeated for _, repeated in found.parts):
        return f"{such} takes millions of steps"
    if found.degree == math.inf:
        return f"each repetition in {such} at least doubles the time"
    power = _POWERS.get(int(found.degree), "a high power")
    return f"the time grows with {power} of the length of {such}"
