"""What each piece of a foreign schema becomes in a plan, and what is said of what cannot."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from typewriter_py.formats.repair import repair_draft
from typewriter_py.formats.rules import Rule, RuleSet
from typewriter_py.formats.translate import draft_of
from typewriter_py.plan.model import ANYTHING

from .importing import (
    event,
    import_property,
    import_rules,
    import_text,
    reloaded,
    tracked,
)

BY_HAND = "it is kept as a comment; put it into a description, or check it in code"


def under_x(text: str | None) -> str:
    """What the plan of ``import_property`` has for ``x``."""
    assert text is not None
    inner = text.partition("properties:\n")[2].rpartition("          additionalProperties")[0]
    return textwrap.dedent(inner).strip()


SAID_OTHERWISE: list[tuple[Any, str]] = [
    ({"type": "string", "labels": {}, "$id": "/properties/x", "id": "x"}, "x: {type: string}"),
    ({"type": ["string"], "description": "", "title": None}, "x: {type: string}"),
    ({"type": ["string", "null"]}, "x:\n  type: string\n  nullable: true"),
    ({"type": ["string", "integer", "null"]}, "x:\n  type: [string, integer]\n  nullable: true"),
    ({"enum": ["a", None]}, "x:\n  nullable: true\n  enum: [a]"),
    (
        {"type": ["string", "null"], "enum": ["a", None]},
        "x:\n  type: string\n  nullable: true\n  enum: [a]",
    ),
    # Null is no permitted value here, whatever the type says.
    ({"type": ["string", "null"], "enum": ["a"]}, 'x:\n  type: [string, "null"]\n  enum: [a]'),
    ({"type": "null"}, 'x: {type: "null"}'),
    ({"type": ["null", "null"]}, 'x: {type: "null"}'),
    ({"type": ["string", "null", "string"]}, "x:\n  type: string\n  nullable: true"),
    ({"not": {"type": "null"}}, 'x:\n  oneOf:\n    - {}\n    - {type: "null"}'),
    (True, "x: {}"),
    ({"type": "object", "properties": {}, "required": []}, "x: {type: object}"),
    ({"type": "array", "items": {}}, "x: {type: array}"),
    (
        {"type": "object", "properties": {"a": {"type": "string"}}},
        "x:\n  type: object\n  properties:\n    a: {type: string}\n  additionalProperties: true",
    ),
    (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
        "x:\n  type: object\n  properties:\n    a: {}",
    ),
    (
        {"type": "object", "additionalProperties": {}, "properties": {"a": {}}},
        "x:\n  type: object\n  properties:\n    a: {}\n  additionalProperties: true",
    ),
    # What draft-04 says; Segment's older plans are in it.
    ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, "exclusiveMinimum: 1"),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": False}, "minimum: 1"),
    (
        {"type": "string", "description": "a\nb", "$comment": "ask Ann"},
        "x:\n  # ask Ann\n  type: string\n  description: |-\n    a\n    b",
    ),
    (
        {"type": "string", "x-typewriter": {"pii": True, "name": "the x"}},
        "x:\n  type: string\n  pii: true\n  name: the x",
    ),
]


@pytest.mark.parametrize(("schema", "yaml"), SAID_OTHERWISE)
def test_what_the_plan_language_says_in_its_own_way(schema: Any, yaml: str):
    found = import_property(schema)
    assert found.said == []
    shown = under_x(found.text)
    assert shown == yaml if yaml.startswith("x:") else yaml in shown


NOT_CARRIED: list[tuple[Any, str, str]] = [
    (
        {"type": "string", "contentEncoding": "base64"},
        'x:\n  # not carried over: contentEncoding: "base64"\n  type: string',
        f"`contentEncoding` is not carried over: the plan language has no such keyword ({BY_HAND})",
    ),
    (
        {"type": "string", "name": "what a designer called it"},
        'x:\n  # not carried over: name: "what a designer called it"\n  type: string',
        f"`name` is not carried over: the plan language has no such keyword ({BY_HAND})",
    ),
    (
        {"type": "string", "pattern": "(?i)a"},
        'x:\n  # not carried over: pattern: "(?i)a"\n  # inline flags are not supported'
        " everywhere\n  type: string",
        "`pattern` is not carried over: inline flags are not supported everywhere"
        " (spell out both cases, as in [Aa])",
    ),
    (
        {"type": "string", "maximum": 3},
        "x:\n  # not carried over: maximum: 3\n  # `maximum` has no effect here: it applies to"
        " values of type number, not\n  # string\n  type: string",
        "`maximum` is not carried over: `maximum` has no effect here: it applies to values of type"
        " number, not string (did you mean `maxLength`?)",
    ),
    (
        {"type": "string", "enum": ["a", "b", "a"]},
        'x:\n  # not carried over: "a"\n  # "a" is listed twice\n  type: string\n  enum: [a, b]',
        'an item of `enum` is not carried over: "a" is listed twice (remove one)',
    ),
    (
        {"type": "array", "items": [{"type": "string"}]},
        'x:\n  # not carried over: items: [{"type": "string"}]\n  type: array',
        f"`items` is not carried over: in a plan it must be one schema for every item ({BY_HAND})",
    ),
    (
        {"$ref": "https://example.com/a.json"},
        '# not carried over: $ref: "https://example.com/a.json"\n# `https://example.com/a.json`',
        "`$ref` is not carried over: `https://example.com/a.json` points outside the plan: a"
        " reference must be `#/definitions/Name` (refer to one of the plan's definitions)",
    ),
    # Closed, but for the patterns: without them it has to be open.
    (
        {
            "type": "object",
            "properties": {"a": {}},
            "patternProperties": {"^x": {}},
            "additionalProperties": False,
        },
        'x:\n  # not carried over: patternProperties: {"^x": {}}\n  type: object\n  properties:\n'
        "    a: {}\n  additionalProperties: true",
        f"`patternProperties` is not carried over: the plan language has no such keyword"
        f" ({BY_HAND})",
    ),
    # What a plan cannot describe is a property still.
    (
        "sku",
        "x: {}",
        "`x` is not carried over: `x` must be a mapping, not a string (write indented lines of"
        " `key: value`, without `-`)",
    ),
    # A member that says less would make two of them match.
    (
        {"oneOf": [{"type": "string", "not": {"const": "a"}}, {"const": "a"}]},
        "x:\n  # anyOf instead of oneOf, as some members were not carried over entirely\n  anyOf:",
        f"`not` is not carried over: the plan language has no such keyword ({BY_HAND})",
    ),
]


@pytest.mark.parametrize(("schema", "yaml", "said"), NOT_CARRIED)
def test_what_the_plan_language_cannot_say(schema: Any, yaml: str, said: str):
    found = import_property(schema)
    assert found.said == [f"1:1 TW520 {said}"]
    assert yaml in under_x(found.text)


def test_closed_takes_silence_for_closed():
    schema = {"type": "object", "properties": {"a": {}, "b": {"additionalProperties": True}}}
    opened, closed = import_property(schema), import_property(schema, closed=True)
    assert opened.plan is not None
    assert closed.plan is not None
    assert opened.plan.events[0].properties.additional == ANYTHING
    assert closed.plan.events[0].properties.additional is None
    assert closed.plan.events[0].properties.properties[0].type.additional is None


def test_closed_declares_what_is_required():
    """Else the plan would forbid what its source demands."""
    inner = {"type": "object", "required": ["b"]}
    found = import_rules(
        rules(tracked({"properties": {"a": inner}, "required": ["a", "c"]})), closed=True
    )
    assert found.said == []
    payload = event(found).properties
    assert [(each.name, each.required) for each in payload.properties] == [("a", True), ("c", True)]
    assert payload.additional is None
    assert [each.name for each in payload.properties[0].type.properties] == ["b"]


@pytest.mark.parametrize("required", [True, 5, 1.5, "a", {"a": 1}])
def test_required_that_is_not_a_list(required: Any):
    """Of a whole message, where none of it means anything."""
    (said,) = import_rules(rules(tracked({"type": "object"}, required=required))).said
    assert "TW520 `required` of the message is not carried over" in said


def rules(*given: Rule) -> RuleSet:
    return RuleSet("Test", given)


def test_names_that_clash_in_code_get_other_words():
    found = import_rules(
        rules(
            tracked({}, "Order Completed"),
            tracked({}, "order_completed"),
            tracked({}, "ORDER-COMPLETED"),
            tracked({"properties": {"a b": {}, "a_b": {}, "€": {}}}, "🎉"),
        )
    )
    assert found.plan is not None
    words = [event.function for event in found.plan.events]
    spelled = ["order completed snake case", "order completed hyphenated", "party popper"]
    assert words == [None, *spelled]
    named = {each.name: each.words for each in found.plan.events[3].properties.properties}
    assert named == {"a b": None, "a_b": "a b snake case", "€": "euro sign"}
    assert {line.split()[1] for line in found.said} == {"TW521"}


def test_clashing_names_do_not_depend_on_other_events():
    pair = (tracked({}, "Order Completed"), tracked({}, "order_completed"))
    alone, among = import_rules(rules(*pair)), import_rules(rules(tracked({}, "A"), *pair))
    assert alone.plan is not None
    assert among.plan is not None
    assert alone.plan.events == among.plan.events[1:]


def test_a_definition_is_renamed_rather_than_a_property():
    """A property's name is an argument of a function, a definition's a type's only."""
    item = {"type": "object", "properties": {"a": {}}}
    payload = {"properties": {"part": item, "other": {"$ref": "#/definitions/APart"}}}
    found = import_rules(rules(tracked(payload, "A", definitions={"APart": item})))
    assert found.plan is not None
    assert [each.words for each in found.plan.events[0].properties.properties] == [None, None]
    assert found.plan.definitions["APart"].words == "a part shape"


def test_versions_of_an_event():
    found = import_rules(rules(*(tracked({}, "A B", version) for version in (3, 1, 2))))
    assert found.plan is not None
    events = [(event.version, event.function) for event in found.plan.events]
    assert events == [(3, "a b v3"), (None, None), (2, "a b v2")]
    assert found.said == []


def test_definitions_of_rules_are_merged_where_they_are_the_same():
    ref = {"properties": {"item": {"$ref": "#/definitions/Item"}}}
    one = {"type": "object", "properties": {"sku": {"type": "string"}}}
    two = {"type": "object", "properties": {"id": {"type": "string"}}}
    found = import_rules(
        rules(
            tracked(ref, "A", definitions={"Item": one}),
            tracked(ref, "B", definitions={"Item": one}),
            tracked(ref, "Cart Viewed", definitions={"Item": two}),
        )
    )
    assert found.plan is not None
    assert [*found.plan.definitions] == ["Item", "CartViewedItem"]
    names = [event.properties.properties[0].type.name for event in found.plan.events]
    assert names == ["Item", "Item", "CartViewedItem"]
    (said,) = found.said
    assert "TW521 `Item` is defined differently by another rule; here it is" in said


def test_a_reference_to_any_part_of_the_rule():
    """``#/properties/…`` as some generators write it, and names that a pointer escapes."""
    payload = {
        "properties": {
            "home": {"type": "object", "properties": {"city": {"type": "string"}}},
            "work": {"$ref": "#/properties/properties/properties/home"},
            "odd": {"$ref": "#/definitions/a%20b~1c"},
        }
    }
    found = import_rules(rules(tracked(payload, definitions={"a b/c": {"type": "integer"}})))
    assert found.said == []
    assert found.plan is not None
    assert [*found.plan.definitions] == ["a b/c", "home"]


@pytest.mark.parametrize("ref", ["other.json", "other.json#/definitions/Item", "#Item", "/a"])
def test_a_reference_out_of_the_rule_is_not_one_into_it(ref: str):
    payload = {"properties": {"again": {"$ref": "#"}, "out": {"$ref": ref}}}
    item = {"type": "object", "properties": {"sku": {"type": "string"}}}
    found = import_rules(rules(tracked(payload, definitions={"Item": item})))
    assert f"`$ref` is not carried over: `{ref}` points outside the plan" in "".join(found.said)
    again, out = event(found).properties.properties
    assert again.type != out.type


def test_the_same_rule_twice_is_one():
    found = import_rules(rules(tracked({"type": "object"}), tracked({"type": "object"})))
    assert found.plan is not None
    assert [each.partition(" ")[2] for each in found.said] == [
        "TW523 the event `A` appears twice, with the same rules"
    ]


def test_of_an_event_that_appears_twice_with_different_rules_the_first_is_kept(tmp_path: Path):
    first, second = ({"properties": {name: {"type": "string"}}} for name in ("a", "b"))
    others = tracked({}, "B"), tracked(first, version=2)
    found = import_rules(rules(tracked(first), others[0], tracked(second), others[1]))
    assert [each.partition(" ")[2] for each in found.said] == [
        "TW522 the event `A` appears twice, with different rules: these are left out"
        " (they are kept as a comment; remove one, or give it another version)"
    ]
    plan = reloaded(found, tmp_path)
    assert [(event.name, event.version) for event in plan.events] == [
        ("A", None),
        ("B", None),
        ("A", 2),
    ]
    assert [each.name for each in plan.events[0].properties.properties] == ["a"]
    assert "# not carried over: the event `A`, which appears twice: {" in (found.text or "")
    assert '"b": {"type": "string"}' in (found.text or "").replace("\n  # ", " ")


def test_where_the_event_is_that_appears_twice_and_where_its_first_rules_are(tmp_path: Path):
    rule = '{"key": "A", "type": "TRACK", "version": 1, "jsonSchema": %s}'
    first, second = '{"type": "object"}', '{"type": "object", "properties": {"properties": {}}}'
    other = '{"type": "object", "properties": {"properties": {"properties": {"x": {}}}}}'
    listed = ",\n".join(rule % each for each in (first, other, second, other))
    found = import_text('{"name": "Shop", "rules": [\n' + listed + "]}")
    assert [line.partition(" TW")[0] for line in found.said] == ["3:9", "4:9", "5:9"]
    assert all("[2:9 first here]" in line for line in found.said)
    assert reloaded(found, tmp_path) == found.plan


def test_what_is_nested_too_deeply_is_cut():
    schema: Any = {"type": "string"}
    for _ in range(120):
        schema = {"type": "array", "items": schema}
    found = import_property(schema)
    assert found.plan is not None
    assert [line.split("not carried")[0] for line in found.said] == ["1:1 TW520 `items` is "]


def test_no_source_is_changed():
    schema = {"type": "object", "properties": {"x": {"type": ["string", "null"], "if": {}}}}
    rule = tracked(schema)
    before = repr(rule.schema)
    draft, _ = draft_of(rules(rule), closed=False, share=True)
    repair_draft(draft)
    assert repr(rule.schema) == before


def test_shared_shapes_under_one_name_are_numbered_in_the_order_of_the_document():
    shapes = [
        {"type": "object", "properties": {"id": {}, key: {"type": "string"}}}
        for key in ("d", "b", "c", "a")
    ]
    found = import_rules(
        rules(
            *(
                tracked({"type": "object", "properties": {"item": shape}}, f"{key} {verb}")
                for shape in shapes
                for key in [[*shape["properties"]][1]]
                for verb in ("Viewed", "Seen")
            )
        ),
        share=True,
    )
    assert found.plan is not None
    shared = found.plan.definitions.items()
    named = {name: [each.name for each in kept.value.type.properties][1] for name, kept in shared}
    assert named == {"Item": "d", "ItemShape": "b", "ItemShape2": "c", "ItemShape3": "a"}
