"""Rules for arrays, and rules that wrap another one: nullable and personal values."""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .base import Check, Rule, Test, counted, or_null, passes
from .json_types import Known, is_unique
from .report import Path, Report

if TYPE_CHECKING:
    from .definitions import Definitions

_INFINITY = float("inf")


class Nullable(Rule):
    """A value that fits another rule, or null."""

    __slots__ = ("rule",)

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @property
    def is_anything(self) -> bool:
        """Whether every value fits."""
        return type(self.rule) is Rule

    def parts(self) -> Iterable[Rule]:
        """The other rule."""
        return (self.rule,)

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        if self.is_anything:
            return Check(passes)
        test, exact, deep = self.rule.check(definitions)
        if deep:
            return Check(
                lambda value, depth, known: value is None or test(value, depth, known),
                deep=True,
            )
        return Check(lambda value: value is None or test(value), exact)

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report what is wrong with a value that is not null."""
        if value is not None and not self.is_anything:
            self.rule.explain(value, path, report, True)


class Personal(Rule):
    """Another rule for a personal value, which no violation shows."""

    __slots__ = ("rule",)

    personal = True

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def parts(self) -> Iterable[Rule]:
        """The other rule."""
        return (self.rule,)

    def compile(self, definitions: Definitions) -> Check:
        """Compile the other rule."""
        return self.rule.check(definitions)

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report what is wrong, and hide the value."""
        self.rule.explain(value, path, report.private, null)


class Array(Rule):
    """A list whose items all fit one rule."""

    __slots__ = ("items", "max_items", "min_items", "unique_items")

    name = "array"

    def __init__(
        self,
        items: Rule,
        min_items: int | None = None,
        max_items: int | None = None,
        unique_items: bool = False,
    ) -> None:
        self.items = items
        self.min_items, self.max_items = min_items, max_items
        self.unique_items = unique_items

    @property
    def holds_anything(self) -> bool:
        """Whether an item may be anything."""
        return isinstance(self.items, Nullable) and self.items.is_anything

    def parts(self) -> Iterable[Rule]:
        """The rule for items."""
        return (self.items,)

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        test, exact, deep = self.items.check(definitions)
        least = self.min_items or 0
        most = _INFINITY if self.max_items is None else self.max_items
        unique, sized = self.unique_items, least > 0 or most < _INFINITY

        def is_array(value: Any) -> bool:
            if type(value) is not list and not isinstance(value, (list, tuple)):
                return False
            if sized and not least <= len(value) <= most:
                return False
            return not unique or is_unique(value)

        if test is passes:
            return Check(is_array)
        if deep:
            return Check(_items_deep(is_array, test), deep=True)
        return Check(_items(is_array if sized or unique else None, test, exact))

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report a wrong type, exceeded limits, and what is wrong with items."""
        if not isinstance(value, (list, tuple)):
            null = null and not isinstance(path[-1], int)  # for an array in an array
            self.shown(report).wrong_type(path, value, or_null("array", null))
            return
        limits = list(self._broken(value))
        for limit in limits[:1] if self.holds_anything else limits:
            self.shown(report).out_of_range(limit, path, value)
        for index, item in enumerate(value):
            self.items.explain_at(item, path, index, report)

    def _broken(self, value: Any) -> Iterator[str]:
        if self.min_items is not None and len(value) < self.min_items:
            yield f"have at least {counted(self.min_items, 'item')}"
        if self.max_items is not None and len(value) > self.max_items:
            yield f"have at most {counted(self.max_items, 'item')}"
        if self.unique_items and not is_unique(value):
            yield "not repeat an item"


def _items(is_array: Test | None, test: Test, exact: type | None) -> Test:
    """A test of an array's items and of its limits."""
    if exact is None:

        def of_items(value: Any) -> bool:
            if type(value) is not list and not isinstance(value, (list, tuple)):
                return False
            for item in value:
                if not test(item):
                    return False
            return is_array is None or is_array(value)

        return of_items

    fits_all = frozenset((exact,)).issuperset

    def of_exact_items(value: Any) -> bool:
        if type(value) is not list and not isinstance(value, (list, tuple)):
            return False
        if not fits_all(map(type, value)):
            for item in value:
                if not test(item):
                    return False
        return is_array is None or is_array(value)

    return of_exact_items


def _items_deep(is_array: Test, test: Test) -> Test:
    def of_items(value: Any, depth: int, known: Known) -> bool:
        if not is_array(value):
            return False
        depth += 1
        for item in value:
            if not test(item, depth, known):
                return False
        return True

    return of_items
