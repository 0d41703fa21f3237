"""flush_on_sigterm: what is queued goes, then the process does what it did before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from .server import Reply, Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

START = """
import analytics, os, signal, sys, threading, time
lost = []
def on_drop(message, reason):
    lost.append(reason)
    if len(lost) == 20: os.write(1, f"lost {len(lost)} {reason} ".encode())
def configure(**more):
    given = dict(write_key="k", endpoint=sys.argv[1], on_drop=on_drop, flush_interval=60)
    analytics.configure(**{**given, "flush_on_sigterm": True, **more})
def send(count=20):
    for n in range(count):
        analytics.track("E", "u", None, {"n": n})
def terminate():
    os.kill(os.getpid(), signal.SIGTERM)
def client():
    return analytics.PACKAGE.client()
"""


def run(site: Path, server: Server, code: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-c", START + code, server.url],
        env={**environment, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


ALL = list(range(20))


def test_what_is_queued_is_delivered_and_the_status_is_that_of_the_signal(
    site: Path, server: Server
) -> None:
    done = run(site, server, "configure(); send(); terminate(); print('still here')")
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGTERM, "", "")
    assert server.events() == ALL


def test_it_is_opt_in(site: Path, server: Server) -> None:
    done = run(site, server, "configure(flush_on_sigterm=False); send(); terminate()")
    assert done.returncode == -signal.SIGTERM
    assert server.events() == []


def test_the_handler_before_it_is_called_and_can_end_the_process(
    site: Path, server: Server
) -> None:
    code = """
def before(number, frame):
    print(number == signal.SIGTERM, frame is not None, analytics.stats().delivered)
    sys.exit(3)
signal.signal(signal.SIGTERM, before)
configure(); send(); terminate()
"""
    done = run(site, server, code)
    assert (done.returncode, done.stdout, done.stderr) == (3, "True True 20\n", "")
    assert server.events() == ALL


@pytest.mark.parametrize("before", ["lambda *_: None", "signal.SIG_IGN"])
def test_a_process_that_goes_on_can_still_send(site: Path, server: Server, before: str) -> None:
    code = f"""
signal.signal(signal.SIGTERM, {before})
configure(); send(10); terminate()
for n in range(10, 20): analytics.track("E", "u", None, {{"n": n}})
terminate()
print(analytics.stats().delivered)
"""
    done = run(site, server, code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "20\n", "")
    assert server.events() == ALL


def test_a_server_that_stalls_does_not_hold_the_end_up(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(delay=8)
    begin = time.monotonic()
    done = run(site, server, "configure(close_timeout=0.5); send(); terminate()")
    assert time.monotonic() - begin < 5
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "lost 20 abandoned ")


@pytest.mark.parametrize(
    "lock",
    ["client()._queue.lock", "forks.imports"],
)
def test_the_signal_may_interrupt_who_has_a_lock(site: Path, server: Server, lock: str) -> None:
    code = f"""
from typewriter_client.process import forks
configure(); send()
with {lock}:
    terminate()
    time.sleep(0.1)
    print("the lock's holder goes on", flush=True)
time.sleep(10)
"""
    done = run(site, server, code)
    assert done.returncode == -signal.SIGTERM
    assert done.stdout == "the lock's holder goes on\n"
    assert server.events() == ALL


@pytest.mark.parametrize("after", [0.05, 0.11, 0.17])
def test_it_may_come_at_any_moment_of_many_calls(
    site: Path, server: Server, tmp_path: Path, after: float
) -> None:
    """Messages of calls that have returned are delivered, that of an interrupted call possibly."""
    code = f"""
configure(queue_size=10**6)
returned = os.open({str(tmp_path / "returned")!r}, os.O_RDWR | os.O_CREAT)
threading.Timer({after}, terminate).start()
n = 0
while True:
    analytics.track("E", "u", None, {{"n": n}})
    n += 1
    os.pwrite(returned, n.to_bytes(8, "big"), 0)
"""
    assert run(site, server, code).returncode == -signal.SIGTERM
    returned = int.from_bytes((tmp_path / "returned").read_bytes(), "big")
    assert returned > 10
    events = server.events()
    assert events == list(range(len(events)))
    assert len(events) - returned in (0, 1)


def test_while_it_closes(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(delay=0.5)
    code = "configure(); send(); threading.Timer(0.2, terminate).start(); analytics.close()"
    done = run(site, server, code + "; time.sleep(5)")
    assert done.returncode == -signal.SIGTERM
    assert server.events() == ALL


def test_a_second_signal_changes_nothing(site: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(delay=0.5)
    code = "configure(); send(); threading.Timer(0.2, terminate).start(); terminate()"
    assert run(site, server, code).returncode == -signal.SIGTERM
    assert server.events() == ALL


def test_several_clients_and_handlers_around_ours(site: Path, server: Server) -> None:
    code = """
configure()
ours = signal.getsignal(signal.SIGTERM)
def theirs(number, frame):
    print("theirs", flush=True)
    ours(number, frame)
signal.signal(signal.SIGTERM, theirs)
second = analytics.Client(write_key="2", endpoint=sys.argv[1], flush_on_sigterm=True)
third = analytics.Client(write_key="3", endpoint=sys.argv[1], flush_interval=60)
configure()
send(); second.accept(b'{"properties":{"n":20}}'); third.accept(b'{"properties":{"n":21}}')
terminate()
"""
    done = run(site, server, code)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "theirs\n")
    assert server.events() == [*ALL, 20]


def test_a_forked_child_flushes_its_own(site: Path, server: Server) -> None:
    code = """
configure(); send(10)
pid = os.fork()
if pid == 0:
    for n in range(10, 20): analytics.track("E", "u", None, {"n": n})
    terminate()
print(os.waitpid(pid, 0)[1])
"""
    done = run(site, server, code)
    assert (done.returncode, done.stdout) == (0, f"{int(signal.SIGTERM)}\n")
    assert server.events() == ALL


def test_the_first_process_of_a_container_ends_too(site: Path, server: Server) -> None:
    """The default action does not end it, as if the signal did nothing."""
    code = "configure(); send(); os.kill = lambda *_: None; signal.raise_signal(signal.SIGTERM)"
    done = run(site, server, code)
    assert done.returncode == 128 + signal.SIGTERM
    assert server.events() == ALL


def test_only_the_main_thread_can_ask_for_it(analytics: Any) -> None:
    said: list[str] = []

    def ask() -> None:
        try:
            analytics.configure(enabled=False, flush_on_sigterm=True)
        except ValueError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert said == ["flush_on_sigterm cannot work: configure must be called in the main thread"]


def test_a_handler_that_is_not_pythons_is_left_alone(
    analytics: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    with pytest.raises(ValueError, match="SIGTERM is handled by something other than Python"):
        analytics.configure(enabled=False, flush_on_sigterm=True)
