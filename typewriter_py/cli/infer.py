"""``typewriter infer``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader

import click

from ..diagnostics import Diagnostic, in_order
from ..formats.repair import settle
from ..infer.code import infer_from_code
from ..infer.logs import Log
from ..infer.plan import SAMPLES, infer
from ..infer.statistics import times
from ..plan.yaml_writer import write
from .io import COULD_NOT_RUN, FINE, check_out, deliver, head, output_format, report, tell


@click.command(
    epilog="""\b
Examples:
  $ typewriter infer events.ndjson > plans/tracking.yaml
  $ typewriter infer logs/*.gz --out plans/tracking.yaml
  $ typewriter infer --from-code src --out plans/tracking.yaml
  $ zstdcat log.zst | typewriter infer - --out plans/tracking.yaml

\b
A log has one message a line, as Segment takes it: {"type": "track", "event": …}; or a
list of them, or the body of a request, {"batch": […]}. Plain or gzip.

\b
Exit status: 0 written (broken lines are warnings), 2 could not run.
"""
)
@click.argument("logs", nargs=-1, metavar="[LOG]...")
@click.option(
    "--from-code",
    "code",
    metavar="SRC",
    multiple=True,
    help="Read the raw calls in Python code, a file or a folder, instead of logs.",
)
@click.option("--out", metavar="PLAN", help="Write to this file instead of printing.")
@click.option("--force", is_flag=True, help="Overwrite a plan that is there.")
@click.option("--name", default="Tracking plan", show_default=True, help="The plan's name.")
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=SAMPLES,
    show_default=True,
    metavar="N",
    help="Messages it takes before what was always there is required.",
)
@output_format
def command(
    logs: tuple[str, ...],
    code: tuple[str, ...],
    out: str | None,
    force: bool,
    name: str,
    samples: int,
    form: str,
) -> int:
    """Write a first plan from each LOG of what is sent; `-` is standard input.

    Comments say how often each thing was there, and what was odd. It says what was sent, not
    what was meant: go through it, and then `typewriter lint` and `generate`.
    """
    check_out(out, force)
    if bool(logs) == bool(code):
        raise click.UsageError("give a LOG, or --from-code SRC.")
    if logs.count("-") > 1:
        raise click.UsageError("standard input can be read once.")
    if code:
        inferred = infer_from_code(code, name)
    else:
        with _bar(logs) as progress:
            inferred = infer([_log(each) for each in logs], name, samples, progress)
    draft, said, plan = inferred.draft, inferred.diagnostics, None
    if draft is not None:
        plan, found = settle(draft)
        said += found
    problems: tuple[Diagnostic, ...] = ()
    if plan is not None and draft is not None:
        text = write(draft.root, draft.comments, [*head(out), *draft.head])
        problems = deliver(text, out)
    report((*in_order(said), *problems), form, {}, err=True)
    if plan is None or problems:
        return COULD_NOT_RUN
    what = ("raw call", "raw calls") if code else ("message", "messages")
    messages = times(inferred.messages, *what)
    tell(f"{out or 'plan'}: {times(len(plan.events), 'event', 'events')} of {messages}")
    return FINE


def _log(name: str) -> Log:
    if name != "-":
        return Log(name)
    stream = sys.stdin and sys.stdin.buffer
    if not isinstance(stream, BufferedReader):
        raise click.UsageError("there is no standard input.")
    return Log("standard input", stream)


@contextmanager
def _bar(logs: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """A progress bar where there is a terminal to show it; of pipes, how much was read."""
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
