"""Messages → statistics: the events of a log by name and version, as many as can be planned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Span
from ..plan.model import CALLS
from ..plan.values import is_day
from .statistics import LONGEST_KEY, Room, Shape, is_unicode

MAX_ALIKE: Final = 20
"""Names that differ only in a number or the like; with more of them, that is data."""

MAX_EVENTS: Final = 5_000
"""Events that are counted at the same time; with more of them, the rarest are dropped."""

_DATA: Final = re.compile(
    r"\S+@\S+|(?<!\S)(?:https?:/)?/\S*|\b(?=[a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]+)*\b|\d+",
    re.IGNORECASE,
)


def pattern(name: str) -> str:
    """The name with `#` for any data in it: a number, an id, an address."""
    return _DATA.sub("#", name)


@dataclass(slots=True)
class Seen:
    """One event, or all calls of one kind: its payloads, where it was first seen, its days."""

    span: Span
    shape: Shape = field(default_factory=Shape)
    first: str = "9999-99-99"
    last: str = ""

    def on(self, timestamp: object) -> None:
        """Note the day of a message."""
        day = timestamp[:10] if isinstance(timestamp, str) else ""
        if not self.first <= day <= self.last and is_day(day):
            self.first, self.last = min(self.first, day), max(self.last, day)


@dataclass(slots=True)
class Family:
    """Names that differ only in a number, an id or an address; None: too many of them."""

    names: set[str] | None = field(default_factory=set)
    messages: int = 0
    span: Span | None = None


class Events:
    """All events, found by name and version."""

    def __init__(self, room: Room) -> None:
        self.seen: dict[tuple[str, int | None], Seen] = {}
        self.families: dict[str, Family] = {}
        self.given_up: Counter[str] = Counter()
        self._room = room

    def find(self, name: str, version: int | None, file: str, line: int) -> Seen | None:
        """The event; None if its name is too long, or belongs to a family that is too large."""
        found = self.seen.get((name, version))
        if found is not None:
            return found
        if len(name) > LONGEST_KEY:
            self.given_up["messages"] += 1
            return None
        family = self._family(name, Span(file, line))
        if family is not None and family.names is None:
            family.messages += 1
            return None
        if len(self.seen) >= MAX_EVENTS:
            self._give_up()
        new = self.seen[name, version] = Seen(Span(file, line))
        return new

    def varying(self) -> list[tuple[str, Family]]:
        """The families that are too large to be planned, by pattern, the most frequent first."""
        large = [(each, it) for each, it in self.families.items() if it.names is None]
        return sorted(large, key=lambda each: (-each[1].messages, each[0]))

    def _family(self, name: str, span: Span) -> Family | None:
        alike = pattern(name)
        if alike == name or (alike not in self.families and len(self.families) >= MAX_EVENTS):
            return None
        family = self.families.setdefault(alike, Family(span=span))
        if family.names is not None:
            family.names.add(name)
            if len(family.names) > MAX_ALIKE:
                self._disperse(family)
        return family

    def _disperse(self, family: Family) -> None:
        names, family.names = family.names or set(), None
        for key in [key for key in self.seen if key[0] in names]:
            family.messages += self._forget(key)

    def _give_up(self) -> None:
        """Make room: drop the rarest fifth.  Events that are sent regularly stay, as they will
        have been counted by the next time."""
        rarest = sorted(self.seen, key=lambda key: (self.seen[key].shape.count, key[0]))
        for key in rarest[: len(rarest) // 5 + 1]:
            self.given_up["messages"] += self._forget(key)
            self.given_up["events"] += 1

    def _forget(self, key: tuple[str, int | None]) -> int:
        seen = self.seen.pop(key)
        self._room.left += seen.shape.paths()
        return seen.shape.count


_KINDS: Final = {"track", "alias", *CALLS}
_ENVELOPES: Final = ("batch", "message", "messages", "payload", "detail", "event", "data", "body")
"""Keys that contain messages in whatever wraps them: a request's body, EventBridge, queues."""

_TIMES: Final = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")


def messages(found: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The messages in the value on one line: itself, a list of them, or in an envelope."""
    if isinstance(found, list) and depth < 4:
        for each in found:
            yield from messages(each, depth + 1)
    elif isinstance(found, dict):
        kind = found.get("type")
        if isinstance(kind, str) and kind.lower() in _KINDS:
            yield found
        elif depth < 4:
            for key in _ENVELOPES:
                if isinstance(found.get(key), dict | list):
                    yield from messages(found[key], depth + 1)


class Observed:
    """Statistics of the events and calls in a log, and what was odd about its messages."""

    def __init__(self) -> None:
        self.room = Room()
        self.events = Events(self.room)
        self.calls: dict[str, Seen] = {}
        self.kinds: Counter[str] = Counter()
        self.odd: dict[str, tuple[int, Span]] = {}

    def see(self, message: dict[str, Any], file: str, line: int) -> None:
        """Count one message, as ``messages`` yields it."""
        kind = message["type"].lower()
        seen: Seen | None = None
        if kind == "track":
            seen = self._event(message, file, line)
        elif kind in CALLS:
            seen = self.calls.get(kind)
            if seen is None:
                seen = self.calls[kind] = Seen(Span(file, line))
        self.kinds[kind] += 1
        if seen is None:
            return
        payload = message.get(CALLS.get(kind, "properties"))
        if type(payload) is not dict:
            if payload is not None:
                self._note("its properties or traits are not an object", file, line)
            payload = {}
        seen.shape.see(payload, 1, self.room)
        seen.on(next((message[key] for key in _TIMES if key in message), None))

    def _event(self, message: dict[str, Any], file: str, line: int) -> Seen | None:
        name = message.get("event")
        if not isinstance(name, str) or not name:
            self._note("a track call without the name of an event", file, line)
            return None
        if not name.isascii() and not is_unicode(name):
            self._note("the event's name is not valid Unicode", file, line)
            return None
        return self.events.find(name, _version(message), file, line)

    def _note(self, what: str, file: str, line: int) -> None:
        count, span = self.odd.get(what, (0, Span(file, line)))
        self.odd[what] = count + 1, span


def _version(message: dict[str, Any]) -> int | None:
    """``context.protocols.event_version``; None for version 1, which need not be sent."""
    node: Any = message.get("context")
    for key in ("protocols", "event_version"):
        node = node.get(key) if isinstance(node, dict) else None
    if isinstance(node, str) and node.isascii() and node.isdigit() and len(node) < 6:
        node = int(node)
    return node if type(node) is int and 1 < node < 100_000 else None
