"""A package works the same with the installed library and a copy: calls, forks, exits, signals.

All of the client's tests run with the installed library; these cover what could depend on
where its source is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from client.server import Server
from packages import MYAPP, generate

LIBRARIES = {"installed": "typewriter_client", "vendored": "acme.analytics._client"}
HEAD = """
import os, signal, sys, time
from acme.analytics import configure, flush, order_completed, scope, stats


def send(number):
    order_completed("u", order_id=str(number), total=number, products=[])


def listen(**settings):
    configure(write_key="k", endpoint=os.environ["URL"], **settings)
"""
TAIL = """
assert ("typewriter_client" in sys.modules) == (os.environ["LIBRARY"] == "typewriter_client")
"""


@pytest.fixture(scope="module", params=sorted(LIBRARIES))
def library(request: pytest.FixtureRequest) -> str:
    return LIBRARIES[request.param]


@pytest.fixture(scope="module")
def site(library: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    client = None if library == "typewriter_client" else "vendored"
    generate(MYAPP, folder / "acme" / "analytics", client)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Program:
    """Runs programs that use the package."""

    def __init__(self, site: Path, library: str, url: str, home: Path) -> None:
        self.folder = home
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(site),
            "LIBRARY": library,
            "URL": url,
            "HOME": str(home),
        }

    def start(self, text: str) -> subprocess.Popen[str]:
        return self._open("-c", HEAD + text + TAIL)

    def run(self, text: str) -> str:
        return self._done(self.start(text))

    def console(self, *arguments: str) -> str:
        return self._done(self._open("-m", self._environment["LIBRARY"], *arguments))

    def _open(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", *arguments],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def _done(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return out + err


@pytest.fixture
def program(site: Path, library: str, server: Server, tmp_path: Path) -> Program:
    return Program(site, library, server.url, tmp_path)


def orders(server: Server) -> list[Any]:
    return sorted(each["properties"]["order_id"] for each in server.delivered)


def test_one_call_then_the_exit_delivers(program: Program, server: Server) -> None:
    program.run("listen()\nsend(1)\n")
    assert orders(server) == ["1"]


def test_the_log_and_the_local_file_are_named_after_the_package(program: Program) -> None:
    said = program.run(
        "import logging\n"
        "logging.basicConfig(format='%(name)s|%(message)s')\n"
        "order_completed('u', order_id=1, total=1, products=[])\nflush()\n"
    )
    assert "acme.analytics|Order Completed: Invalid type" in said.replace(
        "properties.order_id: ", ""
    )
    (file,) = (program.folder / ".local" / "state" / "typewriter").iterdir()
    assert file.name == "acme.analytics.jsonl"
    assert "acme.analytics|no write key" in said


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_fork_sends_each_message_once(program: Program, server: Server) -> None:
    program.run(
        "listen()\nsend(1)\n"
        "if os.fork():\n    os.wait()\n    send(2)\n"
        "else:\n    send(3)\n    flush()\n    os._exit(0)\n"
    )
    assert orders(server) == ["1", "2", "3"]


def test_sigterm_flushes_first(program: Program, server: Server) -> None:
    process = program.start(
        "listen(flush_on_sigterm=True, flush_interval=60)\nsend(1)\n"
        "print('ready', flush=True)\ntime.sleep(60)\n"
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM
    assert orders(server) == ["1"]


def test_an_outbox_keeps_what_a_kill_leaves(program: Program, server: Server) -> None:
    killed = program.start(
        "configure(write_key='k', endpoint='http://127.0.0.1:9', outbox='kept.db')\nsend(1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed.communicate(timeout=60)
    assert "1 message" in program.console("outbox", "kept.db")
    program.run("listen(outbox='kept.db')\nassert flush(30)\n")
    assert orders(server) == ["1"]


MIDDLEWARE = """
from importlib import import_module
wsgi = import_module(os.environ["LIBRARY"] + ".wsgi")
asgi = import_module(os.environ["LIBRARY"] + ".asgi")
listen()

def application(environ, start):
    send(1)
    return []

list(wsgi.AnalyticsMiddleware(application)({"REMOTE_ADDR": "192.0.2.1"}, print))

async def endpoint(scope, receive, send_):
    send(2)

import asyncio
asked = {"type": "http", "client": ["192.0.2.2", 1], "headers": []}
asyncio.run(asgi.AnalyticsMiddleware(endpoint)(asked, None, None))
"""


def test_middleware_gives_requests_their_context(program: Program, server: Server) -> None:
    program.run(MIDDLEWARE)
    found = {each["properties"]["order_id"]: each["context"]["ip"] for each in server.delivered}
    assert found == {"1": "192.0.2.1", "2": "192.0.2.2"}


def test_capture_holds_what_is_sent(program: Program) -> None:
    program.run(
        "from acme.analytics import ViolationError\n"
        "from acme.analytics.testing import capture\n"
        "with capture() as sent:\n"
        "    send(1)\n"
        "    try:\n        order_completed('u', order_id='1')\n"
        "    except ViolationError as error:\n        assert len(error.violations) == 2\n"
        "    else:\n        raise AssertionError\n"
        "assert [each['event'] for each in sent] == ['Order Completed']\n"
    )
