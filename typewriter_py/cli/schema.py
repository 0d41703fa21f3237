"""``typewriter schema``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..output import Change, Comparison
from ..output.write import apply
from ..plan import metaschema
from .io import COULD_NOT_RUN, FINE, report, tell


@click.command(
    epilog="""\b
Examples:
  $ typewriter schema > plan.schema.json
  $ typewriter schema --out plans/plan.schema.json

\b
An editor's YAML server uses it where the plan begins with
  # yaml-language-server: $schema=./plan.schema.json
"""
)
@click.option("--out", metavar="FILE", help="Write to this file instead of printing.")
def command(out: str | None) -> int:
    """Print the JSON Schema of the plan language."""
    text = metaschema.text()
    if out is None:
        click.echo(text.encode(), nl=not text.endswith("\n"))  # JSON is UTF-8 in every locale
        return FINE
    folder, name = os.path.split(out)
    if not name or os.path.isdir(out):
        raise click.UsageError(f"--out must name a file, and '{out}' is a folder.")
    old = "" if os.path.lexists(out) else None
    problems = apply(Comparison(Path(folder), (Change(name, old, text),)))
    report(problems, "text", {})
    if problems:
        return COULD_NOT_RUN
    tell(f"{out}: written")
    return FINE
