"""``typewriter pull``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..diagnostics import Diagnostic, has_errors, in_order
from ..formats.json_schema import rules_of
from ..formats.repair import settle
from ..formats.rules import RuleSet
from ..formats.translate import draft_of
from ..output import unified
from ..plan.yaml_writer import write
from ..sync.api.plans import RemotePlan
from ..sync.compare import Pair, Status, compare, fingerprint
from ..sync.lock import Entry
from ..sync.pull import Merged, Preference, merge
from ..text import few
from .io import COULD_NOT_RUN, FINDINGS, FINE, head, output_format, report, tell
from .sync import Desk, Texts, Wanted, comparison, download, lock_change, options, prepare, save

_NAMED = 6  # events that a line names


@click.command(
    epilog="""\b
Examples:
  $ SEGMENT_API_TOKEN=… typewriter pull
  $ typewriter pull --plan plans/tracking.yaml --id tp_123 --region eu
  $ typewriter pull --token-command "op read op://work/segment/token"
  $ typewriter pull --dry-run

\b
Events that changed in Segment are changed in the file where they stand; all else in it stays
as it is. What both sides changed is a conflict: it is reported, and left alone.
typewriter.lock, beside the plan, is to be committed with it.

\b
Exit status: 0 in step, 1 conflicts (with --dry-run: or changes), 2 could not run.
"""
)
@options
@click.option("--theirs", is_flag=True, help="In a conflict, take Segment's side.")
@click.option("--ours", is_flag=True, help="In a conflict, keep ours, for the next push.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would change.")
@output_format
def command(wanted: Wanted, theirs: bool, ours: bool, dry_run: bool, form: str) -> int:
    """Bring what changed in Segment's tracking plan into the plan's files."""
    if theirs and ours:
        raise click.UsageError("--theirs and --ours exclude each other.")
    desk = prepare(wanted, may_be_new=True)
    try:
        return _run(desk, Preference(theirs, ours), dry_run, form)
    finally:
        desk.close()


def _run(desk: Desk, preference: Preference, dry_run: bool, form: str) -> int:
    remote = None if desk.problems else download(desk)
    if isinstance(remote, Diagnostic):
        desk.problems.append(remote)
    if desk.problems or not isinstance(remote, RemotePlan):
        report(in_order(desk.problems), form, desk.texts)
        return COULD_NOT_RUN
    if desk.loaded is None:
        return _new(desk, remote, dry_run, form)
    assert desk.loaded.plan is not None
    local = {rule.identity: rule for rule in rules_of(desk.loaded.plan).rules}
    pairs = compare(local, remote.rules, desk.lock)
    raw = {path: path.read_bytes().decode() for path in desk.loaded.files}  # as their lines end
    before = desk.lock.rules if desk.lock else {}
    merged = merge(desk.loaded, raw, pairs, before, preference)
    texts: Texts = {
        path: (raw[path], text) for path, text in merged.texts.items() if text != raw[path]
    }
    desk.texts |= {pair.file: pair.text for pair in pairs if pair.text}
    return _finish(desk, merged, texts, dry_run, form)


def _finish(
    desk: Desk,
    merged: Merged,
    texts: Texts,
    dry_run: bool,
    form: str,
) -> int:
    found = in_order([*merged.conflicts, *merged.notes])
    if dry_run:
        report(found, form, desk.texts, err=True)
        click.echo("".join(map(unified, comparison(desk, texts))), nl=False)
        return FINDINGS if texts or merged.conflicts else FINE
    problems = save(comparison(desk, texts | lock_change(desk, merged.entries)))
    report(in_order([*found, *problems]), form, desk.texts)
    if problems:
        return COULD_NOT_RUN
    _tell(desk, merged)
    return FINDINGS if merged.conflicts else FINE


def _new(desk: Desk, remote: RemotePlan, dry_run: bool, form: str) -> int:
    """Write the plan that Segment has, where there is none yet."""
    placed = {identity: raw.placed() for identity, raw in remote.rules.items()}
    rules = tuple(rule for rule, _ in placed.values())
    draft, said = draft_of(RuleSet(remote.name, rules, remote.id, remote.description))
    plan, more = settle(draft)
    desk.texts |= {rule.span.file: text for rule, text in placed.values() if rule.span}
    found = in_order([*said, *more])
    if plan is None or has_errors(found):
        report(found, form, desk.texts)
        return COULD_NOT_RUN
    text = write(draft.root, draft.comments, [*head(str(desk.path)), *draft.head])
    if dry_run:
        report(found, form, desk.texts, err=True)
        click.echo(text.encode(), nl=False)
        return FINDINGS
    local = {rule.identity: rule for rule in rules_of(plan).rules}
    entries = {
        identity: Entry(raw.digest, fingerprint(local.get(identity)))
        for identity, raw in remote.rules.items()
    }
    changes = {desk.path: (None, text), **lock_change(desk, entries)}
    problems = save(comparison(desk, changes))
    report(in_order([*found, *problems]), form, desk.texts)
    if problems:
        return COULD_NOT_RUN
    tell(f"{desk.path}: written, {len(plan.events):,} events")
    return FINE


def _tell(desk: Desk, merged: Merged) -> None:
    changed = [pair for pair in merged.taken if pair.local and pair.remote]
    added = [pair for pair in merged.taken if pair.local is None]
    removed = [pair for pair in merged.taken if pair.remote is None]
    for pairs, what in ((changed, "changed"), (added, "added"), (removed, "removed")):
        if pairs:
            tell(f"{desk.path}: {what}: {_names(pairs)}")
    ours = [pair for pair in merged.kept if pair.status is Status.BOTH]
    if ours:
        tell(f"{desk.path}: kept as it is here, for the next push: {_names(ours)}")
    if not (merged.taken or ours or merged.conflicts):
        tell(f"{desk.path}: nothing changed in Segment")
    mine = [pair for pair in merged.kept if pair.status is Status.HERE]
    if mine:
        tell(f"{desk.path}: changed here only, for the next push: {_names(mine)}")


def _names(pairs: Sequence[Pair]) -> str:
    return few([pair.name for pair in pairs], _NAMED)
