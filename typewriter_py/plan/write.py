"""Plan-language data → YAML text, laid out as people write plans.

What is written reads back the same: ``load(write(x))`` is ``x``, with readers of YAML 1.1
and 1.2 alike.  Nothing here knows what a key means, but for where blank lines stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any, Final, Protocol

from .spelling import LONGEST_KEY, block, scalar

WIDTH: Final = 88
_SPACED: Final = frozenset({(0, "tracking_plan"), (2, "definitions"), (2, "rules"), (4, "events")})
"""Keys, by their indentation, whose entries stand apart, a blank line between them."""

_EVENTS: Final = 6  # the indentation of events, which never stand on one line
_INLINE: Final = 3  # entries of a mapping that stands on one line within a list


class Commentary(Protocol):
    """What is said beside the data."""

    def at(self, node: Any, key: str | int | None) -> Sequence[str]:
        """The lines above ``key`` of ``node``; of None, those above its first key."""


class Silence:
    """No comment anywhere."""

    def at(self, node: Any, key: str | int | None) -> Sequence[str]:
        """None."""
        return ()


def write(
    root: dict[str, Any], comments: Commentary | None = None, head: Sequence[str] = ()
) -> str:
    """The text of a plan: ``root`` is what stands under ``tracking_plan``.

    ``head`` is comment lines at the top.
    """
    writer = _Writer(comments or Silence())
    writer.comment(head, 0)
    writer.entry("tracking_plan", root, 0)
    return writer.text()


def write_entry(key: str, value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of ``key: value`` in a mapping whose keys stand behind ``indent`` spaces."""
    writer = _Writer(comments or Silence())
    writer.entry(key, value, indent)
    return writer.lines


def write_item(value: Any, indent: int, comments: Commentary | None = None) -> list[str]:
    """The lines of an item whose ``-`` stands behind ``indent`` spaces."""
    writer = _Writer(comments or Silence())
    writer.item(value, indent, spaced=indent == _EVENTS)
    return writer.lines


class _Writer:
    """Writes nodes as lines; ``indent`` is the spaces before a key or a ``-``."""

    def __init__(self, comments: Commentary) -> None:
        self._said = comments.at
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
            short = _flow_map(value)
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
        return _flow_map(value) if isinstance(value, dict) else _flow(value)

    def _is_block(self, value: Any) -> bool:
        return isinstance(value, dict | list) and self._on_one_line(value) is None

    def _is_said_of(self, node: dict[str, Any] | list[Any]) -> bool:
        keys = node if isinstance(node, dict) else range(len(node))
        return bool(self._said(node, None)) or any(self._said(node, key) for key in keys)


def _flow(values: Iterable[Any]) -> str | None:
    """``[a, b]``, of scalars in one line."""
    spelled = []
    for each in values:
        if isinstance(each, dict | list) or (isinstance(each, str) and "\n" in each):
            return None
        spelled.append(scalar(each, flow=True))
    return f"[{', '.join(spelled)}]"


def _flow_map(node: dict[str, Any]) -> str | None:
    """``{a: b}``, of scalars in one line."""
    pairs = []
    for key, each in node.items():
        if isinstance(each, dict | list) or len(key) > WIDTH:
            return None
        if isinstance(each, str) and "\n" in each:
            return None
        pairs.append(f"{scalar(key, flow=True)}: {scalar(each, flow=True)}")
    return f"{{{', '.join(pairs)}}}"


def _printable(line: str) -> str:
    """A comment ends with its line, and holds what YAML allows."""
    return "".join(c if c.isprintable() else " " for c in line)
