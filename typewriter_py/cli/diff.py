"""``typewriter diff``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from ..diagnostics import Diagnostic
from ..diff import compare, report
from ..diff.codes import NOT_IN_REVISION
from ..diff.inputs import Compared, Side, completed, plans, side
from ..diff.model import BOTH, CALLERS, DATA, Breaks, Change
from ..text import json_text
from ..util import without_gc
from . import configured, io

_WHOM: Final = {"any": BOTH, "callers": CALLERS, "data": DATA}
_ONE_OF: Final = [[word] for word in _WHOM]
_FORMATS: Final = ("text", "markdown", "github", "sarif", "json")


class Command(click.Command):
    """Allows ``--breaking`` without ``=callers`` or ``=data``; click alone would take the word
    that follows as its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, with a lone ``--breaking`` as ``--breaking=any``."""
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
  $ typewriter diff --breaking git:origin/main...   # since this branch left main

\b
A change breaks callers if code that compiled no longer does, or a valid payload becomes
invalid. It breaks data if its readers may find something new in it, or something missing.
A breaking change is allowed if the `version` of the event goes up.

\b
Exit status: 0 success, 1 breaking changes (with --breaking), 2 could not run.
""",
)
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--breaking",
    metavar="[=callers|data]",
    type=click.Choice(list(_WHOM)),
    help="Exit 1 if a change breaks anybody; or only if it breaks callers, or data.",
)
@io.config_option
@click.option(
    "--output-format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to report; markdown suits a pull-request comment or a changelog.",
)
def command(
    old: str, new: str | None, breaking: str | None, config_file: str | None, form: str
) -> int:
    """Show what changed from the plan OLD to the plan NEW, and whom each change breaks.

    OLD and NEW are files, folders of plans, git:REV:PATH, or git:REV for the same path as the
    other side; git:REV... is the revision where this branch left REV. NEW defaults to the
    configured plan.
    """
    pairs, problems, texts = _plans(old, new, config_file)
    new_plans = [each for each in problems if each.code == NOT_IN_REVISION.number]
    if not pairs or len(new_plans) < len(problems):
        return io.fail(problems, "text" if form == "markdown" else form, texts)
    io.report(new_plans, "text", texts, err=True)  # the others are complete
    whom = _WHOM[breaking] if breaking else ()
    with without_gc():
        changes = report.in_order(c for pair in pairs for c in compare(pair.old, pair.new))
    _print(changes, whom, form, texts)
    io.status(report.summary(changes))
    return io.FINDINGS if any(report.fails(each, whom) for each in changes) else io.SUCCESS


def _print(changes: Sequence[Change], whom: Breaks, form: str, texts: dict[str, str]) -> None:
    if form == "json":
        io.show(json_text(report.json(changes), ascii=True))
    elif form == "markdown":
        io.show(report.markdown(changes))
    else:
        root = None if form == "text" else io.repository_root()
        io.report(report.diagnostics(changes, whom, root), form, texts)


def _plans(
    old: str, new: str | None, config_file: str | None
) -> tuple[list[Compared], list[Diagnostic], dict[str, str]]:
    """The plans to compare, what prevents that, and the texts of the files read."""
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
    """Both sides with their paths; two revisions without a path get the configured plan's."""
    if isinstance(one, Diagnostic) or isinstance(other, Diagnostic):
        return [each for each in (one, other) if isinstance(each, Diagnostic)]
    if one.path is None and other.path is None:
        planned, *_ = _configured(config_file)
        done = planned if isinstance(planned, Diagnostic) else completed(other, planned)
        if isinstance(done, Diagnostic):
            return [done]
        other = done
    both = completed(one, other), completed(other, one)
    wrong = [each for each in both if isinstance(each, Diagnostic)]
    return wrong or (both[0], both[1])  # type: ignore[return-value]


def _configured(config_file: str | None) -> list[Side | Diagnostic]:
    """The plans of the configuration, or of all that are below the root of a monorepo."""
    reads = configured.read_all(config_file, plan_given=True)
    problems = [problem for each in reads for problem in each.diagnostics]
    if problems:
        return list(problems)
    paths = dict.fromkeys(plan.path for each in reads for plan in configured.plans(each.config))
    if not paths:
        return [configured.no_plan("name both plans: `typewriter diff OLD NEW`")]
    return [side(path, Path.cwd()) for path in paths]
