"""What a push would do, whether it may, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..diagnostics import Diagnostic, Span
from ..formats.rules import Rule
from . import codes
from .api.client import Connection
from .api.plans import Identity, RemotePlan, remove, upsert
from .compare import Pair, Status, compare, differences
from .lock import Entry, Lock


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that a push would write or delete, and the lines that show it."""

    pair: Pair
    lines: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """``+`` added, ``~`` changed, ``-`` removed in Segment."""
        if self.pair.local is None:
            return "-"
        return "+" if self.pair.raw is None else "~"


@dataclass(slots=True)
class Steps:
    """All that makes Segment's plan say what ours does.

    ``blocked`` are findings about what was changed there; with any, nothing may be done.
    """

    writes: list[Step] = field(default_factory=list)
    deletions: list[Step] = field(default_factory=list)
    blocked: list[Diagnostic] = field(default_factory=list)

    @property
    def renames(self) -> list[tuple[str, str]]:
        """Events that go and come in the same shape, so probably got another name."""
        gone = {_shape(step.pair.remote): step.pair.name for step in self.deletions}
        new = ((_shape(step.pair.local), step) for step in self.writes if step.sign == "+")
        return [(gone[shape], step.pair.name) for shape, step in new if shape in gone]


def steps(pairs: Sequence[Pair], spans: Mapping[Identity, Span], known: bool) -> Steps:
    """What to do for ``pairs``; ``spans`` is where their events stand, ``known``: there is a
    lock."""
    found = Steps()
    for pair in pairs:
        if pair.status in (Status.THERE, Status.BOTH):
            found.blocked.append(_blocked(pair, spans.get(pair.identity), known))
        elif pair.status is Status.HERE and pair.local is None:
            if pair.raw is not None and pair.remote is not None:
                found.deletions.append(Step(pair))
        elif pair.status is Status.HERE:
            lines = differences(pair.remote, pair.local)
            found.writes.append(Step(pair, tuple(lines)))
    return found


def _blocked(pair: Pair, span: Span | None, known: bool) -> Diagnostic:
    if pair.raw is None:
        what = "was removed in Segment"
    elif not known:
        what = "differs in Segment, and no typewriter.lock says who changed it"
        what = "is in Segment and not in the plan" if pair.local is None else what
    else:
        what = "was changed in Segment" if pair.local is not None else "was added in Segment"
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
    """What was done, counted, and why no more was."""

    written: int = 0
    deleted: int = 0
    problem: Diagnostic | None = None


def push(
    connection: Connection,
    id: str,
    writes: Sequence[Step],
    deletions: Sequence[Step],
    progress: Callable[[int], None],
) -> Pushed:
    """Writes, then deletes, so that a rename never leaves neither; stops at the first refusal."""
    done = Pushed()

    def written(more: int) -> None:
        done.written += more
        progress(more)

    def deleted(more: int) -> None:
        done.deleted += more
        progress(more)

    rules = [(step.pair.local, step.pair.raw) for step in writes if step.pair.local]
    done.problem = upsert(connection, id, rules, written)
    if done.problem is None and deletions:
        raws = [step.pair.raw for step in deletions if step.pair.raw]
        done.problem = remove(connection, id, raws, deleted)
    return done


def stopped(pushed: Pushed, total: int) -> Diagnostic | None:
    """That a part was done before it stopped; None if it was nothing, or everything."""
    done = pushed.written + pushed.deleted
    if pushed.problem is None or not done:
        return None
    message = (
        f"stopped half way: {pushed.written} rules written and {pushed.deleted} deleted, "
        f"{total - done} to go"
    )
    return codes.HALF_DONE.at(None, message, help="run `typewriter push` again to go on")


def settled(
    local: Mapping[Identity, Rule], remote: RemotePlan, before: Lock | None, wrote: set[Identity]
) -> tuple[dict[Identity, Entry], list[Diagnostic]]:
    """The lock after a push that wrote the rules ``wrote``, from what Segment says now; and
    which of those it keeps otherwise than they were sent."""
    entries = dict(before.rules) if before else {}
    odd: list[Diagnostic] = []
    for pair in compare(local, remote.rules, before):
        entry = pair.entry
        if pair.identity in wrote and pair.raw is None:
            message = f"Segment accepted `{pair.name}`, and has no such rule"
            odd.append(codes.KEPT_OTHERWISE.at(None, message))
            entries.pop(pair.identity, None)
        elif entry is None:
            entries.pop(pair.identity, None)
        elif pair.status is Status.SAME:
            entries[pair.identity] = entry
        elif pair.identity in wrote:
            entries[pair.identity] = entry
            lines = differences(pair.local, pair.remote)
            message = f"Segment keeps `{pair.name}` otherwise: {'; '.join(lines[:4]) or 'empty'}"
            odd.append(codes.KEPT_OTHERWISE.at(None, message))
    gone = [each for each in entries if each not in local and each not in remote.rules]
    for identity in gone:
        del entries[identity]
    return entries, odd
