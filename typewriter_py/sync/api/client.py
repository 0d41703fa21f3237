"""Requests to the API, one after the other, each tried again where that makes sense."""

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

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class World:
    """``wait`` sleeps for seconds, ``clock`` counts seconds from anywhere, ``now`` is the
    time of day with its zone, ``tell`` says one line to the user."""

    wait: Callable[[float], None]
    clock: Callable[[], float]
    now: Callable[[], datetime]
    tell: Callable[[str], None]


REGIONS: Final = {"us": "https://api.segmentapis.com", "eu": "https://eu1.api.segmentapis.com"}
"""https://docs.segmentapis.com/tag/Getting-Started: one address for each region."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def is_loopback(url: str) -> bool:
    """Whether ``url`` leads to this very machine: a token goes nowhere else than there or to
    Segment."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK
    except ValueError:
        return False


# --- the token -------------------------------------------------------------------------------

VARIABLE: Final = "SEGMENT_API_TOKEN"
"""The environment variable that holds it."""

_FIT: Final = re.compile(r"[\x21-\x7e]+")  # what may follow ``Bearer`` in a header


class Token:
    """A secret: it prints as dots, cannot be pickled, and is taken out of any text."""

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def __repr__(self) -> str:
        return "Token(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a token is not to be stored")

    def header(self) -> str:
        """What stands behind ``Authorization:``."""
        return f"Bearer {self.__secret}"

    def scrub(self, text: str) -> str:
        """``text`` without the secret, which a server may have repeated in its answer."""
        return text.replace(self.__secret, "…")


def token_of(text: str, origin: str) -> Token | Diagnostic:
    """The token in ``text``, spaces and line ends around it aside; ``origin`` gave it.

    One with other characters in it would fail as a header, in an error that shows it.
    """
    secret = text.strip()
    if not secret:
        return codes.NO_TOKEN.at(None, f"{origin} gives an empty token")
    if not _FIT.fullmatch(secret):
        help = "print the token alone, without quotes around it or anything beside it"
        message = f"what {origin} gives is no token: it has spaces or other odd characters"
        return codes.NO_TOKEN.at(None, message, help=help)
    return Token(secret)


# --- when to ask again -----------------------------------------------------------------------

MAX_PAUSE: Final = 300.0
"""Seconds: who is asked to wait for longer is told so, rather than left waiting."""

MAX_LIMITED: Final = 10
"""Answers of status 429 to one request, before it is given up."""

MAX_FAILED: Final = 4
"""Failures of one request in a row: errors of the server, broken connections."""

_USUAL: Final = 20.0  # seconds for a 429 that says nothing; the limit is by the minute


@dataclass(slots=True)
class Patience:
    """How often one request has been tried, and so what to do next."""

    limited: int = 0
    failed: int = 0

    def after_limit(self, headers: Mapping[str, str], now: datetime) -> float | None:
        """Seconds to wait after a 429; None to give up."""
        self.limited += 1
        asked = retry_after(headers, now)
        pause = _USUAL if asked is None else asked
        return None if self.limited >= MAX_LIMITED or pause > MAX_PAUSE else pause

    def after_failure(self, headers: Mapping[str, str], now: datetime) -> float | None:
        """Seconds to wait after a failure, or as the server asks; None to give up."""
        self.failed += 1
        if self.failed >= MAX_FAILED:
            return None
        asked = retry_after(headers, now)
        pause = 2.0 ** (self.failed - 1) if asked is None else asked
        return None if pause > MAX_PAUSE else pause


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """What ``Retry-After`` asks for, in seconds: a number of them or a date (RFC 9110, 10.2.3).

    None where it is missing or means nothing; a moment that has passed is no wait.
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
"""Seconds for an answer to arrive whole, however it trickles."""

MAX_ANSWER: Final = 100_000_000
"""Bytes; two hundred rules are far fewer."""

MEDIA: Final = "application/vnd.segment.v1+json"

Query: TypeAlias = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that got no whole answer; ``again``: another try may get one."""

    message: str
    again: bool = True


class Connection:
    """The API at ``base``, opened with ``token``.  To be closed."""

    def __init__(self, base: str, token: Token, world: World, session: requests.Session) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._world = world
        self._session = session

    def close(self) -> None:
        """Let go of the network."""
        self._session.close()

    def call(
        self, what: str, method: str, path: str, query: Query = (), body: object = None
    ) -> dict[str, Any] | Diagnostic:
        """The ``data`` that a request gives, or why there is none.

        ``what`` says in a few words what is asked for.  Waits and tries again after a 429, a
        5xx and a broken connection, for a bounded time; PATCH and DELETE may so be done twice,
        which changes nothing.
        """
        sent = None if body is None else json.dumps(body).encode()
        patience = Patience()
        while True:
            got = self._once(method, path, query, sent)
            if isinstance(got, Answer) and got.status < 300:
                return self._clean(data_of(got, what))
            pause = self._pause(got, patience)
            if pause is None:
                return self._clean(self._given_up(got, what, patience))
            self._world.tell(f"{what}: {_why(got)}; again in {pause:.0f} s")
            self._world.wait(pause)

    def _pause(self, got: Answer | Trouble, patience: Patience) -> float | None:
        now = self._world.now()
        if isinstance(got, Trouble):
            return patience.after_failure({}, now) if got.again else None
        if got.status == 429:
            return patience.after_limit(got.headers, now)
        return patience.after_failure(got.headers, now) if got.status >= 500 else None

    def _given_up(self, got: Answer | Trouble, what: str, patience: Patience) -> Diagnostic:
        tries = patience.failed + patience.limited
        after = f" (given up after {tries} tries)" if tries > 1 else ""
        if isinstance(got, Trouble):
            help = "check the network, HTTPS_PROXY and REQUESTS_CA_BUNDLE"
            return codes.NO_CONNECTION.at(None, f"{what}: {got.message}{after}", help=help)
        found = refusal(got, what)
        if asked := got.headers.get("retry-after") if got.status == 429 else None:
            after += f"; it asks to wait {asked[:40]}" + (" s" if asked.isdigit() else "")
        return Diagnostic(found.kind, found.message + after, help=found.help)

    def _clean(self, found: dict[str, Any] | Diagnostic) -> dict[str, Any] | Diagnostic:
        """No message repeats the token, whatever a server does."""
        if not isinstance(found, Diagnostic):
            return found
        return Diagnostic(found.kind, self._token.scrub(found.message), help=found.help)

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
            return Trouble(f"no safe connection to {self._base}: {_reason(error)}", False)
        except requests.exceptions.ConnectTimeout:
            return Trouble(f"no connection to {self._base} within {CONNECT:.0f} s")
        except (requests.exceptions.Timeout, ReadTimeoutError):
            return Trouble(f"{self._base} was silent for {READ:.0f} s")
        except (requests.exceptions.ContentDecodingError, DecodeError):
            return Trouble("the answer's compression is broken")
        except requests.exceptions.InvalidProxyURL:
            return Trouble("HTTPS_PROXY is no address of a proxy", False)
        except requests.exceptions.ProxyError as error:
            return Trouble(f"the proxy does not let it through: {_reason(error)}")
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            return Trouble(f"no connection to {self._base}: {_reason(error)}")

    def _read(self, response: requests.Response) -> Answer | Trouble:
        started, size = self._world.clock(), 0
        parts: list[bytes] = []
        while part := response.raw.read1(65_536, decode_content=True):
            parts.append(part)
            size += len(part)
            if self._world.clock() - started > WHOLE:
                return Trouble(f"the answer did not arrive whole within {WHOLE:.0f} s")
            if size > MAX_ANSWER:
                return Trouble(f"the answer is larger than {MAX_ANSWER:,} bytes", False)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, b"".join(parts))


def connect(base: str, token: Token, world: World) -> Connection | Diagnostic:
    """A connection to the API at ``base``; nothing is sent yet."""
    try:
        import requests
    except ImportError:
        message = "pull and push need the library `requests`, which is not installed"
        return codes.NO_REQUESTS.at(None, message, help="pip install 'typewriter-py[api]'")

    class Bearer(requests.auth.AuthBase):
        """Sets the header last, so that no ~/.netrc replaces it."""

        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = token.header()
            return request

    session = requests.Session()
    session.auth = Bearer()
    session.headers.update({"Accept": MEDIA, "User-Agent": f"typewriter-py/{__version__}"})
    return Connection(base, token, world, session)


def _why(got: Answer | Trouble) -> str:
    if isinstance(got, Trouble):
        return got.message
    return "too many requests" if got.status == 429 else f"status {got.status}"


_PLAIN: Final[Mapping[str, str]] = {
    r"Name or service not known|name resolution|getaddrinfo|nodename nor": (
        "its name cannot be resolved"
    ),
    r"[Cc]onnection refused|actively refused": "the connection is refused",
    r"[Cc]onnection reset|Connection aborted|RemoteDisconnected|IncompleteRead|broken": (
        "the connection broke"
    ),
    r"unreachable|No route": "the network cannot be reached",
}


def _reason(error: BaseException) -> str:
    """The library's complaint, without the objects that it is wrapped in."""
    text = str(error)
    for pattern, plain in _PLAIN.items():
        if re.search(pattern, text):
            return plain
    certificate = re.search(r"certificate verify failed: ([^(]+)", text)
    if certificate:
        return certificate[1].strip()
    return re.sub(r"<[^>]*>:?\s*|\w+ConnectionPool\([^)]*\):?\s*", "", text)[:200]
