"""``typewriter schema``."""

from __future__ import annotations

import click

from ..plan import metaschema
from . import io


@click.command(
    epilog="""\b
Examples:
  $ typewriter schema > plan.schema.json
  $ typewriter schema --out plans/plan.schema.json

\b
Editors with a YAML language server use it for a plan that starts with
  # yaml-language-server: $schema=./plan.schema.json
"""
)
@click.option("--out", metavar="FILE", help="Write to this file instead of printing.")
def command(out: str | None) -> int:
    """Print the JSON Schema of the plan language."""
    io.check_out(out, force=True)
    problems = io.write_or_print(metaschema.text(), out)
    if problems:
        return io.fail(problems)
    if out is not None:
        io.status(f"{out}: written")
    return io.SUCCESS
