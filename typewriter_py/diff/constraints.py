"""What two types of one kind say of their values, constraint by constraint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..plan.model import Array, Number, Object, String, Type
from . import intervals
from .intervals import Interval


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
            numbers = intervals.of_number(old), intervals.of_number(new)
            yield from _ends(*numbers, "minimum", "maximum")
            yield from _steps(old, new)
        case String(), String():
            lengths = intervals.of_length(old), intervals.of_length(new)
            yield from _ends(*lengths, "minLength", "maxLength")
            yield from _patterns(old, new)
            if old.format != new.format:
                formats = _said("format", old.format), _said("format", new.format)
                yield Difference(*formats, new.format is not None, old.format is not None)
        case Array(), Array():
            counts = intervals.of_items(old), intervals.of_items(new)
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


def _bound(keyword: str, bound: intervals.Bound, exclusive: bool) -> str:
    return _said(f"exclusive{keyword.capitalize()}" if exclusive else keyword, bound)


def _steps(old: Number, new: Number) -> Iterator[Difference]:
    tighter, looser = not intervals.steps_within(old, new), not intervals.steps_within(new, old)
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
