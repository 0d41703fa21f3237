"""The settings of ``configure``: checked, and completed from the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from errno import EISDIR
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

from . import environment
from . import setting_types as types
from .calls.violation_policy import MODES, OnViolation
from .delivery.reporting import OnDrop
from .log import Log, log
from .process.forks import late

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from .delivery.batches import Outlet
    from .delivery.sdk import Transport

REGIONS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}
_PATH = "/v1/batch"
_WHERE = "write_key", "transport", "endpoint"  # each overrides TYPEWRITER_LOCAL
_HELD_BACK = (
    "under pytest nothing is sent to Segment, as with enabled=False;"
    " set TYPEWRITER_ENABLED=1 in the environment to send"
)


class _NoWriteKeyError(ValueError):
    """There is no write key, neither given nor in the environment."""


class Configuration(TypedDict, total=False):
    """The keyword arguments of ``Client`` and, with ``also``, of ``configure``."""

    write_key: str | None
    """The source's write key; default ``SEGMENT_WRITE_KEY``."""
    region: Literal["us", "eu"]
    """The region of the workspace; default ``TYPEWRITER_REGION``, else "us"."""
    endpoint: str
    """A base URL to use instead of Segment's, to which ``/v1/batch`` is appended; default
    ``TYPEWRITER_ENDPOINT``, if no ``region`` is given."""
    enabled: bool
    """False: calls are validated, nothing is sent; default ``TYPEWRITER_ENABLED``."""
    local: str | os.PathLike[str]
    """Write the messages to this file, one line of JSON each, instead of sending them;
    default ``TYPEWRITER_LOCAL``, if no ``write_key``, ``endpoint`` or ``transport`` is
    given."""
    proxy: str | None
    """URL of an HTTP proxy, with user and password if it needs them; "" for none.  Default
    from the environment: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``."""
    ca_bundle: str | os.PathLike[str] | None
    """Certificates of the authorities to trust, a file (PEM) or a folder; default
    ``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE``, else the system's (``SSL_CERT_FILE``)."""
    transport: Transport
    """Pass the messages to an object with ``send(batch)``, or to another SDK's client."""
    on_violation: OnViolation
    """What to do about violations; default ``TYPEWRITER_ON_VIOLATION``, else "warn"."""
    on_drop: OnDrop
    """Called with each dropped message and the reason."""
    queue_size: int
    """How many messages may wait; see ``on_full`` for further ones.  Default 10,000."""
    flush_at: int
    """How many messages make a batch due, up to 2,500.  Default 100."""
    flush_interval: float
    """Seconds after which a smaller batch is due.  Default 1."""
    close_timeout: float
    """Seconds that ``close``, and so the interpreter's exit, may take.  Default 5."""
    on_full: Literal["drop", "block"]
    """What a call does when the queue is full: drop its message (the default) or wait."""
    block_timeout: float
    """Seconds that a call waits under "block" before the message is dropped.  Default 5."""
    flush_on_sigterm: bool
    """Flush on SIGTERM, before the previous handler or action runs.  Default False."""
    outbox: str | os.PathLike[str] | None
    """Keep messages in this SQLite file until they are sent."""
    outbox_size: int
    """Maximum size of the file in bytes; when it is reached, new messages are dropped.
    Default 250,000,000."""
    outbox_age: float | None
    """Seconds after which a message in the outbox is dropped.  Default None: never."""


class OutboxSettings(NamedTuple):
    """The path of the outbox, and its limits: bytes, and the age of messages in seconds."""

    path: str
    size: int
    age: float | None


class Settings(NamedTuple):
    """A complete and valid configuration."""

    write_key: str
    url: str
    enabled: bool
    local: str | None
    transport: Any
    on_violation: OnViolation
    on_drop: OnDrop | None
    queue_size: int
    flush_at: int
    flush_interval: float
    close_timeout: float
    on_full: Literal["drop", "block"]
    block_timeout: float
    flush_on_sigterm: bool
    outbox: OutboxSettings | None
    proxy: str | None
    ca_bundle: str | None
    remark: str = ""
    """A remark about the settings, to be logged once; "" if there is none."""

    def hands_over(self) -> bool:
        """Whether the transport is another SDK's client, whose ``send`` is a flag."""
        sends = callable(getattr(self.transport, "send", None))
        return self.transport is not None and not sends

    def outlet(self, package: str, log: Log) -> Outlet:
        """The outlet for these settings.  Imports what it needs; only the worker calls this.

        The default file is named after the package, whose log says where messages go.
        """
        if self.transport is not None:
            from .delivery.sdk import ToBatches, ToSdk

            if self.hands_over():
                return ToSdk(self.transport)
            return ToBatches(self.transport.send)
        if self.write_key and self.local is None:
            from .delivery.http import Http
            from .delivery.route import route

            way = route(self.url, self.proxy, self.ca_bundle, log)
            return Http(self.url, self.write_key, way)
        from .delivery.local import DefaultFile, LocalFile

        if self.local is not None:
            return LocalFile(self.local, log)
        is_set = environment.value(environment.WRITE_KEY) is not None
        why = f"{environment.WRITE_KEY} is {'not used' if is_set else 'not set'}"
        return DefaultFile(package, log, f"no write key ({why})")


def configured(given: Configuration) -> Settings:
    """The settings of a ``configure``.  Raises ValueError or TypeError for invalid ones."""
    unknown = sorted(set(given) - set(Configuration.__annotations__))
    if unknown:
        raise TypeError(f"configure has no setting {', '.join(map(repr, unknown))}")
    transport = given.get("transport")
    if transport is not None:
        _check_transport(transport)
    local, url, enabled = _local_file(given), _batch_url(given), _enabled(given)
    write_key, source = given.get("write_key"), "write_key"
    if write_key is None:
        source = environment.WRITE_KEY
        write_key = environment.value(source) or ""
    remark = ""
    if enabled and local is None and transport is None:
        _check_write_key(write_key, source)
        if _is_held_back(url):
            enabled, remark = False, _HELD_BACK
    on_drop = given.get("on_drop")
    if on_drop is not None and not callable(on_drop):
        raise TypeError("on_drop must be callable")
    types.check_sync("on_drop", on_drop)
    return Settings(
        write_key,
        url,
        enabled,
        local,
        transport,
        _on_violation(given.get("on_violation")),
        on_drop,
        types.whole("queue_size", given.get("queue_size", 10_000), 1),
        types.whole("flush_at", given.get("flush_at", 100), 1, 2_500),
        types.seconds("flush_interval", given.get("flush_interval", 1.0)),
        types.seconds("close_timeout", given.get("close_timeout", 5.0)),
        _on_full(given.get("on_full", "drop")),
        types.seconds("block_timeout", given.get("block_timeout", 5.0)),
        _flush_on_sigterm(given.get("flush_on_sigterm", False)),
        _outbox(given),
        _proxy(given.get("proxy")),
        _ca_bundle(given.get("ca_bundle")),
        remark,
    )


def unconfigured(package: str) -> Settings:
    """The settings without any ``configure``.  Raises nothing, as a call leads here.

    Without ``SEGMENT_WRITE_KEY``, or if the environment is invalid, messages go to the
    default file.  Under pytest they go nowhere, whatever the environment says.
    """
    try:
        mode = _on_violation(None)
    except ValueError as error:
        log(package).error("%s", error)
        mode = "warn"
    given = Configuration(on_violation=mode, enabled=False)
    given["region"], given["write_key"] = "us", ""  # no variable is read for these
    nowhere = configured(given)
    if environment.is_under_pytest():
        return nowhere
    try:
        return configured({"on_violation": mode})
    except _NoWriteKeyError:
        return nowhere._replace(enabled=True)
    except (ValueError, ImportError) as error:
        log(package).error("%s", error)
    try:
        enabled = environment.switch(environment.ENABLED)
    except ValueError:
        enabled = False
    return nowhere._replace(enabled=enabled is not False)


def _outbox(given: Configuration) -> OutboxSettings | None:
    path = types.file_path("outbox", given.get("outbox"))
    size = types.whole("outbox_size", given.get("outbox_size", 250_000_000), 1_000_000)
    age = given.get("outbox_age")
    longest = None if age is None else types.seconds("outbox_age", age, 1, 10**9)
    if path is None:
        return None
    # Always the same name for the same file: its locks are found by that name.
    return OutboxSettings(os.path.realpath(path), size, longest)


def _on_violation(given: OnViolation | None) -> OnViolation:
    if given is not None and callable(given):
        types.check_sync("on_violation", given)
        return given
    source = "on_violation"
    mode: str | None = given
    if mode is None:
        source = environment.ON_VIOLATION
        mode = environment.value(source) or "warn"
    for known in MODES:
        if mode == known:
            return known
    raise ValueError(f"{source} must be one of {', '.join(MODES)}, not {mode!r}")


def _on_full(given: object) -> Literal["drop", "block"]:
    if given == "drop":
        return "drop"
    if given == "block":
        return "block"
    raise ValueError(f"on_full must be drop or block, not {given!r}")


def _flush_on_sigterm(given: object) -> bool:
    wanted = types.switch("flush_on_sigterm", given)
    if wanted:
        in_the_way = _why_no_sigterm()()
        if in_the_way:
            raise ValueError(f"flush_on_sigterm cannot work: {in_the_way}")
    return wanted


def _local_file(given: Configuration) -> str | None:
    """The absolute path of the local file.  Raises TypeError, ValueError or OSError."""
    path = types.file_path("local", given.get("local"))
    if path is not None:
        if os.path.isdir(path):
            raise IsADirectoryError(EISDIR, "local must be a file, not a folder", path)
        for other in ("write_key", "endpoint", "transport"):
            if given.get(other) is not None:
                raise ValueError(f"give either {other} or local, not both")
        return path
    if any(given.get(name) is not None for name in _WHERE):
        return None
    path = types.file_path(environment.LOCAL, environment.value(environment.LOCAL))
    if path is not None and os.path.isdir(path):
        raise ValueError(f"{environment.LOCAL} must be a file, not a folder: {path}")
    return path


def _enabled(given: Configuration) -> bool:
    if "enabled" in given:
        return types.switch("enabled", given["enabled"])
    return environment.switch(environment.ENABLED) is not False


def _is_held_back(url: str) -> bool:
    """Whether a test would send to Segment without TYPEWRITER_ENABLED asking for it."""
    if not environment.is_under_pytest():
        return False
    host = _urlsplit()(url).hostname or ""
    theirs = {_urlsplit()(base).hostname for base in REGIONS.values()}
    return host.rstrip(".") in theirs and not environment.switch(environment.ENABLED)


def _check_write_key(write_key: object, source: str) -> None:
    """Raises TypeError or ValueError, or ImportError if urllib3 is not installed."""
    if not isinstance(write_key, str):
        raise TypeError(f"write_key must be a string, not {type(write_key).__name__}")
    if not write_key:
        raise _NoWriteKeyError(
            "no write key: pass write_key= or set SEGMENT_WRITE_KEY; to send nothing to "
            "Segment, pass local=PATH, transport= or enabled=False"
        )
    if not (write_key.isascii() and write_key.isprintable() and " " not in write_key):
        raise ValueError(f"{source} contains characters that a write key cannot have")
    if "urllib3" not in sys.modules and _find_spec()("urllib3") is None:
        raise ImportError("sending to Segment requires urllib3: pip install urllib3")


def _check_transport(transport: object) -> None:
    """Raises TypeError."""
    for name in ("send", "track"):
        method = getattr(transport, name, None)
        if callable(method):
            types.check_sync(f"transport: {name}", method)
            return
    raise TypeError(
        "transport must have a method send(batch), or the methods of an SDK's client"
    )


def _batch_url(given: Configuration) -> str:
    """Where batches are posted.  Raises TypeError or ValueError."""
    if "region" in given or given.get("endpoint") is not None:
        region = "region", given.get("region", "us")
        return _url(region, ("endpoint", given.get("endpoint")))
    variables = environment.REGION, environment.ENDPOINT
    first, second = map(environment.value, variables)
    return _url((variables[0], first or "us"), (variables[1], second))


def _url(by_region: tuple[str, object], by_endpoint: tuple[str, object]) -> str:
    """The URL for a region or an endpoint, each with the name of its setting or variable."""
    (name, region), (_, endpoint) = by_region, by_endpoint
    if not isinstance(region, str) or region not in REGIONS:
        raise ValueError(f"{name} must be one of {', '.join(REGIONS)}, not {region!r}")
    if endpoint is None:
        return REGIONS[region] + _PATH
    name = by_endpoint[0]
    if not isinstance(endpoint, str):
        raise TypeError(f"{name} must be a URL of type str, not {endpoint!r}")
    if "@" in endpoint:  # no error message should show it
        raise ValueError(f"{name} must be a URL without a user or password")
    if not _is_url(endpoint):
        raise ValueError(f"{name} must be an http(s) URL, not {endpoint!r}")
    base = endpoint.rstrip("/")
    return base if base.endswith(_PATH) else base + _PATH


def _proxy(given: object) -> str | None:
    """The URL of a proxy, "" for none.  Raises TypeError or ValueError."""
    if given is None or given == "":
        return None if given is None else ""
    if not isinstance(given, str):
        raise TypeError(f"proxy must be a URL of type str, not {type(given).__name__}")
    is_proxy, _ = _checks_of_route()
    if not is_proxy(given):
        value = "" if "@" in given else f", not {given!r}"  # never log a password
        raise ValueError(
            f"proxy must be an http(s) URL, such as http://host:3128{value}"
        )
    return given


def _ca_bundle(given: object) -> str | None:
    """The absolute path of the certificates.  Raises TypeError or ValueError."""
    path = types.file_path("ca_bundle", given)
    if path is not None:
        _, why_no_bundle = _checks_of_route()
        why = why_no_bundle(path)
        if why:
            raise ValueError(f"ca_bundle {why}: {path}")
    return path


def _is_url(text: str) -> bool:
    """Whether it is an HTTP URL with a host and a valid port."""
    try:
        parts = _urlsplit()(text)
        port: int | None = parts.port  # raises ValueError for an invalid one
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and parts.hostname and port != 0
    return bool(right) and text.isprintable() and not set(" ?#") & set(text)


@late
def _why_no_sigterm() -> Callable[[], str]:
    from .process.sigterm import why_not

    return why_not


@late
def _checks_of_route() -> tuple[Callable[[str], bool], Callable[[str], str]]:
    from .delivery.route import is_proxy, why_no_bundle

    return is_proxy, why_no_bundle


@late
def _find_spec() -> Callable[[str], object]:
    from importlib.util import find_spec

    return find_spec


@late
def _urlsplit() -> Callable[[str], SplitResult]:
    from urllib.parse import urlsplit

    return urlsplit
