"""The TypedDicts and aliases of ``_types.py``: view models for its template, and how a type of
the plan is written in an annotation; what needs a name of its own gets one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ...plan import model as m
from ...plan.model import (
    ABSENT,
    Array,
    Definition,
    Enum,
    Object,
    Plan,
    Property,
    Ref,
    Type,
    Union,
    Value,
)
from ...util import immutable, reached
from .. import analysis
from ..comments import about
from ..naming import Names, Nested, Path, step
from . import literals
from .literals import indented, opened, settled
from .names import CALL_TYPES, PLAN_CONTEXT, TYPES, is_plain, keyword


@immutable
class ClassForm:
    """``class Name(TypedDict): …``; a field is its line, and the docstring under it."""

    name: str
    opening: str
    doc: str
    fields: tuple[str, ...]
    is_class: bool = True


@immutable
class Statement:
    """``Name = …``: an alias, or a TypedDict with keys that no class can have."""

    name: str
    code: str
    doc: str
    is_class: bool = False


Block = ClassForm | Statement


_FORMATS: Final = {"date-time": "datetime", "date": "date", "uuid": "UUID"}
_OPEN: Final = (
    "The plan lets further keys stand here: a subclass of this TypedDict can declare them."
)
_CONTEXT: Final = (
    "The context with what the plan adds to Segment's keys: "
    "``scope(context=PlanContext(key=value))``, and so in options."
)
_OPEN_CALL: Final = 'The plan lets further properties in: they go in options["extra"].'


class Argument(NamedTuple):
    """A keyword of a generated function, as its docstring tells it."""

    name: str
    annotation: str
    required: bool
    property: Property


@dataclass(slots=True)
class Types:
    """All of ``_types.py``: blocks in the order in which Python can run them.

    ``used`` is what they import; ``arguments`` belongs to the functions, by type name.
    """

    blocks: list[Block] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    arguments: dict[str, list[Argument]] = field(default_factory=dict)


def build(plan: Plan, names: Names) -> Types:
    """Types for the definitions, events and calls of ``plan``; takes their names in ``names``."""
    builder = _Builder(plan, names)
    for name in plan.definitions:
        builder.definition(name)
    for name, call in plan.calls.items():
        builder.keywords(CALL_TYPES[name], call.properties, name, about(call))
    builder.context()
    for event in plan.events:
        said = about(event, f"Properties of {literals.text(event.name)}.")
        builder.keywords(names.type(event), event.properties, f'"{event.name}"', said)
    return builder.types


class _Builder:
    """Writes blocks, nested types before those that they are nested in."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self.types = Types()
        self.used = self.types.used
        self._plan = plan
        self._names = names
        self._plain: dict[int, str] = {}  # of values without parts, which many properties share
        self._nested = Nested(names, TYPES)
        self._begun: set[str] = set()
        self._recursive = recursive_aliases(plan)

    # --- what has a name in the plan -------------------------------------------------------

    def keywords(self, name: str, type: Object, what: str, description: str) -> None:
        """The type of a function's keywords, called as the function takes them."""
        arguments = self.types.arguments[name] = []
        for property in type.properties:
            annotation = self._property(name, property, what)
            required = property.required and property.filling is ABSENT
            arguments.append(Argument(keyword(property) or "_", annotation, required, property))
        note = _OPEN_CALL if type.additional is not None else ""
        self._typed_dict(name, arguments, _lines(description, note))

    def context(self) -> None:
        """The client's ``Context`` with the keys that the plan adds to it.

        None is required: scopes and options each say a part of it.  A key that cannot stand
        in the body of a class is left out: only a class adds to another TypedDict.
        """
        keys = [each for each in analysis.added_context(self._plan) if is_plain(each.name)]
        if not keys:
            return
        self.used.add("Context")
        doc = literals.docstring(literals.prose(_CONTEXT, 4), 4)
        fields = tuple(_fields(self._entries(PLAN_CONTEXT, keys, "context"), False))
        opening = f"class {PLAN_CONTEXT}(Context, total=False):"
        self.types.blocks.append(ClassForm(PLAN_CONTEXT, opening, doc, fields))

    def definition(self, name: str) -> None:
        """A shared type, once, and before it what Python must have seen when it runs."""
        if name in self._begun:
            return
        self._begun.add(name)
        definition, called = self._plan.definitions[name], self._names.definition(name)
        type = definition.value.type
        if isinstance(type, Object) and is_typed_dict(type):
            self._object(called, type, f'definition "{name}"', about(definition))
        else:
            self._alias(called, definition)

    def _alias(self, name: str, definition: Definition) -> None:
        type, recursive = definition.value.type, definition.name in self._recursive
        if isinstance(type, Enum):
            code = self._enum(type.values)
        else:
            whole = Property(definition.name, definition.value, span=definition.span)
            path = Path(name, (), whole, f'definition "{definition.name}"')
            code = self._value(Value(type), path, evaluated=not recursive)
        lines = _lines(about(definition), "")
        if recursive:
            self.used.add("TypeAlias")
            code, lines = _recursive(name, code, lines), []
        self._statement(name, code if recursive else f"{name} = {code}", lines)

    # --- how a type is written; ``evaluated``: outside of annotations, where Python 3.9 runs it ---

    def _property(self, owner: str, property: m.Property, what: str) -> str:
        """The annotation for a property of the type called ``owner``."""
        value = property.value
        found = self._plain.get(id(value))
        if found is None:
            found = self._value(value, step(owner, property, what))
            if isinstance(value.type, m.String | m.Number | m.Boolean | m.AnyType):
                self._plain[id(value)] = found
        return found

    def _value(self, value: m.Value, path: Path, evaluated: bool = False) -> str:
        """The annotation for what may stand in one place."""
        members = list(dict.fromkeys(self._members(value.type, path, evaluated)))
        if "object" in members:
            return "object"
        if value.nullable:
            members.append("None")
        if not members:
            return self._use("NoReturn")
        if len(members) == 1 or not evaluated:
            return " | ".join(members)
        return f"{self._use('Union')}[{', '.join(members)}]"

    def _members(self, type: m.Type, path: Path, evaluated: bool) -> list[str]:
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
                return self._wide(type) if is_wide(type) else [self._named_enum(type, path)]
            case m.Ref():
                return [self._ref(type.name, evaluated)]
            case m.Array():
                item = self._value(type.items, path.element("item"), evaluated)
                return [f"{self._use('Sequence')}[{item}]"]
            case m.Object():
                return [self._object_type(type, path, evaluated)]
            case m.Union():
                return self._union(type, path, evaluated)

    def _object_type(self, type: m.Object, path: Path, evaluated: bool) -> str:
        """A TypedDict's name, or a mapping of what all values can be."""
        if is_typed_dict(type):
            return self._named_object(type, path)
        value = self._value(_values(type), path.element("value"), evaluated)
        return f"{self._use('Mapping')}[str, {value}]"

    def _union(self, type: m.Union, path: Path, evaluated: bool) -> list[str]:
        several = not path.parts or sum(map(needs_name, type.members)) > 1
        found: list[str] = []
        for number, member in enumerate(type.members, 1):
            place = path.option(number) if several and needs_name(member) else path
            found += self._members(member, place, evaluated)
        return found

    def _enum(self, values: tuple[m.Json, ...]) -> str:
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
        self.used.add(name)
        return name

    def _named_object(self, type: Object, path: Path) -> str:
        """The TypedDict for an object at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._object(name, type, path.what, "")
        return name or "object"

    def _named_enum(self, type: Enum, path: Path) -> str:
        """The alias for the enum at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._statement(name, f"{name} = {self._enum(type.values)}", [])
        return name or "object"

    def _ref(self, name: str, evaluated: bool) -> str:
        """The definition's type, written before this where Python looks it up at once."""
        if evaluated:
            self.definition(name)
        return self._names.definition(name)

    # --- blocks ------------------------------------------------------------------------------

    def _object(self, name: str, type: Object, what: str, description: str) -> None:
        entries = self._entries(name, type.properties, what)
        self._typed_dict(name, entries, _lines(description, _OPEN if type.additional else ""))

    def _entries(self, name: str, properties: Iterable[Property], what: str) -> list[Argument]:
        """The keys of the TypedDict called ``name``."""
        return [Argument(p.name, self._property(name, p, what), p.required, p) for p in properties]

    def _typed_dict(self, name: str, entries: list[Argument], about: list[str]) -> None:
        self.used.add("TypedDict")
        total = not entries or any(entry.required for entry in entries)
        if total and not all(entry.required for entry in entries):
            self.used.add("NotRequired")
        if all(is_plain(entry.name) for entry in entries):
            doc = literals.docstring(about, 4) if about else ""
            fields = tuple(_fields(entries, total))
            opening = f"class {name}(TypedDict{'' if total else ', total=False'}):"
            self.types.blocks.append(ClassForm(name, opened(opening), doc, fields))
        else:
            for entry in entries:
                about += literals.of_key(entry.name, entry.property)
            self._statement(name, _functional(name, entries, total), about)

    def _statement(self, name: str, code: str, about: Iterable[str]) -> None:
        lines = list(about)
        doc = literals.docstring(lines) if lines else ""
        self.types.blocks.append(Statement(name, settled(code), doc))


def _recursive(name: str, code: str, about: list[str]) -> str:
    """An alias that means itself: checkers know one way to write it, Python another."""
    alias = settled(f"{name}: TypeAlias = {literals.text(code)}", 4)
    if about:
        alias += "\n" + literals.docstring(about, 4)
    made = f"{name} = " + literals.exploded(
        "TypeAliasType(", [literals.text(name), literals.text(code)], ")"
    )
    return f"if TYPE_CHECKING:\n    {indented(alias, 4)}\nelse:\n    {indented(made, 4)}"


def _lines(description: str, note: str) -> list[str]:
    lines = literals.prose(description, 4)
    if note:
        lines += ["", note] if lines else [note]
    return lines


def _annotation(entry: Argument, total: bool) -> str:
    return entry.annotation if entry.required or not total else f"NotRequired[{entry.annotation}]"


def _fields(entries: list[Argument], total: bool) -> Iterator[str]:
    for entry in entries:
        line = settled(f"{entry.name}: {_annotation(entry, total)}", 4)
        doc = literals.of_field(entry.property)
        yield indented(line, 4) + (f"\n    {doc}" if doc else "")


def _functional(name: str, entries: list[Argument], total: bool) -> str:
    keys = (
        f"{literals.text(entry.name)}: {literals.text(_annotation(entry, total))}"
        for entry in entries
    )
    arguments = [literals.text(name), literals.exploded("{", keys, "}", 4)]
    return f"{name} = " + literals.exploded(
        "TypedDict(", arguments if total else [*arguments, "total=False"], ")"
    )


# --- what can be written how ---------------------------------------------------------------------


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
    return frozenset(n for n in edges if n in reached(edges[n], lambda name: edges.get(name, ())))


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
