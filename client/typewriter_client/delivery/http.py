"""Sends batches to Segment's tracking API, ``POST {"batch": […]}``, on one connection.

https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import CONTINUE, SWITCHING_PROTOCOLS, HTTPResponse
from io import BufferedReader, RawIOBase
from socket import timeout as TimedOut  # noqa: N812 - TimeoutError from 3.10 on
from time import monotonic
from typing import Any, Callable
from urllib.parse import urlsplit
from weakref import finalize

import urllib3
from urllib3.connection import HTTPConnection

from ..log import printable
from ..version import __version__
from .batches import PASSING, Answer
from .route import Route

"host".encode("idna")  # imports what the first request would import: see ``forks``
_CONNECT_SECONDS = 5.0
_TOO_MUCH = {400, 413}  # possibly the fault of a single message
_SHORT = 4_096  # bytes of an answer that are worth reading to reuse the connection
_LONGEST = 300  # characters of an error, which may quote the server
_PATIENCE = 0.25  # seconds that reading them may take
_LEAST = 0.05  # seconds that a request gets, however little time is left
_PROXY_AUTHENTICATION = 407  # not the fault of a message
_DIRECT = Route()


class Http:
    """A source in Segment, identified by URL and write key."""

    def __init__(self, url: str, write_key: str, route: Route = _DIRECT) -> None:
        """``route``: how to reach the host."""
        self._host, path = _parts(url)
        self._route = route
        # A tunnel leads to the host; a forwarding proxy needs the full URL in each request.
        forwards = bool(route.proxy) and self._host.startswith("http:")
        self._target = self._host + path if forwards else path
        self._by = f" (through the proxy {route.proxy})" if route.proxy else ""
        self._key = write_key
        self._headers = {
            "Authorization": f"Basic {b64encode(f'{write_key}:'.encode()).decode()}",
            "Content-Type": "application/json",
            "User-Agent": f"typewriter-py/{__version__}",
        }
        self._answered: urllib3.BaseHTTPResponse | None = None
        self._until = 0.0  # the deadline of the current request
        self._pool = self._connections()

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Post one batch.  A network error is an answer, too: "retry"."""
        self._until = monotonic() + timeout
        self._finish(timeout)
        left = self._time_left()
        try:
            response = self._pool.urlopen(
                "POST",
                self._target,
                self._body(batch),
                self._headers,
                timeout=urllib3.Timeout(min(left, _CONNECT_SECONDS), left, left),
                preload_content=False,
                redirect=False,
                assert_same_host=False,
            )
        except urllib3.exceptions.HTTPError as error:
            text = printable(f"{type(error).__name__}: {error}", _LONGEST)
            return Answer("retry", text + self._by)
        self._answered = response
        answer = _answer(response.status, response.headers)
        return answer._replace(detail=answer.detail and answer.detail + self._by)

    def close(self) -> None:
        """Close the connection, even if there is something left to read."""
        response, self._answered = self._answered, None
        if response is not None:
            response.close()
        self._pool.close()
        self._pool = self._connections()

    def _connections(self) -> urllib3.HTTPConnectionPool:
        """A pool of one connection.  No retries by urllib3, which sleep through a close."""
        to, options = self._route, dict[str, Any](maxsize=1, retries=False)
        is_secure = any(each.startswith("https:") for each in (self._host, to.proxy))
        if to.authorities and is_secure:
            kind = "ca_cert_dir" if os.path.isdir(to.authorities) else "ca_certs"
            options[kind] = to.authorities
        if to.proxy:
            by = urllib3.ProxyManager(to.proxy, proxy_headers=to.headers, **options)
            pool = by.connection_from_url(self._host)
        else:
            pool = urllib3.connection_from_url(self._host, **options)
        pool.ConnectionCls = _in_time(pool.ConnectionCls, self._time_left)
        _use_fork_safe_queue(pool)
        return pool

    def _time_left(self) -> float:
        return max(_LEAST, self._until - monotonic())

    def _finish(self, timeout: float) -> None:
        """Read the rest of the last answer within ``timeout`` seconds to reuse the connection;
        close it if the rest is long or late, as only the status matters."""
        response, self._answered = self._answered, None
        if response is None:
            return
        try:
            if not _rest_is_read(response, timeout):
                response.close()
            response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError):
            response.close()

    def _body(self, batch: Sequence[bytes]) -> bytes:
        sent_at = datetime.now(timezone.utc).isoformat()
        rest = json.dumps({"sentAt": sent_at, "writeKey": self._key})
        # Copies half a megabyte once, not twice.
        batch = [b'{"batch":[' + batch[0], *batch[1:]]
        batch[-1] += b"]," + rest[1:].encode()
        return b",".join(batch)


def _use_fork_safe_queue(pool: Any) -> None:
    """Give the pool a queue of connections that a child can close without its lock.

    urllib3 2 closes what is in a pool's queue when the pool is collected, and at exit, under
    the queue's lock.  If a thread of the parent had that during a fork, the child would wait
    for it forever.
    """
    connections = pool.QueueCls(1)
    connections.put(None)  # as urllib3 does: one that is yet to be opened
    pool.pool = connections
    finalize(pool, _close_each, connections.queue)


def _close_each(connections: Iterable[Any]) -> None:
    for connection in tuple(connections):
        if connection is not None:
            connection.close()


def _parts(url: str) -> tuple[str, str]:
    """A URL's scheme and host, and its path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path


def _answer(status: int, headers: Mapping[str, str]) -> Answer:
    if 200 <= status < 300:
        return Answer("delivered")
    detail = f"HTTP status {status}"
    if status in PASSING or status == _PROXY_AUTHENTICATION:
        return Answer("retry", detail, _retry_after(headers))
    return Answer("split" if status in _TOO_MUCH else "refused", detail)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3), None if the header is missing or invalid.

    A date is compared with the server's clock, since ours may be wrong.
    """
    given = headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
        now = parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        try:
            until, now = parsedate_to_datetime(given), datetime.now(timezone.utc)
        except (TypeError, ValueError):
            return None
    try:
        return max(0.0, (until - now).total_seconds())
    except TypeError:  # one of them has no time zone
        return None


def _rest_is_read(response: urllib3.BaseHTTPResponse, timeout: float) -> bool:
    """Read the rest of an answer.  False if that is too long, or not read in time."""
    socket: Any = getattr(response.connection, "sock", None)  # None: it will be closed
    length = response.headers.get("Content-Length", "")
    if socket is None or not length.isdecimal():
        return False
    if "Content-Encoding" in response.headers:
        return False
    left = int(length)
    until = monotonic() + min(timeout, _PATIENCE)
    while 0 < left <= _SHORT:
        time = until - monotonic()
        if time <= 0:
            return False
        socket.settimeout(time)
        part = _some(response, left)
        if not part:
            return False
        left -= len(part)
    return left == 0


def _some(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    """The part of an answer that has arrived, after a single wait: several would add up."""
    if hasattr(response, "read1"):
        return response.read1(most)
    return response.read(1)  # urllib3 1 and 2.0 cannot read just what has arrived


class _InTime(HTTPResponse):
    """A response whose head must arrive within the timeout of its socket, which would
    otherwise apply to each byte that a server or proxy trickles in."""

    def __init__(self, sock: Any, *args: Any, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        self._bounded = _Bounded(sock, self.fp.detach())
        self.fp = BufferedReader(self._bounded)

    def _read_status(self) -> tuple[str, int, str]:
        """The status line.  http.client only skips 100, not other informational responses."""
        parent: Any = super()
        version, status, reason = parent._read_status()
        is_early = 100 < status < 200 and status != SWITCHING_PROTOCOLS
        return version, CONTINUE if is_early else status, reason

    def begin(self) -> None:
        super().begin()
        self._bounded.until = None  # reading the rest has its own limits


class _Bounded(RawIOBase):
    """Reads from a socket within its timeout, counted from now for all reads together."""

    def __init__(self, sock: Any, raw: RawIOBase) -> None:
        self._sock = sock
        self._raw: Any = raw
        seconds: float | None = sock.gettimeout()
        self.until = None if seconds is None else monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.until is not None:
            left = self.until - monotonic()
            if left <= 0:
                raise TimedOut("timed out")
            self._sock.settimeout(left)
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed(HTTPConnection):
    """A connection whose every operation must end within ``time_left()``; urllib3 gives the
    tunnel, the TLS handshake and sending a full timeout each."""

    time_left: Callable[[], float]
    sock: Any

    def _new_conn(self) -> Any:
        sock = super()._new_conn()
        sock.settimeout(self.time_left())
        return sock

    def _tunnel(self) -> None:
        urllib3s: Any = super()
        urllib3s._tunnel()
        self.sock.settimeout(self.time_left())

    def send(self, data: Any) -> None:
        """Send a part of a request."""
        if self.sock is None:
            self.connect()
        sock: Any = self.sock
        sock.settimeout(self.time_left())
        super().send(data)


def _in_time(kind: Any, time_left: Callable[[], float]) -> Any:
    """A subclass of this class of connections that keeps to the time limit."""
    more = {"response_class": _InTime, "time_left": staticmethod(time_left)}
    return type(kind.__name__, (_Timed, kind), more)
