"""A fork while another thread's call imports what the first calls need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import copy_library, write_package

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

START = """
import os, signal, sys, threading, time
import analytics
def call():
    when = "2026-01-31T00:00:00Z"
    analytics.order_completed("u", {"timestamp": when}, order_id="1", odd={1})
"""
FORK = """
def runs(body):
    pid = os.fork()
    if pid == 0:
        body()
        os._exit(0)
    for _ in range(500):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return False
"""
LATE = [
    "analytics/_rules",
    *(f"typewriter_client/{name}" for name in ("client", "settings", "calls/values")),
    *(f"typewriter_client/rules/{name}" for name in ("rule_set", "words", "formats")),
]


def slowly_importing(folder: Path, *modules: str) -> None:
    """A package and a library, some of whose modules take their time."""
    write_package(folder, "analytics")
    copy_library(folder)
    for name in modules:
        path = folder / f"{name}.py"
        path.write_text(path.read_text() + "\nimport time\ntime.sleep(0.3)\n")


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    ours = ("PYTEST", "SEGMENT", "TYPEWRITER")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", START + code],
        env={**clean, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("module", LATE)
def test_a_child_forked_during_the_first_call_can_call(tmp_path: Path, module: str) -> None:
    slowly_importing(tmp_path, module)
    name = module.replace("/", ".")
    code = f"""
threading.Thread(target=call, daemon=True).start()
while {name!r} not in sys.modules:  # until it is in the middle of that import
    time.sleep(0.001)
assert runs(call)
call()
"""
    done = run(tmp_path, FORK + code)
    assert done.returncode == 0, done.stderr


def test_modules_that_call_while_they_are_imported_wait_for_no_one(tmp_path: Path) -> None:
    slowly_importing(tmp_path, "analytics/_rules", "typewriter_client/calls/values")
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("import __main__\n__main__.call()\n")
    code = """
begin = time.monotonic()
threads = [threading.Thread(target=__import__, args=(name,)) for name in ("one", "two")]
for thread in threads: thread.start()
assert runs(call)
for thread in threads: thread.join()
assert time.monotonic() - begin < 4
"""
    done = run(tmp_path, FORK + code)
    assert done.returncode == 0, done.stderr


def test_a_call_amid_an_import_that_another_thread_waits_for_goes_on(tmp_path: Path) -> None:
    """As a signal handler's may: what one waits for, the other has."""
    slowly_importing(tmp_path, "typewriter_client/calls/values")
    path = tmp_path / "typewriter_client" / "calls" / "values.py"
    path.write_text(path.read_text() + "\nimport shared\n")
    (tmp_path / "shared.py").write_text("import time, __main__\ntime.sleep(0.2)\n__main__.call()\n")
    code = """
from typewriter_client.process import forks
forks._LONGEST = 0.5
threads = [threading.Thread(target=call), threading.Thread(target=__import__, args=("shared",))]
for thread in threads: thread.start()
for thread in threads: thread.join(10)
print([thread.is_alive() for thread in threads])
os._exit(0)
"""
    done = run(tmp_path, code)
    assert "[False, False]" in done.stdout, done.stderr


def test_logging_is_locked_after_imports_are(tmp_path: Path) -> None:
    """A fork takes both locks; imports may need logging's while they hold ours."""
    slowly_importing(tmp_path)
    code = """
from typewriter_client.process import forks
analytics.configure(enabled=False)
import logging
importing, forking = threading.Event(), threading.Event()
def imports():
    with forks.imports:
        importing.set()
        time.sleep(0.3)
        logging.getLogger("new").addHandler(logging.NullHandler())
threading.Thread(target=imports, daemon=True).start()
importing.wait()
signal.alarm(5)
assert runs(call)
"""
    done = run(tmp_path, FORK + code)
    assert done.returncode == 0, done.stderr
