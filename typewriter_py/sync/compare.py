"""Three states of each rule, ours, Segment's and the one of the lock: who changed it, and what?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from ..diagnostics import Diagnostic, has_errors
from ..formats.json_schema import rules_of
from ..formats.nodes import Draft
from ..formats.repair import settle
from ..formats.rules import EXTENSION, PAYLOAD, Rule, RuleSet
from ..formats.translate import draft_of
from ..plan.model import Plan
from ..plan.values import describe
from .api.plans import Identity, RemoteRule, called, digest, file_of, placed
from .lock import Entry, Lock

MAX_LINES: Final = 12
"""Lines of one rule's differences; a rule that is another one altogether is cut short."""

_SHOWN: Final = 72  # characters of a value


def differences(old: Rule | None, new: Rule | None) -> list[str]:
    """Lines such as ``+ properties.coupon: {"type": "string"}``: what makes ``new`` of ``old``."""
    if old is None or new is None:
        return []
    found = list(_between("", _flat(old), _flat(new)))
    if len(found) > MAX_LINES:
        more = len(found) - MAX_LINES + 1
        found = [*found[: MAX_LINES - 1], f"… and {more} more"]
    return found


def _flat(rule: Rule) -> dict[str, Any]:
    """The schema without its wrapping: a property is ``properties.NAME``, as people say."""
    payload = PAYLOAD.get(rule.kind)
    schema = dict(rule.schema)
    members = schema.get("properties")
    if payload is None or not isinstance(members, Mapping):
        return schema
    body = members.get(payload)
    rest = {key: value for key, value in schema.items() if key not in ("properties", "type")}
    if not isinstance(body, Mapping):
        return rest
    inner = {key: value for key, value in body.items() if key != "properties"}
    return {**rest, **inner, payload: body.get("properties", {})}


def _between(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            place = f"{path}.{key}" if path else str(key)
            if key not in new:
                yield f"- {place}: {describe(old[key], _SHOWN)}"
            elif key not in old:
                yield f"+ {place}: {describe(new[key], _SHOWN)}"
            else:
                yield from _between(place, old[key], new[key])
    elif _is_plain(old) and _is_plain(new) and _texts(old) != _texts(new):
        yield from (
            f"- {path}: {describe(item, _SHOWN)}" for item in old if _text(item) not in _texts(new)
        )
        yield from (
            f"+ {path}: {describe(item, _SHOWN)}" for item in new if _text(item) not in _texts(old)
        )
        if sorted(_texts(old)) == sorted(_texts(new)) and not path.endswith("required"):
            yield f"~ {path}: {describe(old, _SHOWN)} → {describe(new, _SHOWN)}"
    elif _text(old) != _text(new):
        yield f"~ {path}: {describe(old, _SHOWN)} → {describe(new, _SHOWN)}"


def _is_plain(value: Any) -> bool:
    """A list of scalars, such as of required names or permitted values."""
    return isinstance(value, list) and not any(isinstance(x, Mapping | list) for x in value)


def _texts(values: list[Any]) -> list[str]:
    return [_text(each) for each in values]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


_UNORDERED: Final = "required"


def essence(rule: Rule) -> dict[str, Any]:
    """What ``rule`` says, as JSON in which equal rules are equal."""
    return {
        "kind": rule.kind,
        "key": rule.key,
        "version": rule.version,
        "schema": _ordered(rule.schema),
    }


def fingerprint(rule: Rule | None) -> str | None:
    """A hash of its essence; None of no rule."""
    return None if rule is None else digest(essence(rule))


def drafted(rules: RuleSet) -> tuple[Draft, Plan | None, tuple[Diagnostic, ...]]:
    """The plan that ``rules`` come to, if they do, and all that is said of it."""
    draft, said = draft_of(rules)
    plan, more = settle(draft)
    return draft, plan, (*said, *more)


def canonical(rule: Rule) -> tuple[Rule | None, tuple[Diagnostic, ...]]:
    """``rule`` as a plan that was imported from it would export it, and what a plan cannot say.

    None if it says nothing (Segment has empty rules for identify and group); also if a
    diagnostic is an error.
    """
    _, plan, said = drafted(RuleSet(rule.key or rule.kind, (rule,)))
    rules = rules_of(plan).rules if plan is not None else ()
    return rules[0] if rules else None, said


def canonical_all(
    rules: Mapping[Identity, Rule],
) -> dict[Identity, tuple[Rule | None, tuple[Diagnostic, ...]]]:
    """``canonical`` of each, in one go where that comes to the same.

    Events go through as one plan under names that cannot collide.  Those that came out with
    other definitions than they had (two of them share a name), and calls, go alone.
    """
    events = {f"rule {number}": each for number, each in enumerate(rules) if each[0] == "TRACK"}
    together = [replace(rules[each], key=name, version=1) for name, each in events.items()]
    _, plan, said = drafted(RuleSet("", tuple(together)))
    found: dict[Identity, tuple[Rule | None, tuple[Diagnostic, ...]]] = {}
    if plan is not None and not has_errors(said):
        by_file: dict[str | None, list[Diagnostic]] = {}
        for diagnostic in said:
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
    return {name for home in ("definitions", "$defs") for name in rule.schema.get(home) or ()}


def grafted(remote: RemoteRule, local: Rule | None) -> Rule:
    """Segment's rule, with what ours says in ``x-typewriter`` where Segment's has none at all.

    So what was said here alone (an owner, what is personal data) is no difference when
    Segment has not kept it; where it keeps any of it, all of it is its own.
    """
    rule = remote.rule
    if local is None or f'"{EXTENSION}"' in json.dumps(rule.schema):
        return rule
    schema = _with_extensions(rule.schema, local.schema)
    return Rule(rule.kind, rule.key, rule.version, schema, rule.deprecated, rule.span)


def _with_extensions(schema: Any, other: Any) -> Any:
    """``schema`` with the extensions that ``other`` has at the same places."""
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


def _ordered(value: Any) -> Any:
    """``value`` with the names that are required in one order, as it says nothing."""
    if isinstance(value, Mapping):
        return {
            key: sorted(each) if key == _UNORDERED and _is_names(each) else _ordered(each)
            for key, each in value.items()
        }
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


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
