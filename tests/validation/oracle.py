"""jsonschema's result, except for the documented deviations.

- ``multipleOf`` is checked in decimal: jsonschema rejects 19.99 as a multiple of 0.01.
- ``uniqueItems``: jsonschema accepts [[1], [true], [1]] as unique, as it sorts unordered values.
- ``pattern`` means what it means in JavaScript, which is asked if it is there.
- A leap second is a time (excluded from the strategies, and tested separately).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from jsonschema import Draft7Validator, FormatChecker, ValidationError
from jsonschema._utils import equal
from jsonschema.validators import extend

from tests import ecmascript

FORMATS = FormatChecker(formats=())
FORMATS.checkers = {
    **Draft7Validator.FORMAT_CHECKER.checkers,
    "uuid": FormatChecker.checkers["uuid"],  # draft-07 has no uuid
}


def _multiple_of(_: Any, step: Any, value: Any, __: Any) -> Iterator[ValidationError]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and Fraction(repr(value)) % Fraction(repr(step)):
        yield ValidationError("not a multiple")


def _unique(_: Any, unique: bool, value: Any, __: Any) -> Iterator[ValidationError]:
    if unique and isinstance(value, list):
        pairs = ((a, b) for i, a in enumerate(value) for b in value[:i])
        if any(equal(a, b) for a, b in pairs):
            yield ValidationError("not unique")


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not ecmascript.finds(pattern, value):
        yield ValidationError("does not match")


_KEYWORDS = {"multipleOf": _multiple_of, "uniqueItems": _unique}
Oracle = extend(Draft7Validator, _KEYWORDS | ({"pattern": _pattern} if ecmascript.IS_THERE else {}))


def oracle(schema: dict[str, Any]) -> Any:
    """A validator for ``schema``, which must be one."""
    Draft7Validator.check_schema(schema)
    return Oracle(schema, format_checker=FORMATS)


def everything(errors: list[ValidationError]) -> Iterator[ValidationError]:
    """The errors, and those of the alternatives that caused them."""
    for error in errors:
        yield error
        yield from everything(error.context)
