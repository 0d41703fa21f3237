"""Two plans side by side, part by part: the pairs that rules check, in the plan's order.

If one side of a pair is None, that plan does not have the part.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..plan import model as m
from ..plan.queries import references
from .alternatives import Matching, is_whole, kind_of, members
from .inclusion import Definitions, Inclusion, alike
from .matching import match, match_events
from .model import ITEMS, REST, Location, Owner
from .shapes import needed, resolved


@dataclass(frozen=True, slots=True)
class PlanPair:
    """The two plans."""

    location: Location
    old: m.Plan
    new: m.Plan


@dataclass(frozen=True, slots=True)
class EventPair:
    """An event in both; ``renamed``: why it is thought to have had another name, if it had."""

    location: Location
    old: m.Event | None
    new: m.Event | None
    renamed: str = ""


@dataclass(frozen=True, slots=True)
class CallPair:
    """identify, group, page, screen, or ``common`` (as a call without a description)."""

    location: Location
    old: m.Call | None
    new: m.Call | None
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class DefinitionPair:
    """A definition in both, perhaps under two names."""

    location: Location
    old: m.Definition | None
    new: m.Definition | None


@dataclass(frozen=True, slots=True)
class ObjectPair:
    """An object in both, for what it says apart from its properties.

    ``needed_before`` and ``needed_now`` are the keys that it must have.
    """

    location: Location
    old: m.Object
    new: m.Object
    needed_before: Set[str]
    needed_now: Set[str]


@dataclass(frozen=True, slots=True)
class PropertyPair:
    """A property of an object; ``within`` is that object in both plans."""

    location: Location
    old: m.Property | None
    new: m.Property | None
    within: ObjectPair
    inclusion: Inclusion
    renamed: str = ""

    @property
    def top(self) -> bool:
        """Whether it is an argument of a generated function, not a key further in."""
        owner = self.location.owner.kind
        return len(self.location.steps) == 1 and owner not in ("definition", "common")


@dataclass(frozen=True, slots=True)
class ValuePair:
    """What a value may be.  References are followed, except for ``shared`` ones: both refer to
    the same definition, whose changes are reported once.

    ``old_left`` and ``new_left`` are what has to be compared with the other side as a whole,
    since it matches nothing there: alternatives of a union, types of two kinds.
    """

    location: Location
    old: m.Value
    new: m.Value
    inclusion: Inclusion
    shared: bool = False
    old_left: tuple[m.Type, ...] = ()
    new_left: tuple[m.Type, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether something that was valid no longer is, as far as types are concerned."""
        return not all(self.inclusion.of_type(each, self.new.type) for each in self.old_left)

    @property
    def widened(self) -> bool:
        """Whether something is valid that was not before."""
        reverse = self.inclusion.reverse
        return not all(reverse.of_type(each, self.old.type) for each in self.new_left)


Pair: TypeAlias = (
    PlanPair | EventPair | CallPair | DefinitionPair | ObjectPair | PropertyPair | ValuePair
)


class Walk:
    """A walk through two plans.

    ``users`` gathers, for each definition that both have, the locations that refer to it.
    """

    def __init__(self, old: m.Plan, new: m.Plan) -> None:
        self.old = old
        self.new = new
        self._here = Definitions(old.definitions)
        self._there = Definitions(new.definitions)
        self.inclusion = Inclusion(self._here, self._there)
        self.users: dict[str, dict[Location, None]] = {}
        definitions = tuple(old.definitions.values()), tuple(new.definitions.values())
        self._definitions = [(one, two) for one, two, _ in match(*definitions)]
        self._same = {one.name: two.name for one, two in self._definitions if one and two}
        self._unfolded: set[tuple[Owner, int, int]] = set()

    def pairs(self) -> Iterator[Pair]:
        """All of them."""
        plan = self._location(Owner("plan", self.new.name), self.old, self.new)
        yield PlanPair(plan, self.old, self.new)
        yield from self._events()
        yield from self._calls()
        for old, new in self._definitions:
            location = self._location(Owner("definition", _name(old, new)), old, new)
            yield DefinitionPair(location, old, new)
            if old and new:
                yield from self._values(location, old.value, new.value)

    def _events(self) -> Iterator[Pair]:
        for old, new, why in match_events(self.old.events, self.new.events):
            versions = (old.version, new.version) if old and new else (None, None)
            location = self._location(Owner("event", _name(old, new), versions), old, new)
            yield EventPair(location, old, new, why)
            if old and new:
                yield from self._objects(location, old.properties, new.properties)

    def _calls(self) -> Iterator[Pair]:
        before, after = _calls(self.old), _calls(self.new)
        for kind in (*m.CALLS, "common"):
            old, new = before.get(kind), after.get(kind)
            if old or new:
                location = self._location(Owner(kind), old, new)
                yield CallPair(location, old, new, self.inclusion)
            if old and new:
                yield from self._objects(location, old.properties, new.properties)

    def _location(self, owner: Owner, old: _Spanned | None, new: _Spanned | None) -> Location:
        span = new.span if new else None
        return Location(owner, (), span or self.new.span, old.span if old else None)

    # --- parts ---------------------------------------------------------------------------

    def _objects(self, location: Location, old: m.Object, new: m.Object) -> Iterator[Pair]:
        both = ObjectPair(location, old, new, needed(old).keys(), needed(new).keys())
        yield both
        moved = both.needed_before ^ both.needed_now
        for was, now, why in match(old.properties, new.properties):
            name = _name(was, now)
            if was and now and alike(was, now) and name not in moved:
                continue
            inner = location.at(name, now.span if now else None, was.span if was else None)
            yield PropertyPair(inner, was, now, both, self.inclusion, why)
            if was and now:
                yield from self._values(inner, was.value, now.value)
        if old.additional is not None and new.additional is not None:
            yield from self._values(location.at(REST), old.additional, new.additional)

    def _values(self, location: Location, old: m.Value, new: m.Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        match one, two:
            case m.Ref(), m.Ref() if self._same.get(one.name) == two.name:
                self._use(two.name, location)
                yield self._shared(location, old, new, one, two)
                return
        if isinstance(one, m.Ref) or isinstance(two, m.Ref):
            one = resolved(one, self._here)
            two = resolved(two, self._there)
            key = (location.owner, id(one), id(two))
            if key in self._unfolded:
                return
            self._unfolded.add(key)
        yield from self._types(location, m.Value(one, old.nullable), m.Value(two, new.nullable))

    def _shared(
        self, location: Location, old: m.Value, new: m.Value, one: m.Ref, two: m.Ref
    ) -> ValuePair:
        """Both refer to one definition: about null, only what they say themselves counts here."""
        inherited = (
            old.nullable == self._here[one.name].value.nullable
            and new.nullable == self._there[two.name].value.nullable
        )
        same = m.Value(old.type, new.nullable if inherited else old.nullable)
        return ValuePair(location, same, new, self.inclusion, shared=True)

    def _types(self, location: Location, old: m.Value, new: m.Value) -> Iterator[Pair]:
        one, two = old.type, new.type
        if isinstance(one, m.Union) or isinstance(two, m.Union):
            yield from self._unions(location, old, new)
        elif kind_of(one) != kind_of(two):
            pair = ValuePair(location, old, new, self.inclusion, False, (one,), (two,))
            if isinstance(one, m.Number) and isinstance(two, m.Number):
                yield from self._numbers(pair, one, two)
            else:
                yield pair
        else:
            yield ValuePair(location, old, new, self.inclusion)
            if isinstance(one, m.Object) and isinstance(two, m.Object):
                yield from self._objects(location, one, two)
            elif isinstance(one, m.Array) and isinstance(two, m.Array):
                yield from self._values(location.at(ITEMS), one.items, two.items)

    def _numbers(self, pair: ValuePair, one: m.Number, two: m.Number) -> Iterator[Pair]:
        """An integer and a number: any further difference becomes a pair of its own."""
        if not (pair.narrowed and pair.widened):
            yield pair
            return
        bare = m.Number(one.integer), m.Number(two.integer)
        old, new = m.Value(bare[0], pair.old.nullable), m.Value(bare[1], pair.new.nullable)
        yield replace(pair, old=old, new=new, old_left=bare[:1], new_left=bare[1:])
        first, second = (m.Value(replace(each, integer=False)) for each in (one, two))
        yield ValuePair(pair.location, first, second, self.inclusion)

    # --- unions --------------------------------------------------------------------------

    def _unions(self, location: Location, old: m.Value, new: m.Value) -> Iterator[Pair]:
        """Alternatives that match are compared one by one, the others against the whole."""
        here, there = self._here, self._there
        whole = is_whole(old.type, here) or is_whole(new.type, there)
        both = [*members(old.type)], [*members(new.type)]
        matching = Matching(*both, here, there, self._same)
        left = (tuple(matching.old), tuple(matching.new))
        left = ((old.type,), (new.type,)) if whole else left
        yield ValuePair(location, old, new, self.inclusion, False, *left)
        for name in (name for type_ in left[1] for name in references(type_)):
            self._use(name, location)
        for one, two in matching.pairs:
            if not whole or isinstance(one, m.Ref):
                yield from self._values(location, m.Value(one), m.Value(two))

    def _use(self, name: str, location: Location) -> None:
        self.users.setdefault(name, {})[location] = None


_Spanned: TypeAlias = m.Plan | m.Event | m.Call | m.Definition
_Named: TypeAlias = m.Event | m.Definition | m.Property


def _name(old: _Named | None, new: _Named | None) -> str:
    """The name that a part has now, or had."""
    named = new or old
    assert named
    return named.name


def _calls(plan: m.Plan) -> dict[str, m.Call]:
    return plan.calls | ({"common": m.Call(plan.common)} if plan.common else {})
