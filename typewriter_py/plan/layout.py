"""The layout of a YAML text: where each node, and each entry of a container, begins and ends.

The parser reports where a node begins, but not where a block ends, so the end of an entry is
found here: comments that are indented deeper than the entry belong to it, blank lines and the
comments after them to what follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

from .yaml_reader import resolve

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A node's text is between ``start`` and ``end``, its anchor included.

    ``keys`` has a mapping's entries, ``items`` a sequence's; scalars and aliases have neither.
    """

    start: int
    end: int
    flow: bool = False
    keys: dict[str, tuple[int, Node]] | None = None
    items: list[Node] | None = None

    def at(self, step: str | int) -> Node | None:
        """The value of a key, or an item; None if there is none."""
        if isinstance(step, str):
            return self.keys[step][1] if self.keys and step in self.keys else None
        return self.items[step] if self.items and step < len(self.items) else None


@dataclass(slots=True)
class Region:
    """The text of one entry of a block: whole lines if ``own_line``, otherwise it begins after
    the dash of an item, as its first key.  ``indent`` is its column."""

    start: int
    end: int
    indent: int
    own_line: bool


class Layout:
    """A text and its nodes.  Raises yaml.YAMLError if it is not YAML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = _read(text)

    def line_start(self, at: int) -> int:
        """Where the line of an index begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line after that of an index begins; the end of the text if it is the last."""
        return self.text.find("\n", at) + 1 or len(self.text)

    def entry(self, node: Node, step: str | int) -> Region:
        """The region of an entry of a block."""
        if isinstance(step, str):
            assert node.keys is not None
            first, value = node.keys[step]
        else:
            assert node.items is not None
            first, value = self._dash(node.items, step, node.start), node.items[step]
        start = self.line_start(first)
        own_line = not self.text[start:first].strip()
        indent = first - start
        end = self._with_comments(self.line_end(max(value.end, first)), indent)
        return Region(start if own_line else first, end, indent, own_line)

    def _dash(self, items: list[Node], index: int, start: int) -> int:
        """The index of an item's ``-``, which only blanks and comments precede."""
        at = self.line_end(items[index - 1].end) if index else start
        while at < len(self.text):
            line = self.text[at : self.line_end(at)]
            bare = line.lstrip()
            if bare.startswith("-"):
                return at + len(line) - len(bare)
            at = self.line_end(at)
        return items[index].start

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
        """Where the region begins, including the comments right above it in the same column."""
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


def _read(text: str) -> Node | None:
    """The root node, from the parser's events."""
    top = Node(0, 0, items=[])
    stack: list[tuple[Node, list[tuple[str, int]]]] = [(top, [])]
    events: Any = yaml.parse(text, Loader=_LOADER)
    for event in events:
        start, end = event.start_mark.index, event.end_mark.index
        match event:
            case yaml.ScalarEvent() | yaml.AliasEvent():
                node = Node(start, start + _length(event, text[start:end]))
            case yaml.MappingStartEvent():
                stack.append((Node(start, end, bool(event.flow_style), keys={}), []))
                continue
            case yaml.SequenceStartEvent():
                stack.append((Node(start, end, bool(event.flow_style), items=[]), []))
                continue
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                node, _ = stack.pop()
                ends = [each.end for _, each in (node.keys or {}).values()]
                ends += [each.end for each in node.items or ()]
                node.end = end if node.flow or not ends else max(ends)
            case _:
                continue
        parent, pending = stack[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif pending:
            key, begin = pending.pop()
            assert parent.keys is not None
            parent.keys.setdefault(key, (begin, node))
        else:
            pending.append((_key(event), node.start))
    return top.items[-1] if top.items else None


def _length(event: Any, written: str) -> int:
    """The length of a scalar, without the line breaks after a block, unless it keeps them."""
    if getattr(event, "style", None) not in ("|", ">"):
        return len(written)
    keeps = re.match(r"(?:[&!]\S*\s+)*[|>]\d?\+", written)
    return len(written.removesuffix("\n") if keeps else written.rstrip("\r\n"))


def _key(event: Any) -> str:
    """A key as text; one that is a merge, or not a string, under a name that is never used."""
    value = getattr(event, "value", None)
    if isinstance(value, str) and not (event.implicit[0] and not isinstance(resolve(value), str)):
        return value
    return f"\0{event.start_mark.index}"
