"""Whatever text a plan has, the compiler, eslint and prettier accept its package."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.targets.plans import plans
from typewriter_py.plan.model import (
    Array,
    Definition,
    Event,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Value,
)
from typewriter_py.targets.typescript import check

from . import tools

_SETTINGS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages of random plans, without the lines that keep linters away."""
    folder = tools.workspace(tmp_path_factory.mktemp("random"))
    found: list[Plan] = []

    @_SETTINGS
    @given(plans())
    def collect(plan: Plan) -> None:
        if not check(plan):  # some have numbers that JavaScript lacks
            found.append(plan)

    collect()
    assert len(found) > 20
    found.append(_long_names())
    for number, plan in enumerate(found):
        for sdk in tools.SDKS:
            files = tools.files_of(plan, sdk)
            assert files == tools.files_of(plan, sdk)
            tools.write(folder / sdk / str(number), files, header=False)
    return folder


def _long_names() -> Plan:
    """Types that are wider than a line on their own, wherever one can be."""
    shape = Object((Property("a", Value(String())),))
    types = (shape, Ref("Long"))
    values = [Value(type_, nullable) for type_ in types for nullable in (False, True)]
    values += [Value(Array(value)) for value in values]
    values += [Value(Object(additional=value)) for value in values]
    properties = [Property(f"{'l' * 80} {number}", value) for number, value in enumerate(values)]
    long = Definition("Long", Value(shape), words="w" * 90)
    opened = [Event(f"E{i}", Object(additional=value)) for i, value in enumerate(values)]
    events = (Event("E", Object(tuple(properties))), *opened)
    return Plan("Long", events=events, definitions={"Long": long})


@tools.needs_node
def test_the_compiler_is_content(folder: Path) -> None:
    assert tools.run(folder, "tsc", "-p", ".") == ""


@tools.needs_node
def test_eslint_finds_nothing(folder: Path) -> None:
    assert tools.run(folder, "eslint", "--max-warnings=0", *tools.SDKS) == ""


@tools.needs_node
def test_prettier_leaves_it_alone(folder: Path) -> None:
    assert tools.run(folder, "prettier", "--check", *tools.SDKS) == ""
