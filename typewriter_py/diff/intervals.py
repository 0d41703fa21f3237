"""Numbers and counts as intervals: which of two is within the other, and whether they meet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from ..plan.model import Array, Number, Object, String

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


def is_multiple(number: Decimal | int, step: Decimal | int) -> bool:
    """Exactly, in decimal."""
    return (Fraction(number) / Fraction(step)).denominator == 1
