"""Properties and custom types of a ``rudder-cli`` project → JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, unquote

from ...plan.annotations import text
from ...plan.document import Map, Seq
from ..codes import NOT_CARRIED
from ..nodes import append, copied, put
from . import codes
from .rudder_catalog import Catalog, Entry, reference
from .rudder_variants import conditions, members

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

_CONFIGS: Final = ("config", "propConfig")
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
        lost = [*conditions(node)]
        if lost:
            put(schema, "$comment", "\n".join(lost), node.marks["variants"][0])
        put(schema, "type", "object")
        own = [*self._catalog.listed(node, "properties")]
        for each in [*own, *members(self._catalog, node)]:
            key = "property" if "property" in each else "$ref"
            entry = self._catalog.find("property", each.get(key), each, key)
            name = self._wire_name(entry) if entry is not None else None
            if entry is None or name is None:
                continue
            if name in properties:
                if each in own:
                    self._repeated(name, each, key)
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

    def _wire_name(self, entry: Entry) -> str | None:
        name = text(entry.node, "name")
        if not name:
            message = f"the property `{entry.id}` has no `name`"
            self._catalog.say(codes.WRONG_SHAPE, entry.node, message, key="name")
        return name

    def _repeated(self, name: str, use: Map, key: str) -> None:
        message = f"a second property called `{name}` is not carried over"
        help = "properties of one object have names of their own; remove one"
        self._catalog.diagnostics.append(NOT_CARRIED.at(use.value_span(key), message, help=help))

    def _member(self, use: Map, entry: Entry) -> Map:
        """A property as it is used: with what is nested in it there."""
        schema = self.property(entry)
        if not use.get("properties"):
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
        config = next((node[key] for key in _CONFIGS if key in node), None)
        if not isinstance(config, Map):
            if config is not None:
                self._catalog.pass_over(node, frozenset({*node} - set(_CONFIGS)), "a property")
            config = Map(node.mark)
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


def _rename(schema: Map, old: str, new: str) -> None:
    if old != new:
        schema.put(new, schema[old], schema.marks[old])
        schema.remove(old)


def _references(schema: Any) -> Iterator[str]:
    """The names of definitions that a schema refers to, in order; what it permits is no schema."""
    if not isinstance(schema, Map):
        return
    if isinstance(schema.get("$ref"), str):
        yield unquote(schema["$ref"].removeprefix("#/definitions/"))
    for value in [*(schema.get("properties") or {}).values(), schema.get("items")]:
        yield from _references(value)
