"""What uses the generated package: its import, checkers, calls, the client at work."""

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
from .results import Beside, Results

ROOT = Path(__file__).resolve().parent.parent


def measure(found: Results, folder: Path, old: Before | None, repeats: int, limit: float) -> None:
    """All of it, with the package in ``folder`` and, where there is one, that of before."""
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
        alone = _printed(found, "Calls of before", packages[1], "calls", rounds, "alone")
        found.call_before = alone.get("validated")
    found.recursion = _recursion(found, folder, limit)
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
        found.starts[label] = Beside(*ours.importing(packages, statement, times, compiled))


def _recursion(found: Results, folder: Path, limit: float) -> dict[str, float]:
    place = folder.parent / "recursion"
    place.mkdir(exist_ok=True)
    (place / "plan.yaml").write_text(recursion.PLAN)
    ours.generate(place, limit)
    return _printed(found, "Recursive values", place, "recursion")


def _printed(found: Results, what: str, folder: Path, module: str, *more: str) -> dict[str, Any]:
    """The figures that a module prints of the package in ``folder``; none if it fails."""
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
