"""Forks: what none may interrupt, and what a child does, however it was forked.

A child has only the thread that forked.  Were another one importing a module just then, the
child could never import that module: its lock would have no owner who releases it.

Not every fork tells Python: uWSGI forks in C, and runs no hooks unless it is asked to.  So
whatever enters the library asks first whether it is still in the process that it was in.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock, get_ident  # without threading, which costs time to import
from collections.abc import Callable, Generator
from contextlib import contextmanager
from os import getpid
from typing import Any, Generic, TypeVar

imports = RLock()
"""Held while a thread imports something late; a fork waits for that.  A child has another."""

process = getpid()
"""The one for which all that the library holds was made."""

renewals: list[Callable[[], object]] = []
"""What a child does first, told by whoever holds something that is the parent's.

What is only to be let go goes to the front, what everything else must precede to the end.
"""

_LONGEST = 5.0  # seconds; only a signal handler amid an import could wait for ever
_importers: list[int] = []  # the thread that imports, as often as it has begun to
_late: list[late[Any]] = []
_renewing: dict[int, RLock] = {}  # by process, so that no child waits for its parent's

T = TypeVar("T")


def notice() -> None:
    """Begin anew if this is a child of a fork that Python's hooks were not told of."""
    if process != getpid():
        _renew()


def _renew() -> None:
    global process, imports
    here = getpid()
    with _renewing.setdefault(here, RLock()):
        if process == here:  # another thread was quicker, or a hook that called
            return
        imports = RLock()
        _forget_half_made()
        for renew in list(renewals):
            if process == here:  # a signal handler has done all of it meanwhile
                return
            renew()
        process = here
    for other in [each for each in list(_renewing) if each != here]:
        _renewing.pop(other, None)


@contextmanager
def importing() -> Generator[None, None, None]:
    """A block that imports something, or makes what a child could not make anew."""
    notice()
    lock = imports
    held = lock.acquire(timeout=_LONGEST)
    _importers.append(get_ident())
    try:
        yield
    finally:
        if _importers:  # a child has forgotten them
            _importers.pop()
        if held:
            lock.release()


def _forget_half_made() -> None:
    """Have imported anew what another thread was importing late, amid a fork in C.

    Python keeps the modules, half made, and their locks, whose owner does not live here.
    """
    others = {each for each in _importers if each != get_ident()}
    _importers.clear()
    machinery: Any = sys.modules["_frozen_importlib"]
    locks: dict[str, Any] = getattr(machinery, "_module_locks", {})
    for name, lock in list(locks.items()):
        if getattr(lock(), "owner", None) in others:
            locks.pop(name, None)
            for each in [*sys.modules]:
                if each == name or each.startswith(f"{name}."):
                    sys.modules.pop(each, None)


class late(Generic[T]):  # noqa: N801 - a decorator
    """What a function imports, which is called when that is first needed, and once.

    ::

        @late
        def normaliser() -> Callable[[object], Any]:
            from .values import normalise

            return normalise

    Every import that a call can lead to goes this way, or comes after it.  Once it is
    there, no lock is taken.  What is imported so never imports the application, whose own
    imports may hence wait here.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._found: list[T] = []
        _late.append(self)

    def __call__(self) -> T:
        """What it is; raises what loading it does, and then loads it again next time."""
        if not self._found:
            with importing():
                if not self._found:
                    self._found.append(self._load())
        return self._found[0]


def load_under_uwsgi() -> bool:
    """Import what would be imported late, where a fork may come unannounced at any time.

    Amid an import that may hold Python's one lock of all imports, which nobody in the child
    could release.
    """
    if "uwsgi" not in sys.modules:
        return False
    for each in _late:  # which gets longer as these are imported
        each()
    return True


def guard() -> None:
    """Have forks wait.  To be called again when logging is there.

    What was registered last is done first when a fork begins.  Logging's lock has to be
    taken after ours: it is needed by imports.
    """
    if sys.platform != "win32":
        os.register_at_fork(before=_hold, after_in_parent=_go_on)


def _hold() -> None:
    imports.acquire()


def _go_on() -> None:
    imports.release()


guard()
if sys.platform != "win32":
    os.register_at_fork(after_in_child=_renew)
