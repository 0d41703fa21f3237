"""Where the parts of a rule are in plans that people and other tools have written.

A schema may be JSON in a string, that of the payload alone, or only a list of properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...plan.annotations import text
from ...plan.document import Map, Seq
from ...plan.json_reader import value_of
from ...plan.metaschema import kind as kind_of
from ..nodes import append, as_nodes, copy_entry, put
from ..rules import EXTENSION, PAYLOAD, Kind, Schema
from .findings import Findings

FIELDS: Final = frozenset(
    "type event properties traits context userId anonymousId groupId previousId messageId"
    " timestamp sentAt originalTimestamp receivedAt integrations name category version channel"
    " projectId writeKey _metadata".split()
)
"""Fields of a message: https://segment.com/docs/connections/spec/common/"""

METADATA: Final = "eventMetadata"
"""The key by which a schema in the cache of Segment's Typewriter is that of a payload."""

_NAMES: Final = ("name", "eventName", "event_name", "event", "key")
_SCHEMAS: Final = ("rules", "schema", "jsonSchema", "json_schema")
_PARTS: Final = frozenset({"properties", "traits", "context"})
_ABOUT_THE_RULE: Final = frozenset(
    {"$schema", "$id", "id", "title", "description", "definitions", "$defs", EXTENSION}
)


def name_of(node: Map) -> str | None:
    """The name of the event in an entry of a list of events; None if it has none."""
    return next((name for key in _NAMES if (name := text(node, key))), None)


def is_event(node: Any) -> bool:
    """Whether an entry describes an event: it has a schema, or properties."""
    return isinstance(node, Map) and bool(node.keys() & {*_SCHEMAS, "properties"})


def used_keys(node: Map) -> frozenset[str]:
    """The keys from which ``schema_of`` takes the schema, whether they say anything or not."""
    key = next((key for key in _SCHEMAS if node.get(key) is not None), None)
    return frozenset({"properties", "required", "additionalProperties"} if key is None else {key})


def schema_of(node: Map, kind: Kind, findings: Findings) -> Map:
    """The schema of the whole message in an event or a rule; an empty one if it has none."""
    key = next((key for key in _SCHEMAS if node.get(key) is not None), None)
    if key is None:
        if node.get("properties"):
            return whole_schema(object_from(node, "properties", findings), kind)
        for key in _SCHEMAS:
            if key in node:
                message = f"`{key}` is null: the rule is imported without any properties"
                findings.wrong(node, key, message, "describe them in the plan")
        return Map(node.mark)
    schema, why = _parsed(node, key)
    if isinstance(schema, Map):
        return whole_schema(schema, kind)
    message = f"`{key}` must be a mapping, not {kind_of(schema)}"
    findings.wrong(node, key, message, why)
    return Map(node.mark)


def _parsed(node: Map, key: str) -> tuple[Any, str | None]:
    """The value of ``key``, read if it is JSON in a string; else why a string is not."""
    value = node[key]
    if not isinstance(value, str):
        return value, None
    try:
        return as_nodes(value_of(value), node.marks[key][1]), None
    except (ValueError, RecursionError) as error:
        return value, f"as JSON it cannot be read: {error}"


def object_from(node: Map, key: str, findings: Findings) -> Map:
    """The schema of an object whose properties are under ``key``: a mapping, or a list of those
    with a name each; the keywords next to it belong to it."""
    given, mark = node[key], node.marks[key][1]
    schema = node.only({"required", "additionalProperties"}) if key == "properties" else Map(mark)
    put(schema, "type", "object", mark)
    if isinstance(given, Map) and given.keys() & {"properties", "$ref"}:
        return given if not given.keys() <= _PARTS else schema_around(given)
    properties, required = Map(mark), Seq(mark)
    if isinstance(given, Map):
        properties = given
    elif isinstance(given, Seq):
        for each in findings.mappings(given, key):
            name = name_of(each)
            if name is None:
                findings.wrong(each, "name", "this property has no `name`")
                continue
            rest = each.only(each.keys() - {*_NAMES, "required"})
            put(properties, name, rest, each.mark)
            if each.get("required") is True:
                append(required, name, each.mark)
    else:
        findings.wrong(node, key, f"`{key}` must be a mapping, not {kind_of(given)}")
    put(schema, "properties", properties, mark)
    if required:
        put(schema, "required", required, mark)
    return schema


def schema_around(fields: Map) -> Map:
    """The schema of a message with these fields."""
    schema = Map(fields.mark)
    put(schema, "type", "object")
    put(schema, "properties", fields)
    return schema


def whole_schema(schema: Map, kind: Kind) -> Map:
    """``schema`` as that of a whole message, if it is that of the payload alone."""
    return _wrapped(schema, kind) if METADATA in schema or _is_payload(schema) else schema


def _is_payload(schema: Map) -> bool:
    """Whether it has properties, but none that is a part of a message."""
    fields = schema.get("properties")
    return isinstance(fields, Map) and not (fields.keys() <= FIELDS or fields.keys() & _PARTS)


def _wrapped(schema: Map, kind: Kind) -> Map:
    """The schema of a whole message around that of its payload alone."""
    payload, whole = Map(schema.mark), Map(schema.mark)
    for key in schema:
        if key == "title" and _titled_by_name(schema):
            continue
        if key in _ABOUT_THE_RULE or key == "labels":
            copy_entry(schema, key, whole, schema[key])
        elif key != METADATA:
            copy_entry(schema, key, payload, schema[key])
    field = PAYLOAD.get(kind)
    if field is None:
        return payload
    put(whole, "properties", {field: payload})
    return whole


def _titled_by_name(schema: Map) -> bool:
    """Whether the title just repeats the event's name, as Typewriter's cache has it."""
    metadata = schema.get(METADATA)
    return isinstance(metadata, Map) and schema["title"] == metadata.get("name")


def opened(schema: Schema, kind: Kind) -> Schema:
    """``schema`` with a payload that may have other members, whatever it says itself."""
    if not isinstance(schema, Map):
        return schema
    payload = schema.submap("properties").submap(PAYLOAD[kind])
    if payload.get("additionalProperties", True) is True:
        return schema
    whole, fields = schema.only(schema.keys()), schema.submap("properties")
    fields = fields.only(fields.keys())
    inner = payload.only(payload.keys())
    copy_entry(payload, "additionalProperties", inner, True)
    put(fields, PAYLOAD[kind], inner, payload.mark)
    put(whole, "properties", fields, fields.mark)
    return whole


def with_traits(schema: Map) -> Map:
    """A message whose traits are in its context, as RudderStack has them, with them in it."""
    fields = schema.submap("properties")
    context = fields.submap("context")
    inner = context.submap("properties")
    if "traits" not in inner or fields.get("traits"):
        return schema
    whole, parts = schema.only(schema.keys() - {"required"}), fields.only(fields.keys())
    parts.put("traits", inner["traits"], inner.marks["traits"])
    rest = inner.only(inner.keys() - {"traits"})
    parts.remove("context")
    if rest:
        put(parts, "context", {"properties": rest}, context.mark)
    whole.put("properties", parts, schema.marks["properties"])
    return whole


def with_tags(schema: Map, *sources: Map) -> Map:
    """``schema`` with the labels of ``sources`` and its own as the event's tags."""
    tags = [tag for each in (schema, *sources) for tag in _tags(each)]
    if not tags:
        return schema
    whole = schema.only(schema.keys() - {"labels"})
    extension = whole.get(EXTENSION)
    if not (isinstance(extension, Map) and "tags" in extension):
        joined = dict(extension) if isinstance(extension, Map) else {}
        put(whole, EXTENSION, {**joined, "tags": [*dict.fromkeys(tags)]})
    return whole


def _tags(node: Map) -> list[str]:
    """The labels of a rule: a list, or a mapping, of which a value may add to its key."""
    found: list[str] = []
    for key in ("labels", "tags"):
        labels = node.get(key)
        if isinstance(labels, Mapping):
            found += [
                f"{label}:{value}" if isinstance(value, str) and value not in ("", label) else label
                for label, value in labels.items()
                if value is not False and label
            ]
        elif isinstance(labels, Seq):
            named = [text(each, "name") if isinstance(each, Map) else each for each in labels]
            found += [each for each in named if isinstance(each, str) and each]
    return found
