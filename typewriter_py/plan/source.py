"""A file's text, and the locations of the YAML parser's marks in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final


class Source:
    """A file's text, and the locations of the parser's marks in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.parsed = text
        self.starts: list[int] | None = None
        self._pairs: list[int] = []
        if "\\u" in text and _PAIR.search(text):
            self.parsed, self._pairs = _without_pairs(text)
        # YAML counts more characters as line ends than editors do.
        odd = not (text.isascii() and "\r" not in text) and _ODD_BREAKS.search(text)
        if odd or self._pairs:
            self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as editors count them."""
        return self.text.split("\n")

    def position(self, mark: Any) -> tuple[int, int]:
        """The line and column of a parser's mark, both from 0."""
        if self.starts is None:
            return mark.line, mark.column
        index = mark.index + _SHORTER * bisect_right(self._pairs, mark.index - 1)
        line = bisect_right(self.starts, index) - 1
        return line, index - self.starts[line]


_QUOTED: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PAIR: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)
_SHORTER: Final = len(r"\ud83d\ude00") - len(r"\U0001f600")


def _without_pairs(text: str) -> tuple[str, list[int]]:
    """``text`` with YAML's escape for each pair of JSON's that are one character, such as
    ``\\ud83d\\ude00``, in double quotes; and where in the result those escapes end."""
    ends: list[int] = []

    def one(found: re.Match[str]) -> str:
        high, low = int(found[2], 16) - 0xD800, int(found[3], 16) - 0xDC00
        return f"{found[1]}\\U{0x10000 + (high << 10) + low:08x}"

    parts, end, length = [], 0, 0
    for quoted in _QUOTED.finditer(text):
        for found in _PAIR.finditer(text, *quoted.span()):
            parts += [text[end : found.start()], one(found)]
            length += len(parts[-2]) + len(parts[-1])
            end = found.end()
            ends.append(length)
    return "".join(parts) + text[end:], ends


_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
