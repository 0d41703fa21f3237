"""``typewriter explain``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from .. import catalogue
from ..diagnostics import Code
from ..lint import rules
from ..text import json_text
from ..util import did_you_mean
from . import io


@click.command(
    epilog="""\b
Examples:
  $ typewriter explain TW021
  $ typewriter explain foreign-file
  $ typewriter explain                      # lists all codes
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
    """Explain the diagnostic CODE, a number such as TW021 or a name, with examples.

    Without CODE, lists all codes.
    """
    if code is None:
        everything = catalogue.codes()
        objects = [_object(each) for each in everything]
        io.show(json_text(objects, ascii=True) if form == "json" else _list(everything))
        return io.SUCCESS
    kind = catalogue.find(code)
    if kind is None:
        words = [word for each in catalogue.codes() for word in (each.number, each.name)]
        hint = did_you_mean(code, words) or "`typewriter explain` lists all"
        io.status(f"typewriter: there is no code `{code}`; {hint}")
        return io.COULD_NOT_RUN
    io.show(json_text(_object(kind), ascii=True) if form == "json" else _text(kind))
    return io.SUCCESS


def _list(kinds: Sequence[Code]) -> str:
    wide = max(len(kind.name) for kind in kinds)
    return "".join(f"{kind.number}  {kind.name:<{wide}}  {_first(kind)}\n" for kind in kinds)


def _first(kind: Code) -> str:
    """The first paragraph of its documentation."""
    return " ".join(kind.doc.strip().split("\n\n")[0].split())


def _text(kind: Code) -> str:
    on_request = any(rule.code == kind and not rule.default for rule in rules())
    how = kind.severity.value + (", off by default" if on_request else "")
    return f"{kind.number} {kind.name} ({how})\n\n{kind.doc.strip()}\n"


def _object(kind: Code) -> dict[str, str]:
    return {
        "code": kind.number,
        "name": kind.name,
        "severity": kind.severity.value,
        "doc": kind.doc.strip(),
    }
