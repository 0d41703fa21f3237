"""``typewriter export``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from ..config import Read
from ..diagnostics import Diagnostic, Severity, in_order
from ..formats import export, spreadsheet
from ..formats.json_schema import rules_of
from ..formats.rules import RuleSet
from ..output import Comparison
from ..output.write import apply
from ..plan.load import load
from ..text import json_text
from . import configured, io

SEGMENT, JSON_SCHEMA, CSV = "segment", "jsonschema", "csv"


@click.command(
    epilog="""\b
Examples:
  $ typewriter export --format segment > plan.json
  $ typewriter export --format jsonschema --out schemas/
  $ typewriter export --plan plans/myapp.yaml --format csv --out plan.csv

\b
Formats:
  segment     the plan and its rules as in Segment's Public API
  jsonschema  a folder with a JSON Schema of each event's properties
  csv         a spreadsheet like Segment's editor, for people; some details are lost

\b
`typewriter import` reads all of them; from the first two it makes the same plan again.
Exit status: 0 success, 2 could not run, for example because the plan is invalid.
"""
)
@io.plan_option
@click.option(
    "--format",
    "kind",
    type=click.Choice([SEGMENT, JSON_SCHEMA, CSV]),
    required=True,
    help="The format to write.",
)
@click.option("--out", metavar="PATH", help="The file to write, or the folder for jsonschema.")
@io.config_option
def command(plan: str | None, kind: str, out: str | None, config_file: str | None) -> int:
    """Convert a plan to another format, with its includes resolved.

    Without --out, writes to standard output.
    """
    io.reject_blank(plan=plan, out=out, config=config_file)
    if kind == JSON_SCHEMA and out is None:
        raise click.UsageError("--format jsonschema writes a folder: name it with --out.")
    rules = _rules(plan, config_file)
    if rules is None:
        return io.COULD_NOT_RUN
    if kind == JSON_SCHEMA:
        return _write(export.compare(Path(str(out)), export.schema_files(rules)), str(out))
    text = json_text(export.segment_document(rules)) if kind == SEGMENT else _sheet(rules)
    if out is None:
        io.show_data(text)
        return io.SUCCESS
    path = Path(out)
    if not path.name or path.is_dir() or out.endswith(("/", os.sep)):
        raise click.UsageError(f"--out must name a file for this format, but '{out}' is a folder.")
    return _done(io.write_or_print(text, out), f"{out}: written")


def _sheet(rules: RuleSet) -> str:
    text, diagnostics = spreadsheet.text(rules)
    if diagnostics:
        io.report(in_order(diagnostics), "text", {}, err=True)
    return text


def _write(comparison: Comparison, shown: str) -> int:
    done = "written" if comparison.changes else "no changes"
    return _done(comparison.diagnostics or apply(comparison), f"{shown}: {done}")


def _done(problems: Sequence[Diagnostic], message: str) -> int:
    if problems:
        return io.fail(problems, err=True)
    io.status(message)
    return io.SUCCESS


def _rules(named: str | None, config_file: str | None) -> RuleSet | None:
    """The rules of the plan; None after reporting what is wrong with it."""
    read = Read() if named is not None else configured.read(config_file, plan_given=False)
    help = "name one: `typewriter export --plan PLAN …`"
    source = configured.plan(named, read.config, help)
    problems, texts = list(read.diagnostics), dict(read.sources)
    plan = None
    if isinstance(source, Diagnostic):
        problems = problems or [source]
    else:
        loaded = load(source.path)
        plan, texts = loaded.plan, {**texts, **loaded.sources}
        problems += [each for each in loaded.diagnostics if each.severity is Severity.ERROR]
    if problems:
        io.fail(problems, sources=texts, err=True)
    return rules_of(plan) if plan is not None and not problems else None
