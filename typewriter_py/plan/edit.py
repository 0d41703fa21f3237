"""Changes of a plan's text: what changes is spliced in, all else stays byte for byte.

A change says what stands at a path and what shall, both as plain data in the plan's usual
spelling.  Only where the two differ is anything written, so comments, order and style stay
where nothing changed, within an event too.  What the text spells otherwise than usual is
written anew as far as need be.  The result is to be read again, and judged by what it means.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import yaml

from .layout import Layout, Node
from .splices import NOTHING, Editor, SpelledOtherwise, Splice
from .write import Commentary, Silence

Trail: TypeAlias = tuple[str | int, ...]

_MAX_ROUNDS: Final = 50
_SPACED: Final = frozenset({("tracking_plan", "definitions"), ("tracking_plan", "rules")})
_EVENTS: Final = ("tracking_plan", "rules", "events")


@dataclass(frozen=True, slots=True)
class Change:
    """What is at ``path`` becomes ``new``; NOTHING: there is, or shall be, no such entry.

    A path's last step may be -1: a new item at the end of a list.  ``old`` is what stands
    there in the usual spelling; with ``whole`` the entry is written anew, whatever is there.
    """

    path: Trail
    old: Any
    new: Any
    whole: bool = False


def edited(text: str, changes: Sequence[Change], comments: Commentary | None = None) -> str:
    """``text`` with the changes made, in the line ends that it has.

    ``comments`` are said above what is written anew.
    Raises ValueError where it is, or becomes, no YAML or the changes cannot be placed.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    breaks = "\r\n" if body.count("\r\n") * 2 > body.count("\n") else "\n"
    left = list(changes)
    for _ in range(_MAX_ROUNDS):
        if not left:
            return mark + body
        body, left = _round(body, left, breaks, comments or Silence())
    raise ValueError("these changes get in each other's way")


def _round(
    text: str, changes: list[Change], breaks: str, comments: Commentary
) -> tuple[str, list[Change]]:
    """The text with as many changes as do not touch each other, and those that are left."""
    try:
        layout = Layout(text)
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {getattr(error, 'problem', None) or error}") from error
    editor = Editor(layout, comments)
    taken: list[Splice] = []
    places = _Taken()
    gone: list[Trail] = []
    left: list[Change] = []
    grown: set[Trail] = set()
    for change in changes:
        try:
            splices, missing = _splices(editor, layout.root, change)
        except SpelledOtherwise as signal:
            raise ValueError(f"there is no such entry to change: {change.path}") from signal
        if (missing and missing in grown) or places.overlap(splices):
            left.append(change)
            continue
        if missing:
            grown.add(missing)
        taken += splices
        places.add(splices)
        if change.new is NOTHING and isinstance(change.path[-1], int):
            gone.append(change.path)
    if len(left) == len(changes):
        raise ValueError("these changes cannot be placed")
    parts, at = [], 0
    for splice in sorted(taken, key=_turn):
        parts += [text[at : splice.start], splice.text.replace("\n", breaks)]
        at = splice.end
    return "".join([*parts, text[at:]]), [_moved(change, gone) for change in left]


def _moved(change: Change, gone: Sequence[Trail]) -> Change:
    """The change, by the numbers that items have when those at ``gone`` are no more."""
    path = list(change.path)
    for *above, index in gone:
        at = len(above)
        step = change.path[at] if change.path[:at] == tuple(above) and at < len(path) else None
        if isinstance(step, int) and isinstance(index, int) and step > index:
            moved = path[at]
            assert isinstance(moved, int)
            path[at] = moved - 1
    return replace(change, path=tuple(path))


def _turn(splice: Splice) -> tuple[int, int, int]:
    return splice.start, splice.end, -splice.indent


class _Taken:
    """The places that splices take, none of which overlap; what is inserted takes no room."""

    def __init__(self) -> None:
        self._rooms: list[tuple[int, int]] = []
        self._points: list[int] = []

    def add(self, splices: Sequence[Splice]) -> None:
        for splice in splices:
            if splice.start == splice.end:
                insort(self._points, splice.start)
            else:
                insort(self._rooms, (splice.start, splice.end))

    def overlap(self, splices: Sequence[Splice]) -> bool:
        """Whether one of ``splices`` shares characters with what is taken, or parts it."""
        return any(self._overlaps(splice.start, splice.end) for splice in splices)

    def _overlaps(self, start: int, end: int) -> bool:
        before = bisect_left(self._rooms, (end,)) - 1  # the last room that begins before the end
        if before >= 0 and self._rooms[before][1] > start:
            return True
        return bisect_right(self._points, start) < bisect_left(self._points, end)


def _splices(
    editor: Editor, node: Node | None, change: Change
) -> tuple[list[Splice], Trail | None]:
    """The splices of a change, and the place of the parent that it had to make, if any."""
    *parents, last = change.path
    at = 0
    if node is None or node.keys is None:
        raise ValueError("the file holds no mapping")
    while at < len(parents):
        inner = node.at(parents[at])
        if inner is None or not (inner.keys or inner.items):
            return _grown(editor, node, change, at)
        node, at = inner, at + 1
    if last == -1:
        apart = change.path[:-1] == _EVENTS
        return [editor.appended(node, change.new, apart)], None
    spaced = tuple(parents) in _SPACED
    return list(editor.entry(node, last, change.old, change.new, change.whole, spaced)), None


def _grown(
    editor: Editor, node: Node, change: Change, at: int
) -> tuple[list[Splice], Trail | None]:
    """The change where a parent is missing or empty: it comes with the parent."""
    steps = change.path[at:]
    if change.new is NOTHING:
        return [], None
    value = change.new
    for step in reversed(steps[1:]):
        value = [value] if step == -1 else {step: value}
    spaced = change.path[:at] in _SPACED
    found = editor.entry(node, steps[0], NOTHING, value, True, spaced)
    return list(found), change.path[: at + 1]
