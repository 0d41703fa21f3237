"""What inclusion affirms is certain (judged by jsonschema), and what plans need it affirms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.diff.edits import edited
from tests.diff.judging import judge
from tests.validation.strategies import definitions, fitting, values
from typewriter_py.diff.inclusion import Definitions, Inclusion
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

SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(st.data(), values(2), definitions())
def test_what_is_included_is_valid(data: st.DataObject, old: Value, known: Any) -> None:
    new = data.draw(edited(old))
    others = dict(known)
    if data.draw(st.booleans()):
        others["Node"] = replace(known["Node"], value=data.draw(edited(known["Node"].value)))
    assume(not isinstance(others["Node"].value.type, Ref | Union))
    for narrow, wide, of_narrow, of_wide in ((old, new, known, others), (new, old, others, known)):
        included = Inclusion(Definitions(of_narrow), Definitions(of_wide)).holds(narrow, wide)
        event(f"included: {included}")
        if not included:
            continue
        valid, permitted = (
            judge(Object((Property("x", each),)), of)
            for each, of in ((narrow, of_narrow), (wide, of_wide))
        )
        for _ in range(4):
            payload = {"x": data.draw(fitting(narrow, of_narrow))}
            if valid.is_valid(payload):
                assert permitted.is_valid(payload), (payload, narrow, wide)


@SETTINGS
@given(values(2), definitions())
def test_everything_includes_itself(value: Value, known: Any) -> None:
    assert Inclusion(Definitions(known), Definitions(known)).holds(value, value)


NONE = Union(())
SHAPE = Object((Property("a", Value(String()), required=True), Property("b", Value(Number()))))


def some(*names: str, **more: Any) -> Object:
    return Object(tuple(Property(name, Value(String()), **more) for name in names))


WITHIN = [
    (Number(integer=True), Number()),
    (Number(minimum=1), Number(minimum=0)),
    (Number(exclusive_minimum=0), Number(minimum=0)),
    (Number(integer=True, exclusive_minimum=0), Number(minimum=1)),
    (Number(integer=True, minimum=0.5), Number(integer=True, minimum=1)),
    (Number(multiple_of=Decimal("0.3")), Number(multiple_of=Decimal("0.1"))),
    (Number(integer=True), Number(multiple_of=Decimal("0.01"))),
    (Number(multiple_of=Decimal(2)), Number(integer=True)),
    (String(min_length=2), String(min_length=1)),
    (String(min_length=1), String(min_length=0)),
    (String(patterns=("a", "b")), String(patterns=("b",))),
    (String(format="uuid"), String()),
    (Enum(("a", "b")), String(max_length=1)),
    (Enum((1, 2.0)), Number(integer=True)),
    (Enum(("a",)), Enum(("b", "a"))),
    (Enum((1,)), Enum((1.0,))),
    (Boolean(), Enum((False, True))),
    (Boolean(), Union((Enum((True,)), Enum((False, "no"))))),
    (String(), Union((String(), Number()))),
    (Union((String(), Enum((1,)))), Union((Number(), String()))),
    (AnyType(), Union((Boolean(), Number(), String(), Array(ANYTHING), OPEN))),
    (String(), Union((String(), Number()), exclusive=True)),
    (Array(Value(String()), min_items=1), Array(Value(String(), nullable=True))),
    (Array(ANYTHING, max_items=0), Array(Value(String()))),
    (Array(ANYTHING, max_items=1), Array(ANYTHING, unique_items=True)),
    (SHAPE, replace(SHAPE, additional=ANYTHING)),
    (SHAPE, Object((*SHAPE.properties, Property("c", Value(String()))))),
    (SHAPE, Object(additional=Value(Union((String(), Number()))))),
    (SHAPE, replace(SHAPE, min_properties=1, max_properties=2)),
    (some("a", required=True), some("a")),
    (Object((Property("a", Value(NONE)),)), Object()),
    (Object(additional=Value(String())), Object(additional=ANYTHING)),
    (NONE, Enum(("a",))),
    (Number(minimum=2, maximum=1), String()),
    (Ref("Tree"), Ref("Tree")),
    (Ref("Tree"), OPEN),
    (
        Union((some("a", required=True), some("b", required=True)), exclusive=True),
        Union((some("b", required=True), some("a", required=True)), exclusive=True),
    ),
    (some("a", required=True), Union((some("a"), some("b", required=True)), exclusive=True)),
    (
        Union((String(), String()), exclusive=True),
        Union((Union((String(), String()), exclusive=True),)),
    ),
]
NOT_WITHIN = [
    (Number(), Number(integer=True)),
    (Number(minimum=0), Number(exclusive_minimum=0)),
    (Number(multiple_of=Decimal("0.1")), Number(multiple_of=Decimal("0.3"))),
    (String(), String(patterns=("a",))),
    (String(), String(format="date")),
    (Enum((1,)), Enum((True,))),
    (Enum((True,)), Number()),
    (Enum((0,)), Boolean()),
    (Enum(("ab", "a")), String(max_length=1)),
    (Boolean(), Enum((True,))),
    (AnyType(), Union((Boolean(), Number(), String(), Array(ANYTHING)))),
    (Number(), Union((Number(), Enum((1,))), exclusive=True)),
    (Array(ANYTHING), Array(Value(AnyType()))),
    (Array(ANYTHING), Array(ANYTHING, unique_items=True)),
    (some("a"), some("a", required=True)),
    (some("a"), some("b")),
    (OPEN, SHAPE),
    (Object(additional=ANYTHING), Object((Property("a", Value(String())),), additional=ANYTHING)),
    (some("a", "b"), replace(some("a", "b"), max_properties=1)),
    (some("a"), Union((some("a"), some("b")), exclusive=True)),
    (Union((String(), Number())), String()),
    (OPEN, Ref("Tree")),
]
TREE = {
    "Tree": Definition(
        "Tree",
        Value(
            Object(
                (
                    Property("left", Value(Ref("Tree"), nullable=True)),
                    Property("right", Value(Ref("Tree"))),
                )
            )
        ),
    )
}


@pytest.mark.parametrize(("narrow", "wide"), WITHIN, ids=repr)
def test_affirms(narrow: Any, wide: Any) -> None:
    assert Inclusion(Definitions(TREE), Definitions(TREE)).holds(Value(narrow), Value(wide))
    assert not Inclusion(Definitions(TREE), Definitions(TREE)).holds(
        Value(narrow, nullable=True), Value(wide)
    )


@pytest.mark.parametrize(("narrow", "wide"), NOT_WITHIN, ids=repr)
def test_denies(narrow: Any, wide: Any) -> None:
    assert not Inclusion(Definitions(TREE), Definitions(TREE)).holds(Value(narrow), Value(wide))


def test_a_change_deep_in_recursive_definitions_is_found() -> None:
    leaf = Property("name", Value(String()))
    old = {"Node": Definition("Node", Value(Object((leaf, Property("next", Value(Ref("Node")))))))}
    tighter = replace(leaf, value=Value(String(max_length=1)))
    new = {
        "Node": Definition("Node", Value(Object((leaf, Property("next", Value(Ref("Last"))))))),
        "Last": Definition("Last", Value(Object((tighter, Property("next", Value(Ref("Node"))))))),
    }
    node = Value(Ref("Node"))
    assert Inclusion(Definitions(new), Definitions(old)).holds(node, node)
    assert not Inclusion(Definitions(old), Definitions(new)).holds(node, node)
