"""Plan-language data → YAML text, laid out as people write plans.

What is written reads back the same: ``load(write(x))`` is ``x``, with readers of YAML 1.1
and 1.2 alike; what either of them takes for anything but that text is quoted (``no``,
``12:30``, ``010``).  Nothing here knows what a key means, but for where blank lines stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Any, Final, Protocol

WIDTH: Final = 88
_SPACED: Final = frozenset({(0, "tracking_plan"), (2, "definitions"), (2, "rules"), (4, "events")})
"""Keys, by their indentation, whose entries stand apart, a blank line between them."""

_EVENTS: Final = 6  # the indentation of events, which never stand on one line
_INLINE: Final = 3  # entries of a mapping that stands on one line within a list


class Commentary(Protocol):
    """What is said beside the data."""

    def at(self, node: Any, key: str | int | None) -> Sequence[str]:
        """The lines above ``key`` of ``node``; of None, those above its first key."""


def write(
    root: dict[str, Any], comments: Commentary | None = None, head: Sequence[str] = ()
) -> str:
    """The text of a plan: ``root`` is what stands under ``tracking_plan``.

    ``head`` is comment lines at the top.
    """
    writer = _Writer(comments)
    writer.comment(head, 0)
    writer.entry("tracking_plan", root, 0)
    return writer.text()


def write_entry(key: str, value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of ``key: value`` in a mapping whose keys stand behind ``indent`` spaces."""
    writer = _Writer(comments)
    writer.entry(key, value, indent)
    return writer.lines


def write_item(value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of an item whose ``-`` stands behind ``indent`` spaces."""
    writer = _Writer(comments)
    writer.item(value, indent, spaced=indent == _EVENTS)
    return writer.lines


class _Writer:
    """Writes nodes as lines; ``indent`` is the spaces before a key or a ``-``."""

    def __init__(self, comments: Commentary | None) -> None:
        self._said = comments.at if comments else lambda node, key: ()
        self.lines: list[str] = []

    def text(self) -> str:
        """What has been written."""
        return "\n".join(self.lines) + "\n"

    def comment(self, lines: Sequence[str], indent: int) -> None:
        """Comment lines, cut between words where they are too long."""
        start = f"{' ' * indent}# "
        for line in lines:
            room = max(WIDTH - len(start), 40)
            wrapped = wrap(_printable(line), room, break_long_words=False, break_on_hyphens=False)
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
        """``- value``: a mapping begins on the line of its dash; ``spaced``: never on one."""
        dash = " " * indent + "-"
        if not (isinstance(value, dict) and value):
            self._value(dash, value, indent + 2, False)
            return
        short = None
        if not spaced and len(value) <= _INLINE and not self._is_said_of(value):
            short = _flat(value)
        if short is not None and indent + 2 + len(short) <= WIDTH:
            self.lines.append(f"{dash} {short}")
            return
        # What is said above the first key stands above the dash, which is on its line.
        self.comment(self._said(value, None), indent)
        dashed = False
        for key, each in value.items():
            self.comment(self._said(value, key), indent + 2 if dashed else indent)
            begin = len(self.lines)
            self.entry(key, each, indent + 2)
            if not dashed:
                self.lines[begin] = dash + self.lines[begin][indent + 1 :]
                dashed = True

    def _value(self, start: str, value: Any, indent: int, spaced: bool) -> None:
        """``start`` and the value: on its line if it fits there, else below, at ``indent``."""
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
        folded = None
        if "\n" in text or len(start) + 1 + len(text) > WIDTH:
            folded = block(text, indent, WIDTH)
        if folded is None:
            self.lines.append(f"{start} {scalar(text)}")
            return
        header, *lines = folded
        self.lines.append(f"{start} {header}")
        self.lines += [f"{' ' * indent}{line}" if line else "" for line in lines]

    def _below(self, value: Any, indent: int, spaced: bool) -> None:
        self.comment(self._said(value, None), indent)
        mapping = isinstance(value, dict)
        before = False  # whether what stands above is a block
        for number, key in enumerate(value):
            each = value[key] if mapping else key
            if spaced:
                apart = self._is_block(each)
                if number and (apart or before):
                    self.lines.append("")
                before = apart
            self.comment(self._said(value, key if mapping else number), indent)
            if isinstance(each, dict | list) and not each:  # there is no room in it
                self.comment(self._said(each, None), indent)
            if mapping:
                self.entry(key, each, indent)
            else:
                self.item(each, indent, spaced)

    def _on_one_line(self, value: Any) -> str | None:
        """The value as flow, if it is small enough to read well so."""
        if not isinstance(value, dict | list):
            return scalar(value)
        if not value:
            return "{}" if isinstance(value, dict) else "[]"
        if isinstance(value, dict) and len(value) > 1:
            return None
        if self._is_said_of(value):
            return None
        return _flat(value)

    def _is_block(self, value: Any) -> bool:
        return isinstance(value, dict | list) and self._on_one_line(value) is None

    def _is_said_of(self, node: dict[str, Any] | list[Any]) -> bool:
        keys = node if isinstance(node, dict) else range(len(node))
        return bool(self._said(node, None)) or any(self._said(node, key) for key in keys)


def _flat(node: dict[str, Any] | list[Any]) -> str | None:
    """``[a, b]`` or ``{a: b}``, of scalars in one line; None for a node that has more."""
    keys, values = (node, node.values()) if isinstance(node, dict) else ((), node)
    if any(len(key) > WIDTH for key in keys):
        return None
    if any(isinstance(v, dict | list) or (isinstance(v, str) and "\n" in v) for v in values):
        return None
    return flow(node)


def _printable(line: str) -> str:
    """A comment ends with its line, and holds what YAML allows."""
    return "".join(c if c.isprintable() else " " for c in line)


LONGEST_KEY: Final = 1000
"""Characters of a key before its ``:``; YAML allows 1024 (https://yaml.org/spec/1.2.2/#742)."""

_WORDS: Final = frozenset("y n yes no on off true false null ~ = <<".split())
_NUMERIC: Final = re.compile(r"[-+.0-9][-+.,:_0-9a-fA-FoOxXtTzZ\s]*")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_OPENERS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_FLOW: Final = re.compile(r"[\[\]{},:?#]")
_BREAK: Final = re.compile(r"(?<=\S) (?=\S)")


def scalar(value: Any, *, flow: bool = False) -> str:
    """``value`` on one line; ``flow``: inside ``[…]`` or ``{…}``, where commas end it."""
    if isinstance(value, str):
        return _text(value, flow)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value)


def flow(value: Any) -> str:
    """``value`` in one line of flow."""
    if isinstance(value, Mapping):
        inner = (f"{scalar(key, flow=True)}: {flow(each)}" for key, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, flow=True)


def json_flow(value: Any) -> str:
    """``value`` as JSON in one line; escaped where some of it could not be seen."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def is_json(text: str) -> bool:
    """Whether a text that is YAML is JSON, and so is to stay it."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _number(value: int | float) -> str:
    """A number; YAML 1.1 knows none with an exponent but without a point."""
    text = repr(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


@lru_cache(maxsize=1 << 14)
def _text(text: str, flow: bool) -> str:
    if _is_plain(text, flow):
        return text
    if text.isprintable():
        if '"' in text or "\\" in text:
            return "'" + text.replace("'", "''") + "'"
        return f'"{text}"'
    return _escaped(text)


def _is_plain(text: str, flow: bool) -> bool:
    if not text or not text.isprintable() or text != text.strip():
        return False
    if text[0] in _OPENERS or text.lower() in _WORDS:
        return False
    if _NUMERIC.fullmatch(text) or _SPECIAL.fullmatch(text):
        return False
    if text.startswith("...") or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and _FLOW.search(text))


def _escaped(text: str) -> str:
    """In double quotes, with an escape for all that is not printed."""
    return "".join(
        c if c.isprintable() else _escape(ord(c)) for c in json.dumps(text, ensure_ascii=False)
    )


def _escape(code: int) -> str:
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def block(text: str, indent: int, width: int) -> list[str] | None:
    """``text`` as a block scalar: its header, then its lines without their indentation.

    None where one line is as good, or where a block cannot hold the text: then it is quoted.
    """
    if "\n" in text:
        return _literal(text)
    room = width - indent
    if len(text) <= room or not text.isprintable() or text != text.strip():
        return None
    lines = _folded(text, max(room, 40))
    return [">-", *lines] if len(lines) > 1 else None


def _literal(text: str) -> list[str] | None:
    """``|`` keeps line ends; a line of blanks, or blanks in front, it would not keep."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if lines[0][:1] in ("", " ") or not lines[-1]:
        return None
    if any(not line.isprintable() or (line and not line.strip()) for line in lines):
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
