"""also=: several destinations, each on its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from .server import Reply, Server, refusing_port


class Sending:
    """A transport that keeps everything."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.before = before
        self.sent: list[dict[str, Any]] = []

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.before()
        self.sent += batch

    @property
    def numbers(self) -> list[int]:
        return sorted(message["properties"]["n"] for message in self.sent)


def fail() -> None:
    raise OSError("down")


def send(analytics: Any, *numbers: int) -> None:
    for n in numbers:
        analytics.track("E", "u", None, {"n": n})


def test_each_gets_the_same_messages(analytics: Any, server: Server) -> None:
    one, two = Sending(), Sending()
    others = [analytics.Client(transport=one), analytics.Client(transport=two)]
    analytics.configure(write_key="k", endpoint=server.url, also=others)
    with analytics.scope(context={"ip": "::1"}):
        send(analytics, 1, 2)
        analytics.track("Options", "u", {"message_id": "m", "timestamp": "2026-01-31T00:00:00Z"})
        analytics.track("Odd", "u", None, {"set": {1}})
    assert analytics.flush()
    assert [message["event"] for message in one.sent] == ["E", "E", "Options", "Odd"]
    assert server.delivered == one.sent == two.sent
    stats = [analytics.stats(), *(client.stats() for client in others)]
    assert [(each.accepted, each.delivered, each.queued) for each in stats] == [(4, 4, 0)] * 3


@pytest.mark.parametrize("main_fails", [False, True])
@pytest.mark.parametrize("way", ["down", "raises", "hangs", "refuses"])
def test_one_that_fails_does_not_hurt_the_other(
    analytics: Any, server: Server, way: str, main_fails: bool
) -> None:
    release, lost = threading.Event(), []
    ways: dict[str, dict[str, Any]] = {
        "down": {"write_key": "k", "endpoint": f"http://127.0.0.1:{refusing_port()}"},
        "raises": {"transport": Sending(fail)},
        "hangs": {"transport": Sending(release.wait)},
        "refuses": {"write_key": "k", "endpoint": server.url},
    }
    server.behave = lambda n, batch: Reply(401)
    note = lambda message, reason: lost.append((message["properties"]["n"], reason))  # noqa: E731
    failing = {**ways[way], "on_drop": note, "queue_size": 10, "flush_at": 5, "close_timeout": 0.2}
    good = Sending()
    right = {"transport": good, "flush_at": 5}
    main, other = (failing, right) if main_fails else (right, failing)
    second = analytics.Client(**other)
    analytics.configure(**main, also=[second])
    send(analytics, *range(100))
    healthy, failed = (second.stats, analytics.stats)[:: 1 if main_fails else -1]
    until = time.monotonic() + 5
    while healthy().queued and time.monotonic() < until:
        time.sleep(0.01)
    assert good.numbers == list(range(100))
    assert (healthy().delivered, healthy().dropped, healthy().retries) == (100, {}, 0)
    began = time.monotonic()
    analytics.close()
    assert time.monotonic() - began < 2
    assert (failed().delivered, sum(failed().dropped.values())) == (0, 100)
    assert sorted(n for n, _ in lost) == list(range(100))
    release.set()


def test_a_flush_is_of_all_and_takes_no_longer_than_one(analytics: Any) -> None:
    slow = [Sending(lambda: time.sleep(0.3)) for _ in range(3)]
    main, *also = slow
    analytics.configure(
        transport=main, also=[analytics.Client(transport=each) for each in also], flush_interval=60
    )
    send(analytics, 1)
    began = time.monotonic()
    assert analytics.flush(5)
    assert time.monotonic() - began < 0.8
    assert [each.numbers for each in slow] == [[1]] * 3
    also[0].before = fail
    send(analytics, 2)
    began = time.monotonic()
    assert not analytics.flush(0.6)
    assert time.monotonic() - began < 1
    assert [each.numbers for each in slow] == [[1, 2], [1], [1, 2]]


def test_a_close_is_of_all_at_the_same_time(analytics: Any) -> None:
    transports = [Sending(fail), Sending(fail), Sending()]
    clients = [analytics.Client(transport=each, close_timeout=0.4) for each in transports]
    analytics.configure(transport=Sending(fail), also=clients, close_timeout=0.4)
    send(analytics, 1, 2)
    began = time.monotonic()
    analytics.close()
    assert time.monotonic() - began < 1
    assert [client.stats().delivered for client in clients] == [0, 0, 2]
    send(analytics, 3)
    dropped = [client.stats().dropped for client in clients]
    assert dropped == [{"abandoned": 2, "closed": 1}] * 2 + [{"closed": 1}]


def test_configured_anew(analytics: Any) -> None:
    main, kept, left = Sending(), Sending(), Sending()
    stays, goes = analytics.Client(transport=kept), analytics.Client(transport=left)
    analytics.configure(transport=main, also=[stays, goes])
    send(analytics, 1)
    analytics.configure(transport=main, also=[stays])
    assert (goes.closed, stays.closed) == (True, False)
    send(analytics, 2)
    assert analytics.flush()
    assert (main.numbers, kept.numbers, left.numbers) == ([1, 2], [1, 2], [1])
    analytics.configure(transport=main)
    send(analytics, 3)
    assert analytics.flush()
    assert stays.closed
    assert (main.numbers, kept.numbers) == ([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="closed"):
        analytics.configure(transport=main, also=[stays])


def test_calls_are_judged_once_by_the_settings_of_configure(analytics: Any) -> None:
    seen: list[str] = []
    main, other = Sending(), Sending()
    # A further client's on_violation would only apply to its own calls; there are none.
    second = analytics.Client(transport=other, on_violation="raise")

    def judge(violations: Any, message: dict[str, Any]) -> bool:
        seen.append(message["messageId"])
        return "total" in message["properties"]

    analytics.configure(transport=main, on_violation=judge, also=[second])
    analytics.order_completed("u", total=1)
    analytics.order_completed("u")
    assert analytics.flush()
    assert len(seen) == 2
    assert main.sent == other.sent
    assert [message["messageId"] for message in other.sent] == seen[:1]
    assert analytics.stats().dropped == {"violation": 1}
    assert (second.stats().accepted, second.stats().violations) == (1, 0)


def test_switched_off_is_switched_off_for_all(analytics: Any) -> None:
    other = Sending()
    analytics.configure(enabled=False, also=[analytics.Client(transport=other)])
    send(analytics, 1)
    assert analytics.flush()
    assert other.sent == []
    analytics.configure(
        transport=other, also=[analytics.Client(transport=Sending(), enabled=False)]
    )
    send(analytics, 2)
    assert analytics.flush()
    assert other.numbers == [2]


def test_capture_sends_to_none(analytics: Any) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]

    main, other = Sending(), Sending()
    analytics.configure(transport=main, also=[analytics.Client(transport=other)])
    with capture() as sent:
        send(analytics, 1)
        analytics.configure(transport=main, also=[analytics.Client(transport=other)])
        send(analytics, 2)
    send(analytics, 3)
    assert analytics.flush()
    assert [message["properties"]["n"] for message in sent] == [1, 2]
    assert main.numbers == other.numbers == [3]


def test_without_others_a_call_is_as_it_was(analytics: Any) -> None:
    analytics.configure(transport=Sending(), also=[])
    client = analytics.PACKAGE.client()
    assert type(client) is analytics.Client
    analytics.configure(transport=Sending())
    assert type(analytics.PACKAGE.client()) is analytics.Client


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda one: one, "list of clients"),
        (lambda one: [{"write_key": "k"}], "clients of this library"),
        (lambda one: [one, one], "twice"),
        (lambda one: 5, "list of clients"),
    ],
)
def test_mistakes(analytics: Any, wrong: Any, said: str) -> None:
    one = analytics.Client(transport=Sending())
    with pytest.raises((TypeError, ValueError), match=said):
        analytics.configure(transport=Sending(), also=wrong(one))
    with pytest.raises(TypeError, match="a setting of configure"):
        analytics.Client(transport=Sending(), also=[one])


def run(site: Path, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code],  # of a fork, since 3.12
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


PROGRAM = """
import analytics, os
second = analytics.Client(write_key="b", endpoint={other!r})
analytics.configure(write_key="a", endpoint={main!r}, also=[second])
def send(start):
    for n in range(start, start + 100):
        analytics.track("E", "u", None, {{"n": n}})
"""


def test_at_exit_all_are_flushed(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(delay=0.2)
    with Server() as other:
        run(site, PROGRAM.format(main=server.url, other=other.url) + "send(0)")
        assert server.events() == other.events() == list(range(100))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork_both_sides_send_to_all(site: Path, server: Server) -> None:
    forking = """
send(0)
child = os.fork()
send(200 if child else 100)
if child:
    os.waitpid(child, 0)
else:
    assert analytics.flush()
    assert second.stats().delivered == 100
    os._exit(0)
"""
    with Server() as other:
        run(site, PROGRAM.format(main=server.url, other=other.url) + forking)
        assert server.events() == other.events() == list(range(300))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to handle here")
def test_sigterm_flushes_all(site: Path, server: Server) -> None:
    with Server() as other:
        code = PROGRAM.replace("also=", "flush_on_sigterm=True, also=")
        ending = "send(0)\nimport signal\nos.kill(os.getpid(), signal.SIGTERM)"
        done = subprocess.run(
            [sys.executable, "-c", code.format(main=server.url, other=other.url) + ending],
            env={**os.environ, "PYTHONPATH": str(site)},
            timeout=30,
            check=False,
        )
        assert done.returncode == -15
        assert server.events() == other.events() == list(range(100))


def test_each_has_its_own_outbox(analytics: Any, tmp_path: Path) -> None:
    box, other = tmp_path / "a.db", tmp_path / "b.db"
    down, up = Sending(fail), Sending()
    first = analytics.Client(transport=up, outbox=box)
    with pytest.raises(ValueError, match="share an outbox"):
        analytics.configure(transport=down, outbox=box, also=[first])
    analytics.configure(transport=down, outbox=other, also=[first], close_timeout=0.2)
    send(analytics, 1, 2)
    assert first.flush()
    assert up.numbers == [1, 2]
    analytics.close()
    assert (first.stats().dropped, analytics.stats().dropped) == ({}, {})
    down.before = lambda: None
    analytics.configure(transport=down, outbox=other)
    assert analytics.flush()
    assert down.numbers == [1, 2]
    assert [m["messageId"] for m in down.sent] == [m["messageId"] for m in up.sent]


@pytest.mark.parametrize("seed", range(3))
def test_each_makes_good_its_own_faults_amid_the_traffic_of_threads(
    analytics: Any, server: Server, seed: int
) -> None:
    random = Random(seed)
    faults = [Reply(500), Reply(429, {"Retry-After": "0"}), Reply(reset=True), Reply(delay=0.05)]

    def behave(n: int, batch: Any) -> Reply:
        return random.choice(faults) if random.random() < 0.3 else Reply()

    with Server(behave) as one, Server(behave) as two:
        server.behave = behave
        others = [
            analytics.Client(write_key="k", endpoint=each.url, flush_at=50) for each in (one, two)
        ]
        analytics.configure(write_key="k", endpoint=server.url, flush_at=50, also=others)
        threads = [
            threading.Thread(target=send, args=(analytics, *range(start, start + 150)))
            for start in range(0, 600, 150)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert analytics.flush(20)
        assert server.events() == one.events() == two.events() == list(range(600))
        for stats in (analytics.stats(), *(client.stats() for client in others)):
            assert (stats.accepted, stats.delivered, stats.dropped) == (600, 600, {})
        ids = [{m["messageId"] for m in each.delivered} for each in (server, one, two)]
        assert ids[0] == ids[1] == ids[2]
