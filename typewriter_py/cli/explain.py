"""``typewriter explain``."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from .. import catalogue
from ..diagnostics import Code
from ..lint import rules
from ..util import did_you_mean
from .io import COULD_NOT_RUN, FINE, tell


@click.command(
    epilog="""\b
Examples:
  $ typewriter explain TW021
  $ typewriter explain foreign-file
  $ typewriter explain                      # all of them
  $ typewriter explain --output-format json
"""
)
@click.argument("code", required=False)
@click.option(
    "--output-format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, or JSON for programs.",
)
def command(code: str | None, form: str) -> int:
    """Say what the diagnostic CODE (its number or name) means, with examples.

    Without CODE, lists all of them.
    """
    if code is None:
        everything = catalogue.codes()
        click.echo(_json(everything) if form == "json" else _list(everything))
        return FINE
    kind = catalogue.find(code)
    if kind is None:
        words = [word for each in catalogue.codes() for word in (each.number, each.name)]
        hint = did_you_mean(code, words) or "`typewriter explain` lists all"
        tell(f"typewriter: there is no code `{code}`; {hint}")
        return COULD_NOT_RUN
    click.echo(_json(kind) if form == "json" else _text(kind))
    return FINE


def _list(kinds: Sequence[Code]) -> str:
    wide = max(len(kind.name) for kind in kinds)
    return "\n".join(f"{kind.number}  {kind.name:<{wide}}  {_first(kind)}" for kind in kinds)


def _first(kind: Code) -> str:
    """The first sentence of its documentation."""
    return " ".join(kind.doc.strip().split("\n\n")[0].split())


def _text(kind: Code) -> str:
    on_request = any(rule.code == kind and not rule.default for rule in rules())
    how = kind.severity.value + (", off by default" if on_request else "")
    return f"{kind.number} {kind.name} ({how})\n\n{kind.doc.strip()}"


def _json(kinds: Code | Sequence[Code]) -> str:
    value = _object(kinds) if isinstance(kinds, Code) else [_object(kind) for kind in kinds]
    return json.dumps(value, indent=2)


def _object(kind: Code) -> dict[str, str]:
    return {
        "code": kind.number,
        "name": kind.name,
        "severity": kind.severity.value,
        "doc": kind.doc.strip(),
    }
