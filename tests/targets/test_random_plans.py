"""Whatever text a plan has, the package compiles, black leaves it alone, and what it sends
is what was planned.
"""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import HealthCheck, given, settings

from typewriter_py.plan.model import ABSENT, Event, Plan
from typewriter_py.targets.python import names

from .plans import plans
from .support import assert_settled, files_of, generated

_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_SETTINGS
@given(plans())
def test_every_file_compiles_and_black_leaves_it_alone(plan: Plan) -> None:
    for path, text in files_of(plan).items():
        if path != "py.typed":
            compile(text, path, "exec", dont_inherit=True)
            assert_settled(path, text)


@_SETTINGS
@given(plans())
def test_what_is_sent_is_what_was_planned(plan: Plan) -> None:
    files = files_of(plan)
    functions = {
        node.name: node
        for node in ast.parse(files["events.py"]).body
        if isinstance(node, ast.FunctionDef)
    }
    named = names.assign(plan)
    for event in plan.events:
        call = functions[named.function(event)].body[-1]
        assert isinstance(call, ast.Expr)
        assert isinstance(call.value, ast.Call)
        assert ast.literal_eval(call.value.args[0]) == event.name
        given = {k.arg: ast.literal_eval(k.value) for k in call.value.keywords}
        assert given == _expected(event)


def _expected(event: Event) -> dict[str, Any]:
    properties = event.properties.properties
    expected = {
        "version": event.version,
        "integrations": event.integrations,
        "defaults": {p.name: p.default for p in properties if p.default is not ABSENT},
        "names": {names.keyword(p): p.name for p in properties if names.keyword(p) != p.name},
    }
    optional = ("defaults", "names")
    return {
        key: value
        for key, value in expected.items()
        if value is not None and (value or key not in optional)
    }


@_SETTINGS
@given(plans())
def test_all_types_are_made_when_the_module_runs_and_shown_on_the_face(plan: Plan) -> None:
    files = files_of(plan)
    module: dict[str, Any] = {"__name__": "made"}
    exec(compile(files["_types.py"], "_types.py", "exec", dont_inherit=True), module)
    face = ast.parse(files["__init__.py"]).body
    exported = next(n for n in face if isinstance(n, ast.Assign))
    shown = ast.literal_eval(exported.value)
    named = names.assign(plan)
    for event in plan.events:
        assert set(module[named.type(event)].__annotations__) == {
            names.keyword(p) for p in event.properties.properties
        }
        assert {named.type(event), named.function(event)} <= set(shown)
    assert shown == sorted(set(shown))


@_SETTINGS
@given(plans())
def test_the_same_plan_gives_the_same_bytes(plan: Plan) -> None:
    assert generated(plan) == generated(plan)
