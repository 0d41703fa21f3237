"""A comparison costs less than to load one of its plans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

from benchmarks.plans import plan
from typewriter_py.diff import compare
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Plan
from typewriter_py.util import without_gc

EVENTS = 300


def cpu(work: Callable[[], object]) -> float:
    """The least of three times, in seconds of CPU."""
    return min(_cpu(work) for _ in range(3))


def _cpu(work: Callable[[], object]) -> float:
    with without_gc():
        started = process_time()
        work()
        return process_time() - started


def test_a_comparison_costs_less_than_one_load(tmp_path: Path) -> None:
    text = plan(EVENTS)
    edits = [
        ("type: boolean", "type: integer"),
        ("maxLength: 12", "maxLength: 9"),
        ("small,", "xs,"),
    ]
    changed = text
    for old, new in edits:
        assert old in changed
        changed = changed.replace(old, new)
    renamed = text.replace(" Viewed ", " Seen ")
    old = loaded(tmp_path, text)
    once = cpu(lambda: load(tmp_path / "plan.yaml"))
    for other in (text, changed, renamed):
        new = loaded(tmp_path, other)
        assert cpu(lambda new=new: compare(old, new)) < once  # type: ignore[misc]
    assert len(compare(old, loaded(tmp_path, changed))) > EVENTS


def loaded(folder: Path, text: str) -> Plan:
    (folder / "plan.yaml").write_text(text)
    found = load(folder / "plan.yaml").plan
    assert found
    return found
