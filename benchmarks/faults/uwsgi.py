"""A subject under uWSGI, which forks its workers in C: ``serve``."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

from .subjects import Ended, Running, Subject

APPLICATION = """
start()

def application(environ, start_response):
    send(int(environ["PATH_INFO"].strip("/")))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"taken"]
"""
PREFORK = "--master --processes 2 --enable-threads --need-app --die-on-term --no-orphans"


def serve(subject: Subject, url: str, count: int) -> Ended:
    """Start the subject in the master of two workers, send a message per request, then SIGTERM.

    uWSGI kills a worker that has not ended after a minute.
    """
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("wb") as log:
        application = Path(folder, "application.py")
        application.write_text(subject.program(APPLICATION))
        command = [
            str(Path(sys.executable).with_name("uwsgi")),
            *PREFORK.split(),
            "--disable-logging",
            *("--http-socket", "127.0.0.1:0", "--wsgi-file", str(application)),
            *("--pyargv", f"{subject.folder} {url}"),
        ]
        with Running(command, log=log) as process:
            _visit(_address(Path(folder, "log")), count)
            time.sleep(0.5)  # a busy worker that has to end runs no exit handlers
            process.terminate()
            return process.ended(90)


def _address(log: Path) -> str:
    """The address on which the server listens, once it is logged."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := re.search(r"TCP address (127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
        time.sleep(0.02)
    raise TimeoutError(log.read_text())


def _visit(address: str, count: int) -> None:
    for n in range(count):
        connection = HTTPConnection(address, timeout=20)
        connection.request("GET", f"/{n}")
        assert connection.getresponse().read() == b"taken"
        connection.close()
