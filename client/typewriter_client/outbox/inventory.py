"""What is in an outbox, for its operator."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from typing import Any, NamedTuple

from . import database
from .ownership import Ownership


class Inventory(NamedTuple):
    """The messages in an outbox, counted."""

    messages: int
    bytes: int
    """Size of all its files; freed space is reused, but not returned to the system."""
    oldest: float | None
    """When the first of them was accepted: seconds since 1970."""
    events: dict[str, int]
    """Messages by event; other calls by type."""
    of_running: int
    """Messages of running processes, which send them themselves."""
    failed: int
    """Messages that could not be sent so far."""
    failure: str
    """The last failure; "" if there was none."""
    failed_at: float | None


def inventory(path: str) -> Inventory:
    """Count what is in the outbox without changing anything.

    Raises OSError or ValueError if there is none.
    """
    with database.reading(path) as connection:
        return _counted(path, connection)


def _counted(path: str, connection: sqlite3.Connection) -> Inventory:
    query = "SELECT id, owner, failures > 0, payload FROM messages ORDER BY id"
    events, owners = Counter[str](), Counter[int]()
    oldest: float | None = None
    failed = 0
    for id, owner, has_failed, payload in connection.execute(query):
        oldest = id / 1e9 if oldest is None else oldest
        owners[owner] += 1
        failed += has_failed
        events[_name(payload)] += 1
    at, failure = connection.execute("SELECT max(at), said FROM failure").fetchone()
    ownership = Ownership(path)
    files = [path + end for end in ("", "-wal") if os.path.exists(path + end)]
    return Inventory(
        sum(owners.values()),
        sum(map(os.path.getsize, files)),
        oldest,
        dict(events.most_common()),
        sum(count for owner, count in owners.items() if ownership.lives(owner)),
        failed,
        failure or "",
        at / 1e9 if at else None,
    )


def _name(payload: bytes) -> str:
    try:
        message: dict[str, Any] = json.loads(payload)
        return str(message.get("event") or message["type"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "(unreadable)"
