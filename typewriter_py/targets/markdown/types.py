"""Types in words, as a cell of a table says them; definitions are links."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan import model as m
from ...text import code, escaped
from .anchors import Anchors


class Words:
    """Says what may stand in a place."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors

    def value(self, value: m.Value) -> str:
        """``number, at least 0``, ``array of [Product](#definition-product)``, ``… or null``."""
        said = self.type(value.type)
        return f"{said} or null" if value.nullable else said

    def type(self, type_: m.Type) -> str:
        """The same for a type."""
        match type_:
            case m.AnyType():
                return "anything"
            case m.Boolean():
                return "true or false"
            case m.Number():
                kind = "whole number" if type_.integer else "number"
                return ", ".join([kind, *_of_number(type_)])
            case m.String():
                return ", ".join(["text", *_of_text(type_)])
            case m.Enum(values):
                return ", ".join(map(literal, values)) if values else "nothing"
            case m.Array():
                items = self.value(type_.items)
                counts = _counts(type_.min_items, type_.max_items, "item")
                distinct = ["all different"] if type_.unique_items else []
                return ", ".join([f"list of {items}", *counts, *distinct])
            case m.Object():
                return self._object(type_)
            case m.Union(()):
                return "nothing"
            case m.Union(members, exclusive):
                each = " · or ".join(map(self.type, members))
                return f"exactly one of: {each}" if exclusive else each
            case m.Ref(name):
                return f"[{escaped(name, cell=True)}](#{self._anchors.definition(name)})"

    def _object(self, type_: m.Object) -> str:
        counts = _counts(type_.min_properties, type_.max_properties, "key")
        if type_.additional is None or type_.properties:
            kind = "object" if type_.additional is None else "object, further keys allowed"
        else:
            kind = f"object with any keys, each {self.value(type_.additional)}"
        return ", ".join([kind, *counts])


def literal(value: m.Json) -> str:
    """A value as it goes on the wire, in a cell; texts without quotes where that is clear."""
    from json import dumps

    plain = isinstance(value, str) and value and value == value.strip()
    ambiguous = plain and str(value) in ("true", "false", "null")
    text = str(value) if plain and not ambiguous else dumps(value, ensure_ascii=False)
    return code(text, cell=True)


def _of_number(type_: m.Number) -> Iterator[str]:
    for words, bound in (
        ("at least", type_.minimum),
        ("more than", type_.exclusive_minimum),
        ("at most", type_.maximum),
        ("less than", type_.exclusive_maximum),
        ("in steps of", type_.multiple_of),
    ):
        if bound is not None:
            yield f"{words} {bound}"


def _of_text(type_: m.String) -> Iterator[str]:
    if type_.format is not None:
        yield escaped(type_.format, cell=True)
    yield from _counts(type_.min_length, type_.max_length, "character")
    for pattern in type_.patterns:
        yield f"matches {code(pattern, cell=True)}"


def _counts(least: int | None, most: int | None, noun: str) -> Iterator[str]:
    if least and least == most:
        yield f"exactly {least} {noun}{'s' * (least != 1)}"
        return
    if least:
        yield f"at least {least} {noun}{'s' * (least != 1)}"
    if most is not None:
        yield f"at most {most} {noun}{'s' * (most != 1)}"
