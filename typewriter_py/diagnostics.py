"""What the tool has to say about a user's input: a place, a code, a message and a way out.

A user's mistake is a value, never an exception: stages return their diagnostics beside
their result, ``cli`` sorts and prints them.  Nothing here imports anything of ours.
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
    """A stretch of one line of one file.

    ``line`` and ``column`` count from 1, ``length`` counts characters and is at least 1;
    what goes on over several lines is cut at the end of its first.
    """

    file: str
    line: int = 1
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of diagnostic.  Its number never changes and is never used again.

    ``text`` says what it is and why it matters, as Markdown; ``bad`` and ``good`` are an
    example of what is reported and of what to write instead, in ``language``.
    """

    number: str
    name: str
    text: str
    severity: Severity = Severity.ERROR
    bad: str = ""
    good: str = ""
    language: str = "yaml"

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
    ) -> Diagnostic:
        """A diagnostic of this kind at ``span`` (None: it has no place in any file)."""
        return Diagnostic(self, message, span, help, related)

    def graded(self, severity: Severity) -> Code:
        """The same kind, taken more or less seriously."""
        return self if severity is self.severity else replace(self, severity=severity)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to tell the user.

    ``related`` names other places that have to do with it, each with a few words
    ("first defined here").  ``bearer`` is what it is about, where that is known: the location
    of the name of an event, property or definition.
    """

    kind: Code
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    bearer: Span | None = field(default=None, compare=False, repr=False)

    @property
    def code(self) -> str:
        """The number of its kind, ``TW110``."""
        return self.kind.number

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.kind.severity

    @property
    def file(self) -> str | None:
        """The file that it is about, as its span names it."""
        return self.span.file if self.span else None


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, then code; exact repetitions removed."""
    unique = dict.fromkeys(diagnostics)
    nowhere = Span("")
    return tuple(sorted(unique, key=lambda d: (d.span or nowhere, d.code, d.message)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
