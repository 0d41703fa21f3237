"""``typewriter infer``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader

import click

from ..diagnostics import Diagnostic, in_order
from ..formats.repair import repair_draft
from ..infer.code import infer_from_code
from ..infer.logs import Log
from ..infer.plan import SAMPLES, infer
from ..plan.yaml_writer import write
from . import io


@click.command(
    epilog="""\b
Examples:
  $ typewriter infer events.ndjson > plans/tracking.yaml
  $ typewriter infer logs/*.gz --out plans/tracking.yaml
  $ typewriter infer --from-code src --out plans/tracking.yaml
  $ zstdcat log.zst | typewriter infer - --out plans/tracking.yaml

\b
Each line of a log is a message as sent to Segment, {"type": "track", "event": …}, a list of
messages, or the body of a request, {"batch": […]}. Logs may be gzipped.

\b
Exit status: 0 written (invalid lines are warnings), 2 could not run.
"""
)
@click.argument("logs", nargs=-1, metavar="[LOG]...")
@click.option(
    "--from-code",
    "code",
    metavar="SRC",
    multiple=True,
    help="Read raw calls from this Python file or folder instead of logs; may be repeated.",
)
@click.option("--out", metavar="PLAN", help="Write to this file instead of printing.")
@click.option("--force", is_flag=True, help="Overwrite an existing plan.")
@click.option("--name", default="Tracking plan", show_default=True, help="The plan's name.")
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=SAMPLES,
    show_default=True,
    metavar="N",
    help="Require a property only if at least N messages all have it.",
)
@io.output_format
def command(
    logs: tuple[str, ...],
    code: tuple[str, ...],
    out: str | None,
    force: bool,
    name: str,
    samples: int,
    form: str,
) -> int:
    """Draft a plan from the messages in each LOG; `-` is standard input.

    Comments say how often each property was sent, and what was unusual. The draft shows what
    was sent, not what was intended: review it, then run `typewriter lint` and `generate`.
    """
    io.check_out(out, force)
    if bool(logs) == bool(code):
        raise click.UsageError("give either LOG or --from-code SRC.")
    if logs.count("-") > 1:
        raise click.UsageError("standard input can be read only once.")
    if code:
        inferred = infer_from_code(code, name)
    else:
        with _bar(logs) as progress:
            inferred = infer([_log(each) for each in logs], name, samples, progress)
    draft, found, plan = inferred.draft, inferred.diagnostics, None
    problems: tuple[Diagnostic, ...] = ()
    if draft is not None:
        plan, more = repair_draft(draft)
        found += more
        if plan is not None:
            text = write(draft.root, draft.comments, [*io.schema_comment(out), *draft.head])
            problems = io.write_or_print(text, out)
    io.report((*in_order(found), *problems), form, {}, err=True)
    if plan is None or problems:
        return io.COULD_NOT_RUN
    messages = io.counted(inferred.messages, "raw call" if code else "message")
    io.status(f"{out or 'plan'}: {io.counted(len(plan.events), 'event')} from {messages}")
    return io.SUCCESS


def _log(name: str) -> Log:
    if name != "-":
        return Log(name)
    stream = sys.stdin and sys.stdin.buffer
    if not isinstance(stream, BufferedReader):
        raise click.UsageError("there is no standard input.")
    return Log("standard input", stream)


@contextmanager
def _bar(logs: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; for pipes, which have no length, how much was read."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    whole = all(map(os.path.isfile, logs))
    length = sum(map(os.path.getsize, logs)) if whole else None
    endless: Iterator[int] | None = None if whole else (0 for _ in ())  # of no length
    with click.progressbar(
        endless,
        length=length,
        label="Reading",
        file=sys.stderr,
        item_show_func=lambda read: f"{read >> 20:,} MiB" if read else None,
    ) as bar:
        yield lambda step: bar.update(step, bar.pos + step)
