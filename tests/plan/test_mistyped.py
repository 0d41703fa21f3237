"""Plans as people mistype them who know spreadsheets better than YAML.

``mistyped/*.txt`` list the mistakes: the lines as they were typed, with ``▸`` before each location
that is reported, and below them, after ``=>``, what is said there and how to put it right.
``⍽`` stands for a no-break space, ``→`` for a tab.  ``--update-golden`` writes what is said.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from .planning import complaints, load_text

FOLDER = Path(__file__).parent / "mistyped"
EVENT = """\
tracking_plan:
  rules:
    events:
      - name: Order Completed
{}
        rules:
          properties:
            order_id: {{type: string}}
      - name: Order Refunded
        description: Money went back.
"""
PROPERTY = """\
tracking_plan:
  definitions:
    Product: {{type: object, properties: {{id: {{type: string}}}}}}
  rules:
    events:
      - name: Order Completed
        rules:
          properties:
            order_id: {{type: string}}
{}
            total: {{type: number}}
      - name: Order Refunded
        description: Money went back.
"""
WITHIN = {"files": ("{}", 0), "events": (EVENT, 8), "properties": (PROPERTY, 12)}
"""The plans that have the mistakes of a file in them, and how far these are indented."""


class Mistake(NamedTuple):
    """What somebody typed, with a mark at each location, and what is said there."""

    where: str
    typed: str
    said: list[str]

    @property
    def plan(self) -> str:
        """The plan that has the mistake in it."""
        within, indent = WITHIN[self.where]
        typed = self.typed.replace("▸", "").replace("⍽", "\u00a0").replace("→", "\t")
        return within.format(textwrap.indent(typed, " " * indent))

    def found(self) -> Mistake:
        """The same with what is said now."""
        within, indent = WITHIN[self.where]
        above = within[: within.index("{}")].count("\n")
        lines, said = self.typed.replace("▸", "").split("\n"), []
        for each in reversed(load_text(self.plan.encode()).diagnostics):
            assert each.span
            line, column = each.span.line - 1 - above, each.span.column - 1 - indent
            if 0 <= line < len(lines) and not lines[line][column:].startswith("▸"):
                lines[line] = f"{lines[line][:column]}▸{lines[line][column:]}"
            said.insert(0, f"{each.code} {each.message} ({each.help})")
        return Mistake(self.where, "\n".join(lines), said)


def mistakes() -> Iterator[Mistake]:
    for path in sorted(FOLDER.iterdir()):
        typed: list[str] = []
        said: list[str] = []
        for line in [*path.read_text("utf-8").split("\n"), ""]:
            if line.startswith("=> "):
                said.append(line.removeprefix("=> "))
            elif said:
                yield Mistake(path.stem, "\n".join(typed), said)
                typed, said = [], []
            else:
                typed.append(line)


EVERY = [*mistakes()]
NAMES = [f"{each.where}-{number}" for number, each in enumerate(EVERY)]


@pytest.mark.parametrize("mistake", EVERY, ids=NAMES)
def test_what_is_said_leads_to_the_mistake(mistake: Mistake, update_golden: bool) -> None:
    if update_golden:
        return
    found = mistake.found()
    assert (found.typed, found.said) == (mistake.typed, mistake.said)


def test_the_tables_are_up_to_date(update_golden: bool) -> None:
    for path in sorted(FOLDER.iterdir()):
        cases = [each.found() for each in EVERY if each.where == path.stem]
        text = "\n".join(
            f"{each.typed}\n" + "".join(f"=> {line}\n" for line in each.said) for each in cases
        )
        if update_golden:
            path.write_text(text, "utf-8")
        assert path.read_text("utf-8") == text


def test_every_mistake_comes_with_advice_and_none_in_the_words_of_a_parser() -> None:
    said = [line for each in EVERY for line in each.said]
    assert [line for line in said if line.endswith("(None)")] == []
    assert [line for line in said if "did not find" in line or "expected" in line] == []


@pytest.mark.parametrize("mistake", EVERY, ids=NAMES)
def test_what_a_fix_writes_is_not_mistyped_again(mistake: Mistake) -> None:
    loaded = load_text(mistake.plan.encode())
    fixed = {each.code for each in loaded.diagnostics if each.fix}
    assert fixed or not loaded.mended
    for text in loaded.mended.values():
        again = load_text(text.encode())
        assert [each for each in again.diagnostics if each.fix] == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "a ZIP archive, such as a Word or Excel document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word or Excel document in the old format"),
        (b"%PDF-1.4\n%\xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\x1f\x8b\x08\x00", "compressed (gzip)"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(content: bytes, what: str) -> None:
    (found,) = complaints(content)
    assert found.startswith(f"1:1 TW100 plan.yaml is {what}, not text (a plan is YAML")
