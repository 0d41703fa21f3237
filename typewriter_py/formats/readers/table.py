"""A table (CSV) whose header names the columns of events and their properties."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ...diagnostics import Span
from ...plan.document import Document
from .. import codes
from .. import spreadsheet as columns
from .findings import Findings

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
    "propertyisarray": columns.ARRAY, "isarray": columns.ARRAY,
    "propertyvaluetype": columns.TYPE, "valuetype": columns.TYPE,
    "type": columns.TYPE, "datatype": columns.TYPE, "propertytype": columns.TYPE,
    "allowedpropertyvalues": columns.PERMITTED, "allowedvalues": columns.PERMITTED,
    "propertyvalues": columns.PERMITTED, "values": columns.PERMITTED, "enum": columns.PERMITTED,
    "permittedpropertyvalues": columns.PERMITTED, "regex": columns.PERMITTED,
    "enumvalues": columns.PERMITTED,
    "objectname": columns.EVENT, "objectdescription": columns.ABOUT, "objectowner": columns.OWNER,
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
    words = [re.sub("[^a-z]", "", cell.lower()) for cell in cells]
    if "propertyvaluetype" in words:  # Amplitude's, whose "Property Type" is whose property it is
        words = ["" if word == "propertytype" else word for word in words]
    for index, word in enumerate(words):
        name = _ALIASES.get(word)
        if name and name not in found.values():
            found[index] = name
    names = {*found.values()}
    separate = {columns.EVENT, columns.PROPERTY} <= names
    return found if separate or {"Name", columns.TYPE} <= names else None
