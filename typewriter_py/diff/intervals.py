"""Numbers and counts as intervals: which of two is within the other, and whether they overlap;
and the differences between the constraints of two types of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, inf
from typing import NamedTuple, TypeAlias

from ..plan.model import Array, Number, Object, String, Type
from ..plan.values import describe, is_multiple

Bound: TypeAlias = "int | float | None"


class Interval(NamedTuple):
    """From ``low`` to ``high`` (None: unbounded); an ``open`` end is excluded."""

    low: Bound = None
    high: Bound = None
    open_low: bool = False
    open_high: bool = False

    @property
    def _start(self) -> tuple[float, bool]:
        return -inf if self.low is None else self.low, self.open_low

    @property
    def _end(self) -> tuple[float, bool]:
        return inf if self.high is None else self.high, not self.open_high

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return self._before(self)

    def starts_within(self, other: Interval) -> bool:
        """Whether it begins no earlier than ``other``."""
        return self._start >= other._start

    def ends_within(self, other: Interval) -> bool:
        """Whether it ends no later than ``other``."""
        return self._end <= other._end

    def within(self, other: Interval) -> bool:
        """Whether all of it is in ``other``."""
        return self.empty or (self.starts_within(other) and self.ends_within(other))

    def apart(self, other: Interval) -> bool:
        """Whether nothing is in both."""
        return self._before(other) or other._before(self) or self.empty or other.empty

    def _before(self, other: Interval) -> bool:
        (high, closed), (low, open) = self._end, other._start
        return high < low or (high == low and (open or not closed))


def interval(type_: Number | String | Array) -> Interval:
    """The numbers, lengths of strings or counts of items that a type allows."""
    match type_:
        case String(least, most) | Array(_, least, most):
            return Interval(least or 0, most)
        case Number():
            return _of_number(type_)


def _of_number(number: Number) -> Interval:
    """The numbers that the bounds allow; for integers the ends are integers."""
    low, open_low = number.minimum, False
    if number.exclusive_minimum is not None and (low is None or number.exclusive_minimum >= low):
        low, open_low = number.exclusive_minimum, True
    high, open_high = number.maximum, False
    if number.exclusive_maximum is not None and (high is None or number.exclusive_maximum <= high):
        high, open_high = number.exclusive_maximum, True
    if not number.integer:
        return Interval(low, high, open_low, open_high)
    if low is not None:
        low = floor(low) + 1 if open_low else ceil(low)
    if high is not None:
        high = ceil(high) - 1 if open_high else floor(high)
    return Interval(low, high)


def of_keys(shape: Object, needed: int) -> Interval:
    """How many keys an object may have, ``needed`` of them required by name."""
    most = shape.max_properties
    if shape.additional is None:
        declared = len(shape.properties)
        most = declared if most is None else min(most, declared)
    return Interval(max(shape.min_properties or 0, needed), most)


def whole(number: Number) -> bool:
    """Whether only whole numbers are allowed."""
    return number.integer or (number.multiple_of is not None and is_multiple(number.multiple_of, 1))


def steps_within(narrow: Number, wide: Number) -> bool:
    """Whether every multiple that ``narrow`` allows, ``wide`` allows too."""
    if wide.integer and not whole(narrow):
        return False
    if wide.multiple_of is None:
        return True
    if narrow.multiple_of is not None and is_multiple(narrow.multiple_of, wide.multiple_of):
        return True
    return narrow.integer and is_multiple(1, wide.multiple_of)


class Difference(NamedTuple):
    """A constraint that changed: as the plan has it (``minimum: 0``), "" if it has none.

    ``tighter``: something that was valid no longer is; ``looser``: something is that was not.
    """

    old: str
    new: str
    tighter: bool
    looser: bool

    def __str__(self) -> str:
        if not self.old:
            return f"now has `{self.new}`"
        if not self.new:
            return f"no longer has `{self.old}`"
        return f"changed from `{self.old}` to `{self.new}`"


def differences(old: Type, new: Type) -> Iterator[Difference]:
    """Those between two types of one kind, apart from what they contain."""
    match old, new:
        case Number(), Number():
            ends = _ends(interval(old), interval(new), "minimum", "maximum")
            found = [*ends, _steps(old, new)]
        case String(), String():
            ends = _ends(interval(old), interval(new), "minLength", "maxLength")
            found = [*ends, _patterns(old, new), _format(old, new)]
        case Array(), Array():
            ends = _ends(interval(old), interval(new), "minItems", "maxItems")
            was, now = ("uniqueItems: true" * each.unique_items for each in (old, new))
            found = [*ends, Difference(was, now, was < now, now < was)]
        case Object(), Object():
            one, two = (Interval(o.min_properties or 0, o.max_properties) for o in (old, new))
            found = _ends(one, two, "minProperties", "maxProperties")
        case _:
            found = []
    return (each for each in found if each.tighter or each.looser)


def _ends(old: Interval, new: Interval, low: str, high: str) -> list[Difference]:
    """Both ends.  No count is below 0, so for counts a lower end of 0 says nothing."""
    lows = [None if low != "minimum" and each.low == 0 else each.low for each in (old, new)]
    return [
        Difference(
            _bound(low, lows[0], old.open_low),
            _bound(low, lows[1], new.open_low),
            not old.starts_within(new),
            not new.starts_within(old),
        ),
        Difference(
            _bound(high, old.high, old.open_high),
            _bound(high, new.high, new.open_high),
            not old.ends_within(new),
            not new.ends_within(old),
        ),
    ]


def _bound(keyword: str, bound: Bound, exclusive: bool) -> str:
    name = f"exclusive{keyword.capitalize()}" if exclusive else keyword
    return _entry(name, None if bound is None else describe(bound))


def _steps(old: Number, new: Number) -> Difference:
    was, now = (_entry("multipleOf", each.multiple_of) for each in (old, new))
    return Difference(was, now, not steps_within(old, new), not steps_within(new, old))


def _patterns(old: String, new: String) -> Difference:
    gone = [each for each in old.patterns if each not in new.patterns]
    added = [each for each in new.patterns if each not in old.patterns]
    was, now = (_entry("pattern", " and ".join(each) or None) for each in (gone, added))
    return Difference(was, now, bool(added), bool(gone))


def _format(old: String, new: String) -> Difference:
    was, now = (_entry("format", each.format) for each in (old, new))
    changed = old.format != new.format
    return Difference(was, now, changed and bool(now), changed and bool(was))


def _entry(keyword: str, value: object) -> str:
    return "" if value is None else f"{keyword}: {value}"
