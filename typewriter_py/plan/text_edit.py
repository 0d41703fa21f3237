"""Changes of a plan's text: changed entries are spliced in, all else stays byte for byte.

A change has the old and the new value at a path, both as plain data in the plan's usual
spelling.  Text is only written where the two differ, so comments, order and style stay where
nothing changed, within an event too.  Entries that the text spells in another way are rewritten
as far as needed.  Callers should read the result again, and check that it means what they want.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, TypeAlias

import yaml

from .layout import Layout, Node, Region
from .model import ABSENT
from .yaml_writer import Commentary, flow, is_json, json_flow, write_entry, write_item

Trail: TypeAlias = tuple[str | int, ...]

_MAX_ROUNDS: Final = 50
_SPACED: Final = frozenset({("tracking_plan", "definitions"), ("tracking_plan", "rules")})
_EVENTS: Final = ("tracking_plan", "rules", "events")


@dataclass(frozen=True, slots=True)
class Change:
    """The value at ``path`` changes from ``old`` to ``new``; NOTHING means no such entry.

    A path's last step may be -1, for a new item at the end of a list.  ``old`` is in the usual
    spelling; with ``whole`` the entire entry is rewritten, whatever is there.
    """

    path: Trail
    old: Any
    new: Any
    whole: bool = False


def edited(text: str, changes: Sequence[Change], comments: Commentary | None = None) -> str:
    """``text`` with the changes made, with the line ends that it has.

    ``comments`` are written above new entries.
    Raises ValueError if it is not YAML, before or after, or if the changes cannot be made.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    breaks = "\r\n" if body.count("\r\n") * 2 > body.count("\n") else "\n"
    left = list(changes)
    for _ in range(_MAX_ROUNDS):
        if not left:
            return mark + body
        body, left = _round(body, left, breaks, comments)
    raise ValueError("these changes interfere with each other")


def _round(
    text: str, changes: list[Change], breaks: str, comments: Commentary | None
) -> tuple[str, list[Change]]:
    """The text with as many changes as do not touch each other, and those that are left."""
    try:
        layout = Layout(text)
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {getattr(error, 'problem', None) or error}") from error
    editor = Editor(layout, comments)
    made = _Splices()
    gone: list[Trail] = []
    left: list[Change] = []
    grown: set[Trail] = set()
    for change in changes:
        try:
            splices, missing = _splices(editor, layout.root, change)
        except SpelledOtherwise as signal:
            raise ValueError(f"there is no such entry to change: {change.path}") from signal
        if (missing and missing in grown) or made.overlap(splices):
            left.append(change)
            continue
        if missing:
            grown.add(missing)
        made.add(splices)
        if change.new is NOTHING and isinstance(change.path[-1], int):
            gone.append(change.path)
    if len(left) == len(changes):
        raise ValueError("none of these changes can be made")
    parts, at = [], 0
    for splice in sorted(made.all, key=lambda each: (each.start, each.end, -each.indent)):
        parts += [text[at : splice.start], splice.text.replace("\n", breaks)]
        at = splice.end
    return "".join([*parts, text[at:]]), [_moved(change, gone) for change in left]


def _moved(change: Change, gone: Sequence[Trail]) -> Change:
    """The change, with the indices of items after those at ``gone`` have been removed."""
    path = list(change.path)
    for at, step in enumerate(change.path):
        if isinstance(step, int):
            removed = (last for *above, last in gone if tuple(above) == change.path[:at])
            path[at] = step - sum(isinstance(each, int) and each < step for each in removed)
    return replace(change, path=tuple(path))


class _Splices:
    """Splices that do not overlap; insertions take no room."""

    def __init__(self) -> None:
        self.all: list[Splice] = []
        self._ranges: list[tuple[int, int]] = []
        self._points: list[int] = []

    def add(self, splices: Sequence[Splice]) -> None:
        self.all += splices
        for splice in splices:
            if splice.start == splice.end:
                insort(self._points, splice.start)
            else:
                insort(self._ranges, (splice.start, splice.end))

    def overlap(self, splices: Sequence[Splice]) -> bool:
        """Whether one of ``splices`` shares characters with those here, or splits one."""
        return any(self._overlaps(splice.start, splice.end) for splice in splices)

    def _overlaps(self, start: int, end: int) -> bool:
        before = bisect_left(self._ranges, (end,)) - 1  # the last that begins before the end
        if before >= 0 and self._ranges[before][1] > start:
            return True
        return bisect_right(self._points, start) < bisect_left(self._points, end)


def _splices(
    editor: Editor, node: Node | None, change: Change
) -> tuple[list[Splice], Trail | None]:
    """The splices of a change, and the path of the parent that it adds, if any."""
    *parents, last = change.path
    if node is None or node.keys is None:
        raise ValueError("the file does not contain a mapping")
    for at, step in enumerate(parents):
        inner = node.at(step)
        if inner is None or not (inner.keys or inner.items):
            return _grown(editor, node, change, at)
        node = inner
    if last == -1:
        return [editor.appended(node, change.new, tuple(parents) == _EVENTS)], None
    spaced = tuple(parents) in _SPACED
    return list(editor.entry(node, last, change.old, change.new, change.whole, spaced)), None


def _grown(
    editor: Editor, node: Node, change: Change, at: int
) -> tuple[list[Splice], Trail | None]:
    """The change if a parent is missing or empty: the parent is added with it."""
    if change.new is NOTHING:
        return [], None
    value = change.new
    for step in reversed(change.path[at + 1 :]):
        value = [value] if step == -1 else {step: value}
    spaced = change.path[:at] in _SPACED
    found = editor.entry(node, change.path[at], NOTHING, value, True, spaced)
    return list(found), change.path[: at + 1]


NOTHING: Final = ABSENT
"""The value of an entry that is not there."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Text for a range.  Of insertions at one point, those with a greater ``indent`` come first."""

    start: int
    end: int
    text: str
    indent: int = 0


class SpelledOtherwise(Exception):  # noqa: N818 - a signal, not an error
    """The text spells this in another way than the data; the entry around it is rewritten."""


class Editor:
    """Turns changes into splices of one text."""

    def __init__(self, layout: Layout, comments: Commentary | None) -> None:
        self._layout = layout
        self._comments = comments
        self._flow = json_flow if is_json(layout.text) else flow

    def entry(
        self, node: Node, step: str | int, old: Any, new: Any, whole: bool, spaced: bool = False
    ) -> Iterator[Splice]:
        """The splices that change the entry at ``step`` of a container from ``old`` to ``new``."""
        value = node.at(step)
        if value is None:
            if old is not NOTHING and not (whole and new is not NOTHING):
                raise SpelledOtherwise
            if new is not NOTHING:
                assert isinstance(step, str)
                yield self._inserted(node, step, new, spaced)
        elif new is NOTHING:
            yield self._deleted(node, step)
        elif whole:
            yield self._replaced(node, step, value, new)
        else:
            try:
                yield from [*self._within(value, old, new)]
            except SpelledOtherwise:
                yield self._replaced(node, step, value, new)

    # --- what differs ------------------------------------------------------------------------

    def _within(self, node: Node, old: Any, new: Any) -> Iterator[Splice]:
        """The differences within a value.  Raises SpelledOtherwise if it has to be replaced."""
        if same(old, new):
            return
        if isinstance(old, Mapping) and isinstance(new, Mapping) and node.keys and new:
            yield from self._mapping(node, old, new)
        elif isinstance(old, list) and isinstance(new, list) and node.items and new:
            yield from self._sequence(node, old, new)
        else:
            raise SpelledOtherwise

    def _mapping(
        self, node: Node, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Splice]:
        assert node.keys is not None
        gone = [key for key in old if key not in new]
        stays = [key for key in new if key in node.keys]
        if not stays or (node.flow and len(gone) + len(new.keys() - old.keys()) > 1):
            raise SpelledOtherwise  # nothing would be left, or commas would be counted twice
        before = stays[0]
        for key in new:
            if key in old:
                if not same(old[key], new[key]):
                    yield from self.entry(node, key, old[key], new[key], False)
            elif key in node.keys:
                raise SpelledOtherwise
            else:
                yield self._inserted(node, key, new[key], False, before)
            before = key if key in node.keys else before
        for key in gone:
            yield from self.entry(node, key, old[key], NOTHING, False)

    def _sequence(self, node: Node, old: list[Any], new: list[Any]) -> Iterator[Splice]:
        if node.items is None or len(node.items) != len(old):
            raise SpelledOtherwise
        steps = SequenceMatcher(None, [_plain(x) for x in old], [_plain(x) for x in new], False)
        changed = [step for step in steps.get_opcodes() if step[0] != "equal"]
        for _, a, b, c, d in changed:
            if b - a == d - c:
                for index, (before, after) in enumerate(zip(old[a:b], new[c:d], strict=True), a):
                    yield from self.entry(node, index, before, after, False)
            elif node.flow or (d > c and b > a) or b - a == len(old):
                raise SpelledOtherwise
            else:
                yield from (self._deleted(node, index) for index in range(a, b))
                if d > c:
                    yield self._items(node, a, new[c:d])

    # --- splices -----------------------------------------------------------------------------

    def _replaced(self, node: Node, step: str | int, value: Node, new: Any) -> Splice:
        text = self._layout.text
        if node.flow:
            return Splice(value.start, value.end, self._flow(new))
        region = self._layout.entry(node, step)
        lines = self._lines(step, new, region)
        first = text[region.start : value.start]
        if len(lines) == 1 and "\n" not in first + text[value.start : value.end]:
            # Within its line, so that a comment after it stays.
            start = len(self._lines(step, None, region)[0]) - len("null")
            gap = "" if first.endswith((" ", "\t")) else " "
            return Splice(value.start, value.end, gap + lines[0][start:])
        return self._spliced(region.start, region.end, lines)

    def _lines(self, step: str | int, value: Any, region: Region) -> list[str]:
        if isinstance(step, str):
            lines = write_entry(step, value, region.indent, self._comments)
        else:
            lines = write_item(value, region.indent, self._comments)
        if not region.own_line:
            lines[0] = lines[0][region.indent :]
        return lines

    def _spliced(self, start: int, end: int, lines: Sequence[str]) -> Splice:
        """Whole lines for whole lines; the last one of the text ends as the text does."""
        text = self._layout.text
        joined = "\n".join(lines) + "\n"
        if end == len(text) and text and not text.endswith("\n"):
            joined = joined[:-1]
            if start == end:
                joined = "\n" + joined
        return Splice(start, end, joined)

    def _deleted(self, node: Node, step: str | int) -> Splice:
        layout = self._layout
        if node.flow:
            return self._deleted_from_flow(node, step)
        entries = [*node.keys] if node.keys is not None else [*range(len(node.items or ()))]
        if len(entries) == 1:
            raise SpelledOtherwise
        region = layout.entry(node, step)
        if not region.own_line:  # the next key moves up to the dash
            following = entries[entries.index(step) + 1]
            after = layout.entry(node, following)
            return Splice(region.start, after.start + after.indent, "")
        start, end = layout.with_head(region), region.end
        if step == entries[0] or layout.is_blank_before(start):
            if end >= len(layout.text):
                while start and layout.is_blank_before(start):
                    start = layout.line_start(start - 1)
            while end < len(layout.text) and not layout.text[end : layout.line_end(end)].strip():
                end = layout.line_end(end)
        return Splice(start, end, "")

    def _deleted_from_flow(self, node: Node, step: str | int) -> Splice:
        text = self._layout.text
        spans = _spans(node)
        index = step if isinstance(step, int) else list(node.keys or ()).index(step)
        start, end = spans[index]
        if len(spans) == 1:
            raise SpelledOtherwise
        before = spans[index - 1][1]
        if index + 1 == len(spans):
            return Splice(before, end, "")
        after = spans[index + 1][0]
        if index and "\n" not in text[before:start] and "\n" in text[end:after]:
            return Splice(before, end, "")  # what follows stays on its own line
        return Splice(start, after, "")

    def _inserted(
        self, node: Node, key: str, value: Any, spaced: bool, before: str | None = None
    ) -> Splice:
        """A new entry of a mapping, after ``before``, else at the end."""
        assert node.keys is not None
        if node.flow or not node.keys:
            return self._into_flow(node, f"{self._flow(key)}: {self._flow(value)}")
        last = before if before in node.keys else list(node.keys)[-1]
        region = self._layout.entry(node, last)
        lines = write_entry(key, value, region.indent, self._comments)
        return self._after(region, lines, spaced and self._is_apart(node, list(node.keys)))

    def appended(self, node: Node, value: Any, spaced: bool) -> Splice:
        """A new item at the end of a list."""
        assert node.items is not None
        if node.flow or not node.items:
            return self._into_flow(node, self._flow(value))
        count = len(node.items)
        region = self._layout.entry(node, count - 1)
        lines = write_item(value, region.indent, self._comments)
        return self._after(region, lines, spaced and self._is_apart(node, list(range(count))))

    def _items(self, node: Node, index: int, values: Sequence[Any]) -> Splice:
        """New items of a block before that of ``index``."""
        last = max(index - 1, 0)
        region = self._layout.entry(node, last)
        written = (write_item(value, region.indent, self._comments) for value in values)
        lines = [line for item in written for line in item]
        if index:
            return self._after(region, lines, False)
        if not region.own_line:
            raise SpelledOtherwise
        return Splice(region.start, region.start, "\n".join(lines) + "\n")

    def _after(self, region: Region, lines: list[str], apart: bool) -> Splice:
        lines = ["", *lines] if apart else lines
        return replace(self._spliced(region.end, region.end, lines), indent=region.indent)

    def _is_apart(self, node: Node, entries: Sequence[str | int]) -> bool:
        """Whether blank lines separate the entries; true if there is only one."""
        if len(entries) < 2:
            return True
        start = self._layout.with_head(self._layout.entry(node, entries[-1]))
        return self._layout.is_blank_before(start)

    def _into_flow(self, node: Node, text: str) -> Splice:
        spans = _spans(node)
        if not spans:
            return Splice(node.end - 1, node.end - 1, text)
        start, end = spans[-1]
        return Splice(end, end, f",{self._gap(start, end)}{text}")

    def _gap(self, start: int, end: int) -> str:
        """The separator after an entry in flow style: a line break if it is alone on its line."""
        layout = self._layout
        indent = layout.text[layout.line_start(start) : start]
        alone = not indent.strip() and not layout.text[end : layout.line_end(end)].strip()
        return f"\n{indent}" if alone else " "


def _spans(node: Node) -> list[tuple[int, int]]:
    """Where the entries of a container in flow style begin and end."""
    if node.keys is not None:
        return [(start, value.end) for start, value in node.keys.values()]
    return [(item.start, item.end) for item in node.items or ()]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same: true is not 1, 1.0 is not 1, order of keys is ignored."""
    if one is NOTHING or other is NOTHING:
        return one is other
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
