"""``ignore:`` on events and properties: what it silences, and whether it silences anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

from ..diagnostics import Code, Diagnostic, Span
from ..plan.model import Event, Property
from ..suggest import did_you_mean
from .registry import Finding, of_plan, rules
from .scene import ALL, Place, Scene

Subject: TypeAlias = "Event | Place | None"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word of one ``ignore:``."""

    word: str
    span: Span | None


class Ignores:
    """The ``ignore:`` lists of one plan; remembers which of their words were of use.

    A list holds for its event or property and for all properties in it; ``all`` is every rule.
    """

    def __init__(self, scene: Scene) -> None:
        self._entries: dict[_Entry, Event | Property] = {}
        self._used: set[_Entry] = set()
        bearers: list[Event | Property] = [*scene.plan.events]
        bearers += [place.property for place in scene.places if place.property.ignore]
        for bearer in bearers:
            for entry in _entries(bearer):
                self._entries.setdefault(entry, bearer)

    def silence(self, kind: Code, subject: Subject) -> bool:
        """Whether a finding of that kind is silenced; every list that does it was of use."""
        if not self._entries or subject is None:
            return False
        matching = [
            entry
            for bearer in _bearers(subject)
            for entry in _entries(bearer)
            if entry.word in (kind.number, kind.name, ALL)
        ]
        self._used.update(matching)
        return bool(matching)

    def unused(
        self, ran: Collection[str], known: Callable[[], Collection[str]]
    ) -> Iterator[Diagnostic]:
        """What silenced nothing, of rules that ``ran``; and what is no rule at all."""
        by_word = {word: rule for rule in rules() for word in rule.words}
        own = next(rule for rule in rules() if rule.check is unused_ignore)
        for entry, bearer in self._entries.items():
            rule = by_word.get(entry.word)
            if entry in self._used or rule is own or (rule and rule.code.number not in ran):
                continue
            if any(word in own.words for word in bearer.ignore):
                continue
            message, help = f"`{entry.word}` silences nothing here", "remove it"
            if rule is None and entry.word not in {*known(), ALL}:
                message = f"there is no rule `{entry.word}` to silence"
                help = did_you_mean(entry.word, [*by_word, *known()]) or help
            yield own.code.at(entry.span, message, help=help)


def _bearers(subject: Event | Place) -> Iterator[Event | Property]:
    if isinstance(subject, Event):
        yield subject
        return
    yield from (subject.property, *subject.parents)
    if isinstance(subject.root, Event):
        yield subject.root


def _entries(bearer: Event | Property) -> Iterator[_Entry]:
    if bearer.ignore:
        yield from map(_Entry, bearer.ignore, bearer.ignore_spans or repeat(bearer.span))


@of_plan("TW290", of_disuse=True)
def unused_ignore(scene: Scene) -> Iterator[Finding]:
    """An `ignore:` silences nothing.

    What it was for is mended, or its word is misspelt.  Left alone, it would silence the next
    finding, which nobody has seen.  `typewriter lint --fix` removes it.  (A rule that does not
    run, such as one that is off by default, is not asked after.)

    Bad:

    ```yaml
    - name: Order Completed
      description: A payment went through.
      ignore: [event-name-casing]
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    yield from ()  # the engine alone knows what the other rules found: it asks `Ignores`
