"""Failures, one function each: what was sent, and its outcome."""

from __future__ import annotations

import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.client.killing import kill_at_random

from ..loopback import Loopback
from .proxy import HOST, behind_proxy
from .subjects import Ended, Subject
from .uwsgi import serve


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of the messages that calls had accepted."""

    sent: int
    delivered: int
    reported: int
    duplicates: int
    note: str = ""

    @property
    def lost(self) -> int:
        """How many messages never arrived."""
        return self.sent - self.delivered

    @property
    def silent(self) -> int:
        """How many lost messages were not reported to the application."""
        return max(0, self.lost - self.reported)


Scenario = Callable[[Subject, Loopback], Outcome | None]
"""None: the subject has no such feature."""


def _is_ours(subject: Subject) -> bool:
    return subject.name == "ours"


def _outcome(sent: int, server: Loopback, *ended: Ended, note: str = "") -> Outcome:
    seen = server.delivered()
    reported = sum(each.reported for each in ended)
    if any(each.hung for each in ended):
        note = "hung"
    return Outcome(sent, len(seen), reported, sum(seen.values()) - len(seen), note)


def _plain(sent: int, code: str, subject: Subject, server: Loopback) -> Outcome:
    """One program against a server that works."""
    server.begin()
    return _outcome(sent, server, subject.run(server.url, code))


def _burst(count: int, **settings: object) -> str:
    return f"start(**{settings})\nfor n in range({count}): send(n)\n"


def blocking(subject: Subject, server: Loopback) -> Outcome | None:
    """A flood whose sender waits for room."""
    if not _is_ours(subject):
        return None
    return _plain(50_000, _burst(50_000, on_full="block"), subject, server)


FORK = """
start()
for n in range(50): send(n)
pid = os.fork()
if pid == 0:
    at_most(8)
    for n in range(100, 200): send(n)
    flush()
    sys.exit(0)
for n in range(50, 100): send(n)
flush()
os.waitpid(pid, 0)
"""
# A thread that waits for the interpreter's lock at that moment would break it in the child.
FORK_IN_C = FORK.replace(
    "pid = os.fork()", "import ctypes\ntime.sleep(0.1)\npid = ctypes.PyDLL(None).fork()"
)


def outage(status: int, subject: Subject, server: Loopback) -> Outcome:
    """Three seconds of refusals; ``status`` 0: refused connections."""
    server.begin(status)
    code = _burst(5_000) + "flush()\n"
    # Controlled from a thread: a server that is down only answers when it is up again.
    recovery = threading.Thread(target=server.recover, args=(3,))
    recovery.start()
    ended = subject.run(server.url, code, 90)
    recovery.join()
    return _outcome(5_000, server, ended)


def restart(subject: Subject, server: Loopback) -> Outcome:
    """The server is down, the process ends and is started again when the server is up."""
    server.begin(0)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"outbox": f"{folder}/analytics.db"} if _is_ours(subject) else {}
        first = subject.run(server.url, _burst(1_000, close_timeout=1, **settings), 20)
        server.recover(0)
        second = subject.run(server.url, f"start(**{settings})\nflush()\n", 20)
    return _outcome(1_000, server, first, second)


def killed(kills: int, subject: Subject, server: Loopback) -> Outcome | None:
    """kill -9 at random moments: four processes share one outbox."""
    if not _is_ours(subject):
        return None
    with tempfile.TemporaryDirectory() as folder:
        found = kill_at_random(subject.folder, Path(folder), kills=kills, seed=time.time_ns())
    note = f"{kills} kills; {found.repeated} sent twice with the same messageId"
    return Outcome(found.accepted, found.accepted - found.lost, 0, found.doubled, note)


def terminated(subject: Subject, server: Loopback) -> Outcome:
    """SIGTERM with a thousand messages queued."""
    server.begin()
    code = _burst(1_000, flush_on_sigterm=True) + "os.kill(os.getpid(), signal.SIGTERM)\n"
    ended = subject.run(server.url, code)
    note = "" if ended.status == -signal.SIGTERM else f"status {ended.status}"
    return _outcome(1_000, server, ended, note=note)


def odd(value: str, wanted: str, subject: Subject, server: Loopback) -> Outcome:
    """One of a hundred messages has a value that JSON does not have."""
    server.begin(strict=True, wanted=wanted)
    code = f"start()\nfor n in range(100): send(n, **({value} if n == 50 else {{}}))\nflush()\n"
    return _outcome(100, server, subject.run(server.url, code))


RAISING = """
def fail(*about):
    report(len(about[1]) if isinstance(about[1], list) else 1)
    raise RuntimeError("a callback's own mistake")
start(**{CALLBACK: fail})
"""


def raising(subject: Subject, server: Loopback) -> Outcome:
    """The first batch is refused and the callback raises; then the server works."""
    server.begin(403)
    server.recover(0.5)
    callback = "on_drop" if _is_ours(subject) else "on_error"
    code = RAISING.replace("CALLBACK", repr(callback))
    code += "for n in range(100): send(n)\nflush()\ntime.sleep(1)\nat_most(8)\n"
    code += "for n in range(100, 200): send(n)\nflush()\n"
    return _outcome(200, server, subject.run(server.url, code))


def under_uwsgi(subject: Subject, server: Loopback) -> Outcome:
    """Workers that are forked in C after the subject was started."""
    server.begin()
    return _outcome(200, server, serve(subject, server.url, 200))


def proxied(subject: Subject, server: Loopback) -> Outcome:
    """The server is only reachable through a proxy, which only the environment names."""
    server.begin()
    code = _burst(1_000) + "flush()\n"
    with (
        tempfile.TemporaryDirectory() as folder,
        behind_proxy(server.url, Path(folder)) as environment,
    ):
        ended = subject.run(f"https://{HOST}", code, environment=environment)
    return _outcome(1_000, server, ended)


def stalled(subject: Subject, server: Loopback) -> Outcome:
    """Everything is accepted, but no answer is ever complete."""
    server.begin(stalled=True)
    return _outcome(1_000, server, subject.run(server.url, _burst(1_000)))


NO_THREADS = """
import threading

def refuse(*_, **__):
    raise RuntimeError("can't start new thread")

threading._start_new_thread = threading._start_joinable_thread = refuse
try:
    start()
except RuntimeError:
    report(1_000)
    sys.exit(1)
for n in range(1_000): send(n)
"""


def without_threads(subject: Subject, server: Loopback) -> Outcome:
    """As in a container at its process limit; a subject that raises has reported everything."""
    server.begin()
    ended = subject.run(server.url, NO_THREADS)
    return _outcome(1_000, server, ended, note="starting it raises" if ended.status else "")


def soak(count: int, subject: Subject, server: Loopback) -> Outcome | None:
    """A great many messages through one client; its memory at the end and early on."""
    if not _is_ours(subject):
        return None
    server.begin(counted=True)
    early = max(30_000, count // 10)  # the queue has been full by then
    code = f"""
def memory():
    with open("/proc/self/statm") as file: return int(file.read().split()[1]) * 4096
start(on_full="block", block_timeout=60)
for n in range({count}):
    send(n)
    if n == {early}: early = memory()
flush()
stats = analytics.stats()
assert stats.accepted == {count} == stats.delivered + sum(stats.dropped.values()), stats
sys.exit(100 + min(99, max(0, memory() - early) >> 20))
"""
    ended = subject.run(server.url, code, 60 + count / 5_000)
    grown = f"{ended.status - 100} MB more memory at the end than after {early:,}"
    note = grown if ended.status >= 100 else f"status {ended.status}"
    delivered = server.count()
    rate = f"{count / ended.seconds:,.0f} events/s; "
    return Outcome(
        count, min(delivered, count), ended.reported, max(0, delivered - count), rate + note
    )


def scenarios(quick: bool) -> dict[str, Scenario]:
    """All scenarios by title."""
    kills, soaked = (8, 100_000) if quick else (50, 2_000_000)
    has_uwsgi = find_spec("pyuwsgi") is not None  # there are no wheels for some systems
    return {
        "50,000 events at once, default settings": partial(
            _plain, 50_000, _burst(50_000) + "flush()\n"
        ),
        '50,000 events at once, `on_full="block"`': blocking,
        "5,000 events, then a normal exit": partial(_plain, 5_000, _burst(5_000)),
        "fork: the child sends 100, the parent 100": partial(_plain, 200, FORK),
        "fork in C: the child sends 100, the parent 100": partial(_plain, 200, FORK_IN_C),
        **({"uWSGI, started before it forks: 200 requests": under_uwsgi} if has_uwsgi else {}),
        "no thread can be started, then a normal exit": without_threads,
        "3 s of status 500": partial(outage, 500),
        "3 s of status 429": partial(outage, 429),
        "3 s of refused connections": partial(outage, 0),
        "answers with status 200 whose body stalls, then a normal exit": stalled,
        "`HTTPS_PROXY` in the environment, no direct connection": proxied,
        "server down, process ends, started again": restart,
        "kill -9 at random, 4 processes on one outbox": partial(killed, kills),
        "SIGTERM with 1,000 queued": terminated,
        "one NaN among 100": partial(odd, "{'price': float('nan')}", "price"),
        "one UUID among 100": partial(odd, "{'id': UUID(int=1)}", "id"),
        "a callback that raises, after 100 were refused": raising,
        f"a soak of {soaked:,} events": partial(soak, soaked),
    }
