"""What ``configure`` takes: checked, and completed from the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

from .destination import (
    batch_url,
    check_sync,
    check_transport,
    check_write_key,
    file_path,
    local_file,
)
from .forks import load
from .given import seconds, switch, whole
from .report import OnDrop, log
from .violations import MODES, OnViolation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answer import Outlet
    from .client import Client
    from .handover import Transport


class Configuration(TypedDict, total=False):
    """The keywords of ``configure`` and ``Client``."""

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
    also: Sequence[Client]
    """Of ``configure`` alone: further destinations, which get every message, too."""
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
    also: tuple[Client, ...]
    outbox: OutboxSettings | None

    def hands_over(self) -> bool:
        """Whether another SDK takes the messages, in whose client ``send`` is a flag."""
        sends = callable(getattr(self.transport, "send", None))
        return self.transport is not None and not sends

    def outlet(self) -> Outlet:
        """Where messages go.  Imports what that takes: the worker asks, with a batch."""
        if self.transport is not None:
            from .handover import ToBatches, ToSdk

            if self.hands_over():
                return ToSdk(self.transport)
            return ToBatches(self.transport.send)
        if self.write_key and self.local is None:
            from .http import Http

            return Http(self.url, self.write_key)
        from .local import LocalFile, default_file

        return LocalFile(self.local) if self.local else default_file()


def configured(given: Configuration) -> Settings:
    """The settings of a ``configure``.  Raises ValueError or TypeError for a mistake."""
    unknown = sorted(set(given) - set(Configuration.__annotations__))
    if unknown:
        raise TypeError(f"configure has no setting {', '.join(map(repr, unknown))}")
    local, transport = local_file(given.get("local")), given.get("transport")
    enabled = switch("enabled", given.get("enabled", True))
    write_key = given.get("write_key")
    if write_key is None:
        write_key = os.environ.get("SEGMENT_WRITE_KEY", "")
    if enabled and local is None and transport is None:
        check_write_key(write_key)
    if transport is not None:
        check_transport(transport)
    on_drop = given.get("on_drop")
    if on_drop is not None and not callable(on_drop):
        raise TypeError("on_drop must be callable")
    check_sync("on_drop", on_drop)
    return Settings(
        write_key,
        batch_url(given.get("region", "us"), given.get("endpoint")),
        enabled,
        local,
        transport,
        _on_violation(given.get("on_violation")),
        on_drop,
        whole("queue_size", given.get("queue_size", 10_000), 1),
        whole("flush_at", given.get("flush_at", 100), 1, 2_500),
        seconds("flush_interval", given.get("flush_interval", 1.0)),
        seconds("close_timeout", given.get("close_timeout", 5.0)),
        _on_full(given.get("on_full", "drop")),
        seconds("block_timeout", given.get("block_timeout", 5.0)),
        _flush_on_sigterm(given.get("flush_on_sigterm", False)),
        load(".several").destinations(given["also"]) if "also" in given else (),
        _outbox(given),
    )


def unconfigured() -> Settings:
    """What holds without any ``configure``.  Raises nothing: a call comes first here.

    Without ``SEGMENT_WRITE_KEY`` messages go to the local file, under pytest nowhere.
    """
    try:
        mode = _on_violation(None)
    except ValueError as error:
        log().error("%s", error)
        mode = "warn"
    try:
        return configured({"on_violation": mode})
    except (ValueError, ImportError) as error:
        if os.environ.get("SEGMENT_WRITE_KEY"):
            log().error("%s", error)
    tested = "PYTEST_CURRENT_TEST" in os.environ or "PYTEST_VERSION" in os.environ
    off = configured({"on_violation": mode, "enabled": False})
    return off._replace(enabled=not tested)


def _outbox(given: Configuration) -> OutboxSettings | None:
    path = file_path("outbox", given.get("outbox"))
    size = whole("outbox_size", given.get("outbox_size", 250_000_000), 1_000_000)
    age = given.get("outbox_age")
    longest = None if age is None else seconds("outbox_age", age, 1, 10**9)
    if path is None:
        return None
    # One name for one file, since the locks beside it are found by that.
    return OutboxSettings(os.path.realpath(path), size, longest)


def _on_violation(given: OnViolation | None) -> OnViolation:
    if given is not None and callable(given):
        check_sync("on_violation", given)
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
    wanted = switch("flush_on_sigterm", given)
    if wanted:
        why_not: str = load(".sigterm").why_not()
        if why_not:
            raise ValueError(f"flush_on_sigterm cannot work: {why_not}")
    return wanted
