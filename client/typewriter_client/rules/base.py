"""What every rule is: a description of values, which is compiled before it is used.

A message is checked in two passes.  ``compile`` makes of a rule a function that says
whether a value fits, and no more: it builds no path and stops at the first thing that is
wrong.  ``explain`` says what is wrong, and where, with a message that did not fit.

Functions are of two kinds.  Most take the value alone.  Those of rules that reach a
recursive definition, or alternatives of alternatives, also take how many steps from the top
of the message it stands, and what is known already of such values: each is checked once,
whatever alternatives it stands in, so that time grows with the message and not with the
ways to read it.
"""

# What is checked may be anything, so that of a dict or a list the contents are unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, ClassVar, NamedTuple, Optional

from .report import Path, Report

if TYPE_CHECKING:
    from .definitions import Definitions

Test = Callable[..., bool]
"""Says whether a value fits: of the value, or of it, how deep it stands and what is known."""


class Check(NamedTuple):
    """A compiled rule: a test, of the second kind if ``deep``.

    All direct instances of the class ``exact`` fit, which is faster to see.
    """

    test: Test
    exact: Optional[type] = None
    deep: bool = False

    def as_deep(self) -> Test:
        """The test as one of the second kind, whichever it is."""
        test = self.test
        return test if self.deep else lambda value, depth, known: test(value)

    def fits(self, value: object, depth: int) -> bool:
        """Whether the value fits that stands that many steps from the top."""
        try:
            return self.test(value, depth, {}) if self.deep else self.test(value)
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return False


def passes(value: object) -> bool:
    """Anything fits."""
    return True


class Rule:
    """What a value may be; this one says any but null."""

    __slots__ = ("_check", "_definitions", "_hides")

    name = "any"  # of the type, as Segment spells JSON's
    personal: ClassVar[bool] = False  # a value is somebody's, and never shown
    branches: ClassVar[bool] = False  # a value can be read in several ways
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
        """Report what is wrong, if anything is; ``null``: null would be right as well.

        The rule is compiled.
        """
        if not self._check.fits(value, len(path)):
            self.tell(value, path, self.shown(report), null)

    def explain_at(
        self, value: Any, path: Path, step: str | int, report: Report
    ) -> None:
        """The same of a value that stands at a step from another one."""
        if not report.is_full and not self._check.fits(value, len(path) + 1):
            self.explain(value, (*path, step), report)

    def compile(self, definitions: Definitions) -> Check:
        """A function of the rule."""
        return Check(lambda value: value is not None)

    def tell(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report a value that does not fit."""
        report.wrong_type(path, value, "any value but null")

    def parts(self) -> Iterable[Rule]:
        """The rules that it is made of."""
        return ()

    def shown(self, report: Report) -> Report:
        """The report that hides the whole value where something in it is personal."""
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
