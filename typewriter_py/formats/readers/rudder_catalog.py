"""The definitions in the files of a ``rudder-cli`` project, references to them, and their schemas.

A plan cannot say what an object requires in some cases only, its variants:
https://www.rudderstack.com/docs/rudder-cli/yaml-data-catalog-and-tracking-plans/yaml-conditional-validation/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...plan.annotations import text
from ...plan.conjunction import maps
from ...plan.document import Map, Seq
from ...plan.metaschema import kind as kind_of
from ...plan.values import LONG, describe
from ...util import did_you_mean
from .. import codes
from ..nodes import append, as_text, copy_entry, pointer_to, put, steps_of
from .findings import Findings

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "properties": ("property", "properties"),
    "events": ("event", "events"),
    "categories": ("category", "categories"),
    "custom-types": ("custom-type", "types"),
    "tp": ("tracking-plan", ""),
    "tracking-plan": ("tracking-plan", ""),
}
"""A file's ``kind`` → the kind of what it defines, and the list in its ``spec``."""

_REFERENCE: Final = re.compile(
    r"#(?:/(?P<file>[^/]+)/(?P<group>[^/]+)/|(?P<kind>[a-z-]+):)(?P<id>.+)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition: ``group`` is its file's ``metadata.name``."""

    id: str
    group: str
    node: Map


class Catalog(Findings):
    """All definitions by kind and id; gathers diagnostics for all readers."""

    def __init__(self, files: Sequence[Map]) -> None:
        super().__init__()
        self.start = files[0]
        self._entries: dict[str, dict[str, list[Entry]]] = defaultdict(dict)
        for data in files:
            self._file(data)

    def all(self, kind: str) -> list[Entry]:
        """Every definition of a kind, in the order of the files."""
        return [entry for entries in self._entries[kind].values() for entry in entries]

    def find(self, kind: str, ref: Any, node: Map, key: str) -> Entry | None:
        """What ``ref``, the value of ``key`` in ``node``, refers to; if nothing, a warning."""
        words = reference(ref)
        found = _REFERENCE.fullmatch(words) if words else None
        if found is None:
            message = f"this must be a reference to the {kind}, such as `#{kind}:id`"
            self.wrong(node, key, message)
            return None
        known = self._entries[kind]
        entries = known.get(found["id"], [])
        stated = found["kind"] or _FILES.get(found["file"], ("",))[0]
        if entries and stated == kind:
            return next((e for e in entries if e.group == found["group"]), entries[0])
        message = f"`{words}` is not defined in any file that was read"
        help = did_you_mean(found["id"], known) or "import the folder that has its file, too"
        self.add(codes.UNRESOLVED, node.value_span(key), message, help)
        return None

    def _file(self, data: Map) -> None:
        named, spec = text(data, "kind") or "", data.get("spec")
        if named not in _FILES:
            message = f"skipped: a file of kind `{named}` is not part of a tracking plan"
            self.add(codes.NOT_CARRIED, data.value_span("kind"), message)
            return
        kind, listed = _FILES[named]
        if not isinstance(spec, Map):
            self.wrong(data, "spec", f"`spec` must be a mapping, not {kind_of(spec)}")
            return
        metadata = data.get("metadata")
        group = (text(metadata, "name") if isinstance(metadata, Map) else None) or ""
        for node in self.listed(spec, listed) if listed else [spec]:
            self._define(kind, group, node)

    def _define(self, kind: str, group: str, node: Map) -> None:
        id = node.get("id")
        if not isinstance(id, str) or not id:
            self.wrong(node, "id", f"this {kind} has no `id`")
            return
        entries = self._entries[kind].setdefault(id, [])
        first = next((each for each in entries if each.group == group), None)
        if first is None:
            entries.append(Entry(id, group, node))
            return
        related = ((first.node.value_span("id"), "first here"),)
        message, span = f"the {kind} `{id}` is defined twice", node.value_span("id")
        self.diagnostics.append(codes.WRONG_SHAPE.at(span, message, related=related))


def reference(value: Any) -> str | None:
    """The text of a reference: the value itself, or its ``$ref``."""
    if isinstance(value, Map):
        value = value.get("$ref")
    return value if isinstance(value, str) else None


_CONFIG: Final = {
    name: re.sub("_(.)", lambda found: found[1].upper(), name)
    for name in (
        "enum pattern format min_length max_length minimum maximum exclusive_minimum"
        " exclusive_maximum multiple_of min_items max_items unique_items"
    ).split()
}
"""Constraints; they were in camel case before ``rudder/v1``."""

_CONFIGS: Final = ("config", "propConfig")
_CAMEL: Final = {camel: snake for snake, camel in _CONFIG.items()} | {"itemTypes": "item_types"}
_OF_A_PROPERTY: Final = frozenset(
    "id name description type types item_type item_types config propConfig".split()
)
_OF_A_TYPE: Final = _OF_A_PROPERTY | {"properties", "variants"}
_OF_A_MEMBER: Final = frozenset(
    "$ref property required properties additional_properties additionalProperties".split()
)


class Types:
    """Schemas of a catalog's definitions; custom types become definitions of the plan."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._made: dict[str, Map] = {}
        self._types: dict[str, Entry] = {}
        self._names: dict[str, str] = {}

    # --- objects -------------------------------------------------------------------------

    def members(self, node: Map, *, open: bool | None) -> Map:
        """An object with the ``properties`` that ``node`` lists.

        ``open``: whether it may have others; None: it does not say.  It is open if a property
        that it lists is not defined anywhere.
        """
        schema, properties, required = Map(node.mark), Map(node.mark), Seq(node.mark)
        own = [*self._catalog.listed(node, "properties")]
        optional, lost = self._variants(node)
        put(schema, "type", "object")
        for each in [*own, *optional]:
            key = "property" if "property" in each else "$ref"
            entry = self._catalog.find("property", each.get(key), each, key)
            if entry is None:
                open = True
                lost.append(f"not carried over: {as_text(each, 'a property')}")
                continue
            name = text(entry.node, "name")
            if not name:
                self._catalog.wrong(entry.node, "name", f"the property `{entry.id}` has no `name`")
                continue
            if name in properties:
                if each in own:
                    message = f"a second property called `{name}` is not carried over"
                    help = "names must be unique within an object; remove one"
                    self._catalog.add(codes.NOT_CARRIED, each.value_span(key), message, help)
                continue
            self._catalog.check_keys(each, _OF_A_MEMBER, f"the property `{name}`")
            put(properties, name, self._member(each, entry), each.mark)
            if each.get("required") is True:
                append(required, name, each.mark)
        if properties:
            put(schema, "properties", properties)
        if required:
            put(schema, "required", required)
        if open is not None:
            put(schema, "additionalProperties", open)
        if lost:
            put(schema, "$comment", "\n".join(lost), node.mark)
        return schema

    def _variants(self, node: Map) -> tuple[list[Map], list[str]]:
        """The properties of all cases, now optional, and what the cases require, in words: which
        case applies depends on a value, and a plan cannot say that."""
        found: list[Map] = []
        lost: list[str] = []
        for variant in self._catalog.listed(node, "variants"):
            on = reference(variant.get("discriminator")) or "?"
            message = f"what is required depends on `{on}`, and a plan cannot say that"
            help = "its properties are all optional; check the rest in code, or plan several events"
            self._catalog.add(codes.NOT_CARRIED, node.key_span("variants"), message, help)
            for case in self._catalog.listed(variant, "cases"):
                members, match = maps(case.get("properties")), case.get("match")
                found += members
                required = [
                    reference(each.get("property", each)) or "?"
                    for each in members
                    if each.get("required") is True
                ]
                if required:
                    matches = match if isinstance(match, Seq) else [match]
                    values = " or ".join(describe(each, LONG) for each in matches)
                    names = ", ".join(required) + (" is" if len(required) == 1 else " are")
                    lost.append(f"not carried over: {names} required if {on} is {values}")
            default = variant.get("default")
            found += maps(default.get("properties") if isinstance(default, Map) else default)
        return [each.only(each.keys() - {"required"}) for each in found], lost

    def _member(self, use: Map, entry: Entry) -> Map:
        """A property as it is used, with the properties that are nested in it there."""
        self._catalog.check_keys(entry.node, _OF_A_PROPERTY, f"the property `{entry.id}`")
        schema = self._described(entry.node, self._value(entry.node))
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

    @staticmethod
    def _described(node: Map, schema: Map) -> Map:
        if text(node, "description"):
            copy_entry(node, "description", schema, node["description"])
        return schema

    def _value(self, node: Map) -> Map:
        schema = Map(node.mark)
        config = next((node[key] for key in _CONFIGS if key in node), None)
        if not isinstance(config, Map):
            if config is not None:
                self._catalog.check_keys(node, frozenset(node.keys() - _CONFIGS), "a property")
            config = Map(node.mark)
        self._type(schema, node, "types" if node.get("types") else "type")
        for key in config:
            snake = _CAMEL.get(key, key)
            if snake in _CONFIG:
                schema.put(_CONFIG[snake], config[key], config.marks[key])
            elif snake not in ("item_types", "item_type"):
                self._catalog.check_keys(config, frozenset(config.keys() - {key}), "a `config`")
        for holder in (node, config):
            for key in ("item_types", "item_type", "itemTypes"):
                if holder.get(key):
                    items = Map(holder.mark)
                    self._type(items, holder, key)
                    put(schema, "items", items, holder.marks[key][0])
        return schema

    def _type(self, schema: Map, node: Map, key: str) -> None:
        """Write what ``key`` of ``node`` has: a type, several, or a reference to a custom one."""
        value = node.get(key)
        if isinstance(value, str) and not value.startswith("#"):
            value = [word.strip() for word in value.split(",") if word.strip()]
        elif not isinstance(value, Seq):
            value = [value] if value else []
        refs = [each for each in value if (reference(each) or "").startswith("#")]
        if refs:
            self._refer(schema, node, key, refs[0], alone=len(value) == 1)
            return
        if value:
            put(schema, "type", value[0] if len(value) == 1 else [*value], node.marks[key][1])

    # --- custom types --------------------------------------------------------------------

    def _refer(self, schema: Map, node: Map, key: str, ref: Any, *, alone: bool) -> None:
        entry = self._catalog.find("custom-type", ref, node, key)
        if entry is None:
            return
        if not alone:
            message = "the types next to a custom type are not carried over"
            self._catalog.add(codes.NOT_CARRIED, node.value_span(key), message)
        name = self._name(entry)
        self._types[name] = entry
        put(schema, "$ref", pointer_to("definitions", name), node.marks[key][1])

    def _name(self, entry: Entry) -> str:
        """A custom type's name; its id if another has that name."""
        name = text(entry.node, "name") or entry.id
        return name if self._names.setdefault(name, entry.id) == entry.id else entry.id

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
        self._catalog.check_keys(node, _OF_A_TYPE, f"the custom type `{entry.id}`")
        schema = self._value(node)
        if node.get("properties") or node.get("variants"):
            for key, value in self.members(node, open=None).items():
                put(schema, key, value)
        return self._described(node, schema)


def _references(schema: Any) -> Iterator[str]:
    """The definitions that a schema refers to, in order; an ``enum`` is not searched."""
    if not isinstance(schema, Map):
        return
    if isinstance(schema.get("$ref"), str):
        yield steps_of(schema["$ref"])[-1]
    for value in [*(schema.get("properties") or {}).values(), schema.get("items")]:
        yield from _references(value)
