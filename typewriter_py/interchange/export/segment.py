"""Rules → a plan as Segment's Public API has it.

https://docs.segmentapis.com/tag/Tracking-Plans, with the rules inside, as its clients keep it
on disk.
"""

from __future__ import annotations

from typing import Any

from ..rules import EXTENSION, Rule, RuleSet


def document(rules: RuleSet) -> dict[str, Any]:
    """The whole plan; what Segment itself gives (times, a slug) is not there."""
    head = {"id": rules.id, "name": rules.name, "description": rules.description}
    found: dict[str, Any] = {key: text for key, text in head.items() if text is not None}
    found["rules"] = [_rule(rule) for rule in rules.rules]
    if rules.extension:
        found[EXTENSION] = dict(rules.extension)
    return found


def _rule(rule: Rule) -> dict[str, Any]:
    """One rule as requests to the Public API have it."""
    return {
        "key": rule.key,
        "type": rule.kind,
        "version": rule.version,
        "jsonSchema": rule.schema,
    }
