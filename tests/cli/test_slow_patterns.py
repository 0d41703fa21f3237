"""No command waits for a pattern that could take forever: each ends in the time that it has."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from typewriter_py.plan import codes

SLOW = "^(a+)+$"
TEXT = "a" * 40 + "!"

PLAN = f"""\
tracking_plan:
  display_name: Slow
  definitions:
    Code: {{type: string, pattern: '{SLOW}'}}
  rules:
    events:
      - name: Code Typed
        description: Somebody typed a code.
        rules:
          required: [code]
          properties:
            code: {{type: string, pattern: '{SLOW}', default: '{TEXT}', examples: ['{TEXT}']}}
            listed: {{type: string, pattern: '{SLOW}', enum: ['{TEXT}', a]}}
            fixed: {{type: string, pattern: '{SLOW}', const: '{TEXT}'}}
            both: {{allOf: [{{type: string, pattern: '{SLOW}'}}, {{enum: ['{TEXT}']}}]}}
            defined: {{$ref: '#/definitions/Code', default: '{TEXT}'}}
            either:
              anyOf: [{{type: string, pattern: '{SLOW}'}}, {{type: integer}}]
              default: '{TEXT}'
"""

SCHEMA = {
    "title": "Code Typed",
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": SLOW, "default": TEXT, "examples": [TEXT]},
        "listed": {"type": "string", "pattern": SLOW, "enum": [TEXT, "a"]},
        "fixed": {"type": "string", "pattern": SLOW, "const": TEXT},
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enum = f"code: {{type: string, enum: ['{TEXT}']}}"
    lines = PLAN.splitlines()
    at = next(n for n, line in enumerate(lines) if line.lstrip().startswith("code: "))
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    other = "\n".join([*lines[:at], indent + enum, *lines[at + 1 :]]) + "\n"
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "old.yaml").write_text(other)
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "app.py").write_text(f"import analytics\nanalytics.code_typed(code={TEXT!r})\n")
    properties = {"code": TEXT}
    message = {"type": "track", "event": "Code Typed", "userId": "u", "properties": properties}
    (tmp_path / "log.ndjson").write_text(f"{json.dumps(message)}\n" * 20)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        "lint plan.yaml",
        "lint --fix plan.yaml",
        "diff old.yaml plan.yaml",
        "diff plan.yaml old.yaml",
        "generate --plan plan.yaml --out analytics",
        "generate --plan plan.yaml --out analytics --target typescript",
        "generate --plan plan.yaml --out analytics --target markdown",
        "audit app.py --plan plan.yaml --no-cache",
        "import schema.json",
        "export --plan plan.yaml --format jsonschema --out schemas",
        "infer log.ndjson",
    ],
)
def test_a_command_ends(folder: Path, arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "typewriter_py", *arguments.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,  # it would take hours
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "usage" not in done.stderr.lower()


def test_lint_reports_the_pattern_and_nothing_about_values_it_cannot_check(
    folder: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "typewriter_py", "lint", "plan.yaml", "--output-format", "json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found = [each["code"] for each in json.loads(done.stdout)]
    assert found.count("TW256") >= 3
    certain = codes.ENUM_VALUE, codes.DEFAULT_REFUSED, codes.NO_EFFECT
    assert not {each.number for each in certain} & {*found}
