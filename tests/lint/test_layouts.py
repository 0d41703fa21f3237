"""The same plan in any layout: the same findings and silence, and the right node is mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from typewriter_py.cli.lint import LintResult, command, lint_plans, prepare
from typewriter_py.diagnostics import Span
from typewriter_py.plan.document import Map, Seq
from typewriter_py.plan.yaml_reader import read
from typewriter_py.plan.yaml_writer import write

ROOT = Path(__file__).parents[2]
LAYOUTS: dict[str, Callable[[Any], str]] = {
    "block": lambda data: write(data["tracking_plan"]),
    "dashes below keys": lambda data: yaml.safe_dump(data, sort_keys=False, allow_unicode=True),
    "flow": lambda data: yaml.safe_dump(
        data, sort_keys=False, allow_unicode=True, default_flow_style=True, width=10**6
    ),
    "indented": lambda data: json.dumps(data, indent=2, ensure_ascii=False),
    "unindented": lambda data: json.dumps(data, indent=0, ensure_ascii=False),
    "minified": lambda data: json.dumps(data, separators=(",", ":"), ensure_ascii=False),
}

ADVICE = """\
tracking_plan:
  definitions:
    Box: {type: object, minLength: 1, properties: {depth: {type: string, minimum: 3}}}
    Lid: {type: string, minItems: 2, ignore: [no-effect, unused-definition]}
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        rules:
          properties:
            weight: {type: string, minimum: 1, ignore: [no-effect]}
            size:
              type: object
              minLength: 2
              properties:
                depth: {type: string, minimum: 3, ignore: [TW145]}
                width: {type: string, minimum: 3}
                count: {type: array, items: {type: integer, minLength: 3}}
              maxLength: 5
              ignore: [TW145]
            colour: {type: string, minimum: 4}
            either: {anyOf: [{type: string, minimum: 1}, {type: integer, minLength: 0}]}
            form: {type: string, format: odd, ignore: [no-effect]}
            boxes: {type: array, items: {$ref: '#/definitions/Box'}, minLength: 1}
      - name: Parcel Sent
        description: It is on its way.
        ignore: [TW145]
        rules:
          properties:
            properties: {type: object, properties: {items: {type: string, minimum: 0}}}
            last: {minLength: 2}
    identify:
      traits:
        - {name: Shoe Size, type: integer, maxLength: 3, ignore: [no-effect]}
        - {name: Hat Size, type: integer, maxLength: 3}
    group:
      traits: {properties: {size: {type: integer, maxLength: 3}}}
    page:
      properties: {path: {type: string, minimum: 3, default: /}}
    common:
      context: {properties: {ip: {type: string, minimum: 3}}}
"""


def plans() -> Iterator[tuple[str, Any]]:
    yield "advice", yaml.safe_load(ADVICE)
    files = [*ROOT.glob("plans/*.yaml"), *(ROOT / "tests/lint/cases").glob("*/*.yaml")]
    for path in sorted(files):
        yield f"{path.parent.name}/{path.stem}", _data(read("", path.read_text("utf-8")).data)


def _data(node: Any) -> Any:
    """Plain data, what is written once and used twice as a copy each time."""
    if isinstance(node, Map):
        return {key: _data(value) for key, value in node.items()}
    return [_data(value) for value in node] if isinstance(node, Seq) else node


PLANS = dict(plans())
EACH = pytest.mark.parametrize("name", PLANS)


def paths(text: str) -> dict[tuple[int, int], str]:
    """The path of each key, scalar and item, by its location."""
    found: dict[tuple[int, int], str] = {}

    def walk(node: Any, path: str) -> None:
        pairs = node.marks.items() if isinstance(node, Map) else enumerate(node.marks)
        for key, marks in pairs:
            here, inner = f"{path}/{key}", node[key]
            if isinstance(node, Map):
                found[marks[0][1:3]] = here
            if isinstance(inner, Map | Seq):
                walk(inner, here)
            else:
                found[(marks[1] if isinstance(node, Map) else marks)[1:3]] = here

    walk(read("", text).data, "")
    return found


def linted(folder: Path, text: str) -> LintResult:
    """What lint finds with all its rules."""
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return lint_plans(prepare((str(path),), None, "all", None))


def findings(found: LintResult, text: str) -> list[tuple[object, ...]]:
    """The code, node, message, and the related nodes, of each finding; in no order."""
    at = paths(text)

    def node(span: Span | None) -> str | None:
        return at[span.line, span.column] if span else None

    return sorted(
        (each.code, node(each.span) or "", each.message, [node(span) for span, _ in each.related])
        for each in found.diagnostics
    )


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769817600")
    (tmp_path / "typewriter.toml").write_text("")


@EACH
def test_each_layout_has_the_same_findings(name: str, tmp_path: Path):
    found = {}
    for layout, text_of in LAYOUTS.items():
        text = text_of(PLANS[name])
        found[layout] = findings(linted(tmp_path, text), text)
    for layout, each in found.items():
        assert each == found["block"], layout


@EACH
@pytest.mark.parametrize("mode", ["--fix", "--add-ignores"])
def test_each_layout_is_fixed_at_the_same_node(name: str, mode: str, tmp_path: Path):
    made = {}
    for layout, text_of in LAYOUTS.items():
        path = tmp_path / "plan.yaml"
        path.write_text(text_of(PLANS[name]), encoding="utf-8")
        command.main(["plan.yaml", mode, "--select", "all"], standalone_mode=False)
        made[layout] = _data(read("", path.read_text("utf-8")).data)
    for layout, each in made.items():
        assert each == made["block"], layout
