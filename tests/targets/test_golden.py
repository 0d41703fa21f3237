"""Each folder of ``tests/golden`` is a plan and the package that it gives: the documentation
of what is generated.  ``pytest --update-golden`` writes it anew, for review in the diff.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .support import ROOT, Files, assert_settled, files_of, read, write

GOLDEN = ROOT / "tests" / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


def _plan_of(case: str) -> Path:
    own = GOLDEN / case / "plan.yaml"
    return own if own.is_file() else ROOT / "plans" / f"{case}.yaml"


def _package(case: str) -> Files:
    return files_of(read(_plan_of(case)))


@pytest.mark.parametrize("case", CASES)
def test_the_package_is_the_golden_one(case: str, update_golden: bool) -> None:
    made = _package(case)
    folder = GOLDEN / case / "package"
    if update_golden:
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, made)
    golden = {
        p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8")
        for p in folder.rglob("*")
        if p.is_file() and p.suffix != ".pyc"
    }
    assert made == golden


@pytest.mark.parametrize("case", CASES)
def test_black_leaves_it_alone(case: str) -> None:
    for path, text in _package(case).items():
        if path != "py.typed":
            assert_settled(path, text)


def test_every_golden_package_is_imported_and_shows_what_it_says(tmp_path: Path) -> None:
    for case in CASES:
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
    names = [f"golden_{case}" for case in CASES]
    run = [sys.executable, "-W", "error", "-c", script, *names]
    subprocess.run(run, cwd=tmp_path, check=True, timeout=60)
