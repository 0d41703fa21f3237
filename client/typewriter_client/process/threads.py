"""What a thread may wait for, and what not."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from os import getpid
from time import sleep
from typing import Any

_MOMENT = 1e-5  # seconds
LONGEST = 30 * 86_400.0
"""Seconds, and no wait is longer: some systems have no word for more than 49 days."""


class _ThisThread(threading.local):
    """What the thread that asks is doing."""

    hurries = False
    """It never waits for room in a queue: the worker, and callbacks."""


this_thread = _ThisThread()


@contextmanager
def hurrying() -> Generator[None, None, None]:
    """A block that does not wait for what only others can do."""
    before = this_thread.hurries
    this_thread.hurries = True
    try:
        yield
    finally:
        this_thread.hurries = before


def is_held(lock: threading.RLock) -> bool:
    """Whether this thread has it: a signal handler then interrupts code that changes
    something, and must not wait for other threads, nor give the lock away meanwhile."""
    try:
        threading.Condition(lock).notify(0)
    except RuntimeError:
        return False
    return True


def stay_in(process: int) -> None:
    """Go on only in that process: a fork copies a worker that is a greenlet.

    The parent sends what it has, and threading has forgotten the copy, so that it must not
    even end.
    """
    if getpid() != process:
        threading.Event().wait()


def prepare_lookups() -> None:
    """Where gevent looks up hosts on a thread, have that now: at its exit Python, from 3.12
    on, gives nobody another one."""
    gevent: Any = sys.modules.get("gevent")
    patched: Any = sys.modules.get("gevent.monkey")
    if patched is not None and patched.is_module_patched("threading"):
        with suppress(Exception):  # it does without
            gevent.get_hub().threadpool.spawn(getpid)


def bounded(seconds: float) -> float:
    """A time to wait, as a caller gives it, that every system can wait for."""
    return max(0.0, seconds) if seconds < LONGEST else LONGEST


def make_way() -> None:
    """Give the interpreter's lock away: who calls without a pause leaves the worker too
    little of it, and so fills the queue, however quick the server is."""
    with suppress(Exception):  # in gevent's hub
        sleep(_MOMENT)
