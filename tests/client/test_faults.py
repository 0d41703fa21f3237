"""Failures of networks, clocks, callbacks and callers: nothing is lost silently."""

from __future__ import annotations

import random
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from .killing import clean_environment
from .server import OK, Reply, Server, parsed

Lost = list[tuple[Any, str]]


@pytest.fixture
def lost() -> Lost:
    return []


@pytest.fixture
def start(analytics: Any, server: Server, lost: Lost) -> Any:
    def start(**settings: Any) -> None:
        given = {"write_key": "k", "endpoint": server.url, "flush_interval": 0.02}
        given["on_drop"] = lambda message, why: lost.append((message["properties"]["n"], why))
        analytics.configure(**{**given, **settings})

    return start


def send(analytics: Any, *numbers: Any) -> None:
    for n in numbers:
        analytics.track("Counted", "u", None, {"n": n})


def account(analytics: Any) -> tuple[int, int, dict[str, int], int]:
    stats = analytics.stats()
    assert stats.accepted == stats.delivered + sum(stats.dropped.values()) + stats.queued
    return stats.accepted, stats.delivered, stats.dropped, stats.queued


# --- the server ---------------------------------------------------------------------------


@pytest.fixture
def secure(server: Server) -> trustme.CA:
    """The server uses TLS, with a certificate from an unknown authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    plain = server._server.get_request

    def get_request() -> Any:
        connection, address = plain()
        try:
            return context.wrap_socket(connection, server_side=True), address
        except OSError:
            connection.close()
            raise

    server._server.get_request = get_request  # type: ignore[method-assign]
    return authority


def test_a_server_with_a_wrong_certificate_gets_nothing(
    analytics: Any, server: Server, start: Any, secure: Any, lost: Lost
) -> None:
    start(endpoint=server.url.replace("http", "https"), close_timeout=0.3)
    send(analytics, *range(5))
    assert not analytics.flush(0.5)
    send(analytics, 5)
    assert account(analytics) == (6, 0, {}, 6)
    assert analytics.stats().retries >= 1
    analytics.close()
    assert lost == [(n, "abandoned") for n in range(6)]
    assert server.requests == []


def test_a_certificate_that_the_machine_trusts_is_enough(
    site: Path, server: Server, secure: Any, tmp_path: Path
) -> None:
    secure.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    code = """
import analytics, sys
analytics.configure(write_key="k", endpoint=sys.argv[1])
analytics.track("E", "u", None, {"n": 1})
"""
    environment = clean_environment(site) | {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
    url = server.url.replace("http", "https")
    subprocess.run([sys.executable, "-c", code, url], env=environment, timeout=30, check=True)
    assert server.events() == [1]


def test_an_answer_that_trickles_in_holds_nothing_up(
    analytics: Any, server: Server, start: Any
) -> None:
    """The status arrives at once, the rest a byte at a time."""
    server.behave = lambda n, batch: Reply(trickle=0.2) if n == 0 else OK
    start()
    begin = time.monotonic()
    for n in range(3):
        send(analytics, n)
        assert analytics.flush(5)
    assert time.monotonic() - begin < 2
    assert server.events() == [0, 1, 2]


def test_retry_after_as_a_date_is_waited_for(analytics: Any, server: Server, start: Any) -> None:
    def behave(n: int, batch: Any) -> Reply:
        if n:
            return OK
        until = datetime.now(timezone.utc) + timedelta(seconds=2)
        return Reply(429, {"Retry-After": format_datetime(until, usegmt=True)})

    server.behave = behave
    start()
    send(analytics, 1)
    assert analytics.flush(5)
    first, second = server.requests
    assert 0.9 < second.at - first.at < 3


@pytest.mark.parametrize("status", [429, 500])
def test_seconds_of_refusals_lose_nothing(
    analytics: Any, server: Server, start: Any, lost: Lost, status: int
) -> None:
    until = time.monotonic() + 1.2
    server.behave = lambda n, batch: Reply(status) if time.monotonic() < until else OK
    start()
    send(analytics, *range(2_000))
    while not analytics.flush(0.5):
        assert time.monotonic() < until + 5
    assert server.events() == list(range(2_000))
    assert lost == []


@pytest.mark.parametrize("seed", range(3))
def test_bad_messages_are_found_wherever_they_are(
    analytics: Any, server: Server, start: Any, lost: Lost, seed: int
) -> None:
    bad = set(random.Random(seed).sample(range(150), 6)) | {0, 149}
    server.behave = lambda n, batch: (
        Reply(400) if any(m["properties"]["n"] in bad for m in batch) else OK
    )
    start(flush_interval=60, flush_at=150)
    send(analytics, *range(150))
    assert analytics.flush()
    assert sorted(n for n, _ in lost) == sorted(bad)
    assert {why for _, why in lost} == {"refused"}
    assert server.events() == [n for n in range(150) if n not in bad]
    assert len(server.requests) < 2 * len(bad) * 9


def test_32_kb_is_the_limit_to_the_byte(analytics: Any, server: Server, start: Any) -> None:
    start(on_drop=lambda message, why: None)
    client = analytics.PACKAGE.client()
    frame = '{"type":"track","properties":{"n":1,"x":"%s"}}'
    for length in (32_768, 32_769):
        client.accept((frame % ("x" * (length - len(frame) + 2))).encode())
    assert analytics.flush()
    assert account(analytics) == (2, 1, {"too_large": 1}, 0)


# --- clocks -------------------------------------------------------------------------------


def test_no_wait_follows_the_wall_clock(
    analytics: Any, server: Server, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It jumps by an hour each time it is read, forward and back."""
    real = time.time
    jumps = iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: real() + 3_600 * (-1) ** next(jumps))
    server.behave = lambda n, batch: Reply(503) if n < 2 else OK
    start(flush_interval=0.1)
    begin = time.monotonic()
    send(analytics, 1)
    while not server.events():
        assert time.monotonic() - begin < 3
        time.sleep(0.01)
    first, second, third = (request.at for request in server.requests)
    assert 0.1 <= second - first + 0.05 < 1
    assert third > second
    send(analytics, 2)
    assert analytics.flush(2)
    analytics.close(1)
    assert time.monotonic() - begin < 4


def test_timestamps_follow_the_clock(analytics: Any, server: Server, start: Any) -> None:
    start()
    before = datetime.now(timezone.utc)
    send(analytics, 1)
    time.sleep(0.05)
    send(analytics, 2)
    assert analytics.flush()
    first, second = (parsed(m["timestamp"]) for m in server.delivered)
    assert before - timedelta(seconds=1) <= first <= datetime.now(timezone.utc)
    assert timedelta(seconds=0.04) < second - first < timedelta(seconds=5)


# --- callbacks ----------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, SystemExit, GeneratorExit])
def test_whatever_on_drop_raises_every_message_is_reported(
    analytics: Any, server: Server, start: Any, error: type[BaseException]
) -> None:
    server.behave = lambda n, batch: Reply(403) if n == 0 else OK
    seen: list[int] = []

    def on_drop(message: dict[str, Any], reason: str) -> None:
        seen.append(message["properties"]["n"])
        raise error("no")

    start(on_drop=on_drop)
    send(analytics, 0, 1, 2)
    assert analytics.flush()
    send(analytics, 3)
    assert analytics.flush()
    assert seen == [0, 1, 2]
    assert server.events() == [3]


def test_a_transport_that_raises_what_ends_threads_is_tried_again(analytics: Any) -> None:
    sent: list[int] = []
    errors = [SystemExit, MemoryError, KeyboardInterrupt]

    class Failing:
        def send(self, batch: list[dict[str, Any]]) -> None:
            if errors:
                raise errors.pop()
            sent.extend(message["properties"]["n"] for message in batch)

    analytics.configure(transport=Failing())
    send(analytics, 1, 2)
    assert analytics.flush()
    assert sent == [1, 2]


def test_on_drop_may_close(analytics: Any, server: Server, start: Any, lost: Lost) -> None:
    """The worker, on which it is called, delivers the rest before it ends."""
    server.behave = lambda n, batch: Reply(403) if n == 0 else OK

    def on_drop(message: dict[str, Any], reason: str) -> None:
        lost.append((message["properties"]["n"], reason))
        send(analytics, 2, 3)
        analytics.close()

    start(on_drop=on_drop, flush_interval=60)
    send(analytics, 1)
    analytics.flush()
    analytics.close()
    send(analytics, 4)
    assert lost == [(1, "refused"), (4, "closed")]
    assert server.events() == [2, 3]


# --- callers ------------------------------------------------------------------------------


def test_two_hundred_threads(analytics: Any, server: Server, start: Any, lost: Lost) -> None:
    start()
    threads = [
        threading.Thread(target=send, args=(analytics, *range(i * 20, i * 20 + 20)))
        for i in range(200)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert analytics.flush()
    assert server.events() == list(range(4_000))
    assert account(analytics) == (4_000, 4_000, {}, 0)


def test_configuring_again_and_again_amid_traffic(
    analytics: Any, server: Server, start: Any, lost: Lost
) -> None:
    start()
    done = threading.Event()

    def work(first: int) -> None:
        for n in range(first, first + 300):
            send(analytics, n)
            time.sleep(0.0005)

    threads = [threading.Thread(target=work, args=(i * 300,)) for i in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        start()
        time.sleep(0.02)
    done.set()
    analytics.close()
    assert sorted(server.events() + [n for n, _ in lost]) == list(range(2_400))
    assert {why for _, why in lost} <= {"closed"}


def test_a_flood_with_the_default_queue_is_delivered_or_reported(
    analytics: Any, server: Server, start: Any, lost: Lost
) -> None:
    start(flush_interval=1.0)
    send(analytics, *range(50_000))
    assert analytics.flush(30)
    assert {why for _, why in lost} <= {"queue_full"}
    assert sorted(server.events() + [n for n, _ in lost]) == list(range(50_000))
    assert account(analytics) == (50_000, 50_000 - len(lost), Counter(why for _, why in lost), 0)


# --- all at once --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_account_is_right_whatever_happens_together(
    analytics: Any, server: Server, start: Any, lost: Lost, seed: int
) -> None:
    """Threads, an erratic server, messages that it never accepts, flushes, and a close."""
    chance = random.Random(seed)
    moods = [OK] * 6 + [Reply(500), Reply(429, {"Retry-After": "0"}), Reply(403)]
    moods += [Reply(reset=True), Reply(half=True), Reply(delay=0.02), Reply(413)]

    def behave(n: int, batch: list[dict[str, Any]]) -> Reply:
        if any(message["properties"]["n"] % 97 == 5 for message in batch):
            return Reply(400)
        return chance.choice(moods)

    server.behave = behave
    settings = {
        "queue_size": chance.choice([5, 50, 10_000]),
        "flush_at": chance.choice([1, 7, 100]),
        "on_full": chance.choice(["drop", "block"]),
        "block_timeout": 0.2,
        "close_timeout": chance.choice([0.05, 5]),
    }
    start(**settings)

    def work(first: int) -> None:
        for n in range(first, first + 150):
            send(analytics, n)
            if n % 60 == 0:
                analytics.flush(0.01)

    threads = [threading.Thread(target=work, args=(i * 150,)) for i in range(10)]
    for thread in threads:
        thread.start()
    time.sleep(chance.choice([0.02, 0.2]))
    closing = threading.Thread(target=analytics.close)
    if seed % 2:
        closing.start()
    for thread in threads:
        thread.join()
    analytics.close()
    if closing.is_alive():
        closing.join()
    accepted, delivered, dropped, queued = account(analytics)
    assert (accepted, queued) == (1_500, 0)
    assert Counter(why for _, why in lost) == dropped
    # What was given up during a request may have arrived nevertheless.
    gone = {n for n, why in lost if why == "abandoned"}
    arrived = [n for n in server.events() if n not in gone]
    assert len(arrived) == delivered
    assert sorted([*arrived, *(n for n, _ in lost)]) == list(range(1_500))
