"""The client at work, compared with the official SDK: delivery, memory, the outbox."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

from .loopback import Loopback
from .process import run

HERE = Path(__file__).resolve().parent
BOTH = ("ours", "official")
Measured = dict[str, dict[str, float]]
"""By subject, then by what was measured."""


def measure(folder: Path, rounds: int) -> Measured:
    """The medians of both, run in turn so that other load affects both alike."""
    found: dict[str, dict[str, list[float]]] = {who: {} for who in BOTH}
    with Loopback() as server:
        for _ in range(rounds):
            for who in BOTH:
                server.begin(counted=True)
                _add(found[who], "delivery", who, folder, server.url)
                for mode in ("queued", "outbox"):
                    _add(found[who], mode, who, folder)
    return {who: {name: median(all_) for name, all_ in found[who].items()} for who in BOTH}


def _add(found: dict[str, list[float]], mode: str, who: str, folder: Path, *more: str) -> None:
    output = folder / "sending.json"
    command = [sys.executable, "-m", "benchmarks.sending", mode, who, str(folder), *more]
    run(command, cwd=HERE.parent, output=output, limit=120)
    last = output.read_text().strip().splitlines()[-1]
    for name, value in json.loads(last).items():
        found.setdefault(f"{mode} {name}", []).append(value)


ROWS = {
    "delivery rate": ("events delivered to loopback per second", ",.0f"),
    "delivery cpu": ("CPU of the process per event, µs", ".1f"),
    "queued bytes": ("memory per waiting message, bytes", ",.0f"),
    "outbox cpu": ("a call with `outbox=`, caller's CPU, µs (SDK: `track()` without)", ".1f"),
    "outbox clock": ("the same, wall-clock time, µs", ".1f"),
}


def rows(found: Measured) -> list[list[str]]:
    """The rows of a table: ours, the SDK, and their ratio."""
    table = []
    for name, (label, shape) in ROWS.items():
        ours, official = (found[who][name] for who in BOTH)
        table.append([label, f"{ours:{shape}}", f"{official:{shape}}", f"{ours / official:.2f} ×"])
    return table
