"""Benchmarks that use the generated package: import, type checkers, calls, the client."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from . import before, checkers, ours, recursion, runtime
from .aims import FIRST_CALL, IMPORT, UNCOMPILED
from .before import Before
from .process import FailedError, TooLongError, run
from .results import Compared, Results

ROOT = Path(__file__).resolve().parent.parent


def measure(found: Results, folder: Path, old: Before | None, repeats: int, limit: float) -> None:
    """Measure the package in ``folder`` and, if there is one, that of the earlier commit."""
    packages = [folder]
    if old:
        old.generate(folder, limit)
        packages.append(folder / before.FOLDER)
        shutil.copy(folder / "call.json", packages[1])
    _starts(found, packages, repeats)
    found.checked = checkers.check(folder, limit)
    rounds = str(max(3, repeats // 3))
    found.calls = _printed(found, "Calls", folder, "calls", rounds)
    if old and found.calls:
        what = "Calls of the earlier commit"
        alone = _printed(found, what, packages[1], "calls", rounds, "alone")
        found.call_before = alone.get("validated")
    found.recursion = _recursion(found, folder, limit)
    found.patterns = _printed(found, "Patterns", folder, "patterns")
    try:
        found.runtime = runtime.measure(folder, max(3, repeats // 5))
    except (FailedError, TooLongError) as error:
        print(error, file=sys.stderr)
        found.notes.append("The client at work could not be measured.")


def _starts(found: Results, packages: list[Path], repeats: int) -> None:
    call = ours.first_call(packages[0])
    for label, statement, compiled in (
        (IMPORT, "import analytics", True),
        ("import of the package and all its types", "import analytics._types", True),
        (FIRST_CALL, call, True),
        (UNCOMPILED, call, False),
    ):
        times = repeats if compiled else min(repeats, 5)
        found.starts[label] = Compared(*ours.importing(packages, statement, times, compiled))


def _recursion(found: Results, folder: Path, limit: float) -> dict[str, float]:
    home = folder.parent / "recursion"
    home.mkdir(exist_ok=True)
    (home / "plan.yaml").write_text(recursion.PLAN)
    ours.generate(home, limit)
    return _printed(found, "Recursive values", home, "recursion")


def _printed(found: Results, what: str, folder: Path, module: str, *more: str) -> dict[str, Any]:
    """The figures that a module prints for the package in ``folder``; none if it fails."""
    output = folder / f"{module}.json"
    command = [sys.executable, "-m", f"benchmarks.{module}", str(folder), *more]
    try:
        run(command, cwd=ROOT, output=output)
    except (FailedError, TooLongError) as error:
        print(error, file=sys.stderr)
        found.notes.append(f"{what} could not be measured.")
        return {}
    figures: dict[str, Any] = json.loads(output.read_text())
    return figures
