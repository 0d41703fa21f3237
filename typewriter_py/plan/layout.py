"""How a YAML text is laid out: where each node, and each entry of a container, begins and ends.

The parser says where a node begins; where a block ends it says only by what comes next, so
an entry's end is worked out here: comments that are indented deeper than the entry belong to
it, blank lines and the comments after them to what follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from .yaml_reader import resolve

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """``start`` and ``end`` bound what is written of the node, its anchor included.

    ``keys`` are a mapping's entries, ``items`` a sequence's; a scalar and an alias have
    neither.
    """

    start: int
    end: int
    flow: bool = False
    keys: dict[str, tuple[int, Node]] | None = None
    items: list[Node] | None = None

    def at(self, step: str | int) -> Node | None:
        """The value of a key, or an item; None if there is none."""
        if self.keys is not None and isinstance(step, str):
            entry = self.keys.get(step)
            return entry[1] if entry else None
        if self.items is not None and isinstance(step, int) and step < len(self.items):
            return self.items[step]
        return None


@dataclass(slots=True)
class Region:
    """The text of one entry of a block, whole lines if ``own_line``: otherwise it begins
    behind the dash of the item that it is the first key of.  ``indent`` is its column."""

    start: int
    end: int
    indent: int
    own_line: bool


@dataclass(slots=True)
class Layout:
    """A text and its nodes; raises yaml.YAMLError for what is no YAML."""

    text: str
    root: Node | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.root = _Reading(self.text).root

    def line_start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line after that of a place begins; the end of the text if there is none."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def entry(self, node: Node, step: str | int) -> Region:
        """The region of an entry of a block."""
        first, value = self._first(node, step)
        start = self.line_start(first)
        own_line = not self.text[start:first].strip()
        indent = first - start
        end = self._with_comments(self.line_end(max(value.end, first)), indent)
        return Region(start if own_line else first, end, indent, own_line)

    def _first(self, node: Node, step: str | int) -> tuple[int, Node]:
        if isinstance(step, str):
            assert node.keys is not None
            return node.keys[step]
        assert node.items is not None
        return self._dash(node, step), node.items[step]

    def _dash(self, node: Node, index: int) -> int:
        """Where the ``-`` of an item is: only blanks and comments stand before it."""
        assert node.items is not None
        at = node.items[index - 1].end if index else node.start
        if index:
            at = self.line_end(at)
        while True:
            line = self.text[at : self.line_end(at)]
            bare = line.lstrip()
            if bare.startswith("-"):
                return at + len(line) - len(bare)
            if at >= len(self.text):
                return node.items[index].start
            at = self.line_end(at)

    def _with_comments(self, end: int, indent: int) -> int:
        at = end
        while at < len(self.text):
            line = self.text[at : self.line_end(at)]
            bare = line.strip()
            if bare and not (bare.startswith("#") and len(line) - len(line.lstrip()) > indent):
                break
            at = self.line_end(at)
            end = at if bare else end
        return end

    def with_head(self, region: Region) -> int:
        """Where the region begins with the comments right above it, of the same column."""
        start = region.start
        while start:
            above = self.line_start(start - 1)
            line = self.text[above:start]
            if not (line.strip().startswith("#") and line.find("#") == region.indent):
                break
            start = above
        return start

    def is_blank_before(self, at: int) -> bool:
        """Whether the line above the one that begins here is blank (or there is none)."""
        return not self.text[self.line_start(at - 1) : at].strip() if at else True


class _Reading:
    """Reads a text's events into nodes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.root: Node | None = None
        stack: list[tuple[Node, list[tuple[str, int]]]] = []
        events: Any = yaml.parse(text, Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                node = Node(_index(event.start_mark), self._end(event))
                self._put(stack, node, event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                is_map = isinstance(event, yaml.MappingStartEvent)
                begin = _index(event.start_mark)
                node = Node(begin, begin, bool(event.flow_style))
                node.keys, node.items = ({}, None) if is_map else (None, [])
                stack.append((node, []))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                node, _ = stack.pop()
                last = self._last(node)
                node.end = _index(event.end_mark) if node.flow or last is None else last.end
                self._put(stack, node, None)

    def _end(self, event: Any) -> int:
        end = _index(event.end_mark)
        if getattr(event, "style", None) not in ("|", ">"):
            return end
        start = _index(event.start_mark)
        written = self._text[start:end]
        if re.match(r"(?:[&!]\S*\s+)*[|>]\d?\+", written):
            return end - (1 if written.endswith("\n") else 0)
        return start + len(written.rstrip("\r\n"))

    def _last(self, node: Node) -> Node | None:
        nodes = [each for _, each in (node.keys or {}).values()] or node.items
        return max(nodes, key=lambda each: each.end) if nodes else None

    def _put(self, stack: list[tuple[Node, list[tuple[str, int]]]], node: Node, event: Any) -> None:
        if not stack:
            self.root = node
            return
        parent, pending = stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif pending:
            key, start = pending.pop()
            assert parent.keys is not None
            parent.keys.setdefault(key, (start, node))
        else:
            value = getattr(event, "value", None)
            pending.append((_key(value, event), node.start))


def _index(mark: Any) -> int:
    index: int = mark.index
    return index


def _key(value: Any, event: Any) -> str:
    """A key as text; one that is a merge, or no text, under a name that nobody looks for."""
    plain = isinstance(value, str) and event.implicit[0]
    if isinstance(value, str) and (not plain or isinstance(resolve(value), str)):
        return value
    return f"\0{event.start_mark.index if event else id(value)}"
