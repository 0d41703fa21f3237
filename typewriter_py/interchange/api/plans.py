"""The calls of the API that `pull` and `push` need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from ...diagnostics import Diagnostic
from ..rules import Rule
from ..sync import codes
from .answer import odd
from .connection import Connection
from .remote import Identity, RemoteRule, by_identity, named, remote_rule, sent

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
    parts = list(split([sent(*rule) for rule in rules], MAX_RULES, MAX_BYTES, _json_size))
    while parts:
        part = parts.pop(0)
        what = f"writing {_counted(part)}"
        got = connection.call(what, "PATCH", path, body={"rules": part})
        if not isinstance(got, Diagnostic):
            done(len(part))
        elif got.kind is codes.REFUSED and "status 413" in got.message:
            if len(part) == 1:
                message = f"the rule of {_called(part[0])} is larger than what Segment takes"
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


def _json_size(rule: dict[str, Any]) -> int:
    return len(json.dumps(rule)) + 2


def _counted(part: Sequence[object]) -> str:
    return f"{len(part)} rule{'s' * (len(part) != 1)}"


def _called(rule: dict[str, Any]) -> str:
    return f"`{rule['key']}`" if "key" in rule else str(rule["type"])
