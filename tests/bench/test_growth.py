"""How costs grow: twice the plan is twice the work, one call's work knows nothing of the plan.

Growth and counts, not seconds: machines differ, and are busy.  Where time has to be compared,
it is CPU time, and one good round of several is enough.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import process_time, thread_time
from types import ModuleType
from typing import Any

import pytest
import yaml
from typewriter_client.rules.report import Report
from typewriter_client.rules.rule_set import RuleSet

from benchmarks import inputs
from benchmarks.plans import plan
from typewriter_py.cli.app import run
from typewriter_py.plan.load import load
from typewriter_py.targets import Generated, Request
from typewriter_py.targets import load as target

ROUNDS = 5


def generated(file: Path, package: str = "analytics") -> Generated:
    loaded = load(file)
    assert loaded.plan is not None, loaded.diagnostics
    result = target("python").generate(Request(loaded.plan, package, file.name))
    assert not result.diagnostics
    return result


def cpu(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def ratio(large: Callable[[], object], small: Callable[[], object], enough: float) -> float:
    """How much more the large work costs: best of both, until it is clear or rounds end."""
    small()  # imports, templates
    most, least = float("inf"), float("inf")
    for _ in range(ROUNDS):
        least, most = min(least, cpu(small)), min(most, cpu(large))
        if most < enough * least:
            break
    return most / least


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """Generates a plan as a package and imports it; it is forgotten afterwards."""
    names: list[str] = []
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, text: str) -> ModuleType:
        file = written(tmp_path / f"of_{name}", text)
        for each in generated(file, name).files:
            place = tmp_path / name / each.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(each.text, encoding="utf-8")
        names.append(name)
        return importlib.import_module(name)

    yield make
    for name in [module for module in sys.modules if module.partition(".")[0] in names]:
        sys.modules.pop(name)


def first_call(text: str) -> dict[str, Any]:
    events = yaml.load(text, yaml.CSafeLoader)["tracking_plan"]["rules"]["events"]
    return inputs.one_call(events[0])


# --- the tool --------------------------------------------------------------------------------


def test_twice_the_events_cost_about_twice(tmp_path: Path) -> None:
    small = written(tmp_path / "small", plan(200))
    large = written(tmp_path / "large", plan(400))
    assert ratio(lambda: generated(large), lambda: generated(small), 2.6) < 3


def test_a_hundred_times_the_enum_values_cost_no_more_than_that(tmp_path: Path) -> None:
    few = written(tmp_path / "few", enum_of(100))
    many = written(tmp_path / "many", enum_of(10_000))
    assert ratio(lambda: generated(many), lambda: generated(few), 60) < 120
    size = sum(len(file.text) for file in generated(many).files)
    assert size < 20 * len(enum_of(10_000))


def test_check_costs_no_more_than_generate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "plan", plan(60))
    out = tmp_path / "analytics"
    args = ["generate", "--plan", str(file), "--out", str(out)]

    def fresh() -> None:
        for old in sorted(out.rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        assert run("typewriter", args) == 0

    def check() -> None:
        assert run("typewriter", [*args, "--check"]) == 0

    assert ratio(check, fresh, 1.0) < 1.2
    capsys.readouterr()


def test_an_ordinary_plan_needs_no_formatter(tmp_path: Path) -> None:
    """Black takes longer over one event than everything else over a hundred."""
    file = written(tmp_path / "plan", plan(100))
    code = (
        "import sys; from typewriter_py.cli.app import run; "
        f"run('typewriter', ['generate', '--plan', {str(file)!r}, '--out', 'analytics']); "
        "sys.exit('black' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 0


# --- what it generates -----------------------------------------------------------------------


def test_importing_leaves_types_validators_and_http_for_later(
    package: Callable[..., ModuleType],
) -> None:
    module = package("lazy", plan(10))
    assert module.__file__ is not None
    late = [
        *("lazy._types", "lazy._rules", "typewriter_client.rules.words"),
        *("typewriter_client.delivery.http", "typewriter_client.delivery.worker"),
        *("urllib3", "ssl", "sqlite3", "logging"),
    ]
    code = f"import sys, lazy; print([name for name in {late} if name in sys.modules])"
    folder = Path(module.__file__).parents[1]
    assert subprocess.check_output([sys.executable, "-c", code], cwd=folder, text=True) == "[]\n"


def test_the_work_of_a_call_does_not_depend_on_the_size_of_the_plan(
    package: Callable[..., ModuleType],
) -> None:
    counts = {}
    for events in (5, 150):
        text = plan(events)
        call = first_call(plan(5))
        # The same event in both plans: the first of the small one, put before the others.
        if events != 5:
            head, _, rest = text.partition("    events:\n")
            own = plan(5).partition("    events:\n")[2].split('      - name: "')[1]
            text = f'{head}    events:\n      - name: "{own}{rest}'
        module = package(f"size_{events}", text)
        counts[events] = steps(module, call)
    assert counts[5] == counts[150]
    assert counts[5] < 60


def steps(module: Any, call: dict[str, Any]) -> int:
    """Python functions that run in the caller's thread for one good, validated call."""
    module.configure(transport=Discard(), on_violation="raise", flush_at=1000, flush_interval=60)
    function = getattr(module, call["function"])
    function("user", **call["properties"])  # loads the validators, starts the worker
    count = 0

    def profile(_frame: object, what: str, _argument: object) -> None:
        nonlocal count
        count += what == "call"

    sys.setprofile(profile)
    try:
        function("user", **call["properties"])
    finally:
        sys.setprofile(None)
    module.close()
    assert module.stats().delivered == 2
    assert f"{module.__name__}._client.normal" not in sys.modules, "it took the slow way"
    return count


class Discard:
    def send(self, batch: list[dict[str, Any]]) -> None: ...


def test_an_enum_of_10_000_values_is_judged_as_fast_as_one_of_ten(
    package: Callable[..., ModuleType],
) -> None:
    times = {}
    for values in (10, 10_000):
        package(f"enum_{values}", enum_of(values))
        rules = RuleSet(importlib.import_module(f"enum_{values}._rules").RULES)
        check = partial(rules.check_body, ("track", "Enum Chosen", None))
        report = Report("Enum Chosen")
        last = {"choice": f"value-{values - 1}"}
        times[values] = min(timed(check, last, report) for _ in range(ROUNDS))
        assert not report.violations
        check({"choice": "value"}, report)
        assert [found.code for found in report.violations] == ["Invalid Value"]
        assert len(report.violations[0].message) < 1000
    assert times[10_000] < 10 * times[10]


def timed(check: Callable[..., object], given: dict[str, str], report: object) -> float:
    started = thread_time()
    for _ in range(500):
        check(given, report)
    return thread_time() - started


def enum_of(values: int) -> str:
    listed = "\n".join(f"                - value-{number}" for number in range(values))
    return f"""\
tracking_plan:
  display_name: Enum
  rules:
    events:
      - name: Enum Chosen
        rules:
          properties:
            choice:
              type: string
              enum:
{listed}
"""


# --- the benchmarks themselves ---------------------------------------------------------------


@pytest.mark.parametrize("events", [10, 60])
def test_the_calls_that_are_measured_are_good_calls(
    events: int, package: Callable[..., ModuleType]
) -> None:
    text = plan(events)
    module: Any = package(f"good_{events}", text)
    module.configure(transport=Discard(), on_violation="raise")
    for event in yaml.load(text, yaml.CSafeLoader)["tracking_plan"]["rules"]["events"]:
        call = inputs.one_call(event)
        getattr(module, call["function"])("user", **call["properties"])
    module.close()
    assert module.stats().delivered == events


def test_the_same_number_of_events_is_the_same_plan() -> None:
    assert plan(20) == plan(20)
    assert plan(20).count("- name:") == 20
