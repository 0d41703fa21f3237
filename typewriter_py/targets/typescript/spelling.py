"""How a type of the plan is written in TypeScript; what needs a name of its own gets one."""

from __future__ import annotations

from typing import Final, Protocol

from ...plan import model as m
from ...plan.queries import parts
from ..naming import Path, step
from . import literals
from .layout import LINE, SOFT, Doc, Either, Group, Indent, bracketed, joined

_KEYWORDS: Final = frozenset({"boolean", "false", "never", "number", "string", "true", "unknown"})


class Namer(Protocol):
    """Gives names to what is not written in place."""

    def object(self, type: m.Object, path: Path) -> str:
        """The name of an object's type."""
        ...

    def enum(self, type: m.Enum, path: Path) -> str:
        """The name of an enum's type."""
        ...

    def ref(self, name: str) -> str:
        """The name of a definition's type."""
        ...


class Speller:
    """Writes types, as the members of the union that each is, if only of one."""

    def __init__(self, namer: Namer) -> None:
        self._namer = namer

    def property(self, owner: str, property: m.Property, what: str) -> list[Doc]:
        """The type of a property of the type called ``owner``."""
        return self.value(property.value, step(owner, property, what))

    def value(self, value: m.Value, path: Path) -> list[Doc]:
        """The type of what may stand in one place."""
        if isinstance(value.type, m.AnyType):
            return ["unknown"] if value.nullable else ["NonNullable<unknown>"]
        members = list(dict.fromkeys(self._members(value.type, path)))
        if "unknown" in members:
            return ["unknown"]
        if value.nullable:
            members.append("null")
        return members or ["never"]

    def alias(self, type: m.Type, path: Path) -> list[Doc]:
        """A type that is a definition of its own, null aside."""
        return self.value(m.Value(type), path)

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
            case m.Enum():
                return [*wide(type)] if is_wide(type) else [self._namer.enum(type, path)]
            case m.Ref():
                return [self._namer.ref(type.name)]
            case m.Array():
                return [_array(self.value(type.items, path.element("item")))]
            case m.Object() if is_interface(type):
                return [self._namer.object(type, path)]
            case m.Object():
                return [self.mapping(type, path)]
            case m.Union():
                return self._union(type, path)

    def mapping(self, type: m.Object, path: Path) -> Doc:
        """An object of which the plan declares no property."""
        if type.additional is None:
            return _record("never")
        value = self.value(type.additional, path.element("value"))
        if any(isinstance(part, m.Ref) for part in parts(type.additional.type)):
            # It may lead back here: Record<…> would be resolved too early.
            member = union("[key: string]:", value, "")
            return Group(("{", Indent((LINE, member)), Either(";", ""), LINE, "}"))
        inside: Doc = value[0] if len(value) == 1 else Group(_alternatives(value))
        return _record(inside)

    def _union(self, type: m.Union, path: Path) -> list[Doc]:
        several = not path.parts or sum(map(needs_name, type.members)) > 1
        found: list[Doc] = []
        for number, member in enumerate(type.members, 1):
            place = path.option(number) if several and needs_name(member) else path
            found += self._members(member, place)
        return found


def union(left: str, members: list[Doc], right: str) -> Doc:
    """A type behind ``left``; alternatives that don't fit go on the next line, then on one each."""
    if len(members) == 1:
        return (left + " ", members[0], right)
    if _hugs(members):
        return (left + " ", members[0], " | null" + right)
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
    """Whether it is a type by its name, or null: prettier does not part these."""
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
    if isinstance(item, tuple):  # an array itself
        return ("readonly (", item, ")[]")
    return ("readonly ", item, "[]")


def is_interface(type: m.Object) -> bool:
    """Whether an object has a type with a name."""
    return bool(type.properties)


def needs_name(type: m.Type) -> bool:
    """Whether a type, or what is nested in it, takes a name from its path."""
    match type:
        case m.Object():
            return is_interface(type) or needs_name((type.additional or m.ANYTHING).type)
        case m.Array():
            return needs_name(type.items.type)
        case m.Union():
            return any(map(needs_name, type.members))
        case m.Enum():
            return not is_wide(type)
        case _:
            return False


def is_wide(type: m.Enum) -> bool:
    """Whether no value of it can stand in a type, so that it needs no name."""
    return all(isinstance(value, list | dict) for value in type.values)


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
    """The types of the values that no type can name."""
    found: list[Doc] = []
    if any(isinstance(value, list) for value in type.values):
        found.append("readonly unknown[]")
    if any(isinstance(value, dict) for value in type.values):
        found.append(_record("unknown"))
    return found or ([] if type.values else ["never"])
