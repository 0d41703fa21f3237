"""What the plan marks as personal is never shown, wherever it is and whatever is wrong."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from typewriter_py.plan.model import Array, Definition, Object, Property, Ref, String, Union, Value

from .checking import Checks, plan_of
from .strategies import ANY, NAMES, definitions, fitting, values

SECRET = "hush-4711"
LAYERS = ("object", "strict object", "array", "strict array", "union", "exclusive", "definition")


def hushed(value: Any) -> Any:
    """The value with each string and number replaced by a secret; keys stay."""
    if isinstance(value, dict):
        return {key: hushed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [hushed(each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    return SECRET if isinstance(value, str) else 4711_4711.5


@st.composite
def personal(draw: st.DrawFn) -> tuple[Object, dict[str, Definition], dict[str, Any]]:
    """An event with a personal property deep down, and properties that nearly fit."""
    known = draw(definitions())
    inner = draw(values(2))
    shape: Any = Object((Property("secret", inner, pii=True),), draw(st.none() | values(0)))
    value = {"secret": draw(fitting(inner, known) | ANY)}
    if draw(st.booleans()):
        value["secret"] = {"unplanned": value["secret"]}
    given: Any = hushed(value)
    for n, layer in enumerate(draw(st.lists(st.sampled_from(LAYERS), max_size=3))):
        type_ = shape
        wrapped: Any = [given] * draw(st.integers(1, 2))
        if layer.endswith("object"):
            most = 0 if "strict" in layer else None
            shape = Object((Property("in", Value(type_)),), max_properties=most)
            wrapped = {"in": given, draw(st.sampled_from(NAMES)): 1}
        elif layer.endswith("array"):
            shape = Array(Value(type_), None, 0 if "strict" in layer else None, True)
        elif layer == "definition":
            known[f"D{n}"] = Definition(f"D{n}", Value(type_))
            shape, wrapped = Ref(f"D{n}"), given
        else:
            shape, wrapped = Union((type_, String()), layer == "exclusive"), given
        # Otherwise a list is missing, and what is there instead is invalid.
        if not layer.endswith("array") or draw(st.integers(0, 5)):
            given = wrapped
    event = Object((Property("p", Value(shape)),))
    return event, known, {"p": given}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(personal())
def test_no_violation_shows_it(case: tuple[Object, dict[str, Definition], dict[str, Any]]) -> None:
    shape, known, properties = case
    violations = Checks(plan_of(shape, known))(properties)
    told = repr(violations) + "".join(map(str, violations))
    assert SECRET not in told
    assert "47114711" not in told
    json.dumps(violations)
