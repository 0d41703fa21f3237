"""What a comparison of two plans says: changes, each with its place and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..diagnostics import Code, Span
from ..plan.model import ABSENT, Absent, Json

Reader: TypeAlias = Literal["callers", "data"]
"""Whom a change can break: ``callers``, who send (code that compiled will not, or a payload
that was valid is not), or ``data``, which is read downstream (it may hold what it never held,
or lacks an event or a property that it had)."""

Breaks: TypeAlias = tuple[Reader, ...]

SAFE: Final[Breaks] = ()
CALLERS: Final[Breaks] = ("callers",)
DATA: Final[Breaks] = ("data",)
BOTH: Final[Breaks] = ("callers", "data")

ITEMS: Final = 0
"""The step from a list to its items, among steps that are names."""
REST: Final = 1
"""The step from an object to what its undeclared keys hold."""

Step: TypeAlias = "str | int"


@dataclass(frozen=True, slots=True)
class Owner:
    """What a change is about: ``plan``, ``event``, a call by its name, ``common``, ``definition``.

    ``versions`` is what the old and the new plan say of an event's (None: nothing).
    """

    kind: str
    name: str = ""
    versions: tuple[int | None, int | None] = (None, None)

    @property
    def bumped(self) -> bool:
        """Whether its version went up, so that breaking changes are as announced."""
        old, new = self.versions
        return self.kind == "event" and (new or 1) > (old or 1)

    def __str__(self) -> str:
        match self.kind:
            case "event":
                return self.name
            case "plan":
                return "the plan"
            case "definition":
                return f"definition {self.name}"
            case _:
                return self.kind


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an owner: ``products[].price`` of its payload, ``""`` for the whole of it.

    ``span`` is in the new plan, of what is there or else of its nearest surviving parent;
    ``was`` in the old one (a change has it only where the new plan has no such place).
    """

    owner: Owner
    steps: tuple[Step, ...] = ()
    span: Span | None = None
    was: Span | None = None

    def at(self, step: Step, span: Span | None = None, was: Span | None = None) -> Place:
        """One step further in."""
        return Place(self.owner, (*self.steps, step), span or self.span, was or self.was)

    @property
    def path(self) -> str:
        """The steps as text."""
        text = ""
        for step in self.steps:
            if step == ITEMS:
                text += "[]"
            else:
                text += ("." if text else "") + ("*" if step == REST else str(step))
        return text


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a pair: whom it breaks, and a sentence without its subject, which
    is the pair's owner, or begins with a path in it."""

    breaks: Breaks
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, classified.

    ``reached`` is the events and calls that it touches: of a shared definition all that use
    it.  ``allowed``: it breaks, and every event that it touches has a higher version.
    ``witness`` is a payload that was valid and is not, of the first of ``reached``.
    """

    kind: Code
    breaks: Breaks
    message: str
    place: Place
    reached: tuple[Place, ...]
    allowed: bool = False
    witness: Json | Absent = ABSENT

    @property
    def span(self) -> Span | None:
        """Where in the new plan it stands."""
        return self.place.span
