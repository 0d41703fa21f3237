"""What events and definitions are called in TypeScript; properties keep their own names.

A name comes from the thing itself alone, whichever SDK it is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...names import Words, camel, pascal, words
from ...plan.model import Definition, Event, Plan
from ..naming import Names, Owner, owner_of, propose_version
from .reserved import FUNCTIONS, TYPES


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan``."""
    names = Names("TypeScript")
    for event in plan.events:
        _event(event, names)
    for name, definition in plan.definitions.items():
        _definition(name, definition, names)
    return names


def _event(event: Event, names: Names) -> None:
    owner = owner_of(event)
    parts = words(event.name if event.function is None else event.function)
    function = _identifier(camel(parts), "event", FUNCTIONS)
    kind = _identifier(pascal(parts), "Event", TYPES)
    if function is None or kind is None:
        names.name(event, "_", "_")
        names.unusable(owner)
        return
    if kind == function:  # a script without capitals
        kind += "Properties"
    names.name(event, function, kind)
    version = names.other_version(event, function)
    if version is not None:
        propose_version(event, owner, version, names)
    elif names.claim(function, owner):
        names.claim(kind, owner)


def _definition(name: str, definition: Definition, names: Names) -> None:
    owner = Owner(f'definition "{name}"', "name", definition.span)
    parts = words(name if definition.words is None else definition.words)
    kind = _identifier(pascal(parts), "Type", TYPES)
    names.name_definition(name, kind or "_")
    if kind is None:
        names.unusable(owner)
    else:
        names.claim(kind, owner)


def type_name(prefix: str, parts: Words) -> str | None:
    """A nested type's name by its path, or None where the last step leaves nothing."""
    return _identifier(prefix + pascal(parts), "Type", TYPES) if parts else None


def _identifier(name: str, prefix: str, reserved: Iterable[str]) -> str | None:
    """``name`` made an identifier: ``prefix`` before a digit, an underscore after a taken one.

    ECMAScript's identifiers are Python's, but for a few letters that only Python normalises.
    """
    if not name:
        return None
    if not name.isidentifier():
        name = prefix + name
    if name in reserved:
        name += "_"
    return name if name.isidentifier() else None
