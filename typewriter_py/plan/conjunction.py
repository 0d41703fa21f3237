"""Several schemas that apply to one value, merged keyword by keyword (``allOf``).

A value's schema is a conjunction of YAML nodes: its own, those of its ``allOf`` and those that
their ``$ref`` refer to.  ``Facts`` collects their constraints; contradictions are diagnostics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import lcm
from typing import Any, Final, TypeGuard

from ..diagnostics import Diagnostic, Span
from . import codes
from .document import Map, Seq
from .model import Json
from .values import describe, identity

TYPES: Final = ("boolean", "integer", "number", "string", "array", "object")
"""The types of JSON but null, which ``Value.nullable`` allows, not the type."""

LOWER: Final = {
    "minimum": "maximum",
    "minLength": "maxLength",
    "minItems": "maxItems",
    "minProperties": "maxProperties",
    "exclusiveMinimum": "exclusiveMaximum",
}
UPPER: Final = frozenset(LOWER.values())
CONSTRAINTS_OF: Final = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": (
        "properties", "required", "additionalProperties", "minProperties", "maxProperties",
    ),
}  # fmt: skip
"""The keywords that constrain each type; values of other types pass them."""

TYPE_OF: Final = {
    keyword: name for name, keywords in CONSTRAINTS_OF.items() for keyword in keywords
}
"""The type that each keyword constrains."""

CONSTRAINTS: Final = frozenset(TYPE_OF)

ANNOTATIONS: Final = frozenset(
    "title description examples default pii deprecated replaced_by expires name ignore"
    " nullable".split()
)
"""Keywords that do not constrain a type (``nullable`` is about null alone)."""


def constraints(node: Map) -> set[str]:
    """The keywords that constrain: all but annotations and a property's own ``required``."""
    found = node.keys() - ANNOTATIONS
    if isinstance(node.get("required"), bool):
        found.discard("required")
    return found


@dataclass(slots=True)
class Facts:
    """All constraints on one value, null aside."""

    node: Map
    types: tuple[str, ...] | None = None
    values: tuple[Json, ...] | None = None
    bounds: dict[str, int | float] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    format: str | None = None
    multiple_of: Decimal | None = None
    unique: bool = False
    items: tuple[Map, ...] = ()
    properties: dict[str, tuple[Map, ...]] = field(default_factory=dict)
    name_spans: dict[str, Span] = field(default_factory=dict)
    required: dict[str, Span] = field(default_factory=dict)
    additional: tuple[tuple[bool | Map, frozenset[str]], ...] = ()
    unions: tuple[tuple[tuple[Map, ...], bool], ...] = ()
    keywords: frozenset[str] = frozenset()
    nodes: tuple[Map, ...] = ()
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def copy(self, **changes: Any) -> Facts:
        """An independent copy; it shares the list of diagnostics."""
        fresh = replace(self, **changes)
        fresh.bounds = dict(self.bounds)
        fresh.properties = dict(self.properties)
        fresh.required = dict(self.required)
        fresh.name_spans = dict(self.name_spans)
        return fresh

    def first_constraint(self) -> tuple[Map, str]:
        """The first keyword that constrains one type only, after the node that has it."""
        return next((node, key) for node in self.nodes for key in node if key in CONSTRAINTS)

    def conflict(self, node: Map, keyword: str, message: str) -> None:
        """Report that ``keyword`` of ``node`` contradicts a node added before."""
        help = "change one of them: merged constraints must be satisfiable together"
        self.diagnostics.append(codes.CONFLICT.at(node.key_span(keyword), message, help=help))

    def add(self, node: Map) -> None:
        """Add the constraints of ``node`` itself, without its ``$ref`` and ``allOf``."""
        self.keywords |= constraints(node)
        self.nodes += (node,)
        self._add_types(node)
        self._add_values(node)
        self._add_numbers(node)
        self._add_text(node)
        self._add_members(node)
        for keyword, exclusive in (("anyOf", False), ("oneOf", True)):
            members = tuple(maps(node.get(keyword)))
            if members:
                self.unions += ((members, exclusive),)

    def _add_types(self, node: Map) -> None:
        types, before = declared_types(node), self.types
        if types is None or before is None:
            self.types = before if types is None else types
            return
        self.types = tuple(t for t in TYPES if _covers(before, t) and _covers(types, t))
        if not self.types and types and before:
            both = f"`{' | '.join(types)}` and `{' | '.join(before)}`"
            self.conflict(node, "type", f"no value can be both {both}")

    def _add_values(self, node: Map) -> None:
        if isinstance(node.get("enum"), list):
            self._permit(node, "enum", node["enum"])
        if "const" in node:
            self._permit(node, "const", [node["const"]])

    def _permit(self, node: Map, keyword: str, listed: list[Json]) -> None:
        before, values = self.values, tuple(v for v in listed if v is not None)
        self.values = values
        if before is not None:
            permitted = set(map(identity, values))
            self.values = tuple(v for v in before if identity(v) in permitted)
            if before and values and not self.values:
                self.conflict(node, keyword, f"no value is permitted by every `{keyword}`")

    def _add_numbers(self, node: Map) -> None:
        if not node.keys() & _NUMERIC:
            return
        for keyword in (*LOWER, *UPPER):
            bound = node.get(keyword)
            if is_number(bound) and TYPE_OF[keyword] != "number":  # 1.0 is whole, 1.5 is reported
                bound = int(bound) if bound == int(bound) else None
            if is_number(bound):
                best = max if keyword in LOWER else min
                self.bounds[keyword] = best(self.bounds.get(keyword, bound), bound)
        for low, high in (*LOWER.items(), *_MIXED):
            self._check_range(node, low, high)
        step = node.get("multipleOf")
        if is_number(step) and step > 0:
            fresh = Decimal(repr(step))
            self.multiple_of = fresh if self.multiple_of is None else _lcm(self.multiple_of, fresh)

    def _check_range(self, node: Map, low: str, high: str) -> None:
        if not {low, high} <= self.bounds.keys() or node.keys().isdisjoint((low, high)):
            return
        strict = low.startswith("excl") or high.startswith("excl")
        least, most = self.bounds[low], self.bounds[high]
        if least > most or (strict and least == most):
            span = node.key_span(low if low in node else high)
            ends = f"`{low}: {describe(least)}` and `{high}: {describe(most)}`"
            message = f"no value satisfies both {ends}"
            found = codes.IMPOSSIBLE_RANGE.at(span, message, help="widen the range")
            self.diagnostics.append(found)

    def _add_text(self, node: Map) -> None:
        pattern, format = node.get("pattern"), node.get("format")
        if isinstance(pattern, str) and pattern not in self.patterns:
            self.patterns += (pattern,)
        if isinstance(format, str):
            if self.format not in (None, format):
                message = f"no string can be both `{self.format}` and `{format}`"
                self.conflict(node, "format", message)
            self.format = format

    def _add_members(self, node: Map) -> None:
        if node.keys().isdisjoint(_OF_MEMBERS):
            return
        self.unique = self.unique or node.get("uniqueItems") is True
        self.items += tuple(maps([node.get("items")]))
        named = node.submap("properties")
        for name, schema in named.items():
            if isinstance(schema, Map):
                self.properties[name] = (*self.properties.get(name, ()), schema)
                span = Span(*named.marks[name][0])
                self.name_spans.setdefault(name, span)
                schema.name = schema.name or span  # a node that aliases repeat keeps its first
        listed = node.get("required")
        if isinstance(listed, Seq):
            for index, name in enumerate(listed):
                if isinstance(name, str):
                    self.required.setdefault(name, listed.item_span(index))
        rest = node.get("additionalProperties")
        if isinstance(rest, bool | Map):
            self.additional += ((rest, frozenset(named)),)


_OF_MEMBERS: Final = {"uniqueItems", "items", "properties", "required", "additionalProperties"}
_NUMERIC: Final = LOWER.keys() | UPPER | {"multipleOf"}
_MIXED: Final = (("minimum", "exclusiveMaximum"), ("exclusiveMinimum", "maximum"))


def maps(nodes: Any) -> list[Map]:
    """The mappings in a list; anything else has been reported already."""
    return [n for n in nodes if isinstance(n, Map)] if isinstance(nodes, list) else []


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a JSON number (true and false are not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def declared_types(node: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The types that ``type`` lists, without null; None if it lists nothing usable."""
    listed = node.get("type")
    names = [listed] if isinstance(listed, str) else listed
    if not isinstance(names, list):
        return None
    known = [t for t in TYPES if t in names]
    return tuple(known) if known or "null" in names else None


def _covers(types: tuple[str, ...], name: str) -> bool:
    """Whether ``types`` allow a type; an integer is a number."""
    return name in types or (name == "integer" and "number" in types)


def _lcm(one: Decimal, two: Decimal) -> Decimal:
    """The least common multiple."""
    (a, b), (c, d) = one.as_integer_ratio(), two.as_integer_ratio()
    return Decimal(lcm(a * d, c * b)) / Decimal(b * d)


_WORDS: Final = frozenset({"title", "description", "examples", "pii"})
_LEAF: Final = (CONSTRAINTS | {"type", "nullable", "enum"}) - {
    "properties",
    "required",
    "additionalProperties",
    "items",
}
"""Keywords about a value itself, not about values within it."""


LEAF_KEYS: Final = _LEAF | {"description", "pii"}
"""Those, and the annotations that most properties have."""


def leaf_of(node: Map) -> tuple[object, ...] | None:
    """A key of a node's constraints, if they are about the value itself; equal for nodes with
    the same constraints.  None for any other node, and for one of the wrong shape."""
    found: list[object] = []
    for key, value in node.items():
        if key in _WORDS and value is not None:
            continue
        if key not in _LEAF or isinstance(value, dict):
            return None
        if not isinstance(value, list):
            found += (key, type(value), value)
        elif any(isinstance(item, list | dict) for item in value):
            return None
        else:
            found += (key, tuple(map(type, value)), tuple(value))
    return tuple(found)
