"""Random schemas: the plan accepts exactly the values that draft-07 does."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from typewriter_py.plan.rules import Checks

from .planning import complaints, load_text, shown
from .strategies import DEFINITIONS, Schema, candidates, document, schemas

MAY_REFUSE = {"TW133", "TW135", "TW137", "TW139"}
"""A random schema may contradict itself; then there is nothing to compare."""


def loaded(schema: Schema) -> Any:
    """The plan whose only event has the property ``x`` of ``schema``, or None."""
    event = {"name": "A", "rules": {"properties": {"x": schema}}}
    plan = {"definitions": DEFINITIONS, "rules": {"events": [event]}}
    found = load_text(json.dumps({"tracking_plan": plan}))
    for each in found.diagnostics:
        if each.severity.value == "error":
            assert each.code in MAY_REFUSE, f"{shown(each)}\n{json.dumps(schema)}"
    return found.plan


@settings(max_examples=250, deadline=None)
@given(st.data(), schemas)
def test_it_accepts_what_draft_07_accepts(data: st.DataObject, schema: Schema) -> None:
    plan = loaded(schema)
    assume(plan is not None)
    value = plan.events[0].properties.properties[0].value
    oracle = Draft7Validator(document(schema))
    for candidate in data.draw(st.lists(candidates(schema), min_size=4, max_size=8)):
        verdict = Checks(lambda name: plan.definitions[name].value).of(value)(candidate)
        assert verdict == oracle.is_valid(candidate), json.dumps([schema, candidate])


def test_a_warning_on_the_way_does_not_hide_a_contradiction() -> None:
    """`a` is merged from three parts; the one that is read last has a warning of its own."""
    found = complaints(
        """\
tracking_plan:
  definitions:
    Merged:
      allOf:
        - {type: object, properties: {a: {type: string, pattern: b$}}}
        - {type: object, properties: {a: {enum: ['', a]}}}
        - {$ref: '#/definitions/Pair'}
    Pair: {type: object, properties: {a: {$ref: '#/definitions/Word'}}}
    Word: {type: string, minLength: 1, enum: [a, ab]}
  rules: {events: [{name: A}]}
"""
    )
    assert {line.split()[1] for line in found} == {"TW139", "TW145"}
