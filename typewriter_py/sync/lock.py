"""``typewriter.lock``: which state of Segment's plan and of ours belonged together.

JSON, sorted, one rule a line, so that two branches merge where they touch different events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..formats.rules import KINDS
from . import codes
from .api.plans import Identity

NAME: Final = "typewriter.lock"
"""The file, beside the plan."""

_VERSION: Final = 1
_RULE: Final = ("kind", "key", "version", "remote", "local")


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as it was: hashes of what Segment said, and of what the plan said then."""

    remote: str
    local: str | None


@dataclass(frozen=True, slots=True)
class Lock:
    """What is known of one plan in one region."""

    region: str
    rules: Mapping[Identity, Entry] = field(default_factory=dict)


def read_lock(file: str, text: str) -> dict[str, Lock] | Diagnostic:
    """The locks in ``text``, by the ids of their plans."""
    try:
        data = json.loads(text)
        if data["version"] != _VERSION:
            message = f"{file} is of version {data['version']}, from another typewriter"
            return codes.LOCK.at(Span(file), message, help="use the version that wrote it")
        return {id: _lock(data["plans"][id]) for id in data["plans"]}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        conflict = next((n for n, each in enumerate(text.split("\n"), 1) if _is_marker(each)), 0)
        why = "it holds a merge that is not finished" if conflict else "it is not as it was written"
        help = "take one side of it, whole, and run `typewriter pull`"
        place = Span(file, conflict or line)
        return codes.LOCK.at(place, f"{file} cannot be read: {why}", help=help)


def _is_marker(line: str) -> bool:
    return line.startswith(("<<<<<<< ", "=======", ">>>>>>> "))


def _lock(data: Any) -> Lock:
    rules: dict[Identity, Entry] = {}
    for each in data["rules"]:
        kind, key, version, remote, local = (each[name] for name in _RULE)
        texts = isinstance(key, str) and isinstance(remote, str) and isinstance(local, str | None)
        if kind not in KINDS or type(version) is not int or not texts:
            raise ValueError(each)
        rules[kind, key, version] = Entry(remote, local)
    if not isinstance(data["region"], str):
        raise ValueError(data["region"])
    return Lock(data["region"], rules)


def lock_text(locks: Mapping[str, Lock]) -> str:
    """The file that ``read_lock`` reads."""
    plans = ",\n".join(f"    {_json(id)}: {_plan(locks[id])}" for id in sorted(locks))
    return f'{{\n  "version": {_VERSION},\n  "plans": {{\n{plans}\n  }}\n}}\n'


def _plan(lock: Lock) -> str:
    lines = ",\n".join(f"        {line}" for line in _rules(lock))
    rules = f"[\n{lines}\n      ]" if lines else "[]"
    return f'{{\n      "region": {_json(lock.region)},\n      "rules": {rules}\n    }}'


def _rules(lock: Lock) -> Iterable[str]:
    for identity in sorted(lock.rules):
        entry = lock.rules[identity]
        yield _json(dict(zip(_RULE, (*identity, entry.remote, entry.local), strict=True)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
