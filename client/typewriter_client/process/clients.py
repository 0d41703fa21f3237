"""Events of a process that concern all of its clients: its exit, a fork, SIGTERM."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Protocol
from weakref import WeakSet

from . import exit, forks
from .forks import late
from .threads import is_held

if TYPE_CHECKING:
    from logging import Logger


class Settings(Protocol):
    """The settings of a client that concern the end of the process."""

    @property
    def close_timeout(self) -> float:
        """Seconds that ``close`` may take."""
        ...

    @property
    def flush_on_sigterm(self) -> bool:
        """Whether it is flushed when SIGTERM comes."""
        ...


class Client(Protocol):
    """The part of a client that is used here."""

    @property
    def settings(self) -> Settings:
        """What it was configured with."""
        ...

    @property
    def destinations(self) -> tuple[Client, ...]:
        """All the clients that a message goes to."""
        ...

    def log(self) -> Logger:
        """The log of the package that uses it."""
        ...

    def flush(self, timeout: float) -> bool:
        """Wait until every message is delivered or dropped.  False: not in time."""
        ...

    def waiting(self) -> int:
        """How many messages are neither delivered nor dropped yet."""
        ...

    def close(self) -> None:
        """Flush, and stop."""
        ...

    def begin_to_close(self, timeout: float | None) -> None:
        """Accept nothing more, and send the rest at once."""
        ...

    def end_to_close(self, timeout: float | None) -> None:
        """Wait until the rest is delivered, and stop."""
        ...

    def is_held(self) -> bool:
        """Whether this thread holds a lock, with which a signal handler must not wait."""
        ...

    def renew(self) -> None:
        """Start empty, in a forked child."""
        ...


clients: WeakSet[Client] = WeakSet()
"""The clients of this process."""


def close_all(ours: Iterable[Client], timeout: float | None = None) -> None:
    """Close clients concurrently, so that none uses up another's time."""
    closing = list(ours)
    for client in closing:
        client.begin_to_close(timeout)
    for client in closing:  # including one that is closed but has not ended yet
        client.end_to_close(timeout)


def close_every() -> None:
    """Close every client of this process."""
    close_all(list(clients))


def flush_all(ours: Iterable[Client]) -> None:
    """Flush clients concurrently, for as long as their ``close`` may take."""
    flushing = list(ours)
    for client in flushing:
        client.flush(0)  # starts them all; they share the time
    until = monotonic() + max((c.settings.close_timeout for c in flushing), default=0.0)
    for client in flushing:
        if not client.flush(max(0.0, until - monotonic())):
            text = "messages that could not be flushed in time: %d"
            client.log().warning(text, client.waiting())


def flush_every() -> None:
    """Flush every client of this process."""
    flush_all(list(clients))


def flush_on_sigterm(*, ends: bool) -> bool:
    """Flush the clients that ask for it on SIGTERM; close them if the process ``ends``.

    False: this thread was interrupted while it held a lock that workers need, so that the
    interrupted code has to continue first.
    """
    asked = [client for client in clients if client.settings.flush_on_sigterm]
    ours = {each for client in asked for each in client.destinations}
    if is_held(forks.imports) or any(client.is_held() for client in ours):
        return False
    if ends:
        close_all(ours)
        return True
    flush_all(ours)
    return True


def flush_at_exit_of_child(client: Client) -> None:
    """Children of multiprocessing end without atexit, but run their finalizers; those of
    Celery's pool do not even do that, but send a signal of Celery's."""
    process: Any = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        _finalize()(None, client.close, exitpriority=100)
    signals: Any = sys.modules.get("celery.signals")
    if signals is not None:
        signals.worker_process_shutdown.connect(_close_with_worker)


@late
def _finalize() -> Callable[..., object]:
    from multiprocessing.util import Finalize

    return Finalize


def _close_with_worker(**_: object) -> None:
    close_every()


def _renew_every() -> None:
    for client in list(clients):
        client.renew()


exit.tasks.append(close_every)
forks.renewals.append(_renew_every)
