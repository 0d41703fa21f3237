"""Where a command that makes a plan puts it: standard output, or a file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..diagnostics import Diagnostic
from ..output import Change, Comparison
from ..output.write import apply
from ..plan import metaschema
from ..plan.files import read_text
from .build import SCHEMA_FILE


def check_out(out: str | None, force: bool) -> None:
    """Refuse an ``--out`` that is no file's name, or that is there already."""
    if out is None:
        return
    if not out.strip():
        raise click.UsageError("--out is empty.")
    if not os.path.basename(out) or os.path.isdir(out):
        raise click.UsageError(f"--out must name a file, and '{out}' is a folder.")
    if os.path.lexists(out) and not force:
        raise click.UsageError(f"--out: '{out}' is there already; --force overwrites it.")


def head(out: str | None) -> list[str]:
    """The line that tells editors of the schema of the language, where that is beside the plan."""
    if out is None:
        return []
    found = read_text(Path(out).parent / SCHEMA_FILE, SCHEMA_FILE)
    ours = isinstance(found, str) and f'"{metaschema.schema()["title"]}"' in found
    return [f"yaml-language-server: $schema=./{SCHEMA_FILE}"] if ours else []


def deliver(text: str, out: str | None) -> tuple[Diagnostic, ...]:
    """Print the plan, or bring the file to hold it; what was in the way of that.

    Killed at any moment, the file holds the old text or the new.  A symbolic link stays one.
    """
    if out is None:
        click.echo(text.encode(), nl=False)  # YAML is UTF-8 in every locale
        return ()
    folder, file = os.path.split(os.path.realpath(out) if os.path.islink(out) else out)
    old = "" if os.path.lexists(os.path.join(folder, file)) else None
    return apply(Comparison(Path(folder), (Change(file, old, text),)))
