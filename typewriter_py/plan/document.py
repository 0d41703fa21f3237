"""The content of a file: plain data in which every node knows its location, parent and key."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import ref

from ..diagnostics import Diagnostic, Span

Mark: TypeAlias = tuple[str, int, int, int]
"""The arguments of a ``Span``: file, line, column, length."""


class Node:
    """A mapping or list.  One that aliases repeat has the parent in which it is written."""

    __slots__ = ()
    mark: Mark
    key: Any
    _parent: ref[Any] | None  # weak, as a cycle would keep the document alive for long

    @property
    def parent(self) -> Any:
        """The mapping or list that contains it under ``key``; None for the root."""
        return None if self._parent is None else self._parent()

    @property
    def path(self) -> tuple[str | int, ...]:
        """The keys from the root to it."""
        parent = self.parent
        return () if parent is None else (*parent.path, self.key)

    @property
    def owner(self) -> Span | None:
        """The location of the name of the event, property or definition that it is part of."""
        name = self.name if isinstance(self, Map) else None
        return self.parent.owner if name is None and self.parent is not None else name

    @property
    def span(self) -> Span:
        """Its location."""
        return Span(*self.mark)

    def belongs_to(self, parent: Node, key: Any) -> None:
        """Remember the parent, and its key there."""
        self._parent = ref(parent)  # type: ignore[misc]  # those that inherit have the slot
        self.key = key


class Map(dict[str, Any], Node):
    """A mapping that knows its location (``mark``) and that of every key and value (``marks``).

    ``name`` is the location of the name of the event, property or definition it describes.
    """

    __slots__ = ("__weakref__", "_parent", "key", "mark", "marks", "name")

    def __init__(self, mark: Mark, parent: Node | None = None, key: Any = None) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, tuple[Mark, Mark]] = {}
        self._parent = None if parent is None else ref(parent)
        self.key = key
        self.name: Span | None = None

    def put(self, key: str, value: Any, marks: tuple[Mark, Mark]) -> None:
        """Set ``key`` with the locations of key and value, and become the value's parent."""
        self[key] = value
        self.marks[key] = marks
        if isinstance(value, Node):
            value.belongs_to(self, key)

    def remove(self, key: str) -> None:
        """Remove ``key`` if it is there."""
        self.pop(key, None)
        self.marks.pop(key, None)

    def only(self, keys: Container[str]) -> Map:
        """A copy with these keys alone."""
        copy = Map(self.mark)
        copy._parent, copy.key, copy.name = self._parent, self.key, self.name
        for key in self:
            if key in keys:
                copy.put(key, self[key], self.marks[key])
        return copy

    def submap(self, key: str) -> Map:
        """The mapping under ``key``; an empty one if there is none."""
        found = self.get(key)
        return found if isinstance(found, Map) else Map(self.mark)

    def key_span(self, key: str) -> Span:
        """The location of ``key``; that of the mapping if there is no such key."""
        return Span(*(self.marks[key][0] if key in self.marks else self.mark))

    def value_span(self, key: str) -> Span:
        """The location of the value of ``key``; that of the mapping if there is no such key."""
        return Span(*(self.marks[key][1] if key in self.marks else self.mark))


class Seq(list[Any], Node):
    """A sequence that knows its location and that of every item."""

    __slots__ = ("__weakref__", "_parent", "key", "mark", "marks")

    def __init__(self, mark: Mark, parent: Node | None = None, key: Any = None) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []
        self._parent = None if parent is None else ref(parent)
        self.key = key

    def add(self, item: Any, mark: Mark) -> None:
        """Append an item with its location."""
        if isinstance(item, Node):
            item.belongs_to(self, len(self))
        self.append(item)
        self.marks.append(mark)

    def item_span(self, index: int) -> Span:
        """The location of an item."""
        return Span(*self.marks[index])


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content: ``data`` is None if it could not be read."""

    file: str
    text: str
    data: Any
    diagnostics: tuple[Diagnostic, ...]

    def span_at(self, path: tuple[str | int, ...]) -> Span:
        """The location of the value at ``path``: a mapping's key, a sequence's item.

        For a path that does not exist, the location of the nearest parent that does.
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
        """What identifies the text at ``path``: paths that aliases lead to one node share it."""
        node, parent = self.data, None
        for step in path:
            parent, node = node, node[step]
        return (id(parent), path[-1]) if path and not isinstance(node, Map | Seq) else (id(node),)
