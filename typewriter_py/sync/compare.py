"""Compares three states of each rule (ours, Segment's, the lock's): who changed it, and how?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

from ..diagnostics import Diagnostic, has_errors
from ..formats.json_schema import rules_of
from ..formats.nodes import Draft
from ..formats.repair import repair_draft
from ..formats.rules import EXTENSION, Rule, RuleSet
from ..formats.translate import draft_of
from ..plan.model import Plan
from .api.plans import Identity, RemoteRule, called, digest, with_spans
from .lock import Entry, Lock
from .remainder import Part, formerly, hashes, remainder

Canonical: TypeAlias = tuple[Rule | None, tuple[Diagnostic, ...]]
"""A rule in canonical form, None if it says nothing, and what a plan cannot say of it."""


def fingerprint(rule: Rule | None) -> str | None:
    """A hash of what a rule says, the same for equivalent rules; None if there is no rule."""
    if rule is None:
        return None
    schema = ordered(rule.schema)
    return digest({"kind": rule.kind, "key": rule.key, "version": rule.version, "schema": schema})


def by_identity(plan: Plan) -> dict[Identity, Rule]:
    """The plan's own rules."""
    return {rule.identity: rule for rule in rules_of(plan).rules}


def drafted(rules: RuleSet) -> tuple[Draft, Plan | None, tuple[Diagnostic, ...]]:
    """The draft and, if it is valid, the plan that ``rules`` make, and all diagnostics."""
    draft, found = draft_of(rules)
    plan, more = repair_draft(draft)
    return draft, plan, (*found, *more)


def canonical(rule: Rule) -> Canonical:
    """``rule`` imported into a plan and exported again.

    None if it says nothing (Segment has empty rules for identify and group) or a diagnostic is
    an error.
    """
    _, plan, found = drafted(RuleSet(rule.key or rule.kind, (rule,)))
    rules = rules_of(plan).rules if plan is not None else ()
    return rules[0] if rules else None, found


def canonical_all(rules: Mapping[Identity, Rule]) -> dict[Identity, Canonical]:
    """``canonical`` of each, but in one go where the result is the same, which is faster.

    Events are imported as one plan, under names that cannot collide.  Calls are imported one by
    one, and so are events whose definitions came out different (because two share a name).
    """
    events = {f"rule {number}": each for number, each in enumerate(rules) if each[0] == "TRACK"}
    together = [replace(rules[each], key=name, version=1) for name, each in events.items()]
    _, plan, diagnostics = drafted(RuleSet("", tuple(together)))
    found: dict[Identity, Canonical] = {}
    if plan is not None and not has_errors(diagnostics):
        by_file: dict[str | None, list[Diagnostic]] = {}
        for diagnostic in diagnostics:
            by_file.setdefault(diagnostic.file, []).append(diagnostic)
        for rule in rules_of(plan).rules:
            identity = events[rule.key]
            source = rules[identity]
            if _definitions(rule) <= _definitions(source):
                about = by_file.get(source.span.file if source.span else None, ())
                renamed = replace(rule, key=source.key, version=source.version)
                found[identity] = renamed, tuple(about)
    return {each: found.get(each) or canonical(rules[each]) for each in rules}


def _definitions(rule: Rule) -> set[str]:
    return {name for key in ("definitions", "$defs") for name in rule.schema.get(key) or ()}


def grafted(remote: RemoteRule, local: Rule | None) -> Rule:
    """Segment's rule, with our ``x-typewriter`` if Segment's has none at all.

    So what Segment does not keep (an owner, what is personal data) is not a difference; if it
    keeps any of it, its own counts.
    """
    rule = remote.rule
    if local is None or has_extension(remote):
        return rule
    return replace(rule, schema=_with_extensions(rule.schema, local.schema))


def has_extension(rule: RemoteRule) -> bool:
    """Whether Segment keeps any ``x-typewriter`` of it."""
    return f'"{EXTENSION}"' in json.dumps(rule.raw["jsonSchema"])


def _with_extensions(schema: Any, other: Any) -> Any:
    """``schema`` with the extensions of the same nodes in ``other``."""
    if isinstance(schema, list) and isinstance(other, list) and len(schema) == len(other):
        return [_with_extensions(*pair) for pair in zip(schema, other, strict=True)]
    if not isinstance(schema, Mapping) or not isinstance(other, Mapping):
        return schema
    joined = {
        key: _with_extensions(value, other[key]) if key in other else value
        for key, value in schema.items()
    }
    if isinstance(other.get(EXTENSION), Mapping):
        joined[EXTENSION] = other[EXTENSION]
    return joined


def ordered(value: Any) -> Any:
    """``value`` with required names sorted, because their order means nothing."""
    if isinstance(value, Mapping):
        return {
            key: sorted(each) if key == "required" and _is_names(each) else ordered(each)
            for key, each in value.items()
        }
    return [ordered(each) for each in value] if isinstance(value, list) else value


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


class Status(Enum):
    """Who has changed a rule since both sides were the same."""

    SAME = "same"
    HERE = "changed here"
    THERE = "changed in Segment"
    BOTH = "changed here and in Segment"


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule, here and in Segment.

    ``local`` and ``remote`` are in canonical form, None if that side says nothing; ``raw`` is
    Segment's own, which may exist and say nothing.  ``source`` is what to import, with spans in
    ``text``, and ``diagnostics`` is what a plan cannot say of it.  ``parts`` are those that the
    import leaves out, ``kept`` their hashes, which are known without an import as well.
    """

    identity: Identity
    status: Status
    local: Rule | None = None
    remote: Rule | None = None
    raw: RemoteRule | None = None
    source: Rule | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""
    parts: tuple[Part, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_broken(self) -> bool:
        """Whether Segment's rule cannot be read at all."""
        return has_errors(self.diagnostics)

    @property
    def name(self) -> str:
        """What people call it: an event by its name, others by their kind."""
        return called(self.identity)

    def entry(self, ours: Rule | None) -> Entry | None:
        """Its entry in a lock by which Segment's rule, as it is, corresponds to ``ours``."""
        return Entry(self.raw.digest, fingerprint(ours), self.kept) if self.raw else None


def compare(
    local: Mapping[Identity, Rule], remote: Mapping[Identity, RemoteRule], lock: Lock | None
) -> list[Pair]:
    """Every rule of either side: ours in their order, then those that only Segment has.

    Without a ``lock``, a rule that both sides have counts as changed by both if it differs.
    """
    every = dict.fromkeys([*local, *remote])
    entries = lock.rules if lock else {}
    sources: dict[Identity, tuple[Rule, str]] = {}
    for identity in every:
        raw = remote.get(identity)
        if raw is None or raw.is_spare:
            continue
        source = _differing(raw, local.get(identity), entries.get(identity))
        if source is not None:
            sources[identity] = with_spans(source)
    imported = canonical_all({each: source for each, (source, _) in sources.items()})
    found = []
    for identity in every:
        mine, raw, entry = local.get(identity), remote.get(identity), entries.get(identity)
        if raw is not None and raw.is_spare:
            found.append(_spare(raw))
            continue
        if raw is not None and identity not in sources:
            kept = entry.kept if entry and entry.remote == raw.digest else {}
            found.append(Pair(identity, Status.SAME, mine, mine, raw, kept=kept))
            continue
        theirs, diagnostics = imported.get(identity, (None, ()))
        source, text = sources.get(identity, (None, ""))
        broken = has_errors(diagnostics)
        status = _status(fingerprint(mine), theirs, raw, lock, entry, broken)
        parts = remainder(raw, source, diagnostics) if source and raw else ()
        if raw and entry and status is not Status.SAME:
            parts = (*parts, *formerly(raw, parts, entry.kept))
        pair = Pair(identity, status, mine, theirs, raw, source, diagnostics, text)
        found.append(replace(pair, parts=parts, kept=hashes(parts)))
    return found


def _spare(raw: RemoteRule) -> Pair:
    """The pair of a rule that no plan can have."""
    source, text = with_spans(raw.rule)
    parts = remainder(raw, source, ())
    return Pair(raw.identity, Status.SAME, raw=raw, text=text, parts=parts, kept=hashes(parts))


def _differing(raw: RemoteRule, local: Rule | None, entry: Entry | None) -> Rule | None:
    """Segment's rule, unless it is known without an import that it means the same as ours."""
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
    if there and theirs is None and entry is None and not broken:
        there = False  # a new rule that says nothing is not a change
    if there and theirs is not None and entry and fingerprint(theirs) == entry.local:
        there = False  # only what a plan cannot hold has changed, which a push leaves alone
    if here and there:
        return Status.BOTH
    return Status.THERE if there else Status.HERE
