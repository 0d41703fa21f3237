"""Programs that send, ours or the official SDK's; each a process of its own, prints JSON.

``python -m benchmarks.sending MODE ours|official FOLDER [URL]``, where ``FOLDER`` has the
generated package, and ``MODE`` is a function here.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import Any, NamedTuple

USER = "user-1"
NOBODY = "http://127.0.0.1:9"
BURSTS, SIZE = 4, 5_000
QUEUED = 20_000
KEPT = 3_000  # messages in the outbox; fewer than its worker is slow for


class Subject(NamedTuple):
    """A call, and what waits for the delivery of those that were made."""

    call: Callable[[], object]
    flush: Callable[[], object]


class Waiting:
    """A transport that takes nothing."""

    def send(self, batch: list[dict[str, Any]]) -> None:
        """Wait."""
        threading.Event().wait()


def ours(folder: Path, **settings: Any) -> Subject:
    """A generated, validated call."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("analytics")
    call = _call(folder)
    function, properties = getattr(package, call["function"]), call["properties"]
    package.configure(**settings)
    return Subject(lambda: function(USER, **properties), lambda: package.flush(60))


def official(folder: Path, **settings: Any) -> Subject:
    """The same of ``segment-analytics-python``."""
    from segment.analytics.client import Client  # type: ignore[import-untyped]

    client = Client("benchmark", **settings)
    call = _call(folder)
    name, properties = call["name"], call["properties"]
    return Subject(lambda: client.track(USER, name, properties), client.flush)


def _call(folder: Path) -> dict[str, Any]:
    call: dict[str, Any] = json.loads((folder / "call.json").read_text())
    return call


def delivery(which: str, folder: Path, url: str) -> dict[str, float]:
    """Bursts, each flushed, with default settings: events a second, and CPU of each."""
    if which == "ours":
        call, flush = ours(folder, write_key="benchmark", endpoint=url)
    else:
        call, flush = official(folder, host=url)
    call()
    flush()  # what is loaded and connected first is not counted
    begin, cpu = perf_counter(), process_time()
    for _ in range(BURSTS):
        for _ in range(SIZE):
            call()
        flush()
    count = BURSTS * SIZE
    return {
        "rate": count / (perf_counter() - begin),
        "cpu": (process_time() - cpu) / count * 1e6,
    }


def queued(which: str, folder: Path) -> dict[str, float]:
    """Memory that a message takes while it waits, bytes; with that of its Python objects."""
    if which == "ours":
        call, _ = ours(folder, transport=Waiting(), queue_size=2 * QUEUED)
    else:
        call, _ = official(folder, host=NOBODY, max_queue_size=2 * QUEUED)
    for _ in range(100):
        call()
    before = _resident()
    for _ in range(QUEUED):
        call()
    return {"bytes": (_resident() - before) / QUEUED}


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def outbox(which: str, folder: Path) -> dict[str, float]:
    """CPU of a call on the caller's thread, microseconds, and until it returns.

    Ours with an outbox on the disk of the temporary folder; the SDK has none.  Of both
    nobody listens where they send to: what is measured is the call, not the sending beside it.
    """
    with tempfile.TemporaryDirectory() as place:
        if which == "ours":
            path = Path(place) / "analytics.db"
            settings = {"write_key": "k", "close_timeout": 0.1}
            call, _ = ours(folder, outbox=path, endpoint=NOBODY, **settings)
        else:
            call, _ = official(folder, host=NOBODY)
        for _ in range(100):
            call()
        best = clock = float("inf")
        for _ in range(KEPT // 500):
            begin, started = perf_counter(), thread_time()
            for _ in range(500):
                call()
            best = min(best, (thread_time() - started) / 500 * 1e6)
            clock = min(clock, (perf_counter() - begin) / 500 * 1e6)
    return {"cpu": best, "clock": clock}


if __name__ == "__main__":
    mode, who, where, *more = sys.argv[1:]
    measured = {"delivery": delivery, "queued": queued, "outbox": outbox}[mode]
    print(json.dumps(measured(who, Path(where), *more)), flush=True)
    import os

    os._exit(0)  # what still waits is nobody's concern
