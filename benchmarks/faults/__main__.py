"""``python -m benchmarks.faults``: run every scenario with both clients; write FAULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from ..loopback import Loopback
from .scenarios import Outcome, scenarios
from .subjects import subjects

HEAD = """\
# What is lost when things go wrong

Written by `make faults`: each scenario runs once with the generated client and once with
`segment-analytics-python` {official}, each in its own process, against the same server on
loopback ({cores} cores, {system}, Python {python}). *Lost* messages never arrived; *reported*
is how many of them the application was told about: by `on_drop`, by the SDK's `on_error`, by
the result of its `track()`, or by an exception. Where we need a setting that is not the default
(`on_full`, `outbox`, `flush_on_sigterm`), the scenario is what that setting is for.
"""
COLUMNS = ["sent", "delivered", "lost", "reported", "twice"]


def main() -> int:
    """Run them in sequence.  Returns 1 if ours silently lost a message."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer kills, a short soak")
    parser.add_argument("--only", default="", help="only scenarios with this text in the title")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "FAULTS.md")
    asked = parser.parse_args()
    rows = [["", "", *COLUMNS, "seconds", ""], ["---", "---", *["--:"] * 6, "---"]]
    silent = 0
    with tempfile.TemporaryDirectory() as folder, Loopback() as server:
        pair = subjects(Path(folder))
        for title, scenario in scenarios(asked.quick).items():
            if asked.only not in title:
                continue
            for subject in pair:
                print(f"{title}: {subject.name} …", file=sys.stderr)
                begin = time.perf_counter()
                found = scenario(subject, server)
                if subject is pair[0] and found is not None:
                    silent += found.silent + found.duplicates
                rows.append(_row(title, subject.name, found, time.perf_counter() - begin))
                title = ""
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    print(table)
    if not asked.only:
        asked.out.write_text(f"{_head()}\n{table}\n")
    return min(silent, 1)


def _row(title: str, name: str, found: Outcome | None, seconds: float) -> list[str]:
    if found is None:
        return [title, name, *["–"] * 6, "has no such feature"]
    figures = [found.sent, found.delivered, found.lost, found.reported, found.duplicates]
    note = "; ".join(
        part
        for part in (found.note, f"**{found.silent:,} lost silently**" if found.silent else "")
        if part
    )
    return [title, name, *(f"{figure:,}" for figure in figures), f"{seconds:.1f}", note]


def _head() -> str:
    return HEAD.format(
        official=version("segment-analytics-python"),
        cores=os.cpu_count(),
        system=platform.system(),
        python=platform.python_version(),
    )


if __name__ == "__main__":
    sys.exit(main())
