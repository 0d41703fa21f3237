"""``typewriter push``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click

from ..diagnostics import Diagnostic, Span, has_errors, in_order
from ..formats.json_schema import rules_of
from ..formats.rules import Rule
from ..sync import codes
from ..sync.api.plans import Identity, RemotePlan
from ..sync.changes import homes
from ..sync.compare import compare
from ..sync.push import Pushed, Step, Steps, settled, steps, stopped
from ..sync.push import push as carry_out
from ..text import printable
from .io import COULD_NOT_RUN, FINDINGS, FINE, Progress, output_format, report, tell
from .sync import Desk, Wanted, comparison, download, lock_change, options, prepare, save


@click.command(
    epilog="""\b
Examples:
  $ SEGMENT_API_TOKEN=… typewriter push
  $ typewriter push --yes --token-command "op read op://work/segment/token"
  $ typewriter push --dry-run                # in continuous integration
  $ typewriter push --delete

\b
It shows what it would do, event by event, and asks. What Segment alone has is deleted only
with --delete. If Segment's plan was changed since the last pull, nothing is touched.

\b
Exit status: 0 done, 1 nothing done (Segment's plan was changed, or the answer was no; with
--dry-run: there is a difference), 2 could not run, or stopped half way.
"""
)
@options
@click.option("--dry-run", is_flag=True, help="Write nothing; exit 1 on a difference.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--delete", is_flag=True, help="Delete in Segment what the plan has not.")
@output_format
def command(wanted: Wanted, dry_run: bool, yes: bool, delete: bool, form: str) -> int:
    """Bring Segment's tracking plan in step with the plan."""
    desk = prepare(wanted, may_be_new=False)
    try:
        return _run(desk, dry_run, yes, delete, form)
    finally:
        desk.close()


def _run(desk: Desk, dry_run: bool, yes: bool, delete: bool, form: str) -> int:
    remote = None if desk.problems else download(desk)
    if isinstance(remote, Diagnostic):
        desk.problems.append(remote)
    if desk.problems or not isinstance(remote, RemotePlan) or desk.loaded is None:
        report(in_order(desk.problems), form, desk.texts)
        return COULD_NOT_RUN
    assert desk.loaded.plan is not None
    local = {rule.identity: rule for rule in rules_of(desk.loaded.plan).rules}
    places = {identity: home.span for identity, home in homes(desk.loaded).rules.items()}
    todo = steps(compare(local, remote.rules, desk.lock), places, desk.lock is not None)
    if todo.blocked:
        report(in_order(todo.blocked), form, desk.texts)
        return FINDINGS
    deletions = todo.deletions if delete else []
    _show(todo, delete, form)
    if dry_run:
        found = [*_differences(todo, places)] if form != "text" else []
        report(in_order(found), form, desk.texts)
        return FINDINGS if todo.writes or todo.deletions else FINE
    left = [] if delete else [_left(step) for step in todo.deletions]
    if not todo.writes and not deletions:
        return _in_step(desk, local, remote, left, form)
    if not yes:
        if not _agreed(desk, remote, todo, deletions):
            return FINDINGS
        problem = _changed_meanwhile(desk, remote)
        if problem:
            report([problem], form, desk.texts)
            return FINDINGS if problem.kind is codes.REMOTE_CHANGED else COULD_NOT_RUN
    return _do(desk, local, (todo.writes, deletions), left, form)


def _left(step: Step) -> Diagnostic:
    message = f"`{step.pair.name}` is in Segment only, and stays there"
    return codes.NOT_DELETED.at(None, message, help="--delete removes it")


def _agreed(desk: Desk, remote: RemotePlan, todo: Steps, deletions: Sequence[Step]) -> bool:
    """Whether the user wants it; without a terminal nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask at; --yes pushes without asking.")
    parts = [f"write {len(todo.writes):,}"] if todo.writes else []
    parts += [f"delete {len(deletions):,}"] if deletions else []
    question = f"{' and '.join(parts)} in “{printable(remote.name)}” ({desk.id}, {desk.region})?"
    if click.confirm(question[0].upper() + question[1:], err=True):
        return True
    tell("nothing was pushed")
    return False


def _changed_meanwhile(desk: Desk, seen: RemotePlan) -> Diagnostic | None:
    """Whether Segment's plan is another by the time that the user has answered."""
    now = download(desk)
    if isinstance(now, Diagnostic):
        return now
    before, after = ({key: rule.digest for key, rule in plan.rules.items()} for plan in (seen, now))
    if before == after:
        return None
    message = "Segment's plan was changed while you were asked, so nothing was pushed"
    return codes.REMOTE_CHANGED.at(None, message, help="run `typewriter pull` first")


def _do(
    desk: Desk,
    local: dict[Identity, Rule],
    todo: tuple[Sequence[Step], Sequence[Step]],
    left: Sequence[Diagnostic],
    form: str,
) -> int:
    assert desk.connection is not None
    writes, deletions = todo
    total = len(writes) + len(deletions)
    with Progress("Pushing") as bar:
        try:
            done = carry_out(
                desk.connection, desk.id, writes, deletions, lambda more: bar.more(more, total)
            )
        except KeyboardInterrupt:
            tell(f"\ninterrupted: {bar.at} of {total} rules were done, and maybe some more")
            tell("run `typewriter push` again to go on")
            raise
    found = [each for each in (done.problem, stopped(done, total)) if each]
    if done.written + done.deleted:
        found += _remember(desk, local, {step.pair.identity for step in writes[: done.written]})
    report(in_order([*found, *left]), form, desk.texts)
    _tell(done)
    return COULD_NOT_RUN if has_errors(found) else FINE


def _remember(desk: Desk, local: dict[Identity, Rule], wrote: set[Identity]) -> list[Diagnostic]:
    """Read Segment's plan again, and write the lock from what it says."""
    remote = download(desk)
    if isinstance(remote, Diagnostic):
        return [remote]
    entries, odd = settled(local, remote, desk.lock, wrote)
    return [*odd, *save(comparison(desk, lock_change(desk, entries)))]


def _in_step(
    desk: Desk,
    local: dict[Identity, Rule],
    remote: RemotePlan,
    left: Sequence[Diagnostic],
    form: str,
) -> int:
    """Nothing to do: the lock remembers that, too."""
    entries, _ = settled(local, remote, desk.lock, set())
    problems = save(comparison(desk, lock_change(desk, entries)))
    report(in_order([*problems, *left]), form, desk.texts)
    if not left:
        tell(f"{desk.id}: in step, {len(local):,} rules")
    return COULD_NOT_RUN if problems else FINE


# --- saying it ---------------------------------------------------------------------------------


def _show(todo: Steps, delete: bool, form: str) -> None:
    if form != "text":
        return
    for step in todo.writes:
        click.echo(f"{step.sign} {printable(step.pair.name)}")
        for line in step.lines:
            click.echo(f"    {printable(line)}")
    for step in todo.deletions:
        left = "" if delete else "   (stays: --delete removes it)"
        click.echo(f"- {printable(step.pair.name)}{left}")
    for old, new in todo.renames:
        tell(f"`{new}` has the shape of `{old}`: a new name is a new event, and the old one goes")


def _differences(todo: Steps, places: dict[Identity, Span]) -> Iterator[Diagnostic]:
    """The steps as findings, for programs."""
    words = {"+": "is not in Segment", "~": "differs in Segment", "-": "is in Segment only"}
    for step in (*todo.writes, *todo.deletions):
        message = f"`{step.pair.name}` {words[step.sign]}"
        help = "; ".join(step.lines) or None
        yield codes.DIFFERENT.at(places.get(step.pair.identity), message, help=help)


def _tell(done: Pushed) -> None:
    parts = [f"{done.written:,} written"] if done.written else []
    parts += [f"{done.deleted:,} deleted"] if done.deleted else []
    tell(f"rules: {', '.join(parts) or 'none written'}")
