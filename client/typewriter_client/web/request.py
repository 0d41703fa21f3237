"""The scope of a web request: who makes it, and from where; for ASGI and WSGI.

All of it is untrusted: nothing is believed unless the settings say so, and no more is taken
than fits easily into a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Callable, NamedTuple, Union, cast
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from ..calls.scopes import Scope, Surroundings
from ..log import log, traceback_of
from .identity import Users
from .proxies import Proxies, Trusted

Query = Union[bool, Collection[str]]
"""Which parameters of a URL are sent: all, none, or those with these names."""
HEADERS = (
    "accept-language",
    "cookie",
    "host",
    "referer",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
)
"""The headers that are used."""

_LONGEST = 2_000  # characters, and bytes of JSON, of a text chosen by the client
_MOST = 8_000  # bytes of JSON of all such texts: a quarter of a message
_LONGEST_IDENTITY = 200
_HOST = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_URL = re.compile(r"([a-z][a-z0-9+.-]*://)(?:[^/?#@]*@)?([^/?#]+[^?#]*)(\?[^#]*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_WEIGHT = re.compile(r"\s*[qQ]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*")
_CAMPAIGN = {
    "utm_campaign": "name",
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_term": "term",
    "utm_content": "content",
}


class Request(NamedTuple):
    """A request in terms that ASGI and WSGI share."""

    peer: str | None
    """The address of the peer, None for a local socket."""
    headers: Mapping[str, str]
    """By lowercase name; at least those of HEADERS."""
    scheme: str
    server: str
    """The server's own name and port, for requests without a host."""
    path: str
    """From the root, decoded."""
    query: str


class Intake:
    """Turns requests into scopes, according to the settings of a middleware."""

    def __init__(
        self,
        user: Callable[[Any], object] | None,
        trusted_proxies: Trusted,
        query: Query,
        anonymous_cookie: str | None,
        user_cookie: str | None,
    ) -> None:
        if user is not None and not callable(user):
            raise TypeError(f"user must be callable, not {user!r}")
        if isinstance(query, str) or not isinstance(
            cast("object", query), (bool, Collection)
        ):
            raise TypeError(f"query must be True, False or names, not {query!r}")
        self._users = Users(user) if user is not None else None
        self._proxies = Proxies(trusted_proxies)
        self._query = query
        self._anonymous_cookie = anonymous_cookie
        self._user_cookie = user_cookie

    def scope(self, raw: Any, read: Callable[[Any], Request]) -> Scope:
        """The scope of a request, ``raw`` as the server passes it.  Raises nothing."""
        try:
            request = read(raw)
            cookies = request.headers.get("cookie", "")
            anonymous_id = _identity(cookies, self._anonymous_cookie)
            claimed = _identity(cookies, self._user_cookie)
            context = self._context(request)
        except Exception as error:  # noqa: BLE001 - the request must be served anyway
            text = "a request could not be read; its events lack context: %s"
            log().error(text, traceback_of(error))
            anonymous_id, claimed, context = None, None, {}
        user = self._users.of(raw, claimed) if self._users else claimed
        return Scope(Surroundings(user, anonymous_id, context, spare=context))

    def _context(self, request: Request) -> dict[str, object]:
        """The context, in Segment's terms, as far as it is known from the request."""
        headers = request.headers
        forwarded = headers.get("x-forwarded-for", "")
        referrer = self._without_query(headers.get("referer", ""))
        found: dict[str, object] = {
            "ip": self._proxies.client(request.peer, forwarded),
            "locale": best_language(headers.get("accept-language", "")),
            "userAgent": headers.get("user-agent", "")[:_LONGEST],
            "page": self._page(request, referrer),
            "referrer": {"url": referrer} if referrer else None,
            "campaign": _campaign(request.query),
        }
        return _cut({key: value for key, value in found.items() if value}, _MOST)[0]

    def _page(self, request: Request, referrer: str) -> dict[str, str] | None:
        if request.scheme not in ("http", "https"):
            return None  # a websocket is not a page
        path = quote(request.path, safe="/:@!$&'()*+,;=~", errors="replace")
        search = self._kept(request.query)
        origin = self._origin(request)
        page = {
            "path": path[:_LONGEST],
            "search": search[:_LONGEST],
            "url": (origin + path + search)[:_LONGEST] if origin else "",
            "referrer": referrer,
        }
        return {key: value for key, value in page.items() if value}

    def _origin(self, request: Request) -> str:
        """Scheme and host as the client sees them, from a trusted proxy's headers if any."""
        headers, scheme = request.headers, request.scheme
        hosts = [headers.get("host", ""), request.server]
        if self._proxies.believed(request.peer):
            forwarded = _last(headers.get("x-forwarded-proto", "")).lower()
            scheme = forwarded if forwarded in ("http", "https") else scheme
            hosts.insert(0, _last(headers.get("x-forwarded-host", "")))
        host = next((host for host in hosts if _HOST.fullmatch(host)), "")
        return f"{scheme}://{host}" if host else ""

    def _kept(self, query: str) -> str:
        """``?`` and the parameters that are sent, unchanged; "" if there are none."""
        if not query or not self._query:
            return ""
        if self._query is not True:
            query = "&".join(filter(self._keeps, query.split("&")))
        return f"?{query}" if query else ""

    def _keeps(self, parameter: str) -> bool:
        name = unquote_plus(parameter.partition("=")[0])
        return not isinstance(self._query, bool) and name in self._query

    def _without_query(self, url: str) -> str:
        """A URL without user, password and fragment, with the parameters that are sent."""
        found = _URL.match(url)
        if found is None:
            return ""
        scheme, rest, query = found.groups()
        return (scheme + rest + self._kept((query or "")[1:]))[:_LONGEST]


def best_language(header: str) -> str | None:
    """The preferred language of ``Accept-Language``, the first of several equal ones.

    https://www.rfc-editor.org/rfc/rfc9110#field.accept-language
    """
    best, most = None, 0.0
    for entry in header[:_LONGEST].split(","):
        tag, _, weight = entry.partition(";")
        found = _WEIGHT.fullmatch(weight)
        q = float(found[1]) if found else 0.0 if weight.strip() else 1.0
        if q > most and _LANGUAGE.fullmatch(tag.strip()):
            best, most = tag.strip(), q
    return best


def _cut(context: Mapping[str, object], room: int) -> tuple[dict[str, object], int]:
    """As much of the context as there is room for, and how much room that leaves.

    Long headers only shorten this context; the rest of the message is left to the event,
    so that they never cause it to be dropped.
    """
    kept: dict[str, object] = {}
    for key, value in context.items():
        if isinstance(value, Mapping):
            inner, room = _cut(cast("Mapping[str, object]", value), room)
            if inner:
                kept[key] = inner
        elif isinstance(value, str):
            room -= len(key) + len('"":"",')
            most = max(min(room, _LONGEST), 0)
            text = value[:most]
            while text and _size(text) > most:
                text = text[: len(text) * most // _size(text)]
            room -= _size(text)
            if text:
                kept[key] = text
    return kept, room


def _size(text: str) -> int:
    """Bytes of a text in JSON, without quotes; a control character takes six."""
    return (
        len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")) - 2
    )


def _identity(cookies: str, name: str | None) -> str | None:
    """The identity in a cookie: plain, or as JSON and URL-encoded, as Analytics.js writes
    it."""
    for pair in cookies.split(";") if name else ():
        key, _, value = pair.partition("=")
        if key.strip() == name:
            text = unquote(value.strip()).strip()
            if text.startswith('"'):
                text = _unquoted(text)
            known = 0 < len(text) <= _LONGEST_IDENTITY and text.isprintable()
            return text if known and text not in ("null", "undefined") else None
    return None


def _unquoted(text: str) -> str:
    try:
        found: object = json.loads(text)
    except ValueError:
        return ""
    return found if isinstance(found, str) else ""


def _campaign(query: str) -> dict[str, str] | None:
    """The campaign of the UTM parameters, which are meant for analytics, never secret."""
    if "utm_" not in query:
        return None
    pairs = parse_qsl(query[: 4 * _LONGEST], errors="replace")
    return {_CAMPAIGN[name]: v[:_LONGEST] for name, v in pairs if name in _CAMPAIGN}


def _last(values: str) -> str:
    """The value that the nearest proxy appended."""
    return values.rpartition(",")[2].strip()
