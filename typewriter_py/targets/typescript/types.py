"""The interfaces and types of ``types.ts``: view models for its template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ...plan.model import ABSENT, Enum, Event, Object, Plan, Property
from .. import analysis
from ..comments import about
from ..naming import Names, Nested, Path
from . import docs, literals
from .layout import Doc, printed
from .names import CALL_TYPES, PLAN_CONTEXT, TYPES
from .spelling import Speller, alias, listed, union

_CONTEXT: Final = "What the plan adds to the keys that Segment knows in a context."
_ABOUT: Final = {
    "UserTraits": "What is known of a user.",
    "GroupTraits": "What is known of a group.",
    "PageProperties": "What is known of a page.",
    "ScreenProperties": "What is known of a screen.",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A declaration, and the comment before it."""

    doc: str
    code: str


@dataclass(slots=True)
class Types:
    """All of ``types.ts``.  ``optional``: those that may be left out, all of what they say."""

    blocks: list[Block] = field(default_factory=list)
    optional: set[str] = field(default_factory=set)
    tracked: list[tuple[str, str]] = field(default_factory=list)


def build(plan: Plan, names: Names) -> Types:
    """Types for the definitions, events and calls of ``plan``; takes their names in ``names``."""
    builder = _Builder(plan, names)
    for name in plan.definitions:
        builder.definition(name)
    for call, kind in CALL_TYPES.items():
        planned = getattr(plan, call)
        if planned is not None:
            said = about(planned, _ABOUT[kind])
            builder.carried(kind, planned.properties, call, said)
        else:
            builder.unknown(kind)
    builder.context()
    for event in plan.events:
        said = about(event, f"Properties of {literals.text(event.name)}.")
        builder.carried(names.type(event), event.properties, f'"{event.name}"', said)
    builder.types.tracked = [(e.name, names.type(e)) for e in tracked(plan)]
    return builder.types


def tracked(plan: Plan) -> Iterator[Event]:
    """The event that each name stands for: of several versions that which bears no other name."""
    seen: set[str] = set()
    for event in sorted(plan.events, key=lambda event: event.function is not None):
        if event.name not in seen:
            seen.add(event.name)
            yield event


def is_optional(property: Property) -> bool:
    """Whether a caller may leave it out, as it is not required or gets filled in."""
    filled = property.default is not ABSENT or property.const is not ABSENT
    return filled or not property.required


class _Builder:
    """Writes blocks, nested types before those that they are nested in."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self.types = Types()
        self._plan = plan
        self._names = names
        self._speller = Speller(self)
        self._nested = Nested(names, TYPES)

    # --- what has a name in the plan -------------------------------------------------------

    def carried(self, name: str, type: Object, what: str, description: str) -> None:
        """The properties of an event, or what another call carries; what gets filled in is
        optional there."""
        optional = {p.name for p in type.properties if is_optional(p)}
        if len(optional) == len(type.properties):
            self.types.optional.add(name)
        self._object(name, type, what, description, optional)

    def unknown(self, name: str) -> None:
        """The type for what the plan says nothing of."""
        self.types.optional.add(name)
        doc = docs.of_type(f"{_ABOUT[name]} The plan says nothing of it.")
        self.types.blocks.append(Block(doc, f"export type {name} = Record<string, unknown>;"))

    def context(self) -> None:
        """What the plan adds to the context; none of it is required, as each call says a part."""
        keys = analysis.added_context(self._plan)
        doc = docs.of_type(_CONTEXT)
        if not keys:
            code = f"export type {PLAN_CONTEXT} = Record<never, never>;"
            self.types.blocks.append(Block(doc, code))
            return
        shape = Object(tuple(replace(key, required=False) for key in keys))
        self._object(PLAN_CONTEXT, shape, "context", _CONTEXT)

    def definition(self, name: str) -> None:
        """A shared type."""
        definition, called = self._plan.definitions[name], self._names.definition(name)
        type, what = definition.value.type, f'definition "{name}"'
        if isinstance(type, Object):
            self._object(called, type, what, about(definition))
            return
        whole = Property(definition.name, definition.value, span=definition.span)
        path = Path(called, (), whole, what)
        members = listed(type) if isinstance(type, Enum) else self._speller.alias(type, path)
        # That it may be what it is says nothing, and is no type to TypeScript.
        members = [each for each in members if each != called] or ["never"]
        self._alias(called, members, docs.of_type(about(definition)))

    # --- what is nested: the Speller's Namer -------------------------------------------------

    def object(self, type: Object, path: Path) -> str:
        """The interface for an object at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._object(name, type, path.what, "")
        return name or "never"

    def enum(self, type: Enum, path: Path) -> str:
        """The union for the enum at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._alias(name, listed(type), "")
        return name or "never"

    def ref(self, name: str) -> str:
        """The definition's type."""
        return self._names.definition(name)

    # --- blocks ------------------------------------------------------------------------------

    def _alias(self, name: str, members: list[Doc], doc: str) -> None:
        self.types.blocks.append(Block(doc, printed(alias(name, members))))

    def _object(
        self, name: str, type: Object, what: str, description: str, optional: set[str] | None = None
    ) -> None:
        is_open = type.additional is not None
        doc = docs.of_type(description, is_open and bool(type.properties))
        if not type.properties and not is_open:
            self.types.blocks.append(Block(doc, f"export type {name} = Record<string, never>;"))
            return
        if optional is None:
            optional = {p.name for p in type.properties if not p.required}
        lines = [f"export interface {name} {{"]
        for property in type.properties:
            comment = docs.of_property(property, 2)
            lines += [f"  {comment}"] if comment else []
            lines.append(f"  {self._member(name, property, what, property.name in optional)}")
        if type.additional is not None:
            lines.append(f"  {self._others(name, type, what)}")
        code = "\n".join([*lines, "}"])
        self.types.blocks.append(Block(doc, code))

    def _member(self, owner: str, property: Property, what: str, optional: bool) -> str:
        left = f"{literals.key(property.name)}{'?' if optional else ''}:"
        members = self._speller.property(owner, property, what)
        if len(members) == 1 and isinstance(members[0], str):
            return f"{left} {members[0]};"
        return printed(union(left, members, ";"), 2)

    def _others(self, owner: str, type: Object, what: str) -> str:
        """The index signature, which in TypeScript holds for the declared properties, too."""
        if type.properties:
            return "[key: string]: unknown;"
        assert type.additional, "it is open"
        whole = Property("value", type.additional)
        path = Path(owner, ("value",), whole, what)
        return printed(union("[key: string]:", self._speller.value(type.additional, path), ";"), 2)
