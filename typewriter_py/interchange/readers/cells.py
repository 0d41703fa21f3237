"""The cells of a property's row → its schema, at the place in the payload that its path names."""

from __future__ import annotations

import json
from typing import Any, Final

from ...diagnostics import Diagnostic, Span
from ...plan.document import Map, Mark, Seq
from .. import columns
from ..cells import ANY, MOMENT, NAMES, permitted_values, type_words
from ..json_schema import json_type
from ..nodes import append, put
from . import schema_codes as codes

_REQUIRED: Final = frozenset({"required", "yes", "y", "true", "x", "1", "mandatory", "always"})


class Cells:
    """Writes properties into payloads; says what it does not understand."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self._diagnostics = diagnostics

    def property(self, payload: Map, path: str, row: Any) -> None:
        """Declare the property at ``path``, as the cells of ``row`` describe it."""
        steps = columns.path_steps(path)
        if steps is None:
            message = f"`{path}` is no path of a property"
            help = 'write address.city, products[].sku, or a name in quotes: "a.b"'
            self._diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
            return
        schema, within = payload, payload
        for step in steps:
            within = schema
            inner = self._into(schema, step, row.mark)
            if inner is None:
                message = f"`{path}` leads through what is `{schema.get('type')}`"
                help = "only objects have properties, and only lists have items"
                self._diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
                return
            schema = inner
        name = steps[-1]
        status = row.cells.get(columns.STATUS, "").casefold()
        if name is not None and status in _REQUIRED:
            _require(within, name, row.mark)
        self._describe(schema, row)

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
        types = self._types(cells.get(columns.TYPE, ""), mark)
        if MOMENT in types:
            types = list(dict.fromkeys("string" if name == MOMENT else name for name in types))
            put(schema, "format", "date-time", mark)
        if types:
            put(schema, "type", types[0] if len(types) == 1 else _list(types, mark), mark)
        text = cells.get(columns.MEANING) or cells.get("Description")
        if text:
            put(schema, "description", text, mark)
        permitted = cells.get(columns.PERMITTED, "")
        if permitted:
            self._permit(schema, permitted, types, mark)

    def _types(self, cell: str, mark: Mark) -> list[str]:
        """The types that a cell names; none for any."""
        types: list[str] = []
        for word in type_words(cell):
            if word == ANY:
                return []
            if word not in NAMES:
                message = f"`{word}` is no type"
                help = "it can be: any, array, object, boolean, integer, number, string, date-time"
                self._diagnostics.append(codes.CELL.at(Span(*mark), message, help=help))
            elif NAMES[word] not in types:
                types.append(NAMES[word])
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
            self._diagnostics.append(codes.CELL.at(Span(*mark), message, help=help))
            return
        values = list(dict.fromkeys(values)) + ([None] if "null" in types else [])
        put(schema, "enum", _list(values, mark), mark)


def _of_types(cell: str, types: list[str]) -> list[Any] | None:
    """Numbers or booleans between bars."""
    try:
        values = [json.loads(each) for each in cell.split("|")]
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


def _list(values: list[Any], mark: Mark) -> Seq:
    found = Seq(mark)
    for value in values:
        append(found, value, mark)
    return found
