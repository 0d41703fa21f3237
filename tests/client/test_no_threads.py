"""When no thread can be started: the exit of Python 3.12 and later, a container at its process
limit, subinterpreters.  Then ``flush`` and ``close`` work on the calling thread."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from .killing import clean_environment
from .server import OK, Reply, Server

Configure = Callable[..., None]
WITH_OR_WITHOUT = pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])


class Refusal:
    """Refuses threads to Python, until ``over``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch.context()
        patch = self._patch.__enter__()
        self.attempts = 0
        for name in ("_start_new_thread", "_start_joinable_thread"):
            if hasattr(threading, name):
                real = getattr(threading, name)
                patch.setattr(threading, name, self._refusing(real))

    def _refusing(self, real: Any) -> Any:
        def start(function: Any, *args: Any, **more: Any) -> Any:
            # The server's own threads are exempt.
            if not getattr(function, "__self__", threading).name.endswith(" analytics"):
                return real(function, *args, **more)
            self.attempts += 1
            raise RuntimeError("can't start new thread")

        return start

    def over(self) -> None:
        self._patch.__exit__(None, None, None)


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch) -> Any:
    refusal = Refusal(monkeypatch)
    yield refusal
    refusal.over()


@pytest.fixture
def configure(analytics: Any, server: Server, tmp_path: Path, refusal: Refusal) -> Configure:
    def configure(outbox: bool, **settings: Any) -> None:
        more = {"outbox": tmp_path / "analytics.db"} if outbox else {}
        analytics.configure(write_key="k", endpoint=server.url, **more, **settings)

    return configure


def call(analytics: Any, *numbers: int) -> None:
    for n in numbers:
        analytics.track("E", "u", None, {"n": n})


@WITH_OR_WITHOUT
def test_flush_and_close_deliver(
    analytics: Any, configure: Configure, server: Server, outbox: bool
) -> None:
    server.behave = lambda n, batch: Reply(503) if n == 0 else OK
    configure(outbox)
    call(analytics, 1, 2, 3)
    assert analytics.flush()
    assert server.events() == [1, 2, 3]
    call(analytics, 4)
    analytics.close()
    assert server.events() == [1, 2, 3, 4]
    assert analytics.stats().delivered == 4


@WITH_OR_WITHOUT
def test_flush_keeps_its_time_and_the_rest_goes_later(
    analytics: Any, configure: Configure, server: Server, outbox: bool
) -> None:
    server.behave = lambda n, batch: Reply(503)
    configure(outbox)
    call(analytics, 1, 2)
    begin = time.monotonic()
    assert not analytics.flush(0.5)
    assert time.monotonic() - begin < 2
    assert analytics.stats().queued == 2
    server.behave = lambda n, batch: OK
    call(analytics, 3)
    assert analytics.flush()
    assert server.events() == [1, 2, 3]


@WITH_OR_WITHOUT
def test_flush_against_a_server_that_stalls(
    analytics: Any, configure: Configure, server: Server, outbox: bool
) -> None:
    server.behave = lambda n, batch: Reply(delay=3)
    configure(outbox)
    call(analytics, 1)
    begin = time.monotonic()
    assert not analytics.flush(0.3)
    assert time.monotonic() - begin < 2
    analytics.close(0)


def test_it_is_said_once_and_asked_for_again_later(
    analytics: Any,
    configure: Configure,
    server: Server,
    refusal: Refusal,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(False, flush_interval=0.01)
    call(analytics, *range(100))
    assert refusal.attempts == 1
    assert [(r.levelno, r.message) for r in caplog.records] == [
        (
            logging.WARNING,
            "can't start new thread: messages are only sent when flush or close is called",
        )
    ]
    refusal.over()
    client = importlib.import_module("typewriter_client.client")
    monkeypatch.setattr(client, "monotonic", lambda: time.monotonic() + 10)
    call(analytics, 100)
    monkeypatch.setattr(client, "monotonic", time.monotonic)
    end = time.monotonic() + 10
    while len(server.delivered) < 101 and time.monotonic() < end:
        time.sleep(0.01)
    assert server.events() == list(range(101))


def test_many_threads_flush(analytics: Any, configure: Configure, server: Server) -> None:
    configure(False)
    results: list[bool] = []

    def work(first: int) -> None:
        for n in range(first, first + 50):
            call(analytics, n)
            if n % 10 == 0:
                results.append(analytics.flush(20))

    threads = [threading.Thread(target=work, args=(i * 50,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert analytics.flush(20)
    assert all(results)
    assert server.events() == list(range(400))


def test_a_callback_that_flushes_does_not_wait_for_itself(
    analytics: Any, configure: Configure, server: Server
) -> None:
    server.behave = lambda n, batch: Reply(401)
    flushed: list[bool] = []
    configure(False, on_drop=lambda message, reason: flushed.append(analytics.flush(5)))
    call(analytics, 1)
    begin = time.monotonic()
    assert analytics.flush(5)
    assert time.monotonic() - begin < 3
    assert flushed == [False]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_an_interrupted_flush_raises_and_loses_nothing(
    analytics: Any, configure: Configure, server: Server
) -> None:
    def behave(n: int, batch: object) -> Reply:
        if n == 0:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            return Reply(503, delay=0.3)
        return OK

    server.behave = behave
    configure(False)
    call(analytics, 1, 2)
    with pytest.raises(KeyboardInterrupt):
        analytics.flush()
    assert analytics.flush()
    assert server.events() == [1, 2]


@pytest.mark.parametrize("how", ["atexit.register(last)", "threading.Thread(target=ends).start()"])
def test_what_is_sent_at_exit(site: Path, server: Server, how: str) -> None:
    """From Python 3.12 on no thread can be started there."""
    code = f"""
import atexit, sys, threading
import analytics
analytics.configure(write_key="k", endpoint=sys.argv[1])
def last():
    analytics.track("E", "u", None, {{"n": 1}})
    print(analytics.flush(5))
def ends():
    threading.main_thread().join()
    last()
{how}
"""
    done = subprocess.run(
        [sys.executable, "-c", code, server.url],
        env=clean_environment(site),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    assert server.events() == [1]


def test_the_middleware_flushes_at_the_end_of_the_lifespan(
    analytics: Any, configure: Configure, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def submit(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit)
    asgi = importlib.import_module("typewriter_client.asgi")
    configure(False)
    sent: list[str] = []

    async def app(scope: object, receive: Any, send: Any) -> None:
        for step in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{step}"
            call(analytics, len(sent))
            await send({"type": f"lifespan.{step}.complete"})

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.shutdown" if sent else "lifespan.startup"}

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    asyncio.run(asgi.AnalyticsMiddleware(app)({"type": "lifespan"}, receive, send))
    assert sent[-1] == "lifespan.shutdown.complete"
    assert server.events() == [0, 1]


SUBINTERPRETER = """
import sys
code = f'''
import sys
sys.path[:0] = {sys.path!r}
import analytics
analytics.configure(write_key="k", endpoint={sys.argv[1]!r})
analytics.track("E", "u", None, {{"n": 1}})
print(analytics.flush(10), flush=True)
analytics.track("E", "u", None, {{"n": 2}})
{sys.argv[2]}
'''
import _interpreters
interpreter = _interpreters.create()
raised = _interpreters.exec(interpreter, code)
if raised: print(raised)
_interpreters.destroy(interpreter)
"""


@pytest.mark.skipif(
    importlib.util.find_spec("_interpreters") is None,
    reason="before Python 3.13 importing ssl in one breaks the interpreter",
)
@pytest.mark.parametrize("end", ["analytics.close()", ""])
def test_a_subinterpreter(site: Path, server: Server, end: str) -> None:
    """It has no daemon threads: Python refuses even to create one."""
    done = subprocess.run(
        [sys.executable, "-c", SUBINTERPRETER, server.url, end],
        env=clean_environment(site),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    said = "(sub)interpreter: messages are only sent when flush or close is called\n"
    assert done.stderr.endswith(said)
    assert server.events() == [1, 2]
