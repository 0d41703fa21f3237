"""Plan-language data → YAML text, laid out as people write plans.

The text reads back the same: ``load(write(x))`` is ``x``, with readers of YAML 1.1 and 1.2
alike; strings that either of them would read as something else are quoted (``no``, ``12:30``,
``010``).  Keys have no meaning here, except for the blank lines between events and the like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Any, Final, Protocol

from ..text import without_commands, without_marks

WIDTH: Final = 88
_SPACED: Final = frozenset({(0, "tracking_plan"), (2, "definitions"), (2, "rules"), (4, "events")})
"""Keys, by indentation, whose entries are separated by blank lines."""

_EVENTS: Final = 6  # the indentation of events, which are never written on one line
_INLINE: Final = 3  # entries, at most, of a mapping that is written on one line in a list


class Commentary(Protocol):
    """The comments on the data."""

    def at(self, node: Any, key: str | int | None) -> Sequence[str]:
        """The lines above ``key`` of ``node``; for None, those above its first key."""


def write(
    root: dict[str, Any], comments: Commentary | None = None, head: Sequence[str] = ()
) -> str:
    """The text of a plan: ``root`` is the content of ``tracking_plan``, ``head`` are lines of
    comment at the top."""
    writer = _Writer(comments)
    writer.comment(head, 0)
    writer.entry("tracking_plan", root, 0)
    return "\n".join(writer.lines) + "\n"


def write_entry(key: str, value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of ``key: value`` in a mapping whose keys are indented by ``indent`` spaces."""
    writer = _Writer(comments)
    writer.entry(key, value, indent)
    return writer.lines


def write_item(value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of an item whose ``-`` is indented by ``indent`` spaces."""
    writer = _Writer(comments)
    writer.item(value, indent, spaced=indent == _EVENTS)
    return writer.lines


class _Writer:
    """Writes nodes as lines; ``indent`` is the number of spaces before a key or a ``-``."""

    def __init__(self, comments: Commentary | None) -> None:
        self._comments = comments.at if comments else lambda node, key: ()
        self.lines: list[str] = []

    def comment(self, lines: Sequence[str], indent: int) -> None:
        """Lines of comment, wrapped between words if they are too long."""
        start = f"{' ' * indent}# "
        for line in lines:
            room = max(WIDTH - len(start), 40)
            # A comment ends with its line, and may only contain what YAML allows.
            text = without_marks("".join(c if c.isprintable() else " " for c in line))
            wrapped = wrap(text, room, break_long_words=False, break_on_hyphens=False)
            self.lines += [f"{start}{each}" for each in wrapped]

    def entry(self, key: str, value: Any, indent: int) -> None:
        """``key: value``."""
        spelled = scalar(key)
        start = f"{' ' * indent}{spelled}:"
        if len(spelled) > LONGEST_KEY:
            self.lines.append(f"{' ' * indent}? {spelled}")
            start = f"{' ' * indent}:"
        self._value(start, value, indent + 2, (indent, key) in _SPACED)

    def item(self, value: Any, indent: int, spaced: bool = False) -> None:
        """``- value``: a mapping begins on the line of the dash, ``spaced`` one is not on one."""
        dash = " " * indent + "-"
        if not (isinstance(value, dict) and value):
            self._value(dash, value, indent + 2, False)
            return
        short = None
        if not spaced and len(value) <= _INLINE and not self._has_comments(value):
            short = _flat(value)
        if short is not None and indent + 2 + len(short) <= WIDTH:
            self.lines.append(f"{dash} {short}")
            return
        # Comments on the first key go above the dash, which is on its line.
        self.comment(self._comments(value, None), indent)
        for number, (key, each) in enumerate(value.items()):
            self.comment(self._comments(value, key), indent + 2 if number else indent)
            begin = len(self.lines)
            self.entry(key, each, indent + 2)
            if not number:
                self.lines[begin] = dash + self.lines[begin][indent + 1 :]

    def _value(self, start: str, value: Any, indent: int, spaced: bool) -> None:
        """``start`` and the value: on its line if it fits, else below it, indented."""
        if isinstance(value, str):
            self._string(start, value, indent)
            return
        short = self._on_one_line(value)
        whole = not (isinstance(value, dict | list) and value)
        if short is not None and (whole or len(start) + 1 + len(short) <= WIDTH):
            self.lines.append(f"{start} {short}")
            return
        self.lines.append(start)
        self._below(value, indent, spaced)

    def _string(self, start: str, text: str, indent: int) -> None:
        long = "\n" in text or len(start) + 1 + len(text) > WIDTH
        header, *lines = (block(text, indent, WIDTH) if long else None) or [scalar(text)]
        self.lines.append(f"{start} {header}")
        self.lines += [f"{' ' * indent}{line}" if line else "" for line in lines]

    def _below(self, value: Any, indent: int, spaced: bool) -> None:
        self.comment(self._comments(value, None), indent)
        entries: Any = value.items() if isinstance(value, dict) else enumerate(value)
        above = None  # whether the entry above is a block; None if there is none
        for key, each in entries:
            if spaced:
                is_block = self._on_one_line(each) is None
                if above is not None and (is_block or above):
                    self.lines.append("")
                above = is_block
            self.comment(self._comments(value, key), indent)
            if isinstance(each, dict | list) and not each:  # its comments cannot go into it
                self.comment(self._comments(each, None), indent)
            if isinstance(value, dict):
                self.entry(key, each, indent)
            else:
                self.item(each, indent, spaced)

    def _on_one_line(self, value: Any) -> str | None:
        """The value in flow style, if it is small enough to read well so."""
        if not isinstance(value, dict | list):
            return scalar(value)
        if not value:
            return "{}" if isinstance(value, dict) else "[]"
        if (isinstance(value, dict) and len(value) > 1) or self._has_comments(value):
            return None
        return _flat(value)

    def _has_comments(self, node: dict[str, Any] | list[Any]) -> bool:
        keys = node if isinstance(node, dict) else range(len(node))
        return any(self._comments(node, key) for key in (None, *keys))


def _flat(node: dict[str, Any] | list[Any]) -> str | None:
    """``[a, b]`` or ``{a: b}``, of scalars in one line; None for a node that has more."""
    keys, values = (node, node.values()) if isinstance(node, dict) else ((), node)
    if any(len(key) > WIDTH for key in keys):
        return None
    if any(isinstance(v, dict | list) or (isinstance(v, str) and "\n" in v) for v in values):
        return None
    return flow(node)


LONGEST_KEY: Final = 1000
"""Characters of a key before its ``:``; YAML allows 1024 (https://yaml.org/spec/1.2.2/#742)."""

_WORDS: Final = frozenset("y n yes no on off true false null ~ = <<".split())
_NUMERIC: Final = re.compile(r"[-+.0-9][-+.,:_0-9a-fA-FoOxXtTzZ\s]*")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_OPENERS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_FLOW: Final = re.compile(r"[\[\]{},:?#]")
_BREAK: Final = re.compile(r"(?<=\S) (?=\S)")


def scalar(value: Any, *, flow: bool = False) -> str:
    """``value`` on one line; ``flow`` if inside ``[…]`` or ``{…}``, where commas end it."""
    if isinstance(value, str):
        return _text(value, flow)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value)  # YAML 1.1 has no numbers with an exponent but without a point
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def flow(value: Any) -> str:
    """``value`` in flow style, on one line."""
    if isinstance(value, Mapping):
        inner = (f"{scalar(key, flow=True)}: {flow(each)}" for key, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, flow=True)


def json_flow(value: Any) -> str:
    """``value`` as JSON on one line, escaped if some of it is not printable."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def is_json(text: str) -> bool:
    """Whether YAML text is also JSON, and so has to remain JSON."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@lru_cache(maxsize=1 << 14)
def _text(text: str, flow: bool) -> str:
    if _is_plain(text, flow):
        return text
    if text.isprintable() and not _commands(text):
        if '"' in text or "\\" in text:
            return "'" + text.replace("'", "''") + "'"
        return f'"{text}"'
    return _escaped(text)


def _is_plain(text: str, flow: bool) -> bool:
    if not text or not text.isprintable() or text != text.strip() or _commands(text):
        return False
    if text[0] in _OPENERS or text.lower() in _WORDS:
        return False
    if _NUMERIC.fullmatch(text) or _SPECIAL.fullmatch(text):
        return False
    if text.startswith("...") or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and _FLOW.search(text))


def _escaped(text: str) -> str:
    """In double quotes, with an escape for every character that is not printable, and in what
    would be a command in a log."""
    escaped = "".join(
        c if c.isprintable() else f"\\U{ord(c):08X}" if c > "\uffff" else f"\\u{ord(c):04X}"
        for c in json.dumps(text, ensure_ascii=False)
    )
    return without_marks(escaped, "#\\u0023")


def _commands(*lines: str) -> bool:
    """Whether a log would take one of the lines for a command."""
    return any(("##" in line or "::" in line) and without_commands(line) != line for line in lines)


def block(text: str, indent: int, width: int) -> list[str] | None:
    """``text`` as a block scalar: its header, then its lines without their indentation.

    None if one line will do, or if a block cannot represent the text: then it is quoted.
    """
    if "\n" in text:
        return _literal(text)
    room = width - indent
    if len(text) <= room or not text.isprintable() or text != text.strip():
        return None
    lines = _folded(text, max(room, 40))
    return [">-", *lines] if len(lines) > 1 and not _commands(*lines) else None


def _literal(text: str) -> list[str] | None:
    """``|`` keeps line ends, but not lines of blanks, or leading blanks."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if lines[0][:1] in ("", " ") or not lines[-1]:
        return None
    if any(not line.isprintable() or (line and not line.strip()) for line in lines):
        return None
    if _commands(*lines):
        return None
    return ["|" if body != text else "|-", *lines]


def _folded(text: str, room: int) -> list[str]:
    """Lines that fold back to ``text``: cut at single spaces only."""
    lines, line = [], ""
    for word in _BREAK.split(text):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
