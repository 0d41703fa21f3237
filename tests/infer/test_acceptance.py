"""A plan that is inferred from a log loads, generates, and accepts that log."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.plan.planning import load_text
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.repair import repair_draft
from typewriter_py.infer.plan import infer
from typewriter_py.plan.model import Plan
from typewriter_py.plan.yaml_writer import write
from typewriter_py.targets import TARGETS
from typewriter_py.targets import load as load_target

from .logging import log, text_of, track

FORMATS = Draft7Validator.FORMAT_CHECKER
NAMES = ("a", "A", "email", "E-Mail", "class", "1", "price", "x y", "on", "", "a: b", "#", "名前")
TEXTS = (
    *("", "a", "b", "no", "1.5", "é\n", "2026-01-31", "2026-02-30", "2026-01-31T10:00:00Z"),
    *("2026-01-31T10:00:00.123456+02:00", "2026-01-31T24:00:00Z", "2026-01-31t10:00:00z"),
    *("ann@example.com", "http://a.de/?b=%20", "http://[::1]/x", "mailto:a@b.c", "a://b/c^d"),
    *("1.2.3.4", "1.2.3.400", "::1", ":", "12345:", "0001-01-01", "0000-01-01"),
    *(str(UUID(int=1)), str(UUID(int=2)).upper(), "{" + str(UUID(int=3)) + "}"),
)
scalars = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([0, 1, -1, 1.0, 0.5, 1e300, 10**30, True, False, None]),
    st.text(max_size=3),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)
payloads = st.dictionaries(st.sampled_from(NAMES), values, max_size=4)
events = st.builds(
    lambda name, found: {"type": "track", "event": name, "properties": found},
    st.sampled_from(("Order Completed", "order completed", "Größe", "class", "!", "A 1", "null")),
    payloads,
)
calls = st.builds(
    lambda kind, found: {"type": kind, "traits": found, "properties": found},
    st.sampled_from(("identify", "group", "page", "screen")),
    payloads,
)


def written(messages: list[dict[str, Any]], samples: int) -> tuple[Plan, str]:
    draft = infer([log(text_of(messages))], "Test", samples).draft
    assert draft is not None
    plan, _ = repair_draft(draft)
    assert plan is not None
    return plan, write(draft.root, draft.comments, draft.head)


def refused(plan: Plan, messages: list[dict[str, Any]]) -> list[str]:
    """What a validator of the plan has against messages, as they come out of a log."""
    judges = {
        (rule.kind.lower(), rule.key): Draft7Validator(rule.schema, format_checker=FORMATS)
        for rule in rules_of(plan).rules
    }
    found = []
    for message in json.loads(json.dumps(messages)):
        judge = judges.get((message["type"], message.get("event", "")))
        for each in judge.iter_errors(message) if judge else ():
            found.append(f"{each.json_path}: {each.message}")
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(events | calls, min_size=1, max_size=14), st.sampled_from([1, 10]))
def test_a_plan_lints_clean_generates_and_accepts_its_log(
    messages: list[dict[str, Any]], samples: int
) -> None:
    if not any(each["type"] == "track" or each["properties"] for each in messages):
        return
    plan, text = written(messages, samples)
    loaded = load_text(text)
    assert loaded.diagnostics == ()
    assert loaded.plan == plan
    for target in TARGETS:
        assert not [*load_target(target).check(plan)]
    assert refused(plan, messages) == []


def test_choices_and_formats_accept_their_log_too() -> None:
    messages = [
        track("A", colour=colour, day="2026-01-31", id=str(UUID(int=number)), price=number / 2)
        for number, colour in enumerate(["red", "green", None] * 40)
    ]
    plan, text = written(messages, 10)
    assert "enum: [green, red]" in text
    assert refused(plan, messages) == []


def test_oddities_are_all_that_is_refused() -> None:
    good = [track("A", price=1.5, tags=["a"])] * 997
    plan, _ = written([*good, *[track("A", price="1", tags=["a"])] * 3], 10)
    assert refused(plan, good) == []
    assert refused(plan, [track("A", price="1", tags=["a"])]) == [
        "$.properties.price: '1' is not of type 'number'"
    ]
