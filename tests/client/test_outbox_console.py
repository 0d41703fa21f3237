"""``python -m typewriter_client outbox``, with nothing but the library."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .killing import clean_environment
from .server import Reply, Server, refusing_port
from .test_outbox import rows, start

DOWN = f"http://127.0.0.1:{refusing_port()}"
LEAVE = """
configure(close_timeout=0.2)
call(1, 2)
analytics.order_completed("u", order_id="1")
while not analytics.stats().retries:  # on a busy machine the first attempt takes its time
    analytics.flush(0.1)
analytics.close()
"""
Console = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "analytics.db"


@pytest.fixture
def console(site: Path, tmp_path: Path) -> Console:
    def console(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "typewriter_client", *map(str, arguments)],
            cwd=tmp_path,
            env={**clean_environment(site), **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return console


@pytest.fixture
def left(site: Path, path: Path) -> Path:
    """An outbox in which a process has left three messages."""
    with start(site, path, DOWN, LEAVE) as process:
        assert process.wait(30) == 0
    return path


def test_shows_what_is_in_it(console: Console, left: Path) -> None:
    done = console("outbox", "analytics.db")
    assert (done.returncode, done.stderr) == (0, "")
    first, oldest, counted, order, tried, failure = done.stdout.splitlines()
    assert first.startswith("analytics.db: 3 messages, ")
    assert oldest.startswith("oldest message: 20")
    assert counted.split() == ["2", "Counted"]
    assert order.split() == ["1", "Order", "Completed"]
    assert tried == "3 failed to send"
    assert "Connection refused" in failure
    assert rows(left) == 3


def test_shows_it_as_json(console: Console, left: Path) -> None:
    found = json.loads(console("outbox", left, "--json").stdout)
    assert (found["messages"], found["failed"], found["of_running"]) == (3, 3, 0)
    assert found["events"] == {"Counted": 2, "Order Completed": 1}
    assert found["failed_at"] > found["oldest"] > 1.7e9
    assert found["bytes"] >= 4_096


def test_flushes_it(console: Console, left: Path, server: Server) -> None:
    done = console("outbox", left, "--flush", "--endpoint", server.url, SEGMENT_WRITE_KEY="k")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:1] == ["3 delivered"]
    assert f"{left}: 0 messages" in done.stdout
    assert len(server.delivered) == 3


def test_flushes_it_to_where_the_environment_says(
    console: Console, left: Path, server: Server, tmp_path: Path
) -> None:
    """Not into a file: who flushes wants the messages sent."""
    local = tmp_path / "sent.jsonl"
    where = {"TYPEWRITER_ENDPOINT": server.url, "TYPEWRITER_LOCAL": str(local)}
    done = console("outbox", left, "--flush", SEGMENT_WRITE_KEY="k", **where)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "3 delivered")
    assert len(server.delivered) == 3
    assert not local.exists()


def test_but_not_to_segment_under_pytest(console: Console, left: Path) -> None:
    done = console("outbox", left, "--flush", SEGMENT_WRITE_KEY="k", PYTEST_VERSION="8")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "0 delivered")
    assert "TYPEWRITER_ENABLED=1" in done.stderr
    assert rows(left) == 3


def test_says_what_it_could_not_flush(console: Console, left: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(401)
    flush = ("outbox", left, "--flush", "--timeout", "1", "--endpoint", server.url)
    done = console(*flush, SEGMENT_WRITE_KEY="wrong")
    assert done.returncode == 1
    assert done.stderr == "request refused, messages stay in the outbox: HTTP status 401\n"
    assert done.stdout.splitlines()[0] == "0 delivered"
    assert "HTTP status 401" in done.stdout
    assert rows(left) == 3


def test_reports_what_is_refused_for_good(console: Console, left: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(400 if '"1"' in json.dumps(batch) else 200)
    done = console("outbox", left, "--flush", "--endpoint", server.url, SEGMENT_WRITE_KEY="k")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["2 delivered", "1 dropped: refused"]


def test_leaves_to_running_processes_what_is_theirs(
    console: Console, site: Path, path: Path, server: Server
) -> None:
    code = "configure(flush_interval=60); call(1); print(flush=True); sys.stdin.readline()"
    with start(site, path, server.url, code) as process:
        assert process.stdout
        assert process.stdout.readline()
        shown = console("outbox", path)
        assert "1 belong to running processes" in shown.stdout
        flush = ("outbox", path, "--flush", "--endpoint", server.url)
        done = console(*flush, SEGMENT_WRITE_KEY="k")
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, "0 delivered")
        assert server.requests == []
        process.communicate("\n", timeout=30)
    assert server.events() == [1]


def is_missing(path: Path) -> None:
    """Nothing is made by looking for it."""


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (is_missing, "No such file"),
    "folder": (lambda path: path.mkdir(), "must be a file, not a folder"),
    "text": (lambda path: path.write_text("hello " * 99), "is not an outbox"),
    "empty": (lambda path: path.touch(), "is not an outbox"),
}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("more", [(), ("--flush",)])
def test_errors_are_clear(console: Console, path: Path, kind: str, more: tuple[str, ...]) -> None:
    make, said = WRONG[kind]
    make(path)
    done = console("outbox", path, *more, SEGMENT_WRITE_KEY="k")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("outbox: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert path.exists() is (kind != "missing")


def test_a_flush_needs_a_write_key(console: Console, left: Path) -> None:
    done = console("outbox", left, "--flush")
    assert done.returncode == 2
    assert "set SEGMENT_WRITE_KEY" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("inbox",),
        ("outbox",),
        *(("outbox", "a.db", "--timeout", seconds) for seconds in ("x", "inf", "nan", "-1")),
    ],
)
def test_usage(console: Console, arguments: tuple[str, ...]) -> None:
    done = console(*arguments)
    assert done.returncode == 2
    assert "usage: python -m typewriter_client" in done.stderr


def test_whoever_reads_may_stop(site: Path, left: Path) -> None:
    command = f"{sys.executable} -m typewriter_client outbox {left} --json | true"
    done = subprocess.run(
        command, shell=True, env=clean_environment(site), capture_output=True, check=False
    )
    assert done.stderr == b""
