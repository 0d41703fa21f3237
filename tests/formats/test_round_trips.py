"""There and back again: random plans through every format that loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.plan.planning import plan_of
from tests.plan.strategies import DEFINITIONS, Schema, candidates, schemas
from typewriter_py.formats.export import payload_schema
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.rules import RuleSet
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Plan
from typewriter_py.plan.rules import Checks

from . import segment_rules, trips

ROOT = Path(__file__).parents[2]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

WAYS: dict[str, Callable[[RuleSet], RuleSet]] = {
    "rules": lambda rules: rules,
    "segment": trips.by_segment,
    "jsonschema": trips.by_folder,
}


@QUICK
@given(schemas)
def test_every_type_comes_back(schema: Schema) -> None:
    event = {"name": "A", "rules": {"properties": {"x": schema}}}
    plan = trips.loaded({"definitions": DEFINITIONS, "rules": {"events": [event]}})
    assume(plan is not None)
    assert plan is not None
    assert_comes_back(plan, WAYS["rules"])


@pytest.mark.parametrize("way", WAYS)
def test_a_whole_plan_comes_back(way: str) -> None:
    @QUICK
    @given(trips.plans())
    def comes_back(root: trips.Data) -> None:
        plan = trips.loaded(root)
        assume(plan is not None)
        assert plan is not None
        assert_comes_back(plan, WAYS[way])

    comes_back()


PLANS = sorted(
    path
    for folder in ("plans", "tests/golden", "tests/typing", "tests/formats/golden")
    for path in (ROOT / folder).rglob("*.yaml")
    if path.name == "plan.yaml" or path.parent.name == "plans"
)


def test_the_plans_of_this_repository_are_found() -> None:
    assert len(PLANS) > 12


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_plan_that_people_wrote_comes_back(path: Path) -> None:
    plan = load(path).plan
    assert plan is not None
    assert_comes_back(plan, WAYS["segment"])
    assert_comes_back(plan, WAYS["jsonschema"])


def assert_comes_back(plan: Plan, way: Callable[[RuleSet], RuleSet]) -> None:
    rules = rules_of(plan)
    back = trips.imported(way(rules))
    assert back == plan, json.dumps([rule.schema for rule in rules.rules])
    assert rules_of(back) == rules


@QUICK
@given(segment_rules.rule_sets(), st.booleans())
def test_what_segment_wrote_comes_back(rules: RuleSet, noise: bool) -> None:
    wild = tuple(
        replace(rule, schema=segment_rules.noisy(rule.schema)) if noise else rule
        for rule in rules.rules
    )
    text, _ = trips.import_text(replace(rules, rules=wild))
    back = rules_of(plan_of(text))
    assert (back.name, back.id) == (rules.name, rules.id)
    assert [rule.identity for rule in back.rules] == [rule.identity for rule in rules.rules]
    for rule, was in zip(back.rules, rules.rules, strict=True):
        schema = {key: each for key, each in rule.schema.items() if key != "x-typewriter"}
        assert segment_rules.canonical(schema) == segment_rules.canonical(was.schema)
        # Of several versions, all but the oldest get words of their own.
        assert rule.schema.keys() - schema.keys() <= {"x-typewriter"}
        assert rule.schema.get("x-typewriter", {}).keys() <= {"function"}


@QUICK
@given(st.data(), schemas)
def test_what_is_exported_accepts_what_the_plan_does(data: st.DataObject, schema: Schema) -> None:
    event = {"name": "A", "rules": {"properties": {"x": schema}}}
    plan = trips.loaded({"definitions": DEFINITIONS, "rules": {"events": [event]}})
    assume(plan is not None)
    assert plan is not None
    exported = payload_schema(rules_of(plan).rules[0])
    Draft7Validator.check_schema(exported)
    value = plan.events[0].properties.properties[0].value
    for candidate in data.draw(st.lists(candidates(schema), min_size=4, max_size=8)):
        verdict = Checks(lambda name: plan.definitions[name].value).of(value)(candidate)
        assert Draft7Validator(exported).is_valid({"x": candidate}) == verdict, candidate


@QUICK
@given(segment_rules.recurring(), st.lists(segment_rules.payloads, min_size=4, max_size=8))
def test_shapes_that_are_shared_mean_what_they_did(rules: RuleSet, payloads: list[Any]) -> None:
    plan = plan_of(trips.import_text(rules, share=True)[0])
    for rule, was in zip(rules_of(plan).rules, rules.rules, strict=True):
        here, there = (Draft7Validator(payload_schema(each)) for each in (rule, was))
        for payload in payloads:
            assert here.is_valid(payload) == there.is_valid(payload), payload


def test_recurring_shapes_are_shared_at_times() -> None:
    shared = []

    @QUICK
    @given(segment_rules.recurring())
    def collect(rules: RuleSet) -> None:
        shared.append("definitions:" in trips.import_text(rules, share=True)[0])

    collect()
    assert sum(shared) > len(shared) / 5
