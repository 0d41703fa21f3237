"""A plan in memory as a plan's document, in JSON: what ``typewriter_py.plan.load`` reads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typewriter_py.plan.files import resolved
from typewriter_py.plan.load import load
from typewriter_py.plan.model import (
    ANYTHING,
    AnyType,
    Array,
    Boolean,
    Enum,
    Number,
    Object,
    Plan,
    Ref,
    String,
    Type,
    Union,
    Value,
)

Schema = dict[str, Any]
_CALLS = {"identify": "traits", "group": "traits", "page": "", "screen": ""}
_PATH = Path(tempfile.gettempdir(), "a_plan_that_is_in_memory.json")


def plan_of(document: Mapping[str, Any]) -> Plan | None:
    """The plan of a document; None if it is invalid."""
    return load(_PATH, {resolved(_PATH): json.dumps(document, ensure_ascii=False)}).plan


def document_of(plan: Plan) -> Schema:
    """What lets the same be sent.  Words for people, and what generated names are, are left
    out; a type that the plan language has no words for comes out as one near it."""
    rules: Schema = {"events": [_event(each) for each in plan.events]}
    for name, traits in _CALLS.items():
        if call := getattr(plan, name):
            shape = _object(call.properties)
            rules[name] = {traits: shape} if traits else shape
    if plan.common is not None:
        rules["common"] = {
            each.name: schema(each.value) | ({"required": True} if each.required else {})
            for each in plan.common.properties
        }
    root: Schema = {"display_name": plan.name or "P", "rules": rules}
    if plan.definitions:
        root["definitions"] = {name: schema(each.value) for name, each in plan.definitions.items()}
    return {"tracking_plan": root}


def _event(event: Any) -> Schema:
    found: Schema = {"name": event.name, "rules": _object(event.properties)}
    if event.version is not None:
        found["version"] = event.version
    if event.function:
        found["function"] = event.function
    return found


def schema(value: Value) -> Schema:
    """The schema of a type."""
    if isinstance(value.type, AnyType):
        # Of two alternatives that both allow null, null is neither.
        return {} if value.nullable else {"oneOf": [{}, {"type": "null"}]}
    if value.type == Union(()):
        return {"type": "null"}
    return of_type(value.type) | ({"nullable": True} if value.nullable else {})


def of_type(type_: Type) -> Schema:
    """The schema of a type, ignoring null."""
    match type_:
        case AnyType():
            return {}
        case Boolean():
            return {"type": "boolean"}
        case Ref(name):
            return {"$ref": f"#/definitions/{name}"}
        case Enum(values):
            return {"enum": [*values]}
        case Union(members, exclusive):
            return {"oneOf" if exclusive else "anyOf": [*map(of_type, members)]}
        case Number():
            return _said(
                type="integer" if type_.integer else "number",
                minimum=type_.minimum,
                maximum=type_.maximum,
                exclusiveMinimum=type_.exclusive_minimum,
                exclusiveMaximum=type_.exclusive_maximum,
                multipleOf=None if type_.multiple_of is None else float(type_.multiple_of),
            )
        case String():
            first, rest = type_.patterns[:1], type_.patterns[1:]
            return _said(
                type="string",
                format=type_.format,
                minLength=type_.min_length,
                maxLength=type_.max_length,
                pattern=first[0] if first else None,
                allOf=[{"type": "string", "pattern": each} for each in rest] or None,
            )
        case Array():
            return _said(
                type="array",
                items=None if type_.items == ANYTHING else schema(type_.items),
                minItems=type_.min_items,
                maxItems=type_.max_items,
                uniqueItems=type_.unique_items or None,
            )
        case Object():
            return {"type": "object", **_object(type_)}


def _object(shape: Object) -> Schema:
    additional: Any = False
    if shape.additional is not None:
        additional = True if shape.additional == ANYTHING else schema(shape.additional)
    properties = {}
    for each in shape.properties:
        properties[each.name] = schema(each.value) | ({"pii": True} if each.pii else {})
    return _said(
        properties=properties,
        required=[*(p.name for p in shape.properties if p.required), *shape.required] or None,
        additionalProperties=additional,
        minProperties=shape.min_properties,
        maxProperties=shape.max_properties,
    )


def _said(**keywords: Any) -> Schema:
    return {key: each for key, each in keywords.items() if each is not None}
