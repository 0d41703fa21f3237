"""What is no YAML, in words for somebody who does not write parsers."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final

import yaml

from ..diagnostics import Diagnostic, Span
from . import codes


class Source:
    """A file's text, and where the parser's marks are in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.starts: list[int] | None = None
        if not (text.isascii() and "\r" not in text) and _ODD_BREAKS.search(text):
            # YAML counts more characters as line ends than editors do.
            self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines as editors count them."""
        return self.text.split("\n")

    def place(self, mark: Any) -> tuple[int, int]:
        """Line and column of a parser's mark, both from 0."""
        if self.starts is None:
            return mark.line, mark.column
        line = bisect_right(self.starts, mark.index) - 1
        return line, mark.index - self.starts[line]


_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


def complaint(error: yaml.YAMLError, source: Source) -> Diagnostic:
    """The parser's complaint, with what to do about the usual ones."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(error, source)
    mark, lines = getattr(error, "problem_mark", None), source.lines
    problem = getattr(error, "problem", None) or str(error)
    line, column = source.place(mark) if mark else (0, 0)
    if line >= len(lines) or not "".join(lines[line:])[column:].strip():
        # The end of the file is where it was noticed; what was left open is the place.
        context = getattr(error, "context_mark", None)
        line, column = source.place(context) if context else (line, column)
    shown = lines[line] if line < len(lines) else ""
    span = Span(source.file, min(line, len(lines) - 1) + 1, min(column, len(shown)) + 1)
    problem, help = _in_plain_words(problem, shown)
    return codes.YAML_SYNTAX.at(span, f"not YAML: {problem}", help=help)


def _unprintable(error: Any, source: Source) -> Diagnostic:
    """A character that YAML does not allow; where it is, is looked up in the text itself."""
    found = _UNPRINTABLE.search(source.text)
    before = source.text[: found.start()] if found else ""
    line = before.count("\n")
    span = Span(source.file, line + 1, len(before) - (before.rfind("\n") + 1) + 1)
    character = f"U+{ord(found[0]):04X}" if found else "a control character"
    message = f"not YAML: {character} may not stand in a YAML file as it is"
    return codes.YAML_SYNTAX.at(span, message, help='remove it, or write it as an escape in "…"')


_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"
)
_INDENTATION: Final = "check the indentation: keys of one mapping stand in one column"
_COMMAS: Final = "a list ends with `]`, a mapping with `}`, and a comma stands between items"
_PLAIN_WORDS: Final = (
    (
        "mapping values are not allowed",
        "a `:` that cannot stand here",
        "a text that holds `: ` stands in quotes; and check the indentation",
    ),
    (
        "cannot start any token",
        "a value cannot begin with this character",
        "a text that begins with it stands in quotes",
    ),
    ("',' or", "this list or mapping is not closed", _COMMAS),
    ("unexpected end of stream", "this quoted text is not closed", "end it with the same quote"),
    ("expected ':'", "a key without its `:`", "write `key: value`, with a space after the `:`"),
    ("expected key", "this line fits no mapping above it", _INDENTATION),
    ("'-' indicator", "this line fits no list above it", "items of one list stand in one column"),
    ("block end", "this line fits nothing above it", _INDENTATION),
    (
        "Unicode character escape",
        "this escape is half a character",
        "write the character itself",
    ),
    ("escape character", "no such escape", "in \"…\" a backslash is written \\\\; in '…' as it is"),
)
"""What the parser says, what that means, and what to do."""


def _in_plain_words(problem: str, line: str) -> tuple[str, str | None]:
    """The parser's complaint about ``line`` for somebody who does not write parsers."""
    found = ((plain, help) for words, plain, help in _PLAIN_WORDS if words in problem)
    plain, help = next(found, (problem, None))
    if "\\t" in problem or "\t" in line[: len(line) - len(line.lstrip())]:
        return plain, "indent with spaces, not tabs"
    return plain, help
