"""A tracking plan in a spreadsheet (CSV) → rules: rows of events, and of their properties.

The header may use Segment's words or those that people use for them; a row without an event's
name belongs to the one above.  Paths reach into objects and lists: ``products[].sku``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ...diagnostics import Code, Diagnostic, Span, has_errors
from ...plan.document import Document, Map, Mark, Seq
from ...plan.model import CALLS
from ...plan.values import LONG, describe
from .. import codes
from .. import spreadsheet as columns
from ..json_schema import DRAFT, json_type
from ..nodes import append, placed, put
from ..rules import EXTENSION, KINDS, PAYLOAD, Kind, Rule, RuleSet
from ..spreadsheet import ANY, FORMATS, NAMES, item_types, permitted_values, separators, type_words

SUFFIXES: Final = (".csv", ".tsv")
_DELIMITERS: Final = (",", ";", "\t")
_HEADER_WITHIN: Final = 20
"""Rows among which the header is looked for: titles and notes may stand above it."""

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
"""Headers in lower case without anything but letters.

``Name`` and ``Description`` are, as in Segment's editor, of whatever the row is about.
"""


class Row(NamedTuple):
    """One row: its cells by column, and where it begins."""

    cells: Mapping[str, str]
    mark: Mark


def has_header(text: str) -> bool:
    """Whether ``text`` is a table with a plan in it."""
    return Table(Document("", text, None, ())).header() is not None


class Table:
    """The rows below the header; gathers what there is to say of the file."""

    def __init__(self, document: Document) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._file = document.file
        self._text = document.text.removeprefix("\ufeff")

    def rows(self) -> Iterator[Row]:
        """Each row that holds anything, in order; none where there is no header."""
        found = self.header()
        if found is None:
            message = "no row tells which columns hold the events and their properties"
            help = f"begin with a header such as: {','.join(columns.COLUMNS[1:])}"
            self.diagnostics.append(codes.NO_HEADER.at(Span(self._file), message, help=help))
            return
        delimiter, at, header = found
        filled: dict[int, int] = {}
        for number, (line, cells) in enumerate(self._cut(delimiter)):
            if number == at:
                titles = cells
            elif number > at:
                for place, cell in enumerate(cells):
                    if cell.strip():
                        filled.setdefault(place, line)
                named = {
                    name: cells[place].strip()
                    for place, name in header.items()
                    if place < len(cells)
                }
                if any(named.values()):
                    yield Row(named, (self._file, line, 1, 1))
        self._pass_over(
            {place: line for place, line in filled.items() if place not in header}, titles
        )

    def header(self) -> tuple[str, int, dict[int, str]] | None:
        """The delimiter that fits, the number of the header's row, and its columns."""
        before = [*self.diagnostics]
        for delimiter in _DELIMITERS:
            for at, (_, cells) in zip(range(_HEADER_WITHIN), self._cut(delimiter), strict=False):
                if header := _columns(cells):
                    return delimiter, at, header
            self.diagnostics[:] = before  # of what another delimiter would have broken
        return None

    def _cut(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """All rows, and the line on which each begins."""
        lines = io.StringIO(self._text, newline="")
        reader, line = csv.reader(lines, delimiter=delimiter, strict=True), 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:  # a quote that does not end, a cell of more than 128 KiB
            message = f"the row that begins here is not CSV: {error}"
            help = "look at its quotes; within a cell, each is written twice"
            self.diagnostics.append(codes.ROW.at(Span(self._file, line), message, help=help))

    def _pass_over(self, filled: Mapping[int, int], titles: Sequence[str]) -> None:
        """Say which columns are not known, at the first row that has something there."""
        for place, line in sorted(filled.items()):
            title = titles[place].strip() if place < len(titles) else ""
            message = f"the column `{title}` is not carried over"
            help = "put it into the description"
            self.diagnostics.append(codes.COLUMN.at(Span(self._file, line), message, help=help))


def _columns(cells: Sequence[str]) -> dict[int, str] | None:
    """The columns by their places, if these are headers of events and properties."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = _ALIASES.get(re.sub("[^a-z]", "", cell.lower()))
        if name and name not in found.values():
            found[place] = name
    names = {*found.values()}
    separate = {columns.EVENT, columns.PROPERTY} <= names
    return found if separate or {"Name", columns.TYPE} <= names else None


_YES: Final = frozenset("required req r yes y true x 1 mandatory m always must ✓ ✔ ✅".split())
_NO: Final = frozenset(["", *"optional opt o no n false 0 - – — ✗ ✘ ❌".split()])


class Cells:
    """Writes properties into payloads; says what it does not understand."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self._diagnostics = diagnostics
        self._told: set[tuple[str, str]] = set()

    def property(self, payload: Map, path: str, row: Any) -> None:
        """Declare the property at ``path``, as the cells of ``row`` describe it."""
        steps = columns.path_steps(path)
        if steps is None:
            message = f"`{path}` is no path of a property"
            help = 'write address.city, products[].sku, or a name in quotes: "a.b"'
            self._say(codes.ROW, row.mark, message, help)
            return
        schema, within = payload, payload
        for step in steps:
            if step is not None and not _may_be(schema, "object") and _may_be(schema, "array"):
                schema = self._into(schema, None, row.mark) or schema  # products.sku
            within = schema
            inner = self._into(schema, step, row.mark)
            if inner is None:
                message = f"`{path}` leads through what is `{schema.get('type')}`"
                help = "only objects have properties, and only lists have items"
                self._say(codes.ROW, row.mark, message, help)
                return
            schema = inner
        name = steps[-1]
        if name is not None and self._says_yes(row, columns.STATUS, "required", "optional"):
            _require(within, name, row.mark)
        if row.cells.get(columns.PERSONAL):
            personal = self._says_yes(row, columns.PERSONAL, "personal", "not personal")
            put(schema, EXTENSION, placed({"pii": personal}, row.mark), row.mark)
        known = schema.get("type")
        self._describe(schema, row)
        if known is not None and known != schema["type"]:
            message = f"`{path}` is {describe(known, LONG)} in a row above: what is here holds"
            help = "describe a property once"
            self._say(codes.CELL, row.mark, message, help)

    def _say(self, code: Code, mark: Mark, message: str, help: str) -> None:
        self._diagnostics.append(code.at(Span(*mark), message, help=help))

    def _says_yes(self, row: Any, column: str, yes: str, no: str) -> bool:
        """Whether a cell says ``yes``; of a word that is not known this is told once."""
        word = row.cells.get(column, "").casefold()
        if word not in _YES | _NO and (column, word) not in self._told:
            self._told.add((column, word))
            message = f"`{word}` says neither {yes} nor {no}: it is taken for {no}"
            self._say(codes.CELL, row.mark, message, "write yes or no")
        return word in _YES

    def _into(self, schema: Map, step: str | None, mark: Mark) -> Map | None:
        """The schema one step further in, made if it is not there; None if none can be."""
        wanted, key = ("array", "items") if step is None else ("object", "properties")
        if not _may_be(schema, wanted):
            return None
        if "type" not in schema:
            put(schema, "type", wanted, mark)
        if key not in schema:
            put(schema, key, Map(mark), mark)
        inner: Map = schema[key]
        if step is None:
            return inner
        if step not in inner:
            put(inner, step, Map(mark), mark)
        found: Map = inner[step]
        return found

    def _describe(self, schema: Map, row: Any) -> None:
        cells, mark = row.cells, row.mark
        types = self._typed(schema, cells.get(columns.TYPE, ""), mark)
        text = cells.get(columns.MEANING) or cells.get("Description")
        if text:
            put(schema, "description", text, mark)
        permitted = cells.get(columns.PERMITTED, "")
        if permitted:
            self._permit(schema, permitted, types, mark)

    def _typed(self, schema: Map, cell: str, mark: Mark) -> list[str]:
        """Write the types that a cell names, and return them; none for any."""
        of_items = item_types(cell)
        if of_items is not None:
            put(schema, "type", "array", mark)
            items = schema.get("items", Map(mark))
            self._typed(items, of_items, mark)
            put(schema, "items", items, mark)
            return ["array"]
        words = type_words(cell)
        types = self._types(words, mark)
        formats = {FORMATS[word] for word in words if word in FORMATS}
        if len(formats) == 1 and types:
            put(schema, "format", formats.pop(), mark)
        if types:
            put(schema, "type", types[0] if len(types) == 1 else placed(types, mark), mark)
        return types

    def _types(self, words: list[str], mark: Mark) -> list[str]:
        types: list[str] = []
        for word in words:
            name = "string" if word in FORMATS else NAMES.get(word)
            if name == ANY:
                return []
            if name is None:
                message = f"`{word}` is no type"
                help = "it can be: any, array, object, boolean, integer, number, string, date-time"
                self._say(codes.CELL, mark, message, help)
            elif name not in types:
                types.append(name)
        return types

    def _permit(self, schema: Map, cell: str, types: list[str], mark: Mark) -> None:
        """Values between bars; for text that is not so simple, a pattern."""
        values: list[Any] | None = permitted_values(cell)
        text = not types or "string" in types
        if values is None and text:
            put(schema, "pattern", cell, mark)
            if not types:
                put(schema, "type", "string", mark)
            return
        if not text:
            values = _of_types(cell, types)
        if values is None:
            message = f"the permitted values {cell} are not of the type {', '.join(types)}"
            help = "write them with | between them"
            self._say(codes.CELL, mark, message, help)
            return
        values = list(dict.fromkeys(values)) + ([None] if "null" in types else [])
        put(schema, "enum", placed(values, mark), mark)


def _of_types(cell: str, types: list[str]) -> list[Any] | None:
    """Numbers or booleans, with bars or the like between them."""
    try:
        values = [json.loads(each) for each in re.split(f"[{separators(cell)}]", cell)]
    except ValueError:
        return None
    number = {"integer", "number"} if "number" in types else {"integer"}
    wanted = {*types} | (number if {"integer", "number"} & {*types} else set())
    return values if all(json_type((value,)) in wanted for value in values) else None


def _may_be(schema: Map, wanted: str) -> bool:
    types = schema.get("type", wanted)
    return wanted == types or (isinstance(types, Seq) and wanted in types)


def _require(schema: Map, name: str, mark: Mark) -> None:
    if "required" not in schema:
        put(schema, "required", Seq(mark), mark)
    if name not in schema["required"]:
        append(schema["required"], name, mark)


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
    """The rules of the sheet in the only document, which calls itself nothing but its file."""
    (document,) = documents
    table = Table(document)
    events = _Events()
    for row in table.rows():
        events.take(row)
    found = (*table.diagnostics, *events.diagnostics)
    return (None if has_errors(found) else RuleSet(name, tuple(events.rules()))), found


class _Events:
    """Builds the rules, row by row."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._cells = Cells(self.diagnostics)
        self._rules: dict[tuple[Kind, str, int], tuple[Map, Map]] = {}
        self._current: tuple[Kind, str, int] | None = None

    def rules(self) -> Iterator[Rule]:
        for (kind, key, version), (schema, _) in self._rules.items():
            yield Rule(kind, key, version, schema, span=schema.span)

    def take(self, row: Row) -> None:
        """Add what a row says: of an event, of a property, or of both."""
        event, path = _names(row)
        identity = self._identity(row, event)
        if identity is not None:
            self._current = identity
            self._about(row, identity, path == "")
        if not path:
            return
        if self._current is None:
            message = f"the property `{path}` stands before any event"
            help = "an event's name stands in its own row or in each of its properties'"
            self.diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
            return
        for each in columns.paths_in(path):
            self._cells.property(self._rules[self._current][1], each, row)

    def _identity(self, row: Row, event: str) -> tuple[Kind, str, int] | None:
        said = row.cells.get(columns.CALL, "").upper()
        kind: Kind | None = next((each for each in KINDS if each == said and each in PAYLOAD), None)
        if said and kind is None:
            message = f"`{said.lower()}` is no type of call"
            help = f"it can be: {', '.join(('track', *CALLS))}"
            self.diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
            return None
        if not event and kind in (None, "TRACK"):
            return None
        kind = kind or "TRACK"
        return kind, event if kind == "TRACK" else "", self._version(row)

    def _version(self, row: Row) -> int:
        """The version of the event: 1 where none is said."""
        said = row.cells.get(columns.VERSION, "")
        found = _VERSION.fullmatch(said)
        if said and not found:
            message = f"the version is a whole number from 1, not `{said}`: it is taken for 1"
            help = "write 1, 2, …"
            self.diagnostics.append(codes.CELL.at(Span(*row.mark), message, help=help))
        return int(found[1]) if found else 1

    def _about(self, row: Row, identity: tuple[Kind, str, int], alone: bool) -> None:
        """What the row says of the event; a new one begins with its first row."""
        if identity not in self._rules:
            self._rules[identity] = _message(identity[0], row.mark)
        schema, _ = self._rules[identity]
        text = row.cells.get(columns.ABOUT) or (row.cells.get("Description") if alone else "")
        if text and "description" not in schema:
            put(schema, "description", text, row.mark)
        labels = [each.strip() for each in re.split("[,;]", row.cells.get(columns.LABELS, ""))]
        tags = placed([*dict.fromkeys(filter(None, labels))], row.mark)
        says = schema.get(EXTENSION, Map(row.mark))
        for key, value in (("tags", tags), ("owner", row.cells.get(columns.OWNER))):
            if value and key not in says:
                put(says, key, value, row.mark)
        if says and EXTENSION not in schema:
            put(schema, EXTENSION, says, row.mark)


def _message(kind: Kind, mark: Mark) -> tuple[Map, Map]:
    """The schema of a message, and that of its payload in it."""
    fields = {PAYLOAD[kind]: {"type": "object"}}
    schema: Map = placed({"$schema": DRAFT, "type": "object", "properties": fields}, mark)
    return schema, schema["properties"][PAYLOAD[kind]]


def _names(row: Row) -> tuple[str, str]:
    """The event and the property that a row is about; one column for both tells by the type."""
    cells = row.cells
    if "Name" in cells and columns.EVENT not in cells and columns.PROPERTY not in cells:
        told = cells.get(columns.TYPE) or cells.get(columns.STATUS)
        return ("", cells["Name"]) if told else (cells["Name"], "")
    return cells.get(columns.EVENT, ""), cells.get(columns.PROPERTY, "")
