"""Messages → statistics: which call of Segment's a message is, and what it carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from ...diagnostics import Span
from .events import Events, Seen
from .values import Room

CALLS: Final = {
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""The calls that a plan speaks of beside events, and the key of what each carries."""

_KINDS: Final = {"track", "alias", *CALLS}
_ENVELOPES: Final = ("batch", "message", "messages", "payload", "detail", "event", "data", "body")
"""Keys under which messages travel in what wraps them: a request's body, EventBridge, queues."""

_TIMES: Final = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")


def messages(found: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The messages in what stands on one line: itself, a list of them, or in an envelope."""
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
    """All that a log's messages were: statistics of events and calls, and what was odd."""

    def __init__(self) -> None:
        self.room = Room()
        self.events = Events(self.room)
        self.calls: dict[str, Seen] = {}
        self.kinds: Counter[str] = Counter()
        self.odd: dict[str, tuple[int, Span]] = {}

    def see(self, message: dict[str, Any], file: str, line: int) -> None:
        """Count one message, which ``messages`` gave."""
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
                self._note("what it carries is no object", file, line)
            payload = {}
        seen.shape.see(payload, 1, self.room)
        seen.on(next((message[key] for key in _TIMES if key in message), None))

    def _event(self, message: dict[str, Any], file: str, line: int) -> Seen | None:
        name = message.get("event")
        if not isinstance(name, str) or not name:
            self._note("a track call without the name of its event", file, line)
            return None
        if not name.isascii() and not _is_text(name):
            self._note("an event's name that is not Unicode", file, line)
            return None
        return self.events.find(name, _version(message), file, line)

    def _note(self, what: str, file: str, line: int) -> None:
        count, place = self.odd.get(what, (0, Span(file, line)))
        self.odd[what] = count + 1, place


def _version(message: dict[str, Any]) -> int | None:
    """``context.protocols.event_version``; None for the first, which need not be sent."""
    node: Any = message.get("context")
    for key in ("protocols", "event_version"):
        node = node.get(key) if isinstance(node, dict) else None
    if isinstance(node, str) and node.isascii() and node.isdigit() and len(node) < 6:
        node = int(node)
    return node if type(node) is int and 1 < node < 100_000 else None


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
