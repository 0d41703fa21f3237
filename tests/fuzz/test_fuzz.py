"""A short run of what ``make fuzz`` does at length, and that it finds what it looks for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import pytest

from typewriter_py.cli import lint

from . import runs, trials
from .corpus import seeds
from .runs import Failure, failures, input_of, problem_of, smaller

SEED = 20
PARTS = 8
RUNS = 20


@pytest.mark.parametrize("part", range(PARTS))
def test_no_input_leads_to_a_traceback_a_hang_or_half_of_a_package(part: int) -> None:
    numbers = range(part * RUNS, (part + 1) * RUNS)
    found = [each for each in failures(SEED, numbers) if each]
    assert not found, found[0].problem


def test_a_run_is_the_same_whenever_it_is_repeated() -> None:
    assert input_of(5, 17) == input_of(5, 17)
    assert len({str(input_of(5, number).texts) for number in range(20)}) == 20


@pytest.mark.parametrize("kind", trials.TRIALS)
def test_every_kind_of_input_starts_from_good_files(kind: str) -> None:
    for seed in seeds(kind)[:3]:
        texts = {"plan.yaml": trials.PLAN.encode(), "old.yaml": trials.PLAN.encode()}
        texts[trials.NAMES.get(kind, seed.name)] = seed.text.encode()
        texts |= {name: text.encode() for name, text in seed.beside}
        assert not problem_of(trials.Files(kind, texts, 1))


# --- what it finds -------------------------------------------------------------------------------


def files(text: str = "tracking_plan: {}") -> trials.Files:
    return trials.Files("plan", {"plan.yaml": text.encode(), "old.yaml": b""}, 0)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes `lint` do something else, in a run that does nothing but lint."""
    only = {"plan": lambda trial, _: trial.report("lint", "plan.yaml")}
    monkeypatch.setattr(trials, "TRIALS", only)

    def plant(what: Any) -> None:
        monkeypatch.setattr(lint.command, "callback", lambda **_: what())

    return plant


def test_a_traceback_is_found(planted: Any) -> None:
    planted(lambda: {}["missing"])
    assert "KeyError" in problem_of(files())


def test_a_hang_is_found(planted: Any) -> None:
    def spin() -> None:
        while True:
            time.sleep(0)

    planted(spin)
    assert problem_of(files(), limit=0.1).startswith("longer than 0.1 s")


def test_an_exit_without_a_diagnostic_is_found(planted: Any) -> None:
    planted(lambda: 2)
    assert "exit 2 without a diagnostic" in problem_of(files())
    planted(lambda: 7)
    assert "exit 7" in problem_of(files())


def test_a_diagnostic_without_a_location_is_found(
    planted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials.Trial, "form", lambda _: "json")
    planted(lambda: click.echo('[{"code": "TW101", "file": null, "line": null}]') or 0)
    assert "no location" in problem_of(files())


def test_half_a_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = trials.Trial.run

    def spoilt(trial: trials.Trial, *args: str, **more: Any) -> int:
        if args[0] != "generate" or "first.yaml" in args:
            return real(trial, *args, **more)
        (trial.folder / "made" / "half.py").write_text("x")
        return 2

    monkeypatch.setattr(trials.Trial, "run", spoilt)
    monkeypatch.setattr(trials, "TRIALS", {"plan": lambda trial, _: trials.generate(trial, True)})
    assert "has changed files" in problem_of(files())


def test_a_failure_is_made_smaller(planted: Any) -> None:
    def refuse() -> int:
        if "needle" in Path("plan.yaml").read_text():
            raise ValueError
        return 0

    planted(refuse)
    text = "\n".join(["hay"] * 40 + ["needle"] + ["hay"] * 40)
    failure = Failure(1, problem_of(files(text)), files(text))
    assert len(smaller(failure).files.texts["plan.yaml"]) < 20


def test_kinds_of_failures_are_told_apart_by_where_they_happen() -> None:
    problem = 'x: a traceback:\n  File "/a/typewriter_py/b.py", line 3, in f\n    y\nKeyError: 1'
    assert runs.kind_of(problem) == 'b.py", line 3, in f'
