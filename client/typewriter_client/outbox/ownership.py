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
from errno import EISDIR, ELOOP, ENXIO
from random import SystemRandom
from stat import S_ISREG
from weakref import WeakSet

from ..process.forks import renewals

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_TO_LOOK = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY
_ATTEMPTS = 10
_OTHER = EISDIR, ELOOP, ENXIO  # what folders, links and sockets say

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
            file = self._open(self._file(owner))
        except PermissionError:
            if os.access(self._folder, os.W_OK):  # it is another user's
                return False
            raise
        if file is None:
            return False
        try:
            _lock(file)
            if os.fstat(file).st_nlink:  # else its last holder has just removed it
                self._files[owner] = file
                return True
        except (BlockingIOError, PermissionError):
            pass
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        return False

    def _open(self, path: str) -> int | None:
        """The file, which is made if it is not there; None: what is there is no such file.

        Anybody who may write to the folder could have put it there, a link above all.
        """
        for _ in range(_ATTEMPTS):  # others may make it, and remove it, meanwhile
            with suppress(FileNotFoundError):
                return _open_plain(path, os.O_RDWR)
            with suppress(FileExistsError):
                file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                self._give_away(file)
                return file
        return None

    def lives(self, owner: int) -> bool:
        """Whether a process has messages under this number as its own, and sends them.

        Only looks: makes nothing, and changes nothing.
        """
        if owner in self._files:
            return True
        try:
            file = _open_plain(self._file(owner), _TO_LOOK)
        except FileNotFoundError:
            return False
        except PermissionError:  # another user's, as its messages are
            return True
        if file is None:
            return False
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            return True
        finally:
            os.close(file)
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
        """What root makes belongs to whose outbox it is, as SQLite does with its files.

        Never what was there: it may be another file, that somebody wants to be given.
        """
        if sys.platform != "win32" and os.geteuid() == 0:
            outbox = os.stat(self._path)
            os.fchown(file, outbox.st_uid, outbox.st_gid)

    def _file(self, owner: int) -> str:
        return os.path.join(self._folder, f"{self._prefix}{owner:x}")


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and not text.strip("0123456789abcdef")


def _open_plain(path: str, how: int) -> int | None:
    """A file that is there; None if it is something else, such as a link."""
    try:
        file = os.open(path, how | _AS_IT_IS)
    except OSError as error:
        if error.errno in _OTHER:
            return None
        raise
    if S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    return None


def _let_go() -> None:
    """In a forked child: they are the parent's, who goes on holding the locks."""
    for each in list(_all):
        each.close()


renewals.insert(0, _let_go)
