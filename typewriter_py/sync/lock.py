"""``typewriter.lock``: which states of Segment's plan and ours correspond.

Sorted JSON with one rule per line, so that branches merge if they change different events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..formats.rules import KINDS
from . import codes
from .api.plans import Identity

NAME: Final = "typewriter.lock"
"""The name of the file, which is in the plan's folder."""

_VERSION: Final = 1
_RULE: Final = ("kind", "key", "version", "remote", "local")
_KEPT: Final = "kept"  # earlier versions did not write it, and pass over it


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule: hashes of what Segment said, and of what the plan said at that time.

    ``kept`` has a hash of each part that a plan cannot hold, by the part's JSON pointer.
    """

    remote: str
    local: str | None
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lock:
    """What is known of one plan in one region."""

    region: str
    rules: Mapping[Identity, Entry] = field(default_factory=dict)


def read_lock(file: str, text: str) -> dict[str, Lock] | Diagnostic:
    """The locks in ``text``, by plan ID."""
    try:
        data = json.loads(text)
        if data["version"] != _VERSION:
            message = f"{file} has version {data['version']}, from another typewriter"
            return codes.LOCK.at(Span(file), message, help="use the version that wrote it")
        return {id: _lock(data["plans"][id]) for id in data["plans"]}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        markers = ("<<<<<<< ", "=======", ">>>>>>> ")
        lines = enumerate(text.split("\n"), 1)
        conflict = next((number for number, each in lines if each.startswith(markers)), 0)
        why = "it has merge conflict markers" if conflict else "it has been changed or damaged"
        help = "take the whole file from either side, and run `typewriter pull`"
        span = Span(file, conflict or line)
        return codes.LOCK.at(span, f"{file} cannot be read: {why}", help=help)


def _lock(data: Any) -> Lock:
    rules: dict[Identity, Entry] = {}
    for each in data["rules"]:
        kind, key, version, remote, local = (each[name] for name in _RULE)
        strings = isinstance(key, str) and isinstance(remote, str) and isinstance(local, str | None)
        if kind not in KINDS or type(version) is not int or not strings:
            raise ValueError(each)
        kept = each.get(_KEPT, {})
        if not all(isinstance(text, str) for text in kept.values()):
            raise ValueError(each)
        rules[kind, key, version] = Entry(remote, local, kept)
    if not isinstance(data["region"], str):
        raise ValueError(data["region"])
    return Lock(data["region"], rules)


def lock_text(locks: Mapping[str, Lock]) -> str:
    """The file that ``read_lock`` reads."""
    plans = ",\n".join(f"    {_json(id)}: {_plan(locks[id])}" for id in sorted(locks))
    return f'{{\n  "version": {_VERSION},\n  "plans": {{\n{plans}\n  }}\n}}\n'


def _plan(lock: Lock) -> str:
    entries = sorted(lock.rules.items(), key=lambda item: item[0])
    lines = ",\n".join(f"        {_rule(identity, entry)}" for identity, entry in entries)
    rules = f"[\n{lines}\n      ]" if lines else "[]"
    return f'{{\n      "region": {_json(lock.region)},\n      "rules": {rules}\n    }}'


def _rule(identity: Identity, entry: Entry) -> str:
    named = dict(zip(_RULE, (*identity, entry.remote, entry.local), strict=True))
    return _json({**named, _KEPT: dict(entry.kept)} if entry.kept else named)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
