"""Texts that stood in one place: which formats all of them have, which few values recur."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from ...plan.formats import conforms

MAX_VALUES: Final = 20
"""Different values that are told apart; a place with more is no choice among few."""

LONGEST: Final = 40
"""Characters of a value that may be one of few."""

Check: TypeAlias = Callable[[str], object]

_URI_PART: Final = r"(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})"
_PATTERNS: Final = {
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "date": r"\d{4}-\d\d-\d\d",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "email": r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+",
    "uri": rf"[a-z][a-z0-9+.-]*://[\w.-]+(:\d+)?(/{_URI_PART}*)?(\?(?:{_URI_PART}|\?)*)?"
    rf"(#(?:{_URI_PART}|\?)*)?",
    "ipv4": r"\d{1,3}(\.\d{1,3}){3}",
    "ipv6": r"[0-9a-f:]*:[0-9a-f:.]*",
    "number": r"[+-]?\d+([.,]\d+)?",
}
"""Narrower than the validators' own checks, which must hold as well: what is inferred is
meant, not merely possible.  "number" is a number that was written as text."""


def _check(name: str, pattern: str) -> Check:
    fits = re.compile(pattern, re.ASCII | re.IGNORECASE).fullmatch
    return lambda text: fits(text) and conforms(text, name)


_CHECKS: Final = {name: _check(name, pattern) for name, pattern in _PATTERNS.items()}
_is_email: Final = _CHECKS["email"]
_is_phone: Final = re.compile(r"\+\d[\d ().-]{6,20}\d").fullmatch


class Texts:
    """The texts of one place.

    ``values`` counts each while they are few and short, else it is None; ``formats`` are
    those that every text so far has.
    """

    __slots__ = ("count", "emails", "formats", "phones", "values")

    def __init__(self) -> None:
        self.count = self.emails = self.phones = 0
        self.values: dict[str, int] | None = {}
        self.formats = _CHECKS

    def see(self, text: str) -> None:
        """Count one more."""
        self.count += 1
        if "@" in text and _is_email(text):
            self.emails += 1
        elif text[:1] == "+" and _is_phone(text):
            self.phones += 1
        values = self.values
        if values is not None:
            if text in values:
                values[text] += 1
                return  # its formats are known
            self._count_new(text)
        for check in self.formats.values():
            if not check(text):
                self.formats = {k: c for k, c in self.formats.items() if c(text)}
                break

    def _count_new(self, text: str, times: int = 1) -> None:
        if self.values is None:
            return
        if len(self.values) < MAX_VALUES and len(text) <= LONGEST and text.isprintable():
            self.values[text] = times
        else:
            self.values = None

    def merge(self, other: Texts) -> None:
        """Count those of another place as well."""
        self.count += other.count
        self.emails += other.emails
        self.phones += other.phones
        self.formats = {k: c for k, c in self.formats.items() if k in other.formats}
        if other.values is None:
            self.values = None
        for text, times in (other.values or {}).items():
            if self.values is not None and text in self.values:
                self.values[text] += times
            else:
                self._count_new(text, times)
