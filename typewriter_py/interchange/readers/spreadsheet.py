"""A tracking plan in a spreadsheet (CSV) → rules: rows of events, and of their properties.

The header may use Segment's words or those that people use for them; a row without an event's
name belongs to the one above.  Paths reach into objects and lists: ``products[].sku``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...diagnostics import Diagnostic, Span, has_errors
from ...plan.document import Document, Map, Mark
from .. import columns
from ..json_schema import DRAFT
from ..nodes import placed, put
from ..rules import EXTENSION, KINDS, PAYLOAD, Kind, Rule, RuleSet
from . import schema_codes as codes
from .cells import Cells
from .table import SUFFIXES, Row, Table, has_header

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
            help = "it can be: track, identify, group, page, screen"
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
    schema, fields, payload = Map(mark), Map(mark), Map(mark)
    put(schema, "$schema", DRAFT, mark)
    put(schema, "type", "object", mark)
    put(payload, "type", "object", mark)
    put(fields, PAYLOAD[kind], payload, mark)
    put(schema, "properties", fields, mark)
    return schema, payload


def _names(row: Row) -> tuple[str, str]:
    """The event and the property that a row is about; one column for both tells by the type."""
    cells = row.cells
    if "Name" in cells and columns.EVENT not in cells and columns.PROPERTY not in cells:
        told = cells.get(columns.TYPE) or cells.get(columns.STATUS)
        return ("", cells["Name"]) if told else (cells["Name"], "")
    return cells.get(columns.EVENT, ""), cells.get(columns.PROPERTY, "")
