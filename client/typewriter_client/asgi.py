"""ASGI middleware: the events of a request get its context and identity.

::

    app.add_middleware(AnalyticsMiddleware, trusted_proxies=1)

Works with any framework (FastAPI, Starlette, Django, …) and imports none.
"""

from __future__ import annotations

from collections.abc import Awaitable, MutableMapping
from typing import TYPE_CHECKING, Any, Callable

from .log import log
from .process.clients import flush_every
from .web.request import HEADERS, Intake, Query, Request

if TYPE_CHECKING:
    from .calls.options import UserId
    from .web.proxies import Trusted

Scope = MutableMapping[str, Any]
"""The server's description of a connection: https://asgi.readthedocs.io"""
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

_NAMES = {name.encode(): name for name in HEADERS}


class AnalyticsMiddleware:
    """Opens a scope around each request and websocket, including background tasks, and
    flushes when the server stops.

    The scope's context has ``ip``, ``userAgent``, ``locale``, ``page``, ``referrer`` and
    ``campaign``, as far as they are known from the request.

    Args:
        app: The application.
        user: Called with the connection's scope (``scope["user"]`` …) when its first event
            needs the user; returns the user's id, or None.  Exceptions are logged.
        trusted_proxies: How many proxies in front append to ``X-Forwarded-For``, or the
            networks that they are in (``["10.0.0.0/8"]``).  0: the client is the peer that
            connects.
        query: Which URL parameters are sent: their names, or True for all.  None by
            default, as some are secrets; ``utm_…`` parameters always make the campaign.
        anonymous_cookie: The cookie with the anonymous id; the default is Analytics.js's.
        user_cookie: A cookie to take the user's id from if ``user`` knows none, such as
            ``ajs_user_id``.  A client can put any id into it.

    Raises ValueError or TypeError for invalid settings.
    """

    def __init__(
        self,
        app: App,
        *,
        user: Callable[[Scope], UserId | None] | None = None,
        trusted_proxies: Trusted = 0,
        query: Query = False,
        anonymous_cookie: str | None = "ajs_anonymous_id",
        user_cookie: str | None = None,
    ) -> None:
        self._app = app
        self._intake = Intake(
            user, trusted_proxies, query, anonymous_cookie, user_cookie
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application in the request's scope."""
        kind = scope["type"]
        if kind == "lifespan":
            await _Lifespan(receive, send).run(self._app, scope)
        elif kind in ("http", "websocket"):
            with self._intake.scope(scope, _request):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Lifespan:
    """The application's lifespan with a flush at its end, or our own if it has none.

    An application has none if it returns or raises without having received anything.
    https://asgi.readthedocs.io/en/latest/specs/lifespan.html
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._has_one = False

    async def run(self, app: App, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        except Exception as error:
            if self._has_one:
                raise
            log().info("the application has no lifespan: %s", error)
        if not self._has_one:
            await self._receive()
            await self._send({"type": "lifespan.startup.complete"})
            await self._receive()
            await self.send({"type": "lifespan.shutdown.complete"})

    async def receive(self) -> MutableMapping[str, Any]:
        self._has_one = True
        return await self._receive()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self._has_one = True
        if message["type"].startswith("lifespan.shutdown."):
            await _flush()
        await self._send(message)


async def _flush() -> None:
    """Flush on a thread, if the event loop is asyncio's.  Servers such as uvicorn then end
    by the signal that stopped them, so that Python's exit handlers do not run."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # trio's loop: there is nothing left to serve
        flush_every()
        return
    pool = ThreadPoolExecutor(1)  # the loop's own may never be free
    try:
        await loop.run_in_executor(pool, flush_every)
    except RuntimeError:  # no thread can be started
        flush_every()
    finally:
        pool.shutdown(wait=False)


def _request(scope: Scope) -> Request:
    peer, server = scope.get("client"), scope.get("server")
    path, root = scope.get("path", ""), scope.get("root_path", "")
    return Request(
        peer[0] if peer else None,
        _headers(scope["headers"]),
        scope.get("scheme", "http"),
        f"{server[0]}:{server[1]}" if server else "",
        path if path.startswith(root) else root + path,
        scope.get("query_string", b"").decode("latin-1"),
    )


def _headers(pairs: Any) -> dict[str, str]:
    """The headers that are used; HTTP/2 may split one into several, especially cookies."""
    found: dict[str, str] = {}
    for key, value in pairs:
        name = _NAMES.get(key)
        if name is not None:
            text: str = value.decode("latin-1")
            joint = "; " if name == "cookie" else ","
            found[name] = f"{found[name]}{joint}{text}" if name in found else text
    return found
