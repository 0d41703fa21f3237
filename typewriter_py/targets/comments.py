"""What comments and docstrings in generated code say of the plan, in whatever language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from ..plan.model import ABSENT, Call, Definition, Deprecation, Event, Json, Object

OF_CALLS: Final = {
    "identify": "Tie a user to their traits.",
    "group": "Put a user into a group (a company, a team), and give the group's traits.",
    "page": "Record that a page was seen.",
    "screen": "Record that a screen was seen.",
}
"""What the function of a call says of which the plan says nothing."""


def filled(properties: Object) -> dict[str, Json]:
    """What is filled in, by name, where the caller gives nothing: a default, or the only value."""
    found = {each.name: each.filling for each in properties.properties}
    return {name: value for name, value in found.items() if value is not ABSENT}


def about(described: Event | Definition | Call | None, otherwise: str = "") -> str:
    """What the plan says of an event, a definition or a call; ``otherwise`` if nothing."""
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
    if note.replaced_by:
        sentences.append(f"Use {note.replaced_by} instead")
    if note.expires:
        sentences.append(f"Expires {note.expires}")
    return " ".join(sentence(s) for s in sentences)


def sentence(text: str) -> str:
    """``text`` with a full stop, unless it ends in a sign of its own."""
    return text if text[-1:] in ".!?…。！？:;" else text + "."


_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str, beyond: str) -> str:
    """``text`` with everything but printable characters as escapes: controls, line ends of
    Unicode, what turns the direction of text, lone surrogates.

    ``beyond`` is the format of an escape above U+FFFF, in which languages differ.
    """
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
    """Columns that ``line`` takes (East Asian wide characters take two), never too few."""
    if line.isascii():
        return len(line)
    return len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in line)


def prose(plan_text: str, room: int, opening: int, safe: Callable[[str], str]) -> list[str]:
    """The plan's text as lines of ``room`` columns, the first with ``opening`` fewer, without
    blank lines at its ends.  Its own line breaks stay; ``safe`` makes each line harmless.
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
    """``line`` wrapped at ``room`` columns, beginning with ``first``, going on with ``rest``."""
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
