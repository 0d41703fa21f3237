"""The TypedDicts and aliases of ``_types.py``: view models for its template."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ...plan.model import ABSENT, Definition, Enum, Object, Plan, Property, Value
from ...util import immutable
from .. import analysis
from ..comments import about
from ..naming import Names, Nested, Path
from . import docs, literals
from .literals import indented, opened, settled
from .names import CALL_TYPES, PLAN_CONTEXT, TYPES, is_plain, keyword
from .spelling import Speller, is_typed_dict, recursive_aliases


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
        self._speller = Speller(weakref.proxy(self))  # no cycle, which would wait for the collector
        self._nested = Nested(names, TYPES)
        self._begun: set[str] = set()
        self._recursive = recursive_aliases(plan)

    # --- what has a name in the plan -------------------------------------------------------

    def keywords(self, name: str, type: Object, what: str, description: str) -> None:
        """The type of a function's keywords, called as the function takes them."""
        arguments = self.types.arguments[name] = []
        for property in type.properties:
            annotation = self._speller.property(name, property, what)
            given = property.default is not ABSENT or property.const is not ABSENT
            required = property.required and not given
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
            code = self._speller.enum(type.values)
        else:
            whole = Property(definition.name, definition.value, span=definition.span)
            path = Path(name, (), whole, f'definition "{definition.name}"')
            code = self._speller.value(Value(type), path, evaluated=not recursive)
        lines = _lines(about(definition), "")
        if recursive:
            self.used.add("TypeAlias")
            code, lines = _recursive(name, code, lines), []
        self._statement(name, code if recursive else f"{name} = {code}", lines)

    # --- what is nested: the Speller's Namer -------------------------------------------------

    def object(self, type: Object, path: Path) -> str:
        """The TypedDict for an object at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._object(name, type, path.what, "")
        return name or "object"

    def enum(self, type: Enum, path: Path) -> str:
        """The alias for the enum at ``path``."""
        name, new = self._nested.claim(type, path)
        if name and new:
            self._statement(name, f"{name} = {self._speller.enum(type.values)}", [])
        return name or "object"

    def ref(self, name: str, evaluated: bool) -> str:
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
        return [
            Argument(p.name, self._speller.property(name, p, what), p.required, p)
            for p in properties
        ]

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
                about += docs.entry(entry.name, entry.property)
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
        doc = docs.attribute(entry.property)
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
