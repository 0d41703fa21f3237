"""Annotations of the generated types can be evaluated: typing and pydantic both do."""

from __future__ import annotations

import datetime
import importlib
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packages import write

from typewriter_py.plan.model import Array, Definition, Object, Property, Ref, Value

from .support import ROOT, TEXT, assert_settled, event, files_of, plan, read

pydantic = pytest.importorskip("pydantic")
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """The golden packages with the most kinds of types, imported."""
    folder = tmp_path_factory.mktemp("annotations")
    cases = ("kinds", "names", "definitions", "hostile", "versions", "calls")
    for case in cases:
        write(folder / f"annotated_{case}", files_of(read(GOLDEN / case / "plan.yaml")))
    sys.path.insert(0, str(folder))
    yield {case: importlib.import_module(f"annotated_{case}") for case in cases}
    sys.path.remove(str(folder))


def _types(package: ModuleType) -> list[Any]:
    """The plan's TypedDicts; the client has some, too."""
    shown = [getattr(package, name) for name in package.__all__]
    return [t for t in shown if hasattr(t, "__total__") and t.__module__.endswith("._types")]


def test_every_annotation_can_be_evaluated(packages: dict[str, ModuleType]) -> None:
    for package in packages.values():
        for each in _types(package):
            assert set(typing.get_type_hints(each)) == set(each.__annotations__)


def test_pydantic_accepts_every_type(packages: dict[str, ModuleType]) -> None:
    for package in packages.values():
        for each in _types(package):
            if each.__name__ != "PlanContext":  # the client's, for calls, with keys added
                pydantic.TypeAdapter(each).json_schema()


def test_annotations_are_what_the_plan_says(packages: dict[str, ModuleType]) -> None:
    kinds = packages["kinds"]
    hints = typing.get_type_hints(kinds.EverythingSent)
    assert hints["text"] is str
    assert hints["part"] == float | Decimal
    assert hints["flag"] == bool | None
    assert hints["date"] == datetime.date | str
    assert hints["anything"] is object
    assert hints["nothing"] is type(None)
    assert hints["colour"] == typing.Literal["red", "green"] | None
    assert hints["rate"] is float
    assert hints["matrix"] == Sequence[Sequence[float | Decimal]]
    assert hints["anyhow"] == Mapping[str, object]
    assert hints["quotas"] == Mapping[str, kinds.EverythingSentQuota]


def test_pydantic_validates_as_the_plan_does(packages: dict[str, ModuleType]) -> None:
    completed = pydantic.TypeAdapter(packages["definitions"].OrderCompleted)
    good = {
        "cart": [{"product_id": "p", "category": {"parent": {"name": "n"}}}],
        "at": "2026-01-02T03:04:05Z",
        "tree": [[], [[]]],
        "json": [1, {"a": [None, "b"]}],
    }
    assert completed.validate_python(good)["cart"] == good["cart"]
    for bad in ({"cart": [{}]}, {"tree": [1]}, {"json": object()}, {"only": "two"}, {"at": []}):
        with pytest.raises(pydantic.ValidationError):
            completed.validate_python({**good, **bad})


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_the_package_is_imported_by_every_python(version: str, tmp_path: Path) -> None:
    """Without typing_extensions, which those Pythons do not have."""
    python = _interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    names = []
    for case in sorted(folder.name for folder in GOLDEN.iterdir() if folder.name != "myapp"):
        names.append(f"golden_{case}")
        write(tmp_path / names[-1], files_of(read(GOLDEN / case / "plan.yaml")))
    subprocess.run(
        [
            str(python),
            "-I",
            "-W",
            "error",
            "-c",
            _IMPORT,
            str(ROOT / "client"),
            str(tmp_path),
            *names,
        ],
        check=True,
        timeout=60,
    )


_IMPORT = """
import importlib, sys, typing
sys.path[:0] = sys.argv[1:3]
for name in sys.argv[3:]:
    package = importlib.import_module(name)
    importlib.import_module(name + "._rules")
    for shown in package.__all__:
        each = getattr(package, shown)
        if sys.version_info >= (3, 12) and hasattr(each, "__total__"):
            typing.get_type_hints(each)
"""


def _interpreter(version: str) -> Path | None:
    installed = Path.home() / ".pyenv" / "versions"
    found = sorted(installed.glob(f"{version}.*/bin/python")) if installed.is_dir() else []
    return found[-1] if found else None


def test_an_object_with_a_key_that_no_typed_dict_may_have_is_a_mapping() -> None:
    odd = Value(Object((Property("", TEXT), Property("b", Value(Object((Property("c", TEXT),)))))))
    definitions = {"Odd": Definition("Odd", odd)}
    properties = (
        Property("odd", odd),
        Property("odds", Value(Array(odd))),
        Property("same", Value(Ref("Odd"))),
    )
    files = files_of(plan(event("Paid", *properties), definitions=definitions))
    types = files["_types.py"]
    assert "    odd: Mapping[str, object]\n" in types
    assert "    odds: Sequence[Mapping[str, object]]\n" in types
    assert "    same: Odd\n" in types
    assert "Odd = Mapping[str, object]\n" in types
    assert 'optional(""): r.string(),' in files["_rules.py"]


@pytest.mark.parametrize("length", range(50, 75))
def test_paragraphs_of_a_description_are_one_where_they_are_wrapped(length: int) -> None:
    described = Property("a", TEXT, description=f"{'A' * length}\n\nB\r\x85C")
    text = files_of(plan(event("Named", described)))["events.py"]
    assert_settled("events.py", text)
    assert f"{'A' * length} B C" in " ".join(text.split())
