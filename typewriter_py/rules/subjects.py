"""Which event or property a place in a file belongs to."""

from __future__ import annotations

from bisect import bisect_right

from ..diagnostics import Span
from ..plan.model import Event
from .scene import Place, Scene


class Subjects:
    """Finds the event or property that a diagnostic of the plan is about, by its place.

    A file is read from top to bottom: what stands at a place belongs to the last property that
    began before it and is less indented (or on the same line), else to the last event.
    """

    def __init__(self, scene: Scene) -> None:
        starts: dict[Span, Event | Place] = {}
        for place in scene.places:
            if place.property.span:
                starts.setdefault(place.property.span, place)
        for event in scene.plan.events:
            if event.span:
                starts[event.span] = event
        self._starts = sorted(starts)
        self._subjects = [starts[span] for span in self._starts]

    def at(self, span: Span | None) -> Event | Place | None:
        """What stands at ``span``; None outside of all events and properties."""
        if span is None:
            return None
        index = bisect_right(self._starts, span._replace(length=1 << 30))
        while index:
            index -= 1
            start, subject = self._starts[index], self._subjects[index]
            if start.file != span.file:
                return None
            within = start.column < span.column or start.line == span.line
            if isinstance(subject, Event) or within:
                return subject
        return None
