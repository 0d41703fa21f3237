"""Other users of the machine: files that they have put there, or can read."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .killing import clean_environment
from .server import Reply, Server
from .test_outbox import rows, start
from .test_outbox_console import DOWN, LEAVE, Console
from .test_outbox_console import console as console  # a fixture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")
needs_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="needs root, who can give files away"
)
SOMEBODY = 65_534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "analytics.db"


@pytest.fixture
def left(site: Path, path: Path) -> Path:
    """An outbox in which a process has left three messages."""
    with start(site, path, DOWN, LEAVE) as process:
        assert process.wait(30) == 0
    return path


@pytest.fixture
def configure(analytics: Any, path: Path, server: Server) -> Iterator[Callable[..., None]]:
    def configure(**settings: Any) -> None:
        given = {"write_key": "k", "endpoint": server.url, "outbox": path}
        analytics.configure(**{**given, **settings})

    yield configure
    analytics.close(0.1)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything in a folder by which a change could be noticed."""
    found = {}
    for each in sorted(folder.iterdir()):
        at = each.lstat()
        what = os.readlink(each) if each.is_symlink() else each.read_bytes()
        found[each.name] = at.st_ino, at.st_mode, at.st_uid, at.st_gid, at.st_mtime_ns, what
    return found


def owner_of(outbox: Path) -> int:
    """The owner number of the messages that a process has left."""
    (file,) = (each for each in outbox.parent.iterdir() if "-owner-" in each.name)
    return int(file.name.partition("-owner-")[2], 16)


# --- an outbox's claims -----------------------------------------------------------------------


@needs_root
@pytest.mark.parametrize("how", ["look", "send", "call"])
@pytest.mark.parametrize("kind", ["link", "dangling link", "hard link"])
def test_root_gives_nobody_a_file_that_was_there(
    console: Console,
    configure: Callable[..., None],
    analytics: Any,
    left: Path,
    tmp_path_factory: pytest.TempPathFactory,
    server: Server,
    how: str,
    kind: str,
) -> None:
    """The owner of the outbox's folder puts a file where root will look for an owner's file."""
    secret = tmp_path_factory.mktemp("secret") / "shadow"
    for file in (left.parent, left, left.parent / f"{left.name}-owner-{owner_of(left):x}"):
        os.chown(file, SOMEBODY, SOMEBODY)
    for owner in (owner_of(left), 0xABC):
        claim = left.parent / f"{left.name}-owner-{owner:x}"
        claim.unlink(missing_ok=True)
        if kind != "dangling link":
            secret.write_text("root's")
        if kind == "hard link":
            os.link(secret, claim)
        else:
            claim.symlink_to(secret)
    if how == "look":
        assert console("outbox", left).returncode == 0
    elif how == "send":
        flush = ("--flush", "--timeout", 1, "--endpoint", server.url)
        sent = console("outbox", left, *flush, SEGMENT_WRITE_KEY="k")
        assert "Traceback" not in sent.stderr
    else:
        configure()
        analytics.track("E", "u", None, {"n": 1})
        analytics.flush(1)
    if kind == "dangling link":
        assert not secret.exists()
    else:
        assert (secret.stat().st_uid, secret.read_text()) == (0, "root's")


@needs_root
def test_what_root_makes_beside_an_outbox_belongs_to_its_owner(
    configure: Callable[..., None], path: Path
) -> None:
    configure()
    os.chown(path, SOMEBODY, SOMEBODY)
    configure()
    owners = {each.stat().st_uid for each in path.parent.iterdir() if "-owner-" in each.name}
    assert owners == {SOMEBODY}


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_what_is_no_claim_is_left_alone(
    configure: Callable[..., None], analytics: Any, path: Path, server: Server, kind: str
) -> None:
    planted = path.parent / f"{path.name}-owner-abc"
    if kind == "link":
        planted.symlink_to(path.parent / "elsewhere")
    elif kind == "fifo":
        os.mkfifo(planted)
    else:
        planted.mkdir()
    configure()
    analytics.track("E", "u", None, {"n": 1})
    assert analytics.flush(5)
    assert server.events() == [1]
    assert os.path.lexists(planted)
    assert not (path.parent / "elsewhere").exists()


# --- somebody looks ---------------------------------------------------------------------------


@pytest.mark.parametrize("moved", [False, True], ids=["in its place", "without its owner's file"])
def test_the_inventory_makes_nothing_and_changes_nothing(
    console: Console, left: Path, moved: bool
) -> None:
    if moved:
        (left.parent / f"{left.name}-owner-{owner_of(left):x}").unlink()
    before = state(left.parent)
    assert "3 messages" in console("outbox", left).stdout
    assert state(left.parent) == before


def test_the_inventory_of_a_running_process(
    console: Console, configure: Callable[..., None], analytics: Any, path: Path, server: Server
) -> None:
    server.behave = lambda n, batch: Reply(503)
    configure(flush_interval=60)
    analytics.track("E", "u", None, {"n": 1})
    before = {each: each.read_bytes() for each in path.parent.iterdir()}
    found = json.loads(console("outbox", path, "--json").stdout)
    assert (found["messages"], found["of_running"]) == (1, 1)
    assert set(path.parent.iterdir()) == set(before)
    for each, content in before.items():
        assert "-shm" in each.name or each.read_bytes() == content


def test_the_inventory_of_what_is_no_outbox_changes_nothing(console: Console, path: Path) -> None:
    path.write_text("no database at all, but long enough to be read as one" * 100)
    before = state(path.parent)
    assert console("outbox", path).returncode == 2
    assert console("outbox", path.parent / "none.db").returncode == 2
    assert state(path.parent) == before


# --- who can read -----------------------------------------------------------------------------


def test_an_outbox_that_others_could_read_is_tightened_and_that_is_said(
    configure: Callable[..., None],
    analytics: Any,
    left: Path,
    server: Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    left.chmod(0o644)
    configure()
    assert mode(left) == 0o600
    assert [(r.levelno, r.message) for r in caplog.records][:1] == [
        (
            logging.WARNING,
            f"{left} was readable by other users (mode 644); now only its owner can read it",
        )
    ]
    for each in left.parent.iterdir():
        assert mode(each) == 0o600, each
    assert analytics.flush()
    assert len(server.delivered) == 3


def test_its_wal_is_tightened_too(
    site: Path, configure: Callable[..., None], analytics: Any, path: Path, server: Server
) -> None:
    """Left by a process that was killed, with what it had written last."""
    code = """
configure(close_timeout=0.2)
call(1, 2)
os.kill(os.getpid(), signal.SIGKILL)
"""
    with start(site, path, DOWN, code) as process:
        process.wait(30)
    for each in path.parent.iterdir():
        each.chmod(0o644)
    assert path.with_name(f"{path.name}-wal").exists()
    configure()
    for each in path.parent.iterdir():
        if "-owner-" not in each.name:  # in which there is nothing to read
            assert mode(each) == 0o600, each
    assert analytics.flush()
    assert server.events() == [1, 2]


def test_to_look_at_modes_takes_no_lock_away(
    site: Path, configure: Callable[..., None], analytics: Any, path: Path, server: Server
) -> None:
    """POSIX releases all of a process's locks on a file when it closes that file anywhere; then
    another process takes itself for the last one, and the WAL away."""
    server.behave = lambda n, batch: Reply(503)
    configure(flush_interval=60)
    analytics.track("E", "u", None, {"n": 1})
    wal = path.with_name(f"{path.name}-wal")
    with_messages = wal.stat().st_size
    typewriter = sys.modules["typewriter_client"]
    second = typewriter.Client(write_key="k", endpoint=server.url, outbox=path)
    with start(site, path, DOWN, "configure(close_timeout=0)") as process:
        assert process.wait(30) == 0
    assert wal.exists()
    assert wal.stat().st_size >= with_messages
    assert rows(path) == 1
    second.close(0)


def test_an_outbox_that_is_a_link_to_nowhere_makes_no_file_there(
    configure: Callable[..., None], path: Path
) -> None:
    """``configure`` resolves links; one put there later is refused."""
    database = __import__("typewriter_client.outbox.database", fromlist=["x"])
    elsewhere = path.parent / "elsewhere"
    path.symlink_to(elsewhere)
    with pytest.raises(OSError, match="must be a file, not a link"):
        database.prepare(str(path))
    assert not elsewhere.exists()


# --- the local file ---------------------------------------------------------------------------


def test_a_local_file_that_others_could_read_is_tightened_and_that_is_said(
    analytics: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "events.jsonl"
    file.touch(0o644)
    file.chmod(0o644)
    analytics.configure(local=file)
    for _ in range(2):
        analytics.track("E", "u", None, {})
        assert analytics.flush()
    assert mode(file) == 0o600
    assert len(file.read_text().splitlines()) == 2
    said = f"{file} was readable by other users (mode 644); now only its owner can read it"
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == [said]


@pytest.mark.parametrize("there", [True, False])
def test_a_local_file_that_is_a_link_is_refused_and_that_is_said(
    analytics: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, there: bool
) -> None:
    file, elsewhere = tmp_path / "events.jsonl", tmp_path / "elsewhere"
    file.symlink_to(elsewhere)
    if there:
        elsewhere.write_text("somebody's")
        elsewhere.chmod(0o644)
    analytics.configure(local=file)
    analytics.track("E", "u", None, {})
    assert analytics.flush()
    assert analytics.stats().dropped == {"refused": 1}
    assert "link" in caplog.text
    assert elsewhere.exists() is there
    if there:
        assert (elsewhere.read_text(), mode(elsewhere)) == ("somebody's", 0o644)


def test_a_link_to_a_terminal_or_a_pipe_is_followed(analytics: Any, tmp_path: Path) -> None:
    """Such as /dev/stdout."""
    file = tmp_path / "out"
    file.symlink_to(os.devnull)
    analytics.configure(local=file)
    analytics.track("E", "u", None, {})
    assert analytics.flush()
    assert analytics.stats().stored == 1


# --- what is printed --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_names_of_events_are_printed_so_that_any_terminal_takes_them(
    site: Path, path: Path, encoding: str
) -> None:
    names = ["Заказ оплачен", "\x1b]0;owned\x07\r\n", "caf\u00e9 \u202e", "Plain"]
    code = f"""
configure(close_timeout=0)
for name in {names!r}: analytics.track(name, "u", None, {{}})
analytics.close()
"""
    with start(site, path, DOWN, code) as process:
        assert process.wait(30) == 0
    done = subprocess.run(
        [sys.executable, "-m", "typewriter_client", "outbox", path],
        env={**clean_environment(site), "PYTHONIOENCODING": encoding},
        capture_output=True,
        encoding=encoding,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.isprintable() for line in done.stdout.split("\n"))
    shown = {
        "utf-8": ("Заказ оплачен", "café \\u202e"),
        "latin-1": ("\\u0417\\u0430\\u043a\\u0430\\u0437", "caf"),
        "ascii": ("\\u0417\\u0430\\u043a\\u0430\\u0437", "caf\\xe9 \\u202e"),
    }[encoding]
    for part in (*shown, "\\x1b]0;owned\\x07\\r\\n", "Plain"):
        assert part in done.stdout
