"""A tracking plan and its rules in the API's format, and the requests that read and write them.

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
from .answer import unexpected
from .client import Connection

Identity: TypeAlias = tuple[Kind, str, int]
"""``Rule.identity``: what distinguishes the rules of a plan."""

_TIMES: Final = ("createdAt", "updatedAt")
_NEVER: Final = "0001-01-01"


@dataclass(frozen=True, slots=True)
class RemoteRule:
    """A rule in Segment.

    ``raw`` is the API's answer, verbatim; ``identity`` is as in a plan of ours, which has only
    one rule for identify and the like, without a key.
    """

    raw: dict[str, Any]
    identity: Identity

    @property
    def name(self) -> Identity:
        """What distinguishes it in Segment."""
        kind: Kind = self.raw["type"]
        return kind, self.raw.get("key") or "", self.raw["version"]

    @property
    def is_spare(self) -> bool:
        """Whether a plan has no room for it, as it is one more rule for the same call."""
        return self.identity[0] != "TRACK" and self.identity[1:] != ("", 1)

    @property
    def rule(self) -> Rule:
        """The same as the importers and exporters represent it."""
        kind, key, version = self.identity
        deprecated = self.raw.get("deprecatedAt")
        is_deprecated = isinstance(deprecated, str) and not deprecated.startswith(_NEVER)
        return Rule(kind, key, version, self.raw["jsonSchema"], is_deprecated and deprecated != "")

    @property
    def digest(self) -> str:
        """A hash of everything but the timestamps, independent of the order of keys."""
        kept = {key: value for key, value in self.raw.items() if key not in _TIMES}
        return digest(kept)


def called(identity: Identity) -> str:
    """``Order Completed``, ``Order Completed (version 2)``, ``identify``."""
    kind, key, version = identity
    name = key if kind == "TRACK" else kind.lower() + (f" `{key}`" if key else "")
    return name if version == 1 else f"{name} (version {version})"


def file_of(identity: Identity) -> str:
    """The file name in the spans of one of Segment's rules."""
    return f"segment:{called(identity)}"


def with_spans(rule: Rule) -> tuple[Rule, str]:
    """The rule with spans in a text, and that text, so that diagnostics can show excerpts."""
    file = file_of(rule.identity)
    text = json.dumps(rule.schema, indent=2, ensure_ascii=False)
    schema = read(file, text).data
    return replace(rule, schema=schema or rule.schema, span=Span(file)), text


def digest(value: object) -> str:
    """SHA-256 of a JSON value, independent of the order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def remote_rule(raw: Any, what: str) -> RemoteRule | Diagnostic:
    """A rule from an answer, or what is wrong with its shape."""
    if not isinstance(raw, dict) or raw.get("type") not in KINDS:
        return unexpected(what, f"a rule without a known type: {describe(raw, 80)}")
    key, version = raw.get("key"), raw.get("version", 1)
    if not (key is None or isinstance(key, str)) or (raw["type"] == "TRACK" and not key):
        return unexpected(what, f"a rule without its key: {describe(raw, 80)}")
    if not _is_version(version):
        return unexpected(what, f"a rule whose version is not a whole number: {describe(raw, 80)}")
    if not isinstance(raw.get("jsonSchema"), dict):
        return unexpected(what, f"a rule without a `jsonSchema`: {describe(raw, 80)}")
    raw = {**raw, "version": int(version)}
    return RemoteRule(raw, (raw["type"], key or "", int(version)))


def _is_version(value: Any) -> TypeGuard[int | float]:
    return type(value) in (int, float) and value == value // 1 and 1 <= value < 2**31


def by_identity(rules: Iterable[RemoteRule]) -> dict[Identity, RemoteRule]:
    """The rules of a plan by their identities.

    A plan has one rule for identify (or group, page, screen, common), so the key and the version
    of Segment's are dropped.  If Segment has more, the plan's is the one without a key, else the
    first; the others are spare.
    """
    listed = list(rules)
    names = {rule.name for rule in listed}
    found: dict[Identity, RemoteRule] = {}
    for rule in listed:
        only: Identity = (rule.name[0], "", 1)
        is_single = rule.name[0] != "TRACK" and only not in names and only not in found
        identity = only if is_single else rule.name
        found[identity] = RemoteRule(rule.raw, identity)
    # An import takes the first rule for each call.
    return dict(sorted(found.items(), key=lambda item: item[1].is_spare))


def sent(rule: Rule, over: RemoteRule | None = None) -> dict[str, Any]:
    """The JSON of a rule for PATCH; it replaces ``over``."""
    _, key, version = over.name if over else rule.identity
    named = {"key": key} if key else {}
    return {"type": rule.kind, **named, "version": version, "jsonSchema": rule.schema}


def named(raw: dict[str, Any]) -> dict[str, str]:
    """The JSON of a rule for DELETE, with the key that Segment gave it."""
    key = {"key": raw["key"]} if raw.get("key") else {}
    return {"type": raw["type"], **key, "version": str(raw["version"])}


# --- reading a plan --------------------------------------------------------------------------

PAGE: Final = 200
"""Rules per request."""

MAX_PAGES: Final = 1_000

MAX_RULES: Final = 200
"""Rules in one PATCH: "rules must contain less than or equal to 200 items"."""

MAX_BYTES: Final = 900_000
"""Bytes in one PATCH.  The limit is undocumented (413 is not); what is too large is halved."""

MAX_DELETED: Final = 20
"""Rules in one DELETE, which names them in its query: servers limit the length of lists there,
and of URLs to 8 KB (``MAX_QUERY``)."""

MAX_QUERY: Final = 4_000

Progress = Callable[[int, int | None], None]
"""Called with how many rules are done, and of how many (None if unknown)."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RemotePlan:
    """A tracking plan in Segment."""

    id: str
    name: str
    description: str | None
    rules: dict[Identity, RemoteRule]


def fetch(connection: Connection, id: str, progress: Progress) -> RemotePlan | Diagnostic:
    """The plan and all of its rules."""
    path, what = _path(id), f"plan {id}"
    data = connection.call(what, "GET", path)
    if isinstance(data, Diagnostic):
        return data
    head = data.get("trackingPlan")
    if not isinstance(head, dict) or not isinstance(head.get("name", ""), str):
        return unexpected(what, "an answer without a `trackingPlan`")
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
        rules = data.get("rules")
        if not isinstance(rules, list):
            return unexpected(what, "an answer without its list of `rules`")
        before = len(found)
        for raw in rules:
            rule = remote_rule(raw, what)
            if isinstance(rule, Diagnostic):
                return rule
            found[rule.name] = rule
        pagination = data.get("pagination")
        pagination = pagination if isinstance(pagination, dict) else {}
        total = pagination.get("totalEntries")
        progress(len(found), total if type(total) is int else None)
        cursor = pagination.get("next")
        if cursor is None or cursor == "":
            return by_identity(found.values())
        if not isinstance(cursor, str) or cursor in cursors or len(found) == before:
            return unexpected(what, "a page that leads back to earlier pages, so they never end")
        cursors.add(cursor)
        query = [("pagination.count", str(PAGE)), ("pagination.cursor", cursor)]
    return unexpected("rules", f"more than {MAX_PAGES:,} pages")


def _path(id: str) -> str:
    return f"/tracking-plans/{quote(id, safe='')}"


# --- writing -----------------------------------------------------------------------------------


def upsert(
    connection: Connection,
    id: str,
    rules: Sequence[tuple[Rule, RemoteRule | None]],
    done: Callable[[int], None],
) -> Diagnostic | None:
    """Add or replace ``rules``, in parts; ``done`` is called with how many more were accepted.

    Each rule comes with the one in Segment that it replaces, if any.

    PUT is never used: it fails if Segment's plan has more than 200 rules.
    """
    ready = [sent(*rule) for rule in rules]
    parts = list(split(ready, MAX_RULES, MAX_BYTES, lambda rule: len(json.dumps(rule)) + 2))
    while parts:
        part = parts.pop(0)
        what = f"writing {_counted(part)}"
        got = connection.call(what, "PATCH", f"{_path(id)}/rules", body={"rules": part})
        if not isinstance(got, Diagnostic):
            done(len(part))
        elif got.kind is codes.REFUSED and "status 413" in got.message:
            if len(part) == 1:
                rule = f"`{part[0]['key']}`" if "key" in part[0] else part[0]["type"]
                message = f"the rule of {rule} is larger than Segment allows"
                return codes.TOO_LARGE.at(None, message)
            parts[:0] = [part[: len(part) // 2], part[len(part) // 2 :]]
        else:
            return got
    return None


def remove(
    connection: Connection, id: str, rules: Sequence[RemoteRule], done: Callable[[int], None]
) -> Diagnostic | None:
    """Delete ``rules``, in parts; ``done`` as for ``upsert``."""
    path = f"{_path(id)}/rules"
    for part in split([named(rule.raw) for rule in rules], MAX_DELETED, MAX_QUERY, _query_size):
        got = connection.call(f"deleting {_counted(part)}", "DELETE", path, _query(part))
        if isinstance(got, Diagnostic):
            return got
        done(len(part))
    return None


def split(
    items: Sequence[_T], most: int, size: int, measure: Callable[[_T], int]
) -> Iterator[list[_T]]:
    """``items`` in parts of at most ``most`` items and total ``size``; one item may exceed that."""
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
    """A list of objects as a query, with dots as in the API's other parameters."""
    return [
        (f"rules.{number}.{key}", value)
        for number, rule in enumerate(part)
        for key, value in rule.items()
    ]


def _query_size(rule: dict[str, str]) -> int:
    return len(urlencode(_query([rule]))) + 8  # the number may have more digits


def _counted(part: Sequence[object]) -> str:
    return f"{len(part)} rule{'s' * (len(part) != 1)}"
