"""A mark that any fork wipes off, for calls to look at: a system call each would cost more.

Linux empties a page in the child if it is told to (``MADV_WIPEONFORK`` of madvise(2)).
Elsewhere the process id says as much, for some ten times as long.
"""

from __future__ import annotations

import sys
from os import getpid
from typing import Protocol

from . import forks

_WIPE_ON_FORK = 18  # which mmap has no name for


class Mark(Protocol):
    """Its one item is true in the process for which all that we hold was made."""

    def __getitem__(self, place: int, /) -> int: ...


class _Asked:
    """Where nothing is wiped."""

    def __getitem__(self, place: int) -> int:
        return forks.process == getpid()


def _made() -> Mark:
    if sys.platform != "linux":
        return _Asked()
    try:
        import mmap

        page = mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page.madvise(_WIPE_ON_FORK)
    except (ImportError, OSError, ValueError):  # another system's Linux
        return _Asked()

    def set_again() -> None:
        page[0] = 1

    set_again()
    forks.renewals.append(set_again)  # after all that calls need, once that has asked
    return page


mark = _made()
"""``mark[0]`` is false in a child that has not begun anew: see ``forks.notice``."""
