"""Names in generated code; conflicts between them are reported.

A target makes the name of an event, a definition or a property from its words alone, so nothing
else in the plan can change it.  Two with the same name, or one without letters or digits, are
errors that suggest a solution; there are no numeric suffixes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..diagnostics import Code, Diagnostic, Span
from ..names import Words, pascal, singular, words
from ..plan import codes
from ..plan.model import Array, Definition, Enum, Event, Object, Plan, Property, Type, Union


class Owner(NamedTuple):
    """What has a name: how a message refers to it, its location, and the key that renames it."""

    what: str
    override: str
    span: Span | None = None


@dataclass(slots=True)
class Names:
    """The names of one plan's events and definitions, and the errors in them.

    Later stages claim the names of nested types here, so that everything that one module or the
    package exports is checked for conflicts.
    """

    language: str
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

    def add_event(self, event: Event, function: str | None, kind: str | None) -> None:
        """Name the function and the type for ``event``; None if its words leave no name."""
        key, owner = (event.name, event.version), _event_owner(event)
        if function is None or kind is None:
            self._functions[key] = self._types[key] = "_"
            self.unusable(owner)
            return
        if kind == function:  # a script without capitals
            kind += "Properties"
        self._functions[key], self._types[key] = function, kind
        first = self._owners.get(function)
        if first and self._is_of_other_version(event, function):
            proposal = f"{' '.join(words(event.name)).lower()} v{event.version or 1}"
            message = f"{owner.what} and {first.what} need different functions"
            help = f"add `function: {proposal}` to this one, or rename either"
            self.report(codes.NAME_COLLISION, owner, message, help, first)
        elif self.claim(function, owner):
            self.claim(kind, owner)

    def add_definition(self, definition: Definition, kind: str | None) -> None:
        """Name the type of ``definition``; None if its words leave no name."""
        owner = Owner(f'definition "{definition.name}"', "name", definition.span)
        self._definitions[definition.name] = kind or "_"
        if kind is None:
            self.unusable(owner)
        else:
            self.claim(kind, owner)

    def _is_of_other_version(self, event: Event, function: str) -> bool:
        named = [k for k, f in self._functions.items() if k[0] == event.name and f == function]
        return len(named) > 1

    def claim(self, name: str, owner: Owner) -> bool:
        """Take ``name`` in the package for ``owner``; False, and an error, if it is taken."""
        first = self._owners.setdefault(name, owner)
        if first is owner:
            return True
        message = f"{owner.what} and {first.what} are both called {name} in {self.language}"
        help = f"rename one of them: {overrides(owner, first)}"
        self.report(codes.NAME_COLLISION, owner, message, help, first)
        return False

    def unusable(self, owner: Owner) -> None:
        """Report that ``owner`` has no letters or digits to make a name from."""
        message = f"{owner.what} has no letters or digits to make a {self.language} name from"
        self.report(codes.NAME_UNUSABLE, owner, message, f"name it: {overrides(owner)}")

    def report(
        self, code: Code, owner: Owner, message: str, help: str, first: Owner | None = None
    ) -> None:
        """Add an error at ``owner``, related to the location of ``first``."""
        related = ((first.span, f"{first.what} is here"),) if first and first.span else ()
        self.diagnostics.append(code.at(owner.span, message, help=help, related=related))


def assign(
    plan: Plan,
    language: str,
    function: Callable[[Words], str | None],
    kind: Callable[[Words, str], str | None],
) -> Names:
    """Names for all events and definitions of ``plan``.

    ``function`` and ``kind`` turn words into the language's identifiers (None if nothing is left
    of them); a type's are prefixed with ``kind``'s second argument if they begin with a digit.
    """
    names = Names(language)
    for event in plan.events:
        parts = words(event.name if event.function is None else event.function)
        names.add_event(event, function(parts), kind(parts, "Event"))
    for definition in plan.definitions.values():
        parts = words(definition.name if definition.words is None else definition.words)
        names.add_definition(definition, kind(parts, "Type"))
    return names


def overrides(*owners: Owner) -> str:
    """The keys of a plan that rename these."""
    keys = " or ".join(dict.fromkeys(f"`{owner.override}: <words>`" for owner in owners))
    return f"{keys}, which changes nothing on the wire"


def _event_owner(event: Event) -> Owner:
    version = f" version {event.version}" if event.version is not None else ""
    return Owner(f'event "{event.name}"{version}', "function", event.span)


def property_owner(property: Property, what: str) -> Owner:
    """``property``, which belongs to ``what``, as the owner of a name."""
    return Owner(f'property "{property.name}" of {what}', "name", property.span)


class Path(NamedTuple):
    """The path to a type: the name of what it is nested in, and the words of the last step."""

    prefix: str
    parts: Words
    property: Property
    what: str

    def element(self, otherwise: str) -> Path:
        """One of the items here: ``products`` → ``product``, ``cart`` → ``cart item``."""
        return self._replace(parts=singular(self.parts) or (*self.parts, otherwise))

    def members(
        self, union: Union, is_named: Callable[[Object | Enum], bool]
    ) -> Iterator[tuple[Type, Path]]:
        """The members of a union with their paths, numbered from 1 if several need a name."""
        needs = [needs_name(member, is_named) for member in union.members]
        several = not self.parts or sum(needs) > 1
        for number, (member, needed) in enumerate(zip(union.members, needs, strict=True), 1):
            parts = (*self.parts, "option", str(number)) if several and needed else self.parts
            yield member, self._replace(parts=parts)


def step(prefix: str, property: Property, what: str) -> Path:
    """The path from the type called ``prefix`` to its property."""
    return Path(prefix, words(property.words or property.name), property, what)


def needs_name(type: Type, is_named: Callable[[Object | Enum], bool]) -> bool:
    """Whether a type, or one nested in it, is named after its path; ``is_named`` says which are."""
    match type:
        case Object():
            values = None if type.properties else type.additional
            return is_named(type) or (values is not None and needs_name(values.type, is_named))
        case Array():
            return needs_name(type.items.type, is_named)
        case Union():
            return any(needs_name(member, is_named) for member in type.members)
        case Enum():
            return is_named(type)
        case _:
            return False


def identifier(name: str, prefix: str, reserved: Collection[str]) -> str | None:
    """``name`` as an identifier: ``prefix`` before a digit, an underscore after a reserved one.

    ECMAScript's identifiers are Python's, but for a few letters that only Python normalises.
    """
    if not name:
        return None
    if not name.isidentifier():
        name = prefix + name
    if name in reserved:
        name += "_"
    return name if name.isidentifier() else None


class Nested:
    """The types of one module that are named after their paths; ``reserved`` names are avoided."""

    def __init__(self, names: Names, reserved: Collection[str]) -> None:
        self._names = names
        self._reserved = reserved
        self._types: dict[str, Type] = {}

    def claim(self, type: Type, path: Path) -> tuple[str | None, bool]:
        """The name for ``path`` (None if its last step leaves nothing), and whether it is new:
        two paths may lead to the same type."""
        name = None
        if path.parts:
            name = identifier(path.prefix + pascal(path.parts), "Type", self._reserved)
        if name is None:
            self._names.unusable(property_owner(path.property, path.what))
            return None, False
        new = name not in self._types
        if self._types.setdefault(name, type) != type or new:
            self._names.claim(name, property_owner(path.property, path.what))
        return name, new
