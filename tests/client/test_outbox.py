"""The outbox: what is on disk before a call returns is delivered, whatever ends meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .killing import clean_environment, kill_at_random
from .server import Reply, Server, refusing_port

START = """
import os, signal, sys, threading, time
import analytics

def call(*numbers):
    for n in numbers:
        analytics.track("Counted", "u", None, {"n": n})

def configure(**settings):
    given = {"write_key": "k", "endpoint": sys.argv[2], "outbox": sys.argv[1]}
    analytics.configure(**{**given, **settings})
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "analytics.db"


@pytest.fixture
def run(site: Path, path: Path, server: Server) -> Callable[..., str]:
    """Runs code in a separate process with that outbox; returns its output."""

    def run(code: str, endpoint: str | None = None, status: int = 0) -> str:
        with start(site, path, endpoint or server.url, code) as process:
            printed = process.communicate(timeout=60)[0]
        assert process.returncode == status
        return printed

    return run


def start(site: Path, path: Path, url: str, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", START + code, str(path), url],
        env=clean_environment(site),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def rows(path: Path) -> int:
    """How many messages are in the file."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    finally:
        connection.close()
    return int(count)


def files(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def call(analytics: Any, *numbers: int) -> None:
    for n in numbers:
        analytics.track("Counted", "u", None, {"n": n})


@pytest.fixture
def configure(analytics: Any, path: Path, server: Server) -> Iterator[Callable[..., None]]:
    """Configures with the outbox and the server, in this process."""

    def configure(**settings: Any) -> None:
        given = {"write_key": "k", "endpoint": server.url, "outbox": path}
        analytics.configure(**{**given, **settings})

    yield configure
    analytics.close(0.1)


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.01)


# --- what it is for -------------------------------------------------------------------------


def test_a_message_is_on_disk_when_the_call_returns(
    analytics: Any, configure: Any, path: Path
) -> None:
    configure(flush_interval=60)
    call(analytics, 1, 2)
    assert rows(path) == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert analytics.stats().queued == 2


def test_it_leaves_when_it_was_answered(
    analytics: Any, configure: Any, path: Path, server: Server
) -> None:
    configure()
    call(analytics, *range(250))
    assert analytics.flush(10)
    assert server.events() == list(range(250))
    assert rows(path) == 0
    assert analytics.stats()[:2] == (250, 250)
    analytics.close()
    assert files(path) == ["analytics.db"]


def test_a_process_that_is_killed_loses_nothing(run: Any, path: Path, server: Server) -> None:
    code = "configure(flush_interval=60); call(*range(100)); os.kill(os.getpid(), signal.SIGKILL)"
    run(code, status=-signal.SIGKILL)
    assert rows(path) == 100
    assert server.requests == []
    assert "100" in run("configure(); analytics.flush(10); print(analytics.stats().delivered)")
    assert server.events() == list(range(100))
    assert files(path) == ["analytics.db"]


def test_a_process_that_ends_while_the_server_is_down_loses_nothing(
    run: Any, path: Path, server: Server
) -> None:
    code = """
drops = []
configure(close_timeout=0.3, on_drop=lambda *each: drops.append(each))
call(*range(100))
analytics.close()
print(drops, analytics.stats().queued, analytics.stats().dropped)
"""
    down = f"http://127.0.0.1:{refusing_port()}"
    assert run(code, down).split("\n")[0] == "[] 100 {}"
    assert rows(path) == 100
    run("configure(); time.sleep(0.01)")  # sends what it finds, without any call
    until(lambda: server.events() == list(range(100)) or run("configure(); analytics.flush()"))
    assert rows(path) == 0


def test_kill_9_at_random_moments(site: Path, tmp_path: Path) -> None:
    """``make faults`` does the same with 50 moments."""
    outcome = kill_at_random(site, tmp_path, kills=12, seed=time.time_ns())
    assert outcome.accepted > 100
    assert (outcome.lost, outcome.doubled) == (0, 0), outcome


def test_processes_that_live_send_each_message_once(site: Path, tmp_path: Path) -> None:
    outcome = kill_at_random(site, tmp_path, kills=0, seed=0)
    assert outcome.accepted > 100
    assert (outcome.lost, outcome.repeated, outcome.doubled) == (0, 0, 0), outcome


def test_processes_that_start_together_make_one_outbox(
    site: Path, path: Path, server: Server
) -> None:
    """As a server's workers do at the very first start; repeated, as it depends on timing."""
    code = """
input()
for n in range(40):
    configure(outbox=f"{sys.argv[1]}-{n}")
    print(flush=True)
    input()
"""
    workers = [start(site, path, server.url, code) for _ in range(4)]
    for _ in range(40):
        for worker in workers:
            assert worker.stdin
            print(file=worker.stdin, flush=True)
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline(), "it ended"
    for worker in workers:
        with worker:
            worker.communicate("\n", timeout=60)
        assert worker.returncode == 0


def test_a_process_that_is_suspended_keeps_its_messages(
    site: Path, path: Path, server: Server, run: Any
) -> None:
    """There is no lease that expires: another process takes over when it has ended, not before."""
    code = "configure(flush_interval=60); call(1, 2); print(flush=True); time.sleep(60)"
    with start(site, path, server.url, code) as process:
        assert process.stdout
        assert process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        look = "configure(); print(analytics.flush(3), analytics.stats().accepted)"
        assert run(look) == "True 0\n"
        assert server.requests == []
        process.kill()
    assert run(look) == "True 2\n"
    assert server.events() == [1, 2]


def test_a_running_process_takes_over(
    analytics: Any, configure: Any, run: Any, server: Server
) -> None:
    configure(flush_interval=0)
    run("configure(flush_interval=60); call(7); os._exit(0)")
    until(lambda: server.events() == [7])
    until(lambda: analytics.stats()[:2] == (1, 1))
    assert analytics.stats().queued == 0


def test_an_outbox_that_was_moved_is_sent(run: Any, path: Path, server: Server) -> None:
    """The owners' files have been left behind."""
    run("configure(flush_interval=60); call(1); os._exit(0)")
    moved = path.parent / "elsewhere" / "moved.db"
    moved.parent.mkdir()
    for file in path.parent.glob("analytics.db*"):
        if "-owner-" not in file.name:
            shutil.move(file, moved.parent / file.name.replace("analytics", "moved"))
    run(f"configure(outbox={str(moved)!r}); analytics.flush(10)")
    assert server.events() == [1]


# --- the account ----------------------------------------------------------------------------


def test_an_outage_longer_than_the_retries_drops_nothing(
    analytics: Any, configure: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typewriter_client.delivery import worker  # type: ignore[import-not-found]

    monkeypatch.setattr(worker, "_LONGEST_DELAY", 0.002)
    server.behave = lambda n, batch: Reply(503 if n < 40 else 200)
    configure(flush_at=10, flush_interval=0)
    call(analytics, *range(30))
    until(lambda: analytics.stats().retries >= 30)
    stats = analytics.stats()
    assert (stats.accepted, stats.queued, stats.dropped) == (30, 30, {})
    assert analytics.flush(10)
    assert server.events() == list(range(30))
    assert analytics.stats()[:2] == (30, 30)


def test_one_batch_that_always_fails_does_not_hold_up_the_others(
    analytics: Any, configure: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typewriter_client.delivery import worker

    monkeypatch.setattr(worker, "_LONGEST_DELAY", 0.002)
    poison = [0]
    server.behave = lambda n, batch: Reply(
        500 if poison and batch[0]["properties"]["n"] == 0 else 200
    )
    configure(flush_at=1, flush_interval=0)
    call(analytics, 0)
    until(lambda: server.requests)
    call(analytics, 1, 2)
    until(lambda: server.events() == [1, 2])
    assert not analytics.flush(0.2)
    poison.clear()
    assert analytics.flush(10)
    assert server.events() == [0, 1, 2]


def test_a_message_that_is_refused_for_good_is_a_reported_drop(
    analytics: Any, configure: Any, path: Path, server: Server
) -> None:
    drops: list[tuple[int, str]] = []
    server.behave = lambda n, batch: Reply(
        400 if any(message["properties"]["n"] == 13 for message in batch) else 200
    )
    configure(on_drop=lambda message, why: drops.append((message["properties"]["n"], why)))
    call(analytics, *range(20))
    assert analytics.flush(10)
    assert drops == [(13, "refused")]
    assert server.events() == [n for n in range(20) if n != 13]
    assert rows(path) == 0


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_a_wrong_write_key_deletes_nothing(
    analytics: Any,
    configure: Any,
    path: Path,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    server.behave = lambda n, batch: Reply(status)
    configure(flush_interval=0)
    call(analytics, 1)
    until(lambda: "stay in the outbox" in caplog.text)
    assert not analytics.flush(0.1)
    began = time.monotonic()
    analytics.close()
    assert time.monotonic() - began < 2  # trying until the time is up would be useless
    assert f"request refused, messages stay in the outbox: HTTP status {status}" in caplog.messages
    assert analytics.stats()[:1] + analytics.stats()[3:5] == (1, {}, 1)
    assert rows(path) == 1
    server.behave = lambda n, batch: Reply(200)
    configure()
    assert analytics.flush(10)
    assert server.events() == [1]


def test_a_transport_takes_them_from_the_outbox(analytics: Any, configure: Any, path: Path) -> None:
    taken: list[int] = []

    class Transport:
        fails = True

        def send(self, batch: list[dict[str, Any]]) -> None:
            if Transport.fails:
                raise OSError("not now")
            taken.extend(message["properties"]["n"] for message in batch)

    configure(transport=Transport())
    call(analytics, 1, 2)
    assert not analytics.flush(0.1)
    Transport.fails = False
    assert analytics.flush(10)
    assert taken == [1, 2]
    assert rows(path) == 0


def test_many_threads(analytics: Any, configure: Any, server: Server) -> None:
    configure(flush_at=50, flush_interval=0.01)
    threads = [
        threading.Thread(target=call, args=(analytics, *range(k * 100, k * 100 + 100)))
        for k in range(20)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        stats = analytics.stats()
        assert stats.accepted == stats.delivered + stats.queued
    assert analytics.flush(20)
    assert server.events() == list(range(2_000))


def test_configured_again_with_the_same_file(
    analytics: Any, configure: Any, server: Server
) -> None:
    server.behave = lambda n, batch: Reply(503)
    configure(close_timeout=0)
    call(analytics, 1)
    configure(close_timeout=0)
    call(analytics, 2)
    server.behave = lambda n, batch: Reply(200)
    assert analytics.flush(10)
    # What the first one was sending when it was closed may have arrived, and be sent again.
    until(lambda: set(server.events()) == {1, 2})
    assert len({message["messageId"] for message in server.delivered}) == 2


# --- forks ----------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_children_have_owners_of_their_own(run: Any, path: Path, server: Server) -> None:
    code = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
configure(flush_interval=0.05)
call(0)
stop = threading.Event()
more = threading.Thread(target=lambda: [(call(n), time.sleep(0.001)) for n in range(1000, 1300)])
more.start()
for child in range(1, 6):
    time.sleep(0.02)
    if os.fork() == 0:
        call(*range(child * 100, child * 100 + 20))
        analytics.flush(10)
        os._exit(0)
for child in range(1, 6):
    assert os.wait()[1] == 0
more.join()
call(1)
analytics.flush(10)
"""
    run(code)
    children = [n for child in range(1, 6) for n in range(child * 100, child * 100 + 20)]
    assert server.events() == [0, 1, *children, *range(1000, 1300)]
    assert rows(path) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_that_is_killed_leaves_its_messages(run: Any, path: Path, server: Server) -> None:
    code = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
configure(flush_interval=60)
call(1)
if os.fork() == 0:
    call(2)
    os.kill(os.getpid(), signal.SIGKILL)
os.wait()
os._exit(0)
"""
    run(code)
    assert rows(path) == 2
    run("configure(); analytics.flush(10)")
    assert server.events() == [1, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_by_a_signal_handler_amid_a_call_does_not_wait_for_ever(
    run: Any, server: Server
) -> None:
    code = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
from typewriter_client.outbox import connections
connections._LONGEST = 0.2
configure(flush_interval=0)
client = analytics.PACKAGE.client()
with client._queue._outbox._calls:  # as if interrupted there
    holds = threading.Event()
    def hold():
        with client._queue._outbox._worker:
            holds.set()
            time.sleep(1)
    threading.Thread(target=hold).start()
    holds.wait()
    if os.fork() == 0:
        os._exit(0)
    os.wait()
call(1)
assert analytics.flush(10)
"""
    run(code)
    assert server.events() == [1]


# --- what it costs --------------------------------------------------------------------------

COST = """
import logging
from segment.analytics import Client

logging.disable()
properties = {
    "order_id": "o_1",
    "total": 39.98,
    "products": [{"product_id": "p_1", "price": 19.99, "quantity": 2}],
    "currency": "EUR",
    "gift": False,
}
sdk = Client("k", host=sys.argv[2], max_queue_size=10**6, max_retries=0)
configure(endpoint=sys.argv[2])

def measure(call):
    begin = time.thread_time()
    for _ in range(1_000):
        call()
    return time.thread_time() - begin

def ours():
    analytics.order_completed("u_1", **properties)

def theirs():
    sdk.track("u_1", "Order Completed", properties)

print(min(measure(ours) for _ in range(5)) / min(measure(theirs) for _ in range(5)), flush=True)
os._exit(0)
"""


def test_costs_the_caller_about_what_the_sdks_track_costs_without_one(run: Any) -> None:
    """``make bench`` measures it, 0.9 times; here the machine may be busy otherwise."""
    ratio = float(run(COST, f"http://127.0.0.1:{refusing_port()}"))
    assert ratio <= 3.0
