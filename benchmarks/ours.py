"""What typewriter itself costs: its commands, and the import of what it generates."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from .process import Cost, run, typical

TYPEWRITER: Final = Path(sys.executable).with_name("typewriter")
NAME: Final = "typewriter-py → package with functions, types, validators, client"
PACKAGE: Final = "analytics"
TYPESCRIPT: Final = "typewriter-py → TypeScript with functions, types, validators"
TYPESCRIPT_FOLDER: Final = "typescript"
# The peak of this process alone: what wait4 tells begins with the memory of the parent.
_PEAK = """
import re, resource, sys
try:
    status = open("/proc/self/status").read()
    peak = int(re.search(r"VmHWM:\\s*(\\d+)", status).group(1)) * 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak)
"""


def _generate(*options: str) -> list[str | Path]:
    return [TYPEWRITER, "generate", "--plan", "plan.yaml", "--out", PACKAGE, *options]


def generate(folder: Path, limit: float) -> Cost:
    """``typewriter generate`` where nothing has been generated yet."""
    shutil.rmtree(folder / PACKAGE, ignore_errors=True)
    return run(_generate(), cwd=folder, limit=limit)


def typescript(folder: Path, limit: float) -> Cost:
    """The same for the TypeScript target."""
    shutil.rmtree(folder / TYPESCRIPT_FOLDER, ignore_errors=True)
    command: list[str | Path] = [TYPEWRITER, "generate", "--plan", "plan.yaml"]
    command += ["--target", "typescript", "--set", "sdk=analytics-node"]
    return run([*command, "--out", TYPESCRIPT_FOLDER], cwd=folder, limit=limit)


def check(folder: Path, limit: float) -> Cost:
    """``typewriter generate --check`` where everything is current."""
    return run(_generate("--check"), cwd=folder, limit=limit)


@dataclass(frozen=True, slots=True)
class Pair:
    """One command and the same without what is measured: seconds of CPU, and megabytes."""

    cpu: float
    bare: float
    memory: float = 0.0
    bare_memory: float = 0.0

    @property
    def above(self) -> float:
        """Milliseconds of CPU above the bare one."""
        return (self.cpu - self.bare) * 1000


def help_page(folder: Path, repeats: int) -> Pair:
    """``typewriter --help`` beside an interpreter that does nothing."""
    return _in_turn(
        lambda: run([TYPEWRITER, "--help"], cwd=folder),
        lambda: run([sys.executable, "-c", "pass"], cwd=folder),
        repeats,
    )


def importing(folder: Path, statement: str, repeats: int, compiled: bool = True) -> Pair:
    """A statement with the generated package, beside an interpreter without.

    Not ``compiled``: as in a container where Python may not write ``.pyc`` files.
    """
    interpreter = [sys.executable, *([] if compiled else ["-B"]), "-c"]
    if not compiled:
        for cache in [*(folder / PACKAGE).rglob("__pycache__")]:
            shutil.rmtree(cache)

    def python(code: str) -> Cost:
        return run([*interpreter, code], cwd=folder)

    def peak(code: str) -> float:
        return _printed(folder, [*interpreter, code + _PEAK]) / 2**20

    python(statement)  # leaves the .pyc files where it may
    times = _in_turn(lambda: python(statement), lambda: python("pass"), repeats)
    some = range(min(repeats, 5))
    memory = median(peak(statement) for _ in some)
    bare_memory = median(peak("pass") for _ in some)
    return Pair(times.cpu, times.bare, memory, bare_memory)


def _in_turn(one: Callable[[], Cost], other: Callable[[], Cost], repeats: int) -> Pair:
    """Both in turn, so that what else the machine does falls on both."""
    costs = [(one().cpu, other().cpu) for _ in range(repeats)]
    return Pair(median(cost for cost, _ in costs), median(bare for _, bare in costs))


def _printed(folder: Path, command: list[str]) -> float:
    output = folder / "peak.txt"
    run(command, cwd=folder, output=output)
    return float(output.read_text())


def both(folder: Path, repeats: int, limit: float) -> tuple[Cost, Cost]:
    """``generate``, and ``--check`` on what it has written."""
    fresh = typical(lambda: generate(folder, limit), repeats)
    return fresh, typical(lambda: check(folder, limit), repeats)
