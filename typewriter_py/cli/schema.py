"""``typewriter schema``."""

from __future__ import annotations

import click

from ..plan import metaschema
from .io import COULD_NOT_RUN, FINE, check_out, deliver, report, tell


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
    check_out(out, force=True)
    problems = deliver(metaschema.text(), out)
    report(problems, "text", {})
    if problems:
        return COULD_NOT_RUN
    if out is not None:
        tell(f"{out}: written")
    return FINE
