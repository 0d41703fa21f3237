"""Which alternative of an old union is which of the new one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from ..plan import model as m
from ..plan.queries import json_name
from .candidates import Candidates
from .inclusion import Definitions, apart

_Pair: TypeAlias = tuple[m.Type, m.Type]


def members(type_: m.Type) -> tuple[m.Type, ...]:
    """The alternatives of a type; the only one of most is the type itself."""
    return type_.members if isinstance(type_, m.Union) else (type_,)


def kind_of(type_: m.Type) -> str:
    """What is compared part by part; two kinds are compared as wholes."""
    return json_name(type_) or type(type_).__name__


def is_whole(type_: m.Type, definitions: Definitions) -> bool:
    """Whether it is a ``oneOf`` whose members may have values in common: what one of them
    gains, another loses, so they cannot be compared one by one."""
    if not isinstance(type_, m.Union) or not type_.exclusive:
        return False
    near = definitions.candidates(type_)
    return not all(
        apart(one, definitions, type_.members[other], definitions)
        for index, one in enumerate(type_.members)
        for other in near.of(one, definitions)
        if other > index
    )


@dataclass(slots=True)
class Matching:
    """The alternatives of two unions: those that match, and what is left of both.

    ``same`` says which definition of the new plan is which of the old one, by their names.
    """

    old: list[m.Type]
    new: list[m.Type]
    here: Definitions
    there: Definitions
    same: Mapping[str, str]
    pairs: list[_Pair] = field(default_factory=list)

    def __post_init__(self) -> None:
        """First those that are the same, then the only ones of a kind, then those that have
        values in common with each other and with no other (tagged objects)."""
        self._pair_equal(repr, alone=False)
        self._pair_equal(self._kind_of, alone=True)
        self._pair_overlapping()

    def _kind_of(self, type_: m.Type) -> str:
        if isinstance(type_, m.Ref):
            return "ref " + self.same.get(type_.name, type_.name)
        return kind_of(type_)

    def _pair_equal(self, key: Callable[[m.Type], Hashable], *, alone: bool) -> None:
        """Pairs of one key, in turn; with ``alone`` only those whose key no other has."""
        ours, theirs = _by_key(self.old, key), _by_key(self.new, key)
        found: dict[int, int] = {}
        for one, mine in ours.items():
            others = theirs.get(one, [])
            if not alone or len(mine) == len(others) == 1:
                found.update(zip(mine, others, strict=False))
        self._take(found)

    def _pair_overlapping(self) -> None:
        ours, theirs = Candidates(self.old, self.here), Candidates(self.new, self.there)
        found: dict[int, int] = {}
        for index, one in enumerate(self.old):
            near = theirs.of(one, self.here)
            (*others,) = islice((i for i in near if self._overlap(one, self.new[i])), 2)
            if len(others) != 1:
                continue
            two = self.new[others[0]]
            back = ours.of(two, self.there)
            if len([*islice((i for i in back if self._overlap(self.old[i], two)), 2)]) == 1:
                found[index] = others[0]
        self._take(found)

    def _overlap(self, one: m.Type, two: m.Type) -> bool:
        return self._kind_of(one) == self._kind_of(two) and not apart(
            one, self.here, two, self.there
        )

    def _take(self, found: Mapping[int, int]) -> None:
        """Makes pairs of these positions, in the order of the old ones."""
        self.pairs += [(self.old[one], self.new[found[one]]) for one in sorted(found)]
        taken = set(found.values())
        self.old = [each for index, each in enumerate(self.old) if index not in found]
        self.new = [each for index, each in enumerate(self.new) if index not in taken]


def _by_key(
    types: Sequence[m.Type], key: Callable[[m.Type], Hashable]
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for index, each in enumerate(types):
        found.setdefault(key(each), []).append(index)
    return found
