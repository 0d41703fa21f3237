"""The process around the client: its exit, its children."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .conftest import LIBRARY
from .server import OK, Reply, Server

START = """
import analytics, os, sys, multiprocessing
from collections import Counter
reasons = Counter()
def on_drop(message, reason): reasons[reason] += 1
analytics.configure(write_key="k", endpoint=sys.argv[1], on_drop=on_drop, **{settings})
def send(first, count):
    for n in range(first, first + count):
        analytics.track("E", "u", None, {{"n": n}})
"""
VERSIONS = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))


def run(site: Path, server: Server, code: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    program = START.format(settings=settings) + code
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-c", program, server.url],
        env={**environment, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_what_is_queued_at_exit_is_delivered(site: Path, server: Server) -> None:
    done = run(site, server, "send(0, 5_000)", flush_interval=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert server.events() == list(range(5_000))


def test_so_it_is_after_an_error(site: Path, server: Server) -> None:
    done = run(site, server, "send(0, 10); sys.exit(3)", flush_interval=60)
    assert done.returncode == 3
    assert server.events() == list(range(10))


def test_what_a_handler_of_the_application_sends_at_exit_still_goes(
    site: Path, server: Server
) -> None:
    code = "import atexit; atexit.register(send, 0, 3)"
    done = run(site, server, code, flush_interval=60)
    assert done.stderr == ""
    assert server.events() == [0, 1, 2]


def test_an_exit_during_back_off_tries_again(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503) if n < 3 else OK
    run(site, server, "send(0, 50); analytics.flush(0.3)")
    assert server.events() == list(range(50))


def test_an_exit_in_an_outage_is_bounded_and_reported(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503)
    begin = time.monotonic()
    code = """
send(0, 50)
import atexit
atexit._run_exitfuncs()
print(dict(reasons), analytics.stats())
"""
    done = run(site, server, code, close_timeout=1)
    assert time.monotonic() - begin < 5
    assert "{'abandoned': 50} Stats(accepted=50, delivered=0" in done.stdout
    assert "queued=0" in done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork(site: Path, server: Server) -> None:
    code = """
import threading
send(0, 100)  # on its way or queued: the parent's
for _ in range(3):
    held = analytics.PACKAGE.client()._queue.lock
    taken = threading.Event()
    def hold():
        with held:
            taken.set(); threading.Event().wait(0.3)
    holder = threading.Thread(target=hold, daemon=True); holder.start(); taken.wait()
    pid = os.fork()  # while another thread has the lock
    if pid == 0:
        assert analytics.stats().accepted == 0
        send(os.getpid() * 1000, 100)
        assert analytics.flush(10)
        sys.exit(0)
    holder.join()
    assert os.waitpid(pid, 0)[1] == 0
send(100, 100)
"""
    done = run(site, server, code, flush_interval=0.01)
    assert done.returncode == 0, done.stderr
    seen = Counter(server.events())
    assert set(seen.values()) == {1}
    assert len(seen) == 500
    assert set(range(200)) <= set(seen)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_of_multiprocessing(
    site: Path, server: Server, tmp_path: Path, method: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        START.format(settings={"flush_interval": 60})
        + f"""
if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    children = [context.Process(target=send, args=(n * 100, 100)) for n in range(1, 4)]
    send(0, 100)
    for child in children: child.start()
    for child in children: child.join()
"""
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, program, server.url],
        env={**environment, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert server.events() == list(range(400))


SUPPORTED = [path for path in VERSIONS if int(path.parts[-3].split(".")[1]) >= 9]


@pytest.mark.parametrize("python", SUPPORTED, ids=lambda path: path.parts[-3])
def test_every_python_imports_all_of_it_and_sends_at_exit(site: Path, python: Path) -> None:
    code = """
import sys, typing, pkgutil, importlib
from datetime import datetime
import analytics, analytics.testing
import typewriter_client as client
for module in pkgutil.walk_packages(client.__path__, "typewriter_client."):
    if module.name != "typewriter_client.delivery.http":  # needs urllib3
        importlib.import_module(module.name)
if sys.version_info >= (3, 10):
    typing.get_type_hints(client.Options)
class Transport:
    def send(self, batch):
        print([message["properties"] for message in batch])
analytics.configure(transport=Transport(), on_violation="raise", flush_interval=60)
analytics.order_completed("u", order_id="1", at=datetime(2026, 1, 31), n={1})
"""
    done = subprocess.run(
        [python, "-W", "error", "-c", code],
        env={"PYTHONPATH": os.pathsep.join(map(str, (site, LIBRARY.parent)))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[{'order_id': '1', 'at': '2026-01-31T00:00:00+00:00', 'n': [1]}]\n"
