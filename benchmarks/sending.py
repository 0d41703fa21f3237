"""Programs that send, with our client or the official SDK; each runs as a process and prints
JSON.

``python -m benchmarks.sending MODE ours|official FOLDER [URL]``, where ``FOLDER`` contains the
generated package and ``MODE`` is the name of a function here.
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
KEPT = 3_000  # messages in the outbox, few enough for its worker to stay fast


class Subject(NamedTuple):
    """A call, and a function that waits until all calls are delivered."""

    call: Callable[[], object]
    flush: Callable[[], object]


class Waiting:
    """A transport that never returns."""

    def send(self, batch: list[dict[str, Any]]) -> None:
        """Wait forever."""
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
    """The same for ``segment-analytics-python``."""
    from segment.analytics.client import Client  # type: ignore[import-untyped]

    client = Client("benchmark", **settings)
    call = _call(folder)
    name, properties = call["name"], call["properties"]
    return Subject(lambda: client.track(USER, name, properties), client.flush)


def _call(folder: Path) -> dict[str, Any]:
    call: dict[str, Any] = json.loads((folder / "call.json").read_text())
    return call


def delivery(which: str, folder: Path, url: str) -> dict[str, float]:
    """Bursts, each flushed, with default settings: events per second, and CPU per event."""
    if which == "ours":
        call, flush = ours(folder, write_key="benchmark", endpoint=url)
    else:
        call, flush = official(folder, host=url)
    call()
    flush()  # the first imports and connections are not counted
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
    """Bytes of memory that a waiting message takes, including its Python objects."""
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
    """Microseconds of a call: CPU of the caller's thread, and wall-clock time.

    Ours has an outbox on the disk of the temporary folder; the SDK has none.  Neither has a
    server to send to: what is measured is the call, not the sending alongside it.
    """
    with tempfile.TemporaryDirectory() as temporary:
        if which == "ours":
            path = Path(temporary) / "analytics.db"
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

    os._exit(0)  # messages that still wait do not matter
