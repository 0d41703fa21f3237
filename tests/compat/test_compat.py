"""Packages that were generated for an interface still work with today's library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INTERFACES = sorted(folder for folder in HERE.iterdir() if folder.name.isdecimal())
BODIES = """[
    {},
    {"order_id": 1, "total": "x", "products": [{}], "user_id": "u", "unplanned": None},
    {"text": "t" * 21, "whole": True, "part": float("nan"), "flag": 1, "moment": "now", "id": "x"},
    {"email": "hush", "name": None, "path": 7, "company": {"id": 7}, "tree": [[[1]]], "known": 2},
]"""
REWORDED = {"is no number in JSON (NaN or infinite)": "is not a JSON number (NaN or infinite)"}
"""Texts of violations that have been reworded since; nothing else may change."""
PROGRAM = f"""
import json
import analytics
from analytics._rules import RULES
from analytics.events import PACKAGE
from analytics.testing import capture

said = []
def note(violations, message):
    said.extend([str(each), each.code] for each in violations)

with capture(on_violation=note) as sent:
    for kind, name, version, _ in RULES:
        for body in {BODIES}:
            if kind == "track":
                PACKAGE.track(name, "u", None, body, version=version)
                PACKAGE.track(name, "u", None, body)
            elif kind in ("identify", "group", "page", "screen"):
                more = () if kind == "identify" else ("g",)
                getattr(PACKAGE, kind)("u", *more, None, body)
for name in analytics.__all__:
    assert getattr(analytics, name) is not None
print(json.dumps([len(sent), said], ensure_ascii=False))
"""


@pytest.mark.parametrize("folder", INTERFACES, ids=lambda folder: str(folder.name))
def test_the_library_serves_it(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (folder / "said.json").read_text("utf-8")
    for before, now in REWORDED.items():
        text = text.replace(before, now)
    expected = json.loads(text)
    assert json.loads(done.stdout) == expected
    assert len(expected[1]) > 200
