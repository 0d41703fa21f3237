"""Whether two types have no value in common: said only where it is certain.

``oneOf`` needs it, which holds of a value that exactly one of its members takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from ..plan.model import (
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from ..plan.values import accepts
from . import intervals

Definitions: TypeAlias = Mapping[str, Definition]

_DEEPEST: Final = 6
"""Steps into what two types are made of; what tells members apart stands near the top."""

_KINDS: Final = {Boolean: "boolean", Number: "number", String: "string", Array: "array"}


def apart(
    one: Type, of_one: Definitions, two: Type, of_two: Definitions, depth: int = _DEEPEST
) -> bool:
    """Whether no value (null aside) is of both; ``of_…`` are the definitions each refers to."""
    one, two = resolved(one, of_one), resolved(two, of_two)
    if depth == 0:
        return False
    if isinstance(one, Union):
        return all(apart(member, of_one, two, of_two, depth - 1) for member in one.members)
    if isinstance(two, Union):
        return all(apart(one, of_one, member, of_two, depth - 1) for member in two.members)
    if isinstance(one, Enum):
        return not any(takes(two, each, of_two) for each in one.values)
    if isinstance(two, Enum):
        return not any(takes(one, each, of_one) for each in two.values)
    if isinstance(one, AnyType) or isinstance(two, AnyType):
        return False
    if _KINDS.get(type(one)) != _KINDS.get(type(two)):
        return True
    match one, two:
        case Number(), Number():
            return intervals.of_number(one).apart(intervals.of_number(two))
        case String(), String():
            return intervals.of_length(one).apart(intervals.of_length(two))
        case Array(), Array():
            return intervals.of_items(one).apart(intervals.of_items(two))
        case Object(), Object():
            return _objects(one, of_one, two, of_two, depth) or _objects(
                two, of_two, one, of_one, depth
            )
    return False


def _objects(
    one: Object, of_one: Definitions, two: Object, of_two: Definitions, depth: int
) -> bool:
    """Whether a key that ``one`` must have keeps its values from being of ``two``."""
    for name in needed(one):
        here, there = place(one, name), place(two, name)
        if here is None or there is None:
            return True
        nulls = here.nullable and there.nullable
        if not nulls and apart(here.type, of_one, there.type, of_two, depth - 1):
            return True
    return False


def needed(shape: Object) -> dict[str, None]:
    """The keys that an object must have."""
    declared = [each.name for each in shape.properties if each.required]
    return dict.fromkeys([*declared, *shape.required])


def place(shape: Object, name: str) -> Value | None:
    """What may stand under a key; None where there can be no such key."""
    for declared in shape.properties:
        if declared.name == name:
            return declared.value
    return shape.additional


def resolved(type_: Type, definitions: Definitions) -> Type:
    """The type itself, where ``type_`` refers to one."""
    while isinstance(type_, Ref):
        type_ = definitions[type_.name].value.type
    return type_


def takes(type_: Type, value: object, definitions: Definitions) -> bool:
    """Whether the value, which is not null, is of the type."""
    return accepts(Value(type_), value, lambda name: definitions[name].value)  # type: ignore[arg-type]
