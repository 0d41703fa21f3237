"""What Segment's spec says of its own events and traits: a log cannot tell what they mean."""

from __future__ import annotations

from typing import Any, Final

from ...plan.document import Map
from ...plan.model import Array, Boolean, Number, Object, Ref, String, Type
from ...rules.segment import spec
from ..nodes import put, reordered
from ..schemas import ORDER

_NAMES: Final[dict[type[Type], set[str]]] = {
    Array: {"array"},
    Boolean: {"boolean"},
    Number: {"integer", "number"},
    Object: {"object"},
    String: {"string"},
}


def describe_event(node: Map, members: Map) -> None:
    """Give an event of the spec, and its properties, their descriptions."""
    known = spec().events.get(node["name"])
    if known is not None:
        if known.description is not None:
            put(node, "description", known.description)
        _describe(members, known.properties)


def describe_call(kind: str, members: Map) -> None:
    """Give reserved traits and properties of identify, group or page theirs."""
    known = spec().calls.get(kind)
    if known is not None:
        _describe(members, known)


def _describe(members: Map, shape: Object) -> None:
    properties: dict[str, Any] = members.get("properties", {})
    for declared in shape.properties:
        schema = properties.get(declared.name)
        if not isinstance(schema, Map) or not _agrees(schema, declared.type):
            continue
        if declared.description is not None:
            put(schema, "description", declared.description)
            reordered(schema, ORDER)
        inner = _shape_of(declared.type)
        holder = schema.get("items") if isinstance(declared.type, Array) else schema
        if inner is not None and isinstance(holder, Map):
            _describe(holder, inner)


def _agrees(schema: Map, declared: Type) -> bool:
    """Whether values of the spec's type were sent; what else there is of that name is not it."""
    sent = schema.get("type")
    names = next((words for kind, words in _NAMES.items() if isinstance(declared, kind)), None)
    return names is None or bool(names & set(sent if isinstance(sent, list) else [sent]))


def _shape_of(type: Type) -> Object | None:
    if isinstance(type, Array):
        type = type.items.type
    if isinstance(type, Ref):
        type = spec().definitions[type.name].value.type
    return type if isinstance(type, Object) else None
