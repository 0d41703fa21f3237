"""Runs commands as processes and measures what each costs."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

ENOUGH: Final = 20.0  # seconds of repeating one command; a slower one is run once
# Everything is measured as it is from its second use on: compiled.
_ENVIRONMENT: Final = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


class TooLongError(Exception):
    """The command was stopped at the time limit."""


class FailedError(Exception):
    """The command failed; the text is the end of its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, wall-clock seconds and megabytes of a process and its awaited children."""

    cpu: float
    wall: float
    memory: float


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    limit: float = 600,
    expect: Sequence[int] = (0,),
    output: Path | None = None,
) -> Cost:
    """The cost of one run.  Standard input is empty; the output is written to ``output``."""
    written = output or cwd / "output.txt"
    with written.open("wb") as file:
        started = perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        late = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        finally:
            late.cancel()
        wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL and wall >= limit:
        raise TooLongError(f"stopped after {limit:.0f} s")
    if process.returncode not in expect:
        raise FailedError(written.read_text(errors="replace")[-2000:])
    # Linux counts memory in KB, macOS in bytes.
    scale = 1024 if os.uname().sysname == "Linux" else 1024 * 1024
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / scale)


def typical(measure: Callable[[], Cost], repeats: int) -> Cost:
    """The median of up to this many runs, of fewer if they take long."""
    return in_turn([measure], repeats)[0]


def in_turn(measures: Sequence[Callable[[], Cost]], repeats: int) -> list[Cost]:
    """The same for several, run in turn so that other load affects all alike."""
    rounds: list[list[Cost]] = []
    while len(rounds) < repeats and _clock(rounds) < ENOUGH * len(measures):
        rounds.append([measure() for measure in measures])
    return [_middle(costs) for costs in zip(*rounds, strict=True)]


def _clock(rounds: list[list[Cost]]) -> float:
    return sum(cost.wall for costs in rounds for cost in costs)


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(cost.memory for cost in costs),
    )
