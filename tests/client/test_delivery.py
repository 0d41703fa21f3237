"""Batches over HTTP, to a server that works, is slow, fails or is gone."""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from collections import Counter
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from .server import OK, Reply, Server, refusing_port


@pytest.fixture
def drops(analytics: Any) -> list[tuple[dict[str, Any], str]]:
    return []


@pytest.fixture
def start(analytics: Any, server: Server, drops: list[Any]) -> Any:
    """Configure against the server."""

    def start(**settings: Any) -> None:
        given = {"write_key": "KEY", "endpoint": server.url, "flush_interval": 0.05}
        given["on_drop"] = lambda message, reason: drops.append((message, reason))
        analytics.configure(**{**given, **settings})

    return start


def send(analytics: Any, count: int, **extra: Any) -> None:
    for n in range(count):
        analytics.track("Counted", "u", None, {"n": n, **extra})


def balanced(stats: Any) -> bool:
    lost = sum(stats.dropped.values())
    sent = stats.delivered + stats.stored + stats.handed_over
    return stats.accepted == sent + lost + stats.queued


def test_a_batch_is_what_segment_wants(analytics: Any, server: Server, start: Any) -> None:
    start()
    send(analytics, 3)
    assert analytics.flush()
    (request,) = server.requests
    assert request.path == "/v1/batch"
    assert b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"KEY:"
    assert b'"writeKey": "KEY"' in request.body
    assert b'"sentAt": "' in request.body
    assert server.events() == [0, 1, 2]
    assert len({message["messageId"] for message in request.batch}) == 3


def test_messages_go_by_themselves_after_the_interval(
    analytics: Any, server: Server, start: Any
) -> None:
    start(flush_interval=0.05)
    send(analytics, 2)
    deadline = time.monotonic() + 5
    while not server.delivered and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.events() == [0, 1]


def test_a_full_batch_does_not_wait(analytics: Any, server: Server, start: Any) -> None:
    start(flush_interval=60, flush_at=10)
    send(analytics, 10)
    deadline = time.monotonic() + 5
    while len(server.delivered) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.events() == list(range(10))


def test_one_connection_serves(analytics: Any, server: Server, start: Any) -> None:
    start()
    connections = set()
    handle = server._server.process_request
    server._server.process_request = lambda request, address: (  # type: ignore[method-assign]
        connections.add(address),
        handle(request, address),
    )
    for _ in range(3):
        send(analytics, 1)
        assert analytics.flush()
    assert len(server.requests) == 3
    assert len(connections) == 1


@pytest.mark.parametrize(("size", "count"), [(100, 5_000), (5_000, 400), (32_000, 40)])
def test_batches_stay_within_the_limits(
    analytics: Any, server: Server, start: Any, size: int, count: int
) -> None:
    start(flush_interval=60, flush_at=2_500)
    send(analytics, count, text="x" * size)
    assert analytics.flush(30)
    assert server.events() == list(range(count))
    assert max(len(request.body) for request in server.requests) <= 500_000
    assert max(len(request.batch) for request in server.requests) <= 2_500


def test_a_batch_of_small_messages_stops_at_2500(analytics: Any, start: Any) -> None:
    backlog = analytics.Client(enabled=False)._queue
    for _ in range(2_501):
        backlog.put(b"{}")
    assert backlog.flush(0) is False
    assert len(backlog.take()) == 2_500


def test_a_message_beyond_32_kb_is_dropped(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    start()
    analytics.track("Counted", "u", None, {"n": 1, "text": "é" * 16_384})
    analytics.track("Counted", "u", None, {"n": 2, "text": "é" * 1_000_000})
    # Short as a draft, but long as JSON, which escapes unprintable characters.
    analytics.track("Counted", "u", None, {"n": 3, "text": "\0" * 8_000})
    analytics.track("Counted", "u", None, {"n": 4})
    assert analytics.flush()
    dropped = sorted((message["properties"]["n"], why) for message, why in drops)
    assert dropped == [(n, "too_large") for n in (1, 2, 3)]
    assert server.events() == [4]
    assert analytics.stats().dropped == {"too_large": 3}


@pytest.mark.parametrize("status", [408, 410, 429, 460, 500, 502, 503, 504])
def test_a_passing_refusal_is_tried_again(
    analytics: Any, server: Server, start: Any, status: int
) -> None:
    server.behave = lambda n, batch: Reply(status) if n < 2 else OK
    start()
    send(analytics, 3)
    assert analytics.flush()
    assert server.events() == [0, 1, 2]
    assert len(server.requests) == 3
    assert analytics.stats().retries == 2


@pytest.mark.parametrize("status", [301, 401, 403, 404, 501, 505])
def test_a_lasting_refusal_is_a_reported_drop(
    analytics: Any, server: Server, start: Any, drops: list[Any], status: int
) -> None:
    server.behave = lambda n, batch: Reply(status, {"Location": "http://127.0.0.1:1/"})
    start()
    send(analytics, 3)
    assert analytics.flush()
    assert [reason for _, reason in drops] == ["refused"] * 3
    assert analytics.stats().dropped == {"refused": 3}
    assert len(server.requests) == 1


def test_one_bad_message_costs_one_message(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    def behave(n: int, batch: list[dict[str, Any]]) -> Reply:
        return Reply(400) if any(m["properties"]["n"] == 37 for m in batch) else OK

    server.behave = behave
    start(flush_interval=60)
    send(analytics, 99)
    assert analytics.flush()
    assert [message["properties"]["n"] for message, _ in drops] == [37]
    assert server.events() == [n for n in range(99) if n != 37]
    assert balanced(analytics.stats())


@pytest.mark.parametrize("fault", [Reply(reset=True), Reply(half=True)])
def test_a_broken_connection_is_tried_again(
    analytics: Any, server: Server, start: Any, fault: Reply
) -> None:
    server.behave = lambda n, batch: fault if n == 0 else OK
    start()
    send(analytics, 2)
    assert analytics.flush()
    assert server.events() == [0, 1]


def test_retry_after_in_seconds_is_obeyed_even_by_flush(
    analytics: Any, server: Server, start: Any
) -> None:
    server.behave = lambda n, batch: Reply(429, {"Retry-After": "1"}) if n == 0 else OK
    start()
    send(analytics, 1)
    assert not analytics.flush(0.2)
    assert analytics.flush(5)
    first, second = server.requests
    assert 1.0 <= second.at - first.at < 1.5


def test_retry_after_as_a_date_is_counted_from_the_servers_clock(
    analytics: Any, server: Server, start: Any
) -> None:
    theirs = datetime(2001, 1, 1, tzinfo=timezone.utc)
    headers = {
        "Retry-After": format_datetime(theirs + timedelta(seconds=1), usegmt=True),
        "Date": format_datetime(theirs, usegmt=True),
    }
    http = __import__("typewriter_client.delivery.http", fromlist=["x"])
    answer = http._answer(503, headers)
    assert (answer.outcome, answer.after) == ("retry", 1.0)
    assert http._answer(503, {"Retry-After": headers["Date"]}).after == 0.0
    for nonsense in ("", "soon", "-5", "²"):
        assert http._answer(503, {"Retry-After": nonsense}).after is None


def test_retry_after_is_no_failed_attempt(
    analytics: Any, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = __import__("typewriter_client.delivery.batches", fromlist=["x"])
    worker = __import__("typewriter_client.delivery.worker", fromlist=["x"])
    monkeypatch.setattr(worker, "RETRIES", 2)
    monkeypatch.setattr(worker, "_FIRST_DELAY", 0.001)
    client = analytics.Client(transport=Taking(), flush_interval=0.01)
    script = [answers.Answer("retry", "busy", 0.001)] * 20 + [answers.Answer("retry")] * 3
    seen: list[int] = []

    class Outlet:
        def send(self, batch: list[bytes], timeout: float) -> Any:
            seen.append(len(batch))
            return script[len(seen) - 1]

        def close(self) -> None:
            pass

    client._worker._new_outlet = Outlet
    client.accept(b'{"type":"track"}')
    assert client.flush()
    assert len(seen) == 23
    assert client.stats().dropped == {"retries_exhausted": 1}


class Taking:
    def send(self, batch: list[dict[str, Any]]) -> None:
        pass


def test_an_outage_of_some_seconds_loses_nothing(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    begin = time.monotonic()
    server.behave = lambda n, batch: Reply(500) if time.monotonic() < begin + 1.5 else OK
    start(flush_interval=0.02)
    for n in range(500):
        analytics.track("Counted", "u", None, {"n": n})
        time.sleep(0.001)
    while not analytics.flush(1) and time.monotonic() < begin + 10:
        pass
    assert server.events() == list(range(500))
    assert drops == []


def test_nobody_listens_then_close_reports_what_it_gave_up(
    analytics: Any, drops: list[Any], start: Any
) -> None:
    start(endpoint=f"http://127.0.0.1:{refusing_port()}", close_timeout=0.5)
    send(analytics, 20)
    begin = time.monotonic()
    analytics.close()
    assert time.monotonic() - begin < 1.5
    assert [reason for _, reason in drops] == ["abandoned"] * 20
    assert sorted(message["properties"]["n"] for message, _ in drops) == list(range(20))
    assert balanced(analytics.stats())


def test_close_does_not_wait_for_a_server_that_stalls(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    server.behave = lambda n, batch: Reply(delay=3)
    start(close_timeout=0.3)
    send(analytics, 5)
    begin = time.monotonic()
    analytics.close()
    assert time.monotonic() - begin < 1.5
    assert Counter(reason for _, reason in drops) == {"abandoned": 5}
    time.sleep(0.1)
    assert analytics.stats().dropped == {"abandoned": 5}
    assert analytics.stats().delivered == 0


def test_close_cuts_a_back_off_short(analytics: Any, server: Server, start: Any) -> None:
    server.behave = lambda n, batch: Reply(503) if n < 5 else OK
    start(close_timeout=20)
    send(analytics, 1)
    while len(server.requests) < 4:  # the next attempt is 1 - 2 s away
        time.sleep(0.01)
    analytics.close()
    assert server.events() == [0]


def test_flush_cuts_a_back_off_short(analytics: Any, server: Server, start: Any) -> None:
    server.behave = lambda n, batch: Reply(503) if n < 4 else OK
    start()
    send(analytics, 1)
    while len(server.requests) < 4:
        time.sleep(0.01)
    begin = time.monotonic()
    assert analytics.flush(10)
    assert time.monotonic() - begin < 0.7


def test_after_close_a_call_is_a_reported_drop(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    start()
    send(analytics, 1)
    analytics.close()
    send(analytics, 1)
    assert [reason for _, reason in drops] == ["closed"]
    assert server.events() == [0]
    start()
    send(analytics, 1)
    assert analytics.flush()
    assert server.events() == [0, 0]


def test_configuring_anew_delivers_what_was_queued(
    analytics: Any, server: Server, start: Any
) -> None:
    start(flush_interval=60)
    send(analytics, 5)
    start()
    assert server.events() == list(range(5))


def test_a_full_queue_is_reported(
    analytics: Any, server: Server, start: Any, drops: list[Any]
) -> None:
    server.behave = lambda n, batch: Reply(delay=0.3)
    start(queue_size=100)
    send(analytics, 1_000)
    assert analytics.flush()
    stats = analytics.stats()
    assert stats.dropped["queue_full"] == len(drops) > 0
    delivered = set(server.events())
    assert delivered.isdisjoint(message["properties"]["n"] for message, _ in drops)
    assert len(delivered) + len(drops) == 1_000 == stats.accepted
    assert balanced(stats)


def test_many_threads(analytics: Any, server: Server, start: Any, drops: list[Any]) -> None:
    start()

    def work(first: int) -> None:
        for n in range(first, first + 50):
            analytics.track("Counted", "u", None, {"n": n})

    threads = [threading.Thread(target=work, args=(50 * i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert analytics.flush()
    assert server.events() == list(range(2_000))
    assert analytics.stats().delivered == 2_000


def test_a_callback_that_raises_hurts_nobody(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(403) if n == 0 else OK
    calls: list[str] = []

    def on_drop(message: dict[str, Any], reason: str) -> None:
        calls.append(reason)
        raise RuntimeError("no")

    start(on_drop=on_drop)
    send(analytics, 2)
    assert analytics.flush()
    send(analytics, 1)
    assert analytics.flush()
    assert calls == ["refused"] * 2
    assert server.events() == [0]
    assert "on_drop raised" in caplog.text


def test_a_callback_may_send_and_flush(analytics: Any, server: Server, start: Any) -> None:
    server.behave = lambda n, batch: Reply(403) if n == 0 else OK

    def on_drop(message: dict[str, Any], reason: str) -> None:
        analytics.track("Counted", "u", None, {"n": 7})
        analytics.track("Counted", None, None, {"n": 8})  # itself dropped: no endless call
        assert analytics.flush() is False

    start(on_drop=on_drop)
    send(analytics, 1)
    assert analytics.flush()
    assert analytics.flush()
    assert server.events() == [7]
    assert analytics.stats().dropped == {"refused": 1, "no_identity": 1}


def test_without_on_drop_the_log_says_it(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(401)
    start(on_drop=None)
    send(analytics, 3)
    assert analytics.flush()
    assert "messages dropped so far: 3 (refused: HTTP status 401)" in caplog.text


def test_several_clients_have_their_own_account(analytics: Any, server: Server, start: Any) -> None:
    one = analytics.Client(write_key="1", endpoint=server.url, flush_interval=0.01)
    two = analytics.Client(transport=Taking(), flush_interval=0.01)
    one.accept(b'{"properties":{"n":1}}')
    two.accept(b"{}")
    two.accept(b"{}")
    assert one.flush()
    assert two.flush()
    assert (one.stats().delivered, two.stats().delivered) == (1, 2)
    assert server.events() == [1]
