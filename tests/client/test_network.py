"""No wait outlasts its limit, whatever a server does: flush, close, exit, a single request."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .bad_servers import BAD, LATE, bad_server
from .killing import clean_environment

GRACE = 0.25  # seconds that the README allows in addition to ``close_timeout``
SLACK = 3.0  # seconds for a busy machine; real failures take longer
PROGRAM = """
import sys, time
import analytics
from collections import Counter

lost = Counter()
analytics.configure(write_key="k", endpoint=sys.argv[1], flush_interval=0.01, close_timeout=0.4,
                    on_drop=lambda message, reason: lost.update([reason]))

def timed(call, *arguments):
    begin = time.monotonic()
    call(*arguments)
    print(time.monotonic() - begin)

for n in range(4):
    analytics.track("E", "u", None, {"n": n})
    timed(analytics.flush, 0.3)
second = analytics.Client(write_key="k", endpoint=sys.argv[1], flush_interval=0.01,
                          outbox=sys.argv[2])
second.accept(b'{"type":"track"}')
second.flush(0.3)
timed(second.close, 0.4)
analytics.track("E", "u", None, {"n": 4})

def end():
    stats = analytics.stats()
    print(stats.accepted, stats.delivered + sum(stats.dropped.values()) + stats.queued)
    print(sum(lost.values()) == sum(stats.dropped.values()))
    print(time.monotonic() - begin, flush=True)

import atexit
import typewriter_client.process.exit as exit
exit.tasks.append(end)
begin = time.monotonic()
"""


@pytest.mark.parametrize("kind", BAD)
def test_no_flush_close_or_exit_exceeds_its_limit(site: Path, tmp_path: Path, kind: str) -> None:
    """Not with an outbox either, which the second client has."""
    with bad_server(kind) as url:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, url, str(tmp_path / "outbox.db")],
            env=clean_environment(site),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    *flushes, close, account, told, exit = done.stdout.splitlines()
    assert max(map(float, flushes)) < 0.3 + SLACK
    assert float(close) < 0.4 + GRACE + SLACK
    assert float(exit) < 0.4 + GRACE + SLACK
    assert (account, told) == ("5 5", "True")


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_request_takes_longer_than_it_may_and_closing_reads_nothing(
    analytics: Any, kind: str, scheme: str
) -> None:
    """As for ``close`` without a worker thread, which then sends itself.

    For https the server does all that instead of what TLS begins with.
    """
    http = importlib.import_module("typewriter_client.delivery.http")
    large = b"x" * 16_000_000  # more than the system buffers for a server that does not read
    with bad_server(kind) as url:
        outlet = http.Http(f"{scheme}{url[4:]}/v1/batch", "k")
        for _ in range(3):
            begin = time.monotonic()
            outlet.send([large if kind == "does not read" else b"{}"], 0.3)
            assert time.monotonic() - begin < 0.3 + SLACK
        begin = time.monotonic()
        outlet.close()
        assert time.monotonic() - begin < SLACK


@pytest.mark.parametrize("kind", ["stalls in body", "trickles body", "never ends"])
def test_the_rest_of_an_answer_costs_a_quarter_of_a_second_at_most(
    analytics: Any, kind: str
) -> None:
    """Only the status matters, and each batch gets one."""
    with bad_server(kind) as url:
        analytics.configure(write_key="k", endpoint=url, flush_interval=0.01)
        begin = time.monotonic()
        for n in range(4):
            analytics.track("E", "u", None, {"n": n})
            assert analytics.flush(5)
        analytics.close()
    assert time.monotonic() - begin < 3 * 0.25 + SLACK
    assert (analytics.stats().delivered, analytics.stats().retries) == (4, 0)


def test_what_precedes_an_answer_is_none(analytics: Any) -> None:
    with bad_server("hints early") as url:
        analytics.configure(write_key="k", endpoint=url)
        for n in range(2):
            analytics.track("E", "u", None, {"n": n})
            assert analytics.flush(5)
    assert analytics.stats().delivered == 2


@pytest.mark.parametrize("kind", BAD)
def test_nor_does_a_request_through_a_proxy(analytics: Any, kind: str) -> None:
    """A proxy that behaves the same when asked to open a tunnel."""
    http = importlib.import_module("typewriter_client.delivery.http")
    route = importlib.import_module("typewriter_client.delivery.route")
    with bad_server(kind) as url:
        outlet = http.Http("https://127.0.0.1:9/v1/batch", "k", route.Route(url))
        for _ in range(2):
            begin = time.monotonic()
            answer = outlet.send([b"{}"], 0.3)
            assert time.monotonic() - begin < 0.3 + SLACK
            assert answer.outcome == "retry"
            assert answer.detail.endswith(f"(through the proxy {url})")
        outlet.close()


def test_all_that_a_request_does_has_one_limit(analytics: Any) -> None:
    """The proxy is slow to open the tunnel, whose other end neither uses TLS nor reads."""
    http = importlib.import_module("typewriter_client.delivery.http")
    route = importlib.import_module("typewriter_client.delivery.route")
    with bad_server("opens a tunnel late") as url:
        outlet = http.Http("https://127.0.0.1:9/v1/batch", "k", route.Route(url))
        begin = time.monotonic()
        assert outlet.send([b"{}"], LATE + 0.5).outcome == "retry"
        assert LATE < time.monotonic() - begin < LATE + 0.5 + LATE / 2
        outlet.close()
