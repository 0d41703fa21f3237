"""Statistics → what the plan says of one place: its type, what is in it, and in comments how
sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..diagnostics import Span
from ..formats.nodes import Comments, mark_of, placed, put
from ..plan.document import Map
from ..plan.values import FORMATS
from .events import pattern
from .statistics import (
    Shape,
    Values,
    choices,
    in_of,
    is_amount,
    is_open,
    is_personal,
    odd_kinds,
    several_kinds,
    times,
    usual,
)

_ID: Final = re.compile(r"\d+|(?=.*\d)[0-9a-f-]{8,}|\d{4}-\d\d(-\d\d)?|\S+@\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Describer:
    """Writes the schemas of one event or call, with ``comments`` that say what was counted.

    ``samples`` is how often something must have been there before always is believed;
    ``place`` is where the event was seen first, ``of_user``: what is described are its traits.
    """

    comments: Comments
    samples: int
    place: Span
    of_user: bool = False

    def node(self, **entries: Any) -> Map:
        """A mapping of those entries that are something."""
        given = {key: value for key, value in entries.items() if value is not None}
        found: Map = placed(given, mark_of(self.place))
        return found

    def put(self, node: Map, key: str, value: Any) -> None:
        """Add an entry; where it comes from is the place."""
        mark = mark_of(self.place)
        put(node, key, placed(value, mark), mark)

    def members(self, node: Map, shape: Shape) -> None:
        """Write ``required``, ``properties`` and ``additionalProperties`` into ``node``."""
        rest = shape.rest
        if _keys_are_data(shape):
            shape.scatter()
            rest = shape.rest
        fields = sorted(shape.fields.items(), key=lambda each: (-each[1].count, each[0]))
        always = [name for name, values in fields if values.count == shape.count]
        if always and shape.count >= self.samples:
            self.put(node, "required", always)
        if fields:
            properties = self.node()
            for name, values in fields:
                self._property(properties, name, values, shape.count)
            self.put(node, "properties", properties)
        if rest is not None:
            self.put(node, "additionalProperties", self.schema(rest, ""))
            line = f"{times(rest.count, 'value', 'values')} under keys that are data, not names"
            self.comments.add(node, "additionalProperties", line)

    def _property(self, properties: Map, name: str, values: Values, total: int) -> None:
        schema = self.schema(values, name)
        said = []
        if 0 < total - values.count < 0.01 * total:
            said.append("missing " + in_of(total - values.count, total))
        elif values.count < total:
            said.append(in_of(values.count, total))
        if values.nulls:
            said.append("null " + in_of(values.nulls, values.count))
        self.put(properties, name, schema)
        if said:
            self.comments.add(properties, name, "; ".join(said))
        for line in self._remarks(values, name):
            self.comments.add(properties, name, f"`{name}` {line}")

    def _remarks(self, values: Values, name: str) -> list[str]:
        """What is odd about the values of a property, or might be."""
        total = values.count - values.nulls
        said = [f"was {what} {in_of(count, total)}" for what, count in odd_kinds(values)]
        main = usual(values)
        if len(main) > 1:
            said.append(f"was {several_kinds(values)}")
        if main == ["array"] and values.items is None:
            said.append("was always empty")
        if main == ["string"]:
            said += self._remarks_on_texts(values, name)
        if is_amount(name) and main == ["integer"]:
            said.append("was always whole")
        if not main:
            said.append("was always null")
        return said

    def _remarks_on_texts(self, values: Values, name: str) -> Iterator[str]:
        texts = values.texts
        assert texts is not None
        if "number" in texts.formats:
            yield "was always a number written as text"
        if texts.emails and "email" not in texts.formats:
            yield f"was an email address {in_of(texts.emails, texts.count)}"
        if texts.phones:
            yield f"was a phone number {in_of(texts.phones, texts.count)}"
        only = [*texts.values] if texts.values and texts.count > 1 else []
        if len(only) == 1 and not is_open(name) and not self._is_personal(values, name):
            yield f"was always {only[0]!r}"

    def schema(self, values: Values, name: str, within: str = "") -> Map:
        """What may stand in a place; ``name`` is that of the property.

        What has none of its own (an item of a list) is ``within`` that property.
        """
        main = usual(values)
        node = self.node()
        if main:
            written = ["number" if k == "integer" and is_amount(name) else k for k in main]
            self.put(node, "type", written[0] if len(written) == 1 else written)
            if values.nulls:
                self.put(node, "nullable", True)
        personal = self._is_personal(values, name)
        if main == ["string"]:
            self._text(node, values, name or within, personal)
        if "array" in main and values.items is not None:
            self._items(node, values.items, name or within)
        if "object" in main and values.shape is not None:
            self.members(node, values.shape)
        if personal:
            self.put(node, "pii", True)
        return node

    def _text(self, node: Map, values: Values, name: str, personal: bool) -> None:
        texts = values.texts
        assert texts is not None
        format = next((each for each in texts.formats if each in FORMATS), None)
        if format is not None:
            self.put(node, "format", format)
        elif not personal:
            permitted = choices(texts, name, self.samples)
            if permitted:
                self.put(node, "enum", permitted)

    def _items(self, node: Map, items: Values, name: str) -> None:
        schema = self.schema(items, "", name)
        if schema:
            self.put(node, "items", schema)
        for what, count in odd_kinds(items):
            line = f"an item was {what} {in_of(count, items.count - items.nulls)}"
            self.comments.add(node, "items", line)
        if len(usual(items)) > 1:
            self.comments.add(node, "items", f"an item was {several_kinds(items)}")

    def _is_personal(self, values: Values, name: str) -> bool:
        """By its name, or because its texts are what identifies a person."""
        if usual(values) == ["boolean"]:
            return False
        if is_personal(name, self.of_user):
            return True
        texts = values.texts
        if texts is None:
            return False
        found = texts.emails + texts.phones
        return found >= max(1, 0.01 * texts.count) or bool({"ipv4", "ipv6"} & texts.formats.keys())


def _keys_are_data(shape: Shape) -> bool:
    """Whether an object is a table: its keys are ids; or its values are all of one kind, and the
    keys differ in a number only, or there are many, each in few objects."""
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
