"""How a type of the plan is written in an annotation; what needs a name of its own gets one."""

from __future__ import annotations

from typing import Final, Protocol

from ...plan import model as m
from ...plan.model import Array, Object, Plan, Ref, Type, Union
from ..naming import Path, step
from . import literals

_FORMATS: Final = {"date-time": "datetime", "date": "date", "uuid": "UUID"}


class Namer(Protocol):
    """Gives names to what cannot be written in place."""

    used: set[str]

    def object(self, type: m.Object, path: Path) -> str:
        """The name of an object's type."""
        ...

    def enum(self, type: m.Enum, path: Path) -> str:
        """The name of an enum's alias."""
        ...

    def ref(self, name: str, evaluated: bool) -> str:
        """The name of a definition's type."""
        ...


class Speller:
    """Writes types; notes in ``namer.used`` what must be imported for them.

    ``evaluated``: the text stands outside of annotations, where Python 3.9 runs it.
    """

    def __init__(self, namer: Namer) -> None:
        self._namer = namer
        self._plain: dict[int, str] = {}  # of values without parts, which many properties share

    def property(self, owner: str, property: m.Property, what: str) -> str:
        """The annotation for a property of the type called ``owner``."""
        value = property.value
        found = self._plain.get(id(value))
        if found is None:
            found = self.value(value, step(owner, property, what))
            if isinstance(value.type, m.String | m.Number | m.Boolean | m.AnyType):
                self._plain[id(value)] = found
        return found

    def value(self, value: m.Value, path: Path, evaluated: bool = False) -> str:
        """The annotation for what may stand in one place."""
        members = list(dict.fromkeys(self.members(value.type, path, evaluated)))
        if "object" in members:
            return "object"
        if value.nullable:
            members.append("None")
        if not members:
            return self._use("NoReturn")
        if len(members) == 1 or not evaluated:
            return " | ".join(members)
        return f"{self._use('Union')}[{', '.join(members)}]"

    def members(self, type: m.Type, path: Path, evaluated: bool) -> list[str]:
        """The members of the union that the type is in Python, if only one."""
        match type:
            case m.String():
                return (
                    [self._use(_FORMATS[type.format]), "str"]
                    if type.format in _FORMATS
                    else ["str"]
                )
            case m.Number():
                return ["int"] if type.integer else ["float", self._use("Decimal")]
            case m.Boolean():
                return ["bool"]
            case m.AnyType():
                return ["object"]
            case m.Enum():
                return self._wide(type) if is_wide(type) else [self._namer.enum(type, path)]
            case m.Ref():
                return [self._namer.ref(type.name, evaluated)]
            case m.Array():
                item = self.value(type.items, path.element("item"), evaluated)
                return [f"{self._use('Sequence')}[{item}]"]
            case m.Object():
                return [self.object(type, path, evaluated)]
            case m.Union():
                return self._union(type, path, evaluated)

    def object(self, type: m.Object, path: Path, evaluated: bool) -> str:
        """A TypedDict's name, or a mapping of what all values can be."""
        if is_typed_dict(type):
            return self._namer.object(type, path)
        value = self.value(_values(type), path.element("value"), evaluated)
        return f"{self._use('Mapping')}[str, {value}]"

    def _union(self, type: m.Union, path: Path, evaluated: bool) -> list[str]:
        several = not path.parts or sum(map(needs_name, type.members)) > 1
        found: list[str] = []
        for number, member in enumerate(type.members, 1):
            place = path.option(number) if several and needs_name(member) else path
            found += self.members(member, place, evaluated)
        return found

    def enum(self, values: tuple[m.Json, ...]) -> str:
        """``Literal[…]``, with wider types for what no Literal can hold."""
        exact, kinds = _parted(values)[0], self._wide(m.Enum(values))
        if exact:
            self._use("Literal")
            kinds.insert(0, _literal([literals.value(v) for v in exact], 4 if kinds else 0))
        if len(kinds) < 2:
            return kinds[0] if kinds else self._use("NoReturn")
        return literals.exploded(f"{self._use('Union')}[", kinds, "]")

    def _wide(self, type: m.Enum) -> list[str]:
        """The types of the values that no ``Literal`` can hold."""
        kinds = _parted(type.values)[1]
        for kind in kinds:
            self._use(kind.partition("[")[0])
        return kinds

    def _use(self, name: str) -> str:
        self._namer.used.add(name)
        return name


def is_typed_dict(type: m.Object) -> bool:
    """Whether an object has a type with keys; else it is an open mapping.

    A key "" no TypedDict may have (pyright), so an object with one is a mapping of any values;
    validators judge it as any other.
    """
    if any(not declared.name for declared in type.properties):
        return False
    return bool(type.properties) or type.additional is None


def needs_name(type: m.Type) -> bool:
    """Whether a type, or what is nested in it, takes a name from its path."""
    match type:
        case m.Object():
            return is_typed_dict(type) or needs_name(_values(type).type)
        case m.Array():
            return needs_name(type.items.type)
        case m.Union():
            return any(needs_name(member) for member in type.members)
        case m.Enum():
            return not is_wide(type)
        case _:
            return False


def _values(type: m.Object) -> m.Value:
    """What stands under the keys of an open mapping."""
    if type.properties or type.additional is None:
        return m.ANYTHING
    return type.additional


def is_wide(type: m.Enum) -> bool:
    """Whether no value of it needs to stand in a Literal, so that it needs no name."""
    return not _parted(type.values)[0]


def _parted(values: tuple[m.Json, ...]) -> tuple[list[m.Json], list[str]]:
    """The values that ``Literal`` can hold, and the wider types for the others."""
    wider = [_wider(value) for value in values]
    exact = [v for v, kind in zip(values, wider, strict=True) if kind is None]
    if "float" in wider:  # an int is one to type checkers
        exact = [v for v in exact if type(v) is not int]
    return exact, list(dict.fromkeys(filter(None, wider)))


def _wider(value: m.Json) -> str | None:
    """The type to take where ``Literal`` (PEP 586) has no such value."""
    match value:
        case float():
            return "float"
        case list():
            return "Sequence[object]"
        case dict():
            return "Mapping[str, object]"
        case str() if not value.isprintable() and literals.SURROGATES.search(value):
            return "str"  # checkers write their caches in UTF-8, which has no surrogates
        case _:
            return None


def _literal(values: list[str], indent: int) -> str:
    if len(values) == 1:
        return f"Literal[{values[0]}]"
    return literals.exploded("Literal[", values, "]", indent)


def recursive_aliases(plan: Plan) -> frozenset[str]:
    """The definitions that are aliases in Python and mean themselves."""
    edges = {name: _refs(definition.value.type) for name, definition in plan.definitions.items()}
    return frozenset(name for name in edges if name in _reached(name, edges))


def _reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        new = edges.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _refs(type: Type) -> set[str]:
    """The definitions that ``type`` names directly, not from within a class."""
    match type:
        case Ref():
            return {type.name}
        case Array():
            return _refs(type.items.type)
        case Union():
            return set().union(*map(_refs, type.members))
        case Object() if type.additional is not None and not is_typed_dict(type):
            return _refs(type.additional.type)
        case _:
            return set()
