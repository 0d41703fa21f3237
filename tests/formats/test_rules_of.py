"""A plan as rules: what each type of the plan is in JSON Schema, what goes under x-typewriter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plan.planning import plan_of, with_properties
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.rules import Rule, RuleSet
from typewriter_py.plan.model import Plan

DRAFT = "http://json-schema.org/draft-07/schema#"
DEFINITIONS = """
Word: {type: string}
Maybe: {type: [string, 'null']}
a/b ~c%: {type: integer}
"""


def rules(text: str) -> RuleSet:
    return rules_of(plan_of(text))


def of_x(schema: str) -> Any:
    """What the property ``x`` of ``schema`` becomes."""
    text = with_properties(f"x: {schema}", DEFINITIONS)
    (rule,) = rules(text).rules
    return rule.schema["properties"]["properties"]["properties"]["x"]


NOT_NULL = {"oneOf": [{}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("plan", "schema"),
    [
        ("{}", {}),
        ("{oneOf: [{}, {type: 'null'}]}", NOT_NULL),
        ("{type: 'null'}", {"type": "null"}),
        ("{type: boolean, nullable: true}", {"type": ["boolean", "null"]}),
        ("{type: integer, minimum: 1}", {"type": "integer", "minimum": 1}),
        ("{type: number, multipleOf: 0.5}", {"type": "number", "multipleOf": 0.5}),
        ("{type: string, pattern: A|B}", {"type": "string", "pattern": "A|B"}),
        (
            "{type: string, allOf: [{pattern: a}, {pattern: b}]}",
            {"type": "string", "pattern": "a", "allOf": [{"pattern": "b"}]},
        ),
        ("{enum: [a, b]}", {"type": "string", "enum": ["a", "b"]}),
        ("{enum: [1, 2.5]}", {"type": "number", "enum": [1, 2.5]}),
        ("{enum: [1, true]}", {"enum": [1, True]}),
        ("{enum: [a, null]}", {"type": ["string", "null"], "enum": ["a", None]}),
        ("{const: a}", {"type": "string", "const": "a"}),
        ("{const: null}", {"const": None}),
        (
            "{const: a, nullable: true}",
            {
                "type": ["string", "null"],
                "enum": ["a", None],
                "x-typewriter": {"const": "a", "nullable": True},
            },
        ),
        ("{type: string, default: null, nullable: true}",
         {"default": None, "type": ["string", "null"]}),
        (
            "{type: [string, integer, 'null'], minLength: 1}",
            {"type": ["integer", "string", "null"], "minLength": 1},
        ),
        (
            "{anyOf: [{type: string}, {type: integer}]}",
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        ),
        (
            "{oneOf: [{type: string}, {type: integer}], nullable: true}",
            {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        ),
        ("{type: array}", {"type": "array"}),
        ("{type: array, items: {oneOf: [{}, {type: 'null'}]}}",
         {"type": "array", "items": NOT_NULL}),
        ("{type: object}", {"type": "object"}),
        ("{type: object, additionalProperties: false}",
         {"type": "object", "additionalProperties": False}),
        ("{type: object, additionalProperties: {type: string}, required: [a]}",
         {"type": "object", "required": ["a"], "additionalProperties": {"type": "string"}}),
        ("{type: object, properties: {a: {required: true}}}",
         {"type": "object", "properties": {"a": {}}, "required": ["a"],
          "additionalProperties": False}),
        ("{$ref: '#/definitions/Word'}", {"$ref": "#/definitions/Word"}),
        ("{$ref: '#/definitions/a/b ~c%'}", {"$ref": "#/definitions/a~1b%20~0c%25"}),
        ("{$ref: '#/definitions/Word', description: d}",
         {"description": "d", "allOf": [{"$ref": "#/definitions/Word"}]}),
        ("{$ref: '#/definitions/Word', nullable: true}",
         {"anyOf": [{"$ref": "#/definitions/Word"}, {"type": "null"}]}),
        ("{$ref: '#/definitions/Maybe'}", {"$ref": "#/definitions/Maybe"}),
        ("{oneOf: [{$ref: '#/definitions/Maybe'}, {type: 'null'}]}",
         {"oneOf": [{"$ref": "#/definitions/Maybe"}, {"type": "null"}]}),
    ],
)  # fmt: skip
def test_a_type_in_json_schema(plan: str, schema: Any) -> None:
    assert of_x(plan) == schema


def test_what_json_schema_has_no_keyword_for() -> None:
    text = """
        tracking_plan:
          display_name: Shop
          id: tp_1
          description: All of it
          definitions:
            Sku: {type: string, title: SKU, name: stock unit}
            Idle: {type: integer}
          rules:
            events:
              - name: Order Completed
                title: Done
                description: d
                version: 1
                owner: a@example.com
                tags: [t]
                platforms: [server]
                integrations: {All: false, Mixpanel: {x: 1}}
                deprecated: Use Placed
                replaced_by: Order Placed
                expires: 2030-01-01
                function: completed
                ignore: [event-name-casing]
                rules:
                  properties:
                    sku:
                      $ref: '#/definitions/Sku'
                      title: t
                      examples: [a, 1]
                      pii: false
                      deprecated: true
                      name: the sku
                      ignore: [property-name-casing]
        """
    definitions = {
        "Sku": {"title": "SKU", "type": "string", "x-typewriter": {"name": "stock unit"}}
    }
    sku = {
        "title": "t",
        "examples": ["a", 1],
        "allOf": [{"$ref": "#/definitions/Sku"}],
        "x-typewriter": {
            "pii": False,
            "deprecated": True,
            "name": "the sku",
            "ignore": ["property-name-casing"],
        },
    }
    schema = {
        "$schema": DRAFT,
        "title": "Done",
        "description": "d",
        "type": "object",
        "properties": {
            "properties": {
                "type": "object",
                "properties": {"sku": sku},
                "additionalProperties": False,
            }
        },
        "definitions": definitions,
        "x-typewriter": {
            "version": 1,
            "owner": "a@example.com",
            "tags": ["t"],
            "platforms": ["server"],
            "integrations": {"All": False, "Mixpanel": {"x": 1}},
            "deprecated": "Use Placed",
            "replaced_by": "Order Placed",
            "expires": "2030-01-01",
            "function": "completed",
            "ignore": ["event-name-casing"],
        },
    }
    assert rules(text) == RuleSet(
        "Shop",
        (Rule("TRACK", "Order Completed", 1, schema, deprecated=True),),
        "tp_1",
        "All of it",
        {"definitions": {"Idle": {"type": "integer"}}},
    )


def test_calls_and_common_are_rules_of_their_own() -> None:
    text = """
        tracking_plan:
          rules:
            common: {context: {properties: {ip: {type: string}}}, required: [context]}
            events: [{name: B, version: 3}, {name: A}]
            identify: {description: d, traits: [{name: email, type: string, required: true}]}
            page: {additionalProperties: true}
        """
    common, b, a, identify, page = rules(text).rules
    assert [each.identity for each in (common, b, a, identify, page)] == [
        ("COMMON", "", 1),
        ("TRACK", "B", 3),
        ("TRACK", "A", 1),
        ("IDENTIFY", "", 1),
        ("PAGE", "", 1),
    ]
    assert common.schema == {
        "$schema": DRAFT,
        "type": "object",
        "properties": {"context": {"type": "object", "properties": {"ip": {"type": "string"}}}},
        "required": ["context"],
    }
    nothing = {"type": "object", "additionalProperties": False}
    assert a.schema == {"$schema": DRAFT, "type": "object", "properties": {"properties": nothing}}
    assert identify.schema["description"] == "d"
    assert identify.schema["properties"]["traits"]["required"] == ["email"]
    assert page.schema["properties"] == {"properties": {"type": "object"}}


def test_a_rule_has_only_the_definitions_that_it_needs() -> None:
    tree = "{type: object, properties: {next: {$ref: '#/definitions/Tree'}}}"
    definitions = f"Tree: {tree}\nLeaf: {{$ref: '#/definitions/Tree'}}\nOther: {{}}"
    text = with_properties("x: {$ref: '#/definitions/Leaf'}", definitions)
    found = rules(text)
    assert list(found.rules[0].schema["definitions"]) == ["Tree", "Leaf"]
    assert list(found.extension["definitions"]) == ["Other"]


def test_an_empty_plan_has_no_rules() -> None:
    assert rules_of(Plan("P")) == RuleSet("P", ())
