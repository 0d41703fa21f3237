"""``typewriter import``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from ..diagnostics import Diagnostic, Severity, has_errors, in_order
from ..formats.readers import Source, read_source
from ..formats.repair import settle
from ..formats.translate import draft_of
from ..plan.model import ANYTHING, Plan
from ..plan.yaml_writer import write
from ..reporters import summary
from ..util import uncollected
from .io import COULD_NOT_RUN, FINE, check_out, deliver, head, nonempty, output_format, report, tell

_STDIN = "<stdin>"


@click.command(
    epilog="""\b
Examples:
  $ typewriter import plan.json --closed --out plans/tracking.yaml
  $ typewriter import schemas/ --share > plans/tracking.yaml
  $ curl … | typewriter import - --out plans/tracking.yaml

\b
SOURCE is what Segment's APIs give, the plan.json of Segment's Typewriter, a JSON Schema or a
folder of them, the YAML of RudderStack, or Segment's spreadsheet as CSV; `-` is standard
input. What the plan language cannot say becomes a comment in the plan, and a warning here.

\b
Exit status: 0 imported (with warnings, maybe), 2 could not run.
"""
)
@click.argument("source")
@click.option("--out", metavar="PLAN", help="Where the plan goes. [default: standard output]")
@click.option("--force", is_flag=True, help="Overwrite a plan that is there.")
@click.option("--name", metavar="TEXT", help="What the plan is called, instead of its own name.")
@click.option(
    "--closed",
    is_flag=True,
    help="Take it that properties which the source does not name may not be sent.",
)
@click.option("--share", is_flag=True, help="Make definitions of object shapes that recur.")
@output_format
def command(
    source: str,
    out: str | None,
    force: bool,
    name: str | None,
    closed: bool,
    share: bool,
    form: str,
) -> int:
    """Write the plan that SOURCE describes, in the plan language."""
    if not source.strip():
        raise click.UsageError("SOURCE is empty.")
    nonempty(name=name)
    check_out(out, force)
    with uncollected():
        plan, found, texts = _import(source, out, name, closed=closed, share=share)
    said = in_order(found)
    report(said, form, texts, err=out is None)
    if plan is None or has_errors(said):
        return COULD_NOT_RUN
    _tell(plan, said, out, closed)
    return FINE


def _import(
    source: str, out: str | None, name: str | None, *, closed: bool, share: bool
) -> tuple[Plan | None, list[Diagnostic], Mapping[str, str]]:
    """The plan, written; what there is to say, and the texts that it is about."""
    read = _read(source)
    said = [*read.diagnostics]
    if read.rules is None:
        return None, said, read.texts
    rules = replace(read.rules, name=name) if name else read.rules
    draft, found = draft_of(rules, closed=closed, share=share)
    said += found
    if has_errors(found):
        return None, said, read.texts
    plan, found = settle(draft)
    said += found
    if plan is not None:
        said += deliver(write(draft.root, draft.comments, [*head(out), *draft.head]), out)
    return plan, said, read.texts


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


def _tell(plan: Plan, said: Sequence[Diagnostic], out: str | None, closed: bool) -> None:
    events = len(plan.events)
    warnings = [each for each in said if each.severity is Severity.WARNING]
    counted = f"{events:,} event{'s' if events != 1 else ''}"
    tell(f"{out or 'plan'}: {counted}" + (f", {summary(warnings)}" if warnings else ""))
    open_events = sum(event.properties.additional == ANYTHING for event in plan.events)
    if open_events and not closed:
        which = "1 event is" if open_events == 1 else f"{open_events:,} events are"
        tell(
            f"{which} open: nothing says that properties which are not named may not be sent."
            "\nWith --closed they may not, as with the types of Segment's Typewriter."
        )
