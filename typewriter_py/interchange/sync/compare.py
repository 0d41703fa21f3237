"""Three states of each rule, ours, Segment's and the one of the lock: who changed it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from ...diagnostics import Diagnostic, has_errors
from ..api.remote import Identity, RemoteRule, called, file_of, placed
from ..rules import Rule
from .canonical import canonical_all, fingerprint, grafted
from .lock import Entry, Lock


class Status(Enum):
    """Who has changed a rule since the two were the same."""

    SAME = "same"
    HERE = "changed here"
    THERE = "changed in Segment"
    BOTH = "changed here and in Segment"


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule, here and there.

    ``local`` and ``remote`` are in canonical form, None where the side says nothing of it;
    ``raw`` is Segment's own, which may be there and say nothing.  ``source`` is what to
    import, ``diagnostics`` what a plan cannot say of it, in a file that is called ``file``
    and would hold ``text``.
    """

    identity: Identity
    status: Status
    local: Rule | None = None
    remote: Rule | None = None
    raw: RemoteRule | None = None
    source: Rule | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""

    @property
    def file(self) -> str:
        """What diagnostics call Segment's schema of it."""
        return file_of(self.identity)

    @property
    def name(self) -> str:
        """What people call it: an event by its name, others by their kind."""
        return called(self.identity)

    @property
    def entry(self) -> Entry | None:
        """What a lock holds of it, once the two are settled to be what they are now."""
        if self.raw is None:
            return None
        return Entry(self.raw.digest, fingerprint(self.local))

    @property
    def entry_of_remote(self) -> Entry | None:
        """The same where Segment's side has been seen, and ours is a change to it."""
        if self.raw is None:
            return None
        return Entry(self.raw.digest, fingerprint(self.remote))


def compare(
    local: Mapping[Identity, Rule], remote: Mapping[Identity, RemoteRule], lock: Lock | None
) -> list[Pair]:
    """Every rule of either side: ours in their order, then those that only Segment has.

    ``lock`` is None where nothing is known: then what both have and differs has been changed
    by both.
    """
    every = [*local, *(each for each in remote if each not in local)]
    entries = lock.rules if lock else {}
    open_ones: dict[Identity, tuple[Rule, str]] = {}
    for identity in every:
        raw = remote.get(identity)
        source = _differing(raw, local.get(identity), entries.get(identity)) if raw else None
        if source is not None:
            open_ones[identity] = placed(source)
    meant = canonical_all({each: source for each, (source, _) in open_ones.items()})
    found = []
    for identity in every:
        mine, raw, entry = local.get(identity), remote.get(identity), entries.get(identity)
        if raw is not None and identity not in open_ones:
            found.append(Pair(identity, Status.SAME, mine, mine, raw))
            continue
        theirs, diagnostics = meant.get(identity, (None, ()))
        source, text = open_ones.get(identity, (None, ""))
        broken = has_errors(diagnostics)
        status = _status(fingerprint(mine), theirs, raw, lock, entry, broken)
        found.append(Pair(identity, status, mine, theirs, raw, source, diagnostics, text))
    return found


def _differing(raw: RemoteRule, local: Rule | None, entry: Entry | None) -> Rule | None:
    """Segment's rule, if it takes an import to know whether it means another thing than ours."""
    mine = fingerprint(local)
    if entry is not None and raw.digest == entry.remote and mine == entry.local:
        return None
    source = grafted(raw, local)
    return None if fingerprint(source) == mine and not source.deprecated else source


def _status(
    mine: str | None,
    theirs: Rule | None,
    raw: RemoteRule | None,
    lock: Lock | None,
    entry: Entry | None,
    broken: bool,
) -> Status:
    if fingerprint(theirs) == mine and not broken:
        return Status.SAME
    if lock is None:
        if raw is None or (theirs is None and not broken):
            return Status.HERE
        return Status.THERE if mine is None else Status.BOTH
    here = mine != (entry.local if entry else None)
    there = (raw.digest if raw else None) != (entry.remote if entry else None)
    if there and entry is None and theirs is None and not broken:
        there = False  # a rule that says nothing is none
    if here and there:
        return Status.BOTH
    return Status.THERE if there else Status.HERE
