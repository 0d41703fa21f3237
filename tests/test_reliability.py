"""Every promise of the README's "Reliability" and of SECURITY.md has its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.partition("\n## Reliability\n")[2].partition("\n## ")[0]
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "least"), [(SECTION, 40), (SECURITY, 13)], ids=["reliability", "security"]
)
def test_each_promise_names_a_test_that_exists(page: str, least: int) -> None:
    head = re.compile(r"\| (promise|from) |\|-")
    rows = [row for row in page.splitlines() if row.startswith("| ") and not head.match(row)]
    assert len(rows) > least
    for row in rows:
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
