"""What is logged about failures: when they begin, when they end, and what was lost."""

from __future__ import annotations

import logging
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from .server import OK, Reply, Server, refusing_port


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    """The log messages of a level."""
    return [each.getMessage() for each in caplog.records if each.levelno == level]


def send(analytics: Any, *numbers: int) -> None:
    for n in numbers:
        analytics.track("Counted", "u", None, {"n": n})


@pytest.fixture(params=["memory", "outbox"])
def start(request: Any, analytics: Any, server: Server, tmp_path: Path) -> Any:
    def start(**settings: Any) -> None:
        given: dict[str, Any] = {"write_key": "k", "endpoint": server.url, "flush_interval": 0.01}
        if request.param == "outbox":
            given["outbox"] = tmp_path / "outbox.db"
        analytics.configure(**{**given, **settings})

    return start


def test_an_outage_is_said_once_when_it_begins_and_once_when_it_is_over(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(503) if n in (1, 2, 3, 5) else OK
    with caplog.at_level(logging.INFO):
        start()
        for n in range(4):
            send(analytics, n)
            assert analytics.flush(20)
        analytics.close()
    begins, ends, *again = lines(caplog)
    assert begins == "messages cannot be delivered, will retry: HTTP status 503"
    assert ends.startswith("messages are being delivered again after ")
    assert ends.endswith(" s; still waiting: 0")
    assert [again[0], len(again)] == [begins, 2]
    assert lines(caplog, logging.INFO).count("not delivered, will retry: HTTP status 503") == 2
    assert server.events() == [0, 1, 2, 3]


def test_what_waits_is_counted_when_an_outage_is_over(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def behave(n: int, batch: list[dict[str, Any]]) -> Reply:
        if n:
            return OK
        send(analytics, *range(1, 8))  # they come while the first is on its way
        return Reply(503)

    server.behave = behave
    start(flush_at=1)
    send(analytics, 0)
    assert analytics.flush(20)
    assert lines(caplog)[1].endswith(" s; still waiting: 7")


def test_an_outage_that_becomes_another_one_is_still_the_same(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [Reply(reset=True), Reply(429), Reply(500), Reply(half=True)]
    server.behave = lambda n, batch: answers[n] if n < len(answers) else OK
    start()
    send(analytics, 1)
    assert analytics.flush(20)
    assert len(lines(caplog)) == 2
    assert "ProtocolError" in lines(caplog)[0]


def test_abandoned_messages_name_the_last_failure(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start(endpoint=f"http://127.0.0.1:{refusing_port()}", outbox=None, close_timeout=0.2)
    send(analytics, 1, 2)
    analytics.close()
    begins, abandoned = lines(caplog)
    assert "Connection refused" in begins
    assert abandoned.startswith("messages dropped so far: 2 (abandoned: closed too soon; last")
    assert "Connection refused" in abandoned


def test_or_that_no_answer_came(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(delay=2)
    start(outbox=None)
    send(analytics, 1)
    while not server.requests:
        analytics.flush(0.1)
    analytics.close(0)
    (abandoned,) = lines(caplog)
    assert "(abandoned: closed too soon, while a request was waiting for an answer)" in abandoned


def test_refused_messages_name_the_answer(
    analytics: Any, server: Server, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(403)
    start(outbox=None)
    send(analytics, 1)
    assert analytics.flush()
    assert lines(caplog) == ["messages dropped so far: 1 (refused: HTTP status 403)"]


def test_a_wrong_key_with_an_outbox_is_an_error_and_its_end_is_said(
    analytics: Any, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(401) if n == 0 else OK
    analytics.configure(
        write_key="k", endpoint=server.url, flush_interval=0.01, outbox=tmp_path / "outbox.db"
    )
    send(analytics, 1)
    while not analytics.flush(1):
        pass
    assert lines(caplog, logging.ERROR) == [
        "request refused, messages stay in the outbox: HTTP status 401",
    ]
    (over,) = lines(caplog)
    assert over.startswith("messages are being delivered again after ")


def test_unsendable_messages_name_what_was_raised_but_no_value(
    analytics: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Taking:
        def send(self, batch: list[dict[str, Any]]) -> None:
            pass

    analytics.configure(transport=Taking())
    client = analytics.PACKAGE.client()

    def fail(*_: object) -> bool:
        raise LookupError("ada@example.com")

    monkeypatch.setattr(analytics.PACKAGE._calls, "_any", fail)
    analytics.track("E", "u", {"context": {}}, {})
    assert lines(caplog) == ["messages dropped so far: 1 (unsendable: LookupError)"]
    monkeypatch.setattr(client._worker, "_rendered", fail)
    analytics.track("E", "u", None, {})
    assert analytics.flush()
    assert lines(caplog)[1:] == ["messages dropped so far: 2 (unsendable: LookupError)"]


# --- what others raise ------------------------------------------------------------------------


SOMEBODY = "ada@example.com"


def failing(*_: Any, **__: Any) -> None:
    raise LookupError(SOMEBODY)


def refusing(*_: Any) -> None:
    raise ConnectionRefusedError(111, os.strerror(111), SOMEBODY)


def invented(*_: Any) -> None:
    raise OSError(5, SOMEBODY)


KINDS = {
    failing: "LookupError, raised at ",
    refusing: f"ConnectionRefusedError: {os.strerror(111)}, raised at ",
    invented: "OSError, raised at ",
    int: "TypeError, raised at ",  # by no frame of the application's
}


@pytest.mark.parametrize("fail", KINDS)
def test_of_what_a_transport_raises_its_kind_and_place_are_said_and_not_its_text(
    analytics: Any, caplog: pytest.LogCaptureFixture, fail: Any
) -> None:
    class Transport:
        send = staticmethod(fail)

    with caplog.at_level(logging.DEBUG):
        analytics.configure(transport=Transport(), close_timeout=0.5)
        analytics.track("E", "u", None, {})
        analytics.flush(0.5)
        analytics.close()
    place = "sdk.py:" if fail is int else f"{__file__}:{fail.__code__.co_firstlineno + 1}"
    said = [*lines(caplog), *lines(caplog, logging.INFO)]
    assert len(said) > 2
    assert all(KINDS[fail] in each and place in each for each in said), said
    assert said[1].startswith("messages dropped so far: 1 (abandoned: closed too soon; last")
    assert "ada@" not in caplog.text


def test_so_it_is_with_callbacks(
    analytics: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    analytics.configure(enabled=False, on_violation=failing, on_drop=failing)
    analytics.track("E", "u", {"wrong": 1}, {})
    (violation, drop) = lines(caplog, logging.ERROR)
    assert violation.startswith("on_violation raised, 1 times so far; the message is dropped: ")
    assert drop.startswith("on_drop raised; the message was dropped as violation: ")
    for said in (violation, drop):
        assert "LookupError, raised at" in said
        assert f'"{__file__}", line {failing.__code__.co_firstlineno + 1}' in said
    assert "ada@" not in caplog.text


def test_what_a_server_says_instead_of_a_status_is_printable_and_bounded(
    analytics: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(100_000)
                connection.sendall(b"\x1b[31m\xff" + b"x" * 5_000 + b"\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        analytics.configure(
            write_key="k",
            endpoint=f"http://127.0.0.1:{listening.getsockname()[1]}",
            close_timeout=0,
        )
        analytics.track("E", "u", None, {})
        analytics.flush(0.5)
        analytics.close()
    said = lines(caplog)[0]
    assert said.startswith("messages cannot be delivered, will retry: ProtocolError: ")
    assert said.isprintable()
    assert len(said) < 500
