"""``typewriter pull``."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click

from .. import disk
from ..diagnostics import has_errors, in_order
from ..formats.rules import RuleSet
from ..output import unified
from ..plan.yaml_writer import write
from ..sync.api.plans import RemotePlan, file_of, with_spans
from ..sync.compare import Status, by_identity, compare, drafted, fingerprint
from ..sync.lock import Entry
from ..sync.pull import Merged, Preference, merge
from ..sync.remainder import hashes, remainder
from ..text import few
from . import io
from .sync import Session, Texts, comparisons, options, prepare, save

_NAMED = 6  # events that a line names


@click.command(
    epilog="""\b
Examples:
  $ SEGMENT_API_TOKEN=… typewriter pull
  $ typewriter pull --plan plans/tracking.yaml --id tp_123 --region eu
  $ typewriter pull --token-command "op read op://work/segment/token"
  $ typewriter pull --dry-run

\b
Events that changed in Segment are edited where they are defined; everything else in the files
stays unchanged. An event that changed on both sides is a conflict: it is reported, and left
alone. Commit typewriter.lock, which is written next to the plan, together with the plan.

\b
Exit status: 0 success, 1 conflicts (or changes, with --dry-run), 2 could not run.
"""
)
@options
@click.option("--theirs", is_flag=True, help="Resolve conflicts by taking Segment's side.")
@click.option("--ours", is_flag=True, help="Resolve conflicts by keeping our side.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would change.")
@io.output_format
def command(theirs: bool, ours: bool, dry_run: bool, form: str, **given: Any) -> int:
    """Merge the changes in Segment's tracking plan into the plan's files."""
    if theirs and ours:
        raise click.UsageError("--theirs and --ours exclude each other.")
    prefer: Preference | None = "theirs" if theirs else "ours" if ours else None
    with closing(prepare(**given, may_be_new=True)) as session:
        remote = session.download()
        if remote is None:
            return io.fail(session.problems, form, session.texts)
        if session.loaded is None:
            return _new(session, remote, dry_run, form)
        return _update(session, remote, prefer, dry_run, form)


def _update(
    session: Session, remote: RemotePlan, prefer: Preference | None, dry_run: bool, form: str
) -> int:
    loaded = session.loaded
    assert loaded is not None
    assert loaded.plan is not None
    pairs = compare(by_identity(loaded.plan), remote.rules, session.lock)
    raw = {path: disk.read(path).decode() for path in loaded.files}  # with their line ends
    merged = merge(loaded, raw, pairs, session.lock.rules if session.lock else {}, prefer)
    texts: Texts = {
        path: (raw[path], text) for path, text in merged.texts.items() if text != raw[path]
    }
    session.texts |= {file_of(pair.identity): pair.text for pair in pairs if pair.text}
    found = in_order([*merged.conflicts, *merged.notes])
    if dry_run:
        io.report(found, form, session.texts, err=True)
        io.show("".join(map(unified, comparisons(session, texts))))
        return io.FINDINGS if texts or merged.conflicts else io.SUCCESS
    problems = save(session, merged.entries, texts)
    if problems:
        return io.fail([*found, *problems], form, session.texts)
    io.report(found, form, session.texts)
    _summarise(session, merged)
    return io.FINDINGS if merged.conflicts else io.SUCCESS


def _new(session: Session, remote: RemotePlan, dry_run: bool, form: str) -> int:
    """Write Segment's plan to a file that does not exist yet."""
    spanned = {identity: with_spans(raw.rule) for identity, raw in remote.rules.items()}
    session.texts |= {rule.span.file: text for rule, text in spanned.values() if rule.span}
    rules = tuple(rule for rule, _ in spanned.values())
    draft, plan, found = drafted(RuleSet(remote.name, rules, remote.id, remote.description))
    if plan is None or has_errors(found):
        return io.fail(found, form, session.texts)
    text = write(draft.root, draft.comments, [*io.schema_comment(str(session.path)), *draft.head])
    if dry_run:
        io.report(in_order(found), form, session.texts, err=True)
        io.show_data(text)
        return io.FINDINGS
    local = by_identity(plan)
    entries = {
        identity: Entry(
            raw.digest,
            fingerprint(local.get(identity)),
            hashes(remainder(raw, spanned[identity][0], found)),
        )
        for identity, raw in remote.rules.items()
    }
    problems = save(session, entries, {session.path: (None, text)})
    if problems:
        return io.fail([*found, *problems], form, session.texts)
    io.report(in_order(found), form, session.texts)
    io.status(f"{session.path}: written, {io.counted(len(plan.events), 'event')}")
    return io.SUCCESS


def _summarise(session: Session, merged: Merged) -> None:
    ours = [pair for pair in merged.kept if pair.status is Status.BOTH]
    if not (merged.taken or ours or merged.conflicts or merged.notes):
        io.status(f"{session.path}: nothing changed in Segment")
    for what, pairs in {
        "changed": [pair for pair in merged.taken if pair.local and pair.remote],
        "added": [pair for pair in merged.taken if pair.local is None],
        "removed": [pair for pair in merged.taken if pair.remote is None],
        "kept ours, for the next push": ours,
        "changed only here, for the next push": [
            pair for pair in merged.kept if pair.status is Status.HERE
        ],
    }.items():
        if pairs:
            io.status(f"{session.path}: {what}: {few([pair.name for pair in pairs], _NAMED)}")
