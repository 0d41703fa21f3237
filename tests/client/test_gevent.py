"""gevent's monkey-patching, before the package is imported and after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .server import OK, Reply, Server

PROGRAM = """
import os, signal, sys
def patch():
    import gevent.monkey
    gevent.monkey.patch_all()
if {order!r} == "before": patch()
import analytics
if {order!r} == "after": patch()
import gevent
def on_drop(message, reason):
    print("lost", reason)
analytics.configure(write_key="k", endpoint=sys.argv[1], on_drop=on_drop, **{settings})
def send(first, count=50):
    for n in range(first, first + count):
        analytics.track("E", "u", None, {{"n": n}})
        if n % 10 == 0: gevent.sleep(0)
def crowd():
    gevent.joinall([gevent.spawn(send, 50 * i) for i in range(20)])
"""
ORDERS = pytest.mark.parametrize("order", ["before", "after"])


def start(site: Path, server: Server, order: str, code: str, **settings: Any) -> Any:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(order=order, settings=settings) + code, server.url],
        env={**environment, "PYTHONPATH": str(site)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*given: Any, **settings: Any) -> tuple[int, str, str]:
    child = start(*given, **settings)
    try:
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
    return child.returncode, out, err


@ORDERS
def test_greenlets_send_and_the_exit_delivers(site: Path, server: Server, order: str) -> None:
    code = "crowd(); print(analytics.flush()); send(1000)"
    assert run(site, server, order, code, flush_interval=60) == (0, "True\n", "")
    assert server.events() == list(range(1_050))


@ORDERS
def test_in_an_outage_the_other_greenlets_go_on(site: Path, server: Server, order: str) -> None:
    server.behave = lambda n, batch: Reply(503) if n < 3 else OK
    code = """
ticks = []
def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.01)
gevent.spawn(tick)
crowd()
print(analytics.flush(), len(ticks) > 20)
"""
    status, printed, logged = run(site, server, order, code)
    assert (status, printed) == (0, "True True\n")
    assert len(logged.splitlines()) == 2  # the outage began, and is over
    assert server.events() == list(range(1_000))


@ORDERS
def test_a_full_queue_blocks_one_greenlet_only(site: Path, server: Server, order: str) -> None:
    settings = {"on_full": "block", "queue_size": 30}
    assert run(site, server, order, "crowd()", **settings) == (0, "", "")
    assert server.events() == list(range(1_000))


@ORDERS
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_copies_no_message(site: Path, server: Server, order: str) -> None:
    """Though it copies the worker's greenlet, which goes on in the child."""
    code = """
send(0)
gevent.sleep(0.1)
pid = os.fork()
if pid == 0:
    send(1000)
    gevent.sleep(0.6)
    sys.exit(0)
print(os.waitpid(pid, 0)[1])
"""
    assert run(site, server, order, code, flush_interval=0.3) == (0, "0\n", "")
    assert server.events() == [*range(50), *range(1_000, 1_050)]


@ORDERS
@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_sigterm_while_all_greenlets_sleep(site: Path, server: Server, order: str) -> None:
    """Its handler then runs in gevent's hub, which must not wait."""
    code = "send(0); print('ready', flush=True); gevent.sleep(20)"
    child = start(site, server, order, code, flush_interval=60, flush_on_sigterm=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (-signal.SIGTERM, "", "")
    assert server.events() == list(range(50))
