"""One rule in the form in which two of them are compared: what it means, without the noise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ...diagnostics import Diagnostic
from ..api.remote import RemoteRule, digest
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


__all__ = ["canonical", "essence", "fingerprint", "grafted", "says_the_same"]
