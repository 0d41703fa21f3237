"""How long mypy and pyright take for a file with 50 calls of the generated functions."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .process import Cost, FailedError, TooLongError, run


@dataclass(frozen=True, slots=True)
class Checked:
    """CPU seconds for the file and for an empty one, or why there are none."""

    label: str
    cpu: float | None
    empty: float | None
    trouble: str = ""


_WRONG = "from analytics import flush\n\nflush(1, 2, 3)\n"
_ALONE = "--config-file="


def check(folder: Path, limit: float) -> list[Checked]:
    """Each checker on ``app.py``, in its strict mode."""
    cache = folder / ".mypy"
    mypy = [sys.executable, "-m", "mypy", "--strict", _ALONE, f"--cache-dir={cache}"]
    pyright = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project"]
    (folder / "empty.py").write_text('"""Nothing."""\n')
    (folder / "wrong.py").write_text(_WRONG)
    for name in ("app.py", "empty.py", "wrong.py"):
        # By default pyright excludes hidden folders.
        settings = {"include": [name], "exclude": [], "typeCheckingMode": "strict"}
        (folder / f"{name}.json").write_text(json.dumps(settings))

    def by_mypy(name: str, *, cold: bool = False) -> Cost:
        if cold:
            shutil.rmtree(cache, ignore_errors=True)
        return run([*mypy, name], cwd=folder, limit=limit, expect=_expected(name))

    def by_pyright(name: str) -> Cost:
        command = [*pyright, f"{name}.json"]
        return run(command, cwd=folder, limit=limit, expect=_expected(name))

    cold = _both("mypy --strict, no cache", lambda name: by_mypy(name, cold=True))
    by_mypy("app.py")
    with (folder / "app.py").open("a") as file:
        file.write("\n\nprint(1)\n")
    warm = _both("the same, after a change to the file", by_mypy)
    return [cold, warm, _both("pyright, strict", by_pyright)]


def _expected(name: str) -> tuple[int]:
    return (1,) if name == "wrong.py" else (0,)


def _both(label: str, checker: Callable[[str], Cost]) -> Checked:
    """Also check that the checker finds an error, else it has not checked anything."""
    try:
        checker("wrong.py")
        cpu, empty = (checker(name).cpu for name in ("app.py", "empty.py"))
        return Checked(label, cpu, empty)
    except (FailedError, TooLongError) as error:
        return Checked(label, None, None, "failed: " + (str(error).strip() or "?").splitlines()[-1])
