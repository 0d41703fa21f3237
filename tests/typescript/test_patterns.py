"""Patterns match in JavaScript what they match in Python, which jsonschema uses."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata

import pytest

from typewriter_py.plan.checks import problem_of
from typewriter_py.targets.typescript.rules import to_javascript

from . import tools

_SEARCH = """
const [patterns, texts] = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = patterns.map((source) => {
  const pattern = new RegExp(source, "u");
  return texts.filter((text) => pattern.test(text));
});
console.log(JSON.stringify(found));
"""
PATTERNS = [
    *[rf"^\{letter}$" for letter in "dDwWsS"],
    *[rf"^[\{letter}]$" for letter in "dDwWsS"],
    *[rf"^[^\{letter}]$" for letter in "dDwWsS"],
    r"^[\W_]+$",
    r"^[^\W_]+$",
    r"^[^\S\n]+$",
    r"^[\W^]$",
    r"^[-\Da-]$",
    r"^[^\s@]+$",
    r"^[\[^a\]]$",
    r"^[\W\S]$",
    r"^[^\W\S]$",
    r"^.$",
    r"\ba",
    r"a\b",
    r"a\B",
    r"\Ba",
    r"a$",
    r"^\x41?a{1,2}$",
    r"a{|}",
    r"\/a|\-a",
]


@tools.needs_node
def test_they_find_what_python_finds() -> None:
    known = [c for c in map(chr, range(0x3100)) if unicodedata.category(c) != "Cn"]
    known += ["\ufeff", "\uff11", "\U0001d7d9", "\U0001f600", "\U00010330"]
    texts = [*known, *(f"{c}a" for c in known), *(f"a{c}" for c in known)]
    sources = [to_javascript(pattern) for pattern in PATTERNS]
    done = subprocess.run(
        ["node", "-e", _SEARCH],
        input=json.dumps([sources, texts]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    for pattern, found in zip(PATTERNS, json.loads(done.stdout), strict=True):
        wanted = {text for text in texts if re.search(pattern, text)}
        assert sorted(wanted ^ set(found)) == [], pattern


@pytest.mark.parametrize("pattern", PATTERNS)
def test_they_are_of_the_dialect_that_a_plan_may_use(pattern: str) -> None:
    assert problem_of(pattern) is None
