"""What a check checks as one text, and the digest of it that names what is shared.

A name made of what a thing is changes with that alone, whatever else the plan says.
"""

from __future__ import annotations

import zlib

from ..plan.model import (
    AnyType,
    Array,
    Boolean,
    Enum,
    Number,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)


def digest(text: str) -> str:
    """Six hexadecimal digits."""
    return f"{zlib.crc32(text.encode('utf-8', 'backslashreplace')) & 0xFFFFFF:06x}"


def identity(type_: Type) -> str:
    """The same for types with the same checks, and only for them."""
    match type_:
        case AnyType():
            return "any"
        case Boolean():
            return "boolean"
        case Number():
            bounds = (
                type_.minimum,
                type_.exclusive_minimum,
                type_.maximum,
                type_.exclusive_maximum,
            )
            return f"number {type_.integer} {bounds} {type_.multiple_of}"
        case String():
            return f"string {type_.min_length} {type_.max_length} {type_.patterns} {type_.format!r}"
        case Enum():
            return f"enum {type_.values}"
        case Array():
            size = f"{type_.min_items} {type_.max_items} {type_.unique_items}"
            return f"[{_value(type_.items)} {size}]"
        case Object():
            return _object(type_)
        case Union():
            return f"({' | '.join(map(identity, type_.members))} {type_.exclusive})"
        case Ref():
            return f"ref {type_.name!r}"


def _object(type_: Object) -> str:
    members = " ".join(sorted(map(_property, type_.properties)))
    rest = _value(type_.additional) if type_.additional else ""
    size = f"{type_.min_properties} {type_.max_properties}"
    return f"{{{members} *: {rest} {type_.required} {size}}}"


def _property(declared: Property) -> str:
    marks = f"{'!' if declared.required else ''}{'#' if declared.pii else ''}"
    return f"{declared.name!r}{marks}: {_value(declared.value)}"


def _value(value: Value) -> str:
    return identity(value.type) + "?" if value.nullable else identity(value.type)
