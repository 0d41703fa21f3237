"""Untrusted text, made safe for a terminal, the log of a CI run, JSON files and Markdown.

In a terminal it cannot move the cursor, columns line up under wide characters, and a line of
ten thousand characters shows the part that matters.  In a log it commands nothing.  In Markdown
(GitHub's, https://github.github.com/gfm/) it has no markup of its own, and mentions nobody; an
address is a link to what it shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final
from unicodedata import category, combining, east_asian_width

from .diagnostics import Span

_TAB: Final = 4
_ELLIPSIS: Final = "…"
_UNSAFE: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS: Final = "\u200c\u200d"  # harmless, and scripts and emoji need them


def printable(text: str) -> str:
    """``text`` on one line, with control and invisible formatting characters spelled out.

    Escape sequences could repaint the terminal, and bidirectional overrides make text read
    as something else (CVE-2021-42574).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_glyph(char) for char in text)


def printable_lines(text: str) -> str:
    """Several lines made printable; their line ends and tabs stay."""
    return _NOT_PLAIN.sub(lambda found: _glyph(found[0]), text)


_NOT_PLAIN: Final = re.compile(r"\r(?!\n)|[^\t\n\r -~]")


def json_text(value: Any, *, ascii: bool = False) -> str:
    """``value`` as indented JSON with a line end, for a file or a program.

    What ``printable`` spells out is escaped, so that no reader is misled, and so is what would be
    a command in a log; with ``ascii`` all that is not ASCII is.
    """
    text = json.dumps(value, indent=2, ensure_ascii=ascii) + "\n"
    return without_marks(_NOT_PLAIN.sub(_escaped_in_json, text), "#\\u0023")


def _escaped_in_json(found: re.Match[str]) -> str:
    char = found[0]
    return char if is_harmless(char) else json.dumps(char)[1:-1].replace("\x7f", "\\u007f")


_MARK: Final = re.compile(r"##(?=\[|vso\[|teamcity\[)", re.IGNORECASE)
_COMMAND: Final = re.compile(r"(^|[\r\n])(\s*):(?=:)")


def without_commands(text: str) -> str:
    """``text`` for a log, in which no line is a command to the system that runs the job.

    GitHub obeys a line that begins with ``::name`` after any blanks, and ``##[name]`` anywhere in
    a line; Azure Pipelines ``##vso[…]``, TeamCity ``##teamcity[…]``.  A space breaks them up:
    unlike an invisible character it is seen, and does no harm when copied.
    """
    return without_marks(_COMMAND.sub(r"\1\2: ", text))


def without_marks(text: str, instead: str = "## ") -> str:
    """``text`` without those commands that may be anywhere in a line; they get ``instead`` for
    their ``##``."""
    return _MARK.sub(lambda _: instead, text) if "##" in text else text


def few(things: Sequence[object], most: int) -> str:
    """``one, two and 3 more``: the first ``most`` by name, and how many others there are."""
    shown = ", ".join(map(str, things[:most]))
    return f"{shown} and {len(things) - most:,} more" if len(things) > most else shown


def width(text: str) -> int:
    """How many terminal columns ``text`` takes (East Asian wide characters take two)."""
    return len(text) if text.isascii() else sum(map(_width, text))


_NEAR: Final = 8
"""How far around a span a line is looked at, as a multiple of what is shown: characters may have
no width."""


def excerpt(line: str, span: Span, limit: int) -> tuple[str, str]:
    """``line`` made printable, and the markers that underline ``span`` in it.

    Both take at most about ``limit`` columns: a longer line is cut around the span.
    """
    line = line.rstrip("\r\n")
    # A minified file is one long line; each of its findings must not cost all of it.
    cut, near = _near(line, span, _NEAR * limit)
    if near.isascii() and near.isprintable():  # every character has a width
        cut, near = _near(line, span, 2 * limit)
    cells = _cells(near)
    start = min(span.column - 1 - cut, len(cells))
    end = max(start + 1, min(start + span.length, len(cells)))
    first, last = _window(cells, start, end, limit)
    head = _ELLIPSIS if first or cut else ""
    tail = _ELLIPSIS if last < len(cells) or cut + len(near) < len(line) else ""
    shown = head + "".join(cells[first:last]) + tail
    indent = width(head + "".join(cells[first:start]))
    marked = max(1, width("".join(cells[start : min(end, last)])))
    return shown, " " * indent + "^" * marked


def _near(line: str, span: Span, reach: int) -> tuple[int, str]:
    """What is within ``reach`` of where the span begins, and where in the line that starts."""
    cut = max(0, span.column - 1 - reach)
    return cut, line[cut : span.column + reach]


def _window(cells: list[str], start: int, end: int, limit: int) -> tuple[int, int]:
    """Which cells to show: from the start of the line if the span fits, else a cutout."""
    widths = [*map(width, cells)]
    if sum(widths) <= limit:
        return 0, len(cells)
    first = 0 if sum(widths[:end]) < limit else max(0, start - limit // 4)
    last, room = first, limit - 2
    while last < len(cells) and room >= widths[last]:
        room -= widths[last]
        last += 1
    return first, max(last, start + 1)


def _cells(line: str) -> list[str]:
    """One printable string for each character of ``line``; tabs reach the next stop."""
    if line.isascii() and line.isprintable():
        return list(line)
    cells: list[str] = []
    column = 0
    for char in line:
        cell = " " * (_TAB - column % _TAB) if char == "\t" else _glyph(char)
        column += width(cell)
        cells.append(cell)
    return cells


def is_harmless(char: str) -> bool:
    """Whether a character is visible, a blank, or joins others."""
    return category(char) not in _UNSAFE or char in _JOINERS


def _glyph(char: str) -> str:
    if is_harmless(char):
        return char
    kind, code = category(char), ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the picture of that control character
    if kind == "Cs":
        return "\ufffd"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if combining(char) or category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


_CODE: Final = re.compile(r"(`[^`]*`)")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_AT_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")


def escaped(text: str, *, cell: bool = False) -> str:
    """``text`` on one line, its code spans kept; ``cell`` if it goes into a table."""
    parts = _CODE.split(printable(text))
    return "".join(
        (code(part[1:-1], cell=cell) if part != "``" else "\\`\\`") if index % 2 else _plain(part)
        for index, part in enumerate(parts)
    )


def code(text: str, *, cell: bool = False) -> str:
    """A code span of any text."""
    text = printable(text)
    if cell and "|" in text:  # it ends a cell even in code, and a backslash may not prevent that
        entities = (c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
        return f"<code>{''.join(entities)}</code>"
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def paragraphs(text: str) -> str:
    """Text of several lines as paragraphs, split at its empty lines."""
    found = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(_AT_START.sub(r"\1\\\2", escaped(part)) for part in found if part)


def _plain(text: str) -> str:
    text = _REFERENCE.sub(r"\g<0>&#8203;", _SPECIAL.sub(r"\\\1", text))
    return _MENTION.sub("&#64;&#8203;", text).replace("@", "&#64;")


_REFERENCE: Final = re.compile(r"(?:#|\bGH-)(?=\d)", re.IGNORECASE)
"""Of an issue: ``#1``, ``owner/name#1``, ``GH-1``.  The same holds for them as for mentions."""

_MENTION: Final = re.compile(r"(?<!\w)@(?=\w)")
"""GitHub looks for these after it has rendered the Markdown, so that an entity does not help;
Dependabot and Renovate put a character of no width behind the ``@``, as we do."""
