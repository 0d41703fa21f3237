"""Merges Segment's changes into the texts of the plan's files; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ..diagnostics import Code, Diagnostic, Severity, Span, has_errors
from ..formats.codes import NOT_CARRIED
from ..formats.json_schema import rules_of
from ..formats.nodes import Draft
from ..formats.rules import RuleSet
from ..plan.files import resolved
from ..plan.load import Loaded, load
from ..plan.model import Plan
from ..plan.text_edit import Change, edited, same
from . import codes
from .api.plans import Identity
from .changes import Locations, changes, definitions, locations
from .compare import Pair, Status, by_identity, drafted, fingerprint
from .describe import differences
from .lock import Entry
from .remainder import changes as remainder_changes

_SHOWN: Final = 6  # lines of differences in the help of a finding

Preference: TypeAlias = Literal["theirs", "ours"]
"""Whose side wins a conflict, Segment's or ours."""


@dataclass(slots=True)
class Merged:
    """The result of a pull.

    ``texts`` are the new texts of changed files, by path; ``taken`` are the rules taken from
    Segment, ``kept`` those changed here, which stay; ``entries`` is the new lock, and
    ``conflicts`` are findings about rules that were left alone.
    """

    texts: dict[Path, str] = field(default_factory=dict)
    taken: list[Pair] = field(default_factory=list)
    kept: list[Pair] = field(default_factory=list)
    entries: dict[Identity, Entry] = field(default_factory=dict)
    conflicts: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)


def merge(
    loaded: Loaded,
    raw: Mapping[Path, str],
    pairs: Sequence[Pair],
    before: Mapping[Identity, Entry],
    prefer: Preference | None,
) -> Merged:
    """The plan ``loaded`` with Segment's changes among ``pairs``.

    ``raw`` are the texts of its files with their own line ends, by the paths that ``loaded``
    gives them; ``before`` is the current lock.  Without ``prefer``, conflicts are reported.
    """
    assert loaded.plan is not None
    return _Merge(loaded, loaded.plan, raw, prefer).run(pairs, before)


class _Merge:
    def __init__(
        self, loaded: Loaded, plan: Plan, raw: Mapping[Path, str], prefer: Preference | None
    ) -> None:
        self._loaded = loaded
        self._plan = plan
        self._raw = raw
        self._prefer = prefer
        self._done = Merged()
        self._wanted: dict[Identity, Pair] = {}
        self._whole: set[Identity] = set()
        self._after: dict[Identity, str | None] = {}

    @cached_property
    def _locations(self) -> Locations:
        return locations(self._loaded)

    def run(self, pairs: Sequence[Pair], before: Mapping[Identity, Entry]) -> Merged:
        for pair in pairs:
            self._choose(pair)
        if self._wanted:
            self._edit()
        for pair in pairs:
            known = before.get(pair.identity)
            entry = self._entry(pair, known)
            if entry is not None:
                self._done.entries[pair.identity] = entry
            if entry is not None and entry is not known:
                self._report_parts(pair, known.kept if known else {})
        self._done.taken += (each for each in pairs if each.identity in self._wanted)
        return self._done

    # --- what to take --------------------------------------------------------------------

    def _choose(self, pair: Pair) -> None:
        conflict = pair.status is Status.BOTH
        if pair.status is Status.THERE or (conflict and self._prefer == "theirs"):
            if has_errors(pair.diagnostics):
                errors = (each for each in pair.diagnostics if each.severity is Severity.ERROR)
                self._done.conflicts += errors
            else:
                self._wanted[pair.identity] = pair
        elif conflict and self._prefer != "ours":
            self._refuse(pair, codes.CONFLICT, "changed here and in Segment")
        elif pair.status is not Status.SAME:
            self._done.kept.append(pair)

    def _refuse(self, pair: Pair, code: Code, why: str) -> None:
        """Leave a rule alone, and report what Segment's side would change."""
        self._wanted.pop(pair.identity, None)
        location = self._locations.rules.get(pair.identity)
        span = location.span if location else Span(str(self._loaded.files[0]))
        message = f"`{pair.name}` was {why}"
        if pair.local is None:
            help = "it is not in the plan"
        elif pair.remote is None:
            help = "it is no longer in Segment"
        else:
            lines = differences(pair.local, pair.remote)
            help = "in Segment: " + "; ".join(lines[:_SHOWN])
            help += f"; … {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        self._done.conflicts.append(code.at(span, message, help=help))

    # --- editing the files ---------------------------------------------------------------

    def _edit(self) -> None:
        """Edit the files so that they mean what is wanted; refuse what is not possible."""
        base = drafted(rules_of(self._plan))[0]
        while self._wanted:
            self._refuse_composed()
            target, plan, found = drafted(self._target())
            if plan is None:
                self._done.conflicts += found
                self._wanted.clear()
                return
            if self._refuse_definitions(base, target):
                continue
            texts = self._texts(base, target)
            wrong = self._wrong(texts, plan)
            if not wrong:
                self._done.texts = texts or {}
                self._done.notes += (each for each in found if each.severity is not Severity.ERROR)
                return
            self._retreat(wrong)

    def _target(self) -> RuleSet:
        """Our rules, with those wanted from Segment."""
        mine = rules_of(self._plan)
        rules = {rule.identity: rule for rule in mine.rules}
        for identity, pair in self._wanted.items():
            if pair.remote is not None and pair.source is not None:
                rules[identity] = pair.source
            else:
                rules.pop(identity, None)
        return replace(mine, rules=tuple(rules.values()))

    def _refuse_composed(self) -> None:
        for identity, pair in list(self._wanted.items()):
            location = self._locations.rules.get(identity)
            if location and location.composed:
                why = "changed in Segment, but is defined in more than one place here"
                self._refuse(pair, codes.COMPOSED, why)

    def _refuse_definitions(self, base: Draft, target: Draft) -> bool:
        """Refuse rules that would change a definition of a library; whether there were any."""
        old, new = definitions(base), definitions(target)
        changed = {
            name
            for name, location in self._locations.definitions.items()
            if location.composed and name in new and name in old and not same(old[name], new[name])
        }
        refused = [
            pair
            for pair in self._wanted.values()
            if pair.source and changed & set(pair.source.schema.get("definitions", ()))
        ]
        for pair in refused:
            self._refuse(pair, codes.COMPOSED, "changed in Segment, in a library's definition")
        return bool(refused)

    def _texts(self, base: Draft, target: Draft) -> dict[Path, str] | None:
        """The files' new texts; None if the changes cannot be made."""
        found: dict[Path, list[Change]] = {}
        for path, change in changes(base, target, self._locations, self._whole):
            found.setdefault(path, []).append(change)
        try:
            return {p: edited(self._raw[p], each, target.comments) for p, each in found.items()}
        except (ValueError, KeyError):
            return None

    def _wrong(self, texts: Mapping[Path, str] | None, plan: Plan) -> set[Identity]:
        """The rules that would not mean what they should if ``texts`` were written.

        All that are wanted, if the files would not be a valid plan.
        """
        if texts is None:
            return set(self._wanted)
        overlay = {
            resolved(path): text.removeprefix("\ufeff").replace("\r\n", "\n")
            for path, text in texts.items()
        }
        again = load(self._loaded.files[0], overlay)
        if again.plan is None:
            return set(self._wanted)
        want = {key: fingerprint(rule) for key, rule in by_identity(plan).items()}
        have = {key: fingerprint(rule) for key, rule in by_identity(again.plan).items()}
        self._after = have
        return {each for each in want.keys() | have.keys() if want.get(each) != have.get(each)}

    def _retreat(self, wrong: set[Identity]) -> None:
        """Rewrite the wrong ones as a whole; refuse those for which that was tried already."""
        wanted = wrong & self._wanted.keys()
        if not wanted <= self._whole:
            self._whole |= wanted
            return
        for identity in wanted or set(self._wanted):
            why = "changed in Segment, which cannot be written into the file as it is laid out"
            self._refuse(self._wanted[identity], codes.NOT_EDITED, why)

    # --- the lock ------------------------------------------------------------------------

    def _report_parts(self, pair: Pair, known: Mapping[str, str]) -> None:
        """Report once how the parts that a plan cannot hold have changed in Segment.

        What is new in a rule that is taken over has been reported by its import, with everything
        that was reported before.
        """
        parts = pair.parts
        if pair.identity in self._wanted:
            again = {part.span for part in parts if part.pointer in known}
            self._done.notes = [
                each
                for each in self._done.notes
                if each.kind is not NOT_CARRIED or each.span not in again
            ]
            parts = tuple(part for part in parts if part.pointer in known)
        if pair.kept != known:
            location = self._locations.rules.get(pair.identity)
            span = location.span if location else None
            self._done.notes += remainder_changes(pair.name, pair.identity[0], parts, known, span)

    def _entry(self, pair: Pair, before: Entry | None) -> Entry | None:
        if pair.status is Status.SAME or pair.identity in self._wanted:
            if pair.raw is None or not self._done.texts:
                return pair.entry(pair.local)
            # The edit may have renamed a definition, so the rule is not what was compared.
            return Entry(pair.raw.digest, self._after.get(pair.identity), pair.kept)
        seen = before is None and pair.remote is None  # a new rule in Segment that says nothing
        if seen or (pair.status is Status.BOTH and self._prefer == "ours"):
            return pair.entry(pair.remote)
        if pair.status is Status.HERE and before and pair.raw and pair.raw.digest != before.remote:
            return Entry(pair.raw.digest, before.local, pair.kept)
        return before
