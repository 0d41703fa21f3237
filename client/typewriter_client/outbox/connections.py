"""Connections to an outbox's file, which are closed whenever the process forks.

SQLite records in the process's own memory which locks it holds on a file.  A forked child
inherits its parent's records, even for connections of its own, and so holds no locks at all.

A fork in C does not wait for us.  Its child closes connections that were not in use, which
clears the records; a file that was in use can never be used again, nor even closed.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from contextlib import suppress
from weakref import WeakSet

from ..log import Log, log
from ..process import forks
from . import database

_OPENING = 2_000  # milliseconds that SQLite waits for other processes
_CALLING = 10  # short, as SQLite waits longer each time, which is unfair: we retry
_WORKING = 250
_TORN = "this process was forked in C while its parent was using the file"
_LONGEST = 10.0  # seconds; only a signal handler that forks in a call could wait longer

_all: WeakSet[Connections] = WeakSet()
_torn: list[Connections] = []  # kept, as Python would close unreferenced ones


class Connections:
    """A connection for calls and one for the worker, each used under its own lock.

    To take both locks, take the worker's first.
    """

    def __init__(self, path: str, size: int, log: Log = log) -> None:
        self.path = path
        self.calls, self.worker = threading.RLock(), threading.RLock()
        self.closed = False
        self.prepared = True
        """Whether the file is known to be an outbox."""
        self._size = size
        self._log = log
        self._of_calls: sqlite3.Connection | None = None
        self._of_worker: sqlite3.Connection | None = None
        self._held: list[threading.RLock] = []
        _all.add(self)

    def for_calls(self) -> sqlite3.Connection:
        """The connection for calls, opened when it is first needed, and after a fork."""
        if self._of_calls is None:
            self._of_calls = self._open(_CALLING)
        return self._of_calls

    def for_worker(self) -> sqlite3.Connection:
        """The worker's connection, opened when it is first needed, and after a fork."""
        if self._of_worker is None:
            self._of_worker = self._open(_WORKING)
        return self._of_worker

    def close(self) -> None:
        """Close them permanently."""
        with self.worker, self.calls:
            self.closed = True
            self._disconnect()

    def _open(self, patience: int) -> sqlite3.Connection:
        if self.closed:
            raise sqlite3.ProgrammingError("the outbox is closed")
        if any(each.path == self.path for each in _torn):
            raise sqlite3.ProgrammingError(_TORN)
        if not self.prepared:
            database.prepare(self.path, self._log)
            self.prepared = True
        connection = database.connect(self.path, _OPENING / 1_000)
        try:
            database.limit(connection, self._size)
            connection.execute(f"PRAGMA busy_timeout = {patience}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _disconnect(self) -> None:
        for connection in (self._of_calls, self._of_worker):
            if connection is not None:
                with suppress(sqlite3.Error):  # from a checkpoint; nothing is lost
                    connection.close()
        self._of_calls = self._of_worker = None

    # --- forks ----------------------------------------------------------------------------

    def hold(self) -> None:
        """Wait until the file is not in use, and close the connections."""
        for lock in (self.worker, self.calls):
            if lock.acquire(timeout=_LONGEST):
                self._held.append(lock)
        if len(self._held) == 2:
            self._disconnect()

    def go_on(self) -> None:
        """Let others use the file again."""
        held, self._held = self._held, []  # another fork may happen in between
        for lock in reversed(held):
            lock.release()

    def leave(self) -> None:
        """In a forked child, whose client gets new connections: give up the parent's.

        The locks are left as they are, as nothing waits for them any more.
        """
        self.closed = True
        ours = [each for each in (self._of_calls, self._of_worker) if each is not None]
        free = [lock.acquire(blocking=False) for lock in (self.worker, self.calls)]
        if all(free) and not any(each.in_transaction for each in ours):
            self._disconnect()
        elif ours:
            _torn.append(self)


_held: dict[int, list[Connections]] = {}  # by the thread that forks


def _before_fork() -> None:
    held = _held[threading.get_ident()] = list[Connections]()
    while True:
        new = [each for each in _all if each not in held]
        if not new:
            return
        for connections in new:
            connections.hold()
            held.append(connections)


def _after_in_parent() -> None:
    for connections in _held.pop(threading.get_ident()):
        connections.go_on()


def _leave_all() -> None:
    _held.clear()
    for connections in list(_all):
        connections.leave()


forks.renewals.insert(0, _leave_all)
if sys.platform != "win32":
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent)
