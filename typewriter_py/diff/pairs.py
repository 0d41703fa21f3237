"""Matched parts of two plans, which is what rules are fed with.  None: that plan has none."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TypeAlias

from ..plan.model import Call, Definition, Event, Object, Plan, Property, Type, Value
from .inclusion import Inclusion
from .model import Place


@dataclass(frozen=True, slots=True)
class PlanPair:
    """The two plans."""

    place: Place
    old: Plan
    new: Plan


@dataclass(frozen=True, slots=True)
class EventPair:
    """An event in both; ``renamed``: under another name, and why that is thought."""

    place: Place
    old: Event | None
    new: Event | None
    renamed: str = ""


@dataclass(frozen=True, slots=True)
class CallPair:
    """identify, group, page, screen, or ``common`` (as a call without a description)."""

    place: Place
    old: Call | None
    new: Call | None
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class DefinitionPair:
    """A definition in both, perhaps under two names."""

    place: Place
    old: Definition | None
    new: Definition | None


@dataclass(frozen=True, slots=True)
class ObjectPair:
    """An object in both, for what it says beside its properties.

    ``needed_before`` and ``needed_now`` are the keys that it must have.
    """

    place: Place
    old: Object
    new: Object
    needed_before: Set[str]
    needed_now: Set[str]


@dataclass(frozen=True, slots=True)
class PropertyPair:
    """A property of an object; ``within`` is that object in both plans."""

    place: Place
    old: Property | None
    new: Property | None
    within: ObjectPair
    inclusion: Inclusion
    renamed: str = ""

    @property
    def top(self) -> bool:
        """Whether it is an argument of a generated function, not a key further in."""
        return len(self.place.steps) == 1 and self.place.owner.kind not in ("definition", "common")


@dataclass(frozen=True, slots=True)
class ValuePair:
    """What may stand in one place.  References are followed, but for ``shared`` ones: both
    refer to the same definition, where its changes are told once.

    ``old_left`` and ``new_left`` are what is to be judged as a whole, since it matches
    nothing on the other side: alternatives of a union, types of two kinds.
    """

    place: Place
    old: Value
    new: Value
    inclusion: Inclusion
    shared: bool = False
    old_left: tuple[Type, ...] = ()
    new_left: tuple[Type, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether something that was valid is not any more, as far as types are concerned."""
        whole = self.new.type
        return not all(self.inclusion.of_type(each, whole) for each in self.old_left)

    @property
    def widened(self) -> bool:
        """Whether something is valid that was not."""
        whole = self.old.type
        return not all(self.inclusion.reverse.of_type(each, whole) for each in self.new_left)


Pair: TypeAlias = (
    PlanPair | EventPair | CallPair | DefinitionPair | ObjectPair | PropertyPair | ValuePair
)
