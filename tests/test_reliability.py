"""Every promise of the README's "Reliability" has its test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.partition("\n## Reliability\n")[2].partition("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ") and "::" in line]


def test_each_promise_names_a_test_that_exists() -> None:
    assert len(ROWS) > 15
    for row in ROWS:
        promise, tests = row.strip("| ").rsplit(" | ", 1)
        named = re.findall(r"`(\w+\.py)::(\w+)`", tests)
        assert named, promise
        assert tests.count("::") == len(named)
        for file, test in named:
            texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob(file)]
            assert any(f"\ndef {test}(" in text for text in texts), (promise, file, test)


def test_the_table_of_faults_has_every_scenario() -> None:
    table = (ROOT / "benchmarks" / "FAULTS.md").read_text("utf-8")
    for scenario in ("at once", "normal exit", "fork", "500", "429", "refused", "started again"):
        assert scenario in table
    for scenario in ("fork in C", "uWSGI", "no thread", "body stalls", "HTTPS_PROXY"):
        assert scenario in table
    assert "ours" in table
    ours = [row for row in table.splitlines() if "| ours |" in row]
    assert not [row for row in ours if "lost silently" in row]
