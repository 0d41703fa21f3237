"""Forks in C, such as uWSGI's, which do not run Python's fork hooks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .killing import clean_environment
from .server import Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

START = """
import ctypes, os, signal, sys, threading, time
import analytics

def configure(**settings):
    outbox = {{"outbox": {outbox!r}}} if {outbox!r} else {{}}
    analytics.configure(write_key="k", endpoint=sys.argv[1], **outbox, **settings)

def call(*numbers):
    for n in numbers:
        analytics.track("E", "u", None, {{"n": n}})

def child(body, before=lambda: None):
    # A thread that waits for the interpreter's lock at that moment would break it in the child.
    time.sleep(0.1)
    pid = ctypes.PyDLL(None).fork()
    if pid == 0:
        signal.alarm(20)  # in case it hangs
        before()
        body()
        sys.exit(0)  # as uWSGI's workers do, which run what atexit has
    return pid

def wait(pid):
    begin = time.monotonic()
    status = os.waitpid(pid, 0)[1]
    assert (status, time.monotonic() - begin < 15) == (0, True), status
"""
WITH_OR_WITHOUT = pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])


def run(site: Path, server: Server, folder: Path, outbox: bool, code: str) -> tuple[str, str]:
    """Its output on stdout and stderr."""
    start = START.format(outbox=str(folder / "analytics.db") if outbox else "")
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore:This process:DeprecationWarning",
            "-c",
            start + code,
            server.url,
        ],
        env=clean_environment(site),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@WITH_OR_WITHOUT
@pytest.mark.parametrize("early", ["", "call(0)", "call(0); analytics.flush()"])
def test_parent_and_child_send_each_their_own(
    site: Path, server: Server, tmp_path: Path, outbox: bool, early: str
) -> None:
    """Also if the parent's messages are queued at the fork, in the queue that the child copies."""
    code = f"""
configure(flush_interval=60)
{early}
def body():
    call(1, 2)
    print(analytics.stats().accepted, analytics.flush(), analytics.stats().delivered)
    call(3)
wait(child(body))
call(4)
"""
    assert run(site, server, tmp_path, outbox, code) == ("2 True 2\n", "")
    assert server.events() == [*([0] if early else []), 1, 2, 3, 4]
    if outbox:
        assert [each.name for each in tmp_path.iterdir()] == ["analytics.db"]


@WITH_OR_WITHOUT
def test_a_worker_sends_without_being_asked(
    site: Path, server: Server, tmp_path: Path, outbox: bool
) -> None:
    code = """
configure(flush_interval=0.01)
call(0)
analytics.flush()
def body():
    call(1)
    while not analytics.stats().delivered: time.sleep(0.01)
    os._exit(0)
wait(child(body))
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == [0, 1]


@WITH_OR_WITHOUT
@pytest.mark.parametrize("entry", ["pass", "analytics.close()", "analytics.flush(5)"])
def test_a_child_that_sends_nothing_ends_at_once(
    site: Path, server: Server, tmp_path: Path, outbox: bool, entry: str
) -> None:
    code = f"""
configure(flush_interval=60)
call(0)
def body():
    {entry}
wait(child(body))
print(analytics.stats().queued)
"""
    assert run(site, server, tmp_path, outbox, code) == ("1\n", "")
    assert server.events() == [0]


@WITH_OR_WITHOUT
@pytest.mark.parametrize(
    "lock", ["client._queue.lock", "client._policy._lock", "client._starting", "forks.imports"]
)
def test_no_lock_that_another_thread_of_the_parent_holds_is_waited_for(
    site: Path, server: Server, tmp_path: Path, outbox: bool, lock: str
) -> None:
    code = f"""
configure(flush_interval=60)
from typewriter_client.process import forks
client = analytics.PACKAGE.client()
held, over = threading.Event(), threading.Event()
def hold():
    with {lock}:
        held.set()
        over.wait()
threading.Thread(target=hold).start()
held.wait()
def body():
    import logging
    logging.disable()
    call(1)
    analytics.order_completed("u", {{"timestamp": "2026-01-31T00:00:00Z"}}, order_id=5, n=2)
    analytics.flush()
    os._exit(0)  # threading would wait for the thread that holds the lock
pid = child(body)
try:
    wait(pid)
finally:
    over.set()
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == [1, 2]


@pytest.mark.parametrize("lock", ["calls", "worker"])
def test_an_outbox_in_use_at_the_fork_is_not_touched_and_memory_serves(
    site: Path, server: Server, tmp_path: Path, lock: str
) -> None:
    """SQLite's records of the parent's locks are wrong in the child, and nothing resets them."""
    code = f"""
configure(flush_interval=60)
call(0)
connections = analytics.PACKAGE.client()._queue._outbox._connections
held, over = threading.Event(), threading.Event()
def hold():
    with connections.{lock}:
        held.set()
        over.wait()
threading.Thread(target=hold).start()
held.wait()
def body():
    call(1, 2)
    assert analytics.flush()
    os._exit(0)
pid = child(body)
try:
    wait(pid)
finally:
    over.set()
"""
    said = run(site, server, tmp_path, True, code)[1]
    assert "messages wait in memory: this process was forked in C" in said
    assert server.events() == [0, 1, 2]


@WITH_OR_WITHOUT
@pytest.mark.parametrize(
    "module",
    ["typewriter_client.delivery.http", "urllib3", "urllib3.connectionpool", "http.client", "ssl"],
)
def test_what_a_worker_was_importing_is_imported_anew(
    site: Path, server: Server, tmp_path: Path, outbox: bool, module: str
) -> None:
    """Its thread, which alone could end that, is not in the child."""
    code = f"""
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and os.getpid() == parent:
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            spec.loader.exec_module = self.wait_and(spec.loader.exec_module)
            return spec
    def wait_and(self, go_on):
        def load(module):
            if os.getpid() == parent:
                begun.set()
                time.sleep(1)
            go_on(module)
        return load
import importlib.machinery
parent, begun = os.getpid(), threading.Event()
sys.meta_path.insert(0, Slow())
configure(flush_interval=0.01)
call(0)
assert begun.wait(10)
def body():
    call(1, 2)
    assert analytics.flush(), analytics.stats()
    call(3)
wait(child(body))
call(4)
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == [0, 1, 2, 3, 4]


@WITH_OR_WITHOUT
@pytest.mark.parametrize("own", [False, True], ids=["parent's outbox", "own outbox"])
@pytest.mark.parametrize(
    "anew", ["analytics.configure", "client = analytics.Client"], ids=["package", "client"]
)
def test_a_child_may_configure(
    site: Path, server: Server, tmp_path: Path, outbox: bool, own: bool, anew: str
) -> None:
    """As uWSGI's applications do in a ``postfork``: the first time that the library can notice."""
    path = str(tmp_path / ("own.db" if own else "analytics.db"))
    code = f"""
configure(flush_interval=60)
call(0)
def body():
    {anew}(write_key="k", endpoint=sys.argv[1], outbox={path!r})
    call(1, 2)
    assert analytics.flush(), analytics.stats()
wait(child(body))
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == [0, 1, 2]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python itself aborts there")
@WITH_OR_WITHOUT
def test_hooks_for_the_child_alone(
    site: Path, server: Server, tmp_path: Path, outbox: bool
) -> None:
    """uWSGI's ``py-call-osafterfork``: nothing is done before the fork, nor in the parent."""
    code = """
configure(flush_interval=60)
call(0)
wait(child(lambda: call(1), before=ctypes.pythonapi.PyOS_AfterFork_Child))
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == [0, 1]


@WITH_OR_WITHOUT
def test_children_of_children(site: Path, server: Server, tmp_path: Path, outbox: bool) -> None:
    """Forked by Python and in C, in turn."""
    code = """
configure(flush_interval=60)
def grow(first, depth):
    call(*range(first, first + 20))
    if depth % 2:
        time.sleep(0.1)
        pid = os.fork()
        if not pid:
            grow(first + 20, depth - 1)
            sys.exit(0)
        wait(pid)
    elif depth:
        wait(child(lambda: grow(first + 20, depth - 1)))
grow(0, 4)
"""
    assert run(site, server, tmp_path, outbox, code) == ("", "")
    assert server.events() == list(range(100))
