"""The columns of a tracking plan in a spreadsheet, and its cells: paths, types, values.

Segment's editor has the columns Name, Description, Status, Data Type and Permitted Values
(https://segment.com/docs/protocols/tracking-plan/create/#tracking-plan-columns) for events and
properties alike, and labels for an event.  It offers the types any, array, object, boolean,
integer, number, string and date-time, and for strings either values separated by bars,
``fall|winter``, or a regular expression.  The header of its download is not documented, except
"Allowed Property Values"; so any likely spelling of a header is accepted.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ..diagnostics import Diagnostic
from ..plan.json_reader import value_of
from ..text import is_harmless
from .codes import NOT_IN_SPREADSHEET
from .json_schema import json_type
from .nodes import steps_of
from .permitted import permitted_cell
from .rules import EXTENSION, PAYLOAD, Rule, RuleSet, Schema
from .type_names import ANY, MOMENT

CALL: Final = "Event Type"
EVENT: Final = "Event Name"
VERSION: Final = "Event Version"
ABOUT: Final = "Event Description"
LABELS: Final = "Labels"
PROPERTY: Final = "Property Name"
MEANING: Final = "Property Description"
STATUS: Final = "Property Status"
TYPE: Final = "Property Data Type"
PERMITTED: Final = "Permitted Values"

OWNER: Final = "Owner"
PERSONAL: Final = "PII"
ARRAY: Final = "Is Array"
"""Segment does not have these columns, but analysts add them, and a plan has keys for them."""

COLUMNS: Final = (
    CALL, EVENT, VERSION, ABOUT, LABELS, PROPERTY, MEANING, STATUS, TYPE, PERMITTED,
)  # fmt: skip

ITEMS: Final = "[]"
"""A step of a path, into the items of a list."""

_PLAIN: Final = re.compile(r'[^.\[\]",;\s](?:[^.\[\]",;\n]*[^.\[\]",;\s])?')
_PATH: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",;\n])+|"')
_STEP: Final = re.compile(r'\[\]|\.?(?P<quoted>"(?:[^"\\]|\\.)*")|\.?(?P<plain>[^.\[\]"]+)')


def path_text(steps: Iterable[str | None]) -> str:
    """A path in one cell: ``address.city``, ``products[].sku``; None is a step into items.

    A name that contains a dot, bracket or quote is quoted as in JSON.
    """
    found = ""
    for step in steps:
        if step is None:
            found += ITEMS
        else:
            found += "." if found else ""
            found += step if _PLAIN.fullmatch(step) else json.dumps(step, ensure_ascii=False)
    return found


def paths_in(cell: str) -> list[str]:
    """The paths in one cell: people separate properties by commas or line ends."""
    return [each for each in (found.strip() for found in _PATH.findall(cell)) if each]


def path_steps(text: str) -> list[str | None] | None:
    """The steps of a path; None if ``text`` is not one (``a..b``, ``products[0]``)."""
    steps: list[str | None] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or (found[0].startswith(".") != bool(steps) and found[0] != ITEMS):
            return None
        if found[0] == ITEMS:
            if not steps:
                return None
            steps.append(None)
        elif found["quoted"]:
            try:
                steps.append(value_of(found["quoted"]))
            except ValueError:
                return None
        else:
            steps.append(found["plain"])
        position = found.end()
    return steps or None


# --- types -----------------------------------------------------------------------------------


def type_cell(schema: Schema) -> str:
    """The types of a schema, ``any`` if it has none."""
    names = list(dict.fromkeys(_names(schema)))
    return ", ".join(names) if names else ANY


def _names(schema: Schema) -> Iterable[str]:
    types = schema.get("type")
    for keyword in ("anyOf", "oneOf"):
        for member in schema.get(keyword, ()):
            yield from _names(member)
    if types is None and "enum" in schema:
        types = [json_type((value,)) for value in schema["enum"]]
    moment = schema.get("format") == "date-time"
    for name in [types] if isinstance(types, str) else types or ():
        yield MOMENT if moment and name == "string" else name


# --- cells that a program would compute, or that mislead their reader -----------------------------

_COMPUTED: Final = re.compile(
    r"'*(?!-?[0-9]+(?:\.[0-9]+)?\Z)(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]\s*\S)"
)
"""What spreadsheet programs may take for a formula, or a quoted one; a number is a number.

https://owasp.org/www-community/attacks/CSV_Injection
"""

_ESCAPE: Final = re.compile(r"\\u((?!d[89a-f])[0-9a-f]{4})|\\U(0010[0-9a-f]{4}|000[0-9a-f]{5})")


def cell_of(text: str) -> str:
    """``text`` as a cell: behind a ``'`` if it would be computed, which programs know as the mark
    of text; with escapes such as ``\\u202e`` for characters that are not shown as they are."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_shown, _ESCAPE.sub(_as_text, text)))
    elif "\\" in text:
        text = _ESCAPE.sub(_as_text, text)
    return "'" + text if _COMPUTED.match(text) else text


def text_of(cell: str) -> str:
    """The text of a cell that ``cell_of`` may have written."""
    if cell.startswith("'") and _COMPUTED.match(cell, 1):
        cell = cell[1:]
    return _ESCAPE.sub(_meant, cell) if "\\" in cell else cell


def _shown(char: str) -> str:
    if char in "\n\t" or is_harmless(char):
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _as_text(found: re.Match[str]) -> str:
    """An escape that is part of the text: its backslash is escaped."""
    return found[0] if _meant(found) == found[0] else "\\u005c" + found[0][1:]


def _meant(found: re.Match[str]) -> str:
    char = chr(int(found[1] or found[2], 16))
    return char if char == "\\" or _shown(char) == found[0] else found[0]


# --- rules → a spreadsheet (CSV, RFC 4180): a row for each event, then one for each property ------

Row = dict[str, str]
Steps = tuple[str | None, ...]


def text(rules: RuleSet) -> tuple[str, tuple[Diagnostic, ...]]:
    """The sheet, and a warning for each rule that is not entirely in it."""
    written = io.StringIO()
    sheet = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\n")
    sheet.writeheader()
    diagnostics: list[Diagnostic] = []
    for rule in rules.rules:
        if rule.kind not in PAYLOAD:
            message = "`common`, which applies to every message, is not in the spreadsheet"
            diagnostics.append(NOT_IN_SPREADSHEET.at(rule.span, message))
            continue
        table = _Table(rule)
        for row in table.rows():
            sheet.writerow({column: cell_of(text) for column, text in row.items()})
        if table.lost:
            listed = ", ".join(f"`{each}`" for each in dict.fromkeys(table.lost))
            name = f"`{rule.key}`" if rule.kind == "TRACK" else rule.kind.lower()
            message = f"not in the spreadsheet: {listed} of {name}"
            help = "use --format segment or jsonschema, which lose nothing"
            diagnostics.append(NOT_IN_SPREADSHEET.at(rule.span, message, help=help))
    return written.getvalue(), tuple(diagnostics)


_SHOWN: Final = frozenset(
    "$schema $ref type description properties required items pattern enum const definitions"
    " title".split()
)
"""Keywords that the sheet shows, at least in part, or does not need to show."""

_WRAPPERS: Final = ("$ref", "allOf", "anyOf", "oneOf")


class _Table:
    """The rows of one rule; ``lost`` gathers what no cell can say."""

    def __init__(self, rule: Rule) -> None:
        self.lost: list[str] = []
        self._rule = rule
        self._definitions: Mapping[str, Schema] = rule.schema.get("definitions", {})

    def rows(self) -> Iterator[Row]:
        """The event's own row and those of its properties, depth first."""
        schema = self._rule.schema
        extension = schema.get(EXTENSION, {})
        self.lost += [key for key in extension if key not in ("tags", "version")]
        self.lost += ["title"] if "title" in schema else []
        labels = ", ".join(extension.get("tags", ()))
        yield self._row({ABOUT: schema.get("description", ""), LABELS: labels})
        payload = schema["properties"][PAYLOAD[self._rule.kind]]
        self._note(payload, "additionalProperties")
        yield from self._members(payload, (), frozenset())

    def _row(self, cells: Row) -> Row:
        rule = self._rule
        version = str(rule.version) if rule.version > 1 else ""
        return {CALL: rule.kind.lower(), EVENT: rule.key, VERSION: version, **cells}

    def _members(self, shape: Schema, path: Steps, within: frozenset[str]) -> Iterator[Row]:
        required = shape.get("required", [])
        properties = shape.get("properties", {})
        self.lost += [f"required {name}" for name in required if name not in properties]
        for name, schema in properties.items():
            yield from self._value(schema, (*path, name), name in required, within)

    def _value(
        self, schema: Schema, path: Steps, required: bool, within: frozenset[str]
    ) -> Iterator[Row]:
        """A row for the value at ``path``, then rows for the values in it."""
        flat, names = self._flat(schema)
        self._note(flat)
        yield self._row(
            {
                PROPERTY: path_text(path),
                MEANING: flat.get("description", ""),
                STATUS: "required" if required else "optional",
                TYPE: type_cell(flat),
                PERMITTED: permitted_cell(flat),
            }
        )
        if names & within:
            self.lost.append(f"$ref within {path_text(path)}")  # it refers to itself
            return
        yield from self._members(flat, path, within | names)
        if isinstance(flat.get("items"), Mapping) and flat["items"]:
            yield from self._items(flat["items"], path, within | names)

    def _items(self, schema: Schema, path: Steps, within: frozenset[str]) -> Iterator[Row]:
        """Items that are plain objects need no row of their own."""
        flat, names = self._flat(schema)
        if flat.get("type") == "object" and "properties" in flat and not names & within:
            self._note(flat)
            yield from self._members(flat, (*path, None), within | names)
        else:
            yield from self._value(schema, (*path, None), False, within)

    def _flat(self, schema: Schema) -> tuple[Schema, frozenset[str]]:
        """``schema`` with its references followed, and the names of those definitions."""
        names: set[str] = set()
        found = dict(schema)
        while True:
            target, nullable = _target(found)
            if target is None or target in names:
                return found, frozenset(names)
            names.add(target)
            rest = {k: v for k, v in found.items() if k not in _WRAPPERS}
            found = {**self._definitions[target], **rest}
            if nullable and isinstance(found.get("type"), str):
                found["type"] = [found["type"], "null"]

    def _note(self, schema: Schema, *besides: str) -> None:
        for key in schema:
            if key == EXTENSION:
                self.lost += schema[key]
            elif key == "format":
                self.lost += [] if schema[key] == "date-time" else [f"format {schema[key]}"]
            elif key == "additionalProperties":
                self.lost += [key] if schema[key] is not False else []
            elif key not in _SHOWN and key not in besides:
                self.lost.append(key)


def _target(schema: Schema) -> tuple[str | None, bool]:
    """The definition that ``schema`` merely refers to, and whether null is allowed too."""
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword, ())
        if members and "$ref" in members[0] and members[1:] in ([], [{"type": "null"}]):
            return steps_of(members[0]["$ref"])[-1], keyword == "anyOf"
    return (steps_of(schema["$ref"])[-1] if "$ref" in schema else None), False
