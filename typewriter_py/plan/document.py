"""What a file holds: plain data in which every node remembers where it stands."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..diagnostics import Diagnostic, Span

Mark: TypeAlias = tuple[str, int, int, int]
"""The arguments of a ``Span``: file, line, column, length."""


class Map(dict[str, Any]):
    """A mapping that knows its place (``mark``) and that of every key and value (``marks``)."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, tuple[Mark, Mark]] = {}

    def put(self, key: str, value: Any, marks: tuple[Mark, Mark]) -> None:
        """Set ``key`` together with the places of key and value."""
        self[key] = value
        self.marks[key] = marks

    def remove(self, key: str) -> None:
        """Take ``key`` out, if it is there."""
        self.pop(key, None)
        self.marks.pop(key, None)

    def only(self, keys: Container[str]) -> Map:
        """A copy with these keys alone."""
        copy = Map(self.mark)
        for key in self:
            if key in keys:
                copy.put(key, self[key], self.marks[key])
        return copy

    def key_span(self, key: str) -> Span:
        """Where ``key`` stands; where the mapping begins, if there is no such key."""
        return Span(*(self.marks[key][0] if key in self.marks else self.mark))

    def value_span(self, key: str) -> Span:
        """Where the value of ``key`` begins, likewise."""
        return Span(*(self.marks[key][1] if key in self.marks else self.mark))

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.mark)


class Seq(list[Any]):
    """A sequence that knows its place and that of every item."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []

    def add(self, item: Any, mark: Mark) -> None:
        """Append an item together with its place."""
        self.append(item)
        self.marks.append(mark)

    def item_span(self, index: int) -> Span:
        """Where the item begins."""
        return Span(*self.marks[index])

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.mark)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: ``data`` is None where nothing could be read."""

    file: str
    text: str
    data: Any
    diagnostics: tuple[Diagnostic, ...]

    def span_at(self, path: tuple[str | int, ...]) -> Span:
        """The place of the value at ``path``: a mapping's key, a sequence's item.

        For a path that leads nowhere: the place of its nearest parent that exists.
        """
        node, span = self.data, Span(self.file)
        for step in path:
            if isinstance(node, Map) and step in node:
                span, node = node.key_span(str(step)), node[str(step)]
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
                span, node = node.item_span(step), node[step]
            else:
                break
        return span

    def written_at(self, path: tuple[str | int, ...]) -> tuple[object, ...]:
        """What tells apart what is written: where aliases lead to one node, paths differ."""
        node, parent = self.data, None
        for step in path:
            parent, node = node, node[step]
        return (id(parent), path[-1]) if path and not isinstance(node, Map | Seq) else (id(node),)
