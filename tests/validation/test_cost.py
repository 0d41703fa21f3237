"""What a value costs to check grows with the value, whatever alternatives it has to fit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from typewriter_py.plan.model import Array, Definition, Object, Property, Ref, String, Union, Value

from .checking import in_memory, plan_of

KEY = ("track", "Order Completed", None)


def _tree(exclusive: bool) -> Any:
    """Nodes of three kinds that no property tells apart: And, Or and Not."""
    nodes = {
        name: Definition(
            name,
            Value(
                Object(
                    (
                        Property("args", Value(Array(Value(Ref("Expression")))), required=True),
                        Property(name.lower(), Value(String())),
                    ),
                    required=("args", *((name.lower(),) if exclusive else ())),
                )
            ),
        )
        for name in ("And", "Or", "Not")
    }
    leaf = Object((Property("leaf", Value(String()), required=True),))
    members = (*map(Ref, nodes), leaf)
    known = {**nodes, "Expression": Definition("Expression", Value(Union(members, exclusive)))}
    return in_memory(plan_of(Object((Property("p", Value(Ref("Expression"))),)), known))


def _nested(depth: int, leaf: object) -> dict[str, Any]:
    value: Any = leaf
    for _ in range(depth):
        value = {"args": [value, value], "not": "x"}
    return {"p": value}


def _cost(check: Callable[[], None]) -> float:
    started = time.process_time()
    for _ in range(20):
        check()
    return time.process_time() - started


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("leaf", [{"leaf": "x"}, {"leaf": 1}], ids=["valid", "wrong"])
def test_alternatives_without_a_tag_cost_linear_time(exclusive: bool, leaf: object) -> None:
    from typewriter_client.rules.report import Report

    rules = _tree(exclusive)

    def checking(depth: int) -> Callable[[], None]:
        given = _nested(depth, leaf)

        def check() -> None:
            report = Report("E")
            rules.check_body(KEY, given, report)
            assert bool(report.violations) == (leaf != {"leaf": "x"})

        return check

    checking(1)()  # made and compiled once
    assert _cost(checking(40)) < 12 * _cost(checking(10)) + 0.05
