"""The SQLite file of an outbox: how it is made, what it must look like, what it may cost.

In WAL mode with ``synchronous=NORMAL`` a commit is a write to the operating system, without
a wait for the disk.  So what is committed survives the end of any process, but a power cut,
or a crash of the system, may take what was written since the last checkpoint.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Collection, Generator
from contextlib import closing, contextmanager, suppress
from errno import EINVAL, EISDIR, ENOENT
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from time import monotonic, sleep

from ..log import Log, log

Statement = tuple[str, Collection[tuple[object, ...]]]
"""A statement, and the rows of values with which it is executed."""

APPLICATION = 0x54575031
"""PRAGMA application_id of an outbox: "TWP1"."""
VERSION = 1
"""PRAGMA user_version of one that this release writes."""
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS failure (at INTEGER NOT NULL, said TEXT NOT NULL);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
COMMIT;
"""
"""A message's ``id`` is when it was accepted, in ns since 1970, made unique."""
_LARGE = 16_000_000  # bytes of a file that are not kept when it is empty
_PATIENCE = 2.0  # seconds that a ``write`` waits for other processes
_OPENING = 5.0  # seconds that it may take until others let it be opened
_CHECKED_WHOLE = 16_000_000  # bytes of a file that is read through when it is opened


def prepare(path: str, log: Log = log) -> None:
    """Make the outbox, or see that it is one, which only its owner can read.

    Raises OSError if there can be no such file, ValueError if it is no outbox, is damaged
    or of a later release.  What is in such a file stays as it is.
    """
    if not _is_there(path):
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    until = monotonic() + _OPENING
    while True:
        try:
            _make(path)
            break
        except sqlite3.OperationalError as error:
            # Who turns WAL on does not wait for others, whatever the connection's patience.
            if not is_busy(error) or monotonic() > until:
                said = f"the outbox {path} cannot be used: {error}"
                raise OSError(said) from error
        except sqlite3.DatabaseError as error:
            raise _no_outbox(path, error) from error
        sleep(0.02)
    for file in (path, f"{path}-wal", f"{path}-shm"):
        _keep_private(file, log)


@contextmanager
def reading(path: str) -> Generator[sqlite3.Connection, None, None]:
    """A connection for somebody who only looks: nothing is made, and nothing changed.

    Raises OSError or ValueError if there is no outbox, or it cannot be read.
    """
    if not _is_there(path):
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
    # SQLite would make a WAL that is not there.  Without one, nobody has the file open.
    how = "mode=ro" if os.path.exists(f"{path}-wal") else "mode=ro&immutable=1"
    try:
        uri = f"{Path(path).as_uri()}?{how}"
        with closing(sqlite3.connect(uri, timeout=_OPENING, uri=True)) as connection:
            if _check(connection, path):
                raise ValueError(f"{path} is no outbox")
            yield connection
    except sqlite3.OperationalError as error:
        raise OSError(f"the outbox {path} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _no_outbox(path, error) from error


def _no_outbox(path: str, error: sqlite3.Error) -> ValueError:
    return ValueError(f"{path} is no outbox, or is damaged: {error}")


def _is_there(path: str) -> bool:
    """Whether there is a file.  Raises OSError if there can be none."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(ENOENT, "there is no folder for the outbox", folder)
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    if S_ISDIR(mode):
        said = "the outbox must be a file, but is a folder"
        raise IsADirectoryError(EISDIR, said, path)
    if not S_ISREG(mode):
        raise OSError(EINVAL, "the outbox must be a file, not a link or a device", path)
    return True


def _keep_private(path: str, log: Log) -> None:
    """Have only its owner read a file, if it is there.

    Opened only if that is to be changed: to close it would take the locks away that SQLite
    holds on it for another client of this process.  Raises PermissionError if it is another
    user's.
    """
    if sys.platform == "win32":
        return
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not found.st_mode & 0o077 or not S_ISREG(found.st_mode):
        return
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fchmod(file, 0o600)
    except PermissionError as error:
        said = "others can read the outbox, and it is not ours to change"
        raise PermissionError(error.errno, said, path) from error
    finally:
        os.close(file)
    said = "%s could be read by others (mode %o); now only its owner can"
    log().warning(said, path, found.st_mode & 0o777)


def _make(path: str) -> None:
    with closing(connect(path, _OPENING)) as connection:
        is_new = _check(connection, path)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise OSError(f"the outbox {path} is on a disk without shared memory")
        if is_new:
            connection.executescript(_SCHEMA)


def connect(path: str, patience: float) -> sqlite3.Connection:
    """Open it; each commit is one statement, and waits ``patience`` seconds for others."""
    connection = sqlite3.connect(
        f"{Path(path).as_uri()}?mode=rw",
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # see ``tidy``
    except BaseException:
        connection.close()
        raise
    return connection


def write(
    connection: sqlite3.Connection,
    statements: Collection[Statement],
    lock: threading.RLock,
) -> None:
    """One transaction under ``lock``, on which others in this process wait for it, rather
    than in SQLite, which sleeps.  But they do not wait for other processes so.
    """
    until = monotonic() + _PATIENCE
    while True:
        with lock:
            try:
                connection.execute("BEGIN IMMEDIATE")
                for query, rows in statements:
                    connection.executemany(query, rows)
                connection.execute("COMMIT")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or monotonic() > until:
                    raise
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        sleep(0.02)


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether only another process is in the way (``sqlite_errorcode`` is of 3.11)."""
    return "locked" in str(error)


def tidy(connection: sqlite3.Connection, path: str, most: int) -> None:
    """Move what is in the WAL to the file itself, if that is more than so many bytes.

    SQLite's own checkpoints wait for nobody.  Where several processes always write, they
    never come to an end of the WAL, which then grows and grows.
    """
    try:
        if os.path.getsize(f"{path}-wal") > most:
            for mode in ("PASSIVE", "TRUNCATE"):  # only the second one holds up others
                connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
    except (OSError, sqlite3.Error):  # what was written before is safe all the same
        pass


def shrink(connection: sqlite3.Connection, path: str) -> None:
    """Give back the room that an outage took, when it is over: all messages are sent."""
    try:
        if os.path.getsize(path) > _LARGE:
            left = connection.execute("SELECT 1 FROM messages LIMIT 1").fetchall()
            if not left:
                connection.execute("VACUUM")
    except (OSError, sqlite3.Error):  # another time
        pass


def limit(connection: sqlite3.Connection, size: int) -> None:
    """Let the file grow to ``size`` bytes; messages beyond raise ``database … is full``."""
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {max(16, size // page)}")


def is_at_limit(connection: sqlite3.Connection) -> bool:
    """Whether it is our limit that a message does not fit under, not the disk's."""
    asked = "max_page_count", "page_count", "freelist_count", "page_size"
    most, used, free, page = (
        connection.execute(f"PRAGMA {each}").fetchone()[0] for each in asked
    )
    return bool((most - used + free) * page < 64 * 1024)


def _check(connection: sqlite3.Connection, path: str) -> bool:
    """Whether it is nothing yet.  Raises ValueError if it is no outbox of this release."""
    connection.execute("BEGIN")  # another process may be making it at this moment
    application, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    connection.execute("COMMIT")
    if application != APPLICATION and (application or version or tables):
        raise ValueError(f"{path} is another program's database, not an outbox")
    if version > VERSION:
        raise ValueError(
            f"{path} is an outbox of a later release (version {version}; this one knows"
            f" {VERSION}): update, or give another path"
        )
    if application and os.path.getsize(path) <= _CHECKED_WHOLE:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise ValueError(f"{path} is damaged: {said}")
    if application:
        connection.execute("SELECT id, owner, failures, payload FROM messages LIMIT 1")
        connection.execute("SELECT at, said FROM failure LIMIT 1")
    return not application
