"""The SQLite file of an outbox: its creation, its checks and its limits.

In WAL mode with ``synchronous=NORMAL`` a commit is a write to the operating system that does
not wait for the disk.  So committed messages survive the end of any process, but a power cut
or a crash of the system may lose what was written since the last checkpoint.
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
"""A statement, and the rows of values to execute it with."""

APPLICATION = 0x54575031
"""PRAGMA application_id of an outbox: "TWP1"."""
VERSION = 1
"""PRAGMA user_version of an outbox written by this release."""
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
"""A message's ``id`` is the time at which it was accepted, in ns since 1970, made unique."""
_LARGE = 16_000_000  # bytes beyond which an empty file is shrunk
_PATIENCE = 2.0  # seconds that ``write`` waits for other processes
_OPENING = 5.0  # seconds that opening waits for other processes
_CHECKED_WHOLE = 16_000_000  # bytes up to which a file is checked whole when opened


def prepare(path: str, log: Log = log) -> None:
    """Create the outbox, or check that it is one; make it readable by its owner only.

    Raises OSError if the file cannot be created, ValueError if it is not an outbox, is
    damaged or was written by a later release.  Such a file is left unchanged.
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
            # Turning WAL on does not wait for others, whatever the connection's timeout.
            if not is_busy(error) or monotonic() > until:
                text = f"the outbox {path} cannot be used: {error}"
                raise OSError(text) from error
        except sqlite3.DatabaseError as error:
            raise _not_an_outbox(path, error) from error
        sleep(0.02)
    for file in (path, f"{path}-wal", f"{path}-shm"):
        _keep_private(file, log)


@contextmanager
def reading(path: str) -> Generator[sqlite3.Connection, None, None]:
    """A read-only connection: nothing is created and nothing changed.

    Raises OSError or ValueError if there is no outbox, or it cannot be read.
    """
    if not _is_there(path):
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
    # SQLite would create a missing WAL.  Without one, no process has the file open.
    how = "mode=ro" if os.path.exists(f"{path}-wal") else "mode=ro&immutable=1"
    try:
        uri = f"{Path(path).as_uri()}?{how}"
        with closing(sqlite3.connect(uri, timeout=_OPENING, uri=True)) as connection:
            if _check(connection, path):
                raise ValueError(f"{path} is not an outbox")
            yield connection
    except sqlite3.OperationalError as error:
        raise OSError(f"the outbox {path} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _not_an_outbox(path, error) from error


def _not_an_outbox(path: str, error: sqlite3.Error) -> ValueError:
    return ValueError(f"{path} is not an outbox, or is damaged: {error}")


def _is_there(path: str) -> bool:
    """Whether the file exists.  Raises OSError if there cannot be one."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(ENOENT, "the outbox's folder does not exist", folder)
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    if S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, "the outbox must be a file, not a folder", path)
    if not S_ISREG(mode):
        raise OSError(EINVAL, "the outbox must be a file, not a link or a device", path)
    return True


def _keep_private(path: str, log: Log) -> None:
    """Make a file readable by its owner only, if it exists.

    It is only opened if its mode has to be changed: closing it would release the locks that
    SQLite holds on it for another client of this process.  Raises PermissionError if it
    belongs to another user.
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
        text = "other users can read the outbox, and it belongs to another user"
        raise PermissionError(error.errno, text, path) from error
    finally:
        os.close(file)
    text = "%s was readable by other users (mode %o); now only its owner can read it"
    log().warning(text, path, found.st_mode & 0o777)


def _make(path: str) -> None:
    with closing(connect(path, _OPENING)) as connection:
        is_new = _check(connection, path)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise OSError(f"the outbox {path} is on a disk without shared memory")
        if is_new:
            connection.executescript(_SCHEMA)


def connect(path: str, patience: float) -> sqlite3.Connection:
    """Connect in autocommit mode, waiting up to ``patience`` seconds for others' locks."""
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
    """Execute one transaction under ``lock``, so that threads of this process wait on the
    lock rather than in SQLite, which sleeps.  It is not held while waiting for other
    processes.
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
    """Whether another process holds a lock (``sqlite_errorcode`` needs Python 3.11)."""
    return "locked" in str(error)


def tidy(connection: sqlite3.Connection, path: str, most: int) -> None:
    """Move the contents of the WAL into the file itself, if it is larger than ``most`` bytes.

    SQLite's own checkpoints do not wait for other processes.  If several processes write
    all the time, they never reach the end of the WAL, which then grows without limit.
    """
    try:
        if os.path.getsize(f"{path}-wal") > most:
            for mode in ("PASSIVE", "TRUNCATE"):  # only the second one blocks others
                connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
    except (OSError, sqlite3.Error):  # what was written before is safe anyway
        pass


def shrink(connection: sqlite3.Connection, path: str) -> None:
    """Release the space used during an outage, once all messages are sent."""
    try:
        if os.path.getsize(path) > _LARGE:
            left = connection.execute("SELECT 1 FROM messages LIMIT 1").fetchall()
            if not left:
                connection.execute("VACUUM")
    except (OSError, sqlite3.Error):  # another time
        pass


def limit(connection: sqlite3.Connection, size: int) -> None:
    """Let the file grow to ``size`` bytes; then writes raise ``database … is full``."""
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {max(16, size // page)}")


def is_at_limit(connection: sqlite3.Connection) -> bool:
    """Whether a message does not fit because of our limit, rather than a full disk."""
    asked = "max_page_count", "page_count", "freelist_count", "page_size"
    most, used, free, page = (
        connection.execute(f"PRAGMA {each}").fetchone()[0] for each in asked
    )
    return bool((most - used + free) * page < 64 * 1024)


def _check(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the file is new.  Raises ValueError if it is not an outbox of this release."""
    connection.execute("BEGIN")  # another process may be creating it at this moment
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
            f"{path} is an outbox of a later release (version {version}; this release"
            f" supports {VERSION}): update, or use another path"
        )
    if application and os.path.getsize(path) <= _CHECKED_WHOLE:
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise ValueError(f"{path} is damaged: {result}")
    if application:
        connection.execute("SELECT id, owner, failures, payload FROM messages LIMIT 1")
        connection.execute("SELECT at, said FROM failure LIMIT 1")
    return not application
