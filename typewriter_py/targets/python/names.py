"""What everything in a plan is called in Python: first transformed, then held against the rest.

A name comes from the thing itself alone, so no other event can change it; two that meet, or
one of which nothing is left, are errors with the way out, never a numeric suffix.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from ...names import Words, pascal, snake, words
from ...plan import codes
from ...plan.model import Object, Plan, Property
from .. import naming
from ..naming import Names, overrides, property_owner
from .reserved import CALL_TYPES, EVENT_TYPES, FUNCTIONS, KEYWORDS, TYPES

CALLS: Final = tuple(CALL_TYPES)


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan`` and their top-level properties."""
    names = naming.assign(plan, "Python", _function, _kind)
    for what, properties in _owners_of_properties(plan):
        _check_keywords(what, properties, names)
    return names


def _function(parts: Words) -> str | None:
    return _identifier(snake(parts), "event_", FUNCTIONS)


def _kind(parts: Words, prefix: str) -> str | None:
    reserved = EVENT_TYPES if prefix == "Event" else TYPES
    return _identifier(pascal(parts), prefix, reserved)


def _owners_of_properties(plan: Plan) -> Iterator[tuple[str, Object]]:
    for event in plan.events:
        yield f'"{event.name}"', event.properties
    for call in CALLS:
        planned = getattr(plan, call)
        if planned is not None:
            yield call, planned.properties


def _check_keywords(what: str, properties: Object, names: Names) -> None:
    """Two keywords of one function that meet, and those that cannot be."""
    first: dict[str, Property] = {}
    for property in properties.properties:
        name = keyword(property)
        if name is None:
            names.unusable(property_owner(property, what))
            continue
        other = first.setdefault(name, property)
        if other is not property:
            a, b = property_owner(property, what), property_owner(other, what)
            message = f"{a.what} and {b.what} are both the argument {name} in Python"
            help = f"give one of them other words: {overrides(a)}"
            names.report(codes.NAME_COLLISION, a, message, help, b)


def keyword(property: Property) -> str | None:
    """The argument that a top-level property is: its own name wherever Python allows it."""
    if property.words is not None:
        return _identifier(snake(words(property.words)), "property_", KEYWORDS)
    return _keyword(property.name)


@lru_cache(maxsize=1 << 14)
def _keyword(name: str) -> str | None:
    if is_plain(name):
        return name
    if name in KEYWORDS:
        return name + "_"
    return _identifier(snake(words(name)), "property_", KEYWORDS)


def is_plain(key: str) -> bool:
    """Whether ``key`` can stand as it is, as an argument and in the body of a class.

    Two underscores in front are mangled in a class, and names are read in NFKC (PEP 3131).
    """
    return (
        key.isidentifier()
        and key not in KEYWORDS
        and not key.startswith("__")
        and (key.isascii() or unicodedata.is_normalized("NFKC", key))
    )


def type_name(prefix: str, parts: Words) -> str | None:
    """A nested type's name by its path, or None where the last step leaves nothing."""
    return _identifier(prefix + pascal(parts), "Type", TYPES) if parts else None


def _identifier(name: str, prefix: str, reserved: Iterable[str]) -> str | None:
    """``name`` made an identifier: ``prefix`` before a digit, an underscore after a taken one."""
    if not name:
        return None
    if not name.isidentifier():
        name = prefix + name
    if name in reserved:
        name += "_"
    return name if name.isidentifier() else None
