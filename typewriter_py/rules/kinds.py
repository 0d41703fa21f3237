"""The kinds of value that a type allows, as JSON tells them apart: what a column would hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..plan.model import (
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Json,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
)

Kinds = frozenset[str]

ANY: Final[Kinds] = frozenset()
"""Nothing is known, so anything may come."""

_WORDS: Final = {
    "string": "text",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_MANY: Final = {
    "string": "texts",
    "number": "numbers",
    "boolean": "booleans",
    "array": "lists",
    "object": "objects",
}


def kinds(
    type_: Type, definitions: Mapping[str, Definition], within: frozenset[str] = frozenset()
) -> Kinds:
    """The kinds of ``type_``, null aside; ``ANY`` where it says nothing.

    ``within`` is the definitions on the way here.
    """
    match type_:
        case Boolean():
            return frozenset({"boolean"})
        case Number():
            return frozenset({"number"})
        case String():
            return frozenset({"string"})
        case Array():
            return frozenset({"array"})
        case Object():
            return frozenset({"object"})
        case Enum(values):
            return frozenset(map(_of_value, values))
        case Union(members):
            each = [kinds(member, definitions, within) for member in members]
            return ANY if ANY in each else frozenset().union(*each)
        case Ref(name) if name in within:
            return ANY
        case Ref(name):
            return kinds(definitions[name].value.type, definitions, within | {name})
        case AnyType():
            return ANY


def _of_value(value: Json) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def spoken(found: Kinds) -> str:
    """The kinds as one speaks of them: "text or a number"."""
    return " or ".join(_WORDS[kind] for kind in _WORDS if kind in found)


def spoken_items(found: Kinds) -> str:
    """A list of them: "a list of numbers"."""
    return "a list of " + " or ".join(_MANY[kind] for kind in _MANY if kind in found)


def apart(one: Kinds, two: Kinds) -> bool:
    """Whether no value could be of both."""
    return bool(one and two) and not one & two
