"""What hastily written validators get wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from typewriter_client.rules.report import Report

from typewriter_py.plan.model import (
    ANYTHING,
    OPEN,
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Number,
    Object,
    Property,
    Ref,
    String,
    Union,
    Value,
)

from .checking import check, in_memory, plan_of

NAN, INFINITY = float("nan"), float("inf")


def _codes(type_: Any, value: object, nullable: bool = False) -> list[str]:
    checks = check(Property("p", Value(type_, nullable)))
    return [violation.code for violation in checks({"p": value})]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Number(integer=True), 1.0),
        (Number(), 10**400),
        (Number(maximum=1.5), -(10**400)),
        (Number(minimum=0), -0.0),
        (Number(multiple_of=Decimal("0.01")), 19.99),
        (Number(multiple_of=Decimal("0.1")), 1e300),
        (Number(multiple_of=Decimal(3)), 3.0),
        (Enum((1,)), 1.0),
        (Enum((0, "a")), -0.0),
        (Enum(([{"a": 1}],)), [{"a": 1.0}]),
        (String(min_length=2, max_length=2), "𝄞𝄞"),
        (Array(ANYTHING, unique_items=True), [1, True, "1", [1], [True], {"a": 0}, {"a": False}]),
        (Union((String(), Number())), 2),
        (Union((Number(integer=True), Number()), exclusive=True), 0.5),
        (OPEN, {"anything": [1]}),
    ],
)
def test_accepted(type_: Any, value: object) -> None:
    assert _codes(type_, value) == []


@pytest.mark.parametrize(
    ("type_", "value", "code"),
    [
        (Number(), True, "Invalid Type"),
        (Number(integer=True), False, "Invalid Type"),
        (Number(), NAN, "Invalid Type"),
        (Number(), INFINITY, "Invalid Type"),
        (Number(integer=True), -INFINITY, "Invalid Type"),
        (Number(maximum=1.5), 10**400, "Out Of Range"),
        (Number(multiple_of=Decimal("0.01")), 19.999, "Out Of Range"),
        (Number(multiple_of=Decimal("0.5")), 0.25, "Out Of Range"),
        (Boolean(), 1, "Invalid Type"),
        (String(), None, "Invalid Type"),
        (AnyType(), None, "Invalid Type"),
        (Enum((1,)), True, "Invalid Value"),
        (Enum((True, "a")), 1, "Invalid Value"),
        (Enum(([1],)), [True], "Invalid Value"),
        (Enum(("a", "b")), ["a"], "Invalid Type"),
        (Enum(("a", 1)), {"unhashable": []}, "Invalid Value"),
        (Enum(tuple(range(20))), 20, "Invalid Value"),
        (String(min_length=3), "𝄞𝄞", "Out Of Range"),
        (String(patterns=("a", "b")), "a", "Invalid Format"),
        (String(format="date"), "20260101", "Invalid Format"),
        (String(format="date"), "2026-W01-1", "Invalid Format"),
        (String(format="date-time"), "2026-01-01T00:00:00", "Invalid Format"),
        (Array(ANYTHING, unique_items=True), [1, 1.0], "Out Of Range"),
        (Array(ANYTHING, unique_items=True), [{"a": [0]}, {"a": [-0.0]}], "Out Of Range"),
        (Array(ANYTHING), "text", "Invalid Type"),
        (Union((String(), Number())), True, "Invalid Type"),
        (Union((String(max_length=1), Number())), "ab", "No Match"),
        (Union((Number(integer=True), Number()), exclusive=True), 1.0, "No Match"),
        (Union(()), 1, "No Match"),
        (Object(min_properties=1, additional=ANYTHING), {}, "Out Of Range"),
        (Object(additional=ANYTHING, required=("x",)), {}, "Required"),
    ],
)
def test_refused(type_: Any, value: object, code: str) -> None:
    assert _codes(type_, value) == [code]


def test_a_nullable_value_of_nothing_else_is_null() -> None:
    assert _codes(Union(()), None, nullable=True) == []
    assert _codes(Union(()), 1, nullable=True) == ["Invalid Type"]


def test_a_format_unknown_to_us_is_documentation() -> None:
    assert _codes(String(format="color"), "?") == []


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2016-12-31T23:59:60Z", True),
        ("1998-12-31T15:59:60.123-08:00", True),
        ("1999-01-01T00:59:60+01:00", True),
        ("2016-12-31T23:58:60Z", False),
        ("2016-12-31T22:59:60Z", False),
        ("2016-12-31T23:59:61Z", False),
    ],
)
def test_a_leap_second_is_the_last_of_a_day_in_utc(text: str, valid: bool) -> None:
    assert (_codes(String(format="date-time"), text) == []) is valid
    assert (_codes(String(format="time"), text[11:]) == []) is valid


NODE = Object((Property("next", Value(Ref("Node"))),))


def test_a_recursive_type_judges_at_any_depth_that_is_reasonable() -> None:
    checks = check(
        Property("n", Value(Ref("Node"))), definitions={"Node": Definition("Node", Value(NODE))}
    )
    assert checks({"n": {"next": {"next": {"next": {}}}}}) == []
    violations = checks({"n": {"next": {"next": {"other": 1}}}})
    assert [v.path for v in violations] == ["properties.n.next.next.other"]


@pytest.mark.parametrize("alternatives", [False, True])
def test_a_value_that_contains_itself_does_not_blow_up(alternatives: bool) -> None:
    type_ = Union((Ref("Node"), String())) if alternatives else Ref("Node")
    node = Object((Property("next", Value(type_)),))
    checks = check(
        Property("n", Value(Ref("Node"))), definitions={"Node": Definition("Node", Value(node))}
    )
    endless: dict[str, object] = {}
    endless["next"] = endless
    assert checks({"n": endless})


def test_comparing_a_value_that_contains_itself_does_not_blow_up() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert _codes(Array(ANYTHING, unique_items=True), endless) == ["Out Of Range"]
    assert _codes(Enum((True, "a")), endless) == ["Invalid Value"]


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        (Array(ANYTHING, unique_items=True), "Out Of Range"),
        (Enum((True, "a")), "Invalid Value"),
        (Enum(([[1]], "a")), "Invalid Value"),
        (Union((Array(ANYTHING), String()), exclusive=True), "No Match"),
    ],
)
def test_comparing_what_holds_a_value_many_times_does_not_take_for_ever(
    type_: Any, code: str
) -> None:
    """Values with more parts than fit into a message are not compared."""
    value: list[object] = []
    for _ in range(60):
        value = [value, value]
    report = Report("E")
    rules = in_memory(plan_of(Object((Property("p", Value(type_)),))))
    rules.check_body(("track", "Order Completed", None), {"p": value}, report)
    assert [violation.code for violation in report.violations] == [code]


def test_a_value_that_contains_itself_many_times_does_not_take_for_ever() -> None:
    type_ = Union((Ref("Node"), Ref("Other")), exclusive=False)
    node = Object((Property("next", Value(Array(Value(type_)))),))
    checks = check(
        Property("n", Value(Ref("Node"))),
        definitions={
            "Node": Definition("Node", Value(node)),
            "Other": Definition("Other", Value(node)),
        },
    )
    endless: dict[str, object] = {}
    endless["next"] = [endless, endless]
    assert checks({"n": endless})
