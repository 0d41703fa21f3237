"""A plan of fifty events as a real shop has it, and what lint reports about it.

``shop/findings.txt`` is the whole of it, by the default rules: ``--update-golden`` writes it.
"""

from __future__ import annotations

from pathlib import Path

from typewriter_py.plan.files import LIBRARY
from typewriter_py.plan.load import load

from .linting import findings
from .test_cases import rows

SHOP = Path(__file__).parent / "shop"


def test_it_is_a_plan_of_fifty_events_without_a_mistake():
    loaded = load(SHOP / "plan.yaml")
    assert loaded.plan
    assert not loaded.diagnostics
    own = [each for each in loaded.plan.events if each.span and LIBRARY not in each.span.file]
    assert len(own) >= 50


def test_what_is_found_is_what_one_would_want_to_know(update_golden: bool):
    found = findings(load(SHOP / "plan.yaml"))
    text = "".join(rows(each, SHOP) for each in found)
    expected = SHOP / "findings.txt"
    if update_golden:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text("utf-8")
    assert len(found) == 20  # one for each thing that was put there, and none beside
