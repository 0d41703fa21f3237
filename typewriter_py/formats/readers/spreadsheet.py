"""A tracking plan in a spreadsheet (CSV) → rules: rows of events, and of their properties.

The header may use Segment's words or common alternatives; a row without an event's name belongs
to the one above.  Paths reach into objects and lists: ``products[].sku``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from ...diagnostics import Diagnostic, Span, has_errors
from ...plan.document import Document, Map, Seq
from ...plan.json_reader import value_of
from ...plan.model import CALLS
from ...plan.values import LONG, describe, identity, shortened
from ...plan.yaml_reader import MAX_DEPTH
from .. import codes
from .. import spreadsheet as columns
from ..json_schema import DRAFT, json_type
from ..nodes import append, as_nodes, put
from ..rules import EXTENSION, KINDS, PAYLOAD, Kind, Rule, RuleSet
from ..spreadsheet import (
    format_named,
    is_placeholder,
    permitted_values,
    separators,
    without_brackets,
)
from ..type_names import ANY, FORMATS, NAMES, item_types, type_words
from .findings import Findings

SUFFIXES: Final = (".csv", ".tsv")
_DELIMITERS: Final = (",", ";", "\t")
_HEADER_WITHIN: Final = 20
"""Rows that may be the header: titles and notes may be above it."""

_ALIASES: Final[Mapping[str, str]] = {
    **{re.sub("[^a-z]", "", each.lower()): each for each in columns.COLUMNS},
    "event": columns.EVENT, "events": columns.EVENT, "trackevent": columns.EVENT,
    "calltype": columns.CALL, "call": columns.CALL, "ruletype": columns.CALL,
    "messagetype": columns.CALL, "method": columns.CALL,
    "version": columns.VERSION,
    "eventlabels": columns.LABELS, "tags": columns.LABELS, "eventtags": columns.LABELS,
    "property": columns.PROPERTY, "properties": columns.PROPERTY,
    "propertypath": columns.PROPERTY, "trait": columns.PROPERTY, "traitname": columns.PROPERTY,
    "traitdescription": columns.MEANING,
    "status": columns.STATUS, "required": columns.STATUS, "requirement": columns.STATUS,
    "propertyrequired": columns.STATUS,
    "type": columns.TYPE, "datatype": columns.TYPE, "propertytype": columns.TYPE,
    "allowedpropertyvalues": columns.PERMITTED, "allowedvalues": columns.PERMITTED,
    "propertyvalues": columns.PERMITTED, "values": columns.PERMITTED, "enum": columns.PERMITTED,
    "permittedpropertyvalues": columns.PERMITTED, "regex": columns.PERMITTED,
    "owner": columns.OWNER, "eventowner": columns.OWNER,
    "pii": columns.PERSONAL, "ispii": columns.PERSONAL, "personaldata": columns.PERSONAL,
    "name": "Name", "description": "Description",
}  # fmt: skip
"""Headers in lower case, letters only.

``Name`` and ``Description`` apply to whatever the row is about, as in Segment's editor.
"""


class Row(NamedTuple):
    """One row: its cells by column, and where it begins."""

    cells: Mapping[str, str]
    span: Span


def has_header(text: str) -> bool:
    """Whether ``text`` is a table that contains a plan."""
    return Table(Document("", text, None, ()), Findings()).header() is not None


class Table:
    """The rows below the header."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self._findings = findings
        self._file = document.file
        self._text = document.text.removeprefix("\ufeff")

    def rows(self) -> Iterator[Row]:
        """Each row that is not empty, in order; none if there is no header."""
        found = self.header()
        if found is None:
            message = "no row names the columns of the events and their properties"
            help = f"begin with a header such as: {','.join(columns.COLUMNS[1:])}"
            self._findings.add(codes.NO_HEADER, Span(self._file), message, help)
            return
        delimiter, at, header = found
        unknown: dict[int, int] = {}
        for number, (line, cells) in enumerate(self._cut(delimiter)):
            if number == at:
                titles = cells
            elif number > at:
                named = {}
                for index, cell in enumerate(cells):
                    if index in header:
                        named[header[index]] = columns.text_of(cell.strip())
                    elif cell.strip():
                        unknown.setdefault(index, line)
                if any(named.values()):
                    yield Row(named, Span(self._file, line))
        for index, line in sorted(unknown.items()):
            title = titles[index].strip() if index < len(titles) else ""
            message = f"the column `{title}` is not carried over"
            self._findings.add(
                codes.COLUMN, Span(self._file, line), message, "put it into the description"
            )

    def header(self) -> tuple[str, int, dict[int, str]] | None:
        """The delimiter that fits, the number of the header's row, and its columns."""
        before = [*self._findings.diagnostics]
        for delimiter in _DELIMITERS:
            for at, (_, cells) in zip(range(_HEADER_WITHIN), self._cut(delimiter), strict=False):
                if header := _columns(cells):
                    return delimiter, at, header
            self._findings.diagnostics[:] = before  # what is broken may be fine with another one
        return None

    def _cut(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """All rows, and the line on which each begins."""
        lines = io.StringIO(self._text, newline="")
        reader, line = csv.reader(lines, delimiter=delimiter, strict=True), 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:  # a quote that is not closed, a cell of more than 128 KiB
            message = f"the row that begins here is not valid CSV: {error}"
            help = "check its quotes: a quote within a cell is written twice"
            self._findings.add(codes.ROW, Span(self._file, line), message, help)


def _columns(cells: Sequence[str]) -> dict[int, str] | None:
    """The columns by their numbers, if these are headers of events and properties."""
    found: dict[int, str] = {}
    for index, cell in enumerate(cells):
        name = _ALIASES.get(re.sub("[^a-z]", "", cell.lower()))
        if name and name not in found.values():
            found[index] = name
    names = {*found.values()}
    separate = {columns.EVENT, columns.PROPERTY} <= names
    return found if separate or {"Name", columns.TYPE} <= names else None


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
        types = self._typed(schema, cells.get(columns.TYPE, ""), span)
        text = cells.get(columns.MEANING) or cells.get("Description")
        if text:
            put(schema, "description", text, span)
        permitted = cells.get(columns.PERMITTED, "")
        if permitted:
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
        """Write the permitted values of a cell, or its regular expression."""
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
        values: list[Any] | None = permitted_values(cell)
        if values is None and text:
            put(schema, "pattern", cell, span)
            if not types:
                put(schema, "type", "string", span)
            return
        if not text:
            values = _of_types(cell, types)
        if values is None:
            message = f"the permitted values {cell} are not of type {', '.join(types)}"
            self._findings.add(codes.CELL, span, message, "write them with | between them")
            return
        values = list({identity(each): each for each in reversed(values)}.values())[::-1]
        put(schema, "enum", values + [None] * ("null" in types and None not in values), span)


def _of_types(cell: str, types: list[str]) -> list[Any] | None:
    """Numbers or booleans, separated by bars or the like; None if they are of other types."""
    try:
        cell = without_brackets(cell)
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
