"""A tracking plan and its rules as the API gives and takes them, and the calls for it.

`{"type": "TRACK", "key": "Order Completed", "version": 1, "jsonSchema": {…}, "createdAt": …}`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeGuard, TypeVar
from urllib.parse import quote, urlencode

from ...diagnostics import Diagnostic, Span
from ...formats.rules import KINDS, Kind, Rule
from ...plan.json_reader import read
from ...plan.values import describe
from .. import codes
from .answer import odd
from .client import Connection

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
        return odd(what, f"a rule without a type that is known: {describe(raw, 80)}")
    key, version = raw.get("key"), raw.get("version", 1)
    if not (key is None or isinstance(key, str)) or (raw["type"] == "TRACK" and not key):
        return odd(what, f"a rule without its key: {describe(raw, 80)}")
    if not _is_version(version):
        return odd(what, f"a rule whose version is no whole number: {describe(raw, 80)}")
    if not isinstance(raw.get("jsonSchema"), dict):
        return odd(what, f"a rule without a `jsonSchema`: {describe(raw, 80)}")
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


# --- reading a plan --------------------------------------------------------------------------

PAGE: Final = 200
"""Rules asked for at once."""

MAX_PAGES: Final = 1_000

MAX_RULES: Final = 200
"""Rules in one PATCH: "rules must contain less than or equal to 200 items"."""

MAX_BYTES: Final = 900_000
"""Of one PATCH.  The limit is not documented (413 is); what is refused so is halved."""

MAX_DELETED: Final = 20
"""Rules in one DELETE, which names them in its query: servers read lists there up to a
length, and addresses up to 8 KB (`MAX_QUERY`)."""

MAX_QUERY: Final = 4_000

Progress = Callable[[int, int | None], None]
"""Told of how many rules are done, of how many (None: not known)."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RemotePlan:
    """A tracking plan at Segment."""

    id: str
    name: str
    description: str | None
    rules: dict[Identity, RemoteRule]


def fetch(connection: Connection, id: str, progress: Progress) -> RemotePlan | Diagnostic:
    """The plan and all of its rules."""
    path, what = f"/tracking-plans/{quote(id, safe='')}", f"plan {id}"
    data = connection.call(what, "GET", path)
    if isinstance(data, Diagnostic):
        return data
    head = data.get("trackingPlan")
    if not isinstance(head, dict) or not isinstance(head.get("name", ""), str):
        return odd(what, "an answer without a `trackingPlan`")
    rules = _rules(connection, path, progress)
    if isinstance(rules, Diagnostic):
        return rules
    description = head.get("description")
    description = description if isinstance(description, str) and description else None
    return RemotePlan(id, head.get("name") or id, description, rules)


def _rules(
    connection: Connection, path: str, progress: Progress
) -> dict[Identity, RemoteRule] | Diagnostic:
    found: dict[tuple[str, str, int], RemoteRule] = {}
    cursors: set[str] = set()
    query = [("pagination.count", str(PAGE))]
    for number in range(1, MAX_PAGES + 1):
        what = f"rules, page {number}"
        data = connection.call(what, "GET", f"{path}/rules", query)
        if isinstance(data, Diagnostic):
            return data
        before = len(found)
        problem = _page(data, found, what)
        if problem:
            return problem
        pagination = data.get("pagination")
        pagination = pagination if isinstance(pagination, dict) else {}
        total = pagination.get("totalEntries")
        progress(len(found), total if type(total) is int else None)
        cursor = pagination.get("next")
        if cursor is None or cursor == "":
            return by_identity(found.values())
        if not isinstance(cursor, str) or cursor in cursors or len(found) == before:
            return odd(what, "a page that leads back to pages that were read: they never end")
        cursors.add(cursor)
        query = [("pagination.count", str(PAGE)), ("pagination.cursor", cursor)]
    return odd("rules", f"more than {MAX_PAGES:,} pages")


def _page(
    data: dict[str, Any], found: dict[tuple[str, str, int], RemoteRule], what: str
) -> Diagnostic | None:
    rules = data.get("rules")
    if not isinstance(rules, list):
        return odd(what, "an answer without its list of `rules`")
    for raw in rules:
        rule = remote_rule(raw, what)
        if isinstance(rule, Diagnostic):
            return rule
        found[rule.name] = rule
    return None


# --- writing -----------------------------------------------------------------------------------


def upsert(
    connection: Connection,
    id: str,
    rules: Sequence[tuple[Rule, RemoteRule | None]],
    done: Callable[[int], None],
) -> Diagnostic | None:
    """Add or replace ``rules``, in parts; ``done`` is told how many more were accepted.

    Beside each rule stands the one of Segment's that it replaces, if any.

    PUT is never used: it refuses where Segment's plan holds more than 200 rules.
    """
    path = f"/tracking-plans/{quote(id, safe='')}/rules"
    ready = [sent(*rule) for rule in rules]
    parts = list(split(ready, MAX_RULES, MAX_BYTES, lambda rule: len(json.dumps(rule)) + 2))
    while parts:
        part = parts.pop(0)
        what = f"writing {_counted(part)}"
        got = connection.call(what, "PATCH", path, body={"rules": part})
        if not isinstance(got, Diagnostic):
            done(len(part))
        elif got.kind is codes.REFUSED and "status 413" in got.message:
            if len(part) == 1:
                message = f"the rule of {_quoted(part[0])} is larger than what Segment takes"
                return codes.TOO_LARGE.at(None, message)
            parts[:0] = [part[: len(part) // 2], part[len(part) // 2 :]]
        else:
            return got
    return None


def remove(
    connection: Connection, id: str, rules: Sequence[RemoteRule], done: Callable[[int], None]
) -> Diagnostic | None:
    """Delete ``rules``, in parts; ``done`` as for ``upsert``."""
    path = f"/tracking-plans/{quote(id, safe='')}/rules"
    for part in split([named(rule.raw) for rule in rules], MAX_DELETED, MAX_QUERY, _query_size):
        got = connection.call(f"deleting {_counted(part)}", "DELETE", path, _query(part))
        if isinstance(got, Diagnostic):
            return got
        done(len(part))
    return None


def split(
    items: Sequence[_T], most: int, size: int, measure: Callable[[_T], int]
) -> Iterator[list[_T]]:
    """``items`` in parts of at most ``most`` and of ``size`` together; one alone may be larger."""
    part: list[_T] = []
    taken = 0
    for item in items:
        weight = measure(item)
        if part and (len(part) >= most or taken + weight > size):
            yield part
            part, taken = [], 0
        part.append(item)
        taken += weight
    if part:
        yield part


def _query(part: Sequence[dict[str, str]]) -> list[tuple[str, str]]:
    """A list of objects in a query, with dots as the API's other parameters have them."""
    return [
        (f"rules.{number}.{key}", value)
        for number, rule in enumerate(part)
        for key, value in rule.items()
    ]


def _query_size(rule: dict[str, str]) -> int:
    return len(urlencode(_query([rule]))) + 8  # the number may have more digits


def _counted(part: Sequence[object]) -> str:
    return f"{len(part)} rule{'s' * (len(part) != 1)}"


def _quoted(rule: dict[str, Any]) -> str:
    return f"`{rule['key']}`" if "key" in rule else str(rule["type"])
