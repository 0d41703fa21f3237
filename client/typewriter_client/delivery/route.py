"""How to reach a host: through which proxy, and trusting which authorities."""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ..log import Log

_BUNDLES = "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"  # the variables of requests


class Route(NamedTuple):
    """How to reach a host; by default directly, trusting the system's authorities."""

    proxy: str = ""
    """Its URL, without user and password."""
    headers: dict[str, str] | None = None
    """Headers that are sent to the proxy only."""
    authorities: str = ""
    """A file or folder of certificates, instead of the system's."""


def route(url: str, proxy: str | None, ca_bundle: str | None, log: Log) -> Route:
    """The route to ``url``; what is None is taken from the environment.

    Invalid values in the environment are logged and not used.
    """
    given = _proxy_of_environment(url, log) if proxy is None else proxy
    found = _route_by(given) if given else Route()
    authorities = ca_bundle or _bundle_of_environment(log)
    return found._replace(authorities=authorities)


def is_proxy(text: str) -> bool:
    """Whether it is the URL of an HTTP proxy."""
    try:
        parts = urlsplit(text)
        port = parts.port  # raises ValueError for an invalid one
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and parts.hostname and port != 0
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return bool(right) and is_bare and text.isprintable() and " " not in text


def why_no_bundle(path: str) -> str:
    """Why ``path`` is not a bundle of certificates; "" if it is."""
    if os.path.isdir(path):
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "contains no certificates"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return ""


def _proxy_of_environment(url: str, log: Log) -> str:
    parts = urlsplit(url)
    proxies = {} if proxy_bypass(parts.netloc) else getproxies()
    kind = parts.scheme if proxies.get(parts.scheme) else "all"
    given = proxies.get(kind, "")
    if given and "://" not in given:
        given = f"http://{given}"
    if not given or is_proxy(given):
        return given
    text = "%s_PROXY is not the URL of an HTTP proxy and is ignored%s"
    value = "" if "@" in given else f": {given!r}"  # never log a password
    log().warning(text, kind.upper(), value)
    return ""


def _route_by(proxy: str) -> Route:
    parts = urlsplit(proxy)
    headers: dict[str, str] = {}
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    return Route(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", headers)


def _bundle_of_environment(log: Log) -> str:
    for name in _BUNDLES:
        path = os.environ.get(name, "")
        if not path:
            continue
        why = why_no_bundle(path)
        if not why:
            return path
        log().warning("%s %s and is ignored: %r", name, why, path)
    return ""
