"""What raw calls send, as far as it stands in the call: the properties and their types."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..diagnostics import Span
from .expressions import name_of
from .source import Columns, parse

Schema: TypeAlias = dict[str, Any]
"""A part of a JSON Schema; ``{}`` where nothing is known."""

_KEYWORDS: Final = ("properties", "traits", "props")
_CALLS: Final = {
    "str": "string",
    "repr": "string",
    "format": "string",
    "join": "string",
    "isoformat": "string",
    "strftime": "string",
    "lower": "string",
    "upper": "string",
    "strip": "string",
    "int": "integer",
    "len": "integer",
    "float": "number",
    "bool": "boolean",
    "isinstance": "boolean",
    "list": "array",
    "sorted": "array",
}


def payloads(places: Iterable[Span]) -> dict[Span, Schema | None]:
    """What the calls at ``places`` send: an object's schema, None where there is none to see.

    ``additionalProperties`` is true where a call sends more than stands in it.
    """
    by_file: dict[str, list[Span]] = {}
    for place in places:
        by_file.setdefault(place.file, []).append(place)
    found: dict[Span, Schema | None] = {}
    for file, wanted in by_file.items():
        try:
            source = parse(Path(file).read_bytes())
        except OSError:
            continue
        columns = Columns(source.text)
        calls: dict[tuple[int, int], ast.Call] = {}
        for call in ast.walk(source.tree) if source.tree else ():  # the outer ones first
            if not isinstance(call, ast.Call):
                continue
            heads = [call.func, *call.args[:1]]  # of a partial, what it calls
            for head in heads if name_of(call.func) == "partial" else heads[:1]:
                calls.setdefault(columns.place(head)[:2], call)
        for place in wanted:
            call_there = calls.get((place.line, place.column))
            found[place] = _sent(call_there) if call_there else None
    return found


def _sent(call: ast.Call) -> Schema | None:
    given = [each.value for each in call.keywords if each.arg in _KEYWORDS]
    given += [arg for arg in call.args if _is_mapping(arg)]
    if given:
        return _schema(given[0]) if _is_mapping(given[0]) else {"additionalProperties": True}
    spread = any(each.arg is None for each in call.keywords) or len(call.args) > 2
    return {"additionalProperties": True} if spread else None


def _is_mapping(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and _is_dict(node))


def _is_dict(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "dict"


def _schema(node: ast.expr) -> Schema:
    match node:
        case ast.Dict():
            return _object(zip(node.keys, node.values, strict=True))
        case ast.Call() if _is_dict(node):
            pairs = [(ast.Constant(each.arg) if each.arg else None, each.value)
                     for each in node.keywords]  # fmt: skip
            return _object([*pairs, *((None, arg) for arg in node.args)])
        case ast.Constant():
            return _constant(node.value)
        case ast.JoinedStr():
            return {"type": "string"}
        case ast.List() | ast.Tuple() | ast.Set():
            items = merged(_schema(item) for item in node.elts)
            return {"type": "array", "items": items} if items else {"type": "array"}
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            items = _schema(node.elt)
            return {"type": "array", "items": items} if items else {"type": "array"}
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return {"type": "boolean"}
        case ast.UnaryOp():
            return _schema(node.operand)
        case ast.IfExp():
            return merged((_schema(node.body), _schema(node.orelse)))
        case ast.Call():
            kind = _CALLS.get(name_of(node.func))
            return {"type": kind} if kind else {}
    return {}


def _object(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Schema:
    properties: dict[str, Schema] = {}
    more = False
    for key, value in pairs:
        name = key.value if isinstance(key, ast.Constant) else None
        if isinstance(name, str):
            properties[name] = _schema(value)
        else:
            more = True
    found: Schema = {"type": "object", "properties": properties} if properties else {}
    return {**found, **({"additionalProperties": True} if more else {})}


def _constant(value: object) -> Schema:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    if value is None:
        return {"nullable": True}
    kind = kinds.get(type(value))
    return {"type": kind} if kind else {}


def merged(schemas: Iterable[Schema]) -> Schema:
    """What allows all of them; what one does not know another tells."""
    whole: Schema = {}
    for schema in schemas:
        whole = _both(whole, schema) if whole else schema
    return whole


def _both(one: Schema, other: Schema) -> Schema:
    found = {**other, **one}
    kinds = list(dict.fromkeys([*_kinds(one), *_kinds(other)]))
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    if kinds:
        found["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "properties" in one and "properties" in other:
        names = dict.fromkeys([*one["properties"], *other["properties"]])
        found["properties"] = {
            name: merged(
                each["properties"][name] for each in (one, other) if name in each["properties"]
            )
            for name in names
        }
    if "items" in one and "items" in other:
        found["items"] = _both(one["items"], other["items"])
    return found


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind
