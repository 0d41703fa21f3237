"""Runs by number: one after the other, each with a limit, in several processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from .trials import SHARES, Files, WrongError, made, try_out

LIMIT: Final = 5.0
"""Seconds of CPU that one run may take."""


class TooLongError(BaseException):
    """A run has taken too long; no ``except Exception`` of the tool catches it."""


@dataclass(frozen=True)
class Failure:
    """A run that went wrong, and its files."""

    number: int
    problem: str
    files: Files


def input_of(seed: int, number: int) -> Files:
    """The input of one run."""
    chance = Random(f"{seed}:{number}")
    kind = chance.choices([*SHARES], [*SHARES.values()])[0]
    return made(kind, chance)


def problem_of(files: Files, limit: float = LIMIT) -> str:
    """What goes wrong with a run; nothing if all is well."""
    home = Path(tempfile.gettempdir()) / f"typewriter-fuzz-{os.getpid()}"
    folder = home / "run"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".git").mkdir(parents=True)  # no search for files goes further up
    before = Path.cwd()
    os.chdir(folder)
    try:
        with _limited(limit):
            try_out(files, folder)
    except WrongError as error:
        return str(error)
    except TooLongError as error:
        return f"longer than {limit:g} s:\n{_end(error)}"
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{_end(error)}"
    finally:
        os.chdir(before)
    return ""


def _end(error: BaseException) -> str:
    return "".join(traceback.format_tb(error.__traceback__)[-6:])


@contextlib.contextmanager
def _limited(limit: float) -> Iterator[None]:
    def late(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def failures(seed: int, numbers: range) -> Iterator[Failure | None]:
    """Each run in turn, None if it went well."""
    for number in numbers:
        files = input_of(seed, number)
        problem = problem_of(files)
        yield Failure(number, problem, files) if problem else None


# --- smaller ones --------------------------------------------------------------------------------


def kind_of(problem: str) -> str:
    """What two failures have in common if they are of one kind: the last line of our code."""
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    places = [line for line in lines if line.startswith('File "') and "typewriter_" in line]
    if places:
        return places[-1].rpartition("/")[2]
    return problem.partition(":")[2][:40]


def smaller(failure: Failure, tries: int = 150) -> Failure:
    """The same failure with less input, found by leaving out ever smaller parts."""
    wanted, files = kind_of(failure.problem), failure.files
    for name in [*files.texts]:
        size = max(1, len(files.texts[name]) // 2)
        while size and tries > 0:
            at = 0
            while at < len(files.texts[name]) and tries > 0:
                raw = files.texts[name]
                less = replace(files, texts={**files.texts, name: raw[:at] + raw[at + size :]})
                tries -= 1
                if kind_of(problem_of(less)) == wanted:
                    files = less
                else:
                    at += size
            size //= 2
    return replace(failure, files=files)
