"""Rules → a spreadsheet (CSV, RFC 4180): a row of each event, then a row of each property."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from ...diagnostics import Diagnostic
from .. import spreadsheet as columns
from ..codes import NOT_IN_SPREADSHEET
from ..nodes import steps_of
from ..rules import EXTENSION, PAYLOAD, Rule, RuleSet, Schema
from ..spreadsheet import permitted_cell, type_cell

Row = dict[str, str]
Steps = tuple[str | None, ...]


def text(rules: RuleSet) -> tuple[str, tuple[Diagnostic, ...]]:
    """The sheet, and a warning for each rule of which something is not in it."""
    written = io.StringIO()
    sheet = csv.DictWriter(written, columns.COLUMNS, restval="", lineterminator="\n")
    sheet.writeheader()
    diagnostics: list[Diagnostic] = []
    for rule in rules.rules:
        if rule.kind not in PAYLOAD:
            message = "what holds for every message (`common`) is not in the spreadsheet"
            diagnostics.append(NOT_IN_SPREADSHEET.at(rule.span, message))
            continue
        table = _Table(rule)
        sheet.writerows(table.rows())
        if table.lost:
            listed = ", ".join(f"`{each}`" for each in dict.fromkeys(table.lost))
            message = f"not in the spreadsheet: {listed} of {_called(rule)}"
            help = "use --format segment or jsonschema to lose nothing"
            diagnostics.append(NOT_IN_SPREADSHEET.at(rule.span, message, help=help))
    return written.getvalue(), tuple(diagnostics)


def _called(rule: Rule) -> str:
    return f"`{rule.key}`" if rule.kind == "TRACK" else rule.kind.lower()


_SHOWN: Final = frozenset(
    "$schema $ref type description properties required items pattern enum const definitions"
    " title".split()
)
"""Keywords of which the sheet shows something, or which it needs not show."""

_WRAPPERS: Final = ("$ref", "allOf", "anyOf", "oneOf")


class _Table:
    """The rows of one rule; ``lost`` gathers what no cell can hold."""

    def __init__(self, rule: Rule) -> None:
        self.lost: list[str] = []
        self._rule = rule
        self._definitions: Mapping[str, Schema] = rule.schema.get("definitions", {})

    def rows(self) -> Iterator[Row]:
        """The event's own row and those of its properties, depth first."""
        rule, schema = self._rule, self._rule.schema
        says = schema.get(EXTENSION, {})
        self.lost += [key for key in says if key not in ("tags", "version")]
        self.lost += ["title"] if "title" in schema else []
        yield self._row(
            {columns.ABOUT: schema.get("description", "")}
            | {columns.LABELS: ", ".join(says.get("tags", ()))}
        )
        payload = schema["properties"][PAYLOAD[rule.kind]]
        self._note(payload, "additionalProperties")
        yield from self._members(payload, (), frozenset())

    def _row(self, cells: Row) -> Row:
        rule = self._rule
        version = str(rule.version) if rule.version > 1 else ""
        head = {columns.CALL: rule.kind.lower(), columns.EVENT: rule.key}
        return head | {columns.VERSION: version} | cells

    def _members(self, shape: Schema, path: Steps, within: frozenset[str]) -> Iterator[Row]:
        required = shape.get("required", [])
        properties = shape.get("properties", {})
        self.lost += [f"required {name}" for name in required if name not in properties]
        for name, schema in properties.items():
            yield from self._place(schema, (*path, name), name in required, within)

    def _place(
        self, schema: Schema, path: Steps, required: bool, within: frozenset[str]
    ) -> Iterator[Row]:
        """A row of what stands at ``path``, then rows of what is in it."""
        flat, names = self._flat(schema)
        self._note(flat)
        yield self._row(
            {
                columns.PROPERTY: columns.path_text(path),
                columns.MEANING: flat.get("description", ""),
                columns.STATUS: "required" if required else "optional",
                columns.TYPE: type_cell(flat),
                columns.PERMITTED: permitted_cell(flat),
            }
        )
        if names & within:
            self.lost.append(f"$ref within {columns.path_text(path)}")  # it has no end
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
            yield from self._place(schema, (*path, None), False, within)

    def _flat(self, schema: Schema) -> tuple[Schema, frozenset[str]]:
        """``schema`` with its reference followed, and the names of what was followed."""
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
    """The definition that ``schema`` refers to, if it does no more, and whether null may come."""
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword, ())
        if members and "$ref" in members[0] and members[1:] in ([], [{"type": "null"}]):
            return steps_of(members[0]["$ref"])[-1], keyword == "anyOf"
    return (steps_of(schema["$ref"])[-1] if "$ref" in schema else None), False
