"""Types and constraints in words, as messages name them."""

from __future__ import annotations

from collections.abc import Iterable

from ..names import snake, words
from ..plan.model import (
    AnyType,
    Array,
    Boolean,
    Enum,
    Event,
    Json,
    Number,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
)
from ..plan.values import shown

_LISTED = 6
"""Values and members that a message names; the others it counts."""


def of_type(type_: Type) -> str:
    """``integer``, ``list of text``… in the plan's own terms."""
    match type_:
        case AnyType():
            return "any type"
        case Boolean():
            return "boolean"
        case Number(integer=True):
            return "integer"
        case Number():
            return "number"
        case String(format=None):
            return "string"
        case String(format=format):
            return f"string ({format})"
        case Enum(values):
            return "enum " + listed(values)
        case Array(items):
            return f"array of {of_type(items.type)}"
        case Object():
            return "object"
        case Ref(name):
            return name
        case Union(()):
            return "nothing"
        case Union(members, exclusive):
            named = dict.fromkeys(map(of_type, members))
            return f"{'exactly one of ' if exclusive else ''}{' | '.join(named)}"


def listed(values: Iterable[Json]) -> str:
    """Values as a list in square brackets, cut where it is long."""
    texts = [shown(value) for value in values]
    more = len(texts) - _LISTED
    return f"[{', '.join(texts[:_LISTED])}{f', … {more} more' if more > 0 else ''}]"


def argument(property: Property) -> str:
    """The words by which generated code calls a property, joined as its keyword would be."""
    if property.words is not None:
        return snake(words(property.words))
    return property.name if property.name.isidentifier() else snake(words(property.name))


def function(event: Event) -> str:
    """The words by which generated code calls an event, joined as its function would be."""
    return snake(words(event.name if event.function is None else event.function))
