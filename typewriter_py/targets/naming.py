"""Who is called what in generated code: names given, held against each other, reported.

A target says what each thing is called in its language; a name comes from the thing itself
alone, so no other event can change it.  Two that meet, or one of which nothing is left, are
errors with the way out, never a numeric suffix.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from ..diagnostics import Code, Diagnostic, Span
from ..names import Words, pascal, singular, words
from ..plan import codes
from ..plan.model import Definition, Event, Plan, Property, Type


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

    def name(self, event: Event, function: str, kind: str) -> None:
        """Says what the function and the type for ``event`` are called."""
        key = event.name, event.version
        self._functions[key], self._types[key] = function, kind

    def name_definition(self, name: str, kind: str) -> None:
        """Says what the type of the definition called ``name`` in the plan is called."""
        self._definitions[name] = kind

    def other_version(self, event: Event, function: str) -> Owner | None:
        """Who has taken ``function`` already, if another version of ``event`` has that name."""
        first = self._owners.get(function)
        if first is None:
            return None
        found = [k for k, f in self._functions.items() if k[0] == event.name and f == function]
        return first if len(found) > 1 else None

    def claim(self, name: str, owner: Owner) -> bool:
        """Takes ``name`` in the package for ``owner``; False, and an error, if it is taken."""
        first = self._owners.setdefault(name, owner)
        if first is owner:
            return True
        message = f"{owner.what} and {first.what} are both called {name} in {self.language}"
        help = f"give one of them other words: {overrides(owner, first)}"
        self.report(codes.NAME_COLLISION, owner, message, help, first)
        return False

    def unusable(self, owner: Owner) -> None:
        """Reports a thing that leaves no letters or digits to be called by."""
        message = f"{owner.what} has no letters or digits to make a {self.language} name of"
        help = f"say what to call it: {overrides(owner)}"
        self.report(codes.NAME_UNUSABLE, owner, message, help)

    def report(
        self, code: Code, owner: Owner, message: str, help: str, first: Owner | None = None
    ) -> None:
        """Adds an error at ``owner``, related to where ``first`` stands."""
        related = ((first.span, f"{first.what} is here"),) if first and first.span else ()
        self.diagnostics.append(code.at(owner.span, message, help=help, related=related))


def assign(
    plan: Plan,
    language: str,
    function: Callable[[Words], str | None],
    kind: Callable[[Words, str], str | None],
) -> Names:
    """Names for all events and definitions of ``plan``.

    ``function`` and ``kind`` make the language's identifiers of words; of a type's with what
    stands before a name that begins with a digit.  None: nothing is left of the words.
    """
    names = Names(language)
    for event in plan.events:
        parts = words(event.name if event.function is None else event.function)
        _name_event(event, function(parts), kind(parts, "Event"), names)
    for name, definition in plan.definitions.items():
        parts = words(name if definition.words is None else definition.words)
        _name_definition(name, definition, kind(parts, "Type"), names)
    return names


def _name_event(event: Event, function: str | None, kind: str | None, names: Names) -> None:
    owner = owner_of(event)
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


def _name_definition(name: str, definition: Definition, kind: str | None, names: Names) -> None:
    owner = Owner(f'definition "{name}"', "name", definition.span)
    names.name_definition(name, kind or "_")
    if kind is None:
        names.unusable(owner)
    else:
        names.claim(kind, owner)


def overrides(*owners: Owner) -> str:
    """The keys of a plan that give other words to these."""
    keys = " or ".join(dict.fromkeys(f"`{owner.override}: <words>`" for owner in owners))
    return f"{keys}, which changes nothing on the wire"


def owner_of(event: Event) -> Owner:
    """``event`` as a message calls it."""
    version = f" version {event.version}" if event.version is not None else ""
    return Owner(f'event "{event.name}"{version}', "function", event.span)


def property_owner(property: Property, what: str) -> Owner:
    """``property`` as a message calls it; ``what`` has it."""
    return Owner(f'property "{property.name}" of {what}', "name", property.span)


def propose_version(event: Event, owner: Owner, first: Owner, names: Names) -> None:
    """Reports that ``event`` has the name of another version, and proposes one of its own."""
    proposal = f"{' '.join(words(event.name)).lower()} v{event.version or 1}"
    message = f"{owner.what} and {first.what} need different functions"
    help = f"add `function: {proposal}` to this one, or other words to either"
    names.report(codes.NAME_COLLISION, owner, message, help, first)


class Path(NamedTuple):
    """The way to a type: the name of what it is nested in, and the last step's words."""

    prefix: str
    parts: Words
    property: Property
    what: str

    def element(self, otherwise: str) -> Path:
        """One of the things here: ``products`` → ``product``, ``cart`` → ``cart item``."""
        return self._replace(parts=singular(self.parts) or (*self.parts, otherwise))

    def option(self, number: int) -> Path:
        """The union's member of that number (from 1), where several need a name."""
        return self._replace(parts=(*self.parts, "option", str(number)))

    def owner(self) -> Owner:
        """Who to name when the type's name is taken."""
        return property_owner(self.property, self.what)


def identifier(name: str, prefix: str, reserved: Collection[str]) -> str | None:
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


class Nested:
    """The types of one module that are named by their paths, ``reserved`` names left free."""

    def __init__(self, names: Names, reserved: Collection[str]) -> None:
        self._names = names
        self._reserved = reserved
        self._types: dict[str, Type] = {}

    def claim(self, type: Type, path: Path) -> tuple[str | None, bool]:
        """The name that ``path`` leads to (None: its last step leaves nothing), and whether
        it is new: the same type may stand at two such places."""
        name = None
        if path.parts:
            name = identifier(path.prefix + pascal(path.parts), "Type", self._reserved)
        if name is None:
            self._names.unusable(path.owner())
            return None, False
        new = name not in self._types
        if self._types.setdefault(name, type) != type or new:
            self._names.claim(name, path.owner())
        return name, new


def step(prefix: str, property: Property, what: str) -> Path:
    """The path from the type called ``prefix`` to its property."""
    return Path(prefix, words(property.words or property.name), property, what)
