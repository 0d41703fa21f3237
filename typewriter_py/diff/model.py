"""What a comparison of two plans finds: changes, each with its location and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..diagnostics import Code, Span
from ..plan.model import ABSENT, Absent, Json

Party: TypeAlias = Literal["callers", "data"]
"""Whom a change can break: ``callers``, who send (code that compiled no longer does, or a payload
that was valid is not), or ``data``, which is read downstream (it may have what it never had, or
lacks an event or a property that it had)."""

Breaks: TypeAlias = tuple[Party, ...]

SAFE: Final[Breaks] = ()
CALLERS: Final[Breaks] = ("callers",)
DATA: Final[Breaks] = ("data",)
BOTH: Final[Breaks] = ("callers", "data")

ITEMS: Final = 0
"""The step from a list to its items, among steps that are names."""
REST: Final = 1
"""The step from an object to the values of its undeclared keys."""

Step: TypeAlias = "str | int"


@dataclass(frozen=True, slots=True)
class Owner:
    """What a change is about: ``plan``, ``event``, a call by its name, ``common``, ``definition``.

    ``versions`` are those of an event in the old and the new plan (None: not given).
    """

    kind: str
    name: str = ""
    versions: tuple[int | None, int | None] = (None, None)

    @property
    def bumped(self) -> bool:
        """Whether its version went up, so that breaking changes are announced."""
        old, new = self.versions
        return self.kind == "event" and (new or 1) > (old or 1)

    def __str__(self) -> str:
        if self.kind == "event":
            return self.name
        if self.kind == "definition":
            return f"definition {self.name}"
        return "the plan" if self.kind == "plan" else self.kind


@dataclass(frozen=True, slots=True)
class Location:
    """Where in an owner: ``products[].price`` of its payload, ``""`` for the whole of it.

    ``span`` is in the new plan, or that of the nearest parent that is still there; ``was`` is in
    the old plan (a change has it only if the new plan has no such part).
    """

    owner: Owner
    steps: tuple[Step, ...] = ()
    span: Span | None = None
    was: Span | None = None

    def at(self, step: Step, span: Span | None = None, was: Span | None = None) -> Location:
        """One step further in."""
        return Location(self.owner, (*self.steps, step), span or self.span, was or self.was)

    @property
    def path(self) -> str:
        """The steps as text."""
        names: dict[Step, str] = {ITEMS: "[]", REST: ".*"}
        return "".join(names.get(step, f".{step}") for step in self.steps).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a pair: whom it breaks, and a sentence that lacks its subject, the
    pair's owner, or begins with a path in it."""

    breaks: Breaks
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, classified.

    ``reached`` are the events and calls that it affects: for a shared definition, all that use
    it.  ``allowed``: it breaks, and every event that it affects has a higher version.
    ``witness`` is a payload of the first of ``reached`` that was valid and no longer is.
    """

    kind: Code
    breaks: Breaks
    message: str
    location: Location
    reached: tuple[Location, ...]
    allowed: bool = False
    witness: Json | Absent = ABSENT

    @property
    def span(self) -> Span | None:
        """Where it is in the new plan."""
        return self.location.span
