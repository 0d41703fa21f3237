"""Each folder of ``exported``: a plan, and what it is in every other format.

``pytest --update-golden`` writes the exports anew, for review in the diff.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from typewriter_py.formats import export as files
from typewriter_py.formats import spreadsheet
from typewriter_py.formats.export import json_text
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.readers import read_source
from typewriter_py.formats.rules import Rule, RuleSet
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Plan

from .trips import imported

EXPORTED = Path(__file__).parent / "exported"
CASES = sorted(path.name for path in EXPORTED.iterdir())


def plan_of(case: str) -> Plan:
    loaded = load(EXPORTED / case / "plan.yaml")
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan


def exports(case: str) -> dict[str, str]:
    rules = rules_of(plan_of(case))
    sheet, said = spreadsheet.text(rules)
    lines = [
        f"{each.span.line if each.span else '-'} {each.code} {each.message}\n" for each in said
    ]
    return {
        "segment.json": json_text(files.segment_document(rules)),
        "plan.csv": sheet,
        "said.txt": "".join(lines),
        **{f"schemas/{path}": text for path, text in files.schema_files(rules)},
    }


@pytest.mark.parametrize("case", CASES)
def test_what_is_exported(case: str, update_golden: bool) -> None:
    folder, wanted = EXPORTED / case, exports(case)
    if update_golden:
        shutil.rmtree(folder / "schemas", ignore_errors=True)
        for path, text in wanted.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    found = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != "plan.yaml"
    }
    assert found == wanted


@pytest.mark.parametrize("source", ["segment.json", "schemas"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_imported_as_the_same_plan(case: str, source: str) -> None:
    read = read_source(str(EXPORTED / case / source))
    assert read.rules is not None
    assert not read.diagnostics
    assert imported(read.rules) == plan_of(case)


# --- names of files --------------------------------------------------------------------------


def paths(*keys: str | tuple[str, int]) -> list[str]:
    """The files of events with these names and versions, in their order."""
    named = [(key, 1) if isinstance(key, str) else key for key in keys]
    schema = {"type": "object", "properties": {"properties": {"type": "object"}}}
    rules = tuple(Rule("TRACK", key, version, schema) for key, version in named)
    return [path for path, _ in files.schema_files(RuleSet("P", rules))[1:]]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("Order Completed", "events/order-completed.json"),
        ("order_completed", "events/order_completed.json"),
        ("orderCompleted", "events/order-completed~camel.json"),
        ("Bob's & Co", "events/bob+apostrophe+s-+and+-co.json"),
        ("../../etc/passwd", "events/+dot++dot++slash++dot++dot++slash+etc+slash+passwd~9.json"),
        ("注文 完了", "events/注文-完了.json"),
        ("🎉", "events/+u1f389.json"),
        ("w" * 200, f"events/{'w' * 100}~~f21c981475cfd17c.json"),
        ("Aux", "events/aux~reserved.json"),
    ],
)
def test_an_events_file(key: str, path: str) -> None:
    assert paths(key) == [path]


def test_files_of_events_of_the_same_words_and_of_versions() -> None:
    found = paths("Order Completed", "order-completed", ("Order Completed", 2), "Done", "Done!")
    assert found == [
        "events/order-completed.json",
        "events/order-completed~kebab.json",
        "events/order-completed.v2.json",
        "events/done.json",
        "events/done+exclamation.json",
    ]


def test_an_events_file_stays_when_others_come() -> None:
    assert paths("A", "B", "C")[2] == paths("C")[0] == paths("C", "D", ("C", 2))[0]
