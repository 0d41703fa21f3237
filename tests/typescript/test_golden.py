"""Each folder of ``tests/golden`` has the package in TypeScript next to the one in Python:
``typescript`` for browsers, and some ``typescript-node``.  ``pytest --update-golden``
rewrites them, for review in the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packages import GOLDEN, ROOT, WIDE, assert_golden

from . import tools

OF_THE_PLAN = ("events.ts", "index.ts", "types.ts", "validators.ts")
CASES = [
    *[(case, "analytics-next", "typescript") for case in GOLDEN],
    ("myapp", "analytics-node", "typescript-node"),
    ("versions", "analytics-node", "typescript-node"),
]


@pytest.mark.parametrize(("case", "sdk", "name"), CASES)
def test_the_package_is_the_golden_one(case: str, sdk: str, name: str, update_golden: bool) -> None:
    files = tools.files_of(tools.read(GOLDEN[case]), sdk)
    made = {path: text for path, text in files.items() if path in OF_THE_PLAN}
    assert_golden(ROOT / "tests" / "golden" / case / name, made, update_golden)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages, without the lines that keep linters away."""
    folder = tools.workspace(tmp_path_factory.mktemp("golden"))
    for sdk in tools.SDKS:
        for case, plan in {**GOLDEN, "wide": WIDE}.items():
            files = tools.files_of(tools.read(plan), sdk)
            tools.write(folder / sdk / case, files, header=False)
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
