"""A rule as the API gives and takes it.

`{"type": "TRACK", "key": "Order Completed", "version": 1, "jsonSchema": {…}, "createdAt": …}`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeGuard

from ...diagnostics import Diagnostic, Span
from ...plan.json_reader import read
from ..rules import KINDS, Kind, Rule
from .answer import odd

Identity: TypeAlias = tuple[Kind, str, int]
"""``Rule.identity``: what tells one rule of a plan from the others."""

_TIMES: Final = ("createdAt", "updatedAt")
_NEVER: Final = "0001-01-01"


@dataclass(frozen=True, slots=True)
class RemoteRule:
    """A rule that Segment has.  ``raw`` is what it says of it, word for word; ``identity``
    tells it apart as ours does: of identify and its like there is one, without a key."""

    raw: dict[str, Any]
    identity: Identity

    @property
    def name(self) -> Identity:
        """What tells it apart in Segment."""
        kind: Kind = self.raw["type"]
        return kind, self.raw.get("key") or "", self.raw["version"]

    @property
    def rule(self) -> Rule:
        """The same in the words of all foreign formats."""
        kind, key, version = self.identity
        deprecated = self.raw.get("deprecatedAt")
        is_deprecated = isinstance(deprecated, str) and not deprecated.startswith(_NEVER)
        return Rule(kind, key, version, self.raw["jsonSchema"], is_deprecated and deprecated != "")

    def placed(self) -> tuple[Rule, str]:
        """``rule``, with places in the text that is given with it."""
        return placed(replace(self.rule, key=self.identity[1]))

    @property
    def digest(self) -> str:
        """A hash of all that it says but for the times, whatever the order of its keys."""
        kept = {key: value for key, value in self.raw.items() if key not in _TIMES}
        return digest(kept)


def called(identity: Identity) -> str:
    """``Order Completed``, ``Order Completed (version 2)``, ``identify``."""
    kind, key, version = identity
    name = key if kind == "TRACK" else kind.lower() + (f" `{key}`" if key else "")
    return name if version == 1 else f"{name} (version {version})"


def file_of(identity: Identity) -> str:
    """The name that the places in a rule of Segment's bear."""
    return f"segment:{called(identity)}"


def placed(rule: Rule) -> tuple[Rule, str]:
    """The rule with places in a text, so that what is said of it can be shown there."""
    file = file_of(rule.identity)
    text = json.dumps(rule.schema, indent=2, ensure_ascii=False)
    schema = read(file, text).data
    return replace(rule, schema=schema or rule.schema, span=Span(file)), text


def digest(value: object) -> str:
    """SHA-256 of a JSON value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def remote_rule(raw: Any, what: str) -> RemoteRule | Diagnostic:
    """A rule from an answer, or what is wrong with its shape."""
    if not isinstance(raw, dict) or raw.get("type") not in KINDS:
        return odd(what, f"a rule without a type that is known: {_shown(raw)}")
    key, version = raw.get("key"), raw.get("version", 1)
    if not (key is None or isinstance(key, str)) or (raw["type"] == "TRACK" and not key):
        return odd(what, f"a rule without its key: {_shown(raw)}")
    if not _is_version(version):
        return odd(what, f"a rule whose version is no whole number: {_shown(raw)}")
    if not isinstance(raw.get("jsonSchema"), dict):
        return odd(what, f"a rule without a `jsonSchema`: {_shown(raw)}")
    raw = {**raw, "version": int(version)}
    return RemoteRule(raw, (raw["type"], key or "", int(version)))


def _is_version(value: Any) -> TypeGuard[int | float]:
    return type(value) in (int, float) and value == value // 1 and 1 <= value < 2**31


def by_identity(rules: Iterable[RemoteRule]) -> dict[Identity, RemoteRule]:
    """The rules of a plan, told apart as ours are.

    A key that Segment gives to its identify rule (or group, page, screen, common) says
    nothing, as a plan has one of each; should there be more, their keys tell them apart.
    """
    found: dict[Identity, RemoteRule] = {}
    for rule in rules:
        kind, key, version = rule.name
        only: Identity = (kind, key if kind == "TRACK" else "", version)
        identity = rule.name if only in found else only
        found[identity] = RemoteRule(rule.raw, identity)
    return found


def sent(rule: Rule, over: RemoteRule | None = None) -> dict[str, Any]:
    """What PATCH takes of a rule that replaces ``over``."""
    key = rule.key or (over.raw.get("key") if over else None)
    named = {"key": key} if key else {}
    return {"type": rule.kind, **named, "version": rule.version, "jsonSchema": rule.schema}


def named(raw: dict[str, Any]) -> dict[str, str]:
    """What DELETE takes of a rule: by the very key that Segment gave."""
    key = {"key": raw["key"]} if raw.get("key") else {}
    return {"type": raw["type"], **key, "version": str(raw["version"])}


def _shown(raw: Any) -> str:
    text = json.dumps(raw, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}…"
