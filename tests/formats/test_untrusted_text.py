"""Whatever text a plan has, no file that is made from the plan has a character that misleads its
reader: controls, directions of writing, what is invisible.  The data are the same all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.lint.linting import findings
from tests.plan.planning import load_text, shown
from typewriter_py.diff import compare, report
from typewriter_py.formats import export, spreadsheet
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.plan.load import Loaded
from typewriter_py.plan.model import Plan
from typewriter_py.reporters import FORMATS, Scene, render
from typewriter_py.targets import TARGETS, Request
from typewriter_py.targets import load as load_target
from typewriter_py.text import is_harmless, json_text

from . import trips
from .importing import import_text

RAW = (
    "\x00\x07\x0b\x0c\r\x1b\x7f\x85\x9b\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066"
)
TEXTS = st.text(
    st.sampled_from(RAW + "\u2069\ufeff\ufff9\U000e0041\ue000\n\t aé=@'\\u202e#:[-\u200d🎉")
)
NAMES = TEXTS.filter(str.strip).map(str.strip).filter(bool)


def plan_data(name: str, text: str, value: str) -> dict[str, Any]:
    """A plan with ``text`` wherever it may say something, ``value`` wherever it may list one."""
    properties = {
        name: {
            "name": "one", "type": "string", "title": text, "description": text,
            "examples": [value], "default": value, "deprecated": text, "replaced_by": name,
        },
        "listed": {"enum": [value, "x"], "description": text},
        "within": {"type": "object", "properties": {name: {"const": value, "name": "in"}}},
        "shared": {"$ref": "#/definitions/Shared"},
        "array": {"type": "array", "items": {"enum": [{name: value}]}},
    }  # fmt: skip
    event = {
        "name": name, "title": text, "description": text, "owner": text, "tags": [name],
        "platforms": [name], "integrations": {name: {name: value}}, "deprecated": text,
        "replaced_by": name, "function": "two", "version": 2,
        "rules": {"properties": properties, "required": [name]},
    }  # fmt: skip
    rules = {"events": [event]}
    shared = {"enum": [value, 1], "description": text, "title": text}
    return {
        "display_name": name, "description": text, "id": name,
        "definitions": {"Shared": shared}, "rules": rules,
    }  # fmt: skip


def loaded(root: dict[str, Any]) -> Loaded:
    found = load_text(json.dumps({"tracking_plan": root}))
    assert found.plan is not None, list(map(shown, found.diagnostics))
    return found


def outputs(found: Loaded) -> Iterator[tuple[str, str]]:
    """Every file that can be made from a plan, by name."""
    plan = found.plan
    assert plan is not None
    for language in TARGETS:
        made = load_target(language).generate(Request(plan, "analytics", plan.name))
        assert made.files, made.diagnostics
        yield from ((f"{language}/{file.path}", file.text) for file in made.files)
    rules = rules_of(plan)
    yield "segment.json", json_text(export.segment_document(rules))
    for path, text in export.schema_files(rules):
        yield path, path
        yield path, text
    yield "plan.csv", spreadsheet.text(rules)[0]
    said = (*findings(found, ("all",)), *found.diagnostics)
    for form in FORMATS:
        yield f"lint as {form}", render(said, form, Scene(found.sources))
    changes = compare(Plan("Old"), plan)
    yield "diff as Markdown", report.markdown(changes)
    yield "diff as JSON", json_text(report.json(changes), ascii=True)


def raw(text: str) -> set[str]:
    return {char for char in text if not is_harmless(char)} - {"\n", "\t"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(NAMES, TEXTS, TEXTS)
@example("a\u202eb", "\u2066x\x1b[31m", "\u202e")
def test_no_file_made_from_a_plan_has_a_character_that_misleads(
    name: str, text: str, value: str
) -> None:
    found = loaded(plan_data(name, text or "x", value))
    for file, made in outputs(found):
        assert not raw(made), (file, raw(made))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(NAMES, TEXTS.filter(str.strip), TEXTS)
@example("a\u202eb", "\u2066x\x1b[31m", "\u202e")
def test_such_a_plan_comes_back_from_its_exports(name: str, text: str, value: str) -> None:
    plan = loaded(plan_data(name, text, value)).plan
    assert plan is not None
    for way in (trips.by_segment, trips.by_folder):
        written, said = trips.import_text(way(rules_of(plan)))
        assert not said
        assert not raw(written)
        back = load_text(written).plan
        assert back is not None
        assert rules_of(back) == rules_of(plan)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(NAMES, NAMES, NAMES)
@example("=1+1", "@x", "-1|2")
@example("'=1", "\t=1", "'")
@example("a\u202eb", "\\u202e", "\x1b")
def test_names_and_texts_come_back_from_a_spreadsheet(name: str, text: str, value: str) -> None:
    shape = {"properties": {name: {"type": "string", "description": text, "enum": [value, "x"]}}}
    event = {"name": name, "description": text, "rules": shape}
    plan = loaded({"rules": {"events": [event]}}).plan
    assert plan is not None
    found = import_text(spreadsheet.text(rules_of(plan))[0], "plan.csv")
    assert found.plan is not None, found.said
    assert not raw(found.text or "")
    (back,) = found.plan.events
    (declared,) = back.properties.properties
    assert (back.name, back.description) == (name, text)
    assert (declared.name, declared.description) == (name, text)
