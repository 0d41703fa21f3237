"""What comes over a process, and so over all of its clients: its end, a fork, SIGTERM."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, ref

from .forks import imports, load
from .report import log
from .threads import is_held

if TYPE_CHECKING:
    from .client import Client

clients: WeakSet[Client] = WeakSet()
"""Those of this process."""


def close_all(ours: Iterable[Client], timeout: float | None = None) -> None:
    """Close clients at the same time, so that none uses up another's."""
    closing = list(ours)
    for client in closing:
        client.begin_to_close(timeout)
    for client in closing:  # also one that is closed already, but has not ended
        client.end_to_close(timeout)


def close_every() -> None:
    """Close every client of this process."""
    close_all(list(clients))


def flush_all(ours: Iterable[Client]) -> None:
    """Flush clients at the same time, for as long as their ``close`` may take."""
    flushing = list(ours)
    for client in flushing:
        client.flush(0)  # they all hurry; the time is theirs together
    until = monotonic() + max((c.settings.close_timeout for c in flushing), default=0.0)
    for client in flushing:
        if not client.flush(max(0.0, until - monotonic())):
            left = client.stats().queued
            log().warning("messages that could not be flushed in time: %d", left)


def settle_all(*, ends: bool) -> bool:
    """Flush the clients that want that on SIGTERM; close them if the process ``ends``.

    False: this thread was interrupted with a lock that workers need; it has to go on first.
    """
    asked = [client for client in clients if client.settings.flush_on_sigterm]
    ours = {each for client in asked for each in client.destinations}
    if is_held(imports) or any(client.is_held() for client in ours):
        return False
    if ends:
        close_all(ours)
        return True
    flush_all(ours)
    return True


def flush_early(client: Client) -> None:
    """At exit, hand over what is queued, and wait until the SDK has sent it, before the
    SDK stops itself, which it does in the middle of its queue.

    The interpreter runs first what was registered last: SDKs register when their client is
    made, we when we are imported, so once more now that their client is there.
    """
    alive = ref(client)

    def flush() -> None:
        client = alive()
        if client is not None and not client.closed:
            until = monotonic() + client.settings.close_timeout
            client.flush(client.settings.close_timeout)
            load(".handover").wait_for_sdk(client.settings.transport, until)

    atexit.register(flush)


def flush_at_exit_of_child(client: Client) -> None:
    """Children of multiprocessing end without atexit, but run their finalisers; those of
    Celery's pool do not even that, but send a signal of Celery's."""
    process: Any = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        load("multiprocessing.util").Finalize(None, client.close, exitpriority=100)
    signals: Any = sys.modules.get("celery.signals")
    if signals is not None:
        signals.worker_process_shutdown.connect(_close_with_worker)


def _close_with_worker(**_: object) -> None:
    close_every()


def _after_fork() -> None:
    for client in list(clients):
        client.renew()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_after_fork)
