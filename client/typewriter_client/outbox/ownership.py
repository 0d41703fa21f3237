"""Which messages of an outbox we send: those of the owners whose files we have locked.

Each process writes its messages under a number of its own, the owner, and keeps a file
locked for it.  The kernel releases the lock when the process ends, however it ends, and never
before: no lease expires while a process is only suspended, and no process id is mistaken for
another after a restart or in another container.  SQLite's WAL mode requires all processes to
be on one host, so locks are sufficient.
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


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_TO_LOOK = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY
_ATTEMPTS = 10
_OTHER = EISDIR, ELOOP, ENXIO  # the errors for folders, links and sockets

_all: WeakSet[Ownership] = WeakSet()


class Ownership:
    """The owners whose messages this process sends from the outbox at ``path``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder, name = os.path.split(path)
        self._prefix = f"{name}-owner-"
        self._files: dict[int, int] = {}
        _all.add(self)

    @property
    def owners(self) -> list[int]:
        """The owners whose messages we send."""
        return list(self._files)

    def new(self) -> int:
        """A number that no other process has.  Raises OSError if no file can be created."""
        while True:
            owner = SystemRandom().getrandbits(48)
            if self.take(owner):
                return owner

    def take(self, owner: int) -> bool:
        """Take over an owner.  False: it is alive, or another process was faster.

        The file of an owner with messages is missing if the outbox was moved; then a new
        file ensures that only one process takes over.
        """
        if owner in self._files:
            return False
        try:
            file = self._open(self._file(owner))
        except PermissionError:
            if os.access(self._folder, os.W_OK):  # it belongs to another user
                return False
            raise
        if file is None:
            return False
        try:
            _lock(file)
            if os.fstat(file).st_nlink:  # else its previous holder has just removed it
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
        """The file, which is created if it is missing; None if it is not a regular file.

        Anyone who can write to the folder could have put something there, such as a link.
        """
        for _ in range(_ATTEMPTS):  # others may create and remove it meanwhile
            with suppress(FileNotFoundError):
                return _open_plain(path, os.O_RDWR)
            with suppress(FileExistsError):
                file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                self._set_owner(file)
                return file
        return None

    def lives(self, owner: int) -> bool:
        """Whether a running process sends the messages of this owner.

        Creates nothing and changes nothing.
        """
        if owner in self._files:
            return True
        try:
            file = _open_plain(self._file(owner), _TO_LOOK)
        except FileNotFoundError:
            return False
        except PermissionError:  # it belongs to another user, as its messages do
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
        """Other owners that have a file, alive or not."""
        start = len(self._prefix)
        names = [n for n in os.listdir(self._folder) if n.startswith(self._prefix)]
        found = [int(n[start:], 16) for n in names if _is_number(n[start:])]
        return [owner for owner in found if owner not in self._files]

    def remove(self) -> None:
        """Remove all the files: no messages of their owners are left."""
        for owner in self.owners:
            if sys.platform == "win32":  # which cannot remove an open file
                self.give_up([owner])
            with suppress(OSError):
                os.unlink(self._file(owner))
        self.close()

    def give_up(self, owners: Iterable[int]) -> None:
        """Release owners."""
        for owner in owners:
            os.close(self._files.pop(owner))

    def close(self) -> None:
        """Release all owners: the process ends, or is a forked child."""
        self.give_up(self.owners)

    def _set_owner(self, file: int) -> None:
        """Give a file created by root to the user who owns the outbox, as SQLite does.

        Never an existing file, which an attacker might have put there to be given it.
        """
        if sys.platform != "win32" and os.geteuid() == 0:
            outbox = os.stat(self._path)
            os.fchown(file, outbox.st_uid, outbox.st_gid)

    def _file(self, owner: int) -> str:
        return os.path.join(self._folder, f"{self._prefix}{owner:x}")


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and not text.strip("0123456789abcdef")


def _open_plain(path: str, how: int) -> int | None:
    """Open an existing file; None if it is something else, such as a link."""
    try:
        file = os.open(path, how | _NO_FOLLOW)
    except OSError as error:
        if error.errno in _OTHER:
            return None
        raise
    if S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    return None


def _release_all() -> None:
    """In a forked child: they belong to the parent, which keeps holding the locks."""
    for each in list(_all):
        each.close()


renewals.insert(0, _release_all)
