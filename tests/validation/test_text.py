"""The generated text: hostile plans, names that meet, black, old Pythons."""

from __future__ import annotations

import ast
import difflib
import os
import subprocess
from decimal import Decimal
from pathlib import Path

import black
import pytest
from interpreters import interpreter

from benchmarks.plans import plan as benchmark_plan
from typewriter_py.plan.files import resolved
from typewriter_py.plan.load import load
from typewriter_py.plan.model import (
    ANYTHING,
    OPEN,
    Array,
    Definition,
    Enum,
    Event,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from typewriter_py.plan.queries import parts

from .checking import Checks, check, plan_of, text_of

HOSTILE = [
    '"',
    "'",
    '"""',
    "\\",
    "\\N{DASH}",
    "\n",
    "\r\n",
    "\x00",
    "\u2028",
    "\ud800",
    "\u202e",
    "%s",
    "{{ 7 }}",
    "{0}",
    "{% raw %}",
    "'''; import os #",
    "😀",
    "価格",
    "ﬁ",
    "class",
    "None",
    "given",
    "report",
    "a.b",
    "a__b",
    "A b",
    "a_b",
    " ",
    "",
    "x" * 200,
    "あ" * 60,
]
EVERY_TYPE: tuple[Type, ...] = (
    String(1, 2, ('"""\\d', "'")),
    String(format="date-time"),
    Number(minimum=-1e300, maximum=10**30, multiple_of=Decimal("0.01")),
    Enum(("",)),
    Enum(tuple(HOSTILE)),
    Enum((1, True, ["x" * 100], {})),
    Array(Value(Array(Value(String(), nullable=True), 1, 2, True), nullable=True), 0, 1),
    OPEN,
    Object(additional=Value(Number())),
    Union((String(), Number(), OPEN, Array(ANYTHING)), exclusive=False),
    Union((String(max_length=1), Ref("N"), Object(required=("a", "b"))), exclusive=True),
    Ref("N"),
)
NODE = {"N": Definition("N", Value(Object((Property("n", Value(Ref("N"), nullable=True)),))))}


def _everything() -> Plan:
    shapes = [
        Object(tuple(Property(name, Value(type_), required=True) for name in HOSTILE))
        for type_ in EVERY_TYPE
    ]
    nested = [Object((Property("o", Value(shape)),)) for shape in shapes]
    events = [Event(f"E {i}", shape) for i, shape in enumerate(shapes + nested)]
    named = [Event(f"{name} {i}", OPEN) for i, name in enumerate(HOSTILE)]
    return Plan("P", events=(*events, *named), definitions=NODE, common=OPEN)


@pytest.fixture(scope="module")
def everything() -> str:
    return text_of(_everything())


def test_no_name_breaks_out_of_its_string(everything: str) -> None:
    plan = plan_of(Object(tuple(Property(name, Value(Number())) for name in HOSTILE)))
    violations = Checks(plan)(dict.fromkeys(HOSTILE, "text"))
    assert [violation.code for violation in violations] == ["Invalid Type"] * len(HOSTILE)
    assert Checks(plan)(dict.fromkeys(HOSTILE, 1)) == []
    tree = ast.parse(everything)
    called = {ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    assert {name.partition(".")[0] for name in called} | {"optional"} == {"r", "optional"}


def test_names_that_meet_as_identifiers_are_kept_apart() -> None:
    names = ["Price", "price", "PRICE", "pri-ce", "pri_ce", "😀", "🙃"]
    properties = [
        Property(name, Value(Object((Property(str(i), Value(Number())),))))
        for i, name in enumerate(names)
    ]
    checks = check(*properties)
    for i, name in enumerate(names):
        assert checks({name: {str(i): 1}}) == []
        assert checks({name: {str(i + 1): 1}})


@pytest.mark.parametrize("name", ["Email", "Number", "One Of", "Is Object Of", "Report", "Given"])
def test_an_event_may_be_called_as_what_its_checks_call(name: str) -> None:
    item = Object((Property("n", Value(Number())),))
    shape = Object(
        (
            Property("mail", Value(String(format="email"))),
            Property("n", Value(Number())),
            Property("level", Value(Enum((1, "a")))),
            Property("o", Value(item)),
        )
    )
    checks = Checks(plan_of(shape, name=name))
    assert checks({"mail": "a@b", "n": 1, "level": "a", "o": {"n": 1}}) == []
    assert len(checks({"mail": "ab", "n": "1", "level": 2, "o": {"n": ""}})) == 4


def test_adding_an_event_changes_no_others_code() -> None:
    shape = Object((Property("o", Value(Object((Property("p", Value(String())),)))),))
    plan = plan_of(shape)
    alone = text_of(plan).splitlines()
    for name in ("Another", "Order Another"):
        more = text_of(Plan("P", events=(Event(name, shape), *plan.events))).splitlines()
        changes = [each for each in difflib.ndiff(alone, more) if each[0] in "+-"]
        assert not [each for each in changes if each.startswith("-")]
        assert len(changes) == len(more) - len(alone) == 5


def test_black_leaves_it_alone(everything: str) -> None:
    assert black.format_str(everything, mode=black.Mode()) == everything


LIBRARY = Path(__file__).parents[2] / "client"
CHECK_ALL = """
from _rules import RULES
from typewriter_client.rules.report import Report
from typewriter_client.rules.rule_set import RuleSet
rules = RuleSet(RULES)
for kind, name, version, _ in RULES:
    if kind == "track":
        body = {"": None, "o": {"class": "2026-01-01"}}
        rules.check_body((kind, name, version), body, Report(""))
rules.check_message({}, Report(""))
"""


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13"])
def test_old_and_new_pythons_run_it(version: str, everything: str, tmp_path: Path) -> None:
    (tmp_path / "_rules.py").write_text(everything, "utf-8")
    command = [str(interpreter(version)), "-W", "error", "-c", CHECK_ALL]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{LIBRARY}"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


PLAN = Object(
    (
        Property("id", Value(String())),
        Property("plan", Value(Enum(("free", "pro")))),
        Property("lines", Value(Array(Value(Object((Property("sku", Value(String())),)))))),
    )
)
LINES = Value(Array(Value(Object((Property("sku", Value(String()), required=True),)))))


@pytest.mark.parametrize(
    ("changed", "gone", "new"),
    [
        (Property("id", Value(String()), required=True), 1, 1),
        (Property("id", Value(String(max_length=9))), 1, 1),
        (Property("id", Value(String(), nullable=True)), 1, 1),
        (Property("plan", Value(Enum(("free", "pro", "team")))), 0, 1),
        (Property("lines", LINES), 1, 1),
        (Property("more", Value(Number())), 0, 1),
    ],
)
def test_one_line_changes_where_one_line_of_the_plan_does(
    changed: Property, gone: int, new: int
) -> None:
    old = {each.name: each for each in PLAN.properties}
    shape = Object(tuple((old | {changed.name: changed}).values()))
    before, after = (text_of(plan_of(each)).splitlines() for each in (PLAN, shape))
    signs = [each[0] for each in difflib.ndiff(before, after)]
    assert (signs.count("-"), signs.count("+")) == (gone, new)


def test_a_property_costs_few_bytes_and_lines() -> None:
    plan = load(Path("plan.yaml"), {resolved(Path("plan.yaml")): benchmark_plan(300)}).plan
    assert plan is not None
    properties = sum(
        len(each.properties)
        for event in plan.events
        for each in parts(event.properties)
        if isinstance(each, Object)
    )
    text = text_of(plan)
    assert len(text) / properties < 110
    assert text.count("\n") / properties < 2.5
