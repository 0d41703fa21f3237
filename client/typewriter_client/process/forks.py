"""What no fork may interrupt: the imports of what the first calls need.

A child has only the thread that forked.  Were another one importing a module just then, the
child could never import that module: its lock would have no owner who releases it.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock  # that of threading, which costs an import of the package
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Generic, TypeVar

imports = RLock()
"""Held while a thread imports something late; a fork waits for that."""

_LONGEST = 5.0  # seconds; only a signal handler amid an import could wait for ever

T = TypeVar("T")


@contextmanager
def importing() -> Generator[None, None, None]:
    """A block that imports something, or makes what a child could not make anew."""
    held = imports.acquire(timeout=_LONGEST)
    try:
        yield
    finally:
        if held:
            imports.release()


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

    def __call__(self) -> T:
        """What it is; raises what loading it does, and then loads it again next time."""
        if not self._found:
            with importing():
                if not self._found:
                    self._found.append(self._load())
        return self._found[0]


def guard() -> None:
    """Have forks wait.  To be called again when logging is there.

    What was registered last is done first when a fork begins.  Logging's lock has to be
    taken after ours: it is needed by imports.
    """
    if sys.platform != "win32":
        os.register_at_fork(
            before=imports.acquire,
            after_in_parent=imports.release,
            after_in_child=imports.release,
        )


guard()
