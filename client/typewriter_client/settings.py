"""What ``configure`` takes: checked, and completed from the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from errno import EISDIR
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict, cast

from .calls.violation_policy import MODES, OnViolation
from .delivery.reporting import OnDrop
from .log import Log, log
from .process.forks import late
from .process.threads import LONGEST

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from .delivery.batches import Outlet
    from .delivery.sdk import Transport

REGIONS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}
_CO_COROUTINE = 0x80  # as inspect has it, which is dear to import
_PATH = "/v1/batch"


class Configuration(TypedDict, total=False):
    """The keywords of ``Client``, and with ``also`` of ``configure``."""

    write_key: str | None
    """Of the source; else ``SEGMENT_WRITE_KEY``."""
    region: Literal["us", "eu"]
    """Where the workspace lives."""
    endpoint: str
    """A base URL in place of Segment's, such as a proxy's; ``/v1/batch`` is added."""
    enabled: bool
    """False: calls are validated, nothing is sent."""
    local: str | os.PathLike[str]
    """Write the messages to this file, a line of JSON each."""
    transport: Transport
    """Give the messages to an object with ``send(batch)``, or to another SDK's client."""
    on_violation: OnViolation
    """What to do about violations; else ``TYPEWRITER_ON_VIOLATION``, else "warn"."""
    on_drop: OnDrop
    """Called with each message that had to be dropped, and the reason."""
    queue_size: int
    """Messages that may wait; beyond, see ``on_full``.  10,000."""
    flush_at: int
    """Messages that make a batch due, up to 2,500.  100."""
    flush_interval: float
    """Seconds after which a smaller batch is due.  1."""
    close_timeout: float
    """Seconds that ``close``, and with it the interpreter's exit, may take.  5."""
    on_full: Literal["drop", "block"]
    """What a call does when the queue is full: drop its message, or wait for room."""
    block_timeout: float
    """Seconds that a call waits under "block"; then the message is dropped.  5."""
    flush_on_sigterm: bool
    """Flush when SIGTERM comes, before what it did before is done.  False."""
    outbox: str | os.PathLike[str] | None
    """Keep the messages in this SQLite file until they are sent."""
    outbox_size: int
    """Bytes that the file may take; beyond, new messages are dropped.  250,000,000."""
    outbox_age: float | None
    """Seconds after which a message in it is dropped.  None: never."""


class OutboxSettings(NamedTuple):
    """Where the outbox is, and what it may hold: bytes, and messages of which age."""

    path: str
    size: int
    age: float | None


class Settings(NamedTuple):
    """A configuration, complete and right."""

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

    def hands_over(self) -> bool:
        """Whether another SDK takes the messages, in whose client ``send`` is a flag."""
        sends = callable(getattr(self.transport, "send", None))
        return self.transport is not None and not sends

    def outlet(self, package: str, log: Log) -> Outlet:
        """Where messages go.  Imports what that takes: the worker asks, with a batch.

        The default file is the package's, whose log is told where messages go.
        """
        if self.transport is not None:
            from .delivery.sdk import ToBatches, ToSdk

            if self.hands_over():
                return ToSdk(self.transport)
            return ToBatches(self.transport.send)
        if self.write_key and self.local is None:
            from .delivery.http import Http

            return Http(self.url, self.write_key)
        from .delivery.local import LocalFile, default_file

        return LocalFile(self.local, log) if self.local else default_file(package, log)


def configured(given: Configuration) -> Settings:
    """The settings of a ``configure``.  Raises ValueError or TypeError for a mistake."""
    unknown = sorted(set(given) - set(Configuration.__annotations__))
    if unknown:
        raise TypeError(f"configure has no setting {', '.join(map(repr, unknown))}")
    local, transport = _local_file(given.get("local")), given.get("transport")
    enabled = _switch("enabled", given.get("enabled", True))
    write_key = given.get("write_key")
    if write_key is None:
        write_key = os.environ.get("SEGMENT_WRITE_KEY", "")
    if enabled and local is None and transport is None:
        _check_write_key(write_key)
    if transport is not None:
        _check_transport(transport)
    on_drop = given.get("on_drop")
    if on_drop is not None and not callable(on_drop):
        raise TypeError("on_drop must be callable")
    _check_sync("on_drop", on_drop)
    return Settings(
        write_key,
        _batch_url(given.get("region", "us"), given.get("endpoint")),
        enabled,
        local,
        transport,
        _on_violation(given.get("on_violation")),
        on_drop,
        _whole("queue_size", given.get("queue_size", 10_000), 1),
        _whole("flush_at", given.get("flush_at", 100), 1, 2_500),
        _seconds("flush_interval", given.get("flush_interval", 1.0)),
        _seconds("close_timeout", given.get("close_timeout", 5.0)),
        _on_full(given.get("on_full", "drop")),
        _seconds("block_timeout", given.get("block_timeout", 5.0)),
        _flush_on_sigterm(given.get("flush_on_sigterm", False)),
        _outbox(given),
    )


def unconfigured(package: str) -> Settings:
    """What holds without any ``configure``.  Raises nothing: a call comes first here.

    Without ``SEGMENT_WRITE_KEY`` messages go to the local file, under pytest nowhere.
    """
    try:
        mode = _on_violation(None)
    except ValueError as error:
        log(package).error("%s", error)
        mode = "warn"
    try:
        return configured({"on_violation": mode})
    except (ValueError, ImportError) as error:
        if os.environ.get("SEGMENT_WRITE_KEY"):
            log(package).error("%s", error)
    tested = "PYTEST_CURRENT_TEST" in os.environ or "PYTEST_VERSION" in os.environ
    off = configured({"on_violation": mode, "enabled": False})
    return off._replace(enabled=not tested)


def _outbox(given: Configuration) -> OutboxSettings | None:
    path = _file_path("outbox", given.get("outbox"))
    size = _whole("outbox_size", given.get("outbox_size", 250_000_000), 1_000_000)
    age = given.get("outbox_age")
    longest = None if age is None else _seconds("outbox_age", age, 1, 10**9)
    if path is None:
        return None
    # One name for one file, since the locks beside it are found by that.
    return OutboxSettings(os.path.realpath(path), size, longest)


def _on_violation(given: OnViolation | None) -> OnViolation:
    if given is not None and callable(given):
        _check_sync("on_violation", given)
        return given
    source = "on_violation"
    mode: str | None = given
    if mode is None:
        source = "TYPEWRITER_ON_VIOLATION"
        mode = os.environ.get(source) or "warn"
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
    wanted = _switch("flush_on_sigterm", given)
    if wanted:
        in_the_way = _why_no_sigterm()()
        if in_the_way:
            raise ValueError(f"flush_on_sigterm cannot work: {in_the_way}")
    return wanted


def _file_path(name: str, given: object) -> str | None:
    """The absolute path that a setting gives.  Raises TypeError or ValueError."""
    if given is None:
        return None
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {given!r}")
    path = cast("object", os.fspath(cast("str | os.PathLike[str]", given)))
    if not isinstance(path, str):
        raise TypeError(f"{name} must be a path of text, not {given!r}")
    if not path or "\0" in path:
        raise ValueError(f"{name} must be the path of a file, not {path!r}")
    return os.path.abspath(path)


def _local_file(given: object) -> str | None:
    """The absolute path of the local file.  Raises TypeError, ValueError or OSError."""
    path = _file_path("local", given)
    if path is not None and os.path.isdir(path):
        raise IsADirectoryError(EISDIR, "local must be a file, but is a folder", path)
    return path


def _check_write_key(write_key: object) -> None:
    """Raises TypeError, ValueError, or ImportError if there is no way to use it."""
    if not isinstance(write_key, str):
        raise TypeError(f"write_key must be a text, not {type(write_key).__name__}")
    if not write_key:
        raise ValueError(
            "no write key: give write_key= or set SEGMENT_WRITE_KEY; to send nothing to "
            "Segment say so with local=PATH, transport= or enabled=False"
        )
    if not (write_key.isascii() and write_key.isprintable() and " " not in write_key):
        raise ValueError("the write key has characters that no write key has")
    if "urllib3" not in sys.modules and _find_spec()("urllib3") is None:
        raise ImportError("urllib3 is needed to send to Segment: pip install urllib3")


def _check_transport(transport: object) -> None:
    """Raises TypeError."""
    for name in ("send", "track"):
        method = getattr(transport, name, None)
        if callable(method):
            _check_sync(f"transport: {name}", method)
            return
    raise TypeError("transport needs a method send(batch), or those of an SDK's client")


def _check_sync(name: str, function: object) -> None:
    """Raises TypeError for what would have to be awaited, as nobody does."""
    code: Any = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _CO_COROUTINE:
        raise TypeError(f"{name} must not be async")


def _batch_url(region: object, endpoint: object) -> str:
    """Where batches are posted.  Raises TypeError or ValueError."""
    if not isinstance(region, str) or region not in REGIONS:
        raise ValueError(f"region must be one of {', '.join(REGIONS)}, not {region!r}")
    if endpoint is None:
        return REGIONS[region] + _PATH
    if not isinstance(endpoint, str):
        raise TypeError(f"endpoint must be a URL as text, not {endpoint!r}")
    if "@" in endpoint:  # which no message should show
        raise ValueError("endpoint must be a URL without a user or password")
    if not _is_url(endpoint):
        raise ValueError(f"endpoint must be an http(s) URL, not {endpoint!r}")
    base = endpoint.rstrip("/")
    return base if base.endswith(_PATH) else base + _PATH


def _is_url(text: str) -> bool:
    """Whether there is a host to send to, and a port that exists."""
    try:
        parts = _urlsplit()(text)
        port: int | None = parts.port  # ValueError for what is none
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and parts.hostname and port != 0
    return bool(right) and text.isprintable() and not set(" ?#") & set(text)


def _switch(name: str, given: object) -> bool:
    """True or False: a text out of the environment, such as "false", would be true."""
    if not isinstance(given, bool):
        raise TypeError(f"{name} must be True or False, not {given!r}")
    return given


def _whole(name: str, given: object, least: int, most: float = inf) -> int:
    """A whole number."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f"{name} must be a whole number, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def _seconds(name: str, given: object, least: int = 0, most: float = LONGEST) -> float:
    """A time, which must be one that every system can wait for."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def _check_limits(name: str, given: float, least: int, most: float) -> None:
    if least <= given <= most:
        return
    limit = f"at least {least:,}" if most == inf else f"from {least:,} to {most:,.0f}"
    raise ValueError(f"{name} must be {limit}, not {given!r}")


@late
def _why_no_sigterm() -> Callable[[], str]:
    from .process.sigterm import why_not

    return why_not


@late
def _find_spec() -> Callable[[str], object]:
    from importlib.util import find_spec

    return find_spec


@late
def _urlsplit() -> Callable[[str], SplitResult]:
    from urllib.parse import urlsplit

    return urlsplit
