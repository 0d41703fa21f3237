"""The cells of a property's row → its schema, at the place in the payload that its path names."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ...diagnostics import Diagnostic, Span
from ...plan.document import Map, Mark, Seq
from .. import columns
from ..cells import ANY, FORMATS, NAMES, item_types, permitted_values, separators, type_words
from ..json_schema import json_type
from ..nodes import append, placed, put, shown
from ..rules import EXTENSION
from . import schema_codes as codes

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
            self._diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
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
                self._diagnostics.append(codes.ROW.at(Span(*row.mark), message, help=help))
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
            message = f"`{path}` is {shown(known)} in a row above: what is here holds"
            help = "describe a property once"
            self._diagnostics.append(codes.CELL.at(Span(*row.mark), message, help=help))

    def _says_yes(self, row: Any, column: str, yes: str, no: str) -> bool:
        """Whether a cell says ``yes``; of a word that is not known this is told once."""
        word = row.cells.get(column, "").casefold()
        if word not in _YES | _NO and (column, word) not in self._told:
            self._told.add((column, word))
            message = f"`{word}` says neither {yes} nor {no}: it is taken for {no}"
            self._diagnostics.append(
                codes.CELL.at(Span(*row.mark), message, help="write yes or no")
            )
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
            put(schema, "type", types[0] if len(types) == 1 else _list(types, mark), mark)
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
                self._diagnostics.append(codes.CELL.at(Span(*mark), message, help=help))
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
            self._diagnostics.append(codes.CELL.at(Span(*mark), message, help=help))
            return
        values = list(dict.fromkeys(values)) + ([None] if "null" in types else [])
        put(schema, "enum", _list(values, mark), mark)


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


def _list(values: list[Any], mark: Mark) -> Seq:
    found = Seq(mark)
    for value in values:
        append(found, value, mark)
    return found
