"""Forks: what they must not interrupt, and what a child does, however it was forked.

A child has only the thread that forked.  If another thread was importing a module at that
moment, the child could never import it: nothing would release the module's lock.

Python does not notice every fork: uWSGI forks in C, and runs no hooks unless it is asked to.
So every entry into the library first checks whether it is still in the same process.
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
"""Held while a thread does a late import; a fork waits for it.  A child gets a new one."""

process = getpid()
"""The id of the process for which the library's state was created."""

renewals: list[Callable[[], object]] = []
"""What a child does first; registered by modules that hold something of the parent's.

What only releases resources goes to the front, what depends on everything else to the end.
"""

_LONGEST = 5.0  # seconds; only a signal handler during an import could wait forever
_importers: list[int] = []  # the importing thread, once per import that it is in
_late: list[late[Any]] = []
_renewing: dict[int, RLock] = {}  # by process: a child must not wait for its parent's

T = TypeVar("T")


def renew_after_fork() -> None:
    """Renew the library's state in the child of a fork that ran no hooks of Python's."""
    if process != getpid():
        _renew()


def _renew() -> None:
    global process, imports
    here = getpid()
    with _renewing.setdefault(here, RLock()):
        if process == here:  # another thread was faster, or a hook has called this
            return
        imports = RLock()
        _forget_half_made()
        for renew in list(renewals):
            if process == here:  # a signal handler has done all of this meanwhile
                return
            renew()
        process = here
    for other in [each for each in list(_renewing) if each != here]:
        _renewing.pop(other, None)


@contextmanager
def importing() -> Generator[None, None, None]:
    """A block that imports something, or creates what a child could not recreate."""
    renew_after_fork()
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
    """Forget modules that another thread was importing late during a fork in C, so that
    they are imported again.

    Python keeps these modules, half initialized, and their locks, whose owner does not
    exist in the child.
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
    """A function that imports something; it is called once, when that is first needed.

    ::

        @late
        def normaliser() -> Callable[[object], Any]:
            from .values import normalise

            return normalise

    Every import that a call can lead to is done this way, or within such an import.  Once
    it is done, no lock is taken.  Late imports never import the application, so its own
    imports may safely wait here.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._found: list[T] = []
        _late.append(self)

    def __call__(self) -> T:
        """The result; raises what loading raises, and then tries again next time."""
        if not self._found:
            with importing():
                if not self._found:
                    self._found.append(self._load())
        return self._found[0]


def load_under_uwsgi() -> bool:
    """Do all late imports now, where a fork may come unannounced at any time.

    During an import, a thread may hold Python's global import lock, which nothing in the
    child could release.
    """
    if "uwsgi" not in sys.modules:
        return False
    for each in _late:  # the list grows as these are imported
        each()
    return True


def guard() -> None:
    """Make forks wait for late imports.  Call this again when logging is imported.

    The hook registered last runs first when a fork begins.  Logging's lock has to be taken
    after ours, as imports need it.
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
