"""What differs between two rules, in lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..rules import PAYLOAD, Rule

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
                yield f"- {place}: {_shown(old[key])}"
            elif key not in old:
                yield f"+ {place}: {_shown(new[key])}"
            else:
                yield from _between(place, old[key], new[key])
    elif _is_plain(old) and _is_plain(new) and _texts(old) != _texts(new):
        yield from (f"- {path}: {_shown(item)}" for item in old if _text(item) not in _texts(new))
        yield from (f"+ {path}: {_shown(item)}" for item in new if _text(item) not in _texts(old))
        if sorted(_texts(old)) == sorted(_texts(new)) and not path.endswith("required"):
            yield f"~ {path}: {_shown(old)} → {_shown(new)}"
    elif _text(old) != _text(new):
        yield f"~ {path}: {_shown(old)} → {_shown(new)}"


def _is_plain(value: Any) -> bool:
    """A list of scalars, such as of required names or permitted values."""
    return isinstance(value, list) and not any(isinstance(x, Mapping | list) for x in value)


def _texts(values: list[Any]) -> list[str]:
    return [_text(each) for each in values]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
