"""Two plans side by side, part by part: the pairs that rules judge, in the plan's order.

Where a part of a pair is None, that plan has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeAlias

from ..plan import model as m
from ..plan.queries import json_name, references
from .inclusion import Definitions, Inclusion, alike, apart, needed, resolved
from .matching import match_definitions, match_events, match_properties
from .model import ITEMS, REST, Owner, Place


@dataclass(frozen=True, slots=True)
class PlanPair:
    """The two plans."""

    place: Place
    old: m.Plan
    new: m.Plan


@dataclass(frozen=True, slots=True)
class EventPair:
    """An event in both; ``renamed``: under another name, and why that is thought."""

    place: Place
    old: m.Event | None
    new: m.Event | None
    renamed: str = ""


@dataclass(frozen=True, slots=True)
class CallPair:
    """identify, group, page, screen, or ``common`` (as a call without a description)."""

    place: Place
    old: m.Call | None
    new: m.Call | None
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class DefinitionPair:
    """A definition in both, perhaps under two names."""

    place: Place
    old: m.Definition | None
    new: m.Definition | None


@dataclass(frozen=True, slots=True)
class ObjectPair:
    """An object in both, for what it says beside its properties.

    ``needed_before`` and ``needed_now`` are the keys that it must have.
    """

    place: Place
    old: m.Object
    new: m.Object
    needed_before: Set[str]
    needed_now: Set[str]


@dataclass(frozen=True, slots=True)
class PropertyPair:
    """A property of an object; ``within`` is that object in both plans."""

    place: Place
    old: m.Property | None
    new: m.Property | None
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
    old: m.Value
    new: m.Value
    inclusion: Inclusion
    shared: bool = False
    old_left: tuple[m.Type, ...] = ()
    new_left: tuple[m.Type, ...] = ()

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


class Walk:
    """One way through two plans.

    ``users`` gathers, for each definition that both have, the places that refer to it.
    """

    def __init__(self, old: m.Plan, new: m.Plan) -> None:
        self.old = old
        self.new = new
        self._here = Definitions(old.definitions)
        self._there = Definitions(new.definitions)
        self.inclusion = Inclusion(self._here, self._there)
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

    def _place_of(self, old: m.Event | None, new: m.Event | None) -> Place:
        named = new or old
        assert named
        versions = (old.version if old else None, new.version if new else None)
        owner = Owner("event", named.name, versions if old and new else (None, None))
        return Place(owner, (), new.span if new else self.new.span, old.span if old else None)

    def _calls(self) -> Iterator[Pair]:
        for kind in (*m.CALLS, "common"):
            old, new = _call(self.old, kind), _call(self.new, kind)
            if old is None and new is None:
                continue
            span = (new.span if new else None) or self.new.span
            place = Place(Owner(kind), (), span, old.span if old else None)
            yield CallPair(place, old, new, self.inclusion)
            if old and new:
                yield from self._objects(place, old.properties, new.properties)

    # --- parts ---------------------------------------------------------------------------

    def _objects(self, place: Place, old: m.Object, new: m.Object) -> Iterator[Pair]:
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

    def _values(self, place: Place, old: m.Value, new: m.Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        if (
            isinstance(one, m.Ref)
            and isinstance(two, m.Ref)
            and self._same.get(one.name) == two.name
        ):
            self._use(two.name, place)
            yield self._shared(place, old, new, one, two)
            return
        if isinstance(one, m.Ref) or isinstance(two, m.Ref):
            one = resolved(one, self._here)
            two = resolved(two, self._there)
            key = (place.owner, id(one), id(two))
            if key in self._unfolded:
                return
            self._unfolded.add(key)
        yield from self._types(place, m.Value(one, old.nullable), m.Value(two, new.nullable))

    def _shared(
        self, place: Place, old: m.Value, new: m.Value, one: m.Ref, two: m.Ref
    ) -> ValuePair:
        """Both refer to one definition: of null, only what they say themselves counts here."""
        inherited = (
            old.nullable == self._here[one.name].value.nullable
            and new.nullable == self._there[two.name].value.nullable
        )
        same = m.Value(old.type, new.nullable if inherited else old.nullable)
        return ValuePair(place, same, new, self.inclusion, shared=True)

    def _types(self, place: Place, old: m.Value, new: m.Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        if isinstance(one, m.Union) or isinstance(two, m.Union):
            yield from self._unions(place, old, new)
        elif _kind(one) != _kind(two):
            pair = ValuePair(place, old, new, self.inclusion, False, (one,), (two,))
            if isinstance(one, m.Number) and isinstance(two, m.Number):
                yield from self._numbers(pair, one, two)
            else:
                yield pair
        else:
            yield ValuePair(place, old, new, self.inclusion)
            if isinstance(one, m.Object) and isinstance(two, m.Object):
                yield from self._objects(place, one, two)
            elif isinstance(one, m.Array) and isinstance(two, m.Array):
                yield from self._values(place.at(ITEMS), one.items, two.items)

    def _numbers(self, pair: ValuePair, one: m.Number, two: m.Number) -> Iterator[Pair]:
        """An integer and a number: where more than that is different, it is told apart."""
        if not (pair.narrowed and pair.widened):
            yield pair
            return
        bare = m.Number(one.integer), m.Number(two.integer)
        old, new = m.Value(bare[0], pair.old.nullable), m.Value(bare[1], pair.new.nullable)
        yield replace(pair, old=old, new=new, old_left=bare[:1], new_left=bare[1:])
        first, second = (m.Value(replace(each, integer=False)) for each in (one, two))
        yield ValuePair(pair.place, first, second, self.inclusion)

    # --- unions --------------------------------------------------------------------------

    def _unions(self, place: Place, old: m.Value, new: m.Value) -> Iterator[Pair]:
        """Alternatives that match are compared one by one, the others against the whole."""
        here, there = self._here, self._there
        whole = is_whole(old.type, here) or is_whole(new.type, there)
        found = matched((members(old.type), here), (members(new.type), there), self._kind_of)
        left = tuple(found.old_left), tuple(found.new_left)
        if whole:
            left = (old.type,), (new.type,)
        yield ValuePair(place, old, new, self.inclusion, False, *left)
        for name in (name for type_ in left[1] for name in references(type_)):
            self._use(name, place)
        for one, two in found.pairs:
            if not whole or isinstance(one, m.Ref):
                yield from self._values(place, m.Value(one), m.Value(two))

    def _kind_of(self, type_: m.Type) -> str:
        if isinstance(type_, m.Ref):
            return "ref " + self._same.get(type_.name, type_.name)
        return _kind(type_)

    def _use(self, name: str, place: Place) -> None:
        self.users.setdefault(name, {})[place] = None


def _call(plan: m.Plan, kind: str) -> m.Call | None:
    if kind == "common":
        return m.Call(plan.common) if plan.common is not None else None
    found: m.Call | None = getattr(plan, kind)
    return found


def _kind(type_: m.Type) -> str:
    """What is compared part by part; two kinds are compared as wholes."""
    return json_name(type_) or type(type_).__name__


Scoped: TypeAlias = tuple[Sequence[m.Type], Definitions]
"""Types, and the definitions that they refer to."""


def is_whole(type_: m.Type, definitions: Definitions) -> bool:
    """Whether it is a ``oneOf`` whose members may have values in common: what one of them
    gains, another loses, so that they cannot be looked at one by one."""
    if not isinstance(type_, m.Union) or not type_.exclusive:
        return False
    return not all(
        apart(one, definitions, two, definitions) for one, two in combinations(type_.members, 2)
    )


def members(type_: m.Type) -> tuple[m.Type, ...]:
    """The alternatives of a type; the only one of most is the type itself."""
    return type_.members if isinstance(type_, m.Union) else (type_,)


@dataclass(slots=True)
class Matched:
    """Which member of the old union is which of the new one, and those that are none."""

    old_left: list[m.Type]
    new_left: list[m.Type]
    pairs: list[tuple[m.Type, m.Type]] = field(default_factory=list)


def matched(old: Scoped, new: Scoped, kind: Callable[[m.Type], str]) -> Matched:
    """Members that are the same, then those that are the only ones of a ``kind``, then those
    that have values in common with each other and with no other: tagged objects."""

    def meet(one: m.Type, two: m.Type) -> bool:
        return kind(one) == kind(two) and not apart(one, old[1], two, new[1])

    found = Matched(list(old[0]), list(new[0]))
    _pair_off(found, lambda one, two: repr(one) == repr(two), alone=False)
    _pair_off(found, lambda one, two: kind(one) == kind(two), alone=True)
    _pair_off(found, meet, alone=True)
    return found


def _pair_off(found: Matched, alike: Callable[[m.Type, m.Type], bool], *, alone: bool) -> None:
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
