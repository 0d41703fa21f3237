"""Pull and push random plans: equal rules are not a difference, and differences are transferred."""

from __future__ import annotations

import copy
import json
import tempfile
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.targets.plans import plans
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.repair import repair_draft
from typewriter_py.formats.translate import draft_of
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Plan
from typewriter_py.plan.yaml_writer import write
from typewriter_py.sync.api.plans import RemoteRule, by_identity, remote_rule, sent
from typewriter_py.sync.compare import Status, compare
from typewriter_py.sync.describe import differences

from .sync_cli import project
from .test_push import without_ours

PATIENT = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def whole(value: Any) -> Any:
    """``value`` without half a character, which is in no file."""
    if isinstance(value, str):
        return value.replace("\ud800", "?")
    if isinstance(value, tuple | list):
        return type(value)(map(whole, value))
    if isinstance(value, dict):
        return {whole(key): whole(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: whole(getattr(value, f.name)) for f in fields(value)})
    return value


def written(plan: Plan) -> str:
    """A plan file of ``plan``, as far as a file can hold it."""
    draft, _ = draft_of(rules_of(whole(plan)))
    settled, _ = repair_draft(draft)
    assume(settled is not None)
    return write(draft.root, draft.comments)


def plan_in(text: str) -> Plan | None:
    """The plan that a file with this text has, if it is a valid one."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "plan.yaml")
        place.write_text(text, "utf-8")
        return load(place).plan


def loaded(text: str) -> Plan:
    plan = plan_in(text)
    assert plan is not None, text
    return plan


def remote_of(rules: Any) -> list[RemoteRule]:
    made = [remote_rule(rule, "test") for rule in json.loads(json.dumps(rules))]
    assert all(isinstance(rule, RemoteRule) for rule in made)
    return [rule for rule in made if isinstance(rule, RemoteRule)]


@PATIENT
@given(plans())
def test_what_was_pushed_is_not_a_difference_whatever_segment_keeps_of_it(plan: Plan) -> None:
    plan = loaded(written(plan))
    local = {rule.identity: rule for rule in rules_of(plan).rules}
    rules = [sent(rule) for rule in local.values()]
    for kept in (rules, without_ours(rules)):
        for pair in compare(local, by_identity(remote_of(kept)), None):
            assert pair.status is Status.SAME, differences(pair.local, pair.remote)


def named(plan: Plan) -> Plan:
    """The plan with events that another one has as well."""
    events = (
        replace(event, name=f"Event {number}", version=None, function=f"event q{number}")
        for number, event in enumerate(plan.events)
    )
    return replace(plan, id="tp_123", name="Plan", events=tuple(events))


@PATIENT
@given(plans().map(named), plans().map(named), st.booleans())
def test_one_plan_becomes_another_that_was_made_in_segment(
    tmp_path_factory: pytest.TempPathFactory, ours: Plan, theirs: Plan, crlf: bool
) -> None:
    text, other = written(ours), loaded(written(theirs))
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch, project(folder, patch) as made:
        made.plan.write_bytes(text.replace("\n", "\r\n" if crlf else "\n").encode())
        made.push("--yes")
        made.segment.rules.clear()
        for rule in rules_of(other).rules:
            made.segment.put(rule.kind, rule.key, rule.schema, rule.version)
        done = made.pull()
        if "TW554" in done.out:  # what cannot be written where it would have to be: left alone
            assert done.code == 1
            assert load(made.plan).plan is not None
            rules = copy.deepcopy(made.segment.rules)
            assert made.push("--yes", "--delete").code == 1
            assert made.segment.rules == rules
            return
        assert done.code == 0, done
        made.in_step()
        plan = load(made.plan).plan
        assert plan is not None
        have = {event.name: event.properties for event in plan.events}
        assert have.keys() == {event.name for event in other.events}
