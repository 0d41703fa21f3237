"""How much is generated, and how much of it a call loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.plans import plan
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Event, Object, Plan, Property, String, Type, Value
from typewriter_py.plan.references import parts
from typewriter_py.targets import Request
from typewriter_py.targets.python import generate
from typewriter_py.targets.python.validators.package import module_of

from .generated import texts_of

EVENTS = 300


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    file = tmp_path_factory.mktemp("large") / "plan.yaml"
    file.write_text(plan(EVENTS), encoding="utf-8")
    loaded = load(file).plan
    assert loaded is not None
    return loaded


def _properties(shape: Type) -> int:
    return sum(len(each.properties) for each in parts(shape) if isinstance(each, Object))


def test_a_property_costs_few_bytes(large: Plan) -> None:
    size = sum(map(len, texts_of(large).values()))
    properties = sum(_properties(event.properties) for event in large.events)
    assert size / properties < 185


def test_what_events_have_alike_is_there_once(large: Plan) -> None:
    texts = texts_of(large)
    once = sum(map(len, texts.values()))
    again = tuple(Event(f"{event.name} again", event.properties) for event in large.events)
    twice = sum(map(len, texts_of(Plan("P", events=large.events + again)).values()))
    assert twice < 1.6 * once


def test_a_call_loads_the_checks_of_its_first_word_only(large: Plan, tmp_path: Path) -> None:
    for file in generate(Request(large, "analytics", "plan.yaml")).files:
        place = tmp_path / "analytics" / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text, encoding="utf-8")
    name = next(event.name for event in large.events if event.name.startswith("Order "))
    script = (
        "import sys; from analytics import _validators as v; from analytics._client import checks\n"
        "def loaded(): return {n for n in sys.modules if n.startswith(v.__name__ + '.')}\n"
        "assert not loaded(), loaded()\n"
        f"v.CHECKS['track', {name!r}, None]({{}}, report := checks.Report(''))\n"
        "assert report.violations\n"
        "assert loaded() == {v.__name__ + '.order'}, loaded()\n"
        f"assert v.CHECKS['track', {name!r}, None].__module__ == v.__name__ + '.order'\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, timeout=60)


@pytest.mark.parametrize(
    ("function", "module"),
    [
        ("order_completed", "order"),
        ("order", "order"),
        ("event_2fa_enabled", "event"),
        ("class_started", "class_"),
        ("con_started", "con_"),
        ("lpt1", "lpt1_"),
        ("注文_完了", "xn_7dv27n"),
        ("straße_gesperrt", "xn_strae_oqa"),
        ("x" * 50 + "_y", "x" * 31 + "_ac628a03"),
    ],
)
def test_the_name_of_a_module_is_safe_everywhere(function: str, module: str) -> None:
    assert module_of(function) == module
    assert module.isascii()
    assert module.isidentifier()
    assert module == module.lower()


def test_a_module_says_which_word_it_is_for() -> None:
    texts = texts_of(Plan("P", events=(Event("注文 完了", Object()),)))
    assert "begin with 注文." in texts["xn_7dv27n"]


def test_a_modules_name_is_none_that_the_package_has_itself() -> None:
    assert {module_of(name) for name in ("calls", "definitions", "init")}.isdisjoint(
        {"_calls", "_definitions", "__init__"}
    )


def test_an_event_whose_versions_are_all_explicit_is_known_by_its_name_too() -> None:
    shape = Object((Property("id", Value(String()), required=True),))
    events = (Event("Paid", shape, version=1, function="old paid"), Event("Paid", shape, version=2))
    index = texts_of(Plan("P", events=events))["__init__"]
    assert '("track", "Paid", 1): "paid.paid",' in index
    assert '("track", "Paid", 2): "paid.paid_2",' in index
    assert '("track", "Paid", None): "paid.paid_2",' in index
