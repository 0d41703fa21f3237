"""One rule in the form in which two of them are compared: what it means, without the noise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ...diagnostics import Diagnostic, has_errors
from ..api.remote import Identity, RemoteRule, digest
from ..export.rules import rules_of
from ..rules import EXTENSION, Rule, RuleSet
from ..settle import settle
from ..translate import draft_of

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


def says_the_same(one: Rule | None, other: Rule | None) -> bool:
    """Whether two rules in canonical form mean the same; None is no rule."""
    return fingerprint(one) == fingerprint(other)


def canonical(rule: Rule) -> tuple[Rule | None, tuple[Diagnostic, ...]]:
    """``rule`` as a plan that was imported from it would export it, and what a plan cannot say.

    None if it says nothing (Segment has empty rules for identify and group); also if a
    diagnostic is an error.
    """
    draft, found = draft_of(RuleSet(rule.key or rule.kind, (rule,)))
    plan, more = settle(draft)
    if plan is None:
        return None, (*found, *more)
    rules = rules_of(plan).rules
    return rules[0] if rules else None, (*found, *more)


def canonical_all(
    rules: Mapping[Identity, Rule],
) -> dict[Identity, tuple[Rule | None, tuple[Diagnostic, ...]]]:
    """``canonical`` of each, in one go where that comes to the same.

    Events go through as one plan under names that cannot collide.  Those that came out with
    other definitions than they had (two of them share a name), and calls, go alone.
    """
    events = {f"rule {number}": each for number, each in enumerate(rules) if each[0] == "TRACK"}
    together = [replace(rules[each], key=name, version=1) for name, each in events.items()]
    draft, said = draft_of(RuleSet("", tuple(together)))
    plan, more = settle(draft)
    found: dict[Identity, tuple[Rule | None, tuple[Diagnostic, ...]]] = {}
    if plan is not None and not has_errors((*said, *more)):
        by_file: dict[str | None, list[Diagnostic]] = {}
        for diagnostic in (*said, *more):
            by_file.setdefault(diagnostic.file, []).append(diagnostic)
        for rule in rules_of(plan).rules:
            identity = events[rule.key]
            source = rules[identity]
            if _definitions(rule) <= _definitions(source):
                about = by_file.get(source.span.file if source.span else None, ())
                found[identity] = _renamed(rule, source), tuple(about)
    return {each: found.get(each) or canonical(rules[each]) for each in rules}


def _renamed(rule: Rule, source: Rule) -> Rule:
    return replace(rule, key=source.key, version=source.version)


def _definitions(rule: Rule) -> set[str]:
    return {name for home in ("definitions", "$defs") for name in rule.schema.get(home) or ()}


def grafted(remote: RemoteRule, local: Rule | None) -> Rule:
    """Segment's rule, with what ours says in ``x-typewriter`` where Segment's has none at all.

    So what was said here alone (an owner, what is personal data) is no difference when
    Segment has not kept it; where it keeps any of it, all of it is its own.
    """
    rule = remote.rule
    if local is None or _has_extension(rule.schema):
        return rule
    schema = _with_extensions(rule.schema, local.schema)
    return Rule(rule.kind, rule.key, rule.version, schema, rule.deprecated, rule.span)


def _has_extension(schema: Any) -> bool:
    return f'"{EXTENSION}"' in json.dumps(schema)


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
