"""Alternatives of two unions, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from ..plan.model import Type, Union
from .apart import Definitions, apart

Scoped: TypeAlias = tuple[Sequence[Type], Definitions]
"""Types, and the definitions that they refer to."""


def is_whole(type_: Type, definitions: Definitions) -> bool:
    """Whether it is a ``oneOf`` whose members may have values in common: what one of them
    gains, another loses, so that they cannot be looked at one by one."""
    if not isinstance(type_, Union) or not type_.exclusive:
        return False
    return not all(
        apart(one, definitions, two, definitions) for one, two in combinations(type_.members, 2)
    )


def members(type_: Type) -> tuple[Type, ...]:
    """The alternatives of a type; the only one of most is the type itself."""
    return type_.members if isinstance(type_, Union) else (type_,)


@dataclass(slots=True)
class Matched:
    """Which member of the old union is which of the new one, and those that are none."""

    old_left: list[Type]
    new_left: list[Type]
    pairs: list[tuple[Type, Type]] = field(default_factory=list)


def matched(old: Scoped, new: Scoped, kind: Callable[[Type], str]) -> Matched:
    """Members that are the same, then those that are the only ones of a ``kind``, then those
    that have values in common with each other and with no other: tagged objects."""

    def meet(one: Type, two: Type) -> bool:
        return kind(one) == kind(two) and not apart(one, old[1], two, new[1])

    found = Matched(list(old[0]), list(new[0]))
    _pair_off(found, lambda one, two: repr(one) == repr(two), alone=False)
    _pair_off(found, lambda one, two: kind(one) == kind(two), alone=True)
    _pair_off(found, meet, alone=True)
    return found


def _pair_off(found: Matched, alike: Callable[[Type, Type], bool], *, alone: bool) -> None:
    """Pair members that are ``alike``; with ``alone`` only those that are so with one other."""
    for one in tuple(found.old_left):
        theirs = [i for i, two in enumerate(found.new_left) if alike(one, two)]
        if not theirs or (alone and len(theirs) > 1):
            continue
        two = found.new_left[theirs[0]]
        if alone and sum(alike(other, two) for other in found.old_left) > 1:
            continue
        del found.new_left[theirs[0]]
        del found.old_left[next(i for i, each in enumerate(found.old_left) if each is one)]
        found.pairs.append((one, two))
