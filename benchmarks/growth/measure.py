"""What one command costs, in CPU seconds, in a process of its own that has everything imported."""

from __future__ import annotations

import io
import math
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typewriter_py.cli.app import run

from .cases import CASES, Case

LIMIT: Final = 60
"""CPU seconds after which a run is stopped."""

TIMES: Final = 4
"""How much larger the large input is than the small one."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What a case cost, in CPU seconds, small and large (infinite if it was stopped)."""

    command: str
    dimension: str
    size: int
    small: float
    large: float

    @property
    def exponent(self) -> float:
        """1 if the cost grows as the input does, 2 if it grows as its square."""
        return math.log(self.large / max(self.small, 1e-4), TIMES)


def grown(case: Case, size: int, rounds: int = 1, enough: float = 0.0) -> Grown:
    """The cost of a case at ``size`` and at ``TIMES`` that: the best of both in up to ``rounds``,
    of fewer once it is clear that the ratio is below ``enough``."""
    warm(case)
    small, large = math.inf, math.inf
    for _ in range(rounds):
        small = min(small, cost(case, size))
        large = min(large, cost(case, size * TIMES))
        if large < enough * small:
            break
    return Grown(case.command, case.dimension, size, small, large)


_warmed: set[str] = set()


def warm(case: Case) -> None:
    """Run the command once here, so that what it imports is imported."""
    if case.command not in _warmed:
        _warmed.add(case.command)
        with tempfile.TemporaryDirectory() as folder:
            case.write(Path(folder), 4)
            _in(folder, lambda: run("typewriter", [*case.args]))


def cost(case: Case, size: int) -> float:
    """The CPU seconds of one run, in a child process."""
    with tempfile.TemporaryDirectory() as folder:
        case.write(Path(folder), size)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with suppress(BaseException):
                resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
                _in(folder, lambda: run("typewriter", [*case.args]))
                used = resource.getrusage(resource.RUSAGE_SELF)
                os.write(writing, str(used.ru_utime + used.ru_stime).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
    return float(said) if said else math.inf


def _in(folder: str, work: Callable[[], object]) -> None:
    """Do the work in a folder, its output thrown away."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        with redirect_stdout(_sink()), redirect_stderr(_sink()):
            work()
    finally:
        os.chdir(before)


def _sink() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace")


_SCALE: Final = 2
"""How much larger the inputs of the table are than those of the tests."""


def all_of(wanted: str = "") -> Iterator[Grown]:
    """Every case whose name has the word ``wanted``, in turn."""
    for case in CASES:
        if wanted in case.name:
            print(f"{case.name} …", file=sys.stderr, flush=True)
            yield grown(case, case.size * _SCALE)
