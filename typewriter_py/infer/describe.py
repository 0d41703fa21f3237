"""Statistics → the schema of one value, with comments that say how certain it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..diagnostics import Span
from ..formats.nodes import Comments, put
from ..plan.document import Map
from ..plan.values import FORMATS
from .events import pattern
from .statistics import (
    Shape,
    Texts,
    Values,
    choices,
    in_of,
    is_amount,
    is_open,
    is_personal,
    remarks_on_kinds,
    times,
    usual,
)

_ID: Final = re.compile(r"\d+|(?=.*\d)[0-9a-f-]{8,}|\d{4}-\d\d(-\d\d)?|\S+@\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Describer:
    """Writes the schemas of one event or call, with ``comments`` about what was counted.

    ``samples`` is how many messages it takes to conclude that something is always so; ``span``
    is where the event was first seen; ``of_user``: its properties are a user's traits.
    """

    comments: Comments
    samples: int
    span: Span
    of_user: bool = False

    def members(self, node: Map, shape: Shape) -> None:
        """Write ``required``, ``properties`` and ``additionalProperties`` into ``node``."""
        if _keys_are_data(shape):
            shape.scatter()
        fields = sorted(shape.fields.items(), key=lambda each: (-each[1].count, each[0]))
        always = [name for name, values in fields if values.count == shape.count]
        if always and shape.count >= self.samples:
            put(node, "required", always)
        if fields:
            properties = Map(self.span)
            for name, values in fields:
                self._property(properties, name, values, shape.count)
            put(node, "properties", properties)
        if shape.rest is not None:
            put(node, "additionalProperties", self.schema(shape.rest, ""))
            count = times(shape.rest.count, "value", "values")
            line = f"{count} with keys that are data, not names"
            self.comments.add(node, "additionalProperties", line)

    def _property(self, properties: Map, name: str, values: Values, total: int) -> None:
        counts = []
        if 0 < total - values.count < 0.01 * total:
            counts.append("missing " + in_of(total - values.count, total))
        elif values.count < total:
            counts.append(in_of(values.count, total))
        if values.nulls:
            counts.append("null " + in_of(values.nulls, values.count))
        put(properties, name, self.schema(values, name))
        if counts:
            self.comments.add(properties, name, "; ".join(counts))
        for line in self._remarks(values, name):
            self.comments.add(properties, name, f"`{name}` {line}")

    def _remarks(self, values: Values, name: str) -> Iterator[str]:
        """What is odd about the values of a property, or might be."""
        yield from remarks_on_kinds(values)
        main = usual(values)
        if main == ["array"] and values.items is None:
            yield "was always empty"
        if main == ["string"] and values.texts is not None:
            personal = self._is_personal(values, name)
            yield from _remarks_on_texts(values.texts, personal or is_open(name))
        if is_amount(name) and main == ["integer"]:
            yield "was always whole"
        if not main:
            yield "was always null"

    def schema(self, values: Values, name: str, within: str = "") -> Map:
        """The schema of the property ``name``.

        Values without a name of their own (items of a list) are ``within`` that property.
        """
        main = usual(values)
        node = Map(self.span)
        if main:
            written = ["number" if k == "integer" and is_amount(name) else k for k in main]
            put(node, "type", written[0] if len(written) == 1 else written)
            if values.nulls:
                put(node, "nullable", True)
        personal = self._is_personal(values, name)
        if main == ["string"] and values.texts is not None:
            format = next((each for each in values.texts.formats if each in FORMATS), None)
            if format is not None:
                put(node, "format", format)
            elif not personal and (
                permitted := choices(values.texts, name or within, self.samples)
            ):
                put(node, "enum", permitted)
        if "array" in main and values.items is not None:
            self._items(node, values.items, name or within)
        if "object" in main and values.shape is not None:
            self.members(node, values.shape)
        if personal:
            put(node, "pii", True)
        return node

    def _items(self, node: Map, items: Values, name: str) -> None:
        schema = self.schema(items, "", name)
        if schema:
            put(node, "items", schema)
        for line in remarks_on_kinds(items):
            self.comments.add(node, "items", f"an item {line}")

    def _is_personal(self, values: Values, name: str) -> bool:
        """Whether it is personal data by its name, or because its strings identify a person."""
        if usual(values) == ["boolean"]:
            return False
        if is_personal(name, self.of_user):
            return True
        texts = values.texts
        if texts is None:
            return False
        found = texts.emails + texts.phones
        return found >= max(1, 0.01 * texts.count) or bool({"ipv4", "ipv6"} & texts.formats.keys())


def _remarks_on_texts(texts: Texts, varies: bool) -> Iterator[str]:
    if "number" in texts.formats:
        yield "was always a number sent as a string"
    if texts.emails and "email" not in texts.formats:
        yield f"was an email address {in_of(texts.emails, texts.count)}"
    if texts.phones:
        yield f"was a phone number {in_of(texts.phones, texts.count)}"
    only = [*texts.values] if texts.values and texts.count > 1 else []
    if len(only) == 1 and not varies:
        yield f"was always {only[0]!r}"


def _keys_are_data(shape: Shape) -> bool:
    """Whether an object is a table: its keys are ids; or its values are all of one type, and its
    keys differ only in a number, or are many, each in few objects."""
    names = list(shape.fields)
    if len(names) >= 3 and sum(bool(_ID.fullmatch(name)) for name in names) >= 0.8 * len(names):
        return True
    kinds = {tuple(usual(values)) for values in shape.fields.values()}
    if len(kinds) != 1 or len(names) < 10:
        return False
    if len({pattern(name) for name in names}) == 1:
        return True
    present = sum(values.count for values in shape.fields.values())
    return len(names) > 50 and present < 0.1 * shape.count * len(names)
