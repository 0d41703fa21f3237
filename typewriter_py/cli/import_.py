"""``typewriter import``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

import click

from ..diagnostics import Diagnostic, Severity, has_errors, in_order
from ..formats.readers import Source, read_source
from ..formats.repair import repair_draft
from ..formats.translate import draft_of
from ..plan.model import ANYTHING, Plan
from ..plan.yaml_writer import write
from ..reporters import summary
from ..util import without_gc
from . import io

_STDIN = "<stdin>"


@click.command(
    epilog="""\b
Examples:
  $ typewriter import plan.json --closed --out plans/tracking.yaml
  $ typewriter import schemas/ --share > plans/tracking.yaml
  $ curl … | typewriter import - --out plans/tracking.yaml

\b
SOURCE is a response of Segment's APIs, the plan.json of Segment's Typewriter or RudderTyper, a
JSON Schema or a folder of them, RudderStack's YAML, Avo's export, or a spreadsheet as CSV; `-` is
standard input.  `typewriter explain TW500` lists all.
What the plan language cannot express becomes a comment in the plan, and a warning.

\b
Exit status: 0 imported (perhaps with warnings), 2 could not run.
"""
)
@click.argument("source")
@click.option("--out", metavar="PLAN", help="The plan to write.  [default: standard output]")
@click.option("--force", is_flag=True, help="Overwrite an existing plan.")
@click.option("--name", metavar="TEXT", help="The plan's name, instead of the one in SOURCE.")
@click.option(
    "--closed",
    is_flag=True,
    help="Forbid properties that SOURCE does not list, even where it does not forbid them.",
)
@click.option(
    "--share", is_flag=True, help="Turn object types that occur repeatedly into definitions."
)
@io.output_format
def command(
    source: str,
    out: str | None,
    force: bool,
    name: str | None,
    closed: bool,
    share: bool,
    form: str,
) -> int:
    """Convert the plan in SOURCE to the plan language."""
    if not source.strip():
        raise click.UsageError("SOURCE is empty.")
    io.reject_blank(name=name)
    io.check_out(out, force)
    with without_gc():
        plan, diagnostics, texts = _import(source, out, name, closed=closed, share=share)
    found = in_order(diagnostics)
    io.report(found, form, texts, err=out is None)
    if plan is None or has_errors(found):
        return io.COULD_NOT_RUN
    warnings = summary(each for each in found if each.severity is Severity.WARNING)
    events = io.counted(len(plan.events), "event")
    io.status(f"{out or 'plan'}: {events}{', ' if warnings else ''}{warnings}")
    open_events = sum(event.properties.additional == ANYTHING for event in plan.events)
    if open_events and not closed:
        which = "1 event is" if open_events == 1 else f"{open_events:,} events are"
        io.status(
            f"{which} open: properties that the plan does not list may be sent."
            "\nWith --closed they are forbidden, as in the types of Segment's Typewriter."
        )
    return io.SUCCESS


def _import(
    source: str, out: str | None, name: str | None, *, closed: bool, share: bool
) -> tuple[Plan | None, list[Diagnostic], Mapping[str, str]]:
    """The plan, which has been written; all diagnostics, and the texts that they refer to."""
    read = _read(source)
    diagnostics = [*read.diagnostics]
    if read.rules is None:
        return None, diagnostics, read.texts
    rules = replace(read.rules, name=name) if name else read.rules
    draft, found = draft_of(rules, closed=closed, share=share)
    diagnostics += found
    if has_errors(found):
        return None, diagnostics, read.texts
    plan, found = repair_draft(draft)
    diagnostics += found
    if plan is not None:
        text = write(draft.root, draft.comments, [*io.schema_comment(out), *draft.head])
        diagnostics += io.write_or_print(text, out)
    return plan, diagnostics, read.texts


def _read(source: str) -> Source:
    if source != "-":
        return read_source(source)
    stream = sys.stdin
    raw = stream.buffer.read() if stream is not None else b""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is not UTF-8 text: {error.reason}.") from None
    return read_source(_STDIN, text)
