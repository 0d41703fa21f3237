"""One program that sends to a loopback server, ours or the official SDK's; prints JSON.

``python -m benchmarks.delivery ours|official FOLDER URL BURSTS SIZE``: bursts of calls, each
flushed, with default settings; events a second that were delivered.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

USER = "user-1"


def ours(folder: Path, url: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """A generated, validated call, and what waits for its delivery."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("analytics")
    call = _call(folder)
    function, properties = getattr(package, call["function"]), call["properties"]
    package.configure(write_key="benchmark", endpoint=url)
    return lambda: function(USER, **properties), lambda: package.flush(60)


def official(folder: Path, url: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """The same of ``segment-analytics-python``."""
    from segment.analytics.client import Client  # type: ignore[import-untyped]

    client = Client("benchmark", host=url)
    call = _call(folder)
    name, properties = call["name"], call["properties"]
    return lambda: client.track(USER, name, properties), client.flush


def _call(folder: Path) -> dict[str, Any]:
    call: dict[str, Any] = json.loads((folder / "call.json").read_text())
    return call


def main(which: str, folder: str, url: str, bursts: int, size: int) -> None:
    """Send, and print the seconds that it took, on the clock and of CPU."""
    call, flush = {"ours": ours, "official": official}[which](Path(folder), url)
    call()
    flush()  # what is loaded and connected first is not counted
    begin, cpu = perf_counter(), process_time()
    for _ in range(bursts):
        for _ in range(size):
            call()
        flush()
    print(json.dumps([perf_counter() - begin, process_time() - cpu]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
