"""What the middleware trusts in a request, and which context it derives."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Messages = list[dict[str, Any]]
SERVERS = ["asgi", "wsgi"]
NAMES = {b"accept-language", b"cookie", b"host", b"referer", b"user-agent", b"x-other"}
NAMES |= {b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}


class Web:
    """The application that tracks, in the middleware, called as a server would call it."""

    def __init__(self, analytics: Any, kind: str, messages: Messages) -> None:
        self.analytics, self.kind, self.messages = analytics, kind, messages
        self.properties: dict[str, Any] = {}
        self.options: dict[str, Any] = {}

    def get(
        self,
        path: str = "/",
        query: str = "",
        headers: Any = (),
        peer: str | None = "192.0.2.1",
        /,
        **settings: Any,
    ) -> dict[str, Any]:
        """The event of a request with these settings."""
        module = importlib.import_module(f"typewriter_client.{self.kind}")
        run = self._asgi if self.kind == "asgi" else self._wsgi
        with self.analytics.scope(anonymous_id="nobody"):
            run(module.AnalyticsMiddleware, path, query, dict(headers), peer, settings)
        message = self.messages.pop()
        if message.get("anonymousId") == "nobody":
            del message["anonymousId"]
        return message

    def context(self, *request: Any, **settings: Any) -> dict[str, Any]:
        context = self.get(*request, **settings)["context"]
        return {key: context[key] for key in context if key not in ("library", "typewriter")}

    def track(self) -> None:
        self.analytics.track("E", None, {"message_id": "m", **self.options}, self.properties)

    def _asgi(
        self, middleware: Any, path: str, query: str, headers: Any, peer: Any, s: Any
    ) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            self.track()

        scope = {
            "type": "http",
            "scheme": "http",
            "path": path,
            "root_path": "",
            "query_string": query.encode("latin-1"),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
            "client": (peer, 50_000) if peer is not None else None,
            "server": ("server", 8000),
        }
        asyncio.run(middleware(app, **s)(scope, None, None))

    def _wsgi(
        self, middleware: Any, path: str, query: str, headers: Any, peer: Any, s: Any
    ) -> None:
        def app(environ: Any, start_response: Any) -> list[bytes]:
            self.track()
            return []

        environ = {
            "wsgi.url_scheme": "http",
            "SCRIPT_NAME": "",
            "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
            "QUERY_STRING": query,
            "REMOTE_ADDR": peer or "",
            "SERVER_NAME": "server",
            "SERVER_PORT": "8000",
        }
        for name, value in headers.items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        middleware(app, **s)(environ, None)


@pytest.fixture(params=SERVERS)
def web(analytics: Any, messages: Messages, request: Any) -> Web:
    return Web(analytics, request.param, messages)


def test_what_a_usual_request_says(web: Web) -> None:
    headers = {
        "Host": "shop.example:8443",
        "User-Agent": "Mozilla/5.0 (X11)",
        "Accept-Language": "da, en-GB;q=0.8, en;q=0.7",
        "Referer": "https://search.example/find?q=secret#top",
        "Cookie": "a=1; ajs_anonymous_id=%225f3b-1%22; ajs_user_id=%22boss%22; b=2",
    }
    message = web.get("/ü b/c", "token=t&utm_source=news&utm_campaign=fall+sale", headers)
    assert message["anonymousId"] == "5f3b-1"
    assert "userId" not in message
    context = message["context"]
    assert context["library"]["name"] == "typewriter-py"
    assert {k: v for k, v in context.items() if k not in ("library", "typewriter")} == {
        "ip": "192.0.2.1",
        "userAgent": "Mozilla/5.0 (X11)",
        "locale": "da",
        "page": {
            "path": "/%C3%BC%20b/c",
            "url": "http://shop.example:8443/%C3%BC%20b/c",
            "referrer": "https://search.example/find",
        },
        "referrer": {"url": "https://search.example/find"},
        "campaign": {"source": "news", "name": "fall sale"},
    }


def test_a_request_that_says_nothing(web: Web) -> None:
    assert web.context("", "", {}, None) == {"page": {"url": "http://server:8000"}}


# --- whose request: X-Forwarded-For ---------------------------------------------------------

PEER = "10.0.0.1"
FORWARDED = [
    # trusted proxies, who connects, X-Forwarded-For, the client
    (0, PEER, "203.0.113.7", PEER),
    (0, None, "203.0.113.7", None),
    (1, PEER, "", PEER),
    (1, PEER, "203.0.113.7", "203.0.113.7"),
    (1, PEER, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
    (1, None, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
    (1, "", "203.0.113.7", "203.0.113.7"),
    (2, PEER, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
    (2, PEER, "203.0.113.7", "203.0.113.7"),
    (3, PEER, "203.0.113.7,10.0.0.2", "203.0.113.7"),
    (1, PEER, "203.0.113.7:4711", "203.0.113.7"),
    (1, PEER, "[2001:db8::1]:4711", "2001:db8::1"),
    (1, PEER, '"[2001:DB8:0::1]"', "2001:db8::1"),
    (1, PEER, "2001:db8::1", "2001:db8::1"),
    (1, PEER, "::ffff:203.0.113.7", "203.0.113.7"),
    (1, PEER, "fe80::1%eth0", "fe80::1"),
    (1, PEER, "203.0.113.7, unknown", None),
    (1, PEER, "203.0.113.7,", None),
    (1, PEER, "<script>", None),
    (1, PEER, "1" * 9_000, None),
    (1, PEER, ":" * 50, None),
    ("10.0.0.0/8", PEER, "6.6.6.6, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
    ("10.0.0.0/8", "203.0.113.9", "6.6.6.6", "203.0.113.9"),
    ("10.0.0.0/8", PEER, "", PEER),
    ("10.0.0.0/8", PEER, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ("10.0.0.0/8", PEER, "203.0.113.7, junk, 10.0.0.2", None),
    ("10.0.0.0/8", "::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
    ("10.0.0.0/8, 192.168.0.0/16", PEER, "203.0.113.7, 192.168.1.1", "203.0.113.7"),
    (["10.0.0.1", "2001:db8::/32"], PEER, "203.0.113.7, 2001:db8::9", "203.0.113.7"),
    (["10.0.0.1"], "10.0.0.2", "203.0.113.7", "10.0.0.2"),
    (["10.0.0.0/8"], None, "203.0.113.7", "203.0.113.7"),
    ([], None, "203.0.113.7", None),
    (["10.0.0.0/8"], PEER, ", ".join(["10.0.0.2"] * 5_000), "10.0.0.2"),
    (0, "testclient", "", None),
]


@pytest.mark.parametrize(("trusted", "peer", "forwarded", "client"), FORWARDED)
def test_the_address(web: Web, trusted: Any, peer: Any, forwarded: str, client: Any) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert web.context("/", "", headers, peer, trusted_proxies=trusted).get("ip") == client


WRONG = [-1, True, 1.5, None, "proxy", "10.0.0.0/99", ["10.0.0.0/8", 1.5], [None]]


@pytest.mark.parametrize("trusted", WRONG, ids=repr)
@pytest.mark.parametrize("kind", SERVERS)
def test_proxies_that_cannot_be(analytics: Any, kind: str, trusted: Any) -> None:
    module = importlib.import_module(f"typewriter_client.{kind}")
    with pytest.raises((ValueError, TypeError), match="trusted_proxies must be"):
        module.AnalyticsMiddleware(print, trusted_proxies=trusted)


@pytest.mark.parametrize("settings", [{"user": "u"}, {"query": "q"}, {"query": 7}])
@pytest.mark.parametrize("kind", SERVERS)
def test_settings_that_cannot_be(analytics: Any, kind: str, settings: Any) -> None:
    module = importlib.import_module(f"typewriter_client.{kind}")
    with pytest.raises(TypeError, match=f"{next(iter(settings))} must be"):
        module.AnalyticsMiddleware(print, **settings)


def test_scheme_and_host_come_from_a_proxy_that_is_believed(web: Web) -> None:
    headers = {
        "Host": "backend:8000",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example, shop.example",
    }
    believed = web.context("/", "", headers, PEER, trusted_proxies=1)
    assert believed["page"]["url"] == "https://shop.example/"
    alone = web.context("/", "", headers, PEER)
    assert alone["page"]["url"] == "http://backend:8000/"
    other = web.context("/", "", headers, "192.0.2.9", trusted_proxies="10.0.0.0/8")
    assert other["page"]["url"] == "http://backend:8000/"


# --- locale, identity, query ----------------------------------------------------------------

LANGUAGES = [
    ("de-CH", "de-CH"),
    ("da, en-GB;q=0.8, en;q=0.7", "da"),
    ("en;q=0.7, de;q=0.9", "de"),
    ("fr;q=0.5,de;q=0.5", "fr"),
    ("*, en;q=0.1", "en"),
    ("de;q=0, en;q=0.001", "en"),
    ("de; Q = 0.3 , zh-Hant-TW ;q=1.000", "zh-Hant-TW"),
    ("de;q=2, en;q=0.5", "en"),
    ("en;q=1, de;q=1.001", "en"),
    ("de;q=, en;q=x", None),
    ("", None),
    ("*", None),
    ("de_DE", None),
    ("<script>, en", "en"),
    (",,;;==", None),
    ("x" * 60_000, None),
    ("a," * 30_000, "a"),
]


@pytest.mark.parametrize(("header", "locale"), LANGUAGES, ids=lambda each: repr(each)[:30])
def test_the_locale_is_the_language_liked_most(web: Web, header: str, locale: Any) -> None:
    assert web.context("/", "", {"Accept-Language": header}).get("locale") == locale


COOKIES = [
    ("ajs_anonymous_id=5f3b", "5f3b"),
    ("ajs_anonymous_id=%225f3b%22", "5f3b"),
    ('ajs_anonymous_id="5f3b"', "5f3b"),
    ("ajs_anonymous_id=%2522x%2522", "%22x%22"),
    ("a=1;ajs_anonymous_id=x%C3%BC;b=2", "xü"),
    ("junk; =; ;ajs_anonymous_id=first; ajs_anonymous_id=second", "first"),
    ("my_ajs_anonymous_id=x; ajs_anonymous_id2=y", None),
    ("ajs_anonymous_id=", None),
    ("ajs_anonymous_id=null", None),
    ("ajs_anonymous_id=%22%22", None),
    ("ajs_anonymous_id=%22open", None),
    ("ajs_anonymous_id=a%00b", None),
    ("ajs_anonymous_id=" + "x" * 201, None),
]


@pytest.mark.parametrize(("cookie", "anonymous_id"), COOKIES)
def test_the_anonymous_id_is_that_of_analytics_js(web: Web, cookie: str, anonymous_id: Any) -> None:
    message = web.get("/", "", {"Cookie": cookie})
    assert message.get("anonymousId") == anonymous_id


def test_other_cookies(web: Web) -> None:
    cookie = {"Cookie": "ajs_user_id=%22boss%22; ajs_anonymous_id=a; visitor=v"}
    assert "userId" not in web.get("/", "", cookie)
    assert web.get("/", "", cookie, user_cookie="ajs_user_id")["userId"] == "boss"
    assert web.get("/", "", cookie, anonymous_cookie="visitor")["anonymousId"] == "v"
    assert "anonymousId" not in web.get("/", "", cookie, anonymous_cookie=None)
    known = web.get("/", "", cookie, user_cookie="ajs_user_id", user=lambda _: 7)
    assert known["userId"] == "7"
    unknown = web.get("/", "", cookie, user_cookie="ajs_user_id", user=lambda _: None)
    assert unknown["userId"] == "boss"


@pytest.mark.parametrize(
    ("query", "search", "referrer"),
    [
        (False, None, "https://a.example/"),
        ([], None, "https://a.example/"),
        (True, "?q=x%20y&t=1&q=2&flag", "https://a.example/?q=r&t=2"),
        ({"q"}, "?q=x%20y&q=2", "https://a.example/?q=r"),
        (("flag", "none"), "?flag", "https://a.example/"),
    ],
)
def test_the_query_is_sent_as_far_as_it_is_asked_for(
    web: Web, query: Any, search: Any, referrer: str
) -> None:
    headers = {"Host": "h", "Referer": "https://me:pass@a.example/?q=r&t=2#f"}
    context = web.context("/", "q=x%20y&t=1&q=2&flag", headers, query=query)
    assert context["page"].get("search") == search
    assert context["page"]["url"] == f"http://h/{search or ''}"
    assert context["page"]["referrer"] == context["referrer"]["url"] == referrer


JUNK = "\x01\x7fé ;,=&%%zz\"'<>[]{}\\" * 3_000


def test_junk_hurts_nobody_and_does_not_make_the_message_too_long(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("Host", "User-Agent", "Accept-Language", "Referer", "Cookie")
    names += ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
    for value in (JUNK, "x" * 100_000, "https://" + "é" * 100_000, "ajs_anonymous_id=" + JUNK):
        headers = dict.fromkeys(names, value)
        for trusted in (0, 1, 3, "10.0.0.0/8"):
            settings = {"trusted_proxies": trusted, "query": True}
            message = web.get("/" + JUNK, value, headers, PEER, **settings)
            context = json.dumps(message["context"], ensure_ascii=False)
            assert len(context.encode()) < 9_000
    assert "could not be read" not in caplog.text


def test_long_headers_cost_no_event(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    """The context is shortened, not the event, whatever else that contains."""
    web.properties = {"notes": "x" * 23_000}
    for character in ("x", "é", "\x01", '"', "\\"):
        names = ("Host", "User-Agent", "Accept-Language", "Referer")
        headers = dict.fromkeys(names, "https://h/?" + character * 20_000)
        campaign = "&".join(f"utm_{each}={character * 1_500}" for each in ("source", "term"))
        message = web.get("/" + character * 5_000, campaign, headers, PEER, query=True)
        assert message["properties"] == web.properties
        assert message["context"]["ip"] == PEER
        assert message["context"]["userAgent"].startswith("https://h/")
    assert caplog.messages == []


def test_where_there_is_no_room_the_requests_context_gives_way(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    web.properties = {"notes": "x" * 31_000}
    for _ in range(2):
        message = web.get("/", "", {"User-Agent": "\x01" * 20_000, "Referer": JUNK}, PEER)
        assert message["properties"] == web.properties
    # The call's own is kept.
    web.options = {"context": {"page": {"path": "/own"}}}
    message = web.get("/" + "x" * 20_000, "", {"User-Agent": "x" * 20_000}, PEER)
    assert message["properties"] == web.properties
    assert message["context"]["page"] == {"path": "/own"}
    assert len(caplog.messages) == 1  # said once


def test_so_it_does_where_the_worker_makes_the_message(analytics: Any) -> None:
    class Transport:
        def send(self, batch: Messages) -> None:
            sent.extend(batch)

    class Sending(Web):
        def track(self) -> None:
            super().track()
            assert analytics.flush()

    sent: Messages = []
    analytics.configure(transport=Transport())
    web = Sending(analytics, "wsgi", sent)
    for room in range(15_000, 32_000, 1_000):
        for character in ("x", "\x01"):
            web.properties = {"notes": "x" * room}
            headers = {"User-Agent": character * 20_000, "Referer": "http://h/" + "x" * 20_000}
            message = web.get("/" + "x" * 5_000, "", headers, PEER, query=True)
            assert message["properties"] == web.properties
    assert analytics.stats().dropped == {}


ODD = st.binary(max_size=60) | st.sampled_from(
    [
        b"http://a@b/?",
        b"[::1",
        b"[::1]:x",
        b"ajs_anonymous_id=%22",
        b"de;q=",
        b"%ff%",
        b"::ffff:1.2.3.4%",
    ]
)


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    headers=st.lists(st.tuples(st.sampled_from(sorted(NAMES)), ODD), max_size=8),
    path=st.text(max_size=20),
    query=ODD,
    peer=st.none() | st.tuples(st.text(max_size=10) | st.ip_addresses().map(str), st.integers()),
    trusted=st.integers(0, 3) | st.just(["0.0.0.0/0", "::/0"]),
)
def test_no_request_is_too_odd(
    analytics: Any,
    messages: Messages,
    caplog: pytest.LogCaptureFixture,
    headers: Any,
    path: str,
    query: bytes,
    peer: Any,
    trusted: Any,
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        analytics.track("E", "u", None, {})

    middleware = importlib.import_module("typewriter_client.asgi").AnalyticsMiddleware
    scope = {
        "type": "http",
        "path": path,
        "query_string": query,
        "headers": headers,
        "client": peer,
    }
    asyncio.run(middleware(app, trusted_proxies=trusted, query=True)(scope, None, None))
    message = messages.pop()
    assert "could not be read" not in caplog.text
    assert analytics.stats().violations == 0
    ip = message["context"].get("ip")
    assert ip is None or str(ip_address(ip)) == ip


# --- the user, from the application ---------------------------------------------------------


def test_the_user_is_asked_for_when_an_event_needs_it(web: Web) -> None:
    asked: list[Any] = []

    def user(raw: Any) -> int:
        asked.append(raw)
        return 7

    message = web.get(user=user)
    assert message["userId"] == "7"
    assert len(asked) == 1
    assert "headers" in asked[0] or "QUERY_STRING" in asked[0]
    web.track = lambda: web.analytics.track("E", "explicit", None, {})  # type: ignore[method-assign]
    assert web.get(user=user)["userId"] == "explicit"
    assert len(asked) == 1


def test_it_is_asked_once_if_it_is_known_and_again_if_not(web: Web, messages: Messages) -> None:
    answers = [None, "u", "never"]

    def track() -> None:
        for _ in range(3):
            web.analytics.track("E", None, {"anonymous_id": "a"}, {})

    web.track = track  # type: ignore[method-assign]
    web.get(user=lambda _: answers.pop(0))
    assert [m.get("userId") for m in messages] == [None, "u"]  # and that which get() took
    assert answers == ["never"]


async def from_a_session(_: Any) -> str:
    return "u"


def raises(_: Any) -> str:
    raise LookupError("no session here")


@pytest.mark.parametrize("user", [raises, from_a_session, lambda: "u"])
def test_a_user_that_raises_is_logged_once_and_the_request_goes_on(
    web: Web, messages: Messages, caplog: pytest.LogCaptureFixture, user: Any
) -> None:
    def track() -> None:
        for _ in range(3):
            web.analytics.track("E", None, {"anonymous_id": "a"}, {})

    web.track = track  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR, "analytics"):
        assert "userId" not in web.get(user=user)
    assert len(messages) == 2
    said = [each.message for each in caplog.records if "user raised" in each.message]
    assert len(said) == 1
    if user is raises:  # which may say who it is
        assert "LookupError, raised at" in said[0]
        assert f'{__file__}", line' in said[0]
    if user is from_a_session:
        assert "user must be a plain function" in said[0]
    assert "LookupError: no session here" not in caplog.text


def test_a_user_that_raises_always_does_not_fill_the_log(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    module = importlib.import_module(f"typewriter_client.{web.kind}").AnalyticsMiddleware
    made: dict[Any, Any] = {}
    middleware = lambda app, **settings: made.setdefault(1, module(app, **settings))  # noqa: E731
    run = web._asgi if web.kind == "asgi" else web._wsgi
    with web.analytics.scope(anonymous_id="a"):
        for _ in range(100):
            run(middleware, "/", "", {}, None, {"user": raises})
    assert len(web.messages) == 100
    said = [each.message for each in caplog.records if "user raised" in each.message]
    assert len(said) == 7
    assert "for 64 requests so far" in said[-1]


def test_a_proxy_may_write_a_header_of_its_own_for_the_address(
    analytics: Any, messages: Messages
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        analytics.track("E", "u", None, {})

    lines = [(b"x-forwarded-for", each) for each in (b"6.6.6.6, 7.7.7.7", b"203.0.113.7")]
    middleware = importlib.import_module("typewriter_client.asgi").AnalyticsMiddleware
    scope = {"type": "http", "headers": lines, "client": None}
    asyncio.run(middleware(app, trusted_proxies=1)(scope, None, None))
    assert messages[0]["context"]["ip"] == "203.0.113.7"


def test_a_user_that_sends_events_itself_ends(web: Web, messages: Messages) -> None:
    def user(_: Any) -> str:
        web.analytics.track("Session Loaded", None, {"anonymous_id": "a"}, {})
        return "u"

    assert web.get(user=user)["userId"] == "u"
    assert [m["event"] for m in messages] == ["Session Loaded"]


@pytest.mark.parametrize("user", ["", 0, b"u", object(), True])
def test_a_user_that_is_no_identity_is_as_in_any_call(web: Web, user: Any) -> None:
    web.track = lambda: web.analytics.track("E", None, {"anonymous_id": "a"}, {})  # type: ignore[method-assign]
    message = web.get(user=lambda _: user)
    assert message.get("userId") == ("0" if user == 0 and user is not False else None)


def test_a_nested_scope_wins_and_leaves_the_user_unasked(web: Web) -> None:
    def track() -> None:
        with web.analytics.scope(context={"locale": "fr"}):
            with web.analytics.scope(user_id="inner"):
                web.analytics.track("E", None, None, {})
            exported.append(web.analytics.scope.export())

    exported: list[Any] = []
    web.track = track  # type: ignore[method-assign]
    asked: list[Any] = []
    message = web.get("/", "", {}, user=lambda raw: asked.append(raw) or "u")
    assert (message["userId"], message["context"]["locale"]) == ("inner", "fr")
    assert exported[0]["user_id"] == "u"
    assert len(asked) == 1


def test_events_of_a_request_leave_nothing_behind(web: Web) -> None:
    web.get("/", "", {"Cookie": "ajs_anonymous_id=a"}, user=lambda _: "u")
    assert web.analytics.scope.export() == {}


@pytest.mark.parametrize("user", [None, lambda _: "u"])
def test_a_request_that_cannot_be_read_goes_on(
    web: Web, user: Any, caplog: pytest.LogCaptureFixture
) -> None:
    module = importlib.import_module(f"typewriter_client.{web.kind}")
    with web.analytics.scope(anonymous_id="a"):
        if web.kind == "asgi":

            async def app(scope: Any, receive: Any, send: Any) -> None:
                web.track()

            broken = {"type": "http", "headers": 7}
            asyncio.run(module.AnalyticsMiddleware(app, user=user)(broken, None, None))
        else:
            app_ = lambda environ, start: [web.track()]  # noqa: E731
            module.AnalyticsMiddleware(app_, user=user)({"PATH_INFO": 7}, None)
    assert "could not be read" in caplog.text
    assert "Error, raised at" in caplog.text
    assert web.messages[0].get("userId") == ("u" if user else None)
