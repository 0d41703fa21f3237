"""Checks of texts, numbers, booleans and listed values, as lines of code.

Each returns lines that judge ``place.variable``, which is not null (unless null is never
allowed there), and report to ``teller`` what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ....plan.model import Enum, Json, Number, String
from ..literals import exploded, text, value
from .lines import Line, branch, call
from .module import Module
from .places import Place

_FORMATS: Final = {
    "date-time": "date_time",
    "date": "full_date",
    "time": "full_time",
    "email": "email",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "uuid": "uuid",
    "uri": "uri",
    "hostname": "hostname",
}
FORMATS: Final = frozenset(_FORMATS)
"""The formats that validators check; any other is documentation."""

_TYPED: Final = {
    "date-time": ("is_moment", "not is_moment({given})"),
    "date": ("date", "type({given}) is not date"),
    "uuid": ("UUID", "type({given}) is not UUID"),
}
"""Formats that a value of a type of Python's own is sent as: what tells it, and how."""

_LISTED: Final = 8  # more values than this are looked up in a set


def wrong_type(place: Place, teller: str, expected: str) -> Line:
    """The violation of a value that is of another type."""
    return call(f"{teller}.wrong_type", place.path, place.variable, place.expected(expected))


def boolean(place: Place, teller: str) -> list[Line]:
    """true or false."""
    wrong = wrong_type(place, teller, "boolean")
    return branch(f"if not isinstance({place.variable}, bool)", [wrong])


def string(module: Module, type_: String, place: Place, teller: str) -> list[Line]:
    """A text within its lengths, of its patterns and its format."""
    given, wrong = place.variable, wrong_type(place, teller, "string")
    tests = _string_tests(module, type_, place, teller)
    typed = _TYPED.get(type_.format or "")
    if typed and len(tests) == 1:
        (condition, violation), (uses, otherwise) = tests[0], typed
        module.uses(uses)
        return [
            *branch(
                f"if isinstance({given}, str)",
                branch(f"if {condition}", [violation]),
            ),
            *branch(f"elif {otherwise.format(given=given)}", [wrong]),
        ]
    lines = branch(f"if not isinstance({given}, str)", [wrong])
    for condition, violation in tests:
        lines += branch(f"elif {condition}", [violation])
    return lines


def _string_tests(
    module: Module, type_: String, place: Place, teller: str
) -> list[tuple[str, Line]]:
    given, tests = place.variable, []
    for sign, bound, words in (
        ("<", type_.min_length, "at least"),
        (">", type_.max_length, "at most"),
    ):
        if bound is not None:
            limit = text(f"have {words} {counted(bound, 'character')}")
            violation = call(f"{teller}.out_of_range", place.path, given, limit)
            tests.append((f"len({given}) {sign} {bound}", violation))
    for pattern in type_.patterns:
        module.uses("Pattern")
        name = module.constant(f"{place.stem}__pattern", f"Pattern({text(pattern)})")
        violation = call(f"{teller}.wrong_pattern", place.path, given, f"{name}.text")
        tests.append((f"{name}.search({given}) is None", violation))
    if type_.format in _FORMATS:
        check = _FORMATS[type_.format]
        module.uses(check)
        violation = call(f"{teller}.wrong_format", place.path, given, text(type_.format))
        tests.append((f"not {check}({given})", violation))
    return tests


def number(module: Module, type_: Number, place: Place, teller: str) -> list[Line]:
    """A number, maybe a whole one, within its bounds."""
    check = "integer" if type_.integer else "number"
    module.uses(check)
    wrong = wrong_type(place, teller, check)
    tests = _number_tests(module, type_, place, teller)
    if not tests:
        return branch(f"if {check}({place.variable}) is None", [wrong])
    lines = [(0, f"amount = {check}({place.variable})"), *branch("if amount is None", [wrong])]
    for condition, violation in tests:
        lines += branch(f"elif {condition}", [violation])
    return lines


def _number_tests(
    module: Module, type_: Number, place: Place, teller: str
) -> list[tuple[str, Line]]:
    bounds = (
        ("<", type_.minimum, "be at least"),
        ("<=", type_.exclusive_minimum, "be more than"),
        (">", type_.maximum, "be at most"),
        (">=", type_.exclusive_maximum, "be less than"),
    )
    tests = []
    for sign, bound, words in bounds:
        if bound is not None:
            limit = text(f"{words} {bound}")
            violation = call(f"{teller}.out_of_range", place.path, place.variable, limit)
            tests.append((f"amount {sign} {value(bound)}", violation))
    if type_.multiple_of is not None:
        module.uses("Decimal", "multiple_of")
        step = str(type_.multiple_of)
        name = module.constant(f"{place.stem}__step", f"Decimal({text(step)})")
        limit = text(f"be a multiple of {step}")
        violation = call(f"{teller}.out_of_range", place.path, place.variable, limit)
        tests.append((f"not multiple_of(amount, {name})", violation))
    return tests


def listed(module: Module, type_: Enum, place: Place, teller: str) -> list[Line]:
    """One of the values that the plan lists."""
    given = place.variable
    if not type_.values:
        return [call(f"{teller}.no_match", place.path, given, '"nothing: no value is allowed"')]
    kinds = {type(each) for each in type_.values}
    plain = kinds <= {str} or kinds <= {int, float}
    name = _values(module, type_.values, place, plain)
    wrong = call(f"{teller}.wrong_value", place.path, given, name)
    if kinds <= {str}:
        return [
            *branch(f"if not isinstance({given}, str)", [wrong_type(place, teller, "string")]),
            *branch(f"elif {given} not in {name}", [wrong]),
        ]
    if plain:
        module.uses("number")
        return branch(f"if number({given}) not in {name}", [wrong])
    module.uses("one_of")
    return branch(f"if not one_of({given}, {name})", [wrong])


def _values(module: Module, values: Sequence[Json], place: Place, plain: bool) -> str:
    """A constant that holds the values; a set where there are many to look through."""
    stem = f"{place.stem}__values"
    if plain and len(values) > _LISTED:
        items = exploded("{", (value(each, 8) for each in values), "}", 4)
        return module.constant(stem, f"frozenset(\n    {items}\n)")
    items = exploded("(", (value(each, 4) for each in values), ")")
    if len(values) == 1:  # black has a tuple of one on one line
        items = f"({value(values[0])},)"
    return module.constant(stem, items, "" if plain else "tuple[object, ...]")


def counted(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y') + 'ies' if noun.endswith('y') else noun + 's'}"
