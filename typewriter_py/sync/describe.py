"""What differs between two rules, and paths in them, as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from ..formats.rules import EXTENSION, PAYLOAD, Kind, Rule
from ..plan.values import describe

SHOWN: Final = 72
"""Characters of a value."""

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from a schema to a node in it."""

_HEAD: Final = frozenset({"$schema", "title", "description", "definitions", EXTENSION})
"""Keywords of a message's schema that are about the event or the call."""


def differences(old: Rule | None, new: Rule | None) -> list[str]:
    """Lines such as ``+ properties.coupon: {"type": "string"}``, which lead from old to new."""
    if old is None or new is None:
        return []
    return list(_between("", _flat(old), _flat(new)))


def shown(kind: Kind, path: Path) -> str:
    """A path in the schema of a message, as the lines of ``differences`` have it."""
    payload = PAYLOAD.get(kind)
    match path:
        case _ if payload is None:
            steps: Sequence[str | int] = path
        case ["properties", field, "properties", *rest] if field == payload and rest:
            steps = [payload, *rest]
        case ["properties", field, key, *rest] if field == payload and key not in _HEAD:
            steps = [key, *rest]
        case [key, *_] if key in _HEAD:
            steps = path
        case _:
            steps = ["message", *path]
    return ".".join(map(str, steps))


def _flat(rule: Rule) -> dict[str, Any]:
    """The schema without its outer object, so that a property is ``properties.NAME``."""
    payload = PAYLOAD.get(rule.kind)
    if payload is None:
        return dict(rule.schema)
    flat = {key: value for key, value in rule.schema.items() if key in _HEAD}
    message = {key: value for key, value in rule.schema.items() if key not in _HEAD}
    fields = message.get("properties")
    body = fields.get(payload) if isinstance(fields, Mapping) else None
    if isinstance(fields, Mapping) and isinstance(body, Mapping):
        own = _HEAD | {"properties"}
        flat |= {key: value for key, value in body.items() if key not in own}
        flat[payload] = body.get("properties", {})
        rest = {key: value for key, value in body.items() if key in _HEAD}
        others = {key: value for key, value in fields.items() if key != payload}
        message["properties"] = {**others, payload: rest} if rest else others
    return {**flat, "message": message}


def _between(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            inner = f"{path}.{key}" if path else str(key)
            if key not in new:
                yield f"- {inner}: {describe(old[key], SHOWN)}"
            elif key not in old:
                yield f"+ {inner}: {describe(new[key], SHOWN)}"
            else:
                yield from _between(inner, old[key], new[key])
        return
    if _is_plain(old) and _is_plain(new):
        before, after = [_text(each) for each in old], [_text(each) for each in new]
        gone = [each for each, text in zip(old, before, strict=True) if text not in after]
        added = [each for each, text in zip(new, after, strict=True) if text not in before]
        yield from (f"- {path}: {describe(each, SHOWN)}" for each in gone)
        yield from (f"+ {path}: {describe(each, SHOWN)}" for each in added)
        if sorted(before) != sorted(after) or path.endswith("required"):
            return
    if _text(old) != _text(new):
        yield f"~ {path}: {describe(old, SHOWN)} → {describe(new, SHOWN)}"


def _is_plain(value: Any) -> bool:
    """Whether it is a list of scalars, such as required names or allowed values."""
    return isinstance(value, list) and not any(isinstance(x, Mapping | list) for x in value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
