"""Functions of the code base that pass an event's name on to a raw call.

``def send(user, name): client.track(user, name)`` hides which events are sent: they stand
where ``send`` is called.  Such functions call each other, so this goes on until none is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import sdks
from .facts import OWN, PARAMETER, Facts, Use
from .means import BY_NAME, Meaning, Means
from .resolve import Resolver

_RECEIVERS = ("self", "cls")


class Named(NamedTuple):
    """An event as a raw call names it: by a constant, or (``event`` None) not here."""

    event: str | None
    pattern: str = ""


@dataclass(slots=True)
class Senders:
    """``known`` maps ``(file, function)`` to the keyword and position of the event's name."""

    resolver: Resolver
    known: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def sends(self, meaning: Meaning) -> tuple[str, int] | None:
        """Keyword and position of the event in a call of what ``meaning`` is."""
        if meaning.means is Means.OWN:
            return self.known.get((meaning.file, meaning.name))
        if meaning.means is Means.UNTYPED:
            return sdks.EVENT, sdks.OWN_EVENT_POSITION
        if meaning.means is Means.RAW and meaning.name == "track":
            return sdks.EVENT, sdks.EVENT_POSITION
        return None

    def events(self, use: Use, meaning: Meaning, file: str) -> list[Named]:
        """The events that a use of a sender names; learns of functions that pass it on."""
        where = self.sends(meaning)
        if where is None:
            return []
        paths = _argument(use.args, *where)
        if paths is None and meaning.file == BY_NAME:  # somebody's own `track(event, …)`
            paths = _argument(use.args, "event_name", 0)
        found = [named for path in paths or () for named in self._named(path, file)]
        return found or [Named(None)]

    def learn(self, use: Use, meaning: Meaning, file: str, facts: Facts) -> bool:
        """Whether the function that ``use`` stands in turns out to pass an event on."""
        where = self.sends(meaning)
        function = use.where.removeprefix(f"{OWN}.")
        parameters = facts.parameters.get(function)
        if where is None or not parameters or (file, function) in self.known:
            return False
        for path in _argument(use.args, *where) or ():
            if path[0] == PARAMETER and path[1:] in parameters:
                position = parameters.index(path[1:])
                position -= parameters[0] in _RECEIVERS
                self.known[file, function] = path[1:], position
                return True
        return False

    def passes_on(self, use: Use, file: str) -> bool:
        """Whether a use stands in a function whose callers name the event."""
        known = self.known.get((file, use.where.removeprefix(f"{OWN}.")))
        return known is not None and any(
            PARAMETER + known[0] in paths for paths in use.args.values()
        )

    def _named(self, path: str, file: str) -> Iterator[Named]:
        for meaning in self.resolver.resolve(path, file):
            if meaning.means is Means.TEXT:
                yield Named(meaning.name)
            elif meaning.means is Means.PATTERN:
                yield Named(None, meaning.name)


def _argument(
    args: Mapping[str, Sequence[str]], keyword: str, position: int
) -> Sequence[str] | None:
    return args.get(keyword, args.get(str(position)))
