"""Numbers and counts as intervals: which of two is within the other, and whether they meet;
and the constraints of two types of one kind, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from ..plan.model import Array, Number, Object, String, Type
from ..plan.values import is_multiple

Bound: TypeAlias = "int | float | None"


class Interval(NamedTuple):
    """From ``low`` to ``high`` (None: without end); an ``open`` end does not belong to it."""

    low: Bound = None
    high: Bound = None
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def starts_within(self, other: Interval) -> bool:
        """Whether it begins no sooner than ``other``."""
        if other.low is None or self.low is None:
            return other.low is None
        return self.low > other.low or (
            self.low == other.low and (self.open_low or not other.open_low)
        )

    def ends_within(self, other: Interval) -> bool:
        """Whether it ends no later than ``other``."""
        if other.high is None or self.high is None:
            return other.high is None
        return self.high < other.high or (
            self.high == other.high and (self.open_high or not other.open_high)
        )

    def within(self, other: Interval) -> bool:
        """Whether all of it is in ``other``."""
        return self.empty or (self.starts_within(other) and self.ends_within(other))

    def apart(self, other: Interval) -> bool:
        """Whether nothing is in both."""
        return self._before(other) or other._before(self) or self.empty or other.empty

    def _before(self, other: Interval) -> bool:
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (
            self.high == other.low and (self.open_high or other.open_low)
        )


def of_number(number: Number) -> Interval:
    """The numbers that the bounds allow; those of whole numbers are whole."""
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


def of_length(string: String) -> Interval:
    """The lengths that a text may have."""
    return Interval(string.min_length or 0, string.max_length)


def of_items(array: Array) -> Interval:
    """How many items an array may have."""
    return Interval(array.min_items or 0, array.max_items)


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
    """Whether every multiple that ``narrow`` allows is one that ``wide`` does."""
    if wide.integer and not whole(narrow):
        return False
    if wide.multiple_of is None:
        return True
    if narrow.multiple_of is not None and is_multiple(narrow.multiple_of, wide.multiple_of):
        return True
    return narrow.integer and is_multiple(1, wide.multiple_of)


class Difference(NamedTuple):
    """A constraint that is not what it was: as the plan writes it (``minimum: 0``), "" for none.

    ``tighter``: something that was valid is not; ``looser``: something is that was not.
    """

    old: str
    new: str
    tighter: bool
    looser: bool

    def __str__(self) -> str:
        if not self.old:
            return f"has `{self.new}` now"
        if not self.new:
            return f"has no `{self.old}` any more"
        return f"has `{self.new}`, where it had `{self.old}`"


def differences(old: Type, new: Type) -> Iterator[Difference]:
    """Those between two types of one kind, what they hold inside aside."""
    match old, new:
        case Number(), Number():
            numbers = of_number(old), of_number(new)
            yield from _ends(*numbers, "minimum", "maximum")
            yield from _steps(old, new)
        case String(), String():
            lengths = of_length(old), of_length(new)
            yield from _ends(*lengths, "minLength", "maxLength")
            yield from _patterns(old, new)
            if old.format != new.format:
                formats = _said("format", old.format), _said("format", new.format)
                yield Difference(*formats, new.format is not None, old.format is not None)
        case Array(), Array():
            counts = of_items(old), of_items(new)
            yield from _ends(*counts, "minItems", "maxItems")
            if old.unique_items != new.unique_items:
                was, now = ("uniqueItems: true" * each.unique_items for each in (old, new))
                yield Difference(was, now, new.unique_items, old.unique_items)
        case Object(), Object():
            one, two = (Interval(o.min_properties or 0, o.max_properties) for o in (old, new))
            yield from _ends(one, two, "minProperties", "maxProperties")


def _ends(old: Interval, new: Interval, low: str, high: str) -> Iterator[Difference]:
    """Both ends.  No count is below 0, so for counts a low end of 0 says nothing."""
    counted = low != "minimum"
    tighter, looser = not old.starts_within(new), not new.starts_within(old)
    if tighter or looser:
        was, now = (
            _bound(low, None if counted and each.low == 0 else each.low, each.open_low)
            for each in (old, new)
        )
        yield Difference(was, now, tighter, looser)
    tighter, looser = not old.ends_within(new), not new.ends_within(old)
    if tighter or looser:
        was, now = (_bound(high, each.high, each.open_high) for each in (old, new))
        yield Difference(was, now, tighter, looser)


def _bound(keyword: str, bound: Bound, exclusive: bool) -> str:
    return _said(f"exclusive{keyword.capitalize()}" if exclusive else keyword, bound)


def _steps(old: Number, new: Number) -> Iterator[Difference]:
    tighter, looser = not steps_within(old, new), not steps_within(new, old)
    if tighter or looser:
        was, now = (_said("multipleOf", each.multiple_of) for each in (old, new))
        yield Difference(was, now, tighter, looser)


def _patterns(old: String, new: String) -> Iterator[Difference]:
    gone = [each for each in old.patterns if each not in new.patterns]
    come = [each for each in new.patterns if each not in old.patterns]
    if gone or come:
        was, now = (_said("pattern", " and ".join(each) or None) for each in (gone, come))
        yield Difference(was, now, bool(come), bool(gone))


def _said(keyword: str, value: object) -> str:
    return "" if value is None else f"{keyword}: {value}"
