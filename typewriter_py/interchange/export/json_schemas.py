"""Rules → one JSON Schema each: of an event's properties, a call's traits, a whole message."""

from __future__ import annotations

from typing import Final

from ..rules import PAYLOAD, Rule, Schema

_HEAD: Final = ("$schema", "title", "description")


def payload_schema(rule: Rule) -> Schema:
    """The schema of what a call of that kind carries: its properties or traits.

    That of a COMMON rule is of the message whole.
    """
    if rule.kind not in PAYLOAD:
        return rule.schema
    body = rule.schema["properties"][PAYLOAD[rule.kind]]
    head = {key: rule.schema[key] for key in _HEAD if key in rule.schema}
    tail = {key: each for key, each in rule.schema.items() if key not in _WRAPPER}
    return {**head, **body, **tail}


_WRAPPER: Final = {*_HEAD, "type", "properties"}
