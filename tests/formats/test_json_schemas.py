"""JSON Schemas of one or many files as rules: what each is of, and where references lead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from typewriter_py.formats.readers.json_schemas import recognises, rules_in
from typewriter_py.formats.rules import RuleSet
from typewriter_py.plan import json_reader, yaml_reader
from typewriter_py.plan.document import Document

from .importing import import_text as import_in_memory
from .trips import import_text

Files = dict[str, Any]

OBJECT = {"type": "object"}


def documents(files: Files) -> list[Document]:
    return [
        yaml_reader.read(name, text)
        if name.endswith(".yaml")
        else json_reader.read(name, text if isinstance(text, str) else json.dumps(text))
        for name, text in files.items()
    ]


def read(files: Files) -> tuple[RuleSet | None, list[str]]:
    rules, found = rules_in(documents(files), "schemas")
    return rules, [f"{each.span} {each.code} {each.message}" for each in found]


def rules_of(files: Files) -> RuleSet:
    rules, said = read(files)
    assert rules is not None, said
    assert not [each for each in said if "TW512" not in each], said
    return rules


def payload(rules: RuleSet, at: int = 0) -> Any:
    rule = rules.rules[at]
    return rule.schema["properties"]["properties" if rule.kind == "TRACK" else "traits"]


# --- what a schema is of ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "schema", "identity"),
    [
        ("a.json", {"title": "Order Completed", **OBJECT}, ("TRACK", "Order Completed", 1)),
        ("x/order_completed.json", OBJECT, ("TRACK", "Order Completed", 1)),
        ("userSignedUp.schema.json", OBJECT, ("TRACK", "User Signed Up", 1)),
        ("identify.json", {"title": "Traits", **OBJECT}, ("IDENTIFY", "", 1)),
        ("x/group.json", OBJECT, ("GROUP", "", 1)),
        (
            "a.json",
            {
                "title": "What is sent",
                "properties": {
                    "event": {"const": "Order Completed"},
                    "type": {"const": "track"},
                    "properties": OBJECT,
                },
            },
            ("TRACK", "Order Completed", 1),
        ),
        (
            "a.json",
            {"properties": {"type": {"enum": ["identify"]}, "traits": OBJECT}},
            ("IDENTIFY", "", 1),
        ),
        ("page_seen.v1.json", OBJECT, ("TRACK", "Page Seen", 1)),
        ("page_seen.v2.schema.json", OBJECT, ("TRACK", "Page Seen", 2)),
        ("a.v3.json", {"title": "Video Seen", **OBJECT}, ("TRACK", "Video Seen", 3)),
        ("signup_v2.json", OBJECT, ("TRACK", "Signup V2", 1)),
        (
            "1-0-0",
            {"self": {"name": "ad_click", "version": "2-0-1"}, **OBJECT},
            ("TRACK", "ad_click", 2),
        ),
        # `properties` is a property among others: this is no message.
        (
            "a.json",
            {"title": "A", "properties": {"properties": OBJECT, "sku": {}}},
            ("TRACK", "A", 1),
        ),
        (
            "a.json",
            {"x-typewriter": {"call": "track", "event": "B", "version": 3}, **OBJECT},
            ("TRACK", "B", 3),
        ),
        ("a.json", {"x-typewriter": {"call": "screen"}, **OBJECT}, ("SCREEN", "", 1)),
    ],
)
def test_which_event_or_call_it_is_of(file: str, schema: Any, identity: Any) -> None:
    (rule,) = rules_of({file: schema}).rules
    assert rule.identity == identity


def test_a_name_made_from_the_file_is_reported() -> None:
    _, said = read({"order_completed.json": OBJECT})
    assert said == [
        "order_completed.json:1:1 TW512 the event is named `Order Completed` after its file:"
        " the schema has no `title`"
    ]


def test_the_payload_is_wrapped_and_a_message_is_not() -> None:
    flat = {"title": "A", "description": "d", "properties": {"sku": {"type": "string"}}}
    whole = {"description": "d", "properties": {"event": {"const": "A"}, "properties": OBJECT}}
    (rule,) = rules_of({"a.json": flat}).rules
    assert {key: rule.schema[key] for key in ("description", "type", "properties")} == {
        "description": "d",
        "type": "object",
        "properties": {"properties": {"properties": {"sku": {"type": "string"}}}},
    }
    (rule,) = rules_of({"a.json": whole}).rules
    assert rule.schema["properties"] == {"properties": OBJECT}


# --- references ------------------------------------------------------------------------------

MONEY = {"definitions": {"Amount": {"type": "number"}}}


@pytest.mark.parametrize(
    ("ref", "other", "more"),
    [
        ("money.json#/definitions/Amount", "money.json", {}),
        ("./money.json#/definitions/Amount", "money.json", {}),
        ("../money.json#/definitions/Amount", "money.json", {}),
        ("my%20money.json#/definitions/Amount", "my money.json", {}),
        (
            "https://a.example/money#/definitions/Amount",
            "x.json",
            {"$id": "https://a.example/money"},
        ),
        ("money#/definitions/Amount", "x.json", {"$id": "https://a.example/money#"}),
    ],
)
def test_a_reference_into_another_file(ref: str, other: str, more: Any) -> None:
    folder = "events/" if ref.startswith("..") else ""
    order = {"$id": "https://a.example/order", "title": "A", "properties": {"x": {"$ref": ref}}}
    rules = rules_of({f"{folder}order.json": order, other: MONEY | more})
    assert [rule.key for rule in rules.rules] == ["A"]
    assert payload(rules)["properties"]["x"] == {"$ref": "#/definitions/Amount"}
    assert rules.rules[0].schema["definitions"] == {"Amount": {"type": "number"}}


def test_a_file_that_others_refer_to_is_a_definition_not_an_event() -> None:
    product = {
        "title": "Product",
        "$id": "p",
        "properties": {"price": {"$ref": "#/definitions/Price"}, "part": {"$ref": "#"}},
        "definitions": {"Price": {"type": "number"}},
    }
    order = {"title": "A", "properties": {"one": {"$ref": "product.json"}}}
    rules = rules_of({"order.json": order, "product.json": product})
    (rule,) = rules.rules
    assert rule.schema["definitions"] == {
        "Product": {
            "title": "Product",
            "properties": {
                "price": {"$ref": "#/definitions/Price"},
                "part": {"$ref": "#/definitions/Product"},
            },
        },
        "Price": {"type": "number"},
    }


def test_a_schema_that_refers_to_itself_as_a_whole() -> None:
    tree = {
        "title": "Tree Grown",
        "properties": {"branches": {"items": {"$ref": "#"}, "type": "array"}},
    }
    text, said = import_text(rules_of({"a.json": tree}))
    # The event has the same name, so that the definition gets other words in code.
    assert [each.split()[0] for each in said] == ["TW521"]
    assert '$ref: "#/definitions/TreeGrown"' in text


def test_definitions_with_the_same_name_are_distinguished() -> None:
    order = {
        "title": "A",
        "definitions": {"Size": {"type": "integer"}},
        "properties": {
            "mine": {"$ref": "#/definitions/Size"},
            "theirs": {"$ref": "shoe.json#/definitions/Size"},
        },
    }
    shoe = {"definitions": {"Size": {"type": "string"}}}
    rules = rules_of({"a.json": order, "shoe.json": shoe})
    assert payload(rules)["properties"] == {
        "mine": {"$ref": "#/definitions/Size"},
        "theirs": {"$ref": "#/definitions/ShoeSize"},
    }
    assert rules.rules[0].schema["definitions"]["ShoeSize"] == {"type": "string"}


def test_files_may_be_yaml() -> None:
    rules = rules_of(
        {
            "a.yaml": "title: A\nproperties:\n  x: {$ref: b.json#/definitions/Amount}\n",
            "b.json": MONEY,
        }
    )
    assert rules.rules[0].schema["definitions"] == {"Amount": {"type": "number"}}


@pytest.mark.parametrize(
    "ref",
    [
        "gone.json",
        "b.json#/definitions/Gone",
        "b.json#gone",
        "https://elsewhere.example/x.json",
        "#/gone",
        "#gone",
    ],
)
def test_a_broken_reference_is_an_error_at_its_location(ref: str) -> None:
    text = '{"title": "A", "properties": {\n  "x": {"$ref": "' + ref + '"}\n}}'
    rules, said = read({"a.json": text, "b.json": MONEY})
    assert rules is None
    assert said == [f"a.json:2:17 TW511 `{ref}` does not exist in these files"]


# --- what is no schema, or another one -------------------------------------------------------


@pytest.mark.parametrize("dialect", ["https://schemas.example.com/our-dialect", 7])
def test_an_unknown_dialect_is_read_as_draft_07_with_a_warning(dialect: Any) -> None:
    schema = {"$schema": dialect, "title": "A", "type": "object"}
    assert recognises(documents({"a.json": schema}))
    rules, said = read({"a.json": schema, "b.json": {"title": "B", **OBJECT}})
    assert rules is not None
    assert [rule.key for rule in rules.rules] == ["A", "B"]
    assert said == [
        f"a.json:1:13 TW510 `{dialect}` is not a known dialect of JSON Schema:"
        " the file is read as draft-07"
    ]


def test_another_file_with_a_schema_of_its_own_is_skipped_like_any_other() -> None:
    config = {"$schema": "https://schemas.example.com/settings.json", "strict": True}
    assert not recognises(documents({"settings.json": config}))
    rules, said = read({"a.json": {"title": "A", **OBJECT}, "settings.json": config})
    assert rules is not None
    assert said == ["settings.json:1:1 TW513 skipped: this is not a JSON Schema"]


LATER = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/schema#",
]


@pytest.mark.parametrize("dialect", LATER)
def test_later_dialects_are_read_as_far_as_draft_07_goes(dialect: str) -> None:
    order = {
        "$schema": dialect,
        "title": "A",
        "type": "object",
        "$defs": {"Money": {"$anchor": "money", "type": "number"}},
        "properties": {"a": {"$ref": "#/$defs/Money"}, "b": {"$ref": "#money"}},
        "dependentRequired": {"a": ["b"]},
    }
    found = import_in_memory(json.dumps(order), "a.json")
    assert found.plan is not None
    assert [*found.plan.definitions] == ["Money"]
    (line,) = found.said
    assert "TW520 `dependentRequired` is not carried over" in line


@pytest.mark.parametrize("dialect", [*LATER, "http://json-schema.org/draft-07/schema#"])
def test_what_is_next_to_a_reference_applies_since_2019(dialect: str) -> None:
    schema = {
        "$schema": dialect,
        "title": "A",
        "$defs": {"Name": {"type": "string"}},
        "properties": {
            "short": {"$ref": "#/$defs/Name", "maxLength": 9, "allOf": [{"minLength": 1}]},
            "plain": {"$ref": "#/$defs/Name", "description": "d"},
        },
    }
    (rule,) = rules_of({"a.json": schema}).rules
    short, plain = rule.schema["properties"]["properties"]["properties"].values()
    ref = {"$ref": "#/definitions/Name"}
    assert plain == {**ref, "description": "d"}
    whole = {"maxLength": 9, "allOf": [ref, {"minLength": 1}]}
    assert short == (whole if dialect in LATER else {**schema["properties"]["short"], **ref})


@pytest.mark.parametrize("where", ["properties", "traits", "definition"])
def test_an_object_that_is_closed_as_a_whole_is_closed(where: str) -> None:
    shape = {"properties": {"a": {}}, "unevaluatedProperties": False, **OBJECT}
    schema: Any = {"$schema": LATER[0], **shape}
    if where == "definition":
        both = [{"$ref": "#/$defs/S"}, {"properties": {"a": {"type": "string"}}}]
        schema = {"$schema": LATER[0], "$defs": {"S": shape}, "allOf": both, **OBJECT}
    file = "identify.json" if where == "traits" else "a.json"
    found = import_in_memory(json.dumps(schema), file)
    assert found.plan is not None
    assert not [line for line in found.said if "TW512" not in line]
    if where == "definition":
        assert "additionalProperties: false" in (found.text or "")
    else:
        assert "additionalProperties" not in (found.text or "")


@pytest.mark.parametrize("name", [{"$anchor": "size"}, {"$id": "#size"}, {"id": "#size"}])
def test_a_reference_to_a_name_within_a_file(name: Any) -> None:
    order = {
        "title": "A",
        "properties": {"x": {"$ref": "#size"}, "y": {"$ref": "shoe.json#size"}},
        "definitions": {"Size": {**name, "type": "integer"}},
    }
    shoe = {"$defs": {"ShoeSize": {**name, "type": "string"}}}
    rules = rules_of({"a.json": order, "shoe.json": shoe})
    assert payload(rules)["properties"] == {
        "x": {"$ref": "#/definitions/Size"},
        "y": {"$ref": "#/definitions/ShoeSize"},
    }


@pytest.mark.parametrize(
    "dialect",
    [
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-04/schema#",
        "http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#",
    ],
)
def test_draft_07_and_what_came_before_it_are_read(dialect: str) -> None:
    rules_of({"a.json": {"$schema": dialect, "title": "A", **OBJECT}})


def test_other_files_are_skipped_with_a_warning() -> None:
    files = {"a.json": {"title": "A", **OBJECT}, "package.json": {"name": "x"}, "list.json": [1]}
    rules, said = read(files)
    assert rules is not None
    assert [rule.key for rule in rules.rules] == ["A"]
    message = "TW513 skipped: this is not a JSON Schema"
    assert said == [f"package.json:1:1 {message}", f"list.json:1:1 {message}"]


@pytest.mark.parametrize("data", [{"name": "x"}, [1], {"tracking_plan": {}, "properties": {}}, {}])
def test_other_files_are_not_recognised(data: Any) -> None:
    assert not recognises(documents({"a.json": data}))


# --- schemas of an OpenAPI description -------------------------------------------------------


def test_a_schema_of_openapi_that_others_refer_to_is_a_definition() -> None:
    order = {"type": "object", "properties": {"total": {"$ref": "#/definitions/Money"}}}
    api = {"swagger": "2.0", "definitions": {"order_paid": order, "Money": {"type": "number"}}}
    found = import_in_memory(json.dumps(api), "api.json")
    assert found.plan is not None
    assert [event.name for event in found.plan.events] == ["Order Paid"]
    assert [*found.plan.definitions] == ["Money"]
    (line,) = found.said
    assert "TW512 the event is named `Order Paid` after its key" in line


def test_a_description_without_schemas_has_nothing_to_import() -> None:
    found = import_in_memory('{"openapi": "3.1.0", "paths": {}}', "api.json")
    assert found.said == [
        "1:1 TW500 this OpenAPI description has no `components.schemas` to import"
    ]
