"""uWSGI, which forks its workers in C, with the application imported already or not yet.

Most of what is sent waits for the server's end (``flush_interval=60``), which must not hang.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .server import OK, Reply, Server
from .test_web_servers import Site

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyuwsgi") is None, reason="pyuwsgi has no wheel for this system"
)

APPLICATION = """
import logging, os
import analytics

logging.basicConfig(level=logging.WARNING, format="SAID %(message)s")
outbox = {outbox!r}
analytics.configure(
    write_key="k",
    endpoint=os.environ["SEGMENT"],
    flush_interval={interval},
    **({{"outbox": outbox}} if outbox else {{}}),
)
{at_import}

def application(environ, start_response):
    n = int(environ["PATH_INFO"].strip("/"))
    analytics.track("E", "u", None, {{"n": n}})
    # Not a usual call: it needs all late imports and every lock.
    analytics.track("E", "u", {{"timestamp": "2026-01-31T00:00:00Z"}}, {{"n": n + 1}})
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""
AMID_IMPORTS = """
import sys, threading, time

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and threading.current_thread() is not threading.main_thread():
            time.sleep(0.6)  # with the lock of all imports

sys.meta_path.insert(0, Slow())
analytics.track("E", "u", None, {{"n": -1}})
time.sleep(0.3)
"""
POSTFORK = """
from uwsgidecorators import postfork

@postfork
def started():
    analytics.track("Started", "u", None, {"n": -os.getpid()})
"""
PREFORK = ("--master", "--processes", "2")
HOW = {
    "prefork": PREFORK,
    "prefork with threads": (*PREFORK, "--threads", "4"),
    "lazy": (*PREFORK, "--lazy-apps"),
    "fork hooks": (*PREFORK, "--py-call-uwsgi-fork-hooks"),
    "one process": (),
}
if sys.version_info < (3, 13):  # where that aborts by itself
    HOW["hooks in the child"] = (*PREFORK, "--py-call-osafterfork")
OUTBOX = pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])


class Uwsgi(Site):
    """The server, with its workers."""

    def __init__(self, folder: Path, segment: Server, *how: str) -> None:
        started = ("uwsgi", "--http-socket", "127.0.0.1:0", "--wsgi-file", "application.py")
        usual = ("--enable-threads", "--die-on-term", "--need-app", "--disable-logging")
        super().__init__(folder, segment, *started, *usual, *how)

    def __enter__(self) -> Uwsgi:
        try:
            self.url = f"http://{self.said(r'address (127.0.0.1:[0-9]+)')[1]}"
            self.said(r"spawned uWSGI worker")
        except BaseException:
            self.__exit__()
            raise
        return self

    def visit(self, count: int) -> Counter[str]:
        """Pages that send events 2n and 2n + 1 each, until all workers have served some."""
        with ThreadPoolExecutor(4) as visitors:
            answers = list(visitors.map(lambda n: self.ask(f"/{2 * n}"), range(count)))
        assert {status for status, _ in answers} == {200}
        return Counter(pid for _, pid in answers)

    def stop(self) -> None:
        """Stop it; it runs nothing that is registered for the exit of a worker which is busy,
        as one is for a moment after its last answer.

        A worker that has only just begun may not hear of the end, and uWSGI waits for it.
        """
        time.sleep(0.5)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            pid = self.process.pid
            for worker in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                assert len(list(Path(f"/proc/{worker}/task").iterdir())) == 1, "it had work"
                os.kill(int(worker), signal.SIGKILL)
            self.process.wait(15)

    def warnings(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith("SAID")]


def write(
    site: Path, folder: Path, outbox: bool, *, interval: float = 60, at_import: str = ""
) -> Path:
    (folder / "analytics").symlink_to(site / "analytics")
    path = folder / "analytics.db"
    code = APPLICATION.format(
        outbox=str(path) if outbox else "", interval=interval, at_import=at_import
    )
    (folder / "application.py").write_text(code)
    return path


def left_in(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        (count,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    finally:
        connection.close()
    return int(count)


@OUTBOX
@pytest.mark.parametrize("how", HOW)
def test_everything_arrives_and_the_end_does_not_hang(
    site: Path, server: Server, tmp_path: Path, how: str, outbox: bool
) -> None:
    path = write(site, tmp_path, outbox)
    with Uwsgi(tmp_path, server, *HOW[how]) as uwsgi:
        workers = uwsgi.visit(100)
        begin = time.monotonic()
        uwsgi.stop()
        assert time.monotonic() - begin < 10
    assert uwsgi.warnings() == []
    assert server.events() == list(range(200))
    assert len(workers) <= 2
    if outbox:
        assert left_in(path) == 0


@OUTBOX
def test_workers_send_while_they_run(
    site: Path, server: Server, tmp_path: Path, outbox: bool
) -> None:
    server.behave = lambda n, batch: Reply(503) if n == 0 else OK
    write(site, tmp_path, outbox, interval=0.1)
    with Uwsgi(tmp_path, server, *PREFORK) as uwsgi:
        uwsgi.visit(20)
        end = time.monotonic() + 20
        while len(server.delivered) < 40 and time.monotonic() < end:
            time.sleep(0.02)
        assert server.events() == list(range(40))
        uwsgi.stop()
    began, over = uwsgi.warnings()  # of the worker that met the 503
    assert "HTTP status 503" in began
    assert "delivered again" in over
    assert server.events() == list(range(40))


@OUTBOX
def test_what_is_sent_at_import_is_sent_once(
    site: Path, server: Server, tmp_path: Path, outbox: bool
) -> None:
    """It waits in the master's queue when the workers copy that.  The master sends it; what
    is registered for the exit is run in workers only."""
    at_import = "analytics.track('E', 'u', None, {'n': -1})"
    write(site, tmp_path, outbox, interval=0.5, at_import=at_import)
    with Uwsgi(tmp_path, server, *PREFORK) as uwsgi:
        uwsgi.visit(20)
        end = time.monotonic() + 20
        while len(server.delivered) < 41 and time.monotonic() < end:
            time.sleep(0.02)
        uwsgi.stop()
    assert uwsgi.warnings() == []
    assert server.events() == list(range(-1, 40))


@OUTBOX
@pytest.mark.parametrize("module", ["urllib3", "typewriter_client.delivery.http", "ssl"])
def test_workers_that_are_forked_while_the_master_would_import(
    site: Path, server: Server, tmp_path: Path, module: str, outbox: bool
) -> None:
    """Nothing in the workers could release the import lock."""
    at_import = AMID_IMPORTS.format(module=module)
    write(site, tmp_path, outbox, interval=0.01, at_import=at_import)
    with Uwsgi(tmp_path, server, *PREFORK) as uwsgi:
        uwsgi.visit(20)
        uwsgi.stop()
    assert uwsgi.warnings() == []
    assert server.events() == list(range(-1, 40))


@OUTBOX
@pytest.mark.parametrize("how", ["prefork", "fork hooks"])
def test_postfork_may_send(
    site: Path, server: Server, tmp_path: Path, how: str, outbox: bool
) -> None:
    write(site, tmp_path, outbox, at_import=POSTFORK)
    with Uwsgi(tmp_path, server, *HOW[how]) as uwsgi:
        uwsgi.said("spawned uWSGI worker 2")
        workers = uwsgi.visit(20)
        uwsgi.stop()
    assert uwsgi.warnings() == []
    events = server.events()
    assert [n for n in events if n >= 0] == list(range(40))
    started = {str(-n) for n in events if n < 0}
    assert len(started) == len([n for n in events if n < 0]) == 2
    assert set(workers) <= started


@OUTBOX
def test_workers_that_are_recycled_lose_nothing(
    site: Path, server: Server, tmp_path: Path, outbox: bool
) -> None:
    write(site, tmp_path, outbox)
    how = ("--max-requests", "10", "--min-worker-lifetime", "0")
    with Uwsgi(tmp_path, server, *PREFORK, *how) as uwsgi:
        workers = uwsgi.visit(60)
        uwsgi.stop()
    assert len(workers) > 2
    assert uwsgi.warnings() == []
    assert server.events() == list(range(120))


def test_gevent(site: Path, server: Server, tmp_path: Path) -> None:
    """The hub ends before the worker, which on some Pythons then runs no exit handlers."""
    pytest.importorskip("gevent")
    write(site, tmp_path, False, interval=0.2)
    how = ("--gevent", "20", "--gevent-monkey-patch")
    with Uwsgi(tmp_path, server, *PREFORK, *how) as uwsgi:
        uwsgi.visit(50)
        end = time.monotonic() + 20
        while len(server.delivered) < 100 and time.monotonic() < end:
            time.sleep(0.02)
        uwsgi.stop()
    assert uwsgi.warnings() == []
    assert server.events() == list(range(100))
