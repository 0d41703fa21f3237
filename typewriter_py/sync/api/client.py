"""Requests to the API, one at a time, each retried if that makes sense."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

from ... import __version__
from ...diagnostics import Diagnostic
from .. import codes
from .answer import Answer, data_of, refusal
from .secret import Token

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class Environment:
    """``sleep`` takes seconds, ``clock`` is monotonic, ``now`` is the aware time, and ``notify``
    shows the user one line."""

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    now: Callable[[], datetime]
    notify: Callable[[str], None]


REGIONS: Final = {"us": "https://api.segmentapis.com", "eu": "https://eu1.api.segmentapis.com"}
"""https://docs.segmentapis.com/tag/Getting-Started"""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def is_loopback(url: str) -> bool:
    """Whether ``url`` is on this machine: a token is sent only there or to Segment."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK
    except ValueError:
        return False


# --- when to retry ---------------------------------------------------------------------------

MAX_PAUSE: Final = 300.0
"""Seconds; if the API asks for more, we give up and say so, rather than wait."""

MAX_LIMITED: Final = 10
"""Answers with status 429 to one request before giving up."""

MAX_FAILED: Final = 4
"""Failures of one request before giving up: server errors, broken connections."""

_USUAL: Final = 20.0  # seconds after a 429 without Retry-After; the limit is per minute


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request without a complete answer; ``again`` if a retry may get one."""

    message: str
    again: bool = True


@dataclass(slots=True)
class Retries:
    """How often a request was rate limited, and how often it failed."""

    limited: int = 0
    failed: int = 0

    def pause(self, got: Answer | Trouble, now: datetime) -> float | None:
        """Seconds to wait before the next attempt, as the server asks or else by default.

        None to give up.
        """
        if isinstance(got, Answer) and got.status == 429:
            self.limited += 1
            default, more = _USUAL, self.limited < MAX_LIMITED
        elif got.again if isinstance(got, Trouble) else got.status >= 500:
            self.failed += 1
            default, more = 2.0 ** (self.failed - 1), self.failed < MAX_FAILED
        else:
            return None
        asked = retry_after(got.headers, now) if isinstance(got, Answer) else None
        pause = default if asked is None else asked
        return pause if more and pause <= MAX_PAUSE else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that ``Retry-After`` asks for, as a number or a date (RFC 9110, 10.2.3).

    None if it is missing or invalid; 0 for a date in the past.
    """
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


# --- requests --------------------------------------------------------------------------------

CONNECT: Final = 10.0
"""Seconds to wait for a connection."""

READ: Final = 60.0
"""Seconds to wait for the next bytes of an answer."""

WHOLE: Final = 180.0
"""Seconds for a whole answer to arrive, even if it trickles."""

MAX_ANSWER: Final = 100_000_000
"""Bytes; two hundred rules are much smaller."""

MAX_ERROR: Final = 1_000_000
"""Bytes of an answer that says what is wrong."""

MEDIA: Final = "application/vnd.segment.v1+json"

Query: TypeAlias = Iterable[tuple[str, str]]


class Connection:
    """A connection to the API at ``base``, to be closed after use."""

    def __init__(
        self, base: str, token: Token, environment: Environment, session: requests.Session
    ) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._environment = environment
        self._session = session

    def close(self) -> None:
        """Close the network connection."""
        self._session.close()

    def call(
        self, what: str, method: str, path: str, query: Query = (), body: object = None
    ) -> dict[str, Any] | Diagnostic:
        """The ``data`` of the answer, or why there is none.

        ``what`` names in a few words what is requested.  Retries after a 429, a 5xx and a broken
        connection, for a limited time; PATCH and DELETE may so be executed twice, which is
        harmless.
        """
        sent = None if body is None else json.dumps(body).encode()
        retries = Retries()
        while True:
            got = self._once(method, path, query, sent)
            if isinstance(got, Answer) and got.status < 300:
                return self._clean(data_of(got, what))
            if isinstance(got, Answer):
                got = self._scrubbed(got)
            pause = retries.pause(got, self._environment.now())
            if pause is None:
                return self._clean(_gave_up(got, what, retries.limited + retries.failed))
            why = self._token.scrub(_why(got))
            self._environment.notify(f"{what}: {why}; retrying in {pause:.0f} s")
            self._environment.sleep(pause)

    def _clean(self, found: dict[str, Any] | Diagnostic) -> dict[str, Any] | Diagnostic:
        """Remove the token from messages, in case a server repeats it."""
        if not isinstance(found, Diagnostic):
            return found
        return Diagnostic(found.kind, self._token.scrub(found.message), help=found.help)

    def _scrubbed(self, got: Answer) -> Answer:
        """An error's answer without the token: of what a message cuts off, half would remain."""
        body = self._token.scrub(got.body[:MAX_ERROR].decode("latin-1"), "...").encode("latin-1")
        headers = {name: self._token.scrub(value) for name, value in got.headers.items()}
        return Answer(got.status, headers, body)

    def _once(self, method: str, path: str, query: Query, body: bytes | None) -> Answer | Trouble:
        import requests
        from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

        headers = {"Content-Type": MEDIA} if body is not None else {}
        try:
            with self._session.request(
                method,
                self._base + path,
                params=list(query),
                data=body,
                headers=headers,
                timeout=(CONNECT, READ),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response)
        except requests.exceptions.SSLError as error:
            return Trouble(f"no secure connection to {self._base}: {_reason(error)}", False)
        except requests.exceptions.ConnectTimeout:
            return Trouble(f"no connection to {self._base} within {CONNECT:.0f} s")
        except (requests.exceptions.Timeout, ReadTimeoutError):
            return Trouble(f"{self._base} sent nothing for {READ:.0f} s")
        except (requests.exceptions.ContentDecodingError, DecodeError):
            return Trouble("the answer's compression is broken")
        except requests.exceptions.InvalidProxyURL:
            return Trouble("HTTPS_PROXY is not the URL of a proxy", False)
        except requests.exceptions.ProxyError as error:
            return Trouble(f"the proxy refused the request: {_reason(error)}")
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            return Trouble(f"no connection to {self._base}: {_reason(error)}")

    def _read(self, response: requests.Response) -> Answer | Trouble:
        started, size = self._environment.clock(), 0
        parts: list[bytes] = []
        while part := response.raw.read1(65_536, decode_content=True):
            parts.append(part)
            size += len(part)
            if self._environment.clock() - started > WHOLE:
                return Trouble(f"the answer was not complete within {WHOLE:.0f} s")
            if size > MAX_ANSWER:
                return Trouble(f"the answer is larger than {MAX_ANSWER:,} bytes", False)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, b"".join(parts))


def connect(base: str, token: Token, environment: Environment) -> Connection | Diagnostic:
    """A connection to the API at ``base``; sends nothing yet."""
    try:
        import requests
    except ImportError:
        message = "pull and push need the library `requests`, which is not installed"
        return codes.NO_REQUESTS.at(None, message, help="pip install 'typewriter-py[api]'")

    class Bearer(requests.auth.AuthBase):
        """Sets the header last, so that ~/.netrc does not replace it."""

        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = token.header()
            return request

    session = requests.Session()
    session.auth = Bearer()
    session.headers.update({"Accept": MEDIA, "User-Agent": f"typewriter-py/{__version__}"})
    return Connection(base, token, environment, session)


def _gave_up(got: Answer | Trouble, what: str, tries: int) -> Diagnostic:
    after = f" (gave up after {tries} attempts)" if tries > 1 else ""
    if isinstance(got, Trouble):
        help = "check the network, HTTPS_PROXY and REQUESTS_CA_BUNDLE"
        return codes.NO_CONNECTION.at(None, f"{what}: {got.message}{after}", help=help)
    found = refusal(got, what)
    if asked := got.headers.get("retry-after") if got.status == 429 else None:
        after += f"; it asks to wait {asked[:40]}" + (" s" if asked.isdigit() else "")
    return Diagnostic(found.kind, found.message + after, help=found.help)


def _why(got: Answer | Trouble) -> str:
    if isinstance(got, Trouble):
        return got.message
    return "too many requests" if got.status == 429 else f"status {got.status}"


_PLAIN: Final[Mapping[str, str]] = {
    r"Name or service not known|name resolution|getaddrinfo|nodename nor": (
        "its name cannot be resolved"
    ),
    r"[Cc]onnection refused|actively refused": "the connection was refused",
    r"[Cc]onnection reset|Connection aborted|RemoteDisconnected|IncompleteRead|broken": (
        "the connection broke"
    ),
    r"unreachable|No route": "the network cannot be reached",
}


def _reason(error: BaseException) -> str:
    """The message of an error of requests, without the objects that it wraps."""
    text = str(error)
    for pattern, plain in _PLAIN.items():
        if re.search(pattern, text):
            return plain
    certificate = re.search(r"certificate verify failed: ([^(]+)", text)
    if certificate:
        return certificate[1].strip()
    return re.sub(r"<[^>]*>:?\s*|\w+ConnectionPool\([^)]*\):?\s*", "", text)[:200]
