"""Children of every kind, during traffic: each message is sent once, by its own process."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .killing import clean_environment
from .server import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

START = """
import multiprocessing, os, sys, threading, time
import analytics
analytics.configure(write_key="k", endpoint=sys.argv[1], **{settings})
def send(first, count=20):
    for n in range(first, first + count):
        analytics.track("E", "u", None, {{"n": n}})
def task(first):
    send(first, 20)
    return first
"""


def run(site: Path, server: Server, folder: Path, code: str, **settings: object) -> None:
    program = folder / "program.py"
    program.write_text(START.format(settings=settings) + code)
    done = subprocess.run(
        # Python 3.12 and later warn on stderr about what is shown here to be safe.
        [sys.executable, "-W", "ignore:This process:DeprecationWarning", program, server.url],
        env=clean_environment(site),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fork_while_a_connection_is_taken(site: Path, server: Server, tmp_path: Path) -> None:
    """The child has no thread that would release the lock of the parent's connections."""
    code = """
import gc, urllib3
send(0)
assert analytics.flush(10)
pools = [each for each in gc.get_objects() if isinstance(each, urllib3.HTTPConnectionPool)]
for pool in pools:
    pool.pool.mutex.acquire()
pid = os.fork()
if pid == 0:
    send(100)
    sys.exit(0)
for pool in pools:
    pool.pool.mutex.release()
assert pools
assert os.waitpid(pid, 0)[1] == 0
"""
    run(site, server, tmp_path, code)
    users = Counter(message["properties"]["n"] for message in server.delivered)
    assert users == Counter([*range(20), *range(100, 120)])


def test_forks_amid_the_traffic_of_many_threads(site: Path, server: Server, tmp_path: Path) -> None:
    code = """
def traffic(first):
    for n in range(first, first + 500):
        send(n, 1)
        if n % 50 == 0: time.sleep(0.01)
threads = [threading.Thread(target=traffic, args=(i * 500,)) for i in range(12)]
for thread in threads: thread.start()
children = []
for number in range(12):
    time.sleep(0.005)
    pid = os.fork()
    if pid == 0:
        send(100_000 + number * 20)
        sys.exit(0)  # flushes
    children.append(pid)
for thread in threads: thread.join()
assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 12
"""
    run(site, server, tmp_path, code, flush_interval=0.01)
    assert server.events() == [*range(6_000), *range(100_000, 100_240)]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pool_that_is_closed_has_sent_all(
    site: Path, server: Server, tmp_path: Path, method: str
) -> None:
    code = f"""
if __name__ == "__main__":
    send(0)
    pool = multiprocessing.get_context("{method}").Pool(3)
    assert pool.map(task, range(20, 200, 20), chunksize=1) == list(range(20, 200, 20))
    pool.close()
    pool.join()
"""
    run(site, server, tmp_path, code, flush_interval=60)
    assert server.events() == list(range(200))


def test_a_pool_that_is_terminated_flushes_on_sigterm(
    site: Path, server: Server, tmp_path: Path
) -> None:
    """As the end of ``with Pool()`` does, which sends its workers SIGTERM."""
    code = """
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(3) as pool:
        pool.map(task, range(0, 180, 20), chunksize=1)
"""
    run(site, server, tmp_path, code, flush_interval=60, flush_on_sigterm=True)
    assert server.events() == list(range(180))


def test_children_of_children(site: Path, server: Server, tmp_path: Path) -> None:
    code = """
def grow(first, depth):
    send(first)
    if depth:
        pid = os.fork()
        if pid == 0:
            grow(first + 20, depth - 1)
            sys.exit(0)
        assert os.waitpid(pid, 0)[1] == 0
grow(0, 4)
"""
    run(site, server, tmp_path, code, flush_interval=60)
    assert server.events() == list(range(100))


def test_message_ids_are_not_shared_with_children(
    site: Path, server: Server, tmp_path: Path
) -> None:
    code = """
send(0)
analytics.flush()
pid = os.fork()
send(20 if pid else 40)
if pid: os.waitpid(pid, 0)
"""
    run(site, server, tmp_path, code)
    ids = Counter(message["messageId"] for message in server.delivered)
    assert len(ids) == 60
    assert set(ids.values()) == {1}


def test_several_clients_are_flushed_at_exit_at_the_same_time(
    site: Path, server: Server, tmp_path: Path
) -> None:
    code = """
clients = [analytics.Client(write_key=str(i), endpoint=sys.argv[1], flush_interval=60)
           for i in range(5)]
for i, client in enumerate(clients):
    client.accept(b'{"properties":{"n":%d}}' % i)
"""
    run(site, server, tmp_path, code)
    assert server.events() == list(range(5))
