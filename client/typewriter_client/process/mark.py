"""A mark that any fork wipes, which calls can check faster than with a system call.

Linux zeroes a page in the child if asked to (``MADV_WIPEONFORK`` of madvise(2)).
Elsewhere the process id is compared, which takes about ten times as long.
"""

from __future__ import annotations

import sys
from os import getpid
from typing import Protocol

from . import forks

_WIPE_ON_FORK = 18  # MADV_WIPEONFORK, which mmap has no name for


class Mark(Protocol):
    """Its only item is true in the process for which the library's state was created."""

    def __getitem__(self, index: int, /) -> int: ...


class _ProcessId:
    """For systems on which nothing is wiped."""

    def __getitem__(self, index: int) -> int:
        return forks.process == getpid()


def _new() -> Mark:
    if sys.platform != "linux":
        return _ProcessId()
    try:
        import mmap

        page = mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page.madvise(_WIPE_ON_FORK)
    except (ImportError, OSError, ValueError):  # an emulation of Linux
        return _ProcessId()

    def set_again() -> None:
        page[0] = 1

    set_again()
    forks.renewals.append(set_again)  # last: calls need everything else to be renewed
    return page


mark = _new()
"""``mark[0]`` is false in a child that has not been renewed: see ``forks.renew_after_fork``."""
