"""What a thread may wait for, and what it must not wait for."""

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
"""The longest wait in seconds; some systems cannot wait for more than 49 days."""


class _ThisThread(threading.local):
    """State of the current thread."""

    never_waits = False
    """Whether it must not wait for room in a queue: in the worker and in callbacks."""


this_thread = _ThisThread()


@contextmanager
def never_waiting() -> Generator[None, None, None]:
    """A block that does not wait for what only other threads can do."""
    before = this_thread.never_waits
    this_thread.never_waits = True
    try:
        yield
    finally:
        this_thread.never_waits = before


def is_held(lock: threading.RLock) -> bool:
    """Whether this thread holds the lock: a signal handler has then interrupted code that is
    changing state, so it must neither wait for other threads nor release the lock."""
    try:
        threading.Condition(lock).notify(0)
    except RuntimeError:
        return False
    return True


def stay_in(process: int) -> None:
    """Continue only in that process: a fork copies a worker that is a greenlet.

    The parent sends the copy's messages, and threading does not know the copy any more, so
    it must not even end.
    """
    if getpid() != process:
        threading.Event().wait()


def prepare_lookups() -> None:
    """If gevent looks up hosts on a thread, have it started now: from 3.12 on, Python
    refuses to start threads while it exits."""
    gevent: Any = sys.modules.get("gevent")
    patched: Any = sys.modules.get("gevent.monkey")
    if patched is not None and patched.is_module_patched("threading"):
        with suppress(Exception):  # it works without
            gevent.get_hub().threadpool.spawn(getpid)


def bounded(seconds: float) -> float:
    """The caller's time to wait, limited to what every system can wait for."""
    return max(0.0, seconds) if seconds < LONGEST else LONGEST


def yield_gil() -> None:
    """Release the interpreter's lock for a moment: a thread that calls without a pause
    starves the worker, and so fills the queue, however fast the server is."""
    with suppress(Exception):  # in gevent's hub
        sleep(_MOMENT)
