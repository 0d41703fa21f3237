"""Over random plans: no rule stumbles, `--fix` changes no verdict, silence is complete."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.plan.strategies import DEFINITIONS, schemas, values
from tests.targets.plans import plans
from typewriter_py.lint import Found, Request, Settings, chosen, lint
from typewriter_py.plan.load import Loaded, load
from typewriter_py.plan.model import Plan
from typewriter_py.plan.rules import Checks
from typewriter_py.plan.suppressions import Drop, Silence, amended

REQUEST = Request(chosen(["all"]), Settings(today="2026-01-31", max_properties=2))
_SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@_SETTINGS
@given(plans())
def test_no_rule_stumbles_over_any_plan(plan: Plan):
    for each in lint(plan, REQUEST):
        assert each.diagnostic.message
        assert each.diagnostic.code.startswith("TW2")
    assert lint(plan, REQUEST) == lint(plan, REQUEST)


NAMES = ["a", "orderId", "email", "total", "Total", "address", "count"]
USELESS = st.sampled_from(
    [
        {"type": "string", "minLength": 0},
        {"type": "string", "pattern": ".*", "maxLength": 3},
        {"type": "number", "minimum": 1, "exclusiveMinimum": 1},
        {"type": "integer", "multipleOf": 1, "maximum": 5, "exclusiveMaximum": 9},
        {"type": "array", "maxItems": 1, "uniqueItems": True, "minItems": 0},
        {"type": ["string", "integer"], "minLength": 0, "maximum": 3},
        {"type": "object", "minProperties": 0, "maxProperties": 2, "properties": {"a": {}}},
    ]
)


@st.composite
def texts(draw: Any) -> str:
    """A plan of one event with random properties, as JSON, which is YAML."""
    properties = draw(
        st.dictionaries(st.sampled_from(NAMES), schemas | USELESS, min_size=1, max_size=4)
    )
    name = draw(st.sampled_from(["Order Completed", "order done"]))
    event = {"name": name, "rules": {"properties": properties}}
    plan = {"definitions": DEFINITIONS, "rules": {"events": [event]}}
    return json.dumps({"tracking_plan": plan}, indent=draw(st.sampled_from([None, 0, 2])))


def loaded(text: str) -> Loaded:
    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.yaml")
        path.write_text(text, encoding="utf-8")
        return load(path)


def found(plan: Loaded, advice: bool = True) -> tuple[Found, ...]:
    assert plan.plan
    return lint(plan.plan, replace(REQUEST, advice=plan.diagnostics if advice else ()))


@_SETTINGS
@given(st.data(), texts())
def test_what_is_fixed_means_the_same(data: st.DataObject, text: str):
    plan = loaded(text)
    assume(plan.plan is not None)
    assert plan.plan
    drops = [
        Drop(each.diagnostic.span, *entry)
        for each in found(plan)
        for entry in each.remove
        if each.diagnostic.span
    ]
    made = amended(text, drops)
    fixed = loaded(made.text)
    assert fixed.plan
    gone = {(drop.span.line, drop.span.column, drop.key) for drop in made.done}
    assert len(gone) == len(made.done)
    left = {(each.diagnostic.span, *entry) for each in found(fixed) for entry in each.remove}
    assert len(left) <= len(drops)
    old, new = (one.events[0].properties.properties for one in (plan.plan, fixed.plan))
    pairs = zip(old, new, strict=True)
    for mine, mended in pairs:
        for value in data.draw(st.lists(values, min_size=3, max_size=6)):
            verdicts = {
                Checks(lambda name: plan.plan.definitions[name].value).of(each.value)(value)
                for each in (mine, mended)
            }
            assert len(verdicts) == 1, (mine, mended, value)


@_SETTINGS
@given(texts())
def test_everything_with_an_owner_can_be_silenced_at_once_and_restored(text: str):
    plan = loaded(text)
    assume(plan.plan is not None)
    wanted = {
        Silence(each.subject.span, each.diagnostic.kind.name): None
        for each in found(plan)
        if each.subject and each.subject.span
    }
    made = amended(text, wanted)
    assert set(made.done) == set(wanted)
    silenced = loaded(made.text)
    left = [each for each in found(silenced) if each.subject]
    assert [each.diagnostic for each in left] == []
    assert "unused-ignore" not in {each.diagnostic.kind.name for each in found(silenced)}
