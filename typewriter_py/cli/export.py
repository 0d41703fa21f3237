"""``typewriter export``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from .. import config as configuration
from ..config import PlanSource
from ..diagnostics import Diagnostic, Severity, in_order
from ..formats import export, spreadsheet
from ..formats.json_schema import rules_of
from ..formats.rules import RuleSet
from ..output import Change, Comparison
from ..output.write import apply
from ..plan.load import load
from . import configured
from .io import COULD_NOT_RUN, FINE, nonempty, report, tell

SEGMENT, JSON_SCHEMA, CSV = "segment", "jsonschema", "csv"


@click.command(
    epilog="""\b
Examples:
  $ typewriter export --format segment > plan.json
  $ typewriter export --format jsonschema --out schemas/
  $ typewriter export --plan plans/myapp.yaml --format csv --out plan.csv

\b
Formats:
  segment     the plan as Segment's Public API has it, rules included
  jsonschema  a folder: one JSON Schema of each event's properties
  csv         a spreadsheet as Segment's editor shows it; for people, it loses some

\b
`typewriter import` reads all of them; of the first two it makes the same plan.
Exit status: 0 fine, 2 could not run, an invalid plan included.
"""
)
@click.option("--plan", metavar="PLAN", help="The plan, instead of the configuration's.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([SEGMENT, JSON_SCHEMA, CSV]),
    required=True,
    help="What to write.",
)
@click.option("--out", metavar="PATH", help="A file, or the folder of jsonschema.")
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
def command(plan: str | None, kind: str, out: str | None, config_file: str | None) -> int:
    """Write a plan in another format, includes resolved; to standard output without --out."""
    nonempty(plan=plan, out=out, config=config_file)
    if kind == JSON_SCHEMA and out is None:
        raise click.UsageError("--format jsonschema writes a folder: name it with --out.")
    rules = _rules(plan, config_file)
    if rules is None:
        return COULD_NOT_RUN
    if kind == JSON_SCHEMA:
        return _write(export.compare(Path(str(out)), export.schema_files(rules)), str(out))
    text = export.json_text(export.segment_document(rules)) if kind == SEGMENT else _sheet(rules)
    if out is None:
        click.echo(text.encode(errors="backslashreplace"), nl=False)  # UTF-8 in every locale
        return FINE
    place = Path(out)
    if not place.name or place.is_dir() or out.endswith(("/", os.sep)):
        raise click.UsageError(f"--out must name a file for this format, and '{out}' is a folder.")
    old = "" if os.path.lexists(place) else None
    return _write(Comparison(place.parent, (Change(place.name, old, text),)), out)


def _sheet(rules: RuleSet) -> str:
    text, diagnostics = spreadsheet.text(rules)
    if diagnostics:
        report(in_order(diagnostics), "text", {}, err=True)
    return text


def _write(comparison: Comparison, shown: str) -> int:
    problems = comparison.diagnostics or apply(comparison)
    if problems:
        report(in_order(problems), "text", {}, err=True)
        return COULD_NOT_RUN
    tell(f"{shown}: written" if comparison.changes else f"{shown}: no changes")
    return FINE


def _rules(named: str | None, config_file: str | None) -> RuleSet | None:
    """The rules of the plan that is meant; None when that failed, and has been told."""
    source, problems, texts = _source(named, config_file)
    plan = None
    if source is not None:
        loaded = load(source.path)
        plan, texts = loaded.plan, {**texts, **loaded.sources}
        problems += [each for each in loaded.diagnostics if each.severity is Severity.ERROR]
    if problems:
        report(in_order(problems), "text", texts, err=True)
    return rules_of(plan) if plan is not None and not problems else None


def _source(
    named: str | None, config_file: str | None
) -> tuple[PlanSource | None, list[Diagnostic], dict[str, str]]:
    """The plan called ``named``, else the only one of the configuration."""
    if named is not None:
        found = configuration.locate(named)
        return (None, [found], {}) if isinstance(found, Diagnostic) else (found, [], {})
    read = configured.read(config_file, plan_given=False)
    problems, texts = list(read.diagnostics), dict(read.sources)
    only = configured.only_plan(read.config, "name one: `typewriter export --plan PLAN …`")
    if not isinstance(only, Diagnostic):
        return only, problems, texts
    return None, problems or [only], texts
