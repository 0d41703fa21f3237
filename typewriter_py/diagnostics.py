"""Diagnostics of a user's input: a location, a code, a message and how to fix it.

A user's mistake is a value, never an exception: stages return their diagnostics along with
their result, and ``cli`` sorts and prints them.  This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from inspect import cleandoc
from typing import NamedTuple


class Severity(Enum):
    """How bad a diagnostic is; only errors fail a run (warnings do under ``--strict``)."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Span(NamedTuple):
    """A range within one line of one file.

    ``line`` and ``column`` count from 1, ``length`` counts characters and is at least 1; a
    range of several lines is cut at the end of the first.
    """

    file: str
    line: int = 1
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of diagnostic.  Its number never changes and is never reused.

    ``text`` explains what it is and why it matters, as Markdown; ``bad`` and ``good`` are
    examples in ``language`` of what is reported and what to write instead.
    """

    number: str
    name: str
    text: str = field(compare=False)
    severity: Severity = Severity.ERROR
    bad: str = field(default="", compare=False)
    good: str = field(default="", compare=False)
    language: str = field(default="yaml", compare=False)

    @property
    def doc(self) -> str:
        """What ``typewriter explain`` prints, as Markdown."""
        blocks = [cleandoc(self.text)]
        for title, example in (("Bad", self.bad), ("Good", self.good)):
            if example:
                blocks += [f"{title}:", f"```{self.language}\n{cleandoc(example)}\n```"]
        return "\n\n".join(blocks) + "\n"

    def at(
        self,
        span: Span | None,
        message: str,
        *,
        help: str | None = None,
        related: tuple[tuple[Span, str], ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """A diagnostic of this kind at ``span`` (None if it has no location in any file)."""
        return Diagnostic(self, message, span, help, related, fix=fix)

    def graded(self, severity: Severity) -> Code:
        """The same kind with another severity."""
        return self if severity is self.severity else replace(self, severity=severity)


class Fix(NamedTuple):
    """What is certainly meant: ``text``, in place of ``length`` characters from there on.

    ``line`` and ``column`` count from 1; a ``length`` of 0 inserts the text.  Without a text,
    what is written there belongs in quotes.
    """

    file: str
    line: int
    column: int
    length: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about the user's input.

    ``related`` lists other locations involved, each with a short note ("first defined
    here").  ``owner`` is what the diagnostic belongs to, where that is known: the location of
    the name of an event, property or definition.  ``fix`` is a change that mends it, where there
    is no doubt about what is meant.
    """

    kind: Code
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    owner: Span | None = field(default=None, compare=False, repr=False)
    fix: Fix | None = field(default=None, compare=False, repr=False)

    @property
    def code(self) -> str:
        """The number of its kind, such as ``TW110``."""
        return self.kind.number

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.kind.severity

    @property
    def file(self) -> str | None:
        """The file it is about, as its span names it."""
        return self.span.file if self.span else None


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by location, then code; exact duplicates removed."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span or Span(""), d.code, d.message)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
