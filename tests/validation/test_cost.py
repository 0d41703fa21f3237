"""The cost of a check grows with the value, whatever alternatives it has to fit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from typewriter_client.rules.report import Report
from typewriter_client.rules.rule_set import RuleSet

from typewriter_py.plan.model import (
    Array,
    Definition,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)

from .checking import in_memory, plan_of

NAMES = ("and", "or", "not")
KEY = ("track", "Order Completed", None)


def _leaf() -> Object:
    return Object((Property("leaf", Value(String()), required=True),))


def _node(name: str, below: str, exclusive: bool) -> Object:
    args = Property("args", Value(Array(Value(Ref(below)))), required=True)
    return Object((args, Property(name, Value(String()), required=exclusive)))


def _rules(top: str, types: dict[str, Type]) -> RuleSet:
    known = {name: Definition(name, Value(type_)) for name, type_ in types.items()}
    return in_memory(plan_of(Object((Property("p", Value(Ref(top))),)), known))


def _tree(depth: int, exclusive: bool) -> RuleSet:
    """Nodes of three kinds that no property distinguishes."""
    nodes: dict[str, Type] = {name: _node(name, "Expression", exclusive) for name in NAMES}
    members = (*map(Ref, nodes), _leaf())
    return _rules("Expression", {**nodes, "Expression": Union(members, exclusive)})


def _layers(depth: int, exclusive: bool) -> RuleSet:
    """The same without recursive definitions: each has alternatives with the next one."""
    layers: dict[str, Type] = {"0": _leaf()}
    for layer in range(depth):
        members = tuple(_node(name, f"{layer}", exclusive) for name in NAMES)
        layers[f"{layer + 1}"] = Union(members, exclusive)
    return _rules(f"{depth}", layers)


def _nested(depth: int, leaf: object, times: int) -> dict[str, Any]:
    value: Any = leaf
    for _ in range(depth):
        value = {"args": [value] * times, "not": "x"}
    return {"p": value}


def _cost(check: Callable[[], None]) -> float:
    started = time.process_time()
    for _ in range(20):
        check()
    return time.process_time() - started


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("plan", [_tree, _layers])
@pytest.mark.parametrize("leaf", [{"leaf": "x"}, {"leaf": 1}], ids=["valid", "wrong"])
def test_alternatives_without_a_tag_cost_linear_time(
    exclusive: bool, leaf: object, plan: Callable[[int, bool], RuleSet]
) -> None:
    def checking(depth: int) -> Callable[[], None]:
        # An object that occurs twice in each is too much for exactly one alternative to compare.
        rules, given = plan(depth, exclusive), _nested(depth, leaf, 1 if exclusive else 2)

        def check() -> None:
            report = Report("E")
            rules.check_body(KEY, given, report)
            assert bool(report.violations) == (leaf != {"leaf": "x"})

        check()  # compiled once
        return check

    assert _cost(checking(40)) < 12 * _cost(checking(10)) + 0.05


def test_violations_of_a_value_without_end_have_one() -> None:
    """Sixty objects, each occurring twice in the next, of which the innermost is invalid."""
    names = ("a", "b")
    leaf = Property("leaf", Value(String()))
    node = Object((leaf, *(Property(name, Value(Ref("Node"))) for name in names)))
    rules = _rules("Node", {"Node": node})
    tree: Any = {"leaf": 1}
    for _ in range(60):
        tree = dict.fromkeys(names, tree)
    report = Report("E")
    rules.check_body(KEY, {"p": tree}, report)
    assert len(report.violations) == 10_000
