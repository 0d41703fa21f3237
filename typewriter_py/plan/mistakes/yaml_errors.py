"""The YAML parser's errors as diagnostics: where the mistake itself is, and what to write.

The parser reports where it could not go on, often far from the mistake, and in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import yaml

from ...diagnostics import Diagnostic, Fix, Span
from .. import codes
from ..source import Source
from . import misplaced, misquoted
from .slips import MAX_LINE, Failure, Found, Slip, in_line, odd_indentation


def complaint(error: yaml.YAMLError, source: Source) -> Diagnostic:
    """The parser's error as a diagnostic, with help for the usual mistakes."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(error, source)
    mark, lines = getattr(error, "problem_mark", None), source.lines
    problem = getattr(error, "problem", None) or str(error)
    line, column = source.position(mark) if mark else (0, 0)
    context = getattr(error, "context_mark", None)
    opened = source.position(context) if context else (line, column)
    if line >= len(lines) or not "".join(lines[line:])[column:].strip():
        # It was noticed at the end of the file; the location is where something was left open.
        line, column = opened
    line, opened = min(line, len(lines) - 1), (min(opened[0], len(lines) - 1), opened[1])
    found = _cause(Failure(lines, problem, line, min(column, len(lines[line])), opened))
    if found is not None:
        return slip_at(source.file, *found)
    span = Span(source.file, line + 1, min(column, len(lines[line])) + 1)
    plain, help = _in_plain_words(problem)
    return codes.YAML_SYNTAX.at(span, f"not YAML: {plain}", help=help)


def slip_at(file: str, line: int, slip: Slip) -> Diagnostic:
    """The diagnostic of a slip in a line, which is counted from 0."""
    at = slip.start if slip.at is None else slip.at
    span = Span(file, line + 1, at + 1, max(slip.start + slip.length - at, 1))
    fix = None
    if slip.text is not None:
        fix = Fix(file, line + 1, slip.start + 1, slip.length, slip.text)
    return codes.YAML_SYNTAX.at(span, slip.message, help=slip.help, fix=fix)


_FAR: Final = 1000
"""Lines above an error in which an invisible space is looked for."""


def _cause(error: Failure) -> Found | None:
    """The mistake behind an error; None if it is not one of the usual ones."""
    above = error.above(error.line)
    near = {error.line, error.opened[0], error.line if above is None else above}
    if any(len(error.lines[number]) > MAX_LINE for number in near):
        return None
    scanned = "could not find" in error.problem or "tab character" in error.problem
    first = [error.opened[0], error.line] if scanned else [error.line, error.opened[0]]
    if above is not None and (scanned or re.search("mapping values|',' or", error.problem)):
        first.append(above)
    for number in dict.fromkeys(first):
        slip = in_line(error.lines[number]) if number < len(error.lines) else None
        if slip is not None:
            return number, misplaced.in_context(error, number, slip)
    for number in range(error.line, max(error.line - _FAR, -1), -1):
        slip = in_line(error.lines[number]) if odd_indentation(error.lines[number]) else None
        if slip is not None:
            return number, slip
    for words, look in _LOOKS:
        if words in error.problem:
            for found in look(error):
                return found
    return None


_LOOKS: Final[tuple[tuple[str, Callable[[Failure], Iterator[Found]]], ...]] = (
    ("mapping values are not allowed", misplaced.colon),
    ("could not find expected ':'", misplaced.keyless),
    ("alphabetic or numeric", misquoted.indicator),
    ("cannot start any token", misquoted.indicator),
    ("not allowed in this context", misquoted.indicator),
    ("comment or line break", misquoted.indicator),
    ("node content", misquoted.indicator),
    ("expected key", misplaced.column),
    ("'-' indicator", misplaced.column),
    ("block end", misplaced.column),
    ("document start", misplaced.column),
    ("escape", misquoted.escape),
    ("hexdecimal", misquoted.escape),
    ("',' or", misquoted.bracket),
    ("unexpected end of stream", misquoted.open_quote),
)
"""Parts of the parser's messages, and where to look for the mistake."""


def _unprintable(error: Any, source: Source) -> Diagnostic:
    """A character that YAML does not allow; its location is searched for in the text."""
    found = re.search(_UNPRINTABLE, source.text)
    before = source.text[: found.start()] if found else ""
    line = before.count("\n")
    span = Span(source.file, line + 1, len(before) - (before.rfind("\n") + 1) + 1)
    character = f"U+{ord(found[0]):04X}" if found else "a control character"
    message = f"not YAML: {character} is not allowed in a YAML file"
    return codes.YAML_SYNTAX.at(span, message, help='remove it, or write it as an escape in "…"')


_UNPRINTABLE: Final = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"
_INDENTATION: Final = "check the indentation: the keys of a mapping must be in the same column"
_IN_QUOTES: Final = "remove it, or put the string in quotes, if it is part of it"
_PLAIN_WORDS: Final = (
    ("mapping values are not allowed", "a `:` is not allowed here",
     "quote strings that contain `: `, and check the indentation"),
    ("cannot start any token", "a value cannot begin with this character",
     "quote strings that begin with it"),
    ("alphabetic or numeric", "`&` and `*` must be followed by a name", _IN_QUOTES),
    ("non-alphabetical", "a line cannot begin with `%`", _IN_QUOTES),
    ("directive name", "a line cannot begin with `%`", _IN_QUOTES),
    ("comment or line break", "nothing is allowed after this `|` or `>`", _IN_QUOTES),
    ("whitespace or line break", "no space after a tag", _IN_QUOTES),
    ("node content", "a value is missing before this", "remove it, or put the string in quotes"),
    ("block sequence entries", "a `-` cannot begin a list here", "begin it on a line of its own"),
    ("mapping keys", "a `?` cannot begin a value here", _IN_QUOTES),
    ("nesting depth", "nested far deeper than any plan", "are brackets left open?"),
    ("document start", "this is outside the plan", "remove it, or check its indentation"),
    ("',' or", "this list or mapping is not closed",
     "a list ends with `]`, a mapping with `}`, and commas separate the items"),
    ("unexpected end of stream", "this quoted string is not closed", "end it with the same quote"),
    ("expected ':'", "a key without its `:`", "write `key: value`, with a space after the `:`"),
    ("expected key", "this line does not fit any mapping above it", _INDENTATION),
    ("'-' indicator", "this line does not fit any list above it",
     "check the indentation: the items of a list must be in the same column"),
    ("block end", "this line does not fit anything above it", _INDENTATION),
    ("Unicode character escape", "this escape is half a character", "write the character itself"),
    ("escape character", "invalid escape", "write a backslash as \\\\ in \"…\", or as \\ in '…'"),
)  # fmt: skip
"""Parts of the parser's messages, what they mean, and what to do."""


def _in_plain_words(problem: str) -> tuple[str, str]:
    """The parser's message for somebody who does not write parsers."""
    found = ((plain, help) for words, plain, help in _PLAIN_WORDS if words in problem)
    return next(found, ("this cannot be read", "check this line, and the one above"))
