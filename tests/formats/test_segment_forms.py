"""Segment's forms of a plan, with everything that is found around them; and what is not one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.diagnostics import Diagnostic, has_errors
from typewriter_py.formats.readers import read_source
from typewriter_py.formats.rules import RuleSet
from typewriter_py.plan.model import ANYTHING

from .importing import import_text, shown

GOLDEN = Path(__file__).parent / "golden"
RULE = {"key": "A", "type": "TRACK", "version": 1, "jsonSchema": {"type": "object"}}


def read(data: Any, name: str = "plan.json") -> tuple[RuleSet | None, list[str]]:
    source = read_source(name, data if isinstance(data, str) else json.dumps(data))
    return source.rules, list(map(shown, source.diagnostics))


@pytest.mark.parametrize(
    "around",
    [
        lambda plan: plan,
        lambda plan: {"data": {"trackingPlan": plan}},
        lambda plan: {"trackingPlan": plan},
        lambda plan: {"data": {"trackingPlans": [plan]}},
        lambda plan: {"data": {"rules": plan["rules"], "pagination": {"current": "MA=="}}},
        lambda plan: {"rules": plan["rules"]},
        lambda plan: plan["rules"],
    ],
)
def test_an_answer_of_the_public_api(around: Any):
    rules, said = read(around({"id": "tp_1", "name": "plan", "rules": [RULE]}))
    assert said == []
    assert rules is not None
    assert rules.name == "plan"
    assert [rule.identity for rule in rules.rules] == [("TRACK", "A", 1)]


def test_the_same_as_yaml():
    path = GOLDEN / "public_api" / "rules.json"
    as_json = path.read_text("utf-8")
    as_yaml = yaml.safe_dump(json.loads(as_json), sort_keys=False)
    assert import_text(as_yaml, "rules.yaml").text == import_text(as_json, "rules.json").text


@pytest.mark.parametrize("key", ["tracking_plan", "tracking_plans"])
def test_an_answer_of_the_config_api(key: str):
    plan = json.loads((GOLDEN / "config_api" / "plan.json").read_text("utf-8"))
    rules, said = read({key: plan if key == "tracking_plan" else [plan]})
    assert said == []
    assert rules is not None
    assert rules.name == "Web Shop"
    assert rules.id is None  # the Config API's ids are none of the Public API's
    kinds = {rule.kind for rule in rules.rules}
    assert kinds == {"TRACK", "IDENTIFY"}


def test_the_cache_is_recognised_rule_by_rule():
    """``eventMetadata`` says that a schema is that of the properties alone."""
    inner = {"type": "object", "properties": {"properties": {"type": "string"}}}
    bare = {**inner, "eventMetadata": {"name": "A", "type": "TRACK"}}
    rules, said = read({"rules": [{**RULE, "jsonSchema": bare}]})
    assert said == []
    assert rules is not None
    assert rules.rules[0].schema == {"properties": {"properties": inner}}


def test_what_a_rule_has_beside_its_schema():
    more = {"deprecatedAt": "2024-05-01T00:00:00Z", "createdAt": "x", "version": "2", "tags": ["a"]}
    more |= {"owner": "me"}
    rules, said = read({"rules": [{**RULE, **more}]})
    assert rules is not None
    assert (rules.rules[0].deprecated, rules.rules[0].version) == (True, 2)
    assert rules.rules[0].schema["x-typewriter"] == {"tags": ["a"]}
    (line,) = said
    assert 'TW520 `owner` of the rule `A` is not carried over: "me"' in line


@pytest.mark.parametrize("key", ["", None, "Identify"])
def test_the_key_of_a_call_says_nothing(key: str | None):
    rules, said = read({"rules": [{**RULE, "type": "IDENTIFY", "key": key}]})
    assert said == []
    assert rules is not None
    assert rules.rules[0].identity == ("IDENTIFY", "", 1)


def test_a_page_of_several_is_warned_of():
    rules, said = read({"data": {"rules": [RULE], "pagination": {"next": "Mg=="}}})
    assert rules is not None
    assert [line.partition(" (")[0].partition(" ")[2] for line in said] == [
        "TW502 this is one page of the plan's rules, and more follow"
    ]


WRONG: list[tuple[Any, str]] = [
    ("", "1:1 TW108 the file is empty"),
    ("<html><body>Login</body></html>", "1:1 TW108 this is HTML, not JSON"),
    ('{"rules": [{"key": "A", "type": "TRA', "TW108 the JSON ends too early"),
    ("{}", "TW500 this is not a known format of a tracking plan: it is empty"),
    ("42", "TW500 a plan must be a mapping, not a number"),
    (
        {"a": 1, "b": 2},
        "TW500 this is not a known format of a tracking plan: its top",
    ),
    ({"errors": [{"type": "forbidden"}]}, "TW500 this is the error message of an API, not a plan"),
    ({"tracking_plan": {"rules": {"events": []}}}, "TW500 this is already a typewriter plan"),
    ({"rules": [1]}, "1:12 TW501 an item of `rules` must be a mapping, not a number"),
    ({"rules": [{"name": "A"}]}, "1:12 TW501 this rule has no `type` (it can be: COMMON, TRACK"),
    ({"rules": [{**RULE, "type": "CLICK"}]}, 'TW501 this rule is of type "CLICK"'),
    ({"rules": [{**RULE, "type": {"a": [1]}}]}, 'TW501 this rule is of type {"a": [1]}'),
    ({"rules": [{**RULE, "key": ""}]}, "TW501 this rule has no `key`, the event's name (add it)"),
    ({"rules": [{**RULE, "key": None}]}, "TW501 this rule has no `key`"),
    ({"rules": [{**RULE, "key": 7}]}, "TW501 the `key` of a rule must be a string, not a number"),
    ({"rules": {"events": {}}}, "TW501 `events` must be a list, not a mapping"),
    ({"events": ["A"]}, "1:13 TW501 an item of `events` must be a mapping, not a string"),
    ({"events": [{"rules": {}}]}, "TW501 this event has no `name` (add it)"),
    ({"rules": {"events": [], "identify": [1]}}, "TW501 `identify` must be a mapping, not a list"),
    (
        {"data": {"trackingPlans": [{"name": "A"}, {"name": "B"}]}},
        "TW503 `trackingPlans` has 2 plans, and an import takes one plan (take one of them: A, B)",
    ),
    ('{"rules": [], "rules": []}', "1:15 TW102 duplicate key `rules`"),
]


@pytest.mark.parametrize(("data", "expected"), WRONG)
def test_errors_and_their_locations(data: Any, expected: str):
    rules, said = read(data)
    assert rules is None
    assert any(expected in line for line in said), said


def test_everything_that_is_wrong_is_said_at_once():
    _, said = read({"rules": [{"type": "TRACK"}, 1, {**RULE, "type": "CLICK"}]})
    assert len(said) == 3


LACKING: list[tuple[Any, str]] = [
    (1, "TW506 an item of `rules` must be a mapping, not a number"),
    ({"name": "A"}, "TW506 this rule has no `type` (it can be: COMMON, TRACK"),
    ({**RULE, "type": "CLICK"}, 'TW506 this rule is of type "CLICK" (it can be: COMMON, TRACK'),
    ({**RULE, "key": ""}, "TW506 this rule has no `key`, the event's name (add it)"),
    ({**RULE, "key": 7}, "TW506 the `key` of a rule must be a string, not a number"),
]


@pytest.mark.parametrize(("rule", "expected"), LACKING)
def test_a_rule_that_cannot_be_read_is_left_out_and_the_others_are_imported(
    rule: Any, expected: str
):
    rules, said = read({"rules": [rule, {**RULE, "key": "B"}]})
    assert rules is not None
    assert [each.key for each in rules.rules] == ["B"]
    (line,) = said
    assert expected in line


WITHOUT: list[tuple[Any, str]] = [
    ({"key": "A"}, "TW525 this rule has no `type`: it is read as one of a TRACK call"),
    ({**RULE, "jsonSchema": None}, "TW506 `jsonSchema` is null: the rule is imported without any"),
    ({**RULE, "jsonSchema": []}, "TW506 `jsonSchema` must be a mapping, not a list"),
    ({**RULE, "jsonSchema": "{oops"}, "TW506 `jsonSchema` must be a mapping, not a string"),
    # What JSON in a string has, and no plan can.
    (
        {**RULE, "jsonSchema": '{"minimum": 1e999}'},
        "(as JSON it cannot be read: `1e999` is greater than any number",
    ),
    ({**RULE, "jsonSchema": '{"minimum": NaN}'}, "(as JSON it cannot be read: JSON has no NaN"),
    ({**RULE, "jsonSchema": '{"const": "\\ud800"}'}, "TW506 `jsonSchema` must be a mapping"),
    ({**RULE, "jsonSchema": '{"a":' * 3_000 + "1" + "}" * 3_000}, "TW506 `jsonSchema` must be"),
    ({**RULE, "version": 0}, "TW525 the version must be a positive whole number, not 0"),
    ({**RULE, "version": "x"}, 'TW525 the version must be a positive whole number, not "x"'),
]


@pytest.mark.parametrize(("rule", "expected"), WITHOUT)
def test_what_one_rule_lacks_costs_a_warning(rule: Any, expected: str):
    rules, said = read({"rules": [rule]})
    assert rules is not None
    assert [each.identity for each in rules.rules] == [("TRACK", "A", 1)]
    (line,) = said
    assert expected in line


PAYLOAD = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
MESSAGE = {"type": "object", "properties": {"properties": PAYLOAD}}


@pytest.mark.parametrize(
    "rule",
    [
        {**RULE, "jsonSchema": MESSAGE},
        {**RULE, "jsonSchema": json.dumps(MESSAGE)},
        {**RULE, "jsonSchema": PAYLOAD},
        {**RULE, "jsonSchema": None, "properties": PAYLOAD["properties"], "required": ["sku"]},
        {**RULE, "jsonSchema": None, "properties": {"properties": PAYLOAD}},
        {
            **RULE,
            "jsonSchema": None,
            "properties": [{"name": "sku", "type": "string", "required": True}],
        },
    ],
)
def test_wherever_a_rule_has_its_properties_they_are_found(rule: Any):
    found = import_text(json.dumps({"rules": [rule]}))
    assert found.plan is not None
    assert found.said == []
    (sku,) = found.plan.events[0].properties.properties
    assert (sku.name, sku.required) == ("sku", True)


@pytest.mark.parametrize(
    "plan",
    [
        [{"name": "A", "rules": MESSAGE}],
        [{"event": "A", "schema": PAYLOAD}],
        [{"eventName": "A", "jsonSchema": json.dumps(PAYLOAD)}],
        {"A": PAYLOAD},
        {"A": {"rules": MESSAGE}},
        {"events": {"A": PAYLOAD}},
        {"data": [{"name": "A", "rules": PAYLOAD}]},
        {"rules": {"events": {"A": PAYLOAD}}},
    ],
)
def test_events_in_a_list_or_by_name(plan: Any):
    found = import_text(json.dumps(plan))
    assert found.plan is not None
    assert found.said == []
    (event,) = found.plan.events
    assert event.name == "A"
    assert [each.name for each in event.properties.properties] == ["sku"]


@pytest.mark.parametrize(
    "labels", [{"a": "", "b": True}, ["a", "b"], {"a": "a", "b": None}, [{"name": "a"}, "b"]]
)
def test_labels_are_tags_as_they_are_from_a_spreadsheet(labels: Any):
    """Wherever a form has them: beside the schema, in it, or in that of the payload."""
    cached = {**PAYLOAD, "labels": labels, "eventMetadata": {"name": "A"}}
    for plan in (
        {"rules": [{**RULE, "jsonSchema": {**MESSAGE, "labels": labels}}]},
        {"rules": [{**RULE, "jsonSchema": cached}]},
        {"rules": {"events": [{"name": "A", "rules": MESSAGE, "labels": labels}]}},
        {"events": [{"name": "A", "rules": {**MESSAGE, "labels": labels}}]},
    ):
        found = import_text(json.dumps(plan))
        assert found.plan is not None
        assert found.said == []
        assert found.plan.events[0].tags == ("a", "b")
    sheet = import_text("Event,Labels,Property\nA,a; b,sku\n", "plan.csv")
    assert sheet.plan is not None
    assert sheet.plan.events[0].tags == ("a", "b")


def test_a_label_with_a_value_keeps_both():
    found = import_text(
        json.dumps({"rules": [{**RULE, "jsonSchema": {"labels": {"team": "shop"}}}]})
    )
    assert found.plan is not None
    assert found.plan.events[0].tags == ("team:shop",)


def call(kind: str, key: str | None, *names: str) -> Any:
    inner = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    payload = "traits" if kind == "IDENTIFY" else "properties"
    fields = {payload: {**inner, "additionalProperties": False}}
    return {"key": key, "type": kind, "version": 1, "jsonSchema": {"properties": fields}}


def test_of_several_page_rules_the_one_for_any_page_is_imported_and_refuses_no_other():
    rules = [call("PAGE", "Home", "banner"), call("PAGE", None, "path")]
    found = import_text(json.dumps({"rules": rules}))
    assert found.plan is not None
    assert found.plan.page is not None
    assert [each.name for each in found.plan.page.properties.properties] == ["path"]
    assert found.plan.page.properties.additional == ANYTHING
    (line,) = found.said
    assert "a second PAGE rule is not carried over: a plan has one, and this is of `Home`" in line
    assert found.text is not None
    assert "banner" in found.text  # in a comment


def test_a_page_rule_alone_is_the_page_call_whatever_its_key():
    found = import_text(json.dumps({"rules": [call("PAGE", "Home", "banner")]}))
    assert found.plan is not None
    assert found.said == []
    assert found.plan.page is not None
    assert found.plan.page.properties.additional is None


@pytest.mark.parametrize("identify", [None, {}, {"properties": {"traits": {}}}])
@pytest.mark.parametrize(
    "traits",
    [
        [{"name": "email", "type": "string"}],
        {"email": {"type": "string"}},
        {"type": "object", "properties": {"email": {"type": "string"}}},
    ],
)
def test_traits_beside_an_empty_rule_are_those_of_the_call(identify: Any, traits: Any):
    plan = {"rules": {"events": [], "identify": identify, "identify_traits": traits}}
    found = import_text(json.dumps(plan))
    assert found.plan is not None
    assert found.said == []
    assert found.plan.identify is not None
    assert [each.name for each in found.plan.identify.properties.properties] == ["email"]


def test_traits_beside_a_rule_that_says_something_are_reported():
    identify = {"properties": {"traits": {"properties": {"name": {"type": "string"}}}}}
    plan = {"rules": {"events": [], "identify": identify, "identify_traits": ["email"]}}
    _, said = read(plan)
    assert [line.partition(" ")[2].partition(" (")[0] for line in said] == [
        "TW520 `identify_traits` is not carried over: `identify` has the rules"
    ]


def test_yaml_that_is_none():
    _, said = read("rules:\n  - key: A\n type: TRACK\n", "plan.yaml")
    assert said[0].split()[1] == "TW101"


def test_a_folder_without_a_plan(tmp_path: Path):
    (tmp_path / "a.txt").write_text("{}")
    (said,) = read_source(str(tmp_path)).diagnostics
    assert isinstance(said, Diagnostic)
    assert said.code == "TW500"
    assert "no file in" in said.message


def test_a_folder_of_plans(tmp_path: Path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps({"rules": [RULE]}))
    (said,) = read_source(str(tmp_path)).diagnostics
    assert said.code == "TW503"
    assert said.help == f"import just that file: {tmp_path / 'a.json'}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_marks_and_line_ends_mean_nothing(tmp_path: Path, encoding: str, end: str):
    path = tmp_path / "plan.json"
    path.write_bytes(json.dumps({"rules": [RULE]}, indent=1).replace("\n", end).encode(encoding))
    source = read_source(str(path))
    assert source.rules is not None
    assert source.diagnostics == ()


def test_another_encoding_is_named(tmp_path: Path):
    path = tmp_path / "plan.json"
    path.write_bytes(json.dumps({"rules": [RULE]}).encode("utf-16"))
    (said,) = read_source(str(path)).diagnostics
    assert said.code == "TW100"
    assert "is not UTF-8 text, but UTF-16" in said.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"rules": [{"key": "A"},]}', "TW108 a comma with nothing after it"),
        ('{"name": "A"}\n{"name": "B"}\n', "TW108 a second JSON value begins here"),
        ('// plan\n{"rules": []}', "TW108 a comment (JSON has no comments: remove it)"),
    ],
)
def test_what_is_not_quite_json_is_named(text: str, expected: str):
    rules, said = read(text)
    assert rules is None
    assert any(expected in line for line in said), said


JUNK = st.sampled_from([None, True, 0, 1.5, "", "a", "{}", "[1]", "track", "page", [], [1], {}])
ODD = JUNK | st.sampled_from(
    [{"a": 1}, [{"name": "a"}], {"properties": {}}, {"properties": {"a": None}}, {"name": 7}]
)
PARTS = "name key type eventType rules schema jsonSchema properties labels tags version".split()
AROUND = st.sampled_from(
    [
        lambda rules: rules,
        lambda rules: {"rules": rules},
        lambda rules: {"rules": {"events": rules}},
    ]
)


@given(st.lists(st.dictionaries(st.sampled_from(PARTS), ODD) | JUNK, max_size=3), AROUND)
def test_whatever_a_rule_holds_the_plan_loads_or_an_error_says_why(rules: Any, around: Any):
    found = import_text(json.dumps(around(rules)))
    assert (found.plan is None) == has_errors(found.diagnostics)
    assert not any("TW524" in line for line in found.said)
