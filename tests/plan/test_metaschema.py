"""The published meta-schema: draft-07, with descriptions, and in line with what is read."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from typewriter_py.plan import conjunction, metaschema
from typewriter_py.plan.values import FORMATS
from typewriter_py.plan.yaml_reader import read

from .planning import complaints, load_text
from .test_input import INSTEAD, RICH, places
from .test_mistakes import CASES

DEFINITIONS = metaschema.schema()["definitions"]
KEYWORDS = set(DEFINITIONS["schema"]["properties"])


def test_it_is_valid_draft_07() -> None:
    schema = metaschema.schema()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)
    assert json.loads(metaschema.text()) == schema
    assert metaschema.text().endswith("}\n")


def described(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that a plan can have, with its part of the meta-schema."""
    if isinstance(schema, dict):
        for name, inner in schema.items():
            if name in ("properties", "patternProperties", "definitions") and path != "/examples":
                for key, said in inner.items():
                    yield f"{path}/{key}", said
                    yield from described(said, f"{path}/{key}")
            elif name != "examples":
                yield from described(inner, path)


def test_every_key_has_a_description() -> None:
    keys = [*described(metaschema.schema())]
    assert len(keys) > 100
    mute = [
        path for path, said in keys if not str(said.get("description", "")).endswith((".", "…"))
    ]
    assert mute == []


def test_every_object_says_which_keys_it_has() -> None:
    for path, said in [*described(metaschema.schema()), ("", metaschema.schema())]:
        if "properties" in said:
            assert said.get("additionalProperties") is False, path


def test_formats_are_those_that_are_checked() -> None:
    for name in ("schema", "entry"):
        said = DEFINITIONS[name]["properties"]["format"]
        assert tuple(said["examples"]) == tuple(FORMATS)
        assert ", ".join(FORMATS) in said["description"]


# --- what the meta-schema has and what the parser reads --------------------------------------


def test_each_keyword_is_one_that_the_parser_knows() -> None:
    assert (
        conjunction.CONSTRAINTS | conjunction.ANNOTATIONS | {"type", "enum", "const", "$ref"}
        | {"anyOf", "oneOf", "allOf"}
    ) == KEYWORDS, "to add one: ANNOTATIONS or CONSTRAINTS in plan/conjunction.py"  # fmt: skip
    assert set(DEFINITIONS["entry"]["properties"]) == KEYWORDS


SAMPLES: dict[str, tuple[str, str]] = {
    "type": ("{type: string}", "{}"),
    "nullable": ("{type: string, nullable: true}", "{type: string}"),
    "enum": ("{enum: [a]}", "{}"),
    "const": ("{const: a}", "{}"),
    "default": ("{default: a}", "{}"),
    "title": ("{title: a}", "{}"),
    "description": ("{description: a}", "{}"),
    "examples": ("{examples: [a]}", "{}"),
    "format": ("{type: string, format: uuid}", "{type: string}"),
    "pattern": ("{type: string, pattern: a}", "{type: string}"),
    "minLength": ("{type: string, minLength: 1}", "{type: string}"),
    "maxLength": ("{type: string, maxLength: 1}", "{type: string}"),
    "minimum": ("{type: number, minimum: 1}", "{type: number}"),
    "maximum": ("{type: number, maximum: 1}", "{type: number}"),
    "exclusiveMinimum": ("{type: number, exclusiveMinimum: 1}", "{type: number}"),
    "exclusiveMaximum": ("{type: number, exclusiveMaximum: 1}", "{type: number}"),
    "multipleOf": ("{type: number, multipleOf: 2}", "{type: number}"),
    "items": ("{type: array, items: {type: string}}", "{type: array}"),
    "minItems": ("{type: array, minItems: 1}", "{type: array}"),
    "maxItems": ("{type: array, maxItems: 1}", "{type: array}"),
    "uniqueItems": ("{type: array, uniqueItems: true}", "{type: array}"),
    "properties": ("{type: object, properties: {a: {}}}", "{type: object}"),
    "required": ("{type: string, required: true}", "{type: string}"),
    "additionalProperties": ("{type: object, additionalProperties: false}", "{type: object}"),
    "minProperties": ("{type: object, minProperties: 1}", "{type: object}"),
    "maxProperties": ("{type: object, maxProperties: 1}", "{type: object}"),
    "oneOf": ("{oneOf: [{type: string}]}", "{}"),
    "anyOf": ("{anyOf: [{type: string}]}", "{}"),
    "allOf": ("{allOf: [{type: string}]}", "{}"),
    "$ref": ("{$ref: '#/definitions/D'}", "{}"),
    "pii": ("{pii: true}", "{}"),
    "deprecated": ("{deprecated: true}", "{}"),
    "replaced_by": ("{replaced_by: a}", "{}"),
    "expires": ("{expires: 2030-01-01}", "{}"),
    "name": ("{name: a}", "{}"),
    "ignore": ("{ignore: [a]}", "{}"),
}


def one_property(schema: str) -> Any:
    text = f"""
        tracking_plan:
          definitions: {{D: {{type: string}}}}
          rules: {{events: [{{name: A, rules: {{properties: {{x: {schema}}}}}}}]}}
        """
    loaded = load_text(text)
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan.events[0].properties.properties[0]


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_each_keyword_makes_a_difference(keyword: str) -> None:
    assert keyword in SAMPLES, "add a sample with and without it to SAMPLES"
    with_it, without = SAMPLES[keyword]
    assert one_property(with_it) != one_property(without)


def test_each_keyword_of_json_schema_is_known_or_unsupported() -> None:
    draft = set(Draft7Validator.META_SCHEMA["properties"])
    assert draft - KEYWORDS <= metaschema.UNSUPPORTED
    assert not KEYWORDS & metaschema.UNSUPPORTED
    for keyword in draft - KEYWORDS:
        text = f"tracking_plan: {{definitions: {{D: {{{json.dumps(keyword)}: x}}}}}}"
        assert [line.split()[1] for line in complaints(text)] == ["TW114"], keyword


# --- two validators, one verdict -------------------------------------------------------------


def verdicts(data: Any) -> tuple[bool, bool]:
    fast = jsonschema_rs.Draft7Validator(metaschema.schema()).is_valid(data)
    return fast, Draft7Validator(metaschema.schema()).is_valid(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_fast_gate_and_the_explainer_agree(data: st.DataObject) -> None:
    plan = {"": copy.deepcopy(GOOD)}
    for _ in range(data.draw(st.integers(0, 2))):
        path = data.draw(st.sampled_from([*places(plan[""])]))
        node: Any = plan
        last: Any = ""
        for step in path:
            node, last = node[last], step
        node[last] = copy.deepcopy(data.draw(st.sampled_from(INSTEAD)))
    fast, slow = verdicts(plan[""])
    assert fast == slow


GOOD = yaml.safe_load(RICH)


def test_a_good_plan_passes_both() -> None:
    assert verdicts(GOOD) == (True, True)


def test_without_the_fast_gate_all_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {name: complaints(text, files) for name, (text, files, _) in CASES.items()}
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    metaschema_cases = [n for n in CASES if n != "a reference bomb"]
    for name in metaschema_cases:
        text, files, _ = CASES[name]
        assert complaints(text, files) == expected[name]
    assert load_text(RICH).plan is not None


def test_only_failing_parts_are_explained() -> None:
    """A single bad property among many events only costs as much as its own event."""
    events = "".join(
        f"      - {{name: Event {number}, rules: {{properties: {{a: {{type: string}}}}}}}}\n"
        for number in range(500)
    )
    odd = "      - {name: Odd, rules: {properties: {a: {type: kilograms}}}}\n"
    document = read("plan.yaml", f"tracking_plan:\n  rules:\n    events:\n{events}{odd}")
    (found,) = metaschema.check(document)  # and all that has to be imported for it
    assert found.message == "`kilograms` is not a valid value for `type`"
    begun = process_time()
    metaschema.check(document)
    narrow = process_time() - begun
    begun = process_time()
    list(Draft7Validator(metaschema.schema()).iter_errors(document.data))
    assert narrow < (process_time() - begun) / 4
