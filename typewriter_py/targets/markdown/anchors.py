"""Where links lead: an anchor for each event and definition, whatever else is in the plan."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from ...names import words
from ...plan.model import Event, Plan


class Anchors:
    """The anchors of one plan.

    Two things whose names have the same words are told apart by a hash of their names, so
    that no anchor depends on the plan's order.
    """

    def __init__(self, plan: Plan) -> None:
        self._names = {each.name for each in plan.events}
        titles = [title(event) for event in plan.events]
        slugs = [_slug("event", text) for text in titles]
        slugs += [_slug("definition", text) for text in plan.definitions]
        self._shared = {slug for slug, count in Counter(slugs).items() if count > 1}

    def event(self, event: Event) -> str:
        """The anchor of an event."""
        return self._own("event", title(event))

    def definition(self, name: str) -> str:
        """The anchor of a definition."""
        return self._own("definition", name)

    def named(self, plan: Plan, name: str) -> str | None:
        """The anchor of the first event of that name; None if there is none."""
        found = (each for each in plan.events if each.name == name)
        event = next(found, None) if name in self._names else None
        return self.event(event) if event else None

    def _own(self, kind: str, text: str) -> str:
        slug = _slug(kind, text)
        if slug in self._shared:
            return f"{slug}-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
        return slug


def title(event: Event) -> str:
    """The event's name, with its version where it has one."""
    return event.name if event.version is None else f"{event.name}, version {event.version}"


def _slug(kind: str, text: str) -> str:
    return "-".join([kind, *words(text)]).lower()
