"""Processes that share an outbox, killed at random moments."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .server import Reply, Server

WRITER = """
import os, sys, time
import analytics

outbox, endpoint, log, first = sys.argv[1:5]
analytics.configure(write_key="k", endpoint=endpoint, outbox=outbox, flush_at=20,
                    flush_interval=0.02, close_timeout=20)
accepted = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
n = int(first)
while not os.path.exists(outbox + ".stop"):
    analytics.track("Counted", "u", None, {"n": n})
    os.write(accepted, b"%d\\n" % n)  # the call has returned: it must arrive
    n += 1
    time.sleep(0.001)
"""
FLUSH = """
import sys
import analytics

analytics.configure(write_key="k", endpoint=sys.argv[2], outbox=sys.argv[1])
assert analytics.flush(30), analytics.stats()
"""


class Outcome(NamedTuple):
    """The outcome of the messages that calls had accepted when they returned."""

    kills: int
    accepted: int
    delivered: int
    lost: int
    repeated: int
    """Delivered more than once, with the same ``messageId``."""
    doubled: int
    """Delivered more than once with another ``messageId``; Segment would count them twice."""


def clean_environment(site: Path) -> dict[str, str]:
    """The environment of a process that gets only the package from the tests."""
    ours = ("PYTEST", "SEGMENT", "TYPEWRITER", "COV_", "REQUESTS_", "CURL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(site)}


def kill_at_random(
    site: Path, folder: Path, *, kills: int, processes: int = 4, seed: int = 0
) -> Outcome:
    """``processes`` write to one outbox; ``kills`` times one is killed and another started.

    ``site`` is the folder with the package, ``folder`` one for the outbox.
    """
    moments = random.Random(seed)
    outbox = folder / "analytics.db"
    with Server(lambda n, batch: Reply(delay=0.005)) as server:
        command = [sys.executable, "-c", WRITER, str(outbox), server.url, str(folder / "accepted")]
        environment = clean_environment(site)

        def start(number: int) -> subprocess.Popen[bytes]:
            return subprocess.Popen([*command, str(number * 1_000_000)], env=environment)

        running = [start(number) for number in range(processes)]
        for number in range(processes, processes + kills):
            time.sleep(moments.uniform(0.02, 0.3))
            victim = running.pop(moments.randrange(len(running)))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            running.append(start(number))
        enough = _size(folder / "accepted") + 3_000
        while _size(folder / "accepted") < enough:
            time.sleep(0.01)
        Path(f"{outbox}.stop").touch()
        ends = [process.wait(60) for process in running]
        flush = [sys.executable, "-c", FLUSH, str(outbox), server.url]
        ends.append(subprocess.run(flush, env=environment, timeout=60, check=False).returncode)
        assert ends == [0] * (processes + 1)
        return _outcome(kills, (folder / "accepted").read_text().split(), server)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _outcome(kills: int, accepted: list[str], server: Server) -> Outcome:
    delivered = Counter(message["properties"]["n"] for message in server.delivered)
    ids = Counter(
        json.loads(key)[0]
        for key in {json.dumps([m["properties"]["n"], m["messageId"]]) for m in server.delivered}
    )
    return Outcome(
        kills,
        len(accepted),
        len(delivered),
        len({int(n) for n in accepted} - set(delivered)),
        sum(1 for count in delivered.values() if count > 1),
        sum(1 for count in ids.values() if count > 1),
    )
