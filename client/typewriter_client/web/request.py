"""What a web request says of who makes it and from where, as a scope: for ASGI and WSGI.

All of it can be anybody's invention, so nothing of it is believed without being asked for,
and no more of it is taken than fits well into a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Callable, NamedTuple, Union, cast
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from ..calls.scopes import Scope, Surroundings
from ..log import log, unsaid
from .identity import Users
from .proxies import Proxies, Trusted

Query = Union[bool, Collection[str]]
"""Which parameters of a URL are sent: all, none, or those of these names."""
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
"""The headers that are looked at."""

_LONGEST = 2_000  # characters, and bytes of JSON, of a text that a client chooses
_MOST = 8_000  # bytes of JSON of all of them: a quarter of a message's
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
    """The address of who connected, None for a local socket."""
    headers: Mapping[str, str]
    """By names in lower case; those of HEADERS at least."""
    scheme: str
    server: str
    """The server's own name and port, where the client gives none."""
    path: str
    """From the root, decoded."""
    query: str


class Intake:
    """Makes requests into scopes, as the settings of a middleware say."""

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
        """The scope of a request, ``raw`` as the server gives it.  Raises nothing."""
        try:
            request = read(raw)
            cookies = request.headers.get("cookie", "")
            anonymous_id = _identity(cookies, self._anonymous_cookie)
            claimed = _identity(cookies, self._user_cookie)
            context = self._context(request)
        except Exception as error:  # noqa: BLE001 - whatever a server gives, it goes on
            said = "a request could not be read; its events lack context: %s"
            log().error(said, unsaid(error))
            anonymous_id, claimed, context = None, None, {}
        user = self._users.of(raw, claimed) if self._users else claimed
        return Scope(Surroundings(user, anonymous_id, context, spare=context))

    def _context(self, request: Request) -> dict[str, object]:
        """The context, in Segment's terms, as far as the request tells it."""
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
            return None  # a websocket is no page
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
        """Scheme and host as the client has them, if a proxy that is believed says so."""
        headers, scheme = request.headers, request.scheme
        hosts = [headers.get("host", ""), request.server]
        if self._proxies.believed(request.peer):
            said = _last(headers.get("x-forwarded-proto", "")).lower()
            scheme = said if said in ("http", "https") else scheme
            hosts.insert(0, _last(headers.get("x-forwarded-host", "")))
        host = next((host for host in hosts if _HOST.fullmatch(host)), "")
        return f"{scheme}://{host}" if host else ""

    def _kept(self, query: str) -> str:
        """``?`` and the parameters that are sent, as they came; "" for none."""
        if not query or not self._query:
            return ""
        if self._query is not True:
            query = "&".join(filter(self._keeps, query.split("&")))
        return f"?{query}" if query else ""

    def _keeps(self, parameter: str) -> bool:
        name = unquote_plus(parameter.partition("=")[0])
        return not isinstance(self._query, bool) and name in self._query

    def _without_query(self, url: str) -> str:
        """A URL with no more of its query than is sent, without password and fragment."""
        found = _URL.match(url)
        if found is None:
            return ""
        scheme, place, query = found.groups()
        return (scheme + place + self._kept((query or "")[1:]))[:_LONGEST]


def best_language(header: str) -> str | None:
    """The language that ``Accept-Language`` likes most, the first of several alike.

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
    """As much of the context as there is room for, and how much that leaves.

    A client that sends long headers cuts its own, and never costs an event, which has the
    rest of the message.
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
    """Bytes of a text in JSON, without quotes: a control character is six."""
    return (
        len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")) - 2
    )


def _identity(cookies: str, name: str | None) -> str | None:
    """The identity in a cookie: as it is, or as JSON, and URL-encoded, as Analytics.js
    writes it."""
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
    """What UTM parameters say, which are for analytics and hold no secret."""
    if "utm_" not in query:
        return None
    pairs = parse_qsl(query[: 4 * _LONGEST], errors="replace")
    return {_CAMPAIGN[name]: v[:_LONGEST] for name, v in pairs if name in _CAMPAIGN}


def _last(values: str) -> str:
    """What the nearest proxy says."""
    return values.rpartition(",")[2].strip()
