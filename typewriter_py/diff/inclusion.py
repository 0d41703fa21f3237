"""Whether every value that one plan allows somewhere, another allows there too.

The core of the comparison: what it affirms is certain, and if it cannot tell, it denies.  It is
exact for what plans consist of; it denies more than necessary if a whole is within a union but
not within any single member of it, and two patterns are only compared for equality.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..plan import model as m
from ..plan.queries import children
from ..plan.rules import Checks
from .candidates import Candidates
from .intervals import Interval, interval, of_keys, steps_within
from .shapes import Keys, is_nothing, needed, resolved, value_of

_EVERYTHING: Final = m.Union((m.Boolean(), m.Number(), m.String(), m.Array(m.ANYTHING), m.OPEN))
"""``AnyType``, kind by kind."""

_BOTH: Final = m.Enum((True, False))
_PARTED: Final = (m.Object, m.Array, m.Union)


@dataclass(slots=True)
class _Proofs:
    """What is assumed, so that recursive types terminate, and what is known, so that no two
    types are compared twice.

    A value is finite and references lead into properties or items, so what is being proven
    may be assumed for the values further in (coinduction).  If a proof fails, all that was
    proven since it began may depend on it, and is forgotten.
    """

    granted: dict[tuple[int, int], None] = field(default_factory=dict)
    failed: set[tuple[int, int]] = field(default_factory=set)


class Inclusion:
    """Compares types of one plan (``narrow``) with those of another (``wide``).

    Types are known by identity, so both plans must live as long as it does.
    """

    def __init__(
        self, narrow: Definitions, wide: Definitions, reverse: Inclusion | None = None
    ) -> None:
        self._narrow = narrow
        self._wide = wide
        self._proofs: _Proofs = reverse._proofs if reverse else _Proofs()
        self.reverse: Inclusion = reverse or Inclusion(wide, narrow, self)

    def holds(self, narrow: m.Value, wide: m.Value) -> bool:
        """Whether ``wide`` allows everything that ``narrow`` does."""
        return (wide.nullable or not narrow.nullable) and self.of_type(narrow.type, wide.type)

    def of_type(self, narrow: m.Type, wide: m.Type) -> bool:
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

    def _known(self, narrow: m.Type, wide: m.Type) -> bool:
        """``of_type`` for two types that are not references."""
        if isinstance(wide, m.AnyType) or is_nothing(narrow):
            return True
        match narrow:
            case m.AnyType():
                return self._known(_EVERYTHING, wide)
            case m.Union():
                return self._alternatives(narrow, wide)
            case m.Enum(values):
                return all(map(self._wide.checker(wide), values))
            case m.Boolean() if not isinstance(wide, m.Boolean):
                return self._known(_BOTH, wide)
        if isinstance(wide, m.Union):
            return self._one_of(narrow, wide)
        match narrow, wide:
            case m.Boolean(), m.Boolean():
                return True
            case m.Number(), m.Number():
                bounds = interval(narrow).within(interval(wide))
                return bounds and steps_within(narrow, wide)
            case m.String(), m.String():
                lengths = interval(narrow).within(interval(wide))
                patterns = set(wide.patterns) <= set(narrow.patterns)
                return lengths and patterns and wide.format in (None, narrow.format)
            case m.Array(), m.Array():
                return self._arrays(narrow, wide)
            case m.Object(), m.Object():
                return self._objects(narrow, wide)
        return False

    # --- unions --------------------------------------------------------------------------

    def _alternatives(self, narrow: m.Union, wide: m.Type) -> bool:
        """Each of the alternatives is within ``wide``, or all are within one of its own; or
        both have equal alternatives."""
        if all(self.of_type(member, wide) for member in narrow.members):
            return True
        if not isinstance(wide, m.Union):
            return False
        if self._one_of(narrow, wide):
            return True
        exclusive = narrow.exclusive and wide.exclusive
        if not exclusive or len(narrow.members) != len(wide.members):
            return False
        taken: set[int] = set()
        for member in narrow.members:
            near = self._wide.candidates(wide).of(member, self._narrow)
            twins = (i for i in near if i not in taken and self._equal(member, wide.members[i]))
            twin = next(twins, None)
            if twin is None:
                return False
            taken.add(twin)
        return True

    def _equal(self, narrow: m.Type, wide: m.Type) -> bool:
        return self.of_type(narrow, wide) and self.reverse.of_type(wide, narrow)

    def _one_of(self, narrow: m.Type, wide: m.Union) -> bool:
        """Some member allows all of ``narrow``; for ``oneOf`` no other allows any of it."""
        near = self._wide.candidates(wide).of(narrow, self._narrow)
        for index in near:
            if self.of_type(narrow, wide.members[index]) and not (
                wide.exclusive
                and any(
                    not apart(narrow, self._narrow, wide.members[other], self._wide)
                    for other in near
                    if other != index
                )
            ):
                return True
        return False

    # --- what has parts ------------------------------------------------------------------

    def _arrays(self, narrow: m.Array, wide: m.Array) -> bool:
        counts = interval(narrow)
        distinct = narrow.unique_items or (counts.high is not None and counts.high <= 1)
        return (
            counts.within(interval(wide))
            and (distinct or not wide.unique_items)
            and (counts.high == 0 or self.holds(narrow.items, wide.items))
        )

    def _objects(self, narrow: m.Object, wide: m.Object) -> bool:
        must = needed(narrow)
        allowed = Interval(wide.min_properties or 0, wide.max_properties)
        if not needed(wide).keys() <= must.keys() or not of_keys(narrow, len(must)).within(allowed):
            return False
        mine = {each.name: each.value for each in narrow.properties}
        theirs = {each.name: each.value for each in wide.properties}
        for name, value in mine.items():
            if not self._key(value, theirs.get(name, wide.additional)):
                return False
        rest = narrow.additional
        if rest is None:
            return True
        undeclared = [theirs[name] for name in theirs if name not in mine]
        return all(self._key(rest, other) for other in (*undeclared, wide.additional))

    def _key(self, narrow: m.Value, wide: m.Value | None) -> bool:
        """The values of one key; if ``wide`` has no such key, there must be none."""
        if wide is None:
            return not narrow.nullable and is_nothing(resolved(narrow.type, self._narrow))
        return self.holds(narrow, wide)


class Definitions(dict[str, m.Definition]):
    """Those of one plan, by name, and a checker of values of types that refer to them."""

    def __init__(self, known: Mapping[str, m.Definition]) -> None:
        super().__init__(known)
        self._checks = Checks(lambda name: self[name].value)
        # By the type's identity; kept with the type, to keep it alive.
        self._known: dict[int, tuple[m.Type, Callable[[m.Json], bool]]] = {}
        self._indexed: dict[int, tuple[m.Union, Candidates]] = {}
        self._keys: dict[int, tuple[m.Object, Keys]] = {}

    def checker(self, type_: m.Type) -> Callable[[m.Json], bool]:
        """A function that says whether a value, which is not null, is of the type."""
        known = self._known.get(id(type_))
        if known is None:
            known = self._known[id(type_)] = type_, self._checks.of(m.Value(type_))
        return known[1]

    def candidates(self, union: m.Union) -> Candidates:
        """An index of the alternatives of a union."""
        known = self._indexed.get(id(union))
        if known is None:
            known = self._indexed[id(union)] = union, Candidates(union.members, self)
        return known[1]

    def keys_of(self, shape: m.Object) -> Keys:
        """The keys of an object, which may have thousands."""
        known = self._keys.get(id(shape))
        if known is None:
            known = self._keys[id(shape)] = shape, Keys(shape)
        return known[1]


_DEEPEST: Final = 6
"""Levels of two types that are compared; what tells members apart is near the top."""


def apart(
    one: m.Type, of_one: Definitions, two: m.Type, of_two: Definitions, depth: int = _DEEPEST
) -> bool:
    """Whether no value (null aside) is of both; ``of_…`` are the definitions of each."""
    one, two = resolved(one, of_one), resolved(two, of_two)
    if depth == 0:
        return False
    if isinstance(one, m.Union):
        return all(apart(member, of_one, two, of_two, depth - 1) for member in one.members)
    if isinstance(two, m.Union):
        return all(apart(one, of_one, member, of_two, depth - 1) for member in two.members)
    if isinstance(one, m.Enum):
        return not any(map(of_two.checker(two), one.values))
    if isinstance(two, m.Enum):
        return not any(map(of_one.checker(one), two.values))
    if isinstance(one, m.AnyType) or isinstance(two, m.AnyType):
        return False
    if type(one) is not type(two):
        return True
    match one, two:
        case m.Number() | m.String() | m.Array(), m.Number() | m.String() | m.Array():
            return interval(one).apart(interval(two))
        case m.Object(), m.Object():
            return _objects(one, of_one, two, of_two, depth) or _objects(
                two, of_two, one, of_one, depth
            )
    return False


def _objects(
    one: m.Object, of_one: Definitions, two: m.Object, of_two: Definitions, depth: int
) -> bool:
    """Whether a key that ``one`` must have excludes its values from ``two``."""
    for name in needed(one):
        here, there = value_of(one, name), value_of(two, name)
        if here is None or there is None:
            return True
        nulls = here.nullable and there.nullable
        if not nulls and apart(here.type, of_one, there.type, of_two, depth - 1):
            return True
    return False


def alike(old: m.Property, new: m.Property) -> bool:
    """Whether it is certain that nothing has changed, which is true of most: a fast path."""
    return old == new and _says_plain(new) and _is_plain_type(new.value.type)


def _says_plain(property: m.Property) -> bool:
    """Whether its values are equal in JSON, where 1 is not true, if they are in Python."""
    texts = (property.default, property.const, *property.examples)
    return all(each is m.ABSENT or type(each) is str for each in texts)


def _is_plain_type(type_: m.Type) -> bool:
    match type_:
        case m.Ref():
            return False
        case m.Enum(values):
            return all(type(value) is str for value in values)
        case m.Object() if not all(map(_says_plain, type_.properties)):
            return False
    return all(map(_is_plain_type, children(type_)))
