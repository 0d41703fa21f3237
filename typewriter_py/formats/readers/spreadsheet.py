"""A tracking plan in a spreadsheet (CSV) → rules: rows of events, and of their properties.

The header may use Segment's words or common alternatives; a row without an event's name belongs
to the one above.  Paths reach into objects and lists: ``products[].sku``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from ...diagnostics import Diagnostic, Span, has_errors
from ...plan.document import Document, Map, Seq
from ...plan.json_reader import value_of
from ...plan.model import CALLS
from ...plan.values import LONG, describe, identity
from ...plan.yaml_reader import MAX_DEPTH
from ...util import shortened
from .. import codes
from .. import spreadsheet as columns
from ..json_schema import DRAFT, json_type
from ..nodes import append, as_nodes, put
from ..permitted import (
    format_named,
    has_alternatives,
    is_placeholder,
    is_prose,
    permitted_values,
    plain_list,
    separators,
    without_words,
)
from ..rules import EXTENSION, KINDS, PAYLOAD, Kind, Rule, RuleSet
from ..type_names import ANY, FORMATS, NAMES, item_types, type_words
from .findings import Findings
from .table import Row, Table, has_header

SUFFIXES: Final = (".csv", ".tsv")

_YES: Final = frozenset("required req r yes y true x 1 mandatory m always must ✓ ✔ ✅".split())
_NO: Final = frozenset(["", *"optional opt o no n false 0 - – — ✗ ✘ ❌".split()])


_DEEPEST: Final = MAX_DEPTH // 2
"""Steps of a path, at most: each name takes two levels of a plan."""


class Cells:
    """Writes properties into payloads, and reports cells that it cannot read."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._reported: set[tuple[str, str]] = set()

    def property(self, payload: Map, path: str, row: Row) -> None:
        """Declare the property at ``path``, as the cells of ``row`` describe it."""
        steps, shown = columns.path_steps(path), shortened(path, LONG)
        if steps is None:
            message = f"`{shown}` is not a path to a property"
            help = 'write address.city, products[].sku, or a name in quotes: "a.b"'
            self._findings.add(codes.ROW, row.span, message, help)
            return
        if len(steps) > _DEEPEST:
            message = f"`{shown}` is nested deeper than any plan: it has {len(steps):,} steps"
            self._findings.add(
                codes.ROW, row.span, message, "is it one name? then put it in quotes"
            )
            return
        schema, within = payload, payload
        for step in steps:
            if step is not None and not _may_be(schema, "object") and _may_be(schema, "array"):
                schema = self._into(schema, None, row.span) or schema  # products.sku
            within = schema
            inner = self._into(schema, step, row.span)
            if inner is None:
                message = f"`{shown}` leads through a value of type `{schema.get('type')}`"
                help = "only objects have properties, and only lists have items"
                self._findings.add(codes.ROW, row.span, message, help)
                return
            schema = inner
        name = steps[-1]
        if name is not None and self._says_yes(row, columns.STATUS, "required", "optional"):
            listed = within.get("required", Seq(row.span))
            if name not in listed:
                append(listed, name, row.span)
                put(within, "required", listed, row.span)
        if row.cells.get(columns.PERSONAL):
            personal = self._says_yes(row, columns.PERSONAL, "personal", "not personal")
            put(schema, EXTENSION, {"pii": personal}, row.span)
        known = schema.get("type")
        self._describe(schema, row)
        if known is not None and known != schema["type"]:
            message = f"`{shown}` is {describe(known, LONG)} in a row above: the type here is used"
            self._findings.add(codes.CELL, row.span, message, "describe a property once")

    def _says_yes(self, row: Row, column: str, yes: str, no: str) -> bool:
        """Whether a cell means ``yes``; an unknown word is reported once."""
        word = row.cells.get(column, "").casefold()
        if word not in _YES | _NO and (column, word) not in self._reported:
            self._reported.add((column, word))
            message = f"`{word}` means neither {yes} nor {no}: it is read as {no}"
            self._findings.add(codes.CELL, row.span, message, "write yes or no")
        return word in _YES

    def _into(self, schema: Map, step: str | None, span: Span) -> Map | None:
        """The schema one step further in, created if necessary; None if the type forbids it."""
        wanted, key = ("array", "items") if step is None else ("object", "properties")
        if not _may_be(schema, wanted):
            return None
        if "type" not in schema:
            put(schema, "type", wanted, span)
        if key not in schema:
            put(schema, key, {}, span)
        inner: Map = schema[key]
        if step is None:
            return inner
        if step not in inner:
            put(inner, step, {}, span)
        found: Map = inner[step]
        return found

    def _describe(self, schema: Map, row: Row) -> None:
        cells, span = row
        type = cells.get(columns.TYPE, "")
        if self._says_yes(row, columns.ARRAY, "a list", "not a list"):
            type = f"array of {type or ANY}"
        types = self._typed(schema, type, span)
        text = cells.get(columns.MEANING) or cells.get("Description")
        if text:
            put(schema, "description", text, span)
        permitted = cells.get(columns.PERMITTED, "")
        if permitted and types == ["array"] and schema.get("items"):
            items: Map = schema["items"]
            listed = items.get("type", ())
            self._permit(items, permitted, [listed] if isinstance(listed, str) else [*listed], span)
        elif permitted:
            self._permit(schema, permitted, types, span)

    def _typed(self, schema: Map, cell: str, span: Span) -> list[str]:
        """Write the types that a cell names, and return them; none for ``any``."""
        of_items = item_types(cell)
        if of_items is not None:
            put(schema, "type", "array", span)
            items = schema.get("items", Map(span))
            self._typed(items, of_items, span)
            put(schema, "items", items, span)
            return ["array"]
        words = type_words(cell)
        types = self._types(words, span)
        formats = {FORMATS[word] for word in words if word in FORMATS}
        if len(formats) == 1 and types:
            put(schema, "format", formats.pop(), span)
        if types:
            put(schema, "type", types[0] if len(types) == 1 else types, span)
        return types

    def _types(self, words: list[str], span: Span) -> list[str]:
        types: list[str] = []
        for word in words:
            name = "string" if word in FORMATS else NAMES.get(word)
            if name == ANY:
                return []
            if name is None:
                message = f"`{word}` is not a type"
                help = "it can be: any, array, object, boolean, integer, number, string, date-time"
                self._findings.add(codes.CELL, span, message, help)
            elif name not in types:
                types.append(name)
        return types

    def _permit(self, schema: Map, cell: str, types: list[str], span: Span) -> None:
        """Write the permitted values of a cell, its examples, or its regular expression."""
        if is_placeholder(cell):
            return
        text = not types or "string" in types
        format = format_named(cell) if text else None
        if format is not None:
            message = f"`{cell}` is not a permitted value, it is read as `format: {format}`"
            self._findings.add(codes.CELL, span, message, "put it into the column of types")
            for key, value in (("format", format), ("type", "string")):
                if key not in schema:
                    put(schema, key, value, span)
            return
        listed, examples = without_words(cell)
        prose = text and is_prose(listed)
        values: list[Any] | None = permitted_values(listed) if text else _of_types(listed, types)
        if values is None and text and not prose and examples is None:
            put(schema, "pattern", cell, span)
            if not types:
                put(schema, "type", "string", span)
            return
        if values is None or prose:
            self._leave(schema, cell, "" if text else ", ".join(types), span)
            return
        values = list({identity(each): each for each in reversed(values)}.values())[::-1]
        if examples:
            put(schema, "examples", values, span)
        else:
            nulls = [None] * ("null" in types and None not in values)
            put(schema, "enum", values + nulls, span)
        if examples is not None or has_alternatives(listed):
            meant = "examples" if examples else "the permitted values"
            message = f"`{cell}` is read as {meant} {describe(values, LONG)}"
            self._findings.add(codes.CELL, span, message, "write all values with | between them")

    def _leave(self, schema: Map, cell: str, types: str, span: Span) -> None:
        """Keep a cell that lists no values, or none of the right types, as a comment."""
        message = f"`{cell}` describes the permitted values, and does not list them: left out"
        if types:
            message = f"the permitted values {cell} are not of type {types}"
        help = "it is kept as a comment; write values with | between them"
        self._findings.add(codes.CELL, span, message, help)
        put(schema, "$comment", f"not carried over: permitted values: {cell}", span)


def _of_types(cell: str, types: list[str]) -> list[Any] | None:
    """Numbers or booleans, separated by bars or the like; None if they are of other types."""
    try:
        cell = plain_list(cell)
        between = separators(cell)
        parts = re.split(between if len(between) > 3 else f"[{between}]", cell)
        values = [value_of(each.strip().strip("'\"")) for each in parts]
    except ValueError:
        return None
    number = {"integer", "number"} if "number" in types else {"integer"}
    wanted = {*types} | (number if {"integer", "number"} & {*types} else set())
    return values if all(json_type((value,)) in wanted for value in values) else None


def _may_be(schema: Map, wanted: str) -> bool:
    types = schema.get("type", wanted)
    return wanted == types or (isinstance(types, Seq) and wanted in types)


_VERSION: Final = re.compile(r"v?0*([1-9][0-9]{0,8})(?:[.,]0+)?", re.IGNORECASE)


def recognises(documents: Sequence[Document]) -> bool:
    """Whether it is a table."""
    if len(documents) != 1 or documents[0].data is not None:
        return False
    document = documents[0]
    return document.file.lower().endswith(SUFFIXES) or has_header(document.text)


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules of the sheet in the only document; it has no ``name`` but its file's."""
    (document,) = documents
    findings = Findings()
    events = _Events(findings)
    for row in Table(document, findings).rows():
        events.take(row)
    found = tuple(findings.diagnostics)
    return (None if has_errors(found) else RuleSet(name, tuple(events.rules()))), found


_Identity: TypeAlias = tuple[Kind, str, int]


class _Events:
    """Builds the rules, row by row."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._cells = Cells(findings)
        self._rules: dict[_Identity, tuple[Map, Map]] = {}
        self._current: _Identity | None = None

    def rules(self) -> Iterator[Rule]:
        for rule, (schema, _) in self._rules.items():
            yield Rule(*rule, schema, span=schema.span)

    def take(self, row: Row) -> None:
        """Add a row: an event, a property, or both."""
        event, path = _names(row)
        identity = self._identity(row, event)
        if identity is not None:
            self._current = identity
            self._about(row, identity, path == "")
        if not path:
            return
        if self._current is None:
            message = f"the property `{shortened(path, LONG)}` comes before any event"
            help = "put an event's name in its own row, or in the row of each of its properties"
            self._findings.add(codes.ROW, row.span, message, help)
            return
        for each in columns.paths_in(path):
            self._cells.property(self._rules[self._current][1], each, row)

    def _identity(self, row: Row, event: str) -> _Identity | None:
        call = row.cells.get(columns.CALL, "").upper()
        kind: Kind | None = next((each for each in KINDS if each == call and each in PAYLOAD), None)
        if call and kind is None:
            message = f"`{call.lower()}` is not a type of call"
            help = f"it can be: {', '.join(('track', *CALLS))}"
            self._findings.add(codes.ROW, row.span, message, help)
            return None
        if not event and kind in (None, "TRACK"):
            return None
        kind = kind or "TRACK"
        return kind, event if kind == "TRACK" else "", self._version(row)

    def _version(self, row: Row) -> int:
        """The version of the event, 1 by default."""
        version = row.cells.get(columns.VERSION, "")
        found = _VERSION.fullmatch(version)
        if version and not found:
            message = (
                f"the version must be a positive whole number, not `{version}`: it is read as 1"
            )
            self._findings.add(codes.CELL, row.span, message, "write 1, 2, …")
        return int(found[1]) if found else 1

    def _about(self, row: Row, identity: _Identity, alone: bool) -> None:
        """Add what the row says about the event; its first row creates it."""
        if identity not in self._rules:
            self._rules[identity] = _message(identity[0], row.span)
        schema, _ = self._rules[identity]
        text = row.cells.get(columns.ABOUT) or (row.cells.get("Description") if alone else "")
        if text and "description" not in schema:
            put(schema, "description", text, row.span)
        labels = [each.strip() for each in re.split("[,;]", row.cells.get(columns.LABELS, ""))]
        tags = [*dict.fromkeys(filter(None, labels))]
        extension = schema.get(EXTENSION, Map(row.span))
        for key, value in (("tags", tags), ("owner", row.cells.get(columns.OWNER))):
            if value and key not in extension:
                put(extension, key, value, row.span)
        if extension and EXTENSION not in schema:
            put(schema, EXTENSION, extension, row.span)


def _message(kind: Kind, span: Span) -> tuple[Map, Map]:
    """The schema of a message, and that of its payload in it."""
    fields = {PAYLOAD[kind]: {"type": "object"}}
    schema: Map = as_nodes({"$schema": DRAFT, "type": "object", "properties": fields}, span)
    return schema, schema["properties"][PAYLOAD[kind]]


def _names(row: Row) -> tuple[str, str]:
    """The event and the property that a row is about; if both are in one column, only properties
    have a type or a status."""
    cells = row.cells
    if "Name" in cells and columns.EVENT not in cells and columns.PROPERTY not in cells:
        is_property = cells.get(columns.TYPE) or cells.get(columns.STATUS)
        return ("", cells["Name"]) if is_property else (cells["Name"], "")
    return cells.get(columns.EVENT, ""), cells.get(columns.PROPERTY, "")
