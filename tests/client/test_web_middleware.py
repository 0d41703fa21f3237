"""The middleware as servers call it: streams, exceptions, lifespans, websockets, threads."""

from __future__ import annotations

import asyncio
import gc
import importlib
import io
import subprocess
import sys
import threading
import time
import wsgiref.validate
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from .server import Reply, Server

Messages = list[dict[str, Any]]


@pytest.fixture
def asgi(analytics: Any) -> Any:
    return importlib.import_module("typewriter_client.asgi").AnalyticsMiddleware


@pytest.fixture
def wsgi(analytics: Any) -> Any:
    return importlib.import_module("typewriter_client.wsgi").AnalyticsMiddleware


def test_importing_the_package_loads_neither(site: Path) -> None:
    code = """
import sys, analytics
from analytics import order_completed, scope
with scope(user_id="u"): order_completed(order_id="1")
ours = ["asgi", "wsgi", "web.request"]
late = [*(f"typewriter_client.{name}" for name in ours), "ipaddress", "asyncio"]
assert not {*late} & {*sys.modules}, {*late} & {*sys.modules}
import typewriter_client.asgi, typewriter_client.wsgi
heavy = {"asyncio", "http", "email", "concurrent.futures", "starlette", "werkzeug", "inspect"}
assert not heavy & {*sys.modules}, heavy & {*sys.modules}
"""
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(site)!r}){code}"]
    environment = {"PYTEST_VERSION": "no file is written", "PATH": ""}
    subprocess.run(command, check=True, env=environment, timeout=30)


# --- WSGI -----------------------------------------------------------------------------------


def environ(user: str = "u", **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"HTTP_USER_AGENT": user, "QUERY_STRING": "", **more}
    setup_testing_defaults(given)
    return given


def user_of(raw: dict[str, Any]) -> str:
    name: str = raw["HTTP_USER_AGENT"]
    return name


def users(messages: Messages) -> list[Any]:
    return [message.get("userId") for message in messages]


def start(status: str, headers: Any, error: Any = None) -> Any:
    return lambda data: None


def test_a_streamed_response_is_made_and_closed_in_the_scope(
    analytics: Any, messages: Messages, wsgi: Any
) -> None:
    class Lines:
        def __iter__(self) -> Iterator[bytes]:
            for part in (b"a", b"b"):
                analytics.track("part", None, None, {})
                yield part
            analytics.track("end", None, None, {})

        def close(self) -> None:
            analytics.track("close", None, None, {})

    app = wsgi(lambda environ, start: Lines(), user=user_of)
    response = app(environ(), start)
    with analytics.scope(user_id="server"):
        assert list(response) == [b"a", b"b"]
        response.close()
        analytics.track("server's", None, None, {})
    assert [m["event"] for m in messages] == ["part", "part", "end", "close", "server's"]
    assert users(messages) == ["u"] * 4 + ["server"]


def test_a_generators_own_scope_holds_from_part_to_part(
    analytics: Any, messages: Messages, wsgi: Any
) -> None:
    def lines(environ: Any, start: Any) -> Iterator[bytes]:
        with analytics.scope(user_id="inner"):
            for _ in range(3):
                analytics.track("E", None, None, {})
                yield b""
        analytics.track("E", None, None, {})

    app = wsgi(lines, user=user_of)
    responses = [iter(app(environ(name), start)) for name in "ab"]
    for one, other in zip_longest(*responses):  # in turn, as a server of greenlets might
        assert (one, other) == (b"", b"")
        assert analytics.scope.export() == {}
    assert [list(each) for each in responses] == [[], []]
    assert users(messages) == ["inner"] * 6 + ["a", "b"]


def test_a_response_that_nobody_reads_leaves_nothing(analytics: Any, wsgi: Any) -> None:
    def lines(environ: Any, start: Any) -> Iterator[bytes]:
        with analytics.scope(user_id="inner"):
            yield b"1"

    response = iter(wsgi(lines)(environ(), start))
    next(response)
    assert analytics.scope.export() == {}
    del response
    gc.collect()
    assert analytics.scope.export() == {}


def test_parts_may_be_made_in_other_threads(analytics: Any, messages: Messages, wsgi: Any) -> None:
    def lines(environ: Any, start: Any) -> Iterator[bytes]:
        for _ in range(20):
            analytics.track("E", None, None, {})
            yield b""

    response = iter(wsgi(lines, user=user_of)(environ(), start))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            pool.submit(next, response).result()
        left = [pool.submit(analytics.scope.export).result() for _ in range(8)]
    assert users(messages) == ["u"] * 20
    assert left == [{}] * 8


class Files:
    def __init__(self, file: Any) -> None:
        self.file = file


def test_what_runs_no_code_is_left_to_the_server(wsgi: Any) -> None:
    file = Files(io.BytesIO(b"file"))
    for response in ([b"a"], (b"a",), file):
        app = wsgi(lambda environ, start, response=response: response)
        given = environ(**{"wsgi.file_wrapper": Files})
        assert app(given, start) is response


@pytest.mark.parametrize("error", [LookupError("app"), SystemExit(3), KeyboardInterrupt()])
def test_wsgi_exceptions_pass_untouched(analytics: Any, wsgi: Any, error: BaseException) -> None:
    def raises(environ: Any, start: Any) -> Any:
        raise error

    def later(environ: Any, start: Any) -> Iterator[bytes]:
        yield b""
        raise error

    for app in (raises, later):
        with pytest.raises(type(error)) as caught:
            list(wsgi(app)(environ(), start))
        assert caught.value is error
        assert analytics.scope.export() == {}


def test_it_keeps_to_the_letter_of_wsgi(messages: Messages, wsgi: Any) -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        yield b"a"

    validator = wsgiref.validate.validator
    response = validator(wsgi(validator(app), user=user_of))(environ(), start)
    assert list(response) == [b"a"]
    response.close()


def test_scopes_of_requests_at_once_do_not_mix(
    analytics: Any, messages: Messages, wsgi: Any
) -> None:
    def app(environ: Any, start: Any) -> Iterator[bytes]:
        for _ in range(5):
            analytics.track(environ["HTTP_USER_AGENT"], None, None, {})
            yield b""

    wrapped = wsgi(app, user=user_of)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: list(wrapped(environ(f"u_{n}"), start)), range(100)))
    assert len(messages) == 500
    for message in messages:
        assert message["userId"] == message["event"] == message["context"]["userAgent"]


# --- ASGI -----------------------------------------------------------------------------------


def connection(kind: str = "http", user: str = "u") -> dict[str, Any]:
    scheme = "http" if kind == "http" else "ws"
    return {
        "type": kind,
        "scheme": scheme,
        "path": "/api/x",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"user-agent", user.encode()),
            (b"host", b"h"),
            (b"cookie", b"a=1"),
            (b"cookie", b"ajs_anonymous_id=x"),
        ],
        "client": ["192.0.2.1", 1],
        "server": ["server", 80],
    }


def test_a_websocket_has_a_scope_and_no_page(analytics: Any, messages: Messages, asgi: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(3):
            await receive()
            analytics.track("received", None, None, {})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive"}

    asyncio.run(asgi(app)(connection("websocket"), receive, None))
    assert [message["anonymousId"] for message in messages] == ["x"] * 3
    context = messages[0]["context"]
    assert (context["ip"], context["userAgent"]) == ("192.0.2.1", "u")
    assert "page" not in context


def test_what_is_neither_passes(analytics: Any, asgi: Any) -> None:
    seen: list[Any] = []

    async def app(*given: Any) -> None:
        seen.append((given, analytics.scope.export()))

    given = ({"type": "pubsub"}, object(), object())
    asyncio.run(asgi(app)(*given))
    assert seen == [(given, {})]


@pytest.mark.parametrize(
    ("root", "path", "page"),
    [
        ("", "/x", "/x"),
        ("/api", "/api/x", "/api/x"),
        ("/api", "/x", "/api/x"),
        ("/", "/x", "/x"),
    ],
)
def test_the_path_is_from_the_root(
    analytics: Any, messages: Messages, asgi: Any, root: str, path: str, page: str
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        analytics.track("E", None, None, {})

    asyncio.run(asgi(app)({**connection(), "root_path": root, "path": path}, None, None))
    assert messages[0]["context"]["page"] == {"path": page, "url": f"http://h{page}"}


@pytest.mark.parametrize("error", [LookupError("app"), asyncio.CancelledError()])
def test_asgi_exceptions_pass_untouched(analytics: Any, asgi: Any, error: BaseException) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        raise error

    async def main() -> None:
        with pytest.raises(type(error)) as caught:
            await asgi(app)(connection(), None, None)
        assert caught.value is error
        assert analytics.scope.export() == {}

    asyncio.run(main())


def test_a_request_that_is_cancelled_leaves_nothing(
    analytics: Any, messages: Messages, asgi: Any
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            analytics.track("cancelled", None, None, {})

    async def main() -> None:
        task = asyncio.create_task(asgi(app, user=lambda _: "u")(connection(), None, None))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert users(messages) == ["u"]


# --- the lifespan -----------------------------------------------------------------------------


class Stage:
    """A server that starts and ends a lifespan."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._steps = iter(["lifespan.startup", "lifespan.shutdown"])
        self.between: Any = lambda: None

    async def receive(self) -> dict[str, str]:
        step = next(self._steps)
        if step == "lifespan.shutdown":
            self.between()
        return {"type": step}

    async def send(self, message: dict[str, str]) -> None:
        self.sent.append(message["type"].removeprefix("lifespan."))

    def run(self, app: Any) -> float:
        """The longest time for which the event loop was blocked."""
        longest = 0.0

        async def tick() -> None:
            nonlocal longest
            while True:
                begin = time.monotonic()
                await asyncio.sleep(0.01)
                longest = max(longest, time.monotonic() - begin - 0.01)

        async def main() -> None:
            ticking = asyncio.create_task(tick())
            try:
                await app({"type": "lifespan"}, self.receive, self.send)
            finally:
                ticking.cancel()

        asyncio.run(main())
        return longest


def with_a_lifespan(*answers: str, error: Exception | None = None) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for answer in answers:
            await receive()
            await send({"type": f"lifespan.{answer}"})
        if error is not None:
            raise error

    return app


async def raises_at_once(scope: Any, receive: Any, send: Any) -> None:
    raise ValueError("only http")


async def returns_at_once(scope: Any, receive: Any, send: Any) -> None:
    return


async def receives_and_raises(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    raise ValueError("no database")


@pytest.mark.parametrize(
    "app",
    [
        with_a_lifespan("startup.complete", "shutdown.complete"),
        raises_at_once,
        returns_at_once,
    ],
    ids=["its own", "raises", "returns"],
)
def test_the_end_of_the_lifespan_flushes_beside_the_event_loop(
    analytics: Any, asgi: Any, server: Server, app: Any
) -> None:
    server.behave = lambda n, batch: Reply(delay=0.4)
    analytics.configure(write_key="k", endpoint=server.url, flush_interval=60)
    stage = Stage()
    stage.between = lambda: analytics.track("E", "u", None, {"n": 1})
    longest = stage.run(asgi(app))
    assert stage.sent == ["startup.complete", "shutdown.complete"]
    assert server.events() == [1]
    assert longest < 0.3
    assert analytics.stats().delivered == 1
    analytics.track("E", "u", None, {"n": 2})  # it was not closed
    assert analytics.flush(5)


def test_all_clients_are_flushed(analytics: Any, asgi: Any, server: Server) -> None:
    with Server() as other:
        client = analytics.Client(write_key="k", endpoint=other.url, flush_interval=60)
        analytics.configure(write_key="k", endpoint=server.url, flush_interval=60, also=[client])
        stage = Stage()
        stage.between = lambda: analytics.track("E", "u", None, {"n": 1})
        stage.run(asgi(returns_at_once))
        assert (server.events(), other.events()) == ([1], [1])


@pytest.mark.parametrize(
    ("app", "sent"),
    [
        (with_a_lifespan("startup.failed", error=ValueError("app")), ["startup.failed"]),
        (receives_and_raises, []),
        (
            with_a_lifespan("startup.complete", "shutdown.failed", error=ValueError("app")),
            ["startup.complete", "shutdown.failed"],
        ),
    ],
    ids=["startup failed", "startup raised", "shutdown failed"],
)
def test_a_lifespan_that_fails_fails(asgi: Any, app: Any, sent: list[str]) -> None:
    stage = Stage()
    with pytest.raises(ValueError, match=r"app|no database"):
        stage.run(asgi(app))
    assert stage.sent == sent


def test_an_outage_when_the_server_stops_is_bounded_and_reported(
    analytics: Any, asgi: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave = lambda n, batch: Reply(503)
    analytics.configure(write_key="k", endpoint=server.url, flush_interval=60, close_timeout=0.5)
    stage = Stage()
    stage.between = lambda: analytics.track("E", "u", None, {"n": 1})
    begin = time.monotonic()
    stage.run(asgi(returns_at_once))
    assert time.monotonic() - begin < 3
    assert stage.sent[-1] == "shutdown.complete"
    assert "could not be flushed in time: 1" in caplog.text


def test_a_package_that_was_never_used_needs_no_flush(asgi: Any) -> None:
    stage = Stage()
    stage.run(asgi(raises_at_once))
    assert stage.sent == ["startup.complete", "shutdown.complete"]
    assert "typewriter_client.client" not in sys.modules


def test_another_event_loop_than_asyncios(analytics: Any, asgi: Any, server: Server) -> None:
    """Driven by hand, as trio would; there the flush is not on a thread."""
    analytics.configure(write_key="k", endpoint=server.url, flush_interval=60)
    stage = Stage()
    stage.between = lambda: analytics.track("E", "u", None, {"n": 1})
    coroutine = asgi(returns_at_once)({"type": "lifespan"}, stage.receive, stage.send)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert stage.sent == ["startup.complete", "shutdown.complete"]
    assert server.events() == [1]


def test_threads_of_the_server_are_left_as_they_were(analytics: Any, asgi: Any) -> None:
    analytics.configure(enabled=False)
    before = {thread.name for thread in threading.enumerate()}
    Stage().run(asgi(returns_at_once))
    for _ in range(100):
        left = {thread.name for thread in threading.enumerate()} - before
        if not left:
            break
        time.sleep(0.01)
    assert left == set()
