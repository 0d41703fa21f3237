"""Types and constraints in words, as messages name them."""

from __future__ import annotations

from collections.abc import Iterable

from ..names import snake, words
from ..plan import model as m
from ..plan.queries import json_name
from ..plan.values import describe

_LISTED = 6
"""Values that a message lists; the others are counted."""


def of_type(type_: m.Type) -> str:
    """``integer``, ``array of string``… in the plan's own terms."""
    match type_:
        case m.String(format=str(format)):
            return f"string ({format})"
        case m.Enum(values):
            return "enum " + listed(values)
        case m.Array(items):
            return f"array of {of_type(items.type)}"
        case m.Ref(name):
            return name
        case m.Union(()):
            return "nothing"
        case m.Union(members, exclusive):
            named = dict.fromkeys(map(of_type, members))
            return f"{'exactly one of ' if exclusive else ''}{' | '.join(named)}"
    return json_name(type_) or "any type"


def listed(values: Iterable[m.Json]) -> str:
    """Values as a list in square brackets, cut if it is long."""
    texts = [describe(value) for value in values]
    more = len(texts) - _LISTED
    return f"[{', '.join(texts[:_LISTED])}{f', … {more} more' if more > 0 else ''}]"


def argument(property: m.Property) -> str:
    """The words that generated code has for a property, joined as a keyword is."""
    if property.words is not None:
        return snake(words(property.words))
    return property.name if property.name.isidentifier() else snake(words(property.name))


def function(event: m.Event) -> str:
    """The words that generated code has for an event, joined as a function's name is."""
    return snake(words(event.name if event.function is None else event.function))
