"""Segment's forms of a plan, with everything that is found around them; and what is not one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.formats.readers import read_source
from typewriter_py.formats.rules import RuleSet

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
    rules, said = read({"rules": [{**RULE, **more}]})
    assert rules is not None
    assert (rules.rules[0].deprecated, rules.rules[0].version) == (True, 2)
    (line,) = said
    assert 'TW520 `tags` of the rule `A` is not carried over: ["a"]' in line


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
    ({"rules": [{"key": "A"}]}, "1:12 TW501 this rule has no `type` (it can be: COMMON, TRACK"),
    ({"rules": [{**RULE, "type": "CLICK"}]}, 'TW501 this rule is of type "CLICK"'),
    ({"rules": [{**RULE, "type": {"a": [1]}}]}, 'TW501 this rule is of type {"a": [1]}'),
    ({"rules": [{**RULE, "key": ""}]}, "TW501 this rule has no `key`, the event's name (add it)"),
    ({"rules": [{**RULE, "key": None}]}, "TW501 this rule has no `key`"),
    ({"rules": [{**RULE, "key": 7}]}, "TW501 the `key` of a rule must be a string, not a number"),
    ({"rules": [{**RULE, "jsonSchema": []}]}, "TW501 `jsonSchema` must be a mapping, not a list"),
    (
        {"rules": [{**RULE, "version": 0}]},
        "TW501 the version must be a positive whole number, not 0",
    ),
    ({"rules": [{**RULE, "version": "x"}]}, "TW501 the version must be a positive whole number"),
    ({"rules": {"events": {}}}, "TW501 `events` must be a list, not a mapping"),
    ({"events": ["A"]}, "1:13 TW501 an item of `events` must be a mapping, not a string"),
    ({"events": [{"rules": {}}]}, "TW501 this event has no `name` (add it)"),
    ({"events": [{"name": "A", "rules": []}]}, "TW501 `rules` must be a mapping, not a list"),
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
    _, said = read({"rules": [{"key": "A"}, 1, {**RULE, "version": -1}]})
    assert len(said) == 3


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
