"""Alternatives that a value's type alone decides, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ....plan.model import (
    ANYTHING,
    OPEN,
    AnyType,
    Array,
    Boolean,
    Enum,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
)

_NAMES: Final[dict[type[Type], str]] = {
    AnyType: "any",
    Array: "array",
    Boolean: "boolean",
    Enum: "enum",
    Number: "number",
    Object: "object",
    Ref: "definition",
    String: "string",
    Union: "union",
}
_TESTED: Final[tuple[tuple[Type, tuple[str, ...]], ...]] = (
    (String(), ("str",)),
    (Boolean(), ("bool",)),
    (Array(ANYTHING), ("list", "tuple")),
    (OPEN, ("dict",)),
    (Number(), ()),
    (Number(integer=True), ()),
)
"""Types without constraints, and the classes of their values (numbers have a function)."""


def type_name(type_: Type) -> str:
    """The JSON type that a type allows, where it is one."""
    if isinstance(type_, Number) and type_.integer:
        return "integer"
    return _NAMES[type(type_)]


def number_test(members: Iterable[Type]) -> str | None:
    """The function that tells numbers of plain alternatives, if any of them is one."""
    numbers = [each for each in members if isinstance(each, Number)]
    if not numbers:
        return None
    return "integer" if all(each.integer for each in numbers) else "number"


def wrong_type_test(members: tuple[Type, ...], given: str) -> str | None:
    """A condition that holds when ``given`` is of none of the types.

    None where more than its type decides whether a value fits one of them.
    """
    classes: list[str] = []
    for member in members:
        known = next((names for plain, names in _TESTED if plain == member), None)
        if known is None:
            return None
        classes += known
    tests = []
    if classes:
        of = classes[0] if len(classes) == 1 else f"({', '.join(dict.fromkeys(classes))})"
        tests.append(f"not isinstance({given}, {of})")
    if check := number_test(members):
        tests.append(f"{check}({given}) is None")
    return " and ".join(tests)
