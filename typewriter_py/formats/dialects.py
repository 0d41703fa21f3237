"""Schemas as other tools and people write them → draft-07, where only one thing can be meant.

Types by the names of programming languages, numbers and lists in quotes, keywords of OpenAPI and
of drafts before and after it.  Whatever is not recognised stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..plan.conjunction import TYPES, is_number
from ..plan.document import Map, Seq
from ..plan.json_reader import value_of
from ..plan.values import FORMATS, LONG, describe, identity
from ..util import did_you_mean
from .nodes import as_nodes, copy_entry, put
from .type_names import ANY, NAMES, Meaning, format_meant, meaning

_KNOWN: Final = frozenset({*TYPES, "null"})

_COUNTS: Final = frozenset(
    "minLength maxLength minItems maxItems minProperties maxProperties".split()
)
_NUMBERS: Final = _COUNTS | frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split()
)
_FLAGS: Final = frozenset(
    "exclusiveMinimum exclusiveMaximum uniqueItems additionalProperties nullable required".split()
)
_MACHINE: Final = frozenset({"int32", "int64", "float", "double"})
"""Formats of OpenAPI that say how a program stores a number, not which numbers are valid."""

_RENAMED: Final = {"divisibleBy": "multipleOf", "example": "examples"}
"""Keywords of draft-03 and OpenAPI by the names that draft-07 has for them."""


_REST: Final = {"unevaluatedProperties": "additionalProperties", "unevaluatedItems": "items"}
"""Keywords since 2019-09 that mean those of draft-07 where nothing else evaluates anything."""

_EVALUATING: Final = frozenset(
    "$ref $dynamicRef $recursiveRef allOf anyOf oneOf if then else not dependentSchemas".split()
)

_CHECK: Final = "check it in the plan"


class Change(NamedTuple):
    """What is reported about a keyword that has changed: ``lost`` if it is left out, else it is
    read as something."""

    key: str
    message: str
    help: str
    lost: bool = False


def in_draft_07(source: Map) -> tuple[Map, list[Change]]:
    """``source`` in draft-07, and what to report about it; schemas within it are untouched."""
    if not any(key in _NEEDED and _NEEDED[key](value) for key, value in source.items()):
        return source, []
    dialect = _Dialect(source.only(source.keys()))
    changes = [*dialect.changes()]
    return dialect.node, changes


def allows_nothing(schema: Any) -> bool:
    """Whether a schema refuses every value: ``false``, ``{not: {}}``."""
    return schema is False or (isinstance(schema, Map) and schema.get("not") in ({}, True))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_NEEDED: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys((*_NUMBERS, *_FLAGS, "format"), _is_text),
    "type": lambda value: value not in _KNOWN if isinstance(value, str) else True,
    "items": lambda value: isinstance(value, list) or allows_nothing(value),
    "additionalProperties": lambda value: isinstance(value, str) or allows_nothing(value),
    "examples": lambda value: not (isinstance(value, list) and value),
    **dict.fromkeys(
        ("enum", "additionalItems", "prefixItems", *_RENAMED, *_REST), lambda value: True
    ),
}
"""Keywords that may have to change, and whether one with this value may."""


def by_name(source: Map, key: str) -> tuple[Any, list[Change]]:
    """The schema under ``key``, where people write a type's name, or nothing, instead of one."""
    value, mark = source[key], source.marks[key][1]
    meant = Meaning(()) if value is None else meaning(value) if isinstance(value, str) else None
    if meant is None:
        return value, []
    node = Map(mark)
    _type(node, meant)
    message = f"`{key}: {describe(value)}` is read as {_spelled(meant)}"
    return node, [Change(key, message, _CHECK)]


class _Dialect:
    """``node`` is changed in place."""

    def __init__(self, node: Map) -> None:
        self.node = node

    def changes(self) -> Iterator[Change]:
        """Change the node, and report the changes."""
        self._rename()
        yield from self._types()
        yield from self._scalars()
        yield from self._format()
        yield from self._values()
        self._later()
        self._tuples()

    def _rename(self) -> None:
        node = self.node
        for old, new in _RENAMED.items():
            if old in node and new not in node:
                node.put(new, node[old], node.marks[old])
                node.remove(old)
        examples = node.get("examples", [])
        if not isinstance(examples, list):  # OpenAPI names each
            named = [*examples.values()] if isinstance(examples, Map) else []
            values = [each["value"] for each in named if isinstance(each, Map) and "value" in each]
            put(node, "examples", values or [examples], node.marks["examples"][1])
        elif not examples:
            node.remove("examples")

    # --- type ----------------------------------------------------------------------------

    def _types(self) -> Iterator[Change]:
        types = self.node.get("type")
        listed = types if isinstance(types, list) else [types]
        names = [each for each in listed if isinstance(each, str) and each]
        if not names or names != listed or {*names} <= _KNOWN:
            return
        found = [meaning(each) for each in names]
        unknown = [each for each, meant in zip(names, found, strict=True) if meant is None]
        shown = describe(types, LONG)
        if unknown:
            message = f"`type` is not carried over: `{unknown[0]}` is not a type"
            help = did_you_mean(unknown[0], NAMES) or "the keywords next to it stay; add the type"
            yield Change("type", message, help, lost=True)
            self.node.remove("type")
            return
        meant = _joined([each for each in found if each is not None])
        if meant.types or not {*names} <= _KNOWN | {ANY}:
            into = _spelled(meant)
            yield Change("type", f"`type: {shown}` is read as {into}", _CHECK)
        _type(self.node, meant)

    # --- numbers, booleans and lists in quotes -----------------------------------------------

    def _scalars(self) -> Iterator[Change]:
        for key in [*self.node]:
            value = self.node[key]
            if not isinstance(value, str):
                continue
            read: Any = None
            if key in _FLAGS and value.lower() in ("true", "false"):
                read = value.lower() == "true"
            elif key in _NUMBERS:
                read = _number(value)
                read = None if key in _COUNTS and not isinstance(read, int) else read
            elif key == "required" and value:
                read = as_nodes([value], self.node.marks[key][1])
            if read is None:
                continue
            copy_entry(self.node, key, self.node, read)
            message = f"`{key}: {describe(value)}` is read as {describe(read)}"
            yield Change(key, message, _CHECK)

    # --- format ------------------------------------------------------------------------------

    def _format(self) -> Iterator[Change]:
        format = self.node.get("format")
        if not isinstance(format, str):
            return
        if format in _MACHINE and self.node.get("type") in ("integer", "number"):
            self.node.remove("format")
            return
        meant = None if format in FORMATS else format_meant(format)
        if meant is not None:
            copy_entry(self.node, "format", self.node, meant)
            message = f"`format: {format}` is read as `{meant}`"
            yield Change("format", message, _CHECK)
        fits = FORMATS.get(self.node["format"])
        listed = self.node.get("enum", [self.node["const"]] if "const" in self.node else None)
        if fits is None or not isinstance(listed, list):
            return
        wrong = [each for each in listed if isinstance(each, str) and not fits(each)]
        if wrong:
            why = f"the permitted value {describe(wrong[0])} is not of that format"
            message = f"`format` is not carried over: {why}"
            yield Change("format", message, "the permitted values stay", lost=True)
            self.node.remove("format")

    # --- values in quotes, or without ----------------------------------------------------------

    def _values(self) -> Iterator[Change]:
        types, listed = self.node.get("type"), self.node.get("enum")
        names = [types] if isinstance(types, str) else types
        if not isinstance(listed, Seq) or not isinstance(names, list):
            return
        wanted = [name for name in names if name != "null"]
        values = [_as_type(each, wanted) for each in listed]
        if all(was is now for was, now in zip(listed, values, strict=True)):
            return
        cast = Seq(listed.mark)
        seen: set[object] = set()
        for value, mark in zip(values, listed.marks, strict=True):
            if identity(value) not in seen:
                seen.add(identity(value))
                cast.add(value, mark)
        copy_entry(self.node, "enum", self.node, cast)
        message = f"the permitted values are read as of type {wanted[0]}: {describe(cast)}"
        yield Change("enum", message, _CHECK)

    # --- keywords after draft-07 ---------------------------------------------------------------

    def _later(self) -> None:
        """``unevaluated…`` beside nothing that evaluates, and ``prefixItems``."""
        node = self.node
        for later, key in _REST.items():
            whole = not node.keys() & _EVALUATING and (key != "items" or "contains" not in node)
            if later in node and whole and not isinstance(node.get("items"), list):
                if key not in node:
                    node.put(key, node[later], node.marks[later])
                node.remove(later)
        first = node.get("prefixItems")
        if not isinstance(first, Seq):
            return
        marks = node.marks["prefixItems"]
        for key in ("prefixItems", "additionalItems"):
            node.remove(key)
        if first and "items" in node:
            node.put("additionalItems", node["items"], node.marks["items"])
        if first:
            node.put("items", first, marks)

    # --- lists whose items differ by position -------------------------------------------------

    def _tuples(self) -> None:
        """``items: [A]`` and ``additionalItems``, where one schema for every item says the same."""
        node, items = self.node, self.node.get("items")
        if "items" in node and allows_nothing(items):  # such a list is empty
            put(node, "maxItems", 0, node.marks["items"][0])
            node.remove("items")
        if allows_nothing(node.get("additionalProperties", True)):
            copy_entry(node, "additionalProperties", node, False)
        rest = node.get("additionalItems", True)
        if not isinstance(items, Seq):
            node.remove("additionalItems")  # draft-07 ignores it here
            return
        most = node.get("maxItems")
        capped = is_number(most) and most <= len(items)
        one = items[0] if items else rest
        if not isinstance(one, Map) or any(each != one for each in items):
            if not items and rest is True:
                node.remove("items")
        elif rest == one or (items and (capped or allows_nothing(rest))):
            node.put("items", one, node.marks["items"])
            if allows_nothing(rest) and not capped:
                put(node, "maxItems", len(items), node.marks["items"][0])
            node.remove("additionalItems")


def _joined(found: list[Meaning]) -> Meaning:
    """What several names mean together; any of them may mean anything."""
    if not all(each.types for each in found):
        return Meaning(())
    types = tuple(dict.fromkeys(name for each in found for name in each.types))
    formats = {each.format for each in found if each.types != ("null",)}
    items = next((each.items for each in found if each.items), None)
    return Meaning(types, formats.pop() if len(formats) == 1 else None, items)


def _type(node: Map, meant: Meaning) -> None:
    """Write a type into ``node``; what is next to it says more than the name of a type."""
    mark = node.marks["type"][1] if "type" in node else node.mark
    marks = node.marks.get("type", (mark, mark))
    if not meant.types:
        node.remove("type")
        return
    types = meant.types[0] if len(meant.types) == 1 else as_nodes(meant.types, mark)
    node.put("type", types, marks)
    if meant.format is not None and "format" not in node:
        put(node, "format", meant.format, mark)
    if meant.items is not None and meant.items.types and "items" not in node:
        inner = Map(mark)
        _type(inner, meant.items)
        put(node, "items", inner, mark)


def _spelled(meant: Meaning) -> str:
    if not meant.types:
        return "any type"
    types = " or ".join(f"`{name}`" for name in meant.types)
    types += f" with `format: {meant.format}`" if meant.format else ""
    return f"{types} of {_spelled(meant.items)}" if meant.items else types


def _number(text: str) -> int | float | None:
    try:
        found = value_of(text.strip())
    except ValueError:
        return None
    return found if is_number(found) else None


def _as_type(value: Any, types: list[Any]) -> Any:
    """``value`` as of the only type in ``types``, where it is obviously meant to be."""
    match types, value:
        case ["string"], int() | float() if is_number(value):
            return describe(value)
        case ["boolean"], str():
            return {"true": True, "false": False}.get(value.lower(), value)
        case ["integer" | "number"], str():
            found = _number(value)
            return value if found is None else found
    return value
