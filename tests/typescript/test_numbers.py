"""Whole numbers beyond 2^53 in TypeScript: refused where another would be sent, and bounds that
JavaScript's numbers satisfy or not as the plan's own do."""

from __future__ import annotations

import json
import math
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.plan.planning import plan_of, shown, with_properties
from typewriter_py.targets import Request
from typewriter_py.targets.typescript import check, generate
from typewriter_py.targets.typescript.numbers import at_least, at_most, sent

BIG = 2**53 + 1  # …993, which is sent as …992


def told(text: str) -> list[str]:
    plan = plan_of(text)
    found = check(plan)
    generated = generate(Request(plan, "analytics", "plan.yaml"))
    assert generated.diagnostics == found
    assert bool(generated.files) == (not found)
    return list(map(shown, found))


@pytest.mark.parametrize(
    "schema",
    [
        f"{{enum: [1, {BIG}]}}",
        f"{{const: {BIG}}}",
        f"{{const: -{BIG}}}",
        "{const: 1152921504606846976}",  # 2^60, which is sent as …7000
        f"{{type: integer, default: {BIG}}}",
        f"{{enum: [[{BIG}]]}}",
        f"{{const: {{a: [{{b: {BIG}}}]}}}}",
        f"{{type: array, items: {{enum: [{BIG}]}}}}",
        f"{{type: object, properties: {{y: {{enum: [{BIG}]}}}}}}",
        f"{{type: object, additionalProperties: {{enum: [{BIG}]}}}}",
        f"{{anyOf: [{{type: string}}, {{enum: [{BIG}]}}]}}",
    ],
)
def test_a_number_that_would_be_sent_as_another_is_refused(schema: str) -> None:
    (said,) = told(with_properties(f"x: {schema}"))
    assert " TW146 JavaScript does not have the number " in said
    assert "make it a string" in said


def test_so_it_is_in_definitions_integrations_and_versions() -> None:
    (said,) = told(with_properties("x: {$ref: '#/definitions/D'}", f"D: {{enum: [{BIG}]}}"))
    assert ":3:5 TW146 " in said
    text = "tracking_plan: {{rules: {{events: [{{name: A, {}: {}}}]}}}}"
    assert len(told(text.format("integrations", f"{{Mixpanel: {{x: {BIG}}}}}"))) == 1
    assert len(told(text.format("version", BIG))) == 1


@pytest.mark.parametrize(
    "value", [2**53 - 1, 2**53, 2**53 + 2, 10**18, -(10**21), 123456789, 0.1, 1e300, "text", True]
)
def test_a_number_that_is_sent_as_itself_is_fine(value: object) -> None:
    text = json.dumps(value)
    assert told(with_properties(f"x: {{const: {text}}}\ny: {{enum: [{text}, [1]]}}")) == []


def bounded(constraint: str) -> str:
    plan = plan_of(with_properties(f"x: {{{constraint}}}"))
    generated = generate(Request(plan, "analytics", "plan.yaml"))
    return next(file.text for file in generated.files if file.path == "validators.ts")


@pytest.mark.parametrize(
    ("constraint", "call"),
    [
        (f"minimum: {BIG}", "minimum(9007199254740994)"),
        (f"exclusiveMinimum: {BIG}", "exclusiveMinimum(9007199254740992)"),
        (f"maximum: {BIG}", "maximum(9007199254740992)"),
        (f"exclusiveMaximum: {BIG}", "exclusiveMaximum(9007199254740994)"),
        ("maximum: 9007199254740991", "maximum(9007199254740991)"),
        ("minimum: 0.5", "minimum(0.5)"),
    ],
)
def test_a_bound_is_the_nearest_number_inside(constraint: str, call: str) -> None:
    assert call in bounded(f"type: number, {constraint}")


GREATEST = 2**1024 - 2**971
WHOLE = st.integers(-(2**70), 2**70) | st.integers(-GREATEST, GREATEST)


@given(WHOLE, st.integers(-3, 3))
@example(BIG, 0)
@example(2**60, 0)
@example(2**60 + 5, 1)
def test_javascripts_numbers_satisfy_a_bound_if_what_is_sent_does(bound: int, steps: int) -> None:
    double = float(bound)
    for _ in range(abs(steps)):
        double = math.nextafter(double, math.copysign(math.inf, steps))
    if math.isinf(double):
        return
    assert (double >= at_least(bound)) == (sent(double) >= bound)
    assert (double <= at_most(bound)) == (sent(double) <= bound)
    assert (double > at_most(bound)) == (sent(double) > bound)
    assert (double < at_least(bound)) == (sent(double) < bound)


@pytest.mark.skipif(not shutil.which("node"), reason="without Node")
def test_what_is_sent_is_what_node_writes() -> None:
    doubles = [float(n) for n in (2**53 + 2, 2**60, 10**18, 10**21, -(2**63), 2**100, 1, 0)]
    program = f"console.log(JSON.stringify({json.dumps(doubles)}))"
    ran = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == list(map(sent, doubles))
