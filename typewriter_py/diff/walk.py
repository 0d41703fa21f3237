"""Two plans side by side, part by part: the pairs that rules judge, in the plan's order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ..plan.model import (
    Array,
    Call,
    Event,
    Number,
    Object,
    Plan,
    Ref,
    Type,
    Union,
    Value,
)
from ..plan.references import references
from .apart import needed, resolved
from .equality import alike
from .inclusion import Inclusion
from .matching import match_definitions, match_events, match_properties
from .model import ITEMS, REST, Owner, OwnerKind, Place
from .pairs import (
    CallPair,
    DefinitionPair,
    EventPair,
    ObjectPair,
    Pair,
    PlanPair,
    PropertyPair,
    ValuePair,
)
from .unions import is_whole, matched, members

_CALLS: Final[tuple[OwnerKind, ...]] = ("identify", "group", "page", "screen", "common")


class Walk:
    """One way through two plans.

    ``users`` gathers, for each definition that both have, the places that refer to it.
    """

    def __init__(self, old: Plan, new: Plan) -> None:
        self.old = old
        self.new = new
        self.inclusion = Inclusion(old.definitions, new.definitions)
        self.users: dict[str, dict[Place, None]] = {}
        self._definitions = list(match_definitions(old.definitions, new.definitions))
        self._same = {a.name: b.name for a, b in self._definitions if a and b}
        self._unfolded: set[tuple[Owner, int, int]] = set()

    def pairs(self) -> Iterator[Pair]:
        """All of them."""
        root = Place(Owner("plan", self.new.name), (), self.new.span, self.old.span)
        yield PlanPair(root, self.old, self.new)
        yield from self._events()
        yield from self._calls()
        for old, new in self._definitions:
            named = new or old
            assert named
            owner = Owner("definition", named.name)
            span = new.span if new else self.new.span
            place = Place(owner, (), span, old.span if old else None)
            yield DefinitionPair(place, old, new)
            if old and new:
                yield from self._values(place, old.value, new.value)

    def _events(self) -> Iterator[Pair]:
        for old, new, why in match_events(self.old.events, self.new.events):
            place = self._place_of(old, new)
            yield EventPair(place, old, new, why)
            if old and new:
                yield from self._objects(place, old.properties, new.properties)

    def _place_of(self, old: Event | None, new: Event | None) -> Place:
        named = new or old
        assert named
        versions = (old.version if old else None, new.version if new else None)
        owner = Owner("event", named.name, versions if old and new else (None, None))
        return Place(owner, (), new.span if new else self.new.span, old.span if old else None)

    def _calls(self) -> Iterator[Pair]:
        for kind in _CALLS:
            old, new = _call(self.old, kind), _call(self.new, kind)
            if old is None and new is None:
                continue
            span = (new.span if new else None) or self.new.span
            place = Place(Owner(kind), (), span, old.span if old else None)
            yield CallPair(place, old, new, self.inclusion)
            if old and new:
                yield from self._objects(place, old.properties, new.properties)

    # --- parts ---------------------------------------------------------------------------

    def _objects(self, place: Place, old: Object, new: Object) -> Iterator[Pair]:
        both = ObjectPair(place, old, new, needed(old).keys(), needed(new).keys())
        yield both
        moved = both.needed_before ^ both.needed_now
        for was, now, why in match_properties(old, new):
            named = now or was
            assert named
            if was and now and alike(was, now) and named.name not in moved:
                continue
            inner = place.at(named.name, now.span if now else None, was.span if was else None)
            yield PropertyPair(inner, was, now, both, self.inclusion, why)
            if was and now:
                yield from self._values(inner, was.value, now.value)
        if old.additional is not None and new.additional is not None:
            yield from self._values(place.at(REST), old.additional, new.additional)

    def _values(self, place: Place, old: Value, new: Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        if isinstance(one, Ref) and isinstance(two, Ref) and self._same.get(one.name) == two.name:
            self._use(two.name, place)
            yield self._shared(place, old, new, one, two)
            return
        if isinstance(one, Ref) or isinstance(two, Ref):
            one = resolved(one, self.old.definitions)
            two = resolved(two, self.new.definitions)
            key = (place.owner, id(one), id(two))
            if key in self._unfolded:
                return
            self._unfolded.add(key)
        yield from self._types(place, Value(one, old.nullable), Value(two, new.nullable))

    def _shared(self, place: Place, old: Value, new: Value, one: Ref, two: Ref) -> ValuePair:
        """Both refer to one definition: of null, only what they say themselves counts here."""
        inherited = (
            old.nullable == self.old.definitions[one.name].value.nullable
            and new.nullable == self.new.definitions[two.name].value.nullable
        )
        same = Value(old.type, new.nullable if inherited else old.nullable)
        return ValuePair(place, same, new, self.inclusion, shared=True)

    def _types(self, place: Place, old: Value, new: Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        if isinstance(one, Union) or isinstance(two, Union):
            yield from self._unions(place, old, new)
        elif _kind(one) != _kind(two):
            pair = ValuePair(place, old, new, self.inclusion, False, (one,), (two,))
            if isinstance(one, Number) and isinstance(two, Number):
                yield from self._numbers(pair, one, two)
            else:
                yield pair
        else:
            yield ValuePair(place, old, new, self.inclusion)
            if isinstance(one, Object) and isinstance(two, Object):
                yield from self._objects(place, one, two)
            elif isinstance(one, Array) and isinstance(two, Array):
                yield from self._values(place.at(ITEMS), one.items, two.items)

    def _numbers(self, pair: ValuePair, one: Number, two: Number) -> Iterator[Pair]:
        """An integer and a number: where more than that is different, it is told apart."""
        if not (pair.narrowed and pair.widened):
            yield pair
            return
        bare = Number(one.integer), Number(two.integer)
        old, new = Value(bare[0], pair.old.nullable), Value(bare[1], pair.new.nullable)
        yield replace(pair, old=old, new=new, old_left=bare[:1], new_left=bare[1:])
        first, second = (Value(replace(each, integer=False)) for each in (one, two))
        yield ValuePair(pair.place, first, second, self.inclusion)

    # --- unions --------------------------------------------------------------------------

    def _unions(self, place: Place, old: Value, new: Value) -> Iterator[Pair]:
        """Alternatives that match are compared one by one, the others against the whole."""
        here, there = self.old.definitions, self.new.definitions
        whole = is_whole(old.type, here) or is_whole(new.type, there)
        found = matched((members(old.type), here), (members(new.type), there), self._kind_of)
        left = tuple(found.old_left), tuple(found.new_left)
        if whole:
            left = (old.type,), (new.type,)
        yield ValuePair(place, old, new, self.inclusion, False, *left)
        for name in (name for type_ in left[1] for name in references(type_)):
            self._use(name, place)
        for one, two in found.pairs:
            if not whole or isinstance(one, Ref):
                yield from self._values(place, Value(one), Value(two))

    def _kind_of(self, type_: Type) -> str:
        if isinstance(type_, Ref):
            return "ref " + self._same.get(type_.name, type_.name)
        return _kind(type_)

    def _use(self, name: str, place: Place) -> None:
        self.users.setdefault(name, {})[place] = None


def _call(plan: Plan, kind: OwnerKind) -> Call | None:
    if kind == "common":
        return Call(plan.common) if plan.common is not None else None
    found: Call | None = getattr(plan, kind)
    return found


def _kind(type_: Type) -> str:
    """What is compared part by part; two kinds are compared as wholes."""
    if isinstance(type_, Number) and type_.integer:
        return "Integer"
    return type(type_).__name__
