"""The base class of rules: descriptions of values, which are compiled before use.

A message is checked in two passes.  ``compile`` turns a rule into a function that only
returns whether a value fits: it builds no paths and stops at the first mismatch.
``explain`` reports what is wrong, and where, in a message that did not fit.

There are two kinds of functions.  Most take only the value.  Those of rules that reach a
recursive definition, or nested alternatives, also take the depth of the value in the message
and a cache of the results for such values: each is checked once, in however many
alternatives it occurs, so that time grows with the message, not with the ways to read it.
"""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, ClassVar, NamedTuple, Optional

from .report import Path, Report

if TYPE_CHECKING:
    from .definitions import Definitions

Test = Callable[..., bool]
"""Returns whether a value fits; takes the value or, if deep, value, depth and cache."""


class Check(NamedTuple):
    """A compiled rule: a test, of the second kind if ``deep``.

    All direct instances of the class ``exact`` fit, which is faster to check.
    """

    test: Test
    exact: Optional[type] = None
    deep: bool = False

    def as_deep(self) -> Test:
        """The test as one of the second kind, whichever kind it is."""
        test = self.test
        return test if self.deep else lambda value, depth, known: test(value)

    def fits(self, value: object, depth: int) -> bool:
        """Whether the value, which is that many steps from the top, fits."""
        try:
            return self.test(value, depth, {}) if self.deep else self.test(value)
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return False


def passes(value: object) -> bool:
    """Anything fits."""
    return True


class Rule:
    """A rule for values; this one accepts any value except null."""

    __slots__ = ("_check", "_definitions", "_hides")

    name = "any"  # of the JSON type, as Segment spells it
    personal: ClassVar[bool] = False  # whether values are personal and never shown
    branches: ClassVar[bool] = False  # whether a value can be read in several ways
    _check: Check
    _definitions: Definitions
    _hides: bool

    def check(self, definitions: Definitions) -> Check:
        """The rule compiled, once, for a package with these definitions."""
        try:
            return self._check
        except AttributeError:
            self._definitions = definitions
            self._check = self.compile(definitions)
            return self._check

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report what is wrong, if anything; ``null``: null would be valid, too.

        The rule must be compiled.
        """
        if not self._check.fits(value, len(path)):
            self.reject(value, path, self.shown(report), null)

    def explain_at(
        self, value: Any, path: Path, step: str | int, report: Report
    ) -> None:
        """The same for a value that is one step below the path."""
        if not report.is_full and not self._check.fits(value, len(path) + 1):
            self.explain(value, (*path, step), report)

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        return Check(lambda value: value is not None)

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a value that does not fit."""
        report.wrong_type(path, value, "any value but null")

    def parts(self) -> Iterable[Rule]:
        """The rules that it consists of."""
        return ()

    def shown(self, report: Report) -> Report:
        """The report, which hides the value if anything in it is personal."""
        try:
            hides = self._hides
        except AttributeError:
            inside = self._definitions.reached(self)
            hides = self._hides = any(each.personal for each in inside)
        return report.private if hides else report


def or_null(name: str, null: bool) -> str:
    """The expected type, as Segment spells it."""
    return f"[{name},null]" if null else name


def counted(number: int, noun: str) -> str:
    """``1 item``, ``2 items``, ``2 properties``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1] + 'ies' if noun.endswith('y') else noun + 's'}"
