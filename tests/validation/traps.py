"""Schemas and values that a hastily written validator gets wrong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .payloads import HOSTILE, PLAIN

Schema = dict[str, Any]

_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_FORMATS = ("date-time", "date", "time", "email", "ipv4", "ipv6", "uuid", "uri", "hostname")
_REF: Schema = {"$ref": "#/definitions/Node"}
_TAGGED: list[Schema] = [
    {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}, "a": inner}}
    for kind, inner in (
        ("a", {"type": "integer"}),
        ("b", {"type": "string", "pii": True}),
        ("ab", {"type": "array", "items": {"type": "boolean"}}),
    )
]

DEFINITIONS: dict[str, Schema] = {
    "Node": {
        "type": "object",
        "properties": {
            "next": {"$ref": "#/definitions/Node", "nullable": True},
            "any": {"anyOf": [{"$ref": "#/definitions/Node"}, {"type": "string"}]},
            "one": {"oneOf": [{"$ref": "#/definitions/Node"}, {"$ref": "#/definitions/Other"}]},
            "a": {"type": "integer"},
            "secret": {"type": "string", "pii": True},
        },
    },
    "Other": {
        "type": "object",
        "properties": {"one": {"$ref": "#/definitions/Other"}, "a": {"type": "string"}},
    },
    "Tree": {"type": "array", "items": {"$ref": "#/definitions/Tree"}},
    "Json": {
        "anyOf": [
            {"type": ["string", "number", "boolean"]},
            {"type": "array", "items": {"$ref": "#/definitions/Json", "nullable": True}},
            {
                "type": "object",
                "additionalProperties": {"$ref": "#/definitions/Json", "nullable": True},
            },
        ]
    },
    "Person": {
        "type": "object",
        "required": ["age"],
        "properties": {"email": {"type": "string", "pii": True}, "age": {"type": "number"}},
    },
}

SCHEMAS: list[Schema] = [
    {},
    {"oneOf": [{}, {"type": "null"}]},
    *({"type": name} for name in _TYPES),
    *({"type": [name, "null"]} for name in _TYPES[:6]),
    {"type": ["string", "number"]},
    {"type": ["integer", "boolean", "null"]},
    {"type": ["array", "object"]},
    {"type": "number", "minimum": 0},
    {"type": "number", "maximum": 1.5, "nullable": True},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10**30},
    {"type": "integer", "minimum": 1, "maximum": 2**53},
    {"type": "integer", "exclusiveMinimum": 0},
    {"type": "number", "multipleOf": 0.01},
    {"type": "number", "multipleOf": 0.5, "minimum": 0.5},
    {"type": "integer", "multipleOf": 3, "nullable": True},
    {"enum": ["a", "ab"]},
    {"enum": ["a", None], "nullable": True},
    {"enum": [1, 2]},
    {"enum": [0, 0.5], "type": "number"},
    {"enum": [1, True, "a"]},
    {"enum": [[1], {"a": 0}, "DE"]},
    {"enum": [[], {}, 0]},
    {"enum": [*range(20)]},
    {"enum": [f"e{n}" for n in range(20)], "nullable": True},
    {"const": True},
    {"const": "a"},
    {"const": {"a": [1]}},
    {"type": "string", "minLength": 2, "maxLength": 2},
    {"type": "string", "minLength": 1, "nullable": True},
    {"type": "string", "pattern": "^[A-Z]{2}$"},
    {"type": "string", "pattern": "a", "maxLength": 2},
    {"type": "string", "allOf": [{"type": "string", "pattern": r"\d"}], "pattern": "x"},
    *({"type": "string", "format": name} for name in _FORMATS),
    {"type": "string", "format": "date-time", "maxLength": 20},
    {"type": "string", "format": "uuid", "pattern": "^2", "nullable": True},
    {"type": "string", "format": "colour"},
    {"type": "array", "items": {"type": "integer"}},
    {"type": "array", "items": {"type": "string", "nullable": True}, "minItems": 1},
    {"type": "array", "maxItems": 1, "nullable": True},
    {"type": "array", "uniqueItems": True},
    {"type": "array", "uniqueItems": True, "items": {"type": "number"}, "minItems": 2},
    {"type": "array", "items": {"type": "array", "items": {"enum": [1]}}},
    {"type": "object", "properties": {"a": {"type": "integer"}}},
    {"type": "object", "properties": {"a": {}}, "required": ["a"], "nullable": True},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": True},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 1, "maxProperties": 1},
    {"type": "object", "properties": {}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"enum": [1, "x"], "pii": True}}},
    {"anyOf": [{"type": "string", "maxLength": 1}, {"type": "number"}]},
    {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"oneOf": [{"type": "string"}, {"type": "string", "format": "date-time"}]},
    {"oneOf": [{"type": "integer"}, {"type": "boolean"}, {"enum": ["a", 1]}], "nullable": True},
    {"anyOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": "array"}]},
    {"oneOf": _TAGGED},
    {"anyOf": [*_TAGGED, {"type": "string"}], "nullable": True},
    {"oneOf": [*_TAGGED, {"$ref": "#/definitions/Person"}]},
    _REF,
    {**_REF, "nullable": True},
    {"$ref": "#/definitions/Json"},
    {"$ref": "#/definitions/Tree"},
    {"$ref": "#/definitions/Person", "pii": True},
    {"type": "array", "items": {"$ref": "#/definitions/Person"}, "maxItems": 1},
    {"anyOf": [{"$ref": "#/definitions/Person"}, {"type": "string", "minLength": 3}]},
]


def document() -> Schema:
    """A plan of an event with a property for each schema."""
    properties = {f"p{number}": schema for number, schema in enumerate(SCHEMAS)}
    event = {"name": "Traps", "rules": {"properties": properties}}
    rules: Schema = {"events": [event]}
    return {"tracking_plan": {"definitions": DEFINITIONS, "rules": rules}}


def payloads() -> Iterator[Schema]:
    """Each value for each of the properties, and texts for those that have a format."""
    for number, schema in enumerate(SCHEMAS):
        name = f"p{number}"
        for value in (*PLAIN, *HOSTILE, *_OBJECTS):
            yield {name: value}
        for text in (*STRINGS, *_mutated(str(schema.get("format")))):
            if schema.get("type") == "string":
                yield {name: text}
        if "$ref" in str(schema):
            yield from ({name: deep} for deep in _deep(str(schema)))
        if schema.get("uniqueItems"):
            yield from ({name: [1, _nested(depth)]} for depth in range(97, 104))


_OBJECTS: list[Any] = [
    *({"kind": "a"}, {"kind": "a", "a": 1}, {"kind": "a", "a": "x"}, {"kind": "b", "a": "x"}),
    *({"kind": "b", "a": 1}, {"kind": "ab", "a": [True]}, {"kind": "ab", "a": [1], "b": 1}),
    *({"kind": "z"}, {"kind": None}, {"kind": ["a"]}, {"kind": Decimal(1)}, {"a": 1, "age": 2}),
    *({"age": 1}, {"age": "1"}, {"email": 1}, {"email": "hush", "age": None}, {"email": ["hush"]}),
    *([{"age": 1}], [{"age": 1}, {"email": "hush"}], [{"age": 1, "email": 7}]),
    *({"next": None}, {"next": {"next": {"a": "x"}}}, {"any": "x"}, {"any": 1}, {"any": {"a": ""}}),
    *({"one": {}}, {"one": {"a": 1}}, {"one": {"a": "x"}}, {"one": {"a": None}}, {"secret": 4711}),
    *({"next": {"secret": ["hush"]}}, {"one": {"one": {"a": 1}}}, {"one": {"secret": "hush"}}),
]

STRINGS = [
    *("2026-01-31T12:00:00Z", "2024-02-29t00:00:00.5+01:30", "2023-02-29T00:00:00Z"),
    *("1985-04-12T23:20:50.52Z", "1937-01-01T12:00:27.87+00:20", "2026-01-01T00:00:00"),
    *("2016-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00", "1999-01-01T00:59:60+01:00"),
    *("2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:59:61Z"),
    *("2026-01-31T12:00:00Z\n", "2026-01-31 12:00:00Z", "2026-01-31T24:00:00Z"),
    *("20260131", "2026-W01-1", "0000-01-01", "2026-02-30", "1900-02-29", "2000-02-29", "2026-1-1"),
    *("12:00:00", "24:00:00Z", "23:59:59.999-23:59", "23:59:60Z", "12:00:00Z\n", "12:00Z"),
    *("a@b", "ab", "@", "a@b@c", " @ ", "0.0.0.0", "127.0.0.01", "256.1.1.1", "1.2.3", "1.2.3.4\n"),
    *("fe80::1%eth0", "1::2::3", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "1::", "::", ":1", "::1\n"),
    *("2eb8aa08aa9811eab4aa73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"),
    *("urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380", "{2eb8aa08-aa98-11ea-b4aa-73b441d1638}"),
    *("https://example.com/a?b#c", "/a", "a:", "http://[::1]/", "http://[v1.a:b]", "mailto:a@b"),
    *("ftp://u:p@[1::2:3.4.5.6]:21/x//y;z?q=%41#f", "http://a b", "http://%zz", "HTTP://a/\n"),
    *("http://a/ü", "1http://a", "a://", "http://a:b", "urn:a", "?a", "#", "http://a/[", "a:[b]"),
    *("example.com", "-a", "a-", "a_b", "a.", "a..b", ".", "a\n", "a" * 63 + ".com", "a" * 64),
    *(".".join(["a" * 62] * 4) + ".", "xn--a", "1.2", "é.com", "٣", "K", "ſ", "x1", "x٣", "xax"),
]


def _mutated(format_: str) -> Iterator[str]:
    """A string of the format with a character added, removed or replaced."""
    texts = {
        "date-time": ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.25-11:59"],
        "date": ["2026-01-31"],
        "time": ["12:00:00.5+01:00"],
        "ipv4": ["192.168.1.10"],
        "ipv6": ["fe80::a:192.168.1.10"],
        "uuid": ["2eb8aa08-aa98-11ea-b4aa-73b441d16380"],
        "uri": ["https://u@example.com:80/%41?b=c#d"],
        "hostname": ["a-b.example.com"],
    }
    for text in texts.get(format_, ()):
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]
            for sign in "0:٣":
                yield text[:at] + sign + text[at + 1 :]


def _deep(schema: str) -> Iterator[Any]:
    """Values of the recursive definitions, nested as deeply as is just allowed, and deeper."""
    for depth in (2, 50, 96, 97, 98, 99, 100, 101, 150):
        if "Tree" in schema or "Json" in schema:
            yield _nested(depth)
        if "Node" in schema or "Json" in schema:
            yield _chain("next", depth, {"a": "x"})
            yield _chain("any", depth, "x")
    if "Node" in schema:
        # Both alternatives are tried on every level, so the old validators take 2 ** depth.
        for depth in (2, 5, 8):
            for end in ({}, {"a": 1}, {"a": "x"}, {"a": None}):
                yield _chain("one", depth, end)


def _nested(depth: int) -> Any:
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


def _chain(key: str, depth: int, end: Any) -> Any:
    for _ in range(depth):
        end = {key: end}
    return end
