"""`pull` and `push` run in a folder, against a loopback Segment."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from typewriter_py.cli.app import app
from typewriter_py.plan.load import load

from .segment_server import TOKEN, Segment

PLAN = """\
# The shop's plan.
tracking_plan:
  display_name: Shop
  id: tp_123

  rules:
    events:
      # --- checkout ---
      - name: Order Completed   # the one that counts
        owner: checkout@example.com
        rules:
          required: [order_id]
          properties:
            # the shop's number
            order_id: {type: string, pii: false}
            total:
              type: integer   # in whole cents
              minimum: 0

      - name: Cart Viewed
        rules:
          properties:
            cart_id: {type: string}
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass
class Project:
    """A project's folder and Segment, and the commands that stand between them."""

    folder: Path
    segment: Segment

    @property
    def plan(self) -> Path:
        return self.folder / "plan.yaml"

    @property
    def lock(self) -> Path:
        return self.folder / "typewriter.lock"

    def write(self, text: str, name: str = "plan.yaml") -> None:
        place = self.folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(textwrap.dedent(text).encode())

    def text(self, name: str = "plan.yaml") -> str:
        return (self.folder / name).read_bytes().decode()

    def replace(self, old: str, new: str, name: str = "plan.yaml") -> None:
        text = self.text(name)
        assert old in text
        self.write(text.replace(old, new, 1), name)

    def run(self, *args: str, input: str | None = None) -> Done:
        done = CliRunner().invoke(app, [*args], input=input, standalone_mode=False)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            from click import Abort, ClickException

            if isinstance(done.exception, Abort):
                return Done(130, done.stdout, done.stderr)
            if isinstance(done.exception, ClickException):
                return Done(2, done.stdout, done.stderr + done.exception.format_message())
            raise done.exception
        assert TOKEN not in done.stdout + done.stderr
        assert isinstance(done.return_value, int)
        return Done(done.return_value, done.stdout, done.stderr)

    def pull(self, *args: str) -> Done:
        return self.run("pull", "--plan", "plan.yaml", *args)

    def push(self, *args: str, input: str | None = None) -> Done:
        return self.run("push", "--plan", "plan.yaml", *args, input=input)

    def in_step(self) -> None:
        """Both sides say the same, and the lock knows it."""
        done = self.push("--dry-run")
        assert (done.code, done.out.strip()) == (0, ""), done
        before = self.text()
        done = self.pull()
        assert (done.code, self.text()) == (0, before), done
        assert load(self.plan).plan is not None


def codes(done: Done) -> list[str]:
    """The codes of the findings on standard output."""
    return [
        word
        for line in done.out.splitlines()
        for word in line.split()
        if word.startswith("TW5") and len(word) == 5
    ]


@contextmanager
def project(folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Iterator[Project]:
    monkeypatch.chdir(folder)
    with Segment(**options) as segment:
        monkeypatch.setenv("TYPEWRITER_API_URL", segment.url)
        monkeypatch.setenv("SEGMENT_API_TOKEN", TOKEN)
        yield Project(folder, segment)
