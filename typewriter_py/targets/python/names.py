"""What everything in a plan is called in Python: first transformed, then held against the rest.

A name comes from the thing itself alone, so no other event can change it; two that meet, or
one of which nothing is left, are errors with the way out, never a numeric suffix.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from ...diagnostics import Code, Diagnostic, Span
from ...names import Words, pascal, snake, words
from ...plan import codes
from ...plan.model import Definition, Event, Object, Plan, Property
from .reserved import CALL_TYPES, FUNCTIONS, KEYWORDS, TYPES

CALLS: Final = tuple(CALL_TYPES)


class Owner(NamedTuple):
    """Who bears a name: as a message calls it, where it is, and the key that renames it."""

    what: str
    override: str
    span: Span | None = None


@dataclass(slots=True)
class Names:
    """The names of one plan's events and definitions, and what is wrong with them.

    Later stages claim the names of nested types here, so that all that one module or the
    package's face shows is held against each other.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _functions: dict[tuple[str, int | None], str] = field(default_factory=dict)
    _types: dict[tuple[str, int | None], str] = field(default_factory=dict)
    _definitions: dict[str, str] = field(default_factory=dict)
    _owners: dict[str, Owner] = field(default_factory=dict)

    def function(self, event: Event) -> str:
        """The function that sends ``event``: ``order_completed``."""
        return self._functions[event.name, event.version]

    def type(self, event: Event) -> str:
        """The type of its properties: ``OrderCompleted``."""
        return self._types[event.name, event.version]

    def definition(self, name: str) -> str:
        """The type of the definition called ``name`` in the plan."""
        return self._definitions[name]

    def claim(self, name: str, owner: Owner) -> bool:
        """Takes ``name`` in the package for ``owner``; False, and an error, if it is taken."""
        first = self._owners.setdefault(name, owner)
        if first is owner:
            return True
        message = f"{owner.what} and {first.what} are both called {name} in Python"
        help = f"give one of them other words: {_overrides(owner, first)}"
        self.report(codes.NAME_COLLISION, owner, message, help, first)
        return False

    def unusable(self, owner: Owner) -> None:
        """Reports a thing that leaves no letters or digits to be called by."""
        message = f"{owner.what} has no letters or digits to make a Python name of"
        help = f"say what to call it: {_overrides(owner)}"
        self.report(codes.NAME_UNUSABLE, owner, message, help)

    def report(
        self, code: Code, owner: Owner, message: str, help: str, first: Owner | None = None
    ) -> None:
        """Adds an error at ``owner``, related to where ``first`` stands."""
        related = ((first.span, f"{first.what} is here"),) if first and first.span else ()
        self.diagnostics.append(code.at(owner.span, message, help=help, related=related))


def _overrides(*owners: Owner) -> str:
    keys = " or ".join(dict.fromkeys(f"`{owner.override}: <words>`" for owner in owners))
    return f"{keys}, which changes nothing on the wire"


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan`` and their top-level properties."""
    names = Names()
    for event in plan.events:
        _event(event, names)
    for name, definition in plan.definitions.items():
        _definition(name, definition, names)
    for what, properties in _owners_of_properties(plan):
        _check_keywords(what, properties, names)
    return names


def owner_of(event: Event) -> Owner:
    """``event`` as a message calls it."""
    version = f" version {event.version}" if event.version is not None else ""
    return Owner(f'event "{event.name}"{version}', "function", event.span)


def _event(event: Event, names: Names) -> None:
    owner, key = owner_of(event), (event.name, event.version)
    parts = words(event.name if event.function is None else event.function)
    function = _identifier(snake(parts), "event_", FUNCTIONS)
    kind = _identifier(pascal(parts), "Event", TYPES)
    if function is None or kind is None:
        names._functions[key] = names._types[key] = "_"
        names.unusable(owner)
        return
    if kind == function:  # a script without capitals
        kind += "Properties"
    names._functions[key], names._types[key] = function, kind
    version = _other_version(event, function, names)
    if version is not None:
        _propose(event, owner, version, names)
    elif names.claim(function, owner):
        names.claim(kind, owner)


def _other_version(event: Event, function: str, names: Names) -> Owner | None:
    """The event of the same name that has taken ``function`` already."""
    first = names._owners.get(function)
    if first is None:
        return None
    versions = [k for k, f in names._functions.items() if k[0] == event.name and f == function]
    return first if len(versions) > 1 else None


def _propose(event: Event, owner: Owner, first: Owner, names: Names) -> None:
    proposal = f"{' '.join(words(event.name)).lower()} v{event.version or 1}"
    message = f"{owner.what} and {first.what} need different functions"
    help = f"add `function: {proposal}` to this one, or other words to either"
    names.report(codes.NAME_COLLISION, owner, message, help, first)


def _definition(name: str, definition: Definition, names: Names) -> None:
    owner = Owner(f'definition "{name}"', "name", definition.span)
    parts = words(name if definition.words is None else definition.words)
    kind = _identifier(pascal(parts), "Type", TYPES)
    names._definitions[name] = kind or "_"
    if kind is None:
        names.unusable(owner)
    else:
        names.claim(kind, owner)


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
            help = f"give one of them other words: {_overrides(a)}"
            names.report(codes.NAME_COLLISION, a, message, help, b)


def property_owner(property: Property, what: str) -> Owner:
    """``property`` as a message calls it; ``what`` has it."""
    return Owner(f'property "{property.name}" of {what}', "name", property.span)


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
