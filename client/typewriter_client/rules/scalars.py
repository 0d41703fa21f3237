"""Rules for values without parts: strings, numbers, booleans, enums."""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Optional, Union

from .base import Check, Rule, Test, counted, or_null
from .formats import FORMATS, USUAL
from .json_types import identity, integer, is_multiple, is_plain, number
from .patterns import compiled
from .report import Path, Report

if TYPE_CHECKING:
    from .definitions import Definitions

Bound = Optional[Union[int, float]]

NOTHING = "nothing: no value is allowed"
_MANY = 8  # allowed values that a violation lists; more are only counted
_INFINITY = float("inf")


class Boolean(Rule):
    """true or false."""

    __slots__ = ()

    name = "boolean"

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        return _ANY_BOOLEAN

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a value that is neither."""
        report.wrong_type(path, value, or_null("boolean", null))


class Number(Rule):
    """A number or integer within bounds; a step is compared in decimal."""

    __slots__ = ("above", "below", "maximum", "minimum", "name", "step")

    def __init__(
        self,
        name: str,
        minimum: Bound = None,
        maximum: Bound = None,
        above: Bound = None,
        below: Bound = None,
        step: Decimal | None = None,
    ) -> None:
        self.name = name
        self.minimum, self.maximum = minimum, maximum
        self.above, self.below, self.step = above, below, step

    @property
    def is_unlimited(self) -> bool:
        """Whether every number fits."""
        limits = self.minimum, self.maximum, self.above, self.below, self.step
        return limits == (None,) * 5

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        whole = self.name == "integer"
        if self.is_unlimited:
            return _WHOLE if whole else _ANY_NUMBER
        read = integer if whole else number
        low = -_INFINITY if self.minimum is None else self.minimum
        high = _INFINITY if self.maximum is None else self.maximum
        above = -_INFINITY if self.above is None else self.above
        below = _INFINITY if self.below is None else self.below
        step = self.step

        usual = int if whole else float

        def is_from(value: Any) -> bool:
            if type(value) is usual:
                fits: bool = low <= value < below
                return fits
            amount = read(value)
            return amount is not None and low <= amount < below

        def is_within(value: Any) -> bool:
            amount = read(value)
            return amount is not None and (
                above < amount < below
                and low <= amount <= high
                and (step is None or is_multiple(amount, step))
            )

        simple = above < low and high == _INFINITY and step is None
        return Check(is_from if simple else is_within)

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a wrong type, or the first limit that the number exceeds."""
        whole = self.name == "integer"
        amount = (integer if whole else number)(value)
        if amount is None:
            report.wrong_type(path, value, or_null(self.name, null))
        else:
            report.out_of_range(self._limit(amount), path, value)

    def _limit(self, amount: float) -> str:
        if self.minimum is not None and amount < self.minimum:
            return f"be at least {self.minimum}"
        if self.above is not None and amount <= self.above:
            return f"be more than {self.above}"
        if self.maximum is not None and amount > self.maximum:
            return f"be at most {self.maximum}"
        if self.below is not None and amount >= self.below:
            return f"be less than {self.below}"
        return f"be a multiple of {self.step}"


class String(Rule):
    """A string with a limited length, patterns that are all found in it, and a format.

    A string of more than ``max_matched`` characters is not searched for the patterns, which
    could take too long, and does not fit.
    """

    __slots__ = ("format", "max_length", "max_matched", "min_length", "patterns")

    name = "string"

    def __init__(
        self,
        format: str | None = None,
        patterns: tuple[str, ...] = (),
        min_length: int | None = None,
        max_length: int | None = None,
        max_matched: int | None = None,
    ) -> None:
        self.format = format if format in FORMATS else None
        self.patterns = patterns
        self.min_length, self.max_length = min_length, max_length
        self.max_matched = max_matched

    @property
    def is_unlimited(self) -> bool:
        """Whether there are neither lengths nor patterns."""
        return not self.patterns and self.min_length is self.max_length is None

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        is_of_format = FORMATS.get(self.format or "")
        if self.is_unlimited:
            return self._of_format() if is_of_format else _ANY_STRING
        least = self.min_length or 0
        limits = [
            each for each in (self.max_length, self.max_matched) if each is not None
        ]
        most = min(limits, default=_INFINITY)
        tests: list[Callable[[str], object]] = [
            compiled(pattern).search for pattern in self.patterns
        ]
        if is_of_format is not None:
            tests.append(is_of_format)
        if not tests:
            return Check(_is_sized(least, most))
        if len(tests) == 1 and not least and most == _INFINITY:
            (has,) = tests
            return Check(lambda value: isinstance(value, str) and bool(has(value)))

        def test(value: Any) -> bool:
            if not isinstance(value, str) or not least <= len(value) <= most:
                return False
            for has in tests:
                if not has(value):
                    return False
            return True

        return Check(test)

    def _of_format(self) -> Check:
        is_of_format = FORMATS[self.format or ""]
        usual = USUAL.get(self.format or "")
        if usual is None:
            return Check(is_of_format)
        search = usual.compiled()
        return Check(
            lambda value: (
                (type(value) is str and search(value) is not None)
                or is_of_format(value)
            )
        )

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a wrong type, or the first constraint that the string does not meet."""
        if not isinstance(value, str):
            report.wrong_type(path, value, or_null("string", null))
        elif self.min_length is not None and len(value) < self.min_length:
            limit = f"have at least {counted(self.min_length, 'character')}"
            report.out_of_range(limit, path, value)
        elif self.max_length is not None and len(value) > self.max_length:
            limit = f"have at most {counted(self.max_length, 'character')}"
            report.out_of_range(limit, path, value)
        elif self.max_matched is not None and len(value) > self.max_matched:
            limit = f"have at most {counted(self.max_matched, 'character')}"
            reason = "a longer text is not matched with its pattern"
            report.out_of_range(f"{limit}: {reason}", path, value)
        else:
            for pattern in self.patterns:
                if compiled(pattern).search(value) is None:
                    report.no_pattern(pattern, path, value)
                    return
            report.wrong_format(path, value, self.format or "")


class Enum(Rule):
    """One of these values, compared as in JSON: 1 equals 1.0 but not true."""

    __slots__ = ("kinds", "values")

    name = "enum"

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.kinds = {type(each) for each in values}

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        if not self.values:
            return Check(lambda value: False)
        if self.kinds <= {str}:
            strings = frozenset(self.values)
            return Check(lambda value: isinstance(value, str) and value in strings)
        if self.kinds <= {int, float}:
            numbers = frozenset(self.values)
            return Check(lambda value: number(value) in numbers)
        allowed = {identity(each) for each in self.values if is_plain(each)}

        return Check(lambda value: is_plain(value) and identity(value) in allowed)

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a wrong type if all values are strings, else the allowed values."""
        if not self.values:
            report.no_match(NOTHING, path, value)
        elif self.kinds == {str} and not isinstance(value, str):
            report.wrong_type(path, value, or_null("string", null))
        else:
            alike = self.kinds == {str} or self.kinds <= {int, float}
            many = alike and len(self.values) > _MANY
            listed = tuple(dict.fromkeys(self.values)) if many else self.values
            report.not_listed(listed, path, value)


def _is_number(value: object) -> bool:
    if type(value) is float:
        return isfinite(value)
    return number(value) is not None


def _is_sized(least: int, most: float) -> Test:
    if not least:
        return lambda value: isinstance(value, str) and len(value) <= most
    return lambda value: isinstance(value, str) and least <= len(value) <= most


_ANY_BOOLEAN = Check(lambda value: isinstance(value, bool), bool)
_ANY_NUMBER = Check(_is_number, int)
_WHOLE = Check(lambda value: integer(value) is not None, int)
_ANY_STRING = Check(lambda value: isinstance(value, str), str)
