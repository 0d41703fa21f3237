"""The verdict and its oracle: random plans, random edits, judged by jsonschema.

What the diff says breaks no callers, leaves every payload valid that was.  What it says
breaks no data, lets no payload in that was not valid, but for optional keys that are new
where none could be, which who reads passes over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.diff.edits import edited, edited_object
from tests.diff.judging import judge
from tests.validation.strategies import Draw, definitions, fitting_object, objects
from typewriter_py.diff import compare
from typewriter_py.diff.model import Change
from typewriter_py.plan.model import ABSENT, Call, Event, Object, Plan, Ref, Union

SETTINGS = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def plans(draw: Draw) -> Plan:
    shapes = [draw(objects(2)) for _ in range(4)]
    return Plan(
        "P",
        events=(Event("A", shapes[0]), Event("B", shapes[1])),
        identify=Call(shapes[2]),
        common=shapes[3],
        definitions=draw(definitions()),
    )


@st.composite
def edits(draw: Draw, plan: Plan) -> Plan:
    """The plan with one part of it, or several, edited."""
    for _ in range(draw(st.integers(1, 3))):
        part = draw(st.sampled_from(["A", "B", "identify", "common", "definition"]))
        if part == "identify":
            assert plan.identify
            plan = replace(plan, identify=Call(draw(edited_object(plan.identify.properties))))
        elif part == "common":
            assert plan.common
            plan = replace(plan, common=draw(edited_object(plan.common)))
        elif part == "definition":
            node = plan.definitions["Node"]
            node = replace(node, value=draw(edited(node.value)))
            assume(not isinstance(node.value.type, Ref | Union))
            plan = replace(plan, definitions={**plan.definitions, "Node": node})
        else:
            changed = [
                replace(each, properties=draw(edited_object(each.properties)))
                if each.name == part
                else each
                for each in plan.events
            ]
            plan = replace(plan, events=tuple(changed))
    return plan


def parts(plan: Plan) -> dict[str, tuple[Object, Any]]:
    """Each part of a message that the plan judges, with jsonschema's verdict on it."""
    assert plan.identify
    assert plan.common
    known = plan.definitions
    return {
        **{e.name: (e.properties, judge(e.properties, known)) for e in plan.events},
        "identify": (plan.identify.properties, judge(plan.identify.properties, known)),
        "common": (plan.common, judge(plan.common, known)),
    }


def broken(changes: tuple[Change, ...], whom: str) -> set[str]:
    """The parts that the changes break for ``whom``."""
    return {str(each.owner) for c in changes if whom in c.breaks for each in c.reached}


def without_new(payload: Any, changes: tuple[Change, ...], part: str) -> Any:
    """The payload without the keys that the changes say are new."""
    for change in changes:
        if change.kind.name in ("property-added", "required-property-added"):
            for place in change.reached:
                if str(place.owner) == part:
                    payload = _without(payload, place.steps)
    return payload


def _without(value: Any, steps: Any) -> Any:
    if not steps:
        return value
    first, *rest = steps
    if isinstance(value, list) and first == 0:
        return [_without(each, rest) for each in value]
    if not isinstance(value, dict):
        return value
    if rest or first == 1:
        return {k: _without(v, rest) if first in (1, k) and rest else v for k, v in value.items()}
    return {k: v for k, v in value.items() if k != first}


@SETTINGS
@given(st.data(), plans())
def test_what_breaks_no_callers_leaves_every_payload_valid(data: st.DataObject, old: Plan) -> None:
    new = data.draw(edits(old))
    changes = compare(old, new)
    breaking = broken(changes, "callers")
    before, after = parts(old), parts(new)
    for part in before.keys() - breaking:
        stay_valid(data, before[part], after[part][1], old.definitions)
        event("callers safe")


@SETTINGS
@given(st.data(), plans())
def test_what_breaks_no_data_lets_nothing_new_in(data: st.DataObject, old: Plan) -> None:
    new = data.draw(edits(old))
    changes = compare(old, new)
    breaking = broken(changes, "data")
    before, after = parts(old), parts(new)
    for part in before.keys() - breaking:
        shape, valid = after[part]
        for _ in range(3):
            payload = data.draw(fitting_object(shape, new.definitions))
            if valid.is_valid(payload):
                known = without_new(payload, changes, part)
                assert before[part][1].is_valid(known) or before[part][1].is_valid(payload), payload
        event("data safe")


def stay_valid(
    data: st.DataObject, of: tuple[Object, Any], after: Any, known: Mapping[str, Any]
) -> None:
    """Payloads that are valid by ``of`` are so ``after``."""
    shape, before = of
    for _ in range(3):
        payload = data.draw(fitting_object(shape, known))
        if before.is_valid(payload):
            assert after.is_valid(payload), (payload, list(after.iter_errors(payload)))


@SETTINGS
@given(plans())
def test_a_plan_does_not_differ_from_itself(plan: Plan) -> None:
    assert compare(plan, replace(plan, name=plan.name)) == ()


@SETTINGS
@given(st.data(), plans())
def test_a_witness_was_valid_and_is_not(data: st.DataObject, old: Plan) -> None:
    new = data.draw(edits(old))
    before, after = parts(old), parts(new)
    for change in compare(old, new):
        if change.witness is not ABSENT:
            part = str(change.reached[0].owner)
            assert before[part][1].is_valid(change.witness), change
            assert not after[part][1].is_valid(change.witness), change
            event("witness")
