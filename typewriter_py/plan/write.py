"""Plan-language data → YAML text, laid out as people write plans.

What is written reads back the same: ``load(write(x))`` is ``x``, with readers of YAML 1.1
and 1.2 alike.  Nothing here knows what a key means, but for where blank lines stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final, Protocol

from .spelling import LONGEST_KEY, block, scalar

WIDTH: Final = 88
_SPACED: Final = frozenset({(0, "tracking_plan"), (2, "definitions"), (2, "rules"), (4, "events")})
"""Keys, by their indentation, whose entries stand apart, a blank line between them."""

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
    root: Mapping[str, Any], comments: Commentary | None = None, head: Sequence[str] = ()
) -> str:
    """The text of a plan: ``root`` is what stands under ``tracking_plan``.

    ``head`` is comment lines at the top.
    """
    writer = _Writer(comments or Silence())
    lines = [*_comment(head, 0), *writer.entry("tracking_plan", root, 0)]
    return "\n".join(lines) + "\n"


def write_event(
    node: Mapping[str, Any], comments: Commentary | None = None, indent: int = 6
) -> str:
    """One item of ``events``, its ``-`` in the column after ``indent`` spaces."""
    lines = _Writer(comments or Silence()).item(node, indent, spaced=True)
    return "\n".join(lines) + "\n"


class _Writer:
    """Writes nodes as lines; ``indent`` is the spaces before a key or a ``-``."""

    def __init__(self, comments: Commentary) -> None:
        self._said = comments

    def entry(self, key: str, value: Any, indent: int) -> Iterator[str]:
        """``key: value``."""
        spelled = scalar(key)
        start = f"{' ' * indent}{spelled}:"
        if len(spelled) > LONGEST_KEY:
            yield f"{' ' * indent}? {spelled}"
            start = f"{' ' * indent}:"
        yield from self._value(start, value, indent + 2, (indent, key) in _SPACED)

    def _value(self, start: str, value: Any, indent: int, spaced: bool) -> Iterator[str]:
        """``start`` and the value: on its line if it fits there, else below, at ``indent``."""
        if isinstance(value, str):
            yield from _string(start, value, indent)
            return
        short = self._on_one_line(value)
        whole = not (_holds(value) and value)
        if short is not None and (whole or len(start) + 1 + len(short) <= WIDTH):
            yield f"{start} {short}"
            return
        yield start
        yield from self._below(value, indent, spaced)

    def _on_one_line(self, value: Any) -> str | None:
        """The value as flow, if it is small enough to read well so."""
        if not _holds(value):
            return scalar(value)
        if not value:
            return "{}" if isinstance(value, Mapping) else "[]"
        if self._is_said_of(value):
            return None
        if isinstance(value, Mapping):
            return _flow_map(value) if len(value) == 1 else None
        return _flow(value)

    def _is_said_of(self, node: Any) -> bool:
        said = self._said.at
        keys = node if isinstance(node, Mapping) else range(len(node))
        return bool(said(node, None)) or any(said(node, key) for key in keys)

    def _below(self, value: Any, indent: int, spaced: bool) -> Iterator[str]:
        yield from _comment(self._said.at(value, None), indent)
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        before = False  # whether what stands above is a block
        for number, (key, each) in enumerate(pairs):
            apart = spaced and self._is_block(each)
            if number and (apart or before):
                yield ""
            before = apart
            yield from _comment(self._said.at(value, key), indent)
            if _holds(each) and not each:  # there is no room in it
                yield from _comment(self._said.at(each, None), indent)
            if isinstance(value, Mapping):
                yield from self.entry(key, each, indent)
            else:
                yield from self.item(each, indent, spaced)

    def _is_block(self, value: Any) -> bool:
        return _holds(value) and self._on_one_line(value) is None

    def item(self, value: Any, indent: int, spaced: bool = False) -> Iterator[str]:
        """``- value``: a mapping begins on the line of its dash; ``spaced``: never on one."""
        dash = " " * indent + "-"
        if not (isinstance(value, Mapping) and value):
            yield from self._value(dash, value, indent + 2, False)
            return
        short = None
        if not spaced and len(value) <= _INLINE and not self._is_said_of(value):
            short = _flow_map(value)
        if short is not None and indent + 2 + len(short) <= WIDTH:
            yield f"{dash} {short}"
            return
        # What is said above the first key stands above the dash, which is on its line.
        yield from _comment(self._said.at(value, None), indent)
        first = True
        for key, each in value.items():
            yield from _comment(self._said.at(value, key), indent if first else indent + 2)
            lines = self.entry(key, each, indent + 2)
            if first:
                yield dash + next(lines)[indent + 1 :]
                first = False
            yield from lines


def _string(start: str, text: str, indent: int) -> Iterator[str]:
    folded = block(text, indent, WIDTH) if len(start) + 1 + len(text) > WIDTH else None
    folded = block(text, indent, WIDTH) if "\n" in text else folded
    if folded is None:
        yield f"{start} {scalar(text)}"
        return
    header, *lines = folded
    yield f"{start} {header}"
    yield from (f"{' ' * indent}{line}" if line else "" for line in lines)


def _holds(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _flow(values: Sequence[Any]) -> str | None:
    """``[a, b]``, of scalars in one line."""
    if any(_holds(each) or (isinstance(each, str) and "\n" in each) for each in values):
        return None
    return f"[{', '.join(scalar(each, flow=True) for each in values)}]"


def _flow_map(node: Mapping[str, Any]) -> str | None:
    """``{a: b}``, of scalars in one line."""
    inner = _flow([*node.values()])
    if inner is None or any(len(key) > WIDTH for key in node):
        return None
    pairs = (f"{scalar(key, flow=True)}: {scalar(v, flow=True)}" for key, v in node.items())
    return f"{{{', '.join(pairs)}}}"


def _comment(lines: Sequence[str], indent: int) -> Iterator[str]:
    """Comment lines, cut between words where they are too long."""
    start = f"{' ' * indent}# "
    for line in map(_printable, lines):
        room = max(WIDTH - len(start), 40)
        wrapped = wrap(line, room, break_long_words=False, break_on_hyphens=False)
        yield from (f"{start}{each}" for each in wrapped)


def _printable(line: str) -> str:
    """A comment ends with its line, and holds what YAML allows."""
    return "".join(c if c.isprintable() else " " for c in line)


def write_entry(
    key: str, value: Any, indent: int, comments: Commentary | None = None
) -> Iterator[str]:
    """The lines of ``key: value`` in a mapping whose keys stand behind ``indent`` spaces."""
    return _Writer(comments or Silence()).entry(key, value, indent)


def write_item(value: Any, indent: int, comments: Commentary | None = None) -> Iterator[str]:
    """The lines of an item whose ``-`` stands behind ``indent`` spaces."""
    return _Writer(comments or Silence()).item(value, indent)
