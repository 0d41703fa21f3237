"""The TypedDicts and aliases of ``_types.py``, as its template needs them.

A type of the plan becomes an annotation; an object or enum within it gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ...plan import model as m
from ...plan.model import ABSENT, Array, Enum, Object, Plan, Property, Ref, Type, Union
from ...util import immutable, reached
from .. import analysis
from ..comments import about
from ..naming import Names, Nested, Path, step
from . import literals
from .literals import formatted, indented, opened
from .names import CALL_TYPES, PLAN_CONTEXT, TYPES, is_plain, keyword


@immutable
class ClassForm:
    """``class Name(TypedDict): …``; a field is a line with the docstring that follows it."""

    name: str
    opening: str
    doc: str
    fields: tuple[str, ...]
    is_class: bool = True


@immutable
class Statement:
    """``Name = …``: an alias, or a TypedDict with keys that a class cannot have."""

    name: str
    code: str
    doc: str
    is_class: bool = False


Block = ClassForm | Statement


_FORMATS: Final = {"date-time": "datetime", "date": "date", "uuid": "UUID"}
_OPEN: Final = "The plan allows other keys: declare them in a subclass of this TypedDict."
_CONTEXT: Final = (
    "Segment's context with the keys that the plan adds to it: "
    "``scope(context=PlanContext(key=value))``, and likewise in options."
)
OPEN_CALL: Final = 'The plan allows other properties: pass them in options["extra"].'


class Argument(NamedTuple):
    """A keyword argument of a generated function, or a key of a TypedDict."""

    name: str
    annotation: str
    required: bool
    property: Property


@dataclass(slots=True)
class Types:
    """All of ``_types.py``: its blocks, in an order in which Python can run them.

    ``used`` is what they import; ``arguments`` are those of the functions, by type name.
    """

    blocks: list[Block] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    arguments: dict[str, list[Argument]] = field(default_factory=dict)


def build(plan: Plan, names: Names) -> Types:
    """Types for the definitions, events and calls of ``plan``; claims their names in ``names``."""
    builder = _Builder(plan, names)
    for name in plan.definitions:
        builder.definition(name)
    for name, call in plan.calls.items():
        builder.keywords(CALL_TYPES[name], call.properties, name, about(call))
    builder.context()
    for event in plan.events:
        description = about(event, f"Properties of {literals.text(event.name)}.")
        builder.keywords(names.type(event), event.properties, f'"{event.name}"', description)
    return builder.types


class _Builder:
    """Writes blocks; nested types precede those that contain them."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self.types = Types()
        self.used = self.types.used
        self._plan = plan
        self._names = names
        self._plain: dict[int, str] = {}  # by id of a simple value, which properties share
        self._nested = Nested(names, TYPES)
        self._begun: set[str] = set()
        self._recursive = recursive_aliases(plan)

    # --- types with a name in the plan -----------------------------------------------------

    def keywords(self, name: str, type: Object, what: str, description: str) -> None:
        """The type of a function's keyword arguments."""
        arguments = self.types.arguments[name] = []
        for property in type.properties:
            annotation = self._property(name, property, what)
            required = property.required and property.filling is ABSENT
            arguments.append(Argument(keyword(property) or "_", annotation, required, property))
        note = OPEN_CALL if type.additional is not None else ""
        self._typed_dict(name, arguments, _lines(description, note))

    def context(self) -> None:
        """The client's ``Context`` with the keys that the plan adds to it.

        All are optional, as scopes and options each set a part of it.  A key that the body of a
        class cannot have is left out: only a class can extend another TypedDict.
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
        """A shared type, once, preceded by those that Python needs to have run."""
        if name in self._begun:
            return
        self._begun.add(name)
        definition, called = self._plan.definitions[name], self._names.definition(name)
        type = definition.value.type
        what, description = f'definition "{name}"', about(definition)
        if isinstance(type, Object) and is_typed_dict(type):
            self._object(called, type, what, description)
            return
        recursive = name in self._recursive
        if isinstance(type, Enum):
            code = self._enum(type.values)
        else:
            path = Path(called, (), Property(name, definition.value, span=definition.span), what)
            code = self._value(m.Value(type), path, evaluated=not recursive)
        lines = _lines(description, "")
        if recursive:
            self.used.add("TypeAlias")
            self._statement(called, _recursive(called, code, lines), [])
        else:
            self._statement(called, f"{called} = {code}", lines)

    # --- annotations; ``evaluated``: not in an annotation, so Python 3.9 has to run it --------

    def _property(self, owner: str, property: Property, what: str) -> str:
        """The annotation for a property of the type called ``owner``."""
        value = property.value
        found = self._plain.get(id(value))
        if found is None:
            found = self._value(value, step(owner, property, what))
            if isinstance(value.type, m.String | m.Number | m.Boolean | m.AnyType):
                self._plain[id(value)] = found
        return found

    def _value(self, value: m.Value, path: Path, evaluated: bool = False) -> str:
        """The annotation for a value."""
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
        """The members of a type as a union in Python, which may have just one."""
        match type:
            case m.String():
                name = _FORMATS.get(type.format or "")
                return [self._use(name), "str"] if name else ["str"]
            case m.Number():
                return ["int"] if type.integer else ["float", self._use("Decimal")]
            case m.Boolean():
                return ["bool"]
            case m.AnyType():
                return ["object"]
            case m.Enum() | m.Object() if is_named(type):
                return [self._named(type, path)]
            case m.Enum():
                return self._wide(type)
            case m.Ref():
                if evaluated:  # Python looks it up at once
                    self.definition(type.name)
                return [self._names.definition(type.name)]
            case m.Array():
                item = self._value(type.items, path.element("item"), evaluated)
                return [f"{self._use('Sequence')}[{item}]"]
            case m.Object():
                values = m.ANYTHING if type.properties else type.additional or m.ANYTHING
                value = self._value(values, path.element("value"), evaluated)
                return [f"{self._use('Mapping')}[str, {value}]"]
            case m.Union():
                members = path.members(type, is_named)
                return [each for of in members for each in self._members(*of, evaluated)]

    def _enum(self, values: tuple[m.Json, ...]) -> str:
        """``Literal[…]``, with wider types for values that it cannot have."""
        exact, kinds = _parted(values)[0], self._wide(m.Enum(values))
        if exact:
            self._use("Literal")
            kinds.insert(0, _literal([literals.value(v) for v in exact], 4 if kinds else 0))
        if len(kinds) < 2:
            return kinds[0] if kinds else self._use("NoReturn")
        return literals.exploded(f"{self._use('Union')}[", kinds, "]")

    def _wide(self, type: m.Enum) -> list[str]:
        """The types of the values that no ``Literal`` can have."""
        kinds = _parted(type.values)[1]
        for kind in kinds:
            self._use(kind.partition("[")[0])
        return kinds

    def _use(self, name: str) -> str:
        self.used.add(name)
        return name

    def _named(self, type: Object | Enum, path: Path) -> str:
        """The TypedDict for the object at ``path``, or the alias for the enum."""
        name, new = self._nested.claim(type, path)
        if name and new:
            if isinstance(type, Object):
                self._object(name, type, path.what, "")
            else:
                self._statement(name, f"{name} = {self._enum(type.values)}", [])
        return name or "object"

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

    def _statement(self, name: str, code: str, about: Sequence[str]) -> None:
        doc = literals.docstring(about) if about else ""
        self.types.blocks.append(Statement(name, formatted(code), doc))


def _recursive(name: str, code: str, about: list[str]) -> str:
    """An alias that refers to itself: type checkers need another form than Python does."""
    alias = formatted(f"{name}: TypeAlias = {literals.text(code)}", 4)
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
        line = formatted(f"{entry.name}: {_annotation(entry, total)}", 4)
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


# --- the forms of types --------------------------------------------------------------------------


def is_named(type: Object | Enum) -> bool:
    """Whether an object is a TypedDict, or an enum has values for a ``Literal``."""
    return is_typed_dict(type) if isinstance(type, Object) else bool(_parted(type.values)[0])


def is_typed_dict(type: Object) -> bool:
    """Whether an object is a TypedDict; if not, it is a mapping.

    A TypedDict cannot have a key "" (pyright), so an object with one is a mapping of any values;
    its rule is like any other.
    """
    if any(not declared.name for declared in type.properties):
        return False
    return bool(type.properties) or type.additional is None


def _parted(values: tuple[m.Json, ...]) -> tuple[list[m.Json], list[str]]:
    """The values that ``Literal`` can have, and the wider types for the others."""
    wider = [_wider(value) for value in values]
    exact = [v for v, kind in zip(values, wider, strict=True) if kind is None]
    if "float" in wider:  # type checkers accept an int as a float
        exact = [v for v in exact if type(v) is not int]
    return exact, list(dict.fromkeys(filter(None, wider)))


def _wider(value: m.Json) -> str | None:
    """The type of a value that ``Literal`` (PEP 586) cannot have; None if it can."""
    match value:
        case float():
            return "float"
        case list():
            return "Sequence[object]"
        case dict():
            return "Mapping[str, object]"
        case str() if not value.isprintable() and literals.SURROGATES.search(value):
            return "str"  # type checkers write their caches in UTF-8, which has no surrogates
        case _:
            return None


def _literal(values: list[str], indent: int) -> str:
    if len(values) == 1:
        return f"Literal[{values[0]}]"
    return literals.exploded("Literal[", values, "]", indent)


def recursive_aliases(plan: Plan) -> frozenset[str]:
    """The definitions that are aliases in Python and refer to themselves."""
    edges = {name: _refs(definition.value.type) for name, definition in plan.definitions.items()}
    return frozenset(n for n in edges if n in reached(edges[n], lambda name: edges.get(name, ())))


def _refs(type: Type) -> set[str]:
    """The definitions that ``type`` refers to, except from within a TypedDict."""
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
