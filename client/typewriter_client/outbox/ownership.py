"""Which messages of an outbox are ours to send: those of the owners whose files we lock.

Each process writes its messages under a number of its own, its owner's, and keeps a file
locked for it.  The kernel gives the lock back when the process ends, however it ends, and
never before: no lease runs out on a process that was only suspended, and no process id is
taken for another's after a restart or in another container.  SQLite's WAL mode wants all
processes on one host, so that locks are enough.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from random import SystemRandom
from weakref import WeakSet

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_all: WeakSet[Ownership] = WeakSet()


class Ownership:
    """The owners that this process is, or stands in for, in the outbox at ``path``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder, name = os.path.split(path)
        self._prefix = f"{name}-owner-"
        self._files: dict[int, int] = {}
        _all.add(self)

    @property
    def owners(self) -> list[int]:
        """Whose messages we send."""
        return list(self._files)

    def new(self) -> int:
        """A number that no other process has.  Raises OSError if no file can be made."""
        while True:
            owner = SystemRandom().getrandbits(48)
            if self.take(owner):
                return owner

    def take(self, owner: int) -> bool:
        """Stand in for an owner.  False: it lives, or another process was quicker.

        The file of an owner with messages is missing if somebody has moved the outbox; then
        a new one sees to it that only one process takes over.
        """
        if owner in self._files:
            return False
        try:
            file = os.open(self._file(owner), os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            if os.access(self._folder, os.W_OK):  # it is another user's
                return False
            raise
        try:
            _lock(file)
            if os.fstat(file).st_nlink:  # else its last holder has just removed it
                self._give_away(file)
                self._files[owner] = file
                return True
        except (BlockingIOError, PermissionError):
            pass
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        return False

    def lives(self, owner: int) -> bool:
        """Whether a process has messages under this number as its own, and sends them."""
        if not os.path.exists(self._file(owner)):
            return False
        if not self.take(owner):
            return True
        self.give_up([owner])
        return False

    def others(self) -> list[int]:
        """Owners, dead or alive, that have a file and are not ours."""
        start = len(self._prefix)
        names = [n for n in os.listdir(self._folder) if n.startswith(self._prefix)]
        found = [int(n[start:], 16) for n in names if _is_number(n[start:])]
        return [owner for owner in found if owner not in self._files]

    def settle(self) -> None:
        """Remove all the files: nothing is left of their owners' messages."""
        for owner in self.owners:
            if sys.platform == "win32":  # which removes no file that is open
                self.give_up([owner])
            with suppress(OSError):
                os.unlink(self._file(owner))
        self.close()

    def give_up(self, owners: Iterable[int]) -> None:
        """Leave owners to others."""
        for owner in owners:
            os.close(self._files.pop(owner))

    def close(self) -> None:
        """Leave all to others: the process ends, or is a forked child."""
        self.give_up(self.owners)

    def _give_away(self, file: int) -> None:
        """What root makes belongs to whose outbox it is, as SQLite does with its files."""
        if sys.platform != "win32" and os.geteuid() == 0:
            outbox = os.stat(self._path)
            os.fchown(file, outbox.st_uid, outbox.st_gid)

    def _file(self, owner: int) -> str:
        return os.path.join(self._folder, f"{self._prefix}{owner:x}")


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and not text.strip("0123456789abcdef")


def _after_in_child() -> None:
    for claims in list(_all):
        claims.close()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_after_in_child)
