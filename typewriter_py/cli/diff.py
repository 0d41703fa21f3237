"""``typewriter diff``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from ..diagnostics import Diagnostic, in_order
from ..diff import compare, report
from ..diff.codes import NOT_IN_REVISION
from ..diff.inputs import Compared, Side, completed, plans, side
from ..diff.model import BOTH, CALLERS, DATA, Breaks, Change
from ..util import uncollected
from . import configured, io
from .io import COULD_NOT_RUN, FINDINGS, FINE, tell

_WHOM: Final = {"any": BOTH, "callers": CALLERS, "data": DATA}
_ONE_OF: Final = [[word] for word in _WHOM]
_FORMATS: Final = ("text", "markdown", "github", "sarif", "json")


class Command(click.Command):
    """``--breaking`` stands alone or with ``=callers``, ``=data``; click would take the word
    that follows for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, a lone ``--breaking`` spelled out."""
        end = args.index("--") if "--" in args else len(args)
        found: list[str] = []
        for index, word in enumerate(args[:end]):
            lone = word == "--breaking" and args[index + 1 : index + 2] not in _ONE_OF
            found.append("--breaking=any" if lone else word)
        return super().parse_args(ctx, found + args[end:])


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  $ typewriter diff old.yaml new.yaml
  $ typewriter diff git:main                     # against the configured plan
  $ typewriter diff git:v1.4 plans/myapp.yaml    # the same path, as it was
  $ typewriter diff git:HEAD~1:plans/myapp.yaml git:HEAD
  $ typewriter diff --breaking=callers git:origin/main plans/
  $ typewriter diff --breaking git:origin/main...   # with where this branch left main

\b
What breaks callers: code that compiled will not, or a payload that was valid is not.
What breaks data: who reads it may meet what was never there, or lacks what was.
A breaking change of an event whose `version` goes up is allowed.

\b
Exit status: 0 fine, 1 breaking changes (with --breaking), 2 could not run.
""",
)
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--breaking",
    metavar="[=callers|data]",
    type=click.Choice(list(_WHOM)),
    help="Exit 1 if anything breaks: anybody, or only callers, or only data.",
)
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
@click.option(
    "--output-format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to report; markdown makes a pull-request comment, or a changelog.",
)
def command(
    old: str, new: str | None, breaking: str | None, config_file: str | None, form: str
) -> int:
    """Say what changed from the plan OLD to the plan NEW, and whom each change breaks.

    A plan is a file, a folder of plans, git:REV:PATH, or git:REV (where the other side says
    which path); with REV... it is where this branch left REV. Without NEW, it is the configured
    plan.
    """
    pairs, problems, texts = _plans(old, new, config_file)
    new_plans = [each for each in problems if each.code == NOT_IN_REVISION.number]
    if not pairs or len(new_plans) < len(problems):
        shown = "text" if form == "markdown" else form
        io.report(in_order(problems), shown, texts)
        return COULD_NOT_RUN
    io.report(new_plans, "text", texts, err=True)  # of the others all can be said
    whom = _WHOM[breaking] if breaking else ()
    changes = _changes(pairs)
    _print(changes, whom, form, texts)
    tell(report.summary(changes))
    return FINDINGS if any(report.fails(each, whom) for each in changes) else FINE


def _print(changes: Sequence[Change], whom: Breaks, form: str, texts: dict[str, str]) -> None:
    if form == "json":
        click.echo(json.dumps(report.json(changes), indent=2))
    elif form == "markdown":
        click.echo(report.markdown(changes), nl=False)
    else:
        root = None if form == "text" else io.repository()
        found = report.diagnostics(changes, whom, root)
        io.report(found, form, texts)


@uncollected()
def _changes(pairs: Sequence[Compared]) -> list[Change]:
    return report.in_order(each for pair in pairs for each in compare(pair.old, pair.new))


def _plans(
    old: str, new: str | None, config_file: str | None
) -> tuple[list[Compared], list[Diagnostic], dict[str, str]]:
    """The plans to compare, or why it cannot be done, and the texts of the files read."""
    one = side(old, Path.cwd())
    others = [side(new, Path.cwd())] if new is not None else _configured(config_file)
    compared: list[Compared] = []
    problems: list[Diagnostic] = []
    texts: dict[str, str] = {}
    for other in others:
        both = _both(one, other, config_file)
        if not isinstance(both, tuple):
            problems += both
            continue
        found, wrong, read = plans(*both)
        compared += found
        problems += wrong
        texts |= read
    return compared, problems, texts


def _both(
    one: Side | Diagnostic, other: Side | Diagnostic, config_file: str | None
) -> tuple[Side, Side] | list[Diagnostic]:
    """Both sides with their paths; two revisions without any are of the configured plan."""
    if isinstance(one, Diagnostic) or isinstance(other, Diagnostic):
        return [each for each in (one, other) if isinstance(each, Diagnostic)]
    if one.path is None and other.path is None:
        (planned, *_) = _configured(config_file)
        if isinstance(planned, Diagnostic):
            return [planned]
        finished = completed(other, planned)
        if isinstance(finished, Diagnostic):
            return [finished]
        other = finished
    both = completed(one, other), completed(other, one)
    wrong = [each for each in both if isinstance(each, Diagnostic)]
    return wrong or (both[0], both[1])  # type: ignore[return-value]


def _configured(config_file: str | None) -> list[Side | Diagnostic]:
    """The plans of the configuration."""
    read = configured.read(config_file, plan_given=True)
    if read.diagnostics:
        return list(read.diagnostics)
    paths = dict.fromkeys(each.path for each in configured.plans(read.config))
    if not paths:
        return [configured.no_plan("name both plans: `typewriter diff OLD NEW`")]
    return [side(path, Path.cwd()) for path in paths]
