"""Payloads that were valid and are not: what shows that a change breaks callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from ..plan.model import ABSENT, OPEN, Absent, Array, Json, Object, Plan, Type, Union, Value
from .apart import place, resolved, takes
from .model import ITEMS, REST, Change, Owner, Place, Step
from .samples import OTHER_KEY, samples, smallest

_TRIED: Final = 60
"""Payloads that are tried for one change, beside those that differ anywhere."""

_MADE: Final = 200
"""Changes of one comparison that get a witness: nobody reads more."""

_Parts = Mapping[tuple[str, str, int], Object]


class Witnesses:
    """Makes them for the changes between two plans."""

    def __init__(self, old: Plan, new: Plan) -> None:
        self._old = old.definitions
        self._new = new.definitions
        self._before = _parts(old)
        self._after = _parts(new)
        self._left = _MADE

    def added(self, change: Change) -> Change:
        """The change with its witness, where one can be made."""
        if not self._left or not change.reached:
            return change
        witness = self._made(change.reached[0])
        if witness is ABSENT:
            return change
        self._left -= 1
        return replace(change, witness=witness)

    def _made(self, at: Place) -> Json | Absent:
        before = self._before.get(_key(at.owner, 0))
        after = self._after.get(_key(at.owner, 1))
        if before is None or after is None:
            return ABSENT
        there = islice(self._payloads(Value(before), after, at.steps), _TRIED)
        anywhere = samples(Value(before), self._old, after)
        for payload in chain(there, anywhere):
            if takes(before, payload, self._old) and not takes(after, payload, self._new):
                return payload
        return ABSENT

    def _payloads(self, old: Value, new: Type | None, steps: tuple[Step, ...]) -> Iterator[Json]:
        """Values of ``old`` that differ at the end of ``steps``."""
        type_ = resolved(old.type, self._old)
        other = resolved(new, self._new) if new is not None else None
        if not steps:
            if old.nullable:
                yield None
            yield from samples(Value(type_), self._old, other)
            return
        step, rest = steps[0], steps[1:]
        if isinstance(type_, Union):
            for member in type_.members:
                yield from self._payloads(Value(member), _like(other, member), steps)
        elif isinstance(type_, Array) and step == ITEMS:
            items = other.items.type if isinstance(other, Array) else None
            for item in self._payloads(type_.items, items, rest):
                yield [item] * max(1, type_.min_items or 0)
        elif isinstance(type_, Object) and step != ITEMS:
            name = OTHER_KEY if step == REST else str(step)
            yield from self._objects(type_, other, name, rest)

    def _objects(
        self, old: Object, new: Type | None, name: str, rest: tuple[Step, ...]
    ) -> Iterator[Json]:
        """The smallest object without the key, if it can be, then with values under it."""
        small = smallest(old, self._old)
        yield {key: each for key, each in small.items() if key != name}
        here = place(old, name)
        there = place(new, name) if isinstance(new, Object) else None
        if here is not None:
            for value in self._payloads(here, there.type if there else None, rest):
                yield small | {name: value}


def _like(type_: Type | None, member: Type) -> Type | None:
    """What of ``type_`` a member of a union is to be held against."""
    others = type_.members if isinstance(type_, Union) else (type_,)
    return next((each for each in others if type(each) is type(member)), None)


def _parts(plan: Plan) -> _Parts:
    """What the plan says of each event's properties, each call's, and of every message; where
    it says nothing, anything goes."""
    found = {("event", each.name, each.version or 1): each.properties for each in plan.events}
    for kind in ("identify", "group", "page", "screen"):
        call = getattr(plan, kind)
        found[kind, "", 1] = call.properties if call else OPEN
    found["common", "", 1] = plan.common or OPEN
    return found


def _key(owner: Owner, side: int) -> tuple[str, str, int]:
    return owner.kind, owner.name, owner.versions[side] or 1
