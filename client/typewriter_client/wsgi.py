"""WSGI middleware: the events of a request get its context and identity.

::

    application = AnalyticsMiddleware(application, trusted_proxies=1)

Works with any framework (Flask, Django, …) and imports none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Callable

from .calls.scopes import Resumable
from .web.request import HEADERS, Intake, Query, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .calls.options import UserId
    from .web.proxies import Trusted

App = Callable[[Any, Any], Any]
"""A WSGI application; loosely typed, as frameworks without types declare many things."""

_NAMES = tuple((name, f"HTTP_{name.upper().replace('-', '_')}") for name in HEADERS)


class AnalyticsMiddleware:
    """Opens a scope around each request, including its streamed response.

    The scope's context has ``ip``, ``userAgent``, ``locale``, ``page``, ``referrer`` and
    ``campaign``, as far as they are known from the request.

    Args:
        app: The application.
        user: Called with the request's environ when its first event needs the user;
            returns the user's id, or None.  Exceptions are logged.
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
        user: Callable[[WSGIEnvironment], UserId | None] | None = None,
        trusted_proxies: Trusted = 0,
        query: Query = False,
        anonymous_cookie: str | None = "ajs_anonymous_id",
        user_cookie: str | None = None,
    ) -> None:
        self._app = app
        self._intake = Intake(
            user, trusted_proxies, query, anonymous_cookie, user_cookie
        )

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Call the application in the request's scope."""
        work = Resumable(self._intake.scope(environ, _request))
        with work:
            response: Iterable[bytes] = self._app(environ, start_response)
        # These run no code of the application's, and a server may handle them faster.
        files = environ.get("wsgi.file_wrapper")
        if isinstance(response, (list, tuple)):
            return response
        if isinstance(files, type) and isinstance(response, files):
            return response
        return _Response(response, work)


class _Response:
    """A response that is iterated and closed in the request's scope."""

    def __init__(self, response: Iterable[bytes], work: Resumable) -> None:
        self._response = response
        self._work = work
        self._parts: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._work:
            if self._parts is None:
                self._parts = iter(self._response)
            return next(self._parts)

    def close(self) -> None:
        close = getattr(self._response, "close", None)
        if close is not None:
            with self._work:
                close()


def _request(environ: dict[str, Any]) -> Request:
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    octets = path.encode("latin-1", "replace")  # PEP 3333 keeps bytes in a str
    return Request(
        environ.get("REMOTE_ADDR"),
        {name: environ[key] for name, key in _NAMES if key in environ},
        environ.get("wsgi.url_scheme", "http"),
        f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}",
        octets.decode("utf-8", "replace"),
        environ.get("QUERY_STRING", ""),
    )
