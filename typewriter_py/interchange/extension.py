"""What the plan says beside the types: in JSON Schema's words where it has them, else in ours.

The plan language's own keys travel in the schema under ``x-typewriter``, which validators
pass over (https://json-schema.org/draft-07/json-schema-core#rfc.section.6.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plan.model import ABSENT, Definition, Deprecation, Enum, Event, Json, Property, Value
from .rules import EXTENSION, Schema


def annotated(declared: Property, schema: Schema) -> Schema:
    """The schema of a property: that of its value, and all that is said about it."""
    head = texts(declared.title, declared.description)
    if declared.examples:
        head["examples"] = list(declared.examples)
    if declared.default is not ABSENT:
        head["default"] = declared.default
    says = _of_property(declared)
    if declared.const is not ABSENT:
        schema, more = _with_const(schema, declared.value, declared.const)
        says |= more
    return beside(schema, head, says)


def beside(schema: Schema, head: Mapping[str, Any], says: Mapping[str, Any]) -> Schema:
    """``schema`` with annotations before it and ``x-typewriter`` after.

    Draft-07 ignores what stands beside ``$ref``, so there the ``$ref`` is wrapped.
    """
    tail = {EXTENSION: dict(says)} if says else {}
    if "$ref" in schema and (head or tail):
        schema = {"allOf": [schema]}
    return {**head, **schema, **tail}


def texts(title: str | None, description: str | None) -> dict[str, Any]:
    """Those of the two that are there."""
    return _said(title=title, description=description)


def of_event(event: Event) -> dict[str, Any]:
    """What JSON Schema has no word for; ``version`` is the rule's, unless it is a written 1."""
    return _said(
        version=1 if event.version == 1 else None,
        owner=event.owner,
        tags=list(event.tags) or None,
        platforms=list(event.platforms) or None,
        integrations=None if event.integrations is None else dict(event.integrations),
        **_of_deprecation(event.deprecated),
        function=event.function,
        ignore=list(event.ignore) or None,
    )


def of_definition(definition: Definition) -> dict[str, Any]:
    """The same of a definition."""
    return _said(name=definition.words)


def _of_property(declared: Property) -> dict[str, Any]:
    return _said(
        pii=declared.pii,
        **_of_deprecation(declared.deprecated),
        name=declared.words,
        ignore=list(declared.ignore) or None,
    )


def _of_deprecation(deprecated: Deprecation | None) -> dict[str, Any]:
    if deprecated is None:
        return {}
    return {
        "deprecated": deprecated.reason or True,
        "replaced_by": deprecated.replaced_by,
        "expires": deprecated.expires,
    }


def _with_const(schema: Schema, value: Value, const: Json) -> tuple[Schema, dict[str, Any]]:
    """``schema``, which is of ``value``, with the constant; and what is left for our words.

    In JSON Schema a constant is never null as well, in the plan language it may be
    (``nullable: true``).
    """
    if const is None:
        return {"const": None}, {}
    if value.nullable:
        return schema, {"const": const, "nullable": True}
    if value == Value(Enum((const,))):
        schema = {key: value for key, value in schema.items() if key != "enum"}
    return schema | {"const": const}, {}


def _said(**keys: Any) -> dict[str, Any]:
    return {key: each for key, each in keys.items() if each is not None}
