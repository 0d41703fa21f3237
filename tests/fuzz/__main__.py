"""``make fuzz``: FUZZ_RUNS runs (default 2,000) from FUZZ_SEED (default 1).

What fails is made smaller, printed, and written to FUZZ_OUT (default .cache/fuzz); exit status 1
then.  FUZZ_FIRST skips runs, to repeat one: FUZZ_FIRST=1234 FUZZ_RUNS=1.
"""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path

from .corpus import ROOT
from .runs import Failure, failures, kind_of, smaller

CHUNK = 25
STUCK = 120.0
"""Seconds without an answer after which a process hangs where no signal reaches it."""


def work(seed: int, first: int, last: int, step: int, answers: Connection) -> None:
    """A process: every ``step``th chunk, reported run by run."""
    for start in range(first, last, step * CHUNK):
        chunk = range(start, min(start + CHUNK, last))
        for number, failed in zip(chunk, failures(seed, chunk), strict=True):
            answers.send((number, failed))
    answers.send(None)


def main() -> int:
    """Run all, and say what failed."""
    runs, seed = int(os.environ.get("FUZZ_RUNS", 2000)), int(os.environ.get("FUZZ_SEED", 1))
    first = int(os.environ.get("FUZZ_FIRST", 0))
    out = Path(os.environ.get("FUZZ_OUT", ROOT / ".cache" / "fuzz"))
    started, done = time.monotonic(), 0
    found: dict[str, Failure] = {}
    count = min(os.cpu_count() or 1, max(1, runs // CHUNK))
    open_ends: dict[Connection, int] = {}
    for index in range(count):
        ours, theirs = get_context("fork").Pipe(duplex=False)
        start = first + index * CHUNK
        args = (seed, start, first + runs, count, theirs)
        get_context("fork").Process(target=work, args=args, daemon=True).start()
        theirs.close()
        open_ends[ours] = start - 1
    while open_ends:
        ready = wait([*open_ends], timeout=STUCK)
        if not ready:
            stuck = sorted(open_ends.values())
            print(f"no answer for {STUCK:g} s, after the runs {stuck} of seed {seed}")
            return 1
        for end in ready:
            assert isinstance(end, Connection)
            try:
                answer = end.recv()
            except EOFError:
                print(f"a process died after run {open_ends[end]} of seed {seed}")
                return 1
            if answer is None:
                del open_ends[end]
                continue
            number, failed = answer
            open_ends[end], done = number, done + 1
            if failed and kind_of(failed.problem) not in found:
                found[kind_of(failed.problem)] = failed
                report(failed, seed, out)
            if done % 1000 == 0:
                print(f"{done:,} runs, {time.monotonic() - started:.0f} s", flush=True)
    seconds = time.monotonic() - started
    print(f"{done:,} runs of seed {seed} in {seconds:.0f} s: {len(found)} kinds of failure")
    return 1 if found else 0


def report(failed: Failure, seed: int, out: Path) -> None:
    """Print a failure, and write its input to a folder."""
    small = smaller(failed)
    folder = out / f"{seed}-{failed.number}"
    for name, raw in small.files.texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    (folder / "problem.txt").write_text(failed.problem, errors="backslashreplace")
    print(f"\nseed {seed}, run {failed.number} ({failed.files.kind}): {folder}")
    print(failed.problem.encode(errors="backslashreplace").decode(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
