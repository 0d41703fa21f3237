"""The plan's text in generated code of any language: literals, comments and docstrings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from ..plan.model import ABSENT, Call, Definition, Deprecation, Event, Json, Object

OF_CALLS: Final = {
    "identify": "Tie a user to their traits.",
    "group": "Add a user to a group (a company, a team), and set the group's traits.",
    "page": "Record a page view.",
    "screen": "Record a screen view.",
}
"""The description of a call's function if the plan has none."""


def filled(properties: Object) -> dict[str, Json]:
    """The values of properties that the caller omits, by name: a default, or the only value."""
    found = {each.name: each.filling for each in properties.properties}
    return {name: value for name, value in found.items() if value is not ABSENT}


def about(described: Event | Definition | Call | None, otherwise: str = "") -> str:
    """The description or title of an event, a definition or a call; else ``otherwise``."""
    if described is None:
        return otherwise
    title = None if isinstance(described, Call) else described.title
    for text in (described.description, title):
        if text and not text.isspace():
            return text
    return otherwise


def deprecation(note: Deprecation) -> str:
    """``Deprecated: too vague. Use Order Placed instead.``"""
    sentences = [f"Deprecated: {note.reason}" if note.reason else "Deprecated"]
    if note.instead:
        sentences.append(f"Use {note.instead} instead")
    if note.expires:
        sentences.append(f"Expires {note.expires}")
    return " ".join(sentence(s) for s in sentences)


def sentence(text: str) -> str:
    """``text`` with a full stop, unless it ends in punctuation."""
    return text if text[-1:] in ".!?…。！？:;" else text + "."


def with_note(lines: list[str], note: str, room: int) -> list[str]:
    """``lines`` with a sentence after the last one, which is wrapped at ``room`` columns."""
    line = f"{sentence(lines[-1])} {note}" if lines else note
    return [*lines[:-1], *paragraph(line, room, "", "")]


def quoted(text: str, beyond: str) -> str:
    """A string literal, in double quotes unless single ones need fewer escapes.

    ``beyond`` is the format of an escape above U+FFFF, which is not the same in all languages.
    """
    quote = '"' if text.count('"') <= text.count("'") else "'"
    body = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{escaped(body, beyond)}{quote}"


_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str, beyond: str) -> str:
    """``text`` with all characters escaped that are not printable: control characters, Unicode
    line separators, bidirectional overrides, lone surrogates; ``beyond`` as in ``quoted``."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char, beyond) for char in text)


def _escape(char: str, beyond: str) -> str:
    code = ord(char)
    form = "\\x{:02x}" if code < 256 else "\\u{:04x}" if code < 65536 else beyond
    return _ESCAPES.get(char) or form.format(code)


_LINES: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BULLET: Final = re.compile(r"(?:[-*+•]|\d+[.)]) +")


def width(line: str) -> int:
    """The columns that ``line`` takes (East Asian wide characters take two), or a few more."""
    if line.isascii():
        return len(line)
    return len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in line)


def prose(plan_text: str, room: int, opening: int, safe: Callable[[str], str]) -> list[str]:
    """The plan's text as lines of ``room`` columns, the first with ``opening`` fewer, without
    blank lines at either end.  Its own line breaks stay; ``safe`` sanitizes each line.
    """
    if plan_text.isprintable():  # one line
        line = safe(plan_text)
        return paragraph(line, room - opening, "", "") if line else []
    lines: list[str] = []
    for raw in _LINES.split(plan_text.strip()):
        line = safe(raw)
        if line or (lines and lines[-1]):
            lines += paragraph(line, room if lines else room - opening, "", "")
    return lines


def paragraph(line: str, room: int, first: str, rest: str) -> list[str]:
    """``line`` wrapped at ``room`` columns, indented by ``first`` and then by ``rest``."""
    columns = len if line.isascii() and first.isascii() else width
    if columns(first) + columns(line) <= room:
        return [first + line if line else ""]
    bullet = _BULLET.match(line)
    rest += " " * len(bullet[0]) if bullet else ""
    lines, current = [], first
    for word in line.split(" "):
        glued = current + word if current in (first, rest) else f"{current} {word}"
        if columns(glued) > room and glued != current + word:
            lines.append(current)
            glued = rest + word
        current = glued
    return [*lines, current]
