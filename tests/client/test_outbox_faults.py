"""What can be wrong with an outbox: its path, its file, its disk, its size, its age."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .server import Reply, Server
from .test_outbox import call, files, rows, start, until

Configure = Callable[..., None]
Drops = list[tuple[int, str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "analytics.db"


@pytest.fixture
def drops() -> Drops:
    return []


@pytest.fixture
def configure(
    analytics: Any, path: Path, server: Server, drops: Drops
) -> Iterator[Callable[..., None]]:
    """Configures with the outbox and the server, in this process."""

    def on_drop(message: Any, why: str) -> None:
        drops.append((message["properties"]["n"], why))

    def configure(**settings: Any) -> None:
        given = {"write_key": "k", "endpoint": server.url, "outbox": path, "on_drop": on_drop}
        analytics.configure(**{**given, **settings})

    yield configure
    analytics.close(0.1)


def database(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


# --- configure ------------------------------------------------------------------------------


def an_outbox(path: Path) -> None:
    """An outbox with a message of a process that has ended."""
    from typewriter_client.outbox.outbox import Outbox  # type: ignore[import-not-found]

    outbox = Outbox(str(path), 1_000_000)
    outbox.open()
    outbox.add(b'{"type":"track","event":"Kept","properties":{"n":0},"messageId":"m"}')
    outbox.close()


def newer(path: Path) -> None:
    an_outbox(path)
    database(path, "PRAGMA user_version = 2")


def torn(path: Path) -> None:
    an_outbox(path)
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * 8_192)


def truncated(path: Path) -> None:
    an_outbox(path)
    os.truncate(path, 5_000)


BAD = {
    "folder": (lambda path: path.mkdir(), IsADirectoryError, "must be a file, not a folder"),
    "text": (
        lambda path: path.write_text("hello " * 99),
        ValueError,
        "is not an outbox, or is damaged",
    ),
    "another's": (
        lambda path: database(path, "CREATE TABLE users (name)"),
        ValueError,
        "another program's database",
    ),
    "another's, too": (
        lambda path: database(path, "PRAGMA application_id = 7"),
        ValueError,
        "another program's database",
    ),
    "newer": (newer, ValueError, "an outbox of a later release"),
    "torn": (torn, ValueError, "damaged"),
    "truncated": (truncated, ValueError, "damaged"),
    "without tables": (
        lambda path: database(path, f"PRAGMA application_id = {0x54575031}"),
        OSError,
        "no such table",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_outbox_is_an_error_and_stays_as_it_is(
    analytics: Any, configure: Configure, path: Path, kind: str, server: Server
) -> None:
    make, error, said = BAD[kind]
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    other = path.with_name("other.db")
    configure(outbox=other)
    with pytest.raises(error, match=said):
        configure()
    assert (path.read_bytes() if path.is_file() else b"") == before
    call(analytics, 1)  # the previous client still works
    assert analytics.flush(10)
    assert server.events() == [1]


def test_a_folder_that_is_missing(configure: Configure, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="outbox's folder does not exist"):
        configure(outbox=tmp_path / "none" / "a.db")


@pytest.mark.skipif(not os.path.isdir("/sys/kernel"), reason="needs a folder closed to root")
def test_a_folder_that_is_closed(configure: Configure) -> None:
    with pytest.raises(PermissionError, match=r"/sys/analytics\.db"):
        configure(outbox="/sys/analytics.db")


@pytest.mark.parametrize("outbox", ["", "a\0b", 7, b"a.db"])
def test_a_path_that_is_none(configure: Configure, outbox: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="outbox must be"):
        configure(outbox=outbox)


@pytest.mark.parametrize(
    "settings", [{"outbox_size": 10}, {"outbox_size": "1"}, {"outbox_age": 0}, {"outbox_age": "x"}]
)
def test_bounds_out_of_range(configure: Configure, settings: Any, path: Path) -> None:
    with pytest.raises((ValueError, TypeError), match="outbox_"):
        configure(**settings)
    assert not path.exists()


def test_nothing_is_opened_for_what_is_not_sent(
    analytics: Any, configure: Configure, path: Path
) -> None:
    testing = __import__("analytics.testing", fromlist=["x"])
    with testing.capture():
        configure()
    configure(enabled=False)
    call(analytics, 1)
    assert not path.exists()


# --- the disk -------------------------------------------------------------------------------


def test_a_full_disk_is_told_once_and_memory_serves(site: Path, path: Path, server: Server) -> None:
    """A limit on the size of files does to SQLite what a full disk does."""
    code = """
import logging, resource
logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stdout)
configure(flush_interval=60)
call(*range(10))
big = lambda n: analytics.track("Counted", "u", None, {"n": n, "text": "x" * 20_000})
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
for n in range(10, 50): big(n)
print(analytics.stats().accepted, analytics.stats().queued)
assert analytics.flush(20)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
time.sleep(1.1)
call(50)
assert analytics.flush(20)
print(analytics.stats()[:5])
"""
    with start(site, path, server.url, code) as process:
        printed = process.communicate(timeout=60)[0]
    assert "50 50\n" in printed
    assert "(51, 51, 0, {}, 0)" in printed
    told = [line for line in printed.splitlines() if "cannot be written" in line]
    assert len(told) == 1
    assert "messages wait in memory" in told[0]
    assert server.events() == list(range(51))
    assert rows(path) == 0


def test_a_full_file_system(site: Path, tmp_path: Path, server: Server) -> None:
    """Full when configured, then not."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    code = """
ballast = os.path.join(os.path.dirname(sys.argv[1]), "ballast")
file = os.open(ballast, os.O_WRONLY | os.O_CREAT)
try:
    while True: os.write(file, b"x" * 4096)
except OSError: pass
configure(flush_interval=60)
call(1, 2)
print(analytics.stats().queued)
os.close(file)
os.unlink(ballast)
time.sleep(1.1)
call(3)
print(os.path.getsize(sys.argv[1] + "-wal") > 0)
"""
    try:
        with start(site, small / "analytics.db", server.url, code) as process:
            printed = process.communicate(timeout=60)[0]
        assert printed.split() == ["2", "True"]
        assert server.events() == [1, 2, 3]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_what_waits_in_memory_is_written_at_the_end_if_the_disk_works_again(
    analytics: Any, configure: Configure, path: Path, server: Server, drops: Drops
) -> None:
    from typewriter_client.outbox.outbox import Outbox

    server.behave = lambda n, batch: Reply(503)
    configure(close_timeout=0)
    add = Outbox.add

    def fail(self: Any, payload: bytes) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    Outbox.add = fail
    try:
        call(analytics, 1, 2)
    finally:
        Outbox.add = add
    analytics.close()
    assert (rows(path), drops) == (2, [])
    stats = analytics.stats()
    assert (stats.accepted, stats.queued) == (2, 2)


def test_another_program_that_locks_the_file_holds_nobody_up(
    analytics: Any, configure: Configure, path: Path, server: Server, caplog: Any
) -> None:
    configure(flush_interval=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    call(analytics, *range(20))
    took = time.monotonic() - began
    until(lambda: server.events() == list(range(20)))
    other.execute("ROLLBACK")
    other.close()
    assert took < 1.0
    assert caplog.text.count("cannot be written") == 1
    assert "database is locked" in caplog.text


def test_a_file_that_is_damaged_later(
    analytics: Any, configure: Configure, path: Path, server: Server, caplog: Any
) -> None:
    """What cannot be read is left to the operator; the rest works."""
    server.behave = lambda n, batch: Reply(503)
    configure(close_timeout=0)
    for n in range(200):
        analytics.track("Counted", "u", None, {"n": n, "text": "x" * 2_000})
    analytics.close()
    with path.open("r+b") as file:
        for page in range(8, 60):
            file.seek(page * 4_096)
            file.write(b"\xff" * 4_096)
    from typewriter_client.outbox import database as ours

    ours._CHECKED_WHOLE = 0  # as if it were too large to be read through
    server.behave = lambda n, batch: Reply(200)
    configure(flush_interval=0)
    until(lambda: "malformed" in caplog.text)
    call(analytics, 1_000)
    until(lambda: 1_000 in server.events())


def test_messages_that_somebody_else_deletes_are_told(
    analytics: Any, configure: Configure, path: Path, caplog: Any
) -> None:
    configure(flush_interval=60)
    call(analytics, 1, 2)
    database(path, "DELETE FROM messages")
    assert analytics.flush(10)
    stats = analytics.stats()
    assert (stats.accepted, stats.queued, stats.dropped) == (2, 0, {"outbox_lost": 2})
    assert "2 messages have disappeared" in caplog.text


def test_what_cannot_be_deleted_is_not_sent_again(
    analytics: Any, configure: Configure, path: Path, server: Server, caplog: Any
) -> None:
    from typewriter_client.outbox.outbox import Outbox

    write = Outbox._write

    def fail(self: Any, *statements: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    Outbox._write = fail
    try:
        configure(flush_interval=0)
        call(analytics, 1, 2)
        assert analytics.flush(10)
        call(analytics, 3)
        assert analytics.flush(10)
        assert caplog.text.count("cannot be emptied") == 1
        assert rows(path) == 3
    finally:
        Outbox._write = write
    analytics.close()
    assert server.events() == [1, 2, 3]
    assert files(path) == ["analytics.db"]
    assert rows(path) == 0


# --- bounds ---------------------------------------------------------------------------------


def test_beyond_its_size_new_messages_are_reported_drops(
    analytics: Any, configure: Configure, path: Path, server: Server, drops: Drops
) -> None:
    server.behave = lambda n, batch: Reply(503)
    configure(outbox_size=1_000_000, flush_interval=60)
    for n in range(200):
        analytics.track("Counted", "u", None, {"n": n, "text": "x" * 10_000})
    kept = rows(path)
    assert 60 < kept < 100
    assert path.stat().st_size <= 1_000_000
    assert {why for _, why in drops} == {"outbox_full"}
    assert [n for n, _ in drops] == list(range(kept, 200))
    stats = analytics.stats()
    assert (stats.accepted, stats.queued) == (200, kept)
    server.behave = lambda n, batch: Reply(200)
    assert analytics.flush(20)
    call(analytics, 200)
    assert analytics.flush(10)
    assert server.events() == [*range(kept), 200]


def test_beyond_its_age_a_message_is_a_reported_drop(
    analytics: Any, configure: Configure, path: Path, server: Server, drops: Drops
) -> None:
    server.behave = lambda n, batch: Reply(503)
    configure(close_timeout=0)
    call(analytics, 1, 2)
    analytics.close()
    database(
        path,
        f"UPDATE messages SET id = id - {10**9 * 100} WHERE id = (SELECT min(id) FROM messages)",
    )
    server.behave = lambda n, batch: Reply(200)
    configure(outbox_age=90)
    assert analytics.flush(10)
    assert (server.events(), drops) == ([2], [(1, "outbox_age")])
    stats = analytics.stats()
    assert stats[:2] == (2, 1)
    assert (stats.dropped, stats.queued, rows(path)) == ({"outbox_age": 1}, 0, 0)


def test_the_wal_does_not_grow_without_end(
    analytics: Any, configure: Configure, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although SQLite's own checkpoints are switched off."""
    from typewriter_client.outbox import outbox

    monkeypatch.setattr(outbox, "_MOST_WAL", 1_000_000)
    monkeypatch.setattr(outbox, "_LOOK_AT_WAL", 100)
    configure(flush_interval=60, flush_at=2_500)
    largest = 0
    for n in range(2_000):
        call(analytics, n)
        largest = max(largest, path.with_name("analytics.db-wal").stat().st_size)
    assert largest < 2_000_000


def test_the_room_that_an_outage_took_is_given_back(
    analytics: Any, configure: Configure, path: Path, server: Server, monkeypatch: Any
) -> None:
    from typewriter_client.outbox import database as ours
    from typewriter_client.outbox import outbox

    monkeypatch.setattr(ours, "_LARGE", 1_000_000)
    monkeypatch.setattr(outbox, "_MUCH_WAL", 0)
    server.behave = lambda n, batch: Reply(503)
    configure(flush_interval=0)
    for n in range(300):
        analytics.track("Counted", "u", None, {"n": n, "text": "x" * 10_000})
    until(lambda: path.stat().st_size > 3_000_000)
    server.behave = lambda n, batch: Reply(200)
    assert analytics.flush(20)
    call(analytics, 300)
    assert analytics.flush(10)
    assert path.stat().st_size < 100_000
    assert server.events() == list(range(301))
    analytics.close()
    assert analytics.flush(10)
    configure()  # it is still an outbox


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_what_root_makes_belongs_to_whose_outbox_it_is(
    analytics: Any, configure: Configure, path: Path
) -> None:
    configure()
    analytics.close()
    os.chown(path, 65_534, 65_534)
    configure(flush_interval=60)
    call(analytics, 1)
    made = [each for each in path.parent.iterdir() if each != path]
    assert len(made) == 3
    assert {each.stat().st_uid for each in made} == {65_534}


# --- the clock ------------------------------------------------------------------------------


def set_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for name in ("outbox", "queue"):
        module = sys.modules[f"typewriter_client.outbox.{name}"]
        monkeypatch.setattr(module, "time_ns", lambda: time.time_ns() + int(seconds * 1e9))


@pytest.mark.parametrize("seconds", [-3_600, -1, 3_600])
@pytest.mark.parametrize("when", ["before the first call", "amid calls"])
def test_a_clock_that_is_set_back_loses_nothing(
    analytics: Any,
    configure: Configure,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    when: str,
) -> None:
    configure(flush_interval=0.01)
    if when == "amid calls":
        call(analytics, 0)
        assert analytics.flush()
    set_clock(monkeypatch, seconds)
    call(analytics, 1, 2)
    assert analytics.flush(5)
    set_clock(monkeypatch, 0)
    call(analytics, 3)
    assert analytics.flush(5)
    assert [n for n in server.events() if n] == [1, 2, 3]
    assert analytics.stats().queued == 0


def test_what_a_process_whose_clock_was_ahead_has_left_hides_nothing(
    site: Path,
    path: Path,
    analytics: Any,
    configure: Configure,
    server: Server,
) -> None:
    """It is read last, and messages accepted after that have smaller ids."""
    code = """
configure(close_timeout=0)
real = time.time_ns
sys.modules["typewriter_client.outbox.outbox"].time_ns = lambda: real() + 10**13
call(1, 2)
"""
    with start(site, path, "http://127.0.0.1:9", code) as process:
        assert process.wait(30) == 0
    configure(flush_interval=0.01)
    assert analytics.flush(5)
    call(analytics, 3, 4)
    assert analytics.flush(5)
    assert server.events() == [1, 2, 3, 4]
