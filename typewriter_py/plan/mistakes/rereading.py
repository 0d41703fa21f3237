"""All mistakes of a plan at once: what is certainly meant is put right, and the plan read again.

A mistake can hide others: after an error of syntax nothing else is read, and `type:string` is
not a type that its constraints could contradict.  The plan on disk is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from ...diagnostics import Diagnostic, Fix, Severity, Span
from ...util import shortened
from .. import codes
from .meant import quoted
from .slips import in_line
from .yaml_errors import slip_at

MAX_READINGS: Final = 10
"""Readings of a plan; of mistakes of syntax, each hides the next one."""

_OF_SHAPE: Final = frozenset(
    (
        codes.NOT_A_PLAN,
        codes.UNKNOWN_KEY,
        codes.MISSING_KEY,
        codes.WRONG_TYPE,
        codes.INVALID_VALUE,
        codes.NOTHING_TO_DROP,
        codes.YAML_KEY,
    )
)
"""What a slip in the same line explains better."""


class Reread(NamedTuple):
    """All mistakes, at their locations in the files on disk, and the files that could be mended:
    their texts with all fixes made."""

    found: list[Diagnostic]
    mended: dict[str, str]


def all_mistakes(
    found: Iterable[Diagnostic],
    texts: Mapping[str, str],
    read: Callable[[Mapping[str, str]], Iterable[Diagnostic]],
) -> Reread:
    """What is wrong with a plan, given what is ``found`` in its files when read for the first time.

    ``texts`` are its files; ``read`` reads it again with others.
    """
    files = _Files(texts)
    told: dict[Diagnostic, None] = {}
    for _ in range(MAX_READINGS):
        found = list(dict.fromkeys(files.explained(each) for each in found))
        fresh = [each for each in found if each.fix and not files.is_consequence(each)]
        if not fresh:
            break
        told |= dict.fromkeys(map(files.original, fresh))
        files.apply(fresh)
        found = read(files.texts())
    rest = [files.explained(each) for each in found]
    kept = [files.original(each) for each in rest if not files.is_consequence(each)]
    doubtful = any(each.kind is codes.YAML_SYNTAX and files.is_consequence(each) for each in rest)
    return Reread([*told, *kept], {} if doubtful else files.mended())


class _Files:
    """The lines of a plan's files as they are put right, and what that moved."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._lines = {file: text.split("\n") for file, text in texts.items()}
        self._made: dict[tuple[str, int], list[Fix]] = {}
        self._told: dict[tuple[str, int], list[tuple[int, int]]] = {}

    def texts(self) -> dict[str, str]:
        """The files as they are now."""
        return {file: "\n".join(lines) for file, lines in self._lines.items()}

    def mended(self) -> dict[str, str]:
        """The texts of those that were changed, without the lines of which nothing is left."""
        return {
            file: "\n".join(
                line
                for number, line in enumerate(self._lines[file], 1)
                if line.strip() or (file, number) not in self._made
            )
            for file in {file for file, _ in self._made}
        }

    def explained(self, found: Diagnostic) -> Diagnostic:
        """The slip behind a diagnostic, if there is one, else the diagnostic with the text of its
        fix."""
        if found.span is None or found.severity is not Severity.ERROR:
            return replace(found, fix=None)
        lines, number = self._lines.get(found.span.file), found.span.line - 1
        if lines is None or number >= len(lines):
            return replace(found, fix=None)
        slip = in_line(lines[number]) if found.kind in _OF_SHAPE else None
        if slip is not None and (slip.text != "- " or "must be a list" in found.message):
            return slip_at(found.span.file, number, slip)
        fix = found.fix
        if fix is not None and fix.text is None:
            text = quoted(lines[number][fix.column - 1 : fix.column - 1 + fix.length])
            return replace(
                found, fix=fix._replace(text=text), help=f"put it in quotes: {shortened(text)}"
            )
        return found

    def is_consequence(self, found: Diagnostic) -> bool:
        """Whether a diagnostic is about something that has been put right already."""
        if found.span is None:
            return False
        column = self._unmoved(found.span).column
        ranges = self._told.get((found.span.file, found.span.line), ())
        return any(start <= column < end for start, end in ranges)

    def apply(self, fixed: list[Diagnostic]) -> None:
        """Make the changes, of those that overlap the last one alone."""
        fixes = []
        for each in fixed:
            if each.span is not None and each.fix is not None:
                fixes.append(each.fix)
                begin = self._unmoved(each.span._replace(column=each.fix.column)).column
                start = min(begin, self._unmoved(each.span).column)
                end = max(begin + each.fix.length, start + 1)
                self._told.setdefault(each.fix[:2], []).append((start, end))
        least: dict[tuple[str, int], int] = {}
        for fix in sorted(fixes, key=lambda each: each[:3], reverse=True):
            at, end = (fix.file, fix.line), fix.column - 1 + fix.length
            if end <= least.get(at, end):
                line = self._lines[fix.file][fix.line - 1]
                self._lines[fix.file][fix.line - 1] = (
                    line[: fix.column - 1] + (fix.text or "") + line[end:]
                )
                self._made.setdefault(at, []).append(fix)
                least[at] = fix.column - 1

    def original(self, found: Diagnostic) -> Diagnostic:
        """A diagnostic of the lines as they are now, at its location in the file on disk."""
        related = tuple((self._unmoved(span), note) for span, note in found.related)
        span = found.span and self._unmoved(found.span)
        return replace(found, span=span, related=related)

    def _unmoved(self, span: Span) -> Span:
        column = span.column
        for fix in reversed(self._made.get((span.file, span.line), ())):
            after = fix.column + len(fix.text or "")
            if column >= after:
                column += fix.length - len(fix.text or "")
            elif column > fix.column:
                column = fix.column
        return span._replace(column=column)
