"""Properties and custom types of a ``rudder-cli`` project → JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, unquote

from ...plan.annotations import text
from ...plan.document import Map, Seq
from ...plan.facts import maps
from ..codes import NOT_CARRIED
from ..nodes import append, copied, put, shown
from . import codes
from .rudder_catalog import Catalog, Entry, reference

_CONFIG: Final = {
    "enum": "enum",
    "pattern": "pattern",
    "format": "format",
    "min_length": "minLength",
    "max_length": "maxLength",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique_items": "uniqueItems",
}
"""Constraints; before ``rudder/v1`` they were in camel case."""

_CAMEL: Final = {camel: snake for snake, camel in _CONFIG.items()} | {"itemTypes": "item_types"}
_TYPES: Final = ("string", "integer", "number", "boolean", "array", "object", "null")
_OF_A_PROPERTY: Final = frozenset(
    "id name description type types item_type item_types config propConfig".split()
)
_OF_A_TYPE: Final = _OF_A_PROPERTY | {"properties", "variants"}
_OF_A_MEMBER: Final = frozenset(
    "$ref property required properties additional_properties additionalProperties".split()
)


class Types:
    """Schemas of what a catalog defines; custom types become definitions."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._made: dict[str, Map] = {}
        self._types: dict[str, Entry] = {}
        self._names: dict[str, str] = {}

    # --- objects -------------------------------------------------------------------------

    def members(self, node: Map, *, open: bool | None) -> Map:
        """An object of the ``properties`` that ``node`` lists; ``open``: others may come.

        With None it does not say.
        """
        schema, properties, required = Map(node.mark), Map(node.mark), Seq(node.mark)
        lost = [*_conditions(node)]
        if lost:
            put(schema, "$comment", "\n".join(lost), node.marks["variants"][0])
        put(schema, "type", "object")
        for each in [*maps(node.get("properties")), *self._of_variants(node)]:
            key = "property" if "property" in each else "$ref"
            entry = self._catalog.find("property", each.get(key), each, key)
            name = text(entry.node, "name") if entry else None
            if entry is None or name is None or name in properties:
                continue
            self._catalog.pass_over(each, _OF_A_MEMBER, f"the property `{name}`")
            put(properties, name, self._member(each, entry), each.mark)
            if each.get("required") is True:
                append(required, name, each.mark)
        if properties:
            put(schema, "properties", properties)
        if required:
            put(schema, "required", required)
        if open is not None:
            put(schema, "additionalProperties", open)
        return schema

    def _member(self, use: Map, entry: Entry) -> Map:
        """A property as it is used: with what is nested in it there."""
        schema = self.property(entry)
        if not isinstance(use.get("properties"), Seq):
            return schema
        says = [use[k] for k in ("additional_properties", "additionalProperties") if k in use]
        inner = self.members(use, open=says[0] if says and isinstance(says[0], bool) else None)
        into = schema
        if schema.get("type") == "array":
            into = schema["items"] if isinstance(schema.get("items"), Map) else Map(use.mark)
            put(schema, "items", into)
        for key in inner:
            if key != "type" or "type" not in into:
                put(into, key, inner[key], use.mark)
        return schema

    def _of_variants(self, node: Map) -> Iterator[Map]:
        """The properties of all cases, none of them required: which case holds depends on a
        value, and a plan cannot say that."""
        for variant in maps(node.get("variants")):
            cases = [*maps(variant.get("cases"))]
            on = reference(variant.get("discriminator")) or "?"
            message = f"what is required depends on `{on}`, and a plan cannot say so"
            help = "its properties are all optional; check the rest in code, or plan several events"
            self._catalog.diagnostics.append(
                NOT_CARRIED.at(node.key_span("variants"), message, help=help)
            )
            default = variant.get("default")
            lists = [case.get("properties") for case in cases]
            lists.append(default.get("properties") if isinstance(default, Map) else default)
            for each in (each for listed in lists for each in maps(listed)):
                optional = Map(each.mark)
                for key in each:
                    if key != "required":
                        copied(each, key, optional, each[key])
                yield optional

    # --- values --------------------------------------------------------------------------

    def property(self, entry: Entry) -> Map:
        """The schema of a property."""
        node = entry.node
        self._catalog.pass_over(node, _OF_A_PROPERTY, f"the property `{entry.id}`")
        schema = self._value(node)
        if text(node, "description"):
            copied(node, "description", schema, node["description"])
        return schema

    def _value(self, node: Map) -> Map:
        schema = Map(node.mark)
        config = node.get("config", node.get("propConfig"))
        config = config if isinstance(config, Map) else Map(node.mark)
        self._type(schema, node, "types" if node.get("types") else "type", "type")
        for key in config:
            snake = _CAMEL.get(key, key)
            if snake in _CONFIG:
                copied(config, key, schema, config[key])
                _rename(schema, key, _CONFIG[snake])
            elif snake not in ("item_types", "item_type"):
                self._catalog.pass_over(config, frozenset({*config} - {key}), "a `config`")
        for holder in (node, config):
            for key in ("item_types", "item_type", "itemTypes"):
                if holder.get(key):
                    items = Map(holder.mark)
                    self._type(items, holder, key, "type")
                    put(schema, "items", items, holder.marks[key][0])
        return schema

    def _type(self, schema: Map, node: Map, key: str, into: str) -> None:
        """Write what ``key`` of ``node`` says: a type, several, or a reference to one."""
        value = node.get(key)
        if isinstance(value, str) and not value.startswith("#"):
            value = [word.strip() for word in value.split(",") if word.strip()]
        elif not isinstance(value, Seq):
            value = [value] if value else []
        refs = [each for each in value if (reference(each) or "").startswith("#")]
        if refs:
            self._refer(schema, node, key, refs[0], alone=len(value) == 1)
            return
        wrong = [each for each in value if each not in _TYPES]
        if wrong:
            message = f"`{wrong[0]}` is no type; there are {', '.join(_TYPES)}"
            self._catalog.say(codes.WRONG_SHAPE, node, message, key=key)
        elif value:
            listed = Seq(node.mark)
            for each in value:
                append(listed, each, node.mark)
            put(schema, into, value[0] if len(value) == 1 else listed, node.marks[key][1])

    # --- custom types --------------------------------------------------------------------

    def _refer(self, schema: Map, node: Map, key: str, ref: Any, *, alone: bool) -> None:
        entry = self._catalog.find("custom-type", ref, node, key)
        if entry is None:
            return
        if not alone:
            message = "a custom type among other types is read as the only one"
            self._catalog.diagnostics.append(NOT_CARRIED.at(node.value_span(key), message))
        name = self._name(entry)
        self._types[name] = entry
        put(schema, "$ref", f"#/definitions/{quote(name, safe='')}", node.marks[key][1])

    def _name(self, entry: Entry) -> str:
        """A custom type's name, once; a second of that name goes by its id."""
        known = self._names.setdefault(text(entry.node, "name") or entry.id, entry.id)
        return (text(entry.node, "name") or entry.id) if known == entry.id else entry.id

    def definitions(self, schema: Any) -> Map:
        """The custom types that ``schema`` refers to, and those that they refer to."""
        found = Map(schema.mark)
        ahead = [*_references(schema)]
        while ahead:
            name = ahead.pop(0)
            if name in found:
                continue
            if name not in self._made:
                self._made[name] = self._custom(self._types[name])
            put(found, name, self._made[name])
            ahead += _references(self._made[name])
        return found

    def _custom(self, entry: Entry) -> Map:
        node = entry.node
        self._catalog.pass_over(node, _OF_A_TYPE, f"the custom type `{entry.id}`")
        schema = self._value(node)
        if node.get("properties") or node.get("variants"):
            for key, value in self.members(node, open=None).items():
                put(schema, key, value)
        if text(node, "description"):
            copied(node, "description", schema, node["description"])
        return schema


def _conditions(node: Map) -> Iterator[str]:
    """What the variants of an object require, in words."""
    for variant in maps(node.get("variants")):
        on = reference(variant.get("discriminator")) or "?"
        for case in maps(variant.get("cases")):
            needed = [
                reference(each.get("property", each)) or "?"
                for each in maps(case.get("properties"))
                if each.get("required") is True
            ]
            if needed:
                match = case.get("match")
                values = ", ".join(map(shown, match if isinstance(match, Seq) else [match]))
                yield f"not carried over: where {on} is {values}, {', '.join(needed)} is required"


def _rename(schema: Map, old: str, new: str) -> None:
    if old != new:
        schema.put(new, schema[old], schema.marks[old])
        schema.remove(old)


def _references(node: Any) -> Iterator[str]:
    """The names of definitions that are referred to, in order."""
    if isinstance(node, Map):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield unquote(ref.removeprefix("#/definitions/"))
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, Seq):
        for value in node:
            yield from _references(value)
