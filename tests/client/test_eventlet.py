"""eventlet's monkey-patching: before the package is imported, and too late."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from .killing import clean_environment
from .server import Server

pytestmark = pytest.mark.skipif(
    find_spec("eventlet") is None,  # its import would make every fork of this process warn
    reason="eventlet is not installed",
)

PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
def patch():
    import eventlet
    eventlet.monkey_patch()
if {order!r} == "before": patch()
import analytics
lost = []
analytics.configure(
    write_key="k", endpoint=sys.argv[1], flush_interval=60,
    on_drop=lambda message, reason: lost.append(message["properties"]["n"]),
    **({{"outbox": sys.argv[2]}} if sys.argv[2] else {{}}),
)
def send(first, count=50):
    for n in range(first, first + count):
        analytics.track("E", "u", None, {{"n": n}})
send(0)
if {used}: analytics.flush(5)
if {order!r} == "after": patch()
import eventlet
pool = eventlet.GreenPool(20)
for i in range(1, 4): pool.spawn(send, 50 * i)
pool.waitall()
analytics.flush(5)
analytics.close(2)
print(json.dumps([lost, analytics.stats().accepted, analytics.stats().queued]))
"""


@pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])
@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
@pytest.mark.parametrize("order", ["before", "after"])
def test_nothing_raises_and_nothing_is_lost_unreported(
    site: Path, server: Server, tmp_path: Path, order: str, used: bool, outbox: bool
) -> None:
    """Patched late, eventlet replaces locks that are in use; it does not find ours."""
    path = str(tmp_path / "analytics.db") if outbox else ""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(order=order, used=used), server.url, path],
        env=clean_environment(site),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lost, accepted, queued = json.loads(done.stdout)
    assert accepted == 200
    if queued == 0:
        assert sorted({*server.events(), *lost}) == list(range(200))
    if order == "before":
        assert (lost, queued) == ([], 0)
    assert "could not be built" not in done.stderr
