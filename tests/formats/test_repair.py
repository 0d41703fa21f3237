"""Whatever comes from a foreign schema, the plan loads, generates, and refuses nothing more."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.plan.strategies import DEFINITIONS, candidates, normalised, schemas, values
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.rules import RuleSet
from typewriter_py.targets import Request
from typewriter_py.targets import load as load_target

from .importing import Imported, import_property, import_rules, reloaded, tracked

NAMES = ("a", "b", "a b", "A-b", "a_b", "$", "%", "class", "", "🎉", "1", "x" * 30)
JUNK = st.sampled_from([None, True, False, 0, -1, 1.5, "", "x", [], [1], ["a", "a"], {}, {"a": 1}])
KEYWORDS = (
    "type enum const format pattern minLength maximum exclusiveMinimum multipleOf items minItems"
    " uniqueItems properties required additionalProperties oneOf anyOf allOf not if then else"
    " $ref $id $comment labels title description default examples nullable patternProperties"
    " dependencies contains propertyNames additionalItems definitions name ignore pii"
    " x-typewriter x-other constructor"
).split()
PATTERNS = ("(?<=a)b", "(", "a|b", "^[a-z]+$", "\\d", "(?P<n>a)", "", "\\p{L}")


@st.composite
def hostile(draw: Any, depth: int = 0) -> Any:
    """A schema that is full of mistakes: odd keywords, values of the wrong type."""
    if depth > 3 or draw(st.integers(0, 9)) == 0:
        return draw(JUNK)
    found: dict[str, Any] = {}
    for keyword in draw(st.lists(st.sampled_from(KEYWORDS), max_size=5, unique=True)):
        found[keyword] = draw(value_of(keyword, depth + 1))
    return found


def value_of(keyword: str, depth: int) -> Any:
    inner = hostile(depth)
    members = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    types = st.sampled_from(["string", "object", "array", "integer", "null", "any"])
    strategies = {
        "type": types | st.lists(types, max_size=3),
        "enum": st.lists(JUNK, max_size=4),
        "pattern": st.sampled_from(PATTERNS),
        "properties": members,
        "patternProperties": members,
        "definitions": members,
        "x-typewriter": st.dictionaries(st.sampled_from(("pii", "name", "no")), JUNK),
        "$ref": st.sampled_from(
            (
                "#/definitions/Node",
                "#/definitions/None",
                "#",
                "http://x/y",
                "#/properties/properties",
            )
        ),
        "required": st.lists(st.sampled_from(NAMES), max_size=3) | st.booleans(),
        **dict.fromkeys(("items", "additionalProperties", "not", "if", "contains"), inner),
        **dict.fromkeys(("oneOf", "anyOf", "allOf"), st.lists(inner, max_size=3)),
    }
    good = strategies.get(keyword, JUNK)
    return st.one_of(good, good, good, JUNK)


def generates(found: Imported) -> None:
    assert found.plan is not None
    made = load_target("python").generate(Request(found.plan, "analytics", "plan.yaml"))
    assert made.diagnostics == ()
    for file in made.files:
        if file.path.endswith(".py"):
            compile(file.text, file.path, "exec")


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES).filter(bool), hostile()), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_whatever_is_imported_loads_and_generates(
    events: list[tuple[str, Any]], closed: bool, share: bool
):
    rules = {
        name: tracked(payload, name, definitions={"Node": DEFINITIONS["Node"]})
        for name, payload in events
    }
    found = import_rules(RuleSet("Test", tuple(rules.values())), closed=closed, share=share)
    assert not any(each.startswith("-") and "TW524" in each for each in found.said)
    with TemporaryDirectory() as folder:
        assert reloaded(found, Path(folder)) == found.plan
    generates(found)


def accepted(schema: Any, value: Any) -> bool:
    return bool(Draft7Validator(schema).is_valid(value))


def spelled_out(schema: Any) -> Any:
    """``true`` as a schema is ``{}``."""
    if isinstance(schema, list):
        return list(map(spelled_out, schema))
    if not isinstance(schema, dict):
        return schema
    found = {key: spelled_out(value) for key, value in schema.items()}
    named = found.get("properties")
    if isinstance(named, dict):
        found["properties"] = {key: {} if each is True else each for key, each in named.items()}
    return found


@st.composite
def foreign(draw: Any) -> Any:
    """A schema of draft-07 as it should be, with keywords that a plan does not have."""
    schema = spelled_out(normalised(draw(schemas)))
    extra = {
        "if": {"type": "string"},
        "then": {"minLength": 1},
        "not": draw(st.sampled_from([{"type": "null"}, {"const": 1}])),
        "contains": {"type": "integer"},
        "propertyNames": {"maxLength": 2},
        "patternProperties": {"^b": {"type": "integer"}},
        "dependencies": {"a": ["b"]},
        "pattern": "(?<=a)b",
        "additionalProperties": False,
    }
    chosen = draw(st.lists(st.sampled_from([*extra]), max_size=2, unique=True))
    added = {keyword: extra[keyword] for keyword in chosen if keyword not in schema}
    return {**schema, **added} if "$ref" not in schema else schema


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(foreign(), st.data())
def test_the_plan_refuses_nothing_that_the_source_accepts(schema: Any, data: st.DataObject):
    """And accepts nothing more, if all was carried over."""
    inner = {name: normalised(each) for name, each in DEFINITIONS.items()}
    payload = {"type": "object", "properties": {"x": schema}}
    found = import_rules(RuleSet("Test", (tracked(payload, definitions=inner),)))
    (rule,) = rules_of(found.plan).rules
    judged = {**rule.schema, **rule.schema["properties"]["properties"]}
    whole = {**payload, "definitions": inner}
    for _ in range(6):
        message = {"x": data.draw(values | candidates(schema))}
        if accepted(whole, message):
            assert accepted(judged, message), found.text
        elif not found.diagnostics:
            assert not accepted(judged, message), found.text


@pytest.mark.parametrize(
    ("schema", "yaml", "said"),
    [
        ({"type": ["string", "null"], "labels": {}, "$id": "/properties/x"}, "nullable: true", []),
    ],
)
def test_by_hand(schema: Any, yaml: str, said: list[str]):
    found = import_property(schema)
    assert found.text is not None
    assert yaml in found.text
    assert found.said == said
