"""What is inferred of events and calls; of names and keys that are data."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from typewriter_py.infer import events, statistics
from typewriter_py.infer.plan import infer

from .logging import draft, event, inferred, log, reported, rules, said, text_of, track


def test_all_kinds_of_calls() -> None:
    found = rules(
        [
            track("A"),
            {"type": "identify", "traits": {"plan": "pro"}},
            {"type": "group", "groupId": "g", "traits": {"size": 3}},
            {"type": "page", "name": "Home", "properties": {"depth": 1}},
            {"type": "screen", "name": "Home", "properties": {"depth": 1.5}},
            {"type": "alias", "previousId": "a"},
        ]
    )
    assert found == {
        "events": [{"name": "A"}],
        "identify": {"traits": {"properties": {"plan": {"type": "string"}}}},
        "group": {"traits": {"properties": {"size": {"type": "integer"}}}},
        "page": {"properties": {"depth": {"type": "integer"}}},
        "screen": {"properties": {"depth": {"type": "number"}}},
    }


def test_a_call_that_never_carried_anything_is_not_spoken_of() -> None:
    assert rules([track("A"), {"type": "identify", "userId": "u"}]) == {"events": [{"name": "A"}]}


def test_versions_are_separate_events() -> None:
    def versioned(version: object) -> dict[str, Any]:
        return {**track("Order Placed"), "context": {"protocols": {"event_version": version}}}

    found = [track("Order Placed"), versioned(1), versioned(2), versioned("3"), versioned("x")]
    assert rules(found)["events"] == [
        {"name": "Order Placed"},
        {"name": "Order Placed", "version": 2, "function": "order placed v2"},
        {"name": "Order Placed", "version": 3, "function": "order placed v3"},
    ]
    assert rules([versioned(2)])["events"] == [{"name": "Order Placed", "version": 2}]


def test_how_many_messages_and_when() -> None:
    found = [{**track("A"), "timestamp": f"2026-0{month}-11T10:00:00Z"} for month in (3, 1, 2)]
    assert said(draft(found))[0] == "3 messages, 2026-01-11 to 2026-03-11"
    assert said(draft(found[:1]))[0] == "1 message, 2026-03-11"
    assert said(draft([{**track("A"), "timestamp": "2026-13-11"}]))[0] == "1 message"
    assert said(draft([{**track("A"), "timestamp": 3}]))[0] == "1 message"


def test_names_that_are_data_are_reported_and_not_planned() -> None:
    found = [track(f"Viewed Product {number}") for number in range(30)] * 2 + [track("A")]
    found += [track(f"Step {number}") for number in range(5)]
    result = inferred(found)
    assert result.draft is not None
    names = [each["name"] for each in result.draft.root["rules"]["events"]]
    assert names == ["A", "Step 0", "Step 1", "Step 2", "Step 3", "Step 4"]
    assert reported(result) == [
        "log:1:1 TW565 60 messages of events like `Viewed Product #` are not in the plan"
    ]


def test_of_many_such_names_the_most_frequent_are_reported() -> None:
    words = [a + b for a in "abc" for b in "abcde"]
    found = [track(f"{word} {n}") for i, word in enumerate(words) for n in range(21 + i)]
    *shown, rest = reported(inferred([*found, track("A")]))
    assert len(shown) == 10
    assert rest == "- TW565 115 messages of 5 more such names are not either"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Viewed 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "Viewed #"),
        ("Mailed ann@example.com", "Mailed #"),
        ("GET /products/4711?x=1", "GET #"),
        ("Opened https://example.com/a", "Opened #"),
        ("Step 2 of 3", "Step # of #"),
        ("Added Facade", "Added Facade"),
        ("Login/Logout", "Login/Logout"),
    ],
)
def test_the_pattern_of_a_name(name: str, pattern: str) -> None:
    assert events.pattern(name) == pattern


def test_of_endless_names_the_frequent_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENTS", 50)
    letters = random.Random(1)
    word = lambda: "".join(letters.choices("abcdefghij", k=9))  # noqa: E731
    found = [track(word() if number % 3 else "Often Sent", x=1) for number in range(3_000)]
    result = inferred(found)
    assert result.draft is not None
    planned = {each["name"] for each in result.draft.root["rules"]["events"]}
    assert "Often Sent" in planned
    assert len(planned) <= 50
    assert [each.split()[1] for each in reported(result)] == ["TW566"]


def test_keys_that_are_ids_are_additional_properties() -> None:
    by_id = {"type": "object", "additionalProperties": {"type": "integer"}}
    for keys in (["1", "20", "300"], ["2026-01-02", "2026-01-03", "2026-02"], ["a@b.c"] * 3):
        found = [track("A", x={f"{key}{n if '@' in key else ''}": 1 for n, key in enumerate(keys)})]
        assert event(found)["properties"]["x"] == by_id
    variants = {f"variant_{number}": 1 for number in range(12)}
    assert event([track("A", x=variants)])["properties"]["x"] == by_id


def test_keys_without_end_are_additional_properties() -> None:
    letters = random.Random(2)
    word = lambda: "".join(letters.choices("abcdefghij", k=9))  # noqa: E731
    found = [track("A", x={word(): [1]}) for _ in range(2 * statistics.MAX_KEYS)]
    x = event(found)["properties"]["x"]
    assert x == {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "integer"}},
    }


def test_names_that_stay_are_properties() -> None:
    many = {f"{a}{b}": 1 for a in "abcdefgh" for b in "abcdefgh"}
    assert len(event([track("A", x=many)] * 20)["properties"]["x"]["properties"]) == 64


def test_keys_that_no_plan_can_name() -> None:
    line = b'{"type":"track","event":"A","properties":{"":1,"\\ud800":2,"' + b"k" * 201 + b'":3}}'
    assert event(line) == {"additionalProperties": {"type": "integer"}}
    found = inferred(b'{"type":"track","event":"\\ud800"}\n' + text_of([track("B")]))
    assert reported(found) == [
        "log:1:1 TW563 1 message: the event's name is not valid Unicode; this is the first"
    ]


def test_properties_are_bounded_in_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics.Room.__init__, "__defaults__", (100,))
    found = inferred(
        [track(f"{a} x", **{b: {a: 1, b: 2}}) for a in "abcdefghijk" for b in "lmnopqrs"]
    )
    assert found.draft is not None
    assert [each.split()[1] for each in reported(found)] == ["TW567"]
    written = json.dumps(found.draft.root)
    assert written.count('"type"') < 200
    assert '"additionalProperties": {"type": "object"' in written


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(60):
        deep = {"a": [deep]}
    found = json.dumps(event([track("A", x=deep)]))
    assert found.count('"type"') == statistics.MAX_DEPTH
    assert found.endswith('{"type": "object"}' + "}" * (found.count("{") - 1)) or '"array"' in found


def test_the_order_of_messages_and_of_logs_does_not_matter() -> None:
    chance = random.Random(3)
    found = [
        track(
            chance.choice("ABC"),
            **{
                chance.choice("abcdef"): chance.choice([1, 2.5, "x", "2026-01-01", None, [1], {}])
                for _ in range(3)
            },
        )
        for _ in range(500)
    ] + [track(f"V {number}") for number in range(30)]
    first = draft(found)
    chance.shuffle(found)
    other = infer([log(text_of(found[:100]), "b"), log(text_of(found[100:]), "a")], "Test").draft
    assert other is not None
    assert json.dumps(first.root) == json.dumps(other.root)
    assert said(first) == said(other)
