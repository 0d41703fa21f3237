"""The outbox: keeps messages in a SQLite file from before a call returns until they are
sent."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Collection, Sequence
from shutil import disk_usage
from time import monotonic, time_ns

from ..log import Log, log
from ..process.threads import is_held
from . import database
from .connections import Connections
from .ownership import Ownership

UNAVAILABLE = (sqlite3.Error, OSError, ValueError)
"""What the methods of an outbox raise when the file or its disk fails."""
_SCARCE = 1_000_000  # free bytes below which a disk counts as full
_MUCH_WAL = 8_000_000  # bytes of WAL beyond which the worker runs a checkpoint
_MOST_WAL = 32_000_000  # bytes of WAL beyond which a call does, if the worker has not
_LOOK_AT_WAL = 1_000  # calls between checks of the WAL's size
_CALLS_PATIENCE = 0.5  # seconds that a call waits for other processes


class Stored(bytes):
    """A message that is in the file."""

    id: int


class Outbox:
    """One process's share of the file at ``path``: calls add to it, the worker empties it."""

    def __init__(self, path: str, size: int, log: Log = log) -> None:
        self.path = path
        self.added = 0
        """How many messages calls have added."""
        self.newest = 0
        """The id of the last one."""
        self._connections = Connections(path, size, log)
        self._calls, self._worker = self._connections.calls, self._connections.worker
        self._ownership = Ownership(path)
        self._own: int | None = None
        self._searched = False  # whether the whole file has been searched for owners
        self._position = time_ns()  # the last id read: our messages are usually newer
        self._failed = 0  # the id of the first message of the part that failed last
        self._done: set[int] = set()  # ids of messages that are done but not deleted

    # --- for calls ------------------------------------------------------------------------

    def open(self) -> None:
        """Open or create the file now.  Raises OSError or ValueError: see ``prepare``."""
        self._connections.prepared = False
        try:
            with self._calls:
                self._connections.for_calls()
                self._own = self._ownership.new()
        except sqlite3.Error as error:
            raise OSError(f"the outbox {self.path} cannot be used: {error}") from error

    def has_full_disk(self) -> bool:
        """Whether there is no space left on the file's disk."""
        folder = os.path.dirname(self.path)
        return os.path.isdir(folder) and disk_usage(folder).free < _SCARCE

    def add(self, payload: bytes) -> None:
        """Write a message to the file.  Raises one of UNAVAILABLE if that fails."""
        with self._calls:
            connection = self._connections.for_calls()
            if self._own is None:
                self._own = self._ownership.new()
            id = max(self.newest + 1, time_ns())
            until: float | None = None
            while True:
                try:
                    row = id, self._own, payload
                    connection.execute("INSERT INTO messages VALUES (?, ?, 0, ?)", row)
                    break
                except sqlite3.IntegrityError:  # another process in the same nanosecond
                    id += 1
                except sqlite3.OperationalError as error:
                    until = until or monotonic() + _CALLS_PATIENCE
                    if not database.is_busy(error) or monotonic() > until:
                        raise
            self.newest = id
            self.added += 1
            if not self.added % _LOOK_AT_WAL:
                database.tidy(connection, self.path, _MOST_WAL)

    def is_full(self) -> bool:
        """Whether it has reached its maximum size."""
        with self._calls:
            try:
                return database.is_at_limit(self._connections.for_calls())
            except UNAVAILABLE:
                return False

    # --- for the worker -------------------------------------------------------------------

    def adopt(self) -> int:
        """Take over the messages of processes that have ended; returns how many."""
        with self._worker:
            connection = self._connections.for_worker()
            others = set(self._ownership.others())
            if not self._searched:
                rows = connection.execute("SELECT DISTINCT owner FROM messages")
                others.update(owner for (owner,) in rows.fetchall())
                self._searched = True
            found = [owner for owner in others if self._ownership.take(owner)]
            if not found:
                return 0
            query = f"SELECT count(*) FROM messages WHERE owner IN ({_listed(found)})"
            try:
                (count,) = connection.execute(query).fetchone()
            except BaseException:
                self._ownership.give_up(found)
                raise
            self._position = 0
            return int(count)

    def fetch(self, most: int, size: int, oldest: int) -> list[Stored]:
        """Our next messages: at most ``most``, with at most ``size`` bytes of JSON text.

        They are either all older than ``oldest`` (an id), or none is.
        """
        with self._worker:
            part = self._read(most, size, oldest)
            if not part and self._position:
                # There must be some: put back, left by others, or ours if the clock has been
                # set back since the last read.
                self._position = 0
                part = self._read(most, size, oldest)
            if part:
                self._position = part[-1].id
            return part

    def delete(self, part: Sequence[Stored]) -> None:
        """Delete messages.  Those that cannot be deleted now are at least not fetched again."""
        with self._worker:
            self._done.update(message.id for message in part)
            ids = [(id,) for id in self._done]
            if not ids:
                return
            self._write(("DELETE FROM messages WHERE id = ?", ids))
            self._done.clear()

    def fail(self, part: Sequence[Stored], reason: str) -> None:
        """Record a failed attempt to send, for the file's inventory.

        Further attempts with the same messages are recorded, but not counted.
        """
        failed = "UPDATE messages SET failures = failures + 1 WHERE id = ?"
        with self._worker:
            again, self._failed = part[0].id == self._failed, part[0].id
            self._write(
                (failed, [] if again else [(message.id,) for message in part]),
                ("DELETE FROM failure", [()]),
                ("INSERT INTO failure VALUES (?, ?)", [(time_ns(), reason)]),
            )

    def count(self) -> int:
        """How many messages of ours are waiting; calls add none meanwhile."""
        query = f"SELECT count(*) FROM messages WHERE {self._ours()}"
        with self._worker, self._calls:
            (count,) = self._connections.for_worker().execute(query).fetchone()
            return int(count) - len(self._done)

    def has_left(self, newest: int) -> bool:
        """Whether a message of ours with at most this id is still waiting."""
        if (
            not self._ownership.owners
        ):  # then there are none, even if the file is broken
            return False
        query = f"SELECT id FROM messages WHERE {self._ours()} AND id <= ? LIMIT ?"
        with self._worker:
            connection = self._connections.for_worker()
            rows = connection.execute(query, (newest, len(self._done) + 1))
            return any(id not in self._done for (id,) in rows.fetchall())

    def is_held(self) -> bool:
        """Whether this thread holds one of the locks."""
        return is_held(self._calls) or is_held(self._worker)

    def close(self) -> None:
        """Leave messages that are not sent to the next process."""
        with self._worker, self._calls:
            try:
                if not self._connections.closed:
                    self.delete([])
                    if not self.has_left(sys.maxsize):
                        self._ownership.remove()
            except UNAVAILABLE:
                pass
            self._connections.close()
            self._ownership.close()

    # --- under the locks ------------------------------------------------------------------

    def _ours(self) -> str:
        return f"owner IN ({_listed(self._ownership.owners)})"

    def _read(self, most: int, size: int, oldest: int) -> list[Stored]:
        query = f"SELECT id, payload FROM messages WHERE {self._ours()} AND id > ?"
        connection = self._connections.for_worker()
        rows = connection.execute(f"{query} ORDER BY id", (self._position,))
        part: list[Stored] = []
        try:
            for id, payload in rows:
                if id in self._done:
                    continue
                size -= len(payload) + 1
                if part and (
                    size < 0
                    or len(part) == most
                    or (part[0].id < oldest) is not (id < oldest)
                ):
                    break
                message = Stored(payload)
                message.id = id
                part.append(message)
        finally:
            rows.close()
        return part

    def _write(self, *statements: database.Statement) -> None:
        connection = self._connections.for_worker()
        database.write(connection, statements, self._calls)
        database.tidy(connection, self.path, _MUCH_WAL)
        database.shrink(connection, self.path)


def _listed(owners: Collection[int]) -> str:
    return ",".join(map(str, owners))
