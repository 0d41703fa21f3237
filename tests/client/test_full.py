"""A full queue with on_full="block": calls wait for room, but never for themselves."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from .server import OK, Reply, Server


class Gate:
    """A transport that accepts nothing until it is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Event()
        self.sent: list[int] = []

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.entered.set()
        assert self.open.wait(20)
        self.sent += [message["properties"]["n"] for message in batch]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def drops() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def start(analytics: Any, gate: Gate, drops: list[tuple[int, str]]) -> Any:
    """Configure with a full queue of ten and a blocked worker."""

    def start(**settings: Any) -> None:
        given = {"transport": gate, "queue_size": 10, "flush_at": 1, "on_full": "block"}
        given["on_drop"] = lambda message, why: drops.append((message["properties"]["n"], why))
        analytics.configure(**{**given, **settings})
        send(analytics, 0)
        assert gate.entered.wait(5)
        for n in range(1, 11):
            send(analytics, n)

    yield start
    gate.open.set()


def send(analytics: Any, n: int) -> None:
    analytics.track("Counted", "u", None, {"n": n})


def seconds(work: Callable[[], object]) -> float:
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def later(work: Callable[[], object], after: float = 0.2) -> threading.Timer:
    timer = threading.Timer(after, work)
    timer.start()
    return timer


def test_a_call_waits_for_room(analytics: Any, gate: Gate, start: Any, drops: list[Any]) -> None:
    start()
    later(gate.open.set)
    assert 0.15 < seconds(lambda: send(analytics, 11)) < 3
    assert analytics.flush()
    assert gate.sent == list(range(12))
    assert drops == []


def test_after_the_time_limit_it_is_a_reported_drop(
    analytics: Any, gate: Gate, start: Any, drops: list[Any]
) -> None:
    start(block_timeout=0.2)
    assert 0.15 < seconds(lambda: send(analytics, 11)) < 2
    assert drops == [(11, "queue_full")]
    gate.open.set()
    assert analytics.flush()
    assert gate.sent == list(range(11))
    stats = analytics.stats()
    assert (stats.accepted, stats.delivered, stats.dropped) == (12, 11, {"queue_full": 1})


def test_drop_is_the_default_and_does_not_wait(
    analytics: Any, start: Any, drops: list[Any]
) -> None:
    start(on_full="drop", block_timeout=9)
    assert seconds(lambda: send(analytics, 11)) < 1
    assert drops == [(11, "queue_full")]


def test_all_of_many_at_once_arrive(analytics: Any, server: Server) -> None:
    analytics.configure(write_key="k", endpoint=server.url, on_full="block", queue_size=500)
    threads = [
        threading.Thread(target=lambda first: [send(analytics, n) for n in first], args=(part,))
        for part in (range(i * 50, i * 50 + 50) for i in range(200))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert analytics.flush(30)
    assert server.events() == list(range(10_000))
    assert analytics.stats().dropped == {}


def test_an_outage_holds_calls_up_and_loses_nothing(analytics: Any, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503) if n < 3 else OK
    analytics.configure(write_key="k", endpoint=server.url, on_full="block", queue_size=100)
    for n in range(1_000):
        send(analytics, n)
    assert analytics.flush(30)
    assert server.events() == list(range(1_000))


def test_close_lets_the_waiting_go_and_keeps_what_they_have(
    analytics: Any, gate: Gate, start: Any, drops: list[Any]
) -> None:
    start(block_timeout=20)
    caller = threading.Thread(target=send, args=(analytics, 11))
    caller.start()
    later(gate.open.set, 0.5)
    later(analytics.close, 0.2)
    caller.join(0.4)
    assert not caller.is_alive()
    assert seconds(lambda: (time.sleep(0.1), send(analytics, 12))) < 1
    assert drops == [(12, "closed")]
    time.sleep(0.5)
    assert gate.sent == list(range(12))


def test_the_worker_does_not_wait_for_itself(analytics: Any, server: Server) -> None:
    """Neither in on_drop, which it calls, nor in a transport that itself sends events."""
    lost: list[int] = []
    first = threading.Event()

    class Refusing:
        def track(self, **message: Any) -> bool:
            first.wait(5)
            if message["properties"]["n"] < 100:
                send(analytics, 100 + message["properties"]["n"])  # finds the queue full
            return False

    def on_drop(message: dict[str, Any], reason: str) -> None:
        lost.append(message["properties"]["n"])
        if reason == "refused" and lost[-1] < 100:
            send(analytics, 200 + lost[-1])

    analytics.configure(
        transport=Refusing(), queue_size=3, flush_at=1, on_full="block", on_drop=on_drop
    )
    send(analytics, 0)
    time.sleep(0.1)
    for n in range(1, 4):
        send(analytics, n)
    begin = time.monotonic()
    first.set()
    while analytics.stats().queued and time.monotonic() < begin + 10:
        time.sleep(0.01)
    assert time.monotonic() - begin < 4
    stats = analytics.stats()
    assert stats.accepted == sum(stats.dropped.values())
    assert set(stats.dropped) <= {"refused", "queue_full"}


def test_a_callback_on_the_callers_thread_does_not_wait(
    analytics: Any, start: Any, drops: list[Any]
) -> None:
    asked: list[float] = []

    def on_violation(violations: Any, message: Any) -> bool:
        asked.append(seconds(lambda: send(analytics, 50)))
        return False

    def on_drop(message: dict[str, Any], reason: str) -> None:
        drops.append(reason)
        if reason == "too_large":
            asked.append(seconds(lambda: send(analytics, 51)))

    start(on_drop=on_drop, on_violation=on_violation, block_timeout=20)
    analytics.order_completed("u", total=1)
    analytics.track("Counted", "u", None, {"n": "x" * 40_000})
    assert len(asked) == 2
    assert max(asked) < 1
    assert analytics.stats().dropped == {"queue_full": 2, "violation": 1, "too_large": 1}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")
def test_a_signal_handler_that_interrupts_a_lock_holder_does_not_wait(
    analytics: Any, gate: Gate, start: Any, drops: list[Any]
) -> None:
    start(block_timeout=20)
    backlog = analytics.PACKAGE.client()._queue
    waits: list[float] = []

    def handler(*_: object) -> None:
        waits.append(seconds(lambda: send(analytics, 11)))

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with backlog.lock:
            os.kill(os.getpid(), signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert len(waits) == 1
    assert waits[0] < 1
    assert drops == [(11, "queue_full")]


def test_an_exception_out_of_a_signal_handler_loses_nothing(
    analytics: Any, gate: Gate, start: Any, drops: list[Any]
) -> None:
    start(block_timeout=20)

    def handler(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            send(analytics, 11)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert analytics.stats().queued == 12
    gate.open.set()
    assert analytics.flush()
    assert gate.sent == list(range(12))
    assert drops == []


def test_without_a_worker_nobody_waits(
    analytics: Any, gate: Gate, drops: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the interpreter's exit, when Python no longer starts threads."""

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    gate.open.set()
    lose = lambda message, why: drops.append((message["properties"]["n"], why))  # noqa: E731
    analytics.configure(transport=gate, queue_size=10, on_full="block", on_drop=lose)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert seconds(lambda: [send(analytics, n) for n in range(12)]) < 2
    assert drops == [(10, "queue_full"), (11, "queue_full")]
    analytics.close()
    assert gate.sent == list(range(10))


@pytest.mark.parametrize("settings", [{"on_full": "wait"}, {"block_timeout": -1}])
def test_a_mistake_is_a_clear_error(analytics: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(settings))} must be"):
        analytics.configure(write_key="k", **settings)
