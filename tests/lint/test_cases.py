"""Each rule on a plan that it finds fault with, and on one that it does not.

``cases/RULE/bad.yaml`` has the faults, ``findings.txt`` says what the rule finds there and
where; ``good.yaml`` is what comes near, and is fine by every default rule.
``--update-golden`` writes ``findings.txt``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.lint import rules

from .linting import in_file

CASES = Path(__file__).parent / "cases"
NAMES = [rule.code.name for rule in rules()]


def rows(diagnostic: Diagnostic, folder: Path) -> str:
    span = diagnostic.span
    assert span
    text = f"{span}: {diagnostic.code} {diagnostic.message}\n"
    text += f"    {diagnostic.help}\n" if diagnostic.help else ""
    for place, words in diagnostic.related:
        text += f"    {place}: {words}\n"
    return text.replace(f"{folder}/", "")


def test_every_rule_has_a_case_and_every_case_a_rule():
    assert sorted(path.name for path in CASES.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_bad_is_found_at_its_location(name: str, update_golden: bool):
    folder = CASES / name
    found = in_file(folder / "bad.yaml", ("default",) if name == "unused-ignore" else (name,))
    assert any(each.kind.name == name for each in found)
    text = "".join(rows(each, folder) for each in found)
    expected = folder / "findings.txt"
    if update_golden:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_good_is_left_alone(name: str):
    found = in_file(CASES / name / "good.yaml", ("default", name))
    assert [rows(each, CASES / name) for each in found] == []
