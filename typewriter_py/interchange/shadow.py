"""A copy of a draft in which every place is told apart by its line.

Many nodes of a draft may come from one place of the source, or from none.  What the plan's
own checks say of the copy leads back to the one key or item that is meant.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..diagnostics import Span
from ..plan.document import Map, Mark, Seq


class Place(NamedTuple):
    """An entry of a draft: ``key`` of ``node``."""

    node: Map | Seq
    key: str | int

    @property
    def value(self) -> Any:
        """What stands there."""
        return self.node[self.key]  # type: ignore[index]

    @property
    def span(self) -> Span:
        """Where it stands in the source."""
        if isinstance(self.node, Map):
            return self.node.key_span(str(self.key))
        return self.node.item_span(int(self.key))


class Shadow:
    """The copy of ``root``, and the ways back."""

    def __init__(self, root: Map) -> None:
        self._places: list[Place | None] = [None]
        self._homes: dict[int, Place] = {}
        self.root: Map = self._copy(root, self._mark(None))

    def place(self, span: Span | None) -> Place | None:
        """The entry that ``span`` of the copy is; None for the root, and for no place."""
        return self._places[span.line] if span and span.line < len(self._places) else None

    def home(self, node: Map | Seq) -> Place | None:
        """The entry whose value ``node`` is; None for the root."""
        return self._homes.get(id(node))

    def way(self, place: Place) -> list[str | int]:
        """The keys from the root to the entry."""
        found: list[str | int] = []
        each: Place | None = place
        while each is not None:
            found.insert(0, each.key)
            each = self.home(each.node)
        return found

    def _mark(self, place: Place | None) -> Mark:
        self._places.append(place)
        return ("", len(self._places) - 1, 1, 1)

    def _copy(self, value: Any, mark: Mark) -> Any:
        if isinstance(value, Map):
            node = Map(mark)
            for key, each in value.items():
                at = self._mark(self._note(value, key, each))
                node.put(key, self._copy(each, at), (at, at))
            return node
        if isinstance(value, Seq):
            items = Seq(mark)
            for index, each in enumerate(value):
                at = self._mark(self._note(value, index, each))
                items.append(self._copy(each, at))
                items.marks.append(at)
            return items
        return value

    def _note(self, node: Map | Seq, key: str | int, value: Any) -> Place:
        place = Place(node, key)
        if isinstance(value, Map | Seq):
            self._homes[id(value)] = place
        return place
