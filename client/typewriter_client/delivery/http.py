"""Batches to Segment's tracking API: ``POST {"batch": […]}``, one connection, no retries.

https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Callable
from urllib.parse import urlsplit

import urllib3

from ..version import __version__
from .batches import PASSING, Answer

"host".encode("idna")  # loads what the first request would: see ``forks``
_CONNECT_SECONDS = 5.0
_TOO_MUCH = {400, 413}  # perhaps only one of the messages is at fault
_SHORT = 4_096  # bytes of an answer that are worth reading to keep the connection
_PATIENCE = 0.25  # seconds that they are worth


class Http:
    """A source of Segment's, by its URL and write key."""

    def __init__(self, url: str, write_key: str) -> None:
        self._host, self._path = _parts(url)
        self._key = write_key
        self._headers = {
            "Authorization": f"Basic {b64encode(f'{write_key}:'.encode()).decode()}",
            "Content-Type": "application/json",
            "User-Agent": f"typewriter-py/{__version__}",
        }
        self._answered: urllib3.BaseHTTPResponse | None = None
        self._pool = self._connections()

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Post one batch.  Raises urllib3's errors for faults of the network."""
        self._finish()
        response = self._pool.urlopen(
            "POST",
            self._path,
            self._body(batch),
            self._headers,
            timeout=urllib3.Timeout(min(timeout, _CONNECT_SECONDS), timeout),
            preload_content=False,
            redirect=False,
        )
        self._answered = response
        return _answer(response.status, response.headers)

    def close(self) -> None:
        """Close the connection."""
        self._finish()
        self._pool.close()
        self._pool = self._connections()

    def _connections(self) -> urllib3.HTTPConnectionPool:
        """One at most.  urllib3's own retries sleep through a close, so there are none."""
        return urllib3.connection_from_url(self._host, maxsize=1, retries=False)

    def _finish(self) -> None:
        """Read the rest of the last answer, so that its connection can serve again; close
        that if it is long, or not there yet: the status was all that mattered."""
        response, self._answered = self._answered, None
        if response is None:
            return
        try:
            if not _rest_is_read(response):
                response.close()
            response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError):
            response.close()

    def _body(self, batch: Sequence[bytes]) -> bytes:
        sent_at = datetime.now(timezone.utc).isoformat()
        rest = json.dumps({"sentAt": sent_at, "writeKey": self._key})
        # One copy of half a megabyte, not two.
        batch = [b'{"batch":[' + batch[0], *batch[1:]]
        batch[-1] += b"]," + rest[1:].encode()
        return b",".join(batch)


def _parts(url: str) -> tuple[str, str]:
    """A URL's scheme and host, and its path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path


def _answer(status: int, headers: Mapping[str, str]) -> Answer:
    if 200 <= status < 300:
        return Answer("delivered")
    detail = f"HTTP status {status}"
    if status in PASSING:
        return Answer("retry", detail, _retry_after(headers))
    return Answer("split" if status in _TOO_MUCH else "refused", detail)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3), None if it does not say.

    A date is compared with the server's own, since our clock may be wrong.
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
    except TypeError:  # one of the two without a time zone
        return None


def _rest_is_read(response: urllib3.BaseHTTPResponse) -> bool:
    length = response.headers.get("Content-Length", "")
    if not length.isdecimal() or "Content-Encoding" in response.headers:
        return False
    left = int(length)
    read: Callable[[int], bytes] = getattr(response, "read1", response.read)
    until = monotonic() + _PATIENCE
    while 0 < left <= _SHORT and monotonic() < until:
        part = read(left)
        if not part:
            return False
        left -= len(part)
    return left == 0
