"""What Segment changed, brought into the plan's files; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ..diagnostics import Diagnostic, Severity, Span, has_errors
from ..formats.json_schema import rules_of
from ..formats.nodes import Draft
from ..formats.rules import Rule, RuleSet
from ..plan.files import resolved
from ..plan.load import Loaded, load
from ..plan.model import Plan
from ..plan.text_edit import edited, same
from . import codes
from .api.plans import Identity
from .changes import Homes, changes, definitions, homes
from .compare import Pair, Status, differences, drafted, fingerprint
from .lock import Entry

_SHOWN: Final = 6  # lines of a difference that a finding's help shows


@dataclass(slots=True)
class Merged:
    """What a pull comes to.

    ``texts`` are the new texts of files that change, by their paths; ``taken`` what was taken
    over, ``kept`` what was changed here and stays; ``entries`` is the new lock, and
    ``conflicts`` are findings about what was left alone.
    """

    texts: dict[Path, str] = field(default_factory=dict)
    taken: list[Pair] = field(default_factory=list)
    kept: list[Pair] = field(default_factory=list)
    entries: dict[Identity, Entry] = field(default_factory=dict)
    conflicts: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preference:
    """What to do with conflicts: take Segment's side, or keep ours; neither: say so."""

    theirs: bool = False
    ours: bool = False


def merge(
    loaded: Loaded,
    raw: Mapping[Path, str],
    pairs: Sequence[Pair],
    before: Mapping[Identity, Entry],
    preference: Preference,
) -> Merged:
    """The plan ``loaded`` with Segment's changes among ``pairs``.

    ``raw`` are the texts of its files with the line ends that they have, by the paths that
    ``loaded`` gives them; ``before`` is the lock so far.
    """
    return _Merge(loaded, raw, pairs, before, preference).run()


@dataclass
class _Merge:
    _loaded: Loaded
    _raw: Mapping[Path, str]
    _pairs: Sequence[Pair]
    _before: Mapping[Identity, Entry]
    _preference: Preference
    _done: Merged = field(default_factory=Merged)
    _wanted: dict[Identity, Pair] = field(default_factory=dict)
    _whole: set[Identity] = field(default_factory=set)
    _after: dict[Identity, str | None] = field(default_factory=dict)

    @cached_property
    def _plan(self) -> Plan:
        assert self._loaded.plan is not None
        return self._loaded.plan

    @cached_property
    def _homes(self) -> Homes:
        return homes(self._loaded)

    def run(self) -> Merged:
        for pair in self._pairs:
            self._choose(pair)
        if self._wanted:
            self._settle()
        self._record()
        return self._done

    # --- what to take --------------------------------------------------------------------

    def _choose(self, pair: Pair) -> None:
        take = pair.status is Status.THERE or (
            pair.status is Status.BOTH and self._preference.theirs
        )
        if take and has_errors(pair.diagnostics):
            errors = (each for each in pair.diagnostics if each.severity is Severity.ERROR)
            self._done.conflicts += errors
        elif take:
            self._wanted[pair.identity] = pair
        elif pair.status is Status.BOTH and not self._preference.ours:
            self._refuse(pair, codes.CONFLICT, "changed here and in Segment")
        elif pair.status is not Status.SAME:
            self._done.kept.append(pair)

    def _refuse(self, pair: Pair, code: Any, why: str) -> None:
        """Leave it alone, and say so with what Segment's side would change."""
        self._wanted.pop(pair.identity, None)
        home = self._homes.rules.get(pair.identity)
        span = home.span if home else Span(str(self._loaded.files[0]))
        message = f"`{pair.name}` was {why}"
        if pair.remote is None or pair.local is None:
            help = "the plan has it not" if pair.local is None else "Segment has it no more"
        else:
            lines = differences(pair.local, pair.remote)
            help = "Segment says: " + "; ".join(lines[:_SHOWN])
            help += f"; … {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        self._done.conflicts.append(code.at(span, message, help=help))

    # --- what comes of it ----------------------------------------------------------------

    def _settle(self) -> None:
        """Edit the files so that they mean what is wanted; what cannot be had is refused."""
        base = drafted(rules_of(self._plan))[0]
        while self._wanted:
            self._refuse_composed()
            target, plan, said = drafted(self._target())
            if plan is None:
                self._done.conflicts += said
                self._wanted.clear()
                return
            if self._refuse_definitions(base, target):
                continue
            texts = self._texts(base, target)
            wrong = self._wrong(texts, plan)
            if not wrong:
                self._done.texts = texts or {}
                self._done.notes += (each for each in said if each.severity is not Severity.ERROR)
                return
            self._retreat(wrong)

    def _target(self) -> RuleSet:
        """Our rules with those that are wanted from Segment."""
        mine = rules_of(self._plan)
        kept: list[Rule] = []
        for rule in mine.rules:
            pair = self._wanted.get(rule.identity)
            if pair is None:
                kept.append(rule)
            elif pair.remote is not None and pair.source is not None:
                kept.append(pair.source)
        known = {rule.identity for rule in mine.rules}
        kept += (
            pair.source
            for identity, pair in self._wanted.items()
            if identity not in known and pair.source is not None and pair.remote is not None
        )
        return replace(mine, rules=tuple(kept))

    def _refuse_composed(self) -> None:
        for identity, pair in list(self._wanted.items()):
            home = self._homes.rules.get(identity)
            if home and home.composed:
                why = "changed in Segment, and stands here in more than one place"
                self._refuse(pair, codes.COMPOSED, why)

    def _refuse_definitions(self, base: Draft, target: Draft) -> bool:
        """Whether a definition of a library would change: then the rules that want it go."""
        old, new = definitions(base), definitions(target)
        foreign = {
            name
            for name, home in self._homes.definitions.items()
            if home.composed and name in new and name in old and not same(old[name], new[name])
        }
        refused = [
            pair
            for pair in self._wanted.values()
            if pair.source and foreign & set(pair.source.schema.get("definitions", ()))
        ]
        for pair in refused:
            self._refuse(pair, codes.COMPOSED, "changed in Segment, in a library's definition")
        return bool(refused)

    def _texts(self, base: Draft, target: Draft) -> dict[Path, str] | None:
        """The files' new texts; None where the changes cannot be placed."""
        texts = {}
        for path, wanted in changes(base, target, self._homes, self._whole).items():
            try:
                texts[path] = edited(self._raw[path], wanted, target.comments)
            except (ValueError, KeyError):
                return None
        return texts

    def _wrong(self, texts: Mapping[Path, str] | None, plan: Plan) -> set[Identity]:
        """The rules that do not mean what they should, were ``texts`` written.

        All that are wanted, where the files would be no plan.
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
        want = {rule.identity: fingerprint(rule) for rule in rules_of(plan).rules}
        have = {rule.identity: fingerprint(rule) for rule in rules_of(again.plan).rules}
        self._after = dict(have)
        return {each for each in want.keys() | have.keys() if want.get(each) != have.get(each)}

    def _retreat(self, wrong: set[Identity]) -> None:
        """Write the wrong ones anew as a whole; those that were so already are refused."""
        hopeless = wrong & self._whole & self._wanted.keys()
        fresh = (wrong & self._wanted.keys()) - self._whole
        if fresh:
            self._whole |= fresh
            return
        for identity in hopeless or set(self._wanted):
            why = "changed in Segment, which cannot be written into the file as it is laid out"
            self._refuse(self._wanted[identity], codes.NOT_EDITED, why)

    # --- the lock ------------------------------------------------------------------------

    def _record(self) -> None:
        for pair in self._pairs:
            identity = pair.identity
            entry = self._before.get(identity)
            if pair.status is Status.SAME:
                entry = self._entry(pair)
            elif identity in self._wanted:
                self._done.taken.append(pair)
                entry = self._entry(pair)
            elif pair.status is Status.BOTH and self._preference.ours:
                entry = pair.entry_of_remote
            elif entry is None and pair.raw is not None and pair.remote is None:
                entry = pair.entry_of_remote  # Segment's says nothing, and has been seen
            if entry is not None:
                self._done.entries[identity] = entry

    def _entry(self, pair: Pair) -> Entry | None:
        """What a lock holds of what is in step now: an edit may have renamed a definition."""
        if pair.raw is None:
            return None
        mine = self._after if self._done.texts else {pair.identity: fingerprint(pair.local)}
        return Entry(pair.raw.digest, mine.get(pair.identity))
