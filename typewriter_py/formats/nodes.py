"""A draft: a plan about to be written, as plain data with places, and the comments with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote

from ..diagnostics import Span
from ..plan.document import Map, Mark, Seq


@dataclass(slots=True)
class Comments:
    """Lines for people, each above the key or item that it is about (without the ``#``).

    Nodes are told apart by identity; a comment that stands with key None goes above the
    node's first key.  ``lossy`` are those that say less than they should: part of what they
    came from is in a comment only.
    """

    above: dict[tuple[int, str | int | None], list[str]] = field(default_factory=dict)
    lossy: set[int] = field(default_factory=set)

    def add(self, node: Map | Seq, key: str | int | None, *lines: str) -> None:
        """Put ``lines`` above ``key`` of ``node``, below those that are there already."""
        self.above.setdefault((id(node), key), []).extend(lines)

    def lose(self, node: Map | Seq, what: str, *why: str) -> None:
        """Say at ``node`` that ``what`` is not carried over into the plan."""
        self.add(node, None, f"not carried over: {what}", *why)
        self.lossy.add(id(node))

    def at(self, node: Map | Seq, key: str | int | None) -> list[str]:
        """The lines above ``key`` of ``node``."""
        return self.above.get((id(node), key), []) if self.above else []


@dataclass(slots=True)
class Draft:
    """``root`` is what stands under ``tracking_plan``, its keys in the order of writing.

    Its nodes carry the places in the source that they came from, so what the plan's own
    reader has to say of it points there.  ``head`` is comment lines at the top of the file.
    """

    root: Map
    comments: Comments = field(default_factory=Comments)
    head: list[str] = field(default_factory=list)


NOWHERE: Final[Mark] = ("", 1, 1, 1)
EVENT_ORDER: Final[Mapping[str, int]] = {
    key: place
    for place, key in enumerate(
        "name title description version function owner tags platforms integrations deprecated"
        " replaced_by expires ignore rules".split()
    )
}
"""The keys of an event in the order in which a plan has them."""


def mark_of(span: Span | None) -> Mark:
    """The mark of a place that may not be known."""
    return NOWHERE if span is None else (span.file, span.line, span.column, span.length)


def placed(value: Any, mark: Mark) -> Any:
    """``value`` as nodes that all stand at ``mark``; what has places already keeps them."""
    if isinstance(value, Map | Seq):
        return value
    if isinstance(value, Mapping):
        node = Map(mark)
        for key, each in value.items():
            put(node, str(key), placed(each, mark), mark)
        return node
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = Seq(mark)
        for each in value:
            append(items, placed(each, mark), mark)
        return items
    return value


def put(node: Map, key: str, value: Any, mark: Mark | None = None) -> None:
    """``node[key] = value``; its place is ``mark``, else that of ``node``."""
    key_mark = mark or node.mark
    node.put(key, value, (key_mark, value.mark if isinstance(value, Map | Seq) else key_mark))


def append(items: Seq, value: Any, mark: Mark) -> None:
    """One more item."""
    items.add(value, value.mark if isinstance(value, Map | Seq) else mark)


def copied(source: Map, key: str, into: Map, value: Any) -> None:
    """Put ``value`` under ``key`` where ``source`` has that key, with its place."""
    into.put(key, value, source.marks.get(key) or (source.mark, source.mark))


def without(items: Seq, drop: Sequence[Any]) -> Seq:
    """The items that are not in ``drop``."""
    kept = Seq(items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        if item not in drop:
            kept.add(item, mark)
    return kept


def each_once(items: Seq) -> Seq:
    """The items without those that stand there before."""
    kept = Seq(items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        if item not in kept:
            kept.add(item, mark)
    return kept


def reordered(node: Map, order: Mapping[str, int]) -> Map:
    """The same node, its keys in ``order``; others keep theirs, at the end."""
    last = len(order)
    keys = sorted(node, key=lambda key: order.get(key, last))
    if keys == [*node]:
        return node
    values = dict(node)
    node.clear()
    node.update((key, values[key]) for key in keys)
    return node


@lru_cache(maxsize=1 << 12)
def steps_of(fragment: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer in a URI's fragment, such as ``#/definitions/Item``
    (RFC 6901, section 6)."""
    try:
        plain = unquote(fragment, errors="surrogatepass")
    except UnicodeDecodeError:  # escapes that are not UTF-8
        plain = unquote(fragment)
    return tuple([step.replace("~1", "/").replace("~0", "~") for step in plain.split("/")[1:]])


def pointer_to(*steps: str) -> str:
    """The fragment whose tokens ``steps`` are."""
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join([f"/{quote(step, safe='', errors='surrogatepass')}" for step in escaped])


def node_at(node: Any, steps: Iterable[str]) -> Any:
    """What stands where the steps of a JSON pointer lead; None for nothing."""
    for step in steps:
        if isinstance(node, Map):
            node = node.get(step)
        elif isinstance(node, Seq) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def maps_in(node: Any) -> Iterator[Map]:
    """All mappings in ``node``, itself as well."""
    ahead = [node]
    while ahead:
        each = ahead.pop()
        if isinstance(each, Map):
            yield each
            ahead += each.values()
        elif isinstance(each, Seq):
            ahead += each


class Place(NamedTuple):
    """An entry of a draft: ``key`` of ``node``."""

    node: Map | Seq
    key: str | int

    @property
    def value(self) -> Any:
        """What stands there."""
        return self.node[self.key]  # type: ignore[index]

    @property
    def path(self) -> tuple[str | int, ...]:
        """The keys from the root to it."""
        return (*self.node.path, self.key)

    @property
    def span(self) -> Span:
        """Where it stands in the source."""
        if isinstance(self.node, Map):
            return self.node.key_span(str(self.key))
        return self.node.item_span(int(self.key))

    def remove(self) -> None:
        """Take it out."""
        if isinstance(self.node, Map):
            self.node.remove(str(self.key))
        else:
            del self.node[int(self.key)], self.node.marks[int(self.key)]


def home(node: Map | Seq) -> Place | None:
    """The entry whose value ``node`` is; None for the root."""
    return None if node.parent is None else Place(node.parent, node.key)


class Shadow:
    """A copy of ``root`` in which every place is told apart by its line, and the ways back.

    Many nodes of a draft may come from one place of the source, or from none.  What the
    plan's own checks say of the copy leads back to the one key or item that is meant.  (The
    nodes of ``root`` itself are told their parents, wherever they were taken from.)
    """

    def __init__(self, root: Map) -> None:
        self._places: list[Place | None] = [None]
        self.root: Map = self._copy(root, self._mark(None))

    def place(self, span: Span | None) -> Place | None:
        """The entry that ``span`` of the copy is; None for the root, and for no place."""
        return self._places[span.line] if span and span.line < len(self._places) else None

    def _mark(self, place: Place | None) -> Mark:
        self._places.append(place)
        return ("", len(self._places) - 1, 1, 1)

    def _copy(self, value: Any, mark: Mark) -> Any:
        if isinstance(value, Map):
            node = Map(mark)
            for key, each in value.items():
                at = self._mark(_placed(value, key, each))
                node.put(key, self._copy(each, at), (at, at))
            return node
        if isinstance(value, Seq):
            items = Seq(mark)
            for index, each in enumerate(value):
                at = self._mark(_placed(value, index, each))
                items.add(self._copy(each, at), at)
            return items
        return value


def _placed(node: Map | Seq, key: str | int, value: Any) -> Place:
    if isinstance(value, Map | Seq):
        value.belongs_to(node, key)
    return Place(node, key)
