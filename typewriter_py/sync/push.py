"""What a push has to do, whether it may, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..diagnostics import Diagnostic, Span
from ..formats.rules import Rule
from ..plan.text_edit import same
from . import codes
from .api.client import Connection
from .api.plans import Identity, RemotePlan, remove, upsert
from .compare import Pair, Status, compare
from .describe import differences
from .lock import Entry, Lock
from .outgoing import Outgoing, outgoing
from .remainder import Part, changes

ONLY_THERE: Final = "only in Segment, and lost"


@dataclass(frozen=True, slots=True)
class Step:
    """A rule to write or delete in Segment, and lines that describe the change.

    ``rule`` is what to write, None for a deletion; ``lost`` are the parts of Segment's rule that
    a plan cannot hold, and that go with it.
    """

    pair: Pair
    rule: Rule | None = None
    lost: tuple[Part, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What differs between Segment's rule as it is and as it will be; all that is lost."""
        kind = self.pair.identity[0]
        gone = [f"- {part.line(kind)}" for part in self.lost]
        old = self.pair.raw.rule if self.pair.raw else None
        changed = [each for each in differences(old, self.rule) if each not in gone]
        return [*changed, *(f"{each}   ({ONLY_THERE})" for each in gone)]

    @property
    def sign(self) -> str:
        """``+`` for added, ``~`` for changed, ``-`` for removed in Segment."""
        if self.pair.local is None:
            return "-"
        return "+" if self.pair.raw is None else "~"


@dataclass(slots=True)
class Steps:
    """All changes that make Segment's plan the same as ours.

    ``blocked`` are findings about changes in Segment; if there are any, nothing may be pushed.
    ``refused`` are findings about what would be lost, which takes the user's word.
    """

    writes: list[Step] = field(default_factory=list)
    deletions: list[Step] = field(default_factory=list)
    blocked: list[Diagnostic] = field(default_factory=list)
    refused: list[Diagnostic] = field(default_factory=list)

    @property
    def renames(self) -> list[tuple[str, str]]:
        """Removed events, each with an added one of the same shape: probably renamed."""
        gone = {_shape(step.pair.remote): step.pair.name for step in self.deletions}
        new = ((_shape(step.pair.local), step) for step in self.writes if step.sign == "+")
        return [(gone[shape], step.pair.name) for shape, step in new if shape in gone]


def steps(pairs: Sequence[Pair], spans: Mapping[Identity, Span], known: bool) -> Steps:
    """The changes for ``pairs``; ``spans`` are the locations of their events, ``known`` is whether
    there is a lock."""
    found = Steps()
    made = outgoing(pair for pair in pairs if pair.status is Status.HERE)
    for pair in pairs:
        if pair.status in (Status.THERE, Status.BOTH):
            found.blocked.append(_blocked(pair, spans.get(pair.identity), known))
        elif pair.status is Status.HERE and pair.local is None:
            if pair.raw is not None and pair.remote is not None:
                found.deletions.append(Step(pair, lost=pair.parts))
        elif pair.status is Status.HERE:
            each = made[pair.identity]
            found.writes.append(Step(pair, each.rule, each.lost))
            if each.lost:
                found.refused.append(_refused(pair, each, spans.get(pair.identity)))
    return found


def _refused(pair: Pair, made: Outgoing, span: Span | None) -> Diagnostic:
    kind = pair.identity[0]
    one = len(made.lost) == 1
    what = "a part" if one else f"{len(made.lost)} parts"
    message = f"`{pair.name}` has {what} in Segment that the plan cannot hold and this would delete"
    help = "; ".join(part.line(kind) for part in made.lost)
    help += f"; --discard deletes {'it' if one else 'them'}"
    return codes.WOULD_LOSE.at(span, message, help=help)


def _blocked(pair: Pair, span: Span | None, known: bool) -> Diagnostic:
    if pair.raw is None:
        what = "was removed in Segment"
    elif known:
        what = "was changed in Segment" if pair.local else "was added in Segment"
    elif pair.local:
        what = "differs in Segment, and no typewriter.lock says who changed it"
    else:
        what = "is in Segment but not in the plan"
    help = "run `typewriter pull` first"
    return codes.REMOTE_CHANGED.at(span, f"`{pair.name}` {what}", help=help)


def _shape(rule: Rule | None) -> str:
    if rule is None:
        return ""
    schema = {k: v for k, v in rule.schema.items() if k not in ("title", "description")}
    return repr((rule.kind, rule.version, schema))


# --- doing it ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Pushed:
    """How many of ``total`` rules have been written and deleted, and what stopped it."""

    total: int
    written: int = 0
    deleted: int = 0
    problem: Diagnostic | None = None

    @property
    def done(self) -> int:
        """How many rules have been pushed."""
        return self.written + self.deleted


def push(
    connection: Connection,
    id: str,
    writes: Sequence[Step],
    deletions: Sequence[Step],
    pushed: Pushed,
    progress: Callable[[], None],
) -> None:
    """Write, then delete, so that a renamed event always exists; stops at the first problem.

    ``pushed`` is kept up to date, and ``progress`` is called whenever it changes.
    """

    def written(more: int) -> None:
        pushed.written += more
        progress()

    def deleted(more: int) -> None:
        pushed.deleted += more
        progress()

    rules = [(step.rule, step.pair.raw) for step in writes if step.rule]
    pushed.problem = upsert(connection, id, rules, written)
    if pushed.problem is None and deletions:
        raws = [step.pair.raw for step in deletions if step.pair.raw]
        pushed.problem = remove(connection, id, raws, deleted)


def stopped(pushed: Pushed) -> Diagnostic | None:
    """A diagnostic if only a part was done; None if nothing was done, or everything."""
    if pushed.problem is None or not pushed.done:
        return None
    message = (
        f"stopped halfway: {pushed.written} rules written and {pushed.deleted} deleted, "
        f"{pushed.total - pushed.done} to go"
    )
    return codes.HALF_DONE.at(None, message, help="run `typewriter push` again to continue")


def new_lock(
    local: Mapping[Identity, Rule],
    remote: RemotePlan,
    before: Lock | None,
    wrote: Mapping[Identity, Step],
) -> tuple[dict[Identity, Entry], list[Diagnostic]]:
    """The lock's entries after a push that wrote the rules ``wrote``, from what Segment has now,
    and warnings about those that Segment stored differently, or that had changed there."""
    known = before.rules if before else {}
    entries = dict(known)
    found: list[Diagnostic] = []
    for pair in compare(local, remote.rules, before):
        entry, step, old = (
            pair.entry(pair.local),
            wrote.get(pair.identity),
            known.get(pair.identity),
        )
        if entry is None:
            if step:
                message = f"Segment accepted `{pair.name}`, but does not have it"
                found.append(codes.KEPT_OTHERWISE.at(None, message))
            entries.pop(pair.identity, None)
        elif step:
            entries[pair.identity] = entry
            found += _stored_otherwise(pair, step)
            if old:
                found += changes(pair.name, pair.identity[0], step.pair.parts, old.kept, None)
        elif pair.status is Status.SAME and not (old and old.kept != pair.kept):
            entries[pair.identity] = entry  # else a pull has yet to tell what has changed
    kept = {key: each for key, each in entries.items() if key in local or key in remote.rules}
    return kept, found


def _stored_otherwise(pair: Pair, step: Step) -> Iterator[Diagnostic]:
    """A warning if Segment has something else than it was sent, as far as it means something."""
    sent = step.rule.schema if step.rule else {}
    stored = pair.raw.raw["jsonSchema"] if pair.raw else {}
    if same(sent, stored):
        return
    lines = differences(pair.local, pair.remote)[:4] if pair.status is not Status.SAME else []
    gone = [p for p in step.pair.parts if p.is_in(sent) and not p.is_in(stored)]
    lines += [f"- {part.line(pair.identity[0])}" for part in gone]
    if lines or pair.status is not Status.SAME:
        message = f"Segment stored `{pair.name}` differently: {'; '.join(lines) or 'empty'}"
        yield codes.KEPT_OTHERWISE.at(None, message)
