"""The way to a host: the proxy that leads there, and the authorities that vouch for it."""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ..log import Log

_BUNDLES = "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"  # as the package requests has them


class Route(NamedTuple):
    """How to get to a host; straight, and with the machine's authorities, if not told."""

    proxy: str = ""
    """Its URL, without user and password."""
    headers: dict[str, str] | None = None
    """What the proxy is told, and nobody else."""
    authorities: str = ""
    """A file or a folder of certificates, in place of the machine's."""


def route(url: str, proxy: str | None, ca_bundle: str | None, log: Log) -> Route:
    """The way to ``url``; what is None here, the environment says.

    What that says and cannot be right is not used, and the log is told.
    """
    given = _proxy_of_environment(url, log) if proxy is None else proxy
    found = _route_by(given) if given else Route()
    authorities = ca_bundle or _bundle_of_environment(log)
    return found._replace(authorities=authorities)


def is_proxy(text: str) -> bool:
    """Whether it is the URL of a proxy of HTTP."""
    try:
        parts = urlsplit(text)
        port = parts.port  # ValueError for what is none
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and parts.hostname and port != 0
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return bool(right) and is_bare and text.isprintable() and " " not in text


def why_no_bundle(path: str) -> str:
    """Why there are no certificates of authorities at ``path``, if so."""
    if os.path.isdir(path):
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "has no certificates"
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
    said = "is not the URL of an HTTP proxy and is not used"
    value = "" if "@" in given else f": {given!r}"  # a password is for no log
    log().warning("%s_PROXY %s%s", kind.upper(), said, value)
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
        log().warning("%s %s and is not used: %r", name, why, path)
    return ""
