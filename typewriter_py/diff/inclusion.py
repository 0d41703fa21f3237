"""Whether every value that one plan allows in a place, another allows there, too.

The heart of the verdict: what it affirms is certain, and where it cannot tell it denies.  It
is exact for what plans are made of; it denies more than it must where a whole is within a
union but within no single member of it, and of patterns it knows only whether they are the
same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ..plan.model import (
    ANYTHING,
    OPEN,
    AnyType,
    Array,
    Boolean,
    Enum,
    Number,
    Object,
    String,
    Type,
    Union,
    Value,
)
from . import intervals
from .apart import Definitions, apart, needed, resolved, takes

_EVERYTHING: Final = Union((Boolean(), Number(), String(), Array(ANYTHING), OPEN))
"""What ``AnyType`` is, kind by kind."""

_BOTH: Final = Enum((True, False))
_PARTED: Final = (Object, Array, Union)


@dataclass(slots=True)
class _Proofs:
    """What is taken for granted, so that recursive types come to an end, and what is known,
    so that no two types are compared twice.

    A value is finite and references lead into properties or items, so what is being proven
    may be used for the values further in (coinduction).  Where a proof fails, all that was
    proven since it began may rest on it, and is forgotten.
    """

    granted: dict[tuple[int, int], None] = field(default_factory=dict)
    failed: set[tuple[int, int]] = field(default_factory=set)


class Inclusion:
    """Judges types of one plan (``narrow``) against those of another (``wide``).

    It compares types by identity, so both plans must stay alive as long as it does.
    """

    def __init__(
        self, narrow: Definitions, wide: Definitions, reverse: Inclusion | None = None
    ) -> None:
        self._narrow = narrow
        self._wide = wide
        self._proofs: _Proofs = reverse._proofs if reverse else _Proofs()
        self.reverse: Inclusion = reverse or Inclusion(wide, narrow, self)

    def holds(self, narrow: Value, wide: Value) -> bool:
        """Whether whatever ``narrow`` allows, ``wide`` does."""
        return (wide.nullable or not narrow.nullable) and self.of_type(narrow.type, wide.type)

    def of_type(self, narrow: Type, wide: Type) -> bool:
        """The same for types, null aside."""
        narrow, wide = resolved(narrow, self._narrow), resolved(wide, self._wide)
        if not isinstance(narrow, _PARTED) or not isinstance(wide, _PARTED):
            return self._known(narrow, wide)
        pair = (id(narrow), id(wide))
        granted, failed = self._proofs.granted, self._proofs.failed
        if pair in granted:
            return True
        if pair in failed:
            return False
        begun = len(granted)
        granted[pair] = None
        if self._known(narrow, wide):
            return True
        while len(granted) > begun:
            granted.popitem()
        failed.add(pair)
        return False

    def _known(self, narrow: Type, wide: Type) -> bool:
        """``of_type`` of two types that are no references."""
        if isinstance(wide, AnyType) or self._nothing(narrow):
            return True
        match narrow:
            case AnyType():
                return self._known(_EVERYTHING, wide)
            case Union():
                return self._alternatives(narrow, wide)
            case Enum(values):
                return all(takes(wide, each, self._wide) for each in values)
            case Boolean() if not isinstance(wide, Boolean):
                return self._known(_BOTH, wide)
        if isinstance(wide, Union):
            return self._one_of(narrow, wide)
        match narrow, wide:
            case Boolean(), Boolean():
                return True
            case Number(), Number():
                range = intervals.of_number(narrow)
                return range.within(intervals.of_number(wide)) and intervals.steps_within(
                    narrow, wide
                )
            case String(), String():
                return _texts(narrow, wide)
            case Array(), Array():
                return self._arrays(narrow, wide)
            case Object(), Object():
                return self._objects(narrow, wide)
        return False

    def _nothing(self, type_: Type) -> bool:
        """Whether it is certain that no value is of ``type_``."""
        match type_:
            case Union(()) | Enum(()):
                return True
            case Number():
                return intervals.of_number(type_).empty
            case String():
                return intervals.of_length(type_).empty
            case Array():
                return intervals.of_items(type_).empty
            case Object():
                return intervals.of_keys(type_, len(needed(type_))).empty
        return False

    # --- unions --------------------------------------------------------------------------

    def _alternatives(self, narrow: Union, wide: Type) -> bool:
        """Each of the alternatives is within ``wide``; or both say the same, one by one."""
        if all(self.of_type(member, wide) for member in narrow.members):
            return True
        if not (narrow.exclusive and isinstance(wide, Union) and wide.exclusive):
            return False
        if len(narrow.members) != len(wide.members):
            return False
        left = list(wide.members)
        for member in narrow.members:
            twin = next((i for i, other in enumerate(left) if self._equal(member, other)), None)
            if twin is None:
                return False
            del left[twin]
        return True

    def _equal(self, narrow: Type, wide: Type) -> bool:
        return self.of_type(narrow, wide) and self.reverse.of_type(wide, narrow)

    def _one_of(self, narrow: Type, wide: Union) -> bool:
        """Some member takes all of ``narrow``; of ``oneOf`` no other takes any of it."""
        for index, member in enumerate(wide.members):
            others = wide.members[:index] + wide.members[index + 1 :]
            alone = not wide.exclusive or all(
                apart(narrow, self._narrow, other, self._wide) for other in others
            )
            if alone and self.of_type(narrow, member):
                return True
        return False

    # --- what has parts ------------------------------------------------------------------

    def _arrays(self, narrow: Array, wide: Array) -> bool:
        counts = intervals.of_items(narrow)
        distinct = narrow.unique_items or (counts.high is not None and counts.high <= 1)
        return (
            counts.within(intervals.of_items(wide))
            and (distinct or not wide.unique_items)
            and (counts.high == 0 or self.holds(narrow.items, wide.items))
        )

    def _objects(self, narrow: Object, wide: Object) -> bool:
        must = needed(narrow)
        if not needed(wide).keys() <= must.keys():
            return False
        counts = intervals.of_keys(narrow, len(must))
        allowed = intervals.Interval(wide.min_properties or 0, wide.max_properties)
        if not counts.within(allowed):
            return False
        mine = {each.name: each.value for each in narrow.properties}
        theirs = {each.name: each.value for each in wide.properties}
        for name, value in mine.items():
            if not self._place(value, theirs.get(name, wide.additional)):
                return False
        rest = narrow.additional
        if rest is None:
            return True
        undeclared = [theirs[name] for name in theirs if name not in mine]
        return all(self._place(rest, other) for other in (*undeclared, wide.additional))

    def _place(self, narrow: Value, wide: Value | None) -> bool:
        """The values of one key; where ``wide`` has no such key, there must be none."""
        if wide is None:
            return not narrow.nullable and self._nothing(resolved(narrow.type, self._narrow))
        return self.holds(narrow, wide)


def _texts(narrow: String, wide: String) -> bool:
    return (
        intervals.of_length(narrow).within(intervals.of_length(wide))
        and set(wide.patterns) <= set(narrow.patterns)
        and wide.format in (None, narrow.format)
    )
