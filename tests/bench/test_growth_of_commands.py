"""Every command costs about what its input is large, in each dimension: no square anywhere.

Four times the input may cost ten times as much, CPU time being what it is; a square would be
sixteen.  ``python -m benchmarks.growth`` measures the same with larger inputs.
"""

from __future__ import annotations

import pytest

from benchmarks.growth.cases import CASES, Case
from benchmarks.growth.measure import TIMES, cost, grown
from typewriter_py.cli import COMMANDS

MOST = 10
ENOUGH = 7
ROUNDS = 4
NOISE = 0.04
"""CPU seconds: a run that costs less says nothing about how its cost grows."""
WITHOUT = {"schema", "explain", "pull", "push"}
"""Commands whose input does not grow; and the two that wait for Segment (``tests/sync``)."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_four_times_the_input_costs_far_less_than_its_square(case: Case) -> None:
    found = grown(case, case.size, ROUNDS, ENOUGH)
    assert found.large < MOST * max(found.small, NOISE), found


def test_every_command_has_a_case() -> None:
    assert {case.command.split()[0] for case in CASES} == COMMANDS.keys() - WITHOUT


def test_what_costs_the_square_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from typewriter_py.cli import schema

    def square(**_: object) -> None:
        with open("size") as file:
            sum(1 for _ in range(int(file.read()) ** 2))

    monkeypatch.setattr(schema.command, "callback", square)
    case = Case("schema", "size", lambda size: {"size": str(size)}, ("schema",), 1)
    assert cost(case, 2000 * TIMES) > MOST * cost(case, 2000)
