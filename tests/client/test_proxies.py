"""Proxies and authorities, given or in the environment, with a real proxy and real TLS."""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from .proxy import Proxy
from .server import Server, refusing_port


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the proxies and authorities of the test."""
    for name in list(os.environ):
        if name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """The file of that authority's certificate."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(server: Server, authority: trustme.CA) -> str:
    """The URL of the server, which uses TLS."""
    context = tls(authority)
    plain = server._server.get_request

    def get_request() -> Any:
        connection, address = plain()
        return context.wrap_socket(connection, server_side=True), address

    server._server.get_request = get_request  # type: ignore[method-assign]
    return server.url.replace("http:", "https:")


def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def send(analytics: Any, endpoint: str, **settings: Any) -> None:
    analytics.configure(write_key="SECRETKEY", endpoint=endpoint, flush_interval=0.01, **settings)
    analytics.track("E", "u", None, {"n": 1})


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


# --- which proxy --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_of_the_environment_is_used(
    analytics: Any,
    server: Server,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    scheme: str,
) -> None:
    monkeypatch.setenv(name, scheme + proxy.host)
    send(analytics, server.url)
    assert analytics.flush()
    assert proxy.seen == [f"POST {server.url}/v1/batch"]
    assert server.events() == [1]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_through_it_a_tunnel_leads_to_tls_and_it_hears_nothing(
    analytics: Any,
    server: Server,
    secure: str,
    proxy: Proxy,
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, proxy.url)
    send(analytics, secure, ca_bundle=bundle)
    assert analytics.flush()
    analytics.track("E", "u", None, {"n": 2})
    assert analytics.flush()
    assert proxy.seen == [f"CONNECT {secure.partition('//')[2]}"]
    assert server.events() == [1, 2]
    assert b"SECRETKEY" not in proxy.heard
    assert b"Authorization" not in proxy.heard


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("hosts", ["127.0.0.1", "*", "example.com, 127.0.0.1:{port}"])
def test_but_not_to_hosts_that_need_none(
    analytics: Any,
    server: Server,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    hosts: str,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv(name, hosts.format(port=server.url.rpartition(":")[2]))
    send(analytics, server.url)
    assert analytics.flush()
    assert (proxy.seen, server.events()) == ([], [1])


def test_however_the_scheme_is_written(
    analytics: Any, server: Server, secure: str, proxy: Proxy, bundle: str
) -> None:
    with Server() as plain:
        send(analytics, plain.url.upper(), proxy=proxy.url.upper())
        assert analytics.flush()
        assert proxy.seen == [f"POST {plain.url}/v1/batch"]
        send(analytics, secure.upper(), proxy=proxy.url, ca_bundle=bundle)
        assert analytics.flush()
    assert len(plain.delivered) == len(server.delivered) == 1


def test_the_one_that_is_given_wins(
    analytics: Any, server: Server, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refusing_port()}")
    monkeypatch.setenv("NO_PROXY", "*")
    send(analytics, server.url, proxy=proxy.url)
    assert analytics.flush()
    assert proxy.seen == [f"POST {server.url}/v1/batch"]
    monkeypatch.delenv("NO_PROXY")
    send(analytics, server.url, proxy="")
    assert analytics.flush()
    assert (len(proxy.seen), server.events()) == (1, [1, 1])


def test_a_user_and_password_are_for_the_proxy_alone(
    analytics: Any,
    server: Server,
    secure: str,
    proxy: Proxy,
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy.password = "ada:pässword@"
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:p%C3%A4ssword%40@{proxy.host}")
    send(analytics, secure, ca_bundle=bundle)
    assert analytics.flush()
    assert server.events() == [1]
    assert "Proxy-Authorization" not in server.requests[0].headers
    proxy.seen.clear()


@pytest.mark.parametrize("to", ["http", "https"])
def test_a_proxy_may_speak_tls_itself(
    analytics: Any, server: Server, authority: trustme.CA, bundle: str, request: Any, to: str
) -> None:
    url = server.url if to == "http" else request.getfixturevalue("secure")
    with Proxy(context=tls(authority)) as proxy:
        send(analytics, url, proxy=proxy.url, ca_bundle=bundle)
        assert analytics.flush()
        assert len(proxy.seen) == 1
        analytics.close()
    assert server.events() == [1]


# --- authorities --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_authorities_of_the_environment_are_trusted(
    analytics: Any,
    server: Server,
    secure: str,
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, bundle)
    send(analytics, secure)
    assert analytics.flush()
    assert server.events() == [1]


def test_authorities_that_are_given_are_trusted_alone(
    analytics: Any,
    server: Server,
    secure: str,
    bundle: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    send(analytics, secure, ca_bundle=other, close_timeout=0.2)
    while not analytics.stats().retries:
        assert not analytics.flush(0.1)
    send(analytics, secure, ca_bundle=Path(bundle))
    assert analytics.flush()
    assert server.events() == [1]


# --- what is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "proxy", ["nonsense", "ftp://h:1", "http://", "http://h:99999", "http://h/path", "http://h h"]
)
def test_a_proxy_that_is_none_is_an_error(analytics: Any, proxy: str) -> None:
    with pytest.raises(ValueError, match=r"proxy must be an http\(s\) URL, such as"):
        analytics.configure(write_key="k", proxy=proxy)


def test_that_shows_no_password(analytics: Any) -> None:
    with pytest.raises(ValueError, match="proxy must be") as caught:
        analytics.configure(write_key="k", proxy="http://u:secret@h:x")
    assert "secret" not in str(caught.value)
    with pytest.raises(TypeError, match="proxy must be a URL of type str, not bytes"):
        analytics.configure(write_key="k", proxy=b"secret")


def test_a_bundle_that_is_none_is_an_error(analytics: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    (tmp_path / "text.pem").write_text("no certificate")
    for name, why in {
        "empty": "contains no",
        "text": "contains no",
        "missing": "cannot be read",
    }.items():
        with pytest.raises(ValueError, match=f"ca_bundle {why}.*{name}.pem"):
            analytics.configure(write_key="k", ca_bundle=tmp_path / f"{name}.pem")
    with pytest.raises(TypeError, match="ca_bundle must be a path"):
        analytics.configure(write_key="k", ca_bundle=5)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "HTTP_PROXY",
            "socks5://h:1",
            "HTTP_PROXY is not the URL of an HTTP proxy and is ignored",
        ),
        (
            "ALL_PROXY",
            "http://u:secret@h:x",
            "ALL_PROXY is not the URL of an HTTP proxy and is ignored",
        ),
        ("REQUESTS_CA_BUNDLE", "/no/file", "REQUESTS_CA_BUNDLE cannot be read: No such file or"),
        ("CURL_CA_BUNDLE", __file__, "CURL_CA_BUNDLE contains no certificates and is ignored"),
    ],
)
def test_in_the_environment_it_is_said_once_and_the_application_goes_on(
    analytics: Any,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    send(analytics, server.url)
    assert analytics.flush()
    analytics.track("E", "u", None, {"n": 2})
    assert analytics.flush()
    assert server.events() == [1, 2]
    (warning,) = warnings(caplog)
    assert warning.startswith(said)
    assert "secret" not in caplog.text


@pytest.mark.parametrize("to", ["http", "https"])
@pytest.mark.parametrize("objection", ["407 Proxy Authentication Required", "503 Unavailable", ""])
def test_a_proxy_that_refuses_is_an_outage_and_is_named(
    analytics: Any,
    server: Server,
    bundle: str,
    caplog: pytest.LogCaptureFixture,
    request: Any,
    to: str,
    objection: str,
) -> None:
    url = server.url if to == "http" else request.getfixturevalue("secure")
    with Proxy(refusal=objection) as proxy:
        host = proxy.host if objection else f"127.0.0.1:{refusing_port()}"
        send(analytics, url, proxy=f"http://ada:secret@{host}", ca_bundle=bundle, close_timeout=0.1)
        while not analytics.stats().retries:
            assert not analytics.flush(0.1)
        assert analytics.stats().dropped == {}
        if objection:
            proxy.refusal = ""
            assert analytics.flush(10)
            assert server.events() == [1]
        analytics.close()
    begins, *others = warnings(caplog)
    assert begins.startswith("messages cannot be delivered, will retry: ")
    assert begins.endswith(f" (through the proxy http://{host})")
    assert objection[:3] in begins
    assert len(others) == 1
    assert "secret" not in caplog.text
