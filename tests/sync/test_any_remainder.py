"""Any rule, any edit: what the edit does not touch stays in Segment, and the edit is there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.rules import RuleSet
from typewriter_py.plan.load import load
from typewriter_py.plan.yaml_writer import write
from typewriter_py.sync.api.plans import by_identity as by_key
from typewriter_py.sync.compare import (
    Status,
    by_identity,
    canonical,
    compare,
    drafted,
    fingerprint,
)
from typewriter_py.sync.outgoing import outgoing

from .sync_cli import Project, codes, project
from .test_sync import plan_in, remote_of

NAMES = st.sampled_from(["a", "b", "c", "d"])
STRING = {"type": "string"}

CARRIED = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["string", "null"], "maxLength": 9},
        {"type": "integer", "minimum": 0},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "array", "items": {"type": "string"}},
        {"enum": ["one", "two"], "description": "Which"},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"$ref": "#/definitions/Shape"},
    ]
)
LEFT = st.sampled_from(
    [
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"patternProperties": {"^x_": STRING}},
        {"dependencies": {"a": ["b"]}},
        {"propertyNames": {"pattern": "^[a-z]"}},
        {"labels": {"team": "growth"}},
        {"pattern": "(?<=a)b"},
        {"contains": {"type": "integer"}},
        {"not": {"required": ["z"]}},
        {"contentEncoding": "base64"},
        {"id": "/somewhere"},
    ]
)
"""Keywords that a plan cannot hold, or that mean nothing to it."""


def joined(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {key: value for each in schemas for key, value in copy.deepcopy(each).items()}


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda properties, required: {
            "type": "object",
            "properties": properties,
            "required": [name for name in properties if name in required],
        },
        st.dictionaries(NAMES, values, min_size=1, max_size=3),
        st.sets(NAMES),
    )


SHAPES = st.builds(joined, objects(st.builds(joined, CARRIED, LEFT) | CARRIED), LEFT)
VALUES = st.one_of(CARRIED, st.builds(joined, CARRIED, LEFT), SHAPES)
FIELDS = st.sampled_from(
    [{}, {"context": {"required": ["ip"]}}, {"userId": STRING}, {"context": {}, "traits": {}}]
)
RULES = st.builds(
    lambda body, left, fields, outer: {
        "type": "object",
        "properties": {**copy.deepcopy(fields), "properties": joined(body, left)},
        "definitions": {
            "Shape": {"type": "object", "properties": {"s": STRING}, "minProperties": 1}
        },
        **copy.deepcopy(outer),
    },
    objects(VALUES),
    LEFT | st.just({}),
    FIELDS,
    LEFT,
)


def edited(data: st.DataObject, rules: dict[str, Any]) -> tuple[str, str]:
    """One random edit of an event's rules: what it does, and to which property."""
    properties = rules.setdefault("properties", {})
    name = data.draw(st.sampled_from(sorted(properties)))
    how = data.draw(st.sampled_from(["add", "remove", "describe", "require", "retype"]))
    if how == "add":
        properties["new one"] = {"type": "boolean"}
    elif how == "remove":
        del properties[name]
        required = [each for each in rules.get("required", []) if each != name]
        rules["required"] = required
    elif how == "describe":
        properties[name]["description"] = "In new words"
    elif how == "require":
        required = rules.setdefault("required", [])
        (required.remove if name in required else required.append)(name)
    else:
        properties[name] = {"type": "boolean"}
    if not rules.get("required", True):
        del rules["required"]
    return how, name


def without(rule: dict[str, Any], how: str, name: str) -> Any:
    """Segment's rule without what such an edit touches."""
    rule = json.loads(json.dumps(rule))  # no two nodes are one object
    body = rule["properties"]["properties"]
    properties = body.setdefault("properties", {})
    properties.pop("new one", None)
    described = properties.get(name, {})
    if how == "describe":
        described.pop("description", None)
    refers = "$ref" in described or "allOf" in described  # a description makes one of the other
    if how in ("remove", "retype") or (how == "describe" and refers):
        properties.pop(name, None)
    if how in ("remove", "require"):
        body["required"] = sorted(set(body.get("required", [])) - {name})
    if how in ("remove", "retype"):
        rule.pop("definitions", None)  # which the property may have been the only one to need
    return rule


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(RULES, st.data())
def test_what_an_edit_does_not_touch_stays_in_segment(
    tmp_path_factory: pytest.TempPathFactory, rule: dict[str, Any], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch, project(folder, patch) as made:
        made.segment.put("TRACK", "Done", rule)
        assert made.pull("--id", "tp_123").code == 0
        plan = yaml.safe_load(made.text())
        (done,) = plan["tracking_plan"]["rules"]["events"]
        how, name = edited(data, done["rules"])
        made.plan.write_text(yaml.safe_dump(plan, sort_keys=False))
        assume(load(made.plan).plan is not None)
        pushed = made.push("--yes")
        if pushed.code:
            assert set(codes(pushed)) == {"TW570"}, pushed
            assert made.segment.schema("Done") == rule
            inner = rule["properties"]["properties"]["properties"][name]
            assert how in ("remove", "retype"), (how, name, inner)
            pushed = made.push("--yes", "--discard")
        event(how)
        assert (pushed.code, codes(pushed)) == (0, []), pushed
        assert without(made.segment.schema("Done"), how, name) == without(rule, how, name)
        made.in_step()
        assert says(made, "elsewhere/plan.yaml", pull=True) == says(made, "plan.yaml")


def says(project: Project, name: str, pull: bool = False) -> Any:
    """The rules of a plan, which is pulled first if that is asked for."""
    if pull:
        (project.folder / name).parent.mkdir()
        assert project.run("pull", "--plan", name, "--id", "tp_123").code == 0
    plan = load(project.folder / name).plan
    assert plan is not None
    return {key: fingerprint(rule) for key, rule in by_identity(plan).items()}


# --- without Segment, and with what it may spell in another way --------------------------------

SPELLED = st.sampled_from(
    [
        {"type": "float", "minimum": "0"},
        {"type": ["string", "null"], "enum": ["x", None]},
        {"oneOf": [{"type": "object", "patternProperties": {"^x": {}}}, {"type": "string"}]},
        {"allOf": [{"$ref": "#/definitions/Shape"}, {"properties": {"k": STRING}}]},
        {"$ref": "#/definitions/Shape", "description": "Beside"},
        {"type": "array", "items": [STRING, {"type": "integer"}]},
        {"type": "array", "items": {"properties": {"i": STRING}, "if": {"required": ["i"]}}},
        {"not": {"type": "null"}},
        {"type": "object", "additionalProperties": {"type": "string", "pattern": "(?<=a)b"}},
        {"type": "string", "enum": ["a", 1, "b"]},
        {"type": ["string", "integer"], "pattern": "(?<=a)b", "minimum": 1},
    ]
)
ANY = st.one_of(CARRIED, SPELLED, st.builds(joined, CARRIED | SPELLED, LEFT))
BODIES = st.builds(joined, objects(ANY | st.builds(joined, objects(ANY), LEFT)), LEFT)


def objects_in(node: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a plan that have properties, outer ones first."""
    if isinstance(node, list):
        for each in node:
            yield from objects_in(each)
    elif isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node
        for each in node.values():
            yield from objects_in(each)


def edited_anywhere(data: st.DataObject, rules: dict[str, Any]) -> str:
    """One random edit at any depth of an event's rules; what it does."""
    node = data.draw(st.sampled_from(list(objects_in(rules))))
    name = data.draw(st.sampled_from(sorted(node["properties"])))
    value = node["properties"][name]
    how = data.draw(st.sampled_from(["add", "retype", "nullable", "pii", "describe", "close"]))
    if how == "add":
        node["properties"]["new one"] = {"type": "boolean"}
    elif how == "retype":
        node["properties"][name] = {"type": "boolean"}
    elif how == "close":
        node["additionalProperties"] = not node.get("additionalProperties", False)
    else:
        new = {"nullable": not value.get("nullable"), "pii": True, "describe": "In new words"}
        value[{"describe": "description"}.get(how, how)] = new[how]
    return how


@settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])
@given(BODIES, FIELDS, LEFT, st.data())
def test_a_rule_to_write_says_what_ours_does_and_each_part_stays_or_is_reported(
    body: dict[str, Any], fields: dict[str, Any], outer: dict[str, Any], data: st.DataObject
) -> None:
    shape = {"type": "object", "properties": {"s": STRING}, "minProperties": 1}
    fields = {**fields, "properties": body}
    schema = {"properties": fields, "definitions": {"Shape": shape}, **outer}
    remote = by_key(remote_of([{"type": "TRACK", "key": "A", "version": 1, "jsonSchema": schema}]))
    draft, _, _ = drafted(RuleSet("Plan", tuple(rule.rule for rule in remote.values())))
    plan = yaml.safe_load(write(draft.root, draft.comments))
    how = edited_anywhere(data, plan["tracking_plan"]["rules"]["events"][0]["rules"])
    ours = plan_in(yaml.safe_dump(plan, sort_keys=False))
    assume(ours is not None)
    local = rules_of(ours).rules if ours else ()
    (pair,) = compare({rule.identity: rule for rule in local}, remote, None)
    if pair.status is Status.SAME:
        return
    made = outgoing([pair])[pair.identity]
    assert fingerprint(canonical(made.rule)[0]) == fingerprint(canonical(local[0])[0])
    text = json.dumps(made.rule.schema)
    assert all(json.dumps(each.value) in text for each in pair.parts if each not in made.lost)
    assert not made.lost or how in ("retype", "close")
