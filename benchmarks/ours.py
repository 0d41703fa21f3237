"""What typewriter itself costs: its commands, and importing what it generates."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from .process import Cost, in_turn, run, typical

TYPEWRITER: Final = Path(sys.executable).with_name("typewriter")
NAME: Final = "typewriter-py → package with functions, types, rules"
BEFORE: Final = "the earlier commit → package with functions, types, validators, client"
PACKAGE: Final = "analytics"
TYPESCRIPT: Final = "typewriter-py → TypeScript with functions, types, validators"
TYPESCRIPT_FOLDER: Final = "typescript"
# The peak of this process alone: the figure of wait4 includes the memory of the parent.
_PEAK = """
import re, resource, sys
try:
    status = open("/proc/self/status").read()
    peak = int(re.search(r"VmHWM:\\s*(\\d+)", status).group(1)) * 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak)
"""


_FIRST_CALL = """
import analytics
class Stub:
    def send(self, batch): pass
analytics.configure(transport=Stub())
analytics.{function}("user-1", **{properties!r})
"""


def generate(
    folder: Path,
    limit: float,
    *options: str,
    program: Path = TYPEWRITER,
    out: str = PACKAGE,
    plan: Path | str = "plan.yaml",
) -> Cost:
    """``typewriter generate`` when nothing has been generated yet."""
    shutil.rmtree(folder / out, ignore_errors=True)
    command: list[Path | str] = [program, "generate", "--plan", plan, "--out", out, *options]
    return run(command, cwd=folder, limit=limit)


def typescript(folder: Path, limit: float) -> Cost:
    """The same for the TypeScript target."""
    options = ("--target", "typescript", "--set", "sdk=analytics-node")
    return generate(folder, limit, *options, out=TYPESCRIPT_FOLDER)


def check(folder: Path, limit: float) -> Cost:
    """``typewriter generate --check`` when everything is up to date."""
    command = [TYPEWRITER, "generate", "--plan", "plan.yaml", "--out", PACKAGE, "--check"]
    return run(command, cwd=folder, limit=limit)


@dataclass(frozen=True, slots=True)
class Pair:
    """A command, and a bare one for comparison: CPU seconds, and megabytes."""

    cpu: float
    bare: float
    memory: float = 0.0
    bare_memory: float = 0.0

    @property
    def above(self) -> float:
        """Milliseconds of CPU above the bare one."""
        return (self.cpu - self.bare) * 1000

    @property
    def memory_above(self) -> float:
        """Megabytes above the bare one."""
        return self.memory - self.bare_memory


def help_page(folder: Path, repeats: int) -> Pair:
    """``typewriter --help``, compared with an interpreter that does nothing."""
    one, bare = in_turn(
        [
            lambda: run([TYPEWRITER, "--help"], cwd=folder),
            lambda: run([sys.executable, "-c", "pass"], cwd=folder),
        ],
        repeats,
    )
    return Pair(one.cpu, bare.cpu)


def first_call(folder: Path) -> str:
    """A program that makes one validated call with the generated package."""
    return _FIRST_CALL.format(**json.loads((folder / "call.json").read_text()))


def importing(
    folders: Sequence[Path], statement: str, repeats: int, compiled: bool = True
) -> list[Pair]:
    """A statement with the package in each folder, in turn, and an interpreter without it.

    Not ``compiled``: as in a container in which Python cannot write ``.pyc`` files; those of
    installed packages exist, since installers write them.
    """
    interpreter = [sys.executable, *([] if compiled else ["-B"]), "-c"]

    def python(code: str, folder: Path) -> Cost:
        return run([*interpreter, code], cwd=folder)

    def peak(code: str, folder: Path) -> float:
        some = range(min(repeats, 5))
        return median(_printed(folder, [*interpreter, code + _PEAK]) for _ in some) / 2**20

    for folder in folders:
        run([sys.executable, "-c", statement], cwd=folder)  # leaves the .pyc files
        for cache in () if compiled else [*(folder / PACKAGE).rglob("__pycache__")]:
            shutil.rmtree(cache)
    programs = [partial(python, statement, folder) for folder in folders]
    *costs, bare = in_turn([*programs, partial(python, "pass", folders[0])], repeats)
    bare_memory = peak("pass", folders[0])
    return [
        Pair(cost.cpu, bare.cpu, peak(statement, folder), bare_memory)
        for cost, folder in zip(costs, folders, strict=True)
    ]


def _printed(folder: Path, command: list[str]) -> float:
    output = folder / "peak.txt"
    run(command, cwd=folder, output=output)
    return float(output.read_text())


def both(folder: Path, repeats: int, limit: float) -> tuple[Cost, Cost]:
    """``generate``, and ``--check`` on its output."""
    fresh = typical(lambda: generate(folder, limit), repeats)
    return fresh, typical(lambda: check(folder, limit), repeats)
