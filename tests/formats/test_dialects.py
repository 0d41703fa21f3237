"""Schemas that are not quite draft-07: what is obviously meant is read, and whatever else stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .importing import event, import_property, import_text, reloaded
from .test_translate import under_x

CHECK = "(check it in the plan)"

TYPES: list[tuple[Any, str, str]] = [
    ("String", "{type: string}", "`string`"),
    ("float", "{type: number}", "`number`"),
    ("double", "{type: number}", "`number`"),
    ("int", "{type: integer}", "`integer`"),
    ("bool", "{type: boolean}", "`boolean`"),
    ("text", "{type: string}", "`string`"),
    ("datetime", "type: string\n  format: date-time", "`string` with `format: date-time`"),
    ("timestamp", "type: string\n  format: date-time", "`string` with `format: date-time`"),
    ("date", "type: string\n  format: date", "`string` with `format: date`"),
    ("uuid", "type: string\n  format: uuid", "`string` with `format: uuid`"),
    (["int", "null"], "type: integer\n  nullable: true", "`integer` or `null`"),
    ("string|null", "type: string\n  nullable: true", "`string` or `null`"),
    ("list<int>", "type: array\n  items: {type: integer}", "`array` of `integer`"),
    ("string[]", "type: array\n  items: {type: string}", "`array` of `string`"),
    ("mixed", "{}", "any type"),
]


@pytest.mark.parametrize(("type", "yaml", "read"), TYPES)
def test_a_type_by_another_name_is_read_as_the_type_it_means(type: Any, yaml: str, read: str):
    found = import_property({"type": type})
    assert found.said == [f"1:1 TW525 `type: {json.dumps(type)}` is read as {read} {CHECK}"]
    assert yaml in under_x(found.text)


ANY: list[tuple[Any, str]] = [
    ({"type": "any"}, "x: {}"),
    ({"type": ["any"]}, "x: {}"),
    ({"type": ["any", "null"]}, "x: {}"),
    ({"type": ["string", "any"]}, "x: {}"),
    ({"type": "any", "enum": ["a", "b"]}, "x:\n  enum: [a, b]"),
    ({"type": "any", "items": {"type": "string"}}, "x:\n  items: {type: string}"),
    (
        {"type": ["any"], "properties": {"code": {"type": "string"}}, "required": ["code"]},
        "x:\n  required: [code]\n  properties:\n    code: {type: string}\n"
        "  additionalProperties: true",
    ),
]


@pytest.mark.parametrize(("schema", "yaml"), ANY)
def test_any_is_no_type_and_the_shape_beside_it_stays(schema: Any, yaml: str):
    found = import_property(schema)
    assert found.said == []
    assert under_x(found.text) == yaml


@pytest.mark.parametrize("type", ["frobnicate", ["string", "frobnicate"]])
def test_a_type_that_nobody_knows_is_left_out_and_the_shape_beside_it_stays(type: Any):
    found = import_property({"type": type, "minimum": 3, "properties": {"a": {"type": "string"}}})
    assert found.said == [
        "1:1 TW520 `type` is not carried over: `frobnicate` is not a type"
        " (the keywords next to it stay; add the type)"
    ]
    assert under_x(found.text) == (
        f"x:\n  # not carried over: type: {json.dumps(type)}\n  minimum: 3\n  properties:\n"
        "    a: {type: string}\n  additionalProperties: true"
    )


READ_AS: list[tuple[Any, str, str]] = [
    ({"type": "string", "minLength": "3"}, "minLength: 3", '`minLength: "3"` is read as 3'),
    ({"type": "number", "minimum": "0.5"}, "minimum: 0.5", '`minimum: "0.5"` is read as 0.5'),
    (
        {"type": "array", "uniqueItems": "true"},
        "uniqueItems: true",
        '`uniqueItems: "true"` is read as true',
    ),
    (
        {"type": "object", "required": "a", "properties": {"a": {}}},
        "required: [a]",
        '`required: "a"` is read as ["a"]',
    ),
    (
        {"type": "integer", "enum": ["1", 2, "2"]},
        "enum: [1, 2]",
        "the permitted values are read as of type integer: [1, 2]",
    ),
    (
        {"type": "boolean", "enum": ["true", "False"]},
        "enum: [true, false]",
        "the permitted values are read as of type boolean: [true, false]",
    ),
    (
        {"type": "string", "enum": [1, "a"]},
        'enum: ["1", a]',
        'the permitted values are read as of type string: ["1", "a"]',
    ),
    (
        {"type": "string", "format": "DateTime"},
        "format: date-time",
        "`format: DateTime` is read as `date-time`",
    ),
    (
        {"type": "string", "format": "ISO 8601"},
        "format: date-time",
        "`format: ISO 8601` is read as `date-time`",
    ),
    ({"type": "string", "format": "url"}, "format: uri", "`format: url` is read as `uri`"),
    ({"type": "string", "format": "GUID"}, "format: uuid", "`format: GUID` is read as `uuid`"),
    ("string", "x: {type: string}", '`x: "string"` is read as `string`'),
    (None, "x: {}", "`x: null` is read as any type"),
    (
        {"type": "array", "items": "int"},
        "items: {type: integer}",
        '`items: "int"` is read as `integer`',
    ),
]


@pytest.mark.parametrize(("schema", "yaml", "said"), READ_AS)
def test_what_is_obviously_meant_is_read_and_said(schema: Any, yaml: str, said: str):
    found = import_property(schema)
    assert found.said == [f"1:1 TW525 {said} {CHECK}"]
    assert yaml in under_x(found.text)


SAME: list[tuple[Any, str]] = [
    ({"type": "number", "divisibleBy": 5}, "multipleOf: 5"),
    ({"type": "string", "example": "a"}, "examples: [a]"),
    ({"type": "string", "examples": "a"}, "examples: [a]"),
    ({"type": "string", "examples": {"one": {"value": "a"}}}, "examples: [a]"),
    ({"type": "string", "examples": []}, "x: {type: string}"),
    ({"type": "string", "nullable": True}, "x:\n  type: string\n  nullable: true"),
    ({"type": "string", "required": True}, "x:\n  type: string\n  required: true"),
    ({"type": "integer", "format": "int64"}, "x: {type: integer}"),
    ({"type": "array", "items": []}, "x: {type: array}"),
    # 2020-12: `items` are those after `prefixItems`.
    (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}},
        "x:\n  type: array\n  items: {type: string}",
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}] * 2, "items": False},
        "x:\n  type: array\n  items: {type: string}\n  maxItems: 2",
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}] * 2, "minItems": 2, "maxItems": 2},
        "x:\n  type: array\n  items: {type: string}\n  minItems: 2\n  maxItems: 2",
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": False},
        "x:\n  type: array\n  items: {type: string}\n  maxItems: 1",
    ),
    (
        {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False},
        "x:\n  type: object\n  properties:\n    a: {}",
    ),
    ({"$anchor": "here", "$dynamicAnchor": "there", "type": "string"}, "x: {type: string}"),
    # What nothing fits: such a list is empty, and such an object has no other members.
    ({"type": "array", "items": False}, "x:\n  type: array\n  maxItems: 0"),
    ({"type": "array", "items": {"not": {}}}, "x:\n  type: array\n  maxItems: 0"),
    (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": {"not": {}}},
        "x:\n  type: object\n  properties:\n    a: {}",
    ),
    ({"type": "array", "items": {}, "additionalItems": False}, "x: {type: array}"),
    (
        {"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "string"}},
        "x:\n  type: array\n  items: {type: string}",
    ),
    (
        {"type": "array", "items": [{"type": "string"}] * 2, "additionalItems": False},
        "x:\n  type: array\n  items: {type: string}\n  maxItems: 2",
    ),
    (
        {
            "type": "array",
            "items": [{"type": "string"}],
            "additionalItems": False,
            "maxItems": 0,
        },
        "x:\n  type: array\n  items: {type: string}\n  maxItems: 0",
    ),
]


@pytest.mark.parametrize(("schema", "yaml"), SAME)
def test_what_means_the_same_in_a_plan_needs_no_word(schema: Any, yaml: str):
    found = import_property(schema)
    assert found.said == []
    assert yaml in under_x(found.text)


KEPT: list[tuple[Any, str, list[str]]] = [
    # A format that is not checked is kept beside the values.
    ({"type": "string", "format": "currency", "enum": ["EUR"]}, "format: currency", []),
    (
        {"type": "string", "format": "date", "enum": ["EUR", "USD"]},
        "enum: [EUR, USD]",
        [
            '1:1 TW520 `format` is not carried over: the permitted value "EUR" is not of that'
            " format (the permitted values stay)"
        ],
    ),
    # Each place of such a list has a schema of its own, which a plan cannot say.
    (
        {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
        "# not carried over: items:",
        [
            "1:1 TW520 `items` is not carried over: in a plan it must be one schema for every item"
            " (it is kept as a comment; put it into a description, or check it in code)"
        ],
    ),
    # What the translation adds itself is not said to be lost.
    (
        {"type": "string", "properties": {"a": {"type": "string"}}},
        "type: string",
        [
            "1:1 TW520 `properties` is not carried over: `properties` has no effect here: it"
            " applies to values of type object, not string (remove it, or change the type)"
        ],
    ),
]


@pytest.mark.parametrize(("schema", "yaml", "said"), KEPT)
def test_what_cannot_stay_beside_the_rest_costs_a_warning_and_the_rest_stays(
    schema: Any, yaml: str, said: list[str]
):
    found = import_property(schema)
    assert found.said == said
    assert yaml in under_x(found.text)


@pytest.mark.parametrize("nothing", [False, {"not": {}}, {"not": True}])
def test_a_property_that_nothing_fits_is_left_out_and_said(nothing: Any):
    inner = {"type": "object", "properties": {"a": {}, "b": nothing}, "additionalProperties": False}
    found = import_property(inner)
    (line,) = found.said
    assert "TW520 the property `b` is forbidden; a plan can only leave it out" in line
    assert under_x(found.text).endswith("properties:\n    a: {}")


def test_a_comment_about_what_is_left_out_is_never_cut():
    words = [f"word{number}" for number in range(200)]
    found = import_property({"type": "string", "x-words": words})
    assert found.text is not None
    comment = " ".join(line.strip(" #") for line in found.text.splitlines() if "#" in line)
    assert all(word in comment for word in words)
    assert max(map(len, found.text.splitlines())) <= 88


def test_a_plan_that_is_full_of_any_loads_with_its_shapes(tmp_path: Path):
    """As exported by a team that had chosen *any* seven times."""
    properties = {
        "coupon": {
            "type": ["any"],
            "properties": {"code": {"type": "string"}},
            "required": ["code"],
        },
        "cost": {"type": "float", "minimum": 0},
        "unit": {"type": "string", "format": "currency", "enum": ["EUR", "USD"]},
        "when": {"type": "datetime", "format": "date-time"},
    }
    rule = {
        "key": "Cart Priced",
        "type": "TRACK",
        "jsonSchema": {"properties": {"properties": {"properties": properties}}},
    }
    found = import_text(json.dumps({"rules": [rule]}))
    assert [line.split()[1] for line in found.said] == ["TW525", "TW525"]
    assert reloaded(found, tmp_path) == found.plan
    names = [each.name for each in event(found).properties.properties]
    assert names == [*properties]


def test_a_format_that_a_type_implies_and_its_values_contradict_is_left_out() -> None:
    found = import_property({"type": "email", "enum": ["email", "a@example.com"]})
    assert found.plan is not None
    message = 'the permitted value "email" is not of that format'
    assert any(message in line for line in found.said), found.said
