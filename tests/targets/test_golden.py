"""Each folder of ``tests/golden`` is a plan and the package generated from it, or the part of
it that shows what the plan is about: the documentation of what is generated.
``pytest --update-golden`` rewrites it, for review in the diff.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from packages import GOLDEN, ROOT, assert_golden, write

from .support import Files, assert_settled, files_of, read


@cache
def _package(case: str) -> Files:
    return files_of(read(GOLDEN[case]))


@pytest.mark.parametrize("case", GOLDEN)
def test_the_package_is_the_golden_one(case: str, update_golden: bool) -> None:
    assert_golden(ROOT / "tests" / "golden" / case / "package", _package(case), update_golden)


@pytest.mark.parametrize("case", GOLDEN)
def test_black_leaves_it_alone(case: str) -> None:
    for path, text in _package(case).items():
        if path != "py.typed":
            assert_settled(path, text)


def test_every_golden_package_is_imported_and_shows_what_it_says(tmp_path: Path) -> None:
    for case in GOLDEN:
        write(tmp_path / f"golden_{case}", _package(case))
    script = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    package = importlib.import_module(name)\n"
        "    importlib.import_module(name + '._rules')\n"
        "    assert package.__all__ == sorted(package.__all__)\n"
        "    assert set(package.__all__) <= set(dir(package))\n"
        "    for shown in package.__all__:\n"
        "        getattr(package, shown)\n"
    )
    names = [f"golden_{case}" for case in GOLDEN]
    run = [sys.executable, "-W", "error", "-c", script, *names]
    subprocess.run(run, cwd=tmp_path, check=True, timeout=60)
