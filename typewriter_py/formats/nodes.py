"""A draft: a plan about to be written, as plain data with locations and comments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from ..diagnostics import Span
from ..plan.document import Map, Mark, Seq


@dataclass(slots=True)
class Comments:
    """Lines for people, each above the key or item that it is about (without the ``#``).

    Nodes are distinguished by identity; a comment whose key is None goes above the node's first
    key.  ``lossy`` are the nodes that say less than their source: part of it is only a comment.
    """

    above: dict[tuple[int, str | int | None], list[str]] = field(default_factory=dict)
    lossy: set[int] = field(default_factory=set)

    def add(self, node: Map | Seq, key: str | int | None, *lines: str) -> None:
        """Put ``lines`` above ``key`` of ``node``, below those that are there already."""
        self.above.setdefault((id(node), key), []).extend(lines)

    def lose(self, node: Map | Seq, what: str, *why: str) -> None:
        """Note at ``node`` that ``what`` is not carried over into the plan; this may be all that
        is left of it, so it is never cut."""
        self.add(node, None, f"not carried over: {what}", *why)
        self.lossy.add(id(node))

    def at(self, node: Map | Seq, key: str | int | None) -> list[str]:
        """The lines above ``key`` of ``node``."""
        return self.above.get((id(node), key), []) if self.above else []


@dataclass(slots=True)
class Draft:
    """``root`` is the value of ``tracking_plan``, its keys in the order of writing.

    Its nodes have their locations in the source, so the diagnostics of the plan's own reader
    point there.  ``head`` is comment lines at the top of the file.
    """

    root: Map
    comments: Comments = field(default_factory=Comments)
    head: list[str] = field(default_factory=list)


def as_text(value: Any, key: str | int | None = None) -> str:
    """A value, or ``key`` and value, whole and on one line, for a comment."""
    text = json.dumps(value, ensure_ascii=False)
    return text if key is None else f"{key}: {text}"


NOWHERE: Final[Mark] = ("", 1, 1, 1)


def order_of(keys: str) -> Mapping[str, int]:
    """The position of each key in a list of keys."""
    return {key: position for position, key in enumerate(keys.split())}


EVENT_ORDER: Final = order_of(
    "name title description version function owner tags platforms integrations deprecated"
    " replaced_by expires ignore rules"
)
"""The keys of an event in the order in which a plan has them."""


def as_nodes(value: Any, mark: Mark) -> Any:
    """``value`` as nodes, all located at ``mark``; nodes in it keep their own locations."""
    if isinstance(value, Map | Seq):
        return value
    if isinstance(value, Mapping):
        node = Map(mark)
        for key, each in value.items():
            put(node, str(key), each)
        return node
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = Seq(mark)
        for each in value:
            append(items, each, mark)
        return items
    return value


def put(node: Map, key: str, value: Any, mark: Mark | None = None) -> None:
    """``node[key] = value``, as nodes, located at ``mark``, else where ``node`` is."""
    mark = mark or node.mark
    value = as_nodes(value, mark)
    node.put(key, value, (mark, value.mark if isinstance(value, Map | Seq) else mark))


def append(items: Seq, value: Any, mark: Mark) -> None:
    """Add an item, as nodes."""
    value = as_nodes(value, mark)
    items.add(value, value.mark if isinstance(value, Map | Seq) else mark)


def copy_entry(source: Map, key: str, into: Map, value: Any) -> None:
    """``into[key] = value``, located where ``source`` has that key."""
    into.put(key, value, source.marks.get(key) or (source.mark, source.mark))


def filtered(items: Seq, keep: Callable[[Any, Seq], bool]) -> Seq:
    """The items to keep; ``keep`` is called with an item and those kept before it."""
    kept = Seq(items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        if keep(item, kept):
            kept.add(item, mark)
    return kept


def reordered(node: Map, order: Mapping[str, int]) -> Map:
    """The same node, its keys in ``order``; others stay in their order, at the end."""
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
    """The fragment whose tokens are ``steps``."""
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join([f"/{quote(step, safe='', errors='surrogatepass')}" for step in escaped])


def node_at(node: Any, steps: Iterable[str]) -> Any:
    """The value that the tokens of a JSON pointer lead to; None if there is none."""
    for step in steps:
        if isinstance(node, Map):
            node = node.get(step)
        elif isinstance(node, Seq) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def maps_in(node: Any) -> Iterator[Map]:
    """All mappings in ``node``, including itself."""
    ahead = [node]
    while ahead:
        each = ahead.pop()
        if isinstance(each, Map):
            yield each
            ahead += each.values()
        elif isinstance(each, Seq):
            ahead += each


class Entry(NamedTuple):
    """An entry of a draft: ``key`` of ``node``."""

    node: Map | Seq
    key: str | int

    @property
    def value(self) -> Any:
        """Its value."""
        return self.node[self.key]  # type: ignore[index]

    @property
    def path(self) -> tuple[str | int, ...]:
        """The keys from the root to it."""
        return (*self.node.path, self.key)

    @property
    def span(self) -> Span:
        """Its location in the source."""
        if isinstance(self.node, Map):
            return self.node.key_span(str(self.key))
        return self.node.item_span(int(self.key))

    @property
    def parent(self) -> Entry | None:
        """The entry whose value is ``node``; None for the root."""
        return None if self.node.parent is None else Entry(self.node.parent, self.node.key)

    def remove(self) -> None:
        """Take it out."""
        if isinstance(self.node, Map):
            self.node.remove(str(self.key))
        else:
            del self.node[int(self.key)], self.node.marks[int(self.key)]


EntryAt: TypeAlias = Callable[[Span | None], Entry | None]


def numbered(root: Map) -> tuple[Map, EntryAt]:
    """A copy of ``root`` in which each entry has a line of its own, and from there to the entry.

    Many nodes of a draft may come from one location of the source, or from none; a diagnostic
    about the copy identifies the one key or item that it is about (None for the root).  The
    nodes of ``root`` itself learn their parents, wherever they were taken from.
    """
    entries: list[Entry | None] = [None, None]  # there is no line 0, and 1 is the root's

    def copy(node: Any, mark: Mark) -> Any:
        if not isinstance(node, Map | Seq):
            return node
        made = Map(mark) if isinstance(node, Map) else Seq(mark)
        for key, value in node.items() if isinstance(node, Map) else enumerate(node):
            if isinstance(value, Map | Seq):
                value.belongs_to(node, key)
            at = ("", len(entries), 1, 1)
            entries.append(Entry(node, key))
            if isinstance(made, Map):
                made.put(str(key), copy(value, at), (at, at))
            else:
                made.add(copy(value, at), at)
        return made

    return copy(root, NOWHERE), lambda span: entries[span.line] if span else None
