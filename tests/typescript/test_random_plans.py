"""Whatever text a plan has, the compiler, eslint and prettier accept its package."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.targets.plans import plans
from typewriter_py.plan.model import Plan

from . import tools

_SETTINGS = settings(
    max_examples=25,
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
        found.append(plan)

    collect()
    for number, plan in enumerate(found):
        for sdk in tools.SDKS:
            files = tools.files_of(plan, sdk)
            assert files == tools.files_of(plan, sdk)
            tools.write(folder / sdk / str(number), files, header=False)
    return folder


@tools.needs_node
def test_the_compiler_is_content(folder: Path) -> None:
    assert tools.run(folder, "tsc", "-p", ".") == ""


@tools.needs_node
def test_eslint_finds_nothing(folder: Path) -> None:
    assert tools.run(folder, "eslint", "--max-warnings=0", *tools.SDKS) == ""


@tools.needs_node
def test_prettier_leaves_it_alone(folder: Path) -> None:
    assert tools.run(folder, "prettier", "--check", *tools.SDKS) == ""
