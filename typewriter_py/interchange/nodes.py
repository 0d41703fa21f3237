"""Nodes of a draft: plain data with places, and how they are put together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..diagnostics import Span
from ..plan.document import Map, Mark, Seq

NOWHERE: Final[Mark] = ("", 1, 1, 1)
EVENT_ORDER: Final[Mapping[str, int]] = {
    key: place
    for place, key in enumerate(
        "name title description version function owner tags platforms integrations deprecated"
        " replaced_by expires ignore rules".split()
    )
}
"""The keys of an event in the order in which a plan has them."""

_SHOWN: Final = 240  # characters of a value that a comment quotes


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
    items.append(value)
    items.marks.append(value.mark if isinstance(value, Map | Seq) else mark)


def copied(source: Map, key: str, into: Map, value: Any) -> None:
    """Put ``value`` under ``key`` where ``source`` has that key, with its place."""
    into.put(key, value, source.marks.get(key) or (source.mark, source.mark))


def without(items: Seq, drop: Sequence[Any]) -> Seq:
    """The items that are not in ``drop``."""
    kept = Seq(items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        if item not in drop:
            kept.append(item)
            kept.marks.append(mark)
    return kept


def each_once(items: Seq) -> Seq:
    """The items without those that stand there before."""
    kept = Seq(items.mark)
    for item, mark in zip(items, items.marks, strict=True):
        if item not in kept:
            kept.append(item)
            kept.marks.append(mark)
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


def shown(value: Any) -> str:
    """A value as JSON on one line, as far as a person wants to read it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
