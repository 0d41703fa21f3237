"""A CSV file as rows whose cells are known by their columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ...diagnostics import Diagnostic, Span
from ...plan.document import Document, Mark
from .. import columns
from . import schema_codes as codes

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
