"""The two clients that go through each scenario, as programs with the same functions.

``start(**settings)``, ``send(n, **properties)``, ``flush()``; each lost message that either
reports to the application is a dot on standard output.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

PLAN = """\
tracking_plan:
  display_name: Faults
  rules:
    events:
      - name: Counted
        description: A message with a number.
        rules:
          required: [n]
          properties:
            n: {type: integer}
            price: {type: number}
            id: {type: string, format: uuid}
"""
_BOTH = """
import os, signal, sys, time
from uuid import UUID
folder, url = sys.argv[1:3]

def report(count):
    os.write(1, b"." * count)

def at_most(seconds):
    signal.signal(signal.SIGALRM, lambda *_: os._exit(9))
    signal.alarm(seconds)
"""
OURS = """
sys.path.insert(0, folder)
import analytics

def start(**settings):
    given = {"write_key": "faults", "endpoint": url}
    given["on_drop"] = lambda message, reason: report(1)
    analytics.configure(**{**given, **settings})

def send(n, **properties):
    analytics.counted("user", n=n, **properties)

def flush():
    analytics.flush(60)
"""
OFFICIAL = """
from segment.analytics.client import Client
client = None

def start(on_error=lambda error, items: report(len(items)), **settings):
    global client
    client = Client("faults", host=url, on_error=on_error)

def send(n, **properties):
    taken, _ = client.track("user", "Counted", {"n": n, **properties})
    if not taken:  # the queue is full
        report(1)

def flush():
    client.flush()
"""
NOTHING: Mapping[str, str] = MappingProxyType({})
_LEFT_OUT = re.compile("SEGMENT|TYPEWRITER|REQUESTS_|CURL_|.*_PROXY$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished program: how many messages it reported as lost, and its status."""

    reported: int
    status: int
    seconds: float

    @property
    def hung(self) -> bool:
        """Whether it had to be killed."""
        return self.status == -9


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the two clients."""

    name: str
    prelude: str
    folder: Path

    def run(
        self, url: str, code: str, limit: float = 60, environment: Mapping[str, str] = NOTHING
    ) -> Ended:
        """Run a program to its end; after ``limit`` seconds it is killed."""
        command = [sys.executable, "-c", self.program(code), str(self.folder), url]
        with Running(command, environment) as process:
            return process.ended(limit)

    def program(self, code: str) -> str:
        """The whole program, whose arguments are the folder and the server's URL."""
        return _BOTH + self.prelude + code


class Running(subprocess.Popen[bytes]):
    """A process of a subject, without this machine's settings for analytics, proxies and
    authorities."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] = NOTHING,
        log: int | IO[bytes] = subprocess.DEVNULL,
    ) -> None:
        self._begin = time.perf_counter()
        clean = {k: v for k, v in os.environ.items() if not _LEFT_OUT.match(k)}
        super().__init__(command, stdout=subprocess.PIPE, stderr=log, env={**clean, **environment})

    def __exit__(self, kind: type[BaseException] | None, *more: Any) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, *more)

    def ended(self, limit: float) -> Ended:
        """Wait until it ends; after ``limit`` seconds it is killed."""
        try:
            printed, _ = self.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self.kill()
            printed, _ = self.communicate()
        return Ended(printed.count(b"."), self.returncode, time.perf_counter() - self._begin)


def subjects(folder: Path) -> tuple[Subject, Subject]:
    """Ours, generated into ``folder``, and the official SDK."""
    (folder / "plan.yaml").write_text(PLAN)
    typewriter = Path(sys.executable).with_name("typewriter")
    command = [typewriter, "generate", "--plan", "plan.yaml", "--out", "analytics"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return Subject("ours", OURS, folder), Subject("segment-analytics-python", OFFICIAL, folder)
