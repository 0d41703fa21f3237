"""The generated text: hostile plans, names that meet, black, old Pythons."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path

import black
import pytest

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

from .generated import TEMPLATES, Checks, check, plan_of, text_of, texts_of

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
def everything() -> dict[str, str]:
    return texts_of(_everything())


def test_no_name_breaks_out_of_its_string(everything: dict[str, str]) -> None:
    plan = plan_of(Object(tuple(Property(name, Value(Number())) for name in HOSTILE)))
    violations = Checks(plan)(dict.fromkeys(HOSTILE, "text"))
    assert [violation.code for violation in violations] == ["Invalid Type"] * len(HOSTILE)
    assert Checks(plan)(dict.fromkeys(HOSTILE, 1)) == []
    for name, text in everything.items():
        compile(text, name, "exec")


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
    alone = text_of(plan_of(shape)).split("\n\n\n")
    plan = plan_of(shape)
    for name in ("Another", "Order Another"):
        more = Plan("P", events=(Event(name, shape), *plan.events))
        assert set(alone[1:]) <= set(text_of(more).split("\n\n\n"))


def test_black_leaves_it_alone(everything: dict[str, str]) -> None:
    for text in everything.values():
        assert black.format_str(text, mode=black.Mode()) == text


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13"])
def test_old_and_new_pythons_run_it(
    version: str, everything: dict[str, str], tmp_path: Path
) -> None:
    pythons = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    if not pythons:
        pytest.skip(f"no Python {version} here")
    package = tmp_path / "package"
    (package / "_client").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "_client" / "__init__.py").touch()
    for name in ("checks.py", "forks.py", "formats.py", "json_types.py", "late.py", "paths.py"):
        text = (TEMPLATES / "_client" / name).read_text("utf-8")
        (package / "_client" / name).write_text(text, "utf-8")
    (package / "_validators").mkdir()
    for name, text in everything.items():
        (package / "_validators" / f"{name}.py").write_text(text, "utf-8")
    script = (
        "from package import _validators as v; from package._client.checks import Report\n"
        "for check in v.CHECKS.values():\n"
        "    check({'': None, 'o': {'class': '2026-01-01T00:00:00Z'}}, Report(''))"
    )
    command = [str(pythons[-1]), "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
