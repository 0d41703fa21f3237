"""``typewriter push``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import click

from ..diagnostics import Diagnostic, Span, has_errors, in_order
from ..formats.rules import Rule
from ..sync import codes
from ..sync.api.plans import Identity, RemotePlan
from ..sync.changes import locations
from ..sync.compare import by_identity, compare
from ..sync.push import Pushed, Step, Steps, new_lock, steps, stopped
from ..sync.push import push as carry_out
from ..text import printable
from . import io
from .sync import Session, options, prepare, save


@click.command(
    epilog="""\b
Examples:
  $ SEGMENT_API_TOKEN=… typewriter push
  $ typewriter push --yes --token-command "op read op://work/segment/token"
  $ typewriter push --dry-run                # in continuous integration
  $ typewriter push --delete

\b
Shows the changes to each event, and asks before making them. What is only in Segment is
deleted only with --delete. Parts of Segment's rules that a plan cannot hold stay there; a change
that would lose any of them needs --discard. If Segment's plan has changed since the last pull,
nothing is pushed.

\b
Exit status: 0 success, 1 nothing pushed (Segment's plan has changed, something would be lost,
or the answer was no; with --dry-run: there are differences), 2 could not run, or stopped halfway.
"""
)
@options
@click.option("--dry-run", is_flag=True, help="Write nothing; exit 1 if there are differences.")
@click.option("--yes", is_flag=True, help="Push without asking.")
@click.option("--delete", is_flag=True, help="Delete from Segment what is not in the plan.")
@click.option("--discard", is_flag=True, help="Allow changes that lose what only Segment has.")
@io.output_format
def command(dry_run: bool, yes: bool, delete: bool, discard: bool, form: str, **given: Any) -> int:
    """Update Segment's tracking plan to match the plan."""
    with closing(prepare(**given, may_be_new=False)) as session:
        return _run(session, dry_run, yes, delete, discard, form)


def _run(session: Session, dry_run: bool, yes: bool, delete: bool, discard: bool, form: str) -> int:
    remote = session.download()
    if remote is None or session.loaded is None or session.loaded.plan is None:
        return io.fail(session.problems, form, session.texts)
    local = by_identity(session.loaded.plan)
    spans = {key: each.span for key, each in locations(session.loaded).rules.items()}
    todo = steps(compare(local, remote.rules, session.lock), spans, session.lock is not None)
    if todo.blocked:
        io.report(in_order(todo.blocked), form, session.texts)
        return io.FINDINGS
    refused = [] if discard else todo.refused
    if form == "text":
        _show(todo, delete)
    if dry_run:
        found = [*_differences(todo, spans, delete)] if form != "text" else []
        io.report(in_order([*found, *refused]), form, session.texts)
        return io.FINDINGS if todo.writes or todo.deletions else io.SUCCESS
    if refused:
        io.report(in_order(refused), form, session.texts)
        return io.FINDINGS
    deletions = todo.deletions if delete else []
    left = [] if delete else [_left(step) for step in todo.deletions]
    if not todo.writes and not deletions:
        problems = _update_lock(session, local, remote, {})
        io.report(in_order([*problems, *left]), form, session.texts)
        if not left:
            io.status(f"{session.id}: in sync, {io.counted(len(local), 'rule')}")
        return io.COULD_NOT_RUN if problems else io.SUCCESS
    if not yes:
        if not _confirmed(session, remote, todo, deletions):
            return io.FINDINGS
        problem = _changed_meanwhile(session, remote)
        if problem:
            io.report([problem], form, session.texts)
            return io.FINDINGS if problem.kind is codes.REMOTE_CHANGED else io.COULD_NOT_RUN
    return _push(session, local, todo.writes, deletions, left, form)


def _left(step: Step) -> Diagnostic:
    message = f"`{step.pair.name}` is only in Segment, and is kept there"
    return codes.NOT_DELETED.at(None, message, help="--delete deletes it")


def _confirmed(
    session: Session, remote: RemotePlan, todo: Steps, deletions: Sequence[Step]
) -> bool:
    """Ask the user, which takes a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask on; --yes pushes without asking.")
    parts = [f"write {len(todo.writes):,}"] if todo.writes else []
    parts += [f"delete {len(deletions):,}"] if deletions else []
    plan = f"“{printable(remote.name)}” ({session.id}, {session.region})"
    question = f"{' and '.join(parts)} in {plan}?"
    if click.confirm(question[0].upper() + question[1:], err=True):
        return True
    io.status("nothing was pushed")
    return False


def _changed_meanwhile(session: Session, seen: RemotePlan) -> Diagnostic | None:
    """A diagnostic if Segment's plan has changed while the user was asked."""
    now = session.download()
    if now is None:
        return session.problems[0]
    before, after = ({key: rule.digest for key, rule in plan.rules.items()} for plan in (seen, now))
    if before == after:
        return None
    message = "Segment's plan changed while you were asked, so nothing was pushed"
    return codes.REMOTE_CHANGED.at(None, message, help="run `typewriter pull` first")


def _push(
    session: Session,
    local: Mapping[Identity, Rule],
    writes: Sequence[Step],
    deletions: Sequence[Step],
    left: Sequence[Diagnostic],
    form: str,
) -> int:
    assert session.connection is not None
    pushed = Pushed(len(writes) + len(deletions))
    with io.progress("Pushing") as advance:
        try:
            carry_out(
                session.connection,
                session.id,
                writes,
                deletions,
                pushed,
                lambda: advance(pushed.done, pushed.total),
            )
        except KeyboardInterrupt:
            total = io.counted(pushed.total, "rule")
            io.status(f"\ninterrupted: {pushed.done} of {total} were pushed, and perhaps some more")
            io.status("run `typewriter push` again to continue")
            raise
    found = [each for each in (pushed.problem, stopped(pushed)) if each]
    if pushed.done:
        wrote = {step.pair.identity: step for step in writes[: pushed.written]}
        found += _update_lock(session, local, session.download(), wrote)
    io.report(in_order([*found, *left]), form, session.texts)
    parts = [f"{pushed.written:,} written"] if pushed.written else []
    parts += [f"{pushed.deleted:,} deleted"] if pushed.deleted else []
    io.status(f"rules: {', '.join(parts) or 'none written'}")
    return io.COULD_NOT_RUN if has_errors(found) else io.SUCCESS


def _update_lock(
    session: Session,
    local: Mapping[Identity, Rule],
    remote: RemotePlan | None,
    wrote: Mapping[Identity, Step],
) -> list[Diagnostic]:
    """Write the lock from Segment's plan as it is after writing the rules ``wrote``."""
    if remote is None:
        return session.problems
    entries, found = new_lock(local, remote, session.lock, wrote)
    return [*found, *save(session, entries)]


# --- showing the changes -------------------------------------------------------------------------


def _show(todo: Steps, delete: bool) -> None:
    for step in todo.writes:
        io.show(f"{step.sign} {printable(step.pair.name)}\n")
        for line in step.lines:
            io.show(f"    {printable(line)}\n")
    for step in todo.deletions:
        left = "" if delete else "   (kept; --delete deletes it)"
        io.show(f"- {printable(step.pair.name)}{left}\n")
        for line in step.lines if delete else ():
            io.show(f"    {printable(line)}\n")
    for old, new in todo.renames:
        io.status(f"`{new}` has the shape of `{old}`: a renamed event is a new event in Segment")


def _differences(todo: Steps, spans: Mapping[Identity, Span], delete: bool) -> Iterator[Diagnostic]:
    """The changes as findings, for machine-readable formats."""
    problems = {"+": "is not in Segment", "~": "differs in Segment", "-": "is only in Segment"}
    for step in (*todo.writes, *todo.deletions):
        message = f"`{step.pair.name}` {problems[step.sign]}"
        help = "; ".join(step.lines if step.rule or delete else ()) or None
        yield codes.DIFFERENT.at(spans.get(step.pair.identity), message, help=help)
