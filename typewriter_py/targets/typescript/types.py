"""The interfaces and types of ``types.ts``, as its template needs them.

A type of the plan becomes one of TypeScript; an object or enum within it gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ...plan import model as m
from ...plan.model import ABSENT, Enum, Event, Object, Plan, Property
from ...plan.queries import parts
from .. import analysis
from ..comments import about
from ..naming import Names, Nested, Path, step
from . import literals
from .layout import LINE, SOFT, Doc, Either, Group, Indent, bracketed, joined, printed
from .names import CALL_TYPES, PLAN_CONTEXT, TYPES

_KEYWORDS: Final = frozenset({"boolean", "false", "never", "number", "string", "true", "unknown"})
_CONTEXT: Final = "Keys that the plan adds to Segment's context."
_ABOUT: Final = {
    "UserTraits": "Traits of a user.",
    "GroupTraits": "Traits of a group.",
    "PageProperties": "Properties of a page view.",
    "ScreenProperties": "Properties of a screen view.",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A declaration, and its comment."""

    doc: str
    code: str


@dataclass(slots=True)
class Types:
    """All of ``types.ts``; ``optional`` are the types without required properties."""

    blocks: list[Block] = field(default_factory=list)
    optional: set[str] = field(default_factory=set)
    tracked: list[tuple[str, str]] = field(default_factory=list)


def build(plan: Plan, names: Names) -> Types:
    """Types for the definitions, events and calls of ``plan``; claims their names in ``names``."""
    builder = _Builder(plan, names)
    for name in plan.definitions:
        builder.definition(name)
    for call, kind in CALL_TYPES.items():
        planned = getattr(plan, call)
        if planned is not None:
            builder.payload(kind, planned.properties, call, about(planned, _ABOUT[kind]))
        else:
            builder.unplanned(kind)
    builder.context()
    for event in plan.events:
        description = about(event, f"Properties of {literals.text(event.name)}.")
        builder.payload(names.type(event), event.properties, f'"{event.name}"', description)
    builder.types.tracked = [(e.name, names.type(e)) for e in tracked(plan)]
    return builder.types


def tracked(plan: Plan) -> Iterator[Event]:
    """The event for each name: of several versions, the one without its own ``function``."""
    seen: set[str] = set()
    for event in sorted(plan.events, key=lambda event: event.function is not None):
        if event.name not in seen:
            seen.add(event.name)
            yield event


def is_optional(property: Property) -> bool:
    """Whether a caller may omit it: it is not required, or has a value to fill in."""
    return property.filling is not ABSENT or not property.required


class _Builder:
    """Writes blocks; nested types precede those that contain them."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self.types = Types()
        self._plan = plan
        self._names = names
        self._nested = Nested(names, TYPES)

    # --- types with a name in the plan -----------------------------------------------------

    def payload(self, name: str, type: Object, what: str, description: str) -> None:
        """The properties of an event, or the properties or traits of another call; those with a
        value to fill in are optional."""
        optional = {p.name for p in type.properties if is_optional(p)}
        if len(optional) == len(type.properties):
            self.types.optional.add(name)
        self._object(name, type, what, description, optional)

    def unplanned(self, name: str) -> None:
        """The type for a call that the plan does not describe."""
        self.types.optional.add(name)
        doc = literals.of_type(f"{_ABOUT[name]} The plan does not describe them.")
        self.types.blocks.append(Block(doc, f"export type {name} = Record<string, unknown>;"))

    def context(self) -> None:
        """The keys that the plan adds to the context; all optional, as each call sets a part."""
        keys = analysis.added_context(self._plan)
        doc = literals.of_type(_CONTEXT)
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
        members = listed(type) if isinstance(type, Enum) else self._value(m.Value(type), path)
        # TypeScript rejects an alias that is a member of its own union, where it adds nothing.
        members = [each for each in members if each != called] or ["never"]
        self._alias(called, members, literals.of_type(about(definition)))

    # --- types as the members of a union, which may have just one ------------------------------

    def _value(self, value: m.Value, path: Path) -> list[Doc]:
        """The type of a value."""
        if isinstance(value.type, m.AnyType):
            return ["unknown"] if value.nullable else ["NonNullable<unknown>"]
        members = list(dict.fromkeys(self._members(value.type, path)))
        if "unknown" in members:
            return ["unknown"]
        if value.nullable:
            members.append("null")
        return members or ["never"]

    def _members(self, type: m.Type, path: Path) -> list[Doc]:
        match type:
            case m.String():
                return ["Date", "string"] if type.format == "date-time" else ["string"]
            case m.Number():
                return ["number"]
            case m.Boolean():
                return ["boolean"]
            case m.AnyType():
                return ["NonNullable<unknown>"]
            case m.Enum() | m.Object() if is_named(type):
                return [self._named(type, path)]
            case m.Enum():
                return wide(type)
            case m.Ref():
                return [self._names.definition(type.name)]
            case m.Array():
                return [_array(self._value(type.items, path.element("item")))]
            case m.Object():
                return [self._mapping(type, path)]
            case m.Union():
                members = path.members(type, is_named)
                return [each for of in members for each in self._members(*of)]

    def _mapping(self, type: m.Object, path: Path) -> Doc:
        """An object without declared properties."""
        if type.additional is None:
            return _record("never")
        value = self._value(type.additional, path.element("value"))
        if any(isinstance(part, m.Ref) for part in parts(type.additional.type)):
            # It may refer to this type: Record<…> would be resolved too early.
            member = union(_INDEX, value, "")
            return Group(("{", Indent((LINE, member)), Either(";", ""), LINE, "}"))
        if _hugs(value):
            return _record((value[0], " | null"))
        return _record(value[0] if len(value) == 1 else Group(_alternatives(value)))

    def _named(self, type: Object | Enum, path: Path) -> str:
        """The interface for the object at ``path``, or the union for the enum."""
        name, new = self._nested.claim(type, path)
        if name and new:
            if isinstance(type, Object):
                self._object(name, type, path.what, "")
            else:
                self._alias(name, listed(type), "")
        return name or "never"

    # --- blocks ------------------------------------------------------------------------------

    def _alias(self, name: str, members: list[Doc], doc: str) -> None:
        self.types.blocks.append(Block(doc, printed(alias(name, members))))

    def _object(
        self, name: str, type: Object, what: str, description: str, optional: set[str] | None = None
    ) -> None:
        is_open = type.additional is not None
        doc = literals.of_type(description, is_open and bool(type.properties))
        if not type.properties and not is_open:
            self.types.blocks.append(Block(doc, f"export type {name} = Record<string, never>;"))
            return
        if optional is None:
            optional = {p.name for p in type.properties if not p.required}
        lines = [f"export interface {name} {{"]
        for property in type.properties:
            comment = literals.of_property(property, 2)
            lines += [f"  {comment}"] if comment else []
            lines.append(f"  {self._member(name, property, what, property.name in optional)}")
        if type.additional is not None:
            lines.append(f"  {self._others(name, type, what)}")
        code = "\n".join([*lines, "}"])
        self.types.blocks.append(Block(doc, code))

    def _member(self, owner: str, property: Property, what: str, optional: bool) -> str:
        left = f"{literals.key(property.name)}{'?' if optional else ''}:"
        members = self._value(property.value, step(owner, property, what))
        if len(members) == 1 and isinstance(members[0], str):
            return f"{left} {members[0]};"
        return printed(union(left, members, ";"), 2)

    def _others(self, owner: str, type: Object, what: str) -> str:
        """The index signature, which in TypeScript applies to declared properties, too."""
        if type.properties:
            return "[key: string]: unknown;"
        assert type.additional, "it is open"
        whole = Property("value", type.additional)
        path = Path(owner, ("value",), whole, what)
        return printed(union(_INDEX, self._value(type.additional, path), ";"), 2)


# --- types as documents to format ---------------------------------------------------------------


_INDEX: Final[Doc] = ("[", Group((Indent((SOFT, "key: string")), SOFT)), "]:")


def union(left: Doc, members: list[Doc], right: str) -> Doc:
    """A type after ``left``; alternatives that don't fit are on the next line, or on one each."""
    if len(members) == 1:
        return (left, " ", members[0], right)
    if _hugs(members):
        return (left, " ", members[0], " | null" + right)
    return Group((left, Indent((LINE, Group(_alternatives(members)))), right))


def alias(name: str, members: list[Doc]) -> Doc:
    """The declaration of a type."""
    left = f"export type {name} ="
    if len(members) > 1:
        return union(left, members, ";")
    if isinstance(members[0], Group):  # it breaks inside
        return (left, " ", members[0], ";")
    if isinstance(members[0], tuple) and isinstance(members[0][1], Group):
        return (left, " ", members[0], ";")
    return Group((left, Indent((LINE, members[0])), ";"))


def _record(value: Doc) -> Doc:
    return bracketed("Record<", ["string", value], ">", comma=False)


def _hugs(members: list[Doc]) -> bool:
    """Whether it is a named type or null, between which prettier does not break the line."""
    first = members[0]
    named = isinstance(first, Group) or (
        isinstance(first, str) and first[0].isidentifier() and first not in _KEYWORDS
    )
    return named and members[1:] == ["null"]


def _alternatives(members: list[Doc]) -> Doc:
    return (Either("| ", ""), joined((LINE, "| "), map(Indent, members)))


def _array(items: list[Doc]) -> Doc:
    if _hugs(items):
        return ("readonly (", items[0], " | null)[]")
    if len(items) > 1:
        inside = Group((Indent((SOFT, Group(_alternatives(items)))), SOFT))
        return ("readonly (", inside, ")[]")
    item = items[0]
    if isinstance(item, tuple):  # itself an array
        return ("readonly (", item, ")[]")
    return ("readonly ", item, "[]")


def is_named(type: Object | Enum) -> bool:
    """Whether an object is an interface, or an enum has values that a type can name."""
    if isinstance(type, Object):
        return bool(type.properties)
    return not all(isinstance(value, list | dict) for value in type.values)


def listed(type: m.Enum) -> list[Doc]:
    """The values of an enum as a type; wider types for lists and objects."""
    exact = [_literal(v) for v in type.values if not isinstance(v, list | dict)]
    return [*dict.fromkeys(exact), *wide(type)] or ["never"]


def _literal(json_value: m.Json) -> str:
    shown = literals.scalar(json_value)
    if isinstance(json_value, float | int) and shown.lstrip("-") in ("Infinity", "NaN"):
        return "number"
    return "0" if shown == "-0" else shown


def wide(type: m.Enum) -> list[Doc]:
    """The types of the values that a type cannot name."""
    found: list[Doc] = []
    if any(isinstance(value, list) for value in type.values):
        found.append("readonly unknown[]")
    if any(isinstance(value, dict) for value in type.values):
        found.append(_record("unknown"))
    return found or ([] if type.values else ["never"])
