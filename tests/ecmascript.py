"""What JavaScript finds, by asking Node: the reference for what a plan's patterns mean."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from functools import cache

import pytest

IS_THERE = shutil.which("node") is not None or bool(os.environ.get("CI"))

needs_node = pytest.mark.skipif(not IS_THERE, reason="there is no node here")
"""For tests that need Node; in continuous integration it must be installed."""

_PROGRAM = """
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [patterns, texts] = JSON.parse(line);
  const found = patterns.map((source) => {
    const pattern = new RegExp(source, "u");
    return texts.map((text) => pattern.test(text));
  });
  console.log(JSON.stringify(found));
});
"""


@cache
def _node() -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    node = subprocess.Popen(["node", "-e", _PROGRAM], stdin=pipe, stdout=pipe, text=True)
    atexit.register(_stop, node)
    return node


def _stop(node: subprocess.Popen[str]) -> None:
    with node:  # closes the pipes and waits
        node.kill()


def found(patterns: list[str], texts: list[str]) -> list[list[bool]]:
    """For each pattern, in which of the texts ``new RegExp(pattern, "u")`` finds something."""
    node = _node()
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps([patterns, texts]) + "\n")
    node.stdin.flush()
    answer = node.stdout.readline()
    assert answer, "node stopped: one of the patterns is not JavaScript's"
    return [[bool(each) for each in row] for row in json.loads(answer)]


@cache
def finds(pattern: str, text: str) -> bool:
    """Whether JavaScript finds the pattern in the text."""
    return found([pattern], [text])[0][0]
