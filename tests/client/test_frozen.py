"""Frozen applications and processes: PyInstaller and similar tools, AWS Lambda."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from .conftest import GOLDEN, LIBRARY
from .killing import clean_environment
from .server import Server

# --- applications -----------------------------------------------------------------------------

MODULES = {
    ".".join(("typewriter_client", *path.relative_to(LIBRARY).with_suffix("").parts))
    for path in LIBRARY.rglob("*.py")
}
OWN_PROGRAMS = {
    f"typewriter_client.{name}"
    for name in ("__main__", "asgi", "wsgi", "testing", "outbox.inventory")
} | {name for name in MODULES if name.startswith("typewriter_client.web")}
"""Which an application imports itself, if it has use for them."""
STANDARD = """
import modulefinder, sys
finder = modulefinder.ModuleFinder(sys.path, excludes=["setuptools"])  # it trips over it
finder.run_script("program.py")
print(*finder.modules, sep="\\n")
"""
PYINSTALLER = """
import sys
from PyInstaller.lib.modulegraph.modulegraph import ModuleGraph, MissingModule
graph = ModuleGraph(sys.path)
graph.add_script("program.py")
print(*(n.identifier for n in graph.iter_graph() if not isinstance(n, MissingModule)), sep="\\n")
"""


@pytest.mark.parametrize(
    "analysis",
    [
        pytest.param(STANDARD, id="modulefinder"),
        pytest.param(
            PYINSTALLER,
            id="pyinstaller",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("PyInstaller") is None, reason="needs PyInstaller"
            ),
        ),
    ],
)
def test_all_modules_are_found_from_the_import_of_the_package(
    tmp_path: Path, analysis: str
) -> None:
    shutil.copytree(GOLDEN / "myapp" / "package", tmp_path / "analytics")
    shutil.copytree(LIBRARY, tmp_path / "typewriter_client")
    (tmp_path / "program.py").write_text("import analytics\n")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", analysis],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {name.removesuffix(".__init__") for name in done.stdout.split()}
    needed = {name.removesuffix(".__init__") for name in MODULES - OWN_PROGRAMS}
    assert needed - {"typewriter_client.web"} <= found
    generated = {"analytics", "analytics.events", "analytics._rules"}
    assert generated <= found
    assert {"urllib3", "sqlite3", "json"} <= found


# --- processes --------------------------------------------------------------------------------

FROZEN = """
import os, signal, sys
import analytics
outbox = {"outbox": sys.argv[2]} if sys.argv[2] else {}
analytics.configure(write_key="k", endpoint=sys.argv[1], flush_interval=0.05, **outbox)
for line in sys.stdin:
    n, flush = line.split()
    analytics.track("E", "u", None, {"n": int(n)})
    print("flushed", analytics.flush(10) if flush == "flush" else "", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals")
@pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])
@pytest.mark.parametrize("flush", ["flush", "leave"])
def test_a_process_that_is_frozen_while_its_connection_is_closed(
    site: Path, server: Server, tmp_path: Path, flush: str, outbox: bool
) -> None:
    """As AWS Lambda does between two invocations: with ``flush`` nothing waits meanwhile."""
    path = str(tmp_path / "analytics.db") if outbox else ""
    process = subprocess.Popen(
        [sys.executable, "-c", FROZEN, server.url, path],
        env=clean_environment(site),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for n in range(8):
            process.stdin.write(f"{n} {flush}\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith("flushed")
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            if flush == "flush":
                assert server.events()[-1] == n
            server.hang_up()
            process.send_signal(signal.SIGCONT)
        process.stdin.close()
        said = process.stderr.read() if process.stderr else ""
    assert (process.returncode, said) == (0, "")
    ids = Counter(message["messageId"] for message in server.delivered)
    events = {m["messageId"]: m["properties"]["n"] for m in server.delivered}
    assert sorted(events.values()) == list(range(8)), ids


# --- the first process of a container ---------------------------------------------------------

FIRST = """
import os, signal, sys, time
import analytics
assert os.getpid() == 1
analytics.configure(
    write_key="k", endpoint=sys.argv[1], flush_interval=60, flush_on_sigterm=True
)
analytics.track("E", "u", None, {"n": 1})
print("ready", flush=True)
time.sleep(60)
"""
UNSHARE = [shutil.which("unshare") or "", "--pid", "--fork"]


def may_unshare() -> bool:
    if not UNSHARE[0]:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not may_unshare(), reason="needs the right to make a namespace of processes")
def test_sigterm_to_the_first_process_of_a_container(site: Path, server: Server) -> None:
    """The kernel has no default action for it: without a handler it would continue."""
    with subprocess.Popen(
        [*UNSHARE, sys.executable, "-c", FIRST, server.url],
        env=clean_environment(site),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as outer:
        assert outer.stdout is not None
        assert outer.stderr is not None
        assert outer.stdout.readline() == "ready\n"
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        begin = time.monotonic()
        os.kill(int(children[0]), signal.SIGTERM)
        outer.wait(30)
        assert time.monotonic() - begin < 8
        assert outer.stderr.read() == ""
    assert outer.returncode == 128 + signal.SIGTERM
    assert server.events() == [1]
