"""Helpers whose results are those of the plain way, at less cost."""

from __future__ import annotations

from random import Random

from typewriter_py.util import on_cycles, reached


def test_on_cycles_is_what_can_be_reached_from_itself() -> None:
    chance = Random(7)
    for _ in range(300):
        nodes = range(chance.randrange(1, 9))
        leads = {each: [*chance.choices(range(10), k=chance.randrange(3))] for each in nodes}
        expected = {
            each
            for each in nodes
            if each in reached(leads[each], lambda n, leads=leads: leads.get(n, ()))
        }
        assert on_cycles(leads) == expected, leads


def test_a_long_chain_needs_no_recursion() -> None:
    size = 20_000
    assert on_cycles({each: [each + 1] for each in range(size)}) == set()
    assert len(on_cycles({each: [(each + 1) % size] for each in range(size)})) == size
