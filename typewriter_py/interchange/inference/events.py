"""The events of a log by name and version, as many as can be planned."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from ...diagnostics import Span
from ...plan.formats import is_day
from .values import LONGEST_KEY, Room, Shape

MAX_ALIKE: Final = 20
"""Names that differ in a number or the like only; with more of them, that is data."""

MAX_EVENTS: Final = 5_000
"""Events that are followed at once; beyond, those that come least often are given up."""

_DATA: Final = re.compile(
    r"\S+@\S+|(?<!\S)(?:https?:/)?/\S*|\b(?=[a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]+)*\b|\d+",
    re.IGNORECASE,
)


def pattern(name: str) -> str:
    """The name with `#` for what is data in it: a number, an id, an address."""
    return _DATA.sub("#", name)


@dataclass(slots=True)
class Seen:
    """One event, or all calls of one kind: its payloads, its place in the log, its days."""

    place: Span
    shape: Shape = field(default_factory=Shape)
    first: str = "9999-99-99"
    last: str = ""

    def on(self, timestamp: object) -> None:
        """Take note of the day of a message."""
        day = timestamp[:10] if isinstance(timestamp, str) else ""
        if not self.first <= day <= self.last and is_day(day):
            self.first, self.last = min(self.first, day), max(self.last, day)


@dataclass(slots=True)
class Family:
    """Names that are the same but for a number, an id or an address; None: too many."""

    names: set[str] | None = field(default_factory=set)
    messages: int = 0
    place: Span | None = None


class Events:
    """All events, found by name and version."""

    def __init__(self, room: Room) -> None:
        self.seen: dict[tuple[str, int | None], Seen] = {}
        self.families: dict[str, Family] = {}
        self.given_up: Counter[str] = Counter()
        self._room = room

    def find(self, name: str, version: int | None, file: str, line: int) -> Seen | None:
        """The event; None if its name belongs to a family that is too large, or is no name."""
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
        """The families that are too large to be planned by pattern, the most frequent first."""
        large = [(each, it) for each, it in self.families.items() if it.names is None]
        return sorted(large, key=lambda each: (-each[1].messages, each[0]))

    def _family(self, name: str, place: Span) -> Family | None:
        alike = pattern(name)
        if alike == name or (alike not in self.families and len(self.families) >= MAX_EVENTS):
            return None
        family = self.families.setdefault(alike, Family(place=place))
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
        """Make room: the fifth that came least often goes.  What comes again and again stays,
        for it has been counted by the next time."""
        rarest = sorted(self.seen, key=lambda key: (self.seen[key].shape.count, key[0]))
        for key in rarest[: len(rarest) // 5 + 1]:
            self.given_up["messages"] += self._forget(key)
            self.given_up["events"] += 1

    def _forget(self, key: tuple[str, int | None]) -> int:
        seen = self.seen.pop(key)
        self._room.left += seen.shape.places()
        return seen.shape.count
