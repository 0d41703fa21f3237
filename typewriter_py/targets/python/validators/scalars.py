"""Checks of texts, numbers, booleans and listed values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ....plan.model import Enum, Json, Number, String
from ..literals import exploded, text, value
from .lines import Call, Line, branch, call, fits
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

_OR_NULL: Final = {"bool": "BoolOrNull", "str": "StrOrNull"}
_LISTED: Final = 8  # more values than this are looked up in a set

Test = tuple[str, Line]
"""A condition, and the violation that it tells."""


class Check(NamedTuple):
    """How a value is judged: ``lines`` of an expression (source) of it.

    ``once``: the expression stands there once only, so that it may be more than a name.
    ``passes`` is a plain value (source) that is right, so that it can stand for what may be
    left out; "" if there is none.  ``tells_missing``: given None, the violation says that
    nothing is there, if so.
    """

    lines: Callable[[str], list[Line]]
    once: bool = True
    passes: str = ""
    tells_missing: bool = True


def when(before: str, after: str, violation: Line, passes: str = "") -> Check:
    """A check in one condition: what stands before and after the value."""
    return Check(lambda x: branch(f"if {before}{x}{after}", [violation]), passes=passes)


def boolean(module: Module, place: Place, teller: str) -> Check:
    """true or false."""
    wrong = place.violation(teller, "expected", place.expected("boolean"))
    return _instance(module, "bool", place, wrong, "False")


def string(module: Module, type_: String, place: Place, teller: str) -> Check:
    """A text within its lengths, of its patterns and its format."""
    check = _FORMATS.get(type_.format or "")
    bounded = type_.min_length is not None or type_.max_length is not None
    if check and not bounded and not type_.patterns:
        module.uses(check)
        wrong = place.violation(teller, "expected", place.expected(type_.format or ""))
        return when(f"not {check}(", ")", wrong)
    if len(type_.patterns) == 1 and not (bounded or check or place.null):
        name = _pattern(module, type_.patterns[0], place)
        violation = place.violation(teller, "no_pattern", f"{name}.text")
        return when(f"not {name}.fits(", ")", violation)
    tests = _string_tests(module, type_, place, teller)
    wrong = place.violation(teller, "expected", place.expected("string"))
    empty = '""' if not (type_.min_length or type_.patterns or check) else ""
    if not tests:
        return _instance(module, "str", place, wrong, empty)
    return either("if not isinstance({}, str)", wrong, tests, empty)


def _instance(module: Module, type_: str, place: Place, wrong: Line, passes: str) -> Check:
    if not place.null:
        return when("not isinstance(", f", {type_})", wrong, passes)
    or_null = _OR_NULL[type_]
    module.uses(or_null)
    return when("not isinstance(", f", {or_null})", wrong, "None")


def either(condition: str, wrong: Line, tests: Sequence[Test], passes: str = "") -> Check:
    """A condition, else each test in turn; ``{}`` stands for the value in all of them."""

    def lines(x: str) -> list[Line]:
        found = branch(condition.replace("{}", x), [wrong])
        for test, violation in tests:
            found += branch(f"elif {test.replace('{}', x)}", [violation])
        return found

    return Check(lines, once=False, passes=passes)


def _pattern(module: Module, pattern: str, place: Place) -> str:
    module.uses("Pattern")
    return module.constant(place.word, f"Pattern({text(pattern)})")


def _string_tests(module: Module, type_: String, place: Place, teller: str) -> list[Test]:
    tests = []
    for sign, bound, words in (
        ("<", type_.min_length, "at least"),
        (">", type_.max_length, "at most"),
    ):
        if bound is not None:
            limit = text(f"have {words} {counted(bound, 'character')}")
            violation = place.violation(teller, "out_of_range", limit)
            tests.append((f"len({{}}) {sign} {bound}", violation))
    for pattern in type_.patterns:
        name = _pattern(module, pattern, place)
        violation = place.violation(teller, "no_pattern", f"{name}.text")
        tests.append((f"{name}.search({{}}) is None", violation))
    check = _FORMATS.get(type_.format or "")
    if check:
        module.uses(check)
        violation = place.violation(teller, "expected", place.expected(type_.format or ""))
        tests.append((f"not {check}({{}})", violation))
    return tests


def number(module: Module, type_: Number, place: Place, teller: str) -> Check:
    """A number, maybe a whole one, within its bounds."""
    check = "integer" if type_.integer else "number"
    module.uses(check)
    wrong = place.violation(teller, "expected", place.expected(check))
    tests = _number_tests(module, type_, place, teller)
    zero = "0" if _holds_zero(type_) else ""
    if not tests:
        return when(f"{check}(", ") is None", wrong)
    judged = either("if amount is None", wrong, tests).lines("")
    if len(tests) == 1 and not type_.multiple_of:
        test, violation = tests[0]
        judged = branch(f"if amount is None or {test}", [_limited(wrong, violation)])

    def lines(x: str) -> list[Line]:
        return [(0, f"amount = {check}({x})"), *judged]

    return Check(lines, passes=zero)


def _limited(wrong: Line, violation: Line) -> Line:
    """One violation for a value of the wrong type and one out of its only bound."""
    (_, expected), (_, out_of_range) = wrong, violation
    assert isinstance(expected, Call)
    assert isinstance(out_of_range, Call)
    limit = f"limit={out_of_range.arguments[0]}"
    return call(expected.function, *expected.arguments, limit)


def _holds_zero(type_: Number) -> bool:
    return (
        (type_.minimum is None or type_.minimum <= 0)
        and (type_.exclusive_minimum is None or type_.exclusive_minimum < 0)
        and (type_.maximum is None or type_.maximum >= 0)
        and (type_.exclusive_maximum is None or type_.exclusive_maximum > 0)
    )


def _number_tests(module: Module, type_: Number, place: Place, teller: str) -> list[Test]:
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
            violation = place.violation(teller, "out_of_range", limit)
            tests.append((f"amount {sign} {value(bound)}", violation))
    if type_.multiple_of is not None:
        module.uses("Decimal", "multiple_of")
        step = str(type_.multiple_of)
        name = module.constant(place.word, f"Decimal({text(step)})")
        limit = text(f"be a multiple of {step}")
        violation = place.violation(teller, "out_of_range", limit)
        tests.append((f"not multiple_of(amount, {name})", violation))
    return tests


def listed(module: Module, type_: Enum, place: Place, teller: str) -> Check:
    """One of the values that the plan lists."""
    if not type_.values:
        nothing = text("nothing: no value is allowed")
        never = place.violation(teller, "no_match", nothing)
        return Check(lambda _: [never])
    kinds = {type(each) for each in type_.values}
    plain = kinds <= {str} or kinds <= {int, float}
    name = _values(module, type_.values, place, plain)
    wrong = place.violation(teller, "not_listed", name)
    if kinds <= {str} and place.null:
        no_text = place.violation(teller, "expected", place.expected("string"))
        return either("if not isinstance({}, str)", no_text, [(f"{{}} not in {name}", wrong)])
    if kinds <= {int, float}:
        module.uses("number")
        return when("number(", f") not in {name}", wrong)
    check = "listed" if plain else "one_of"
    module.uses(check)
    return when(f"not {check}(", f", {name})", wrong)


def _values(module: Module, values: Sequence[Json], place: Place, plain: bool) -> str:
    """A constant that holds the values; a set where there are many to look through."""
    if plain and len(values) > _LISTED:
        items = exploded("{", (value(each, 8) for each in values), "}", 4)
        return module.constant(place.word, f"frozenset(\n    {items}\n)")
    if len(values) == 1:  # black has a tuple of one on one line
        items = f"({value(values[0])},)"
    elif not plain:
        items = exploded("(", (value(each, 4) for each in values), ")")
    else:
        items = f"({', '.join(map(value, values))})"
        if not fits(items, len(place.word) + 13):
            items = exploded("(", map(value, values), ")")
    return module.constant(place.word, items, "" if plain else "tuple[object, ...]")


def counted(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y') + 'ies' if noun.endswith('y') else noun + 's'}"
