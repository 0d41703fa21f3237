"""The parts of a plan's nodes other than constraints: texts, deprecation, personal data, whether
null is allowed, which definition they refer to.

Shapes are checked elsewhere (``metaschema``); here a value of the wrong shape counts as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Final

from ..diagnostics import Span
from ..util import on_cycles
from .conjunction import is_number, maps
from .document import Map, Seq
from .model import Deprecation

OF_PROPERTIES: Final = ("name", "deprecated", "replaced_by", "expires", "ignore")
"""Annotations that only have a meaning on a property."""

OF_DEFINITIONS: Final = ("name", "ignore")
"""Those of them that have one on a definition too."""

COMBINATORS: Final = ("allOf", "anyOf", "oneOf")


def text(node: Map, key: str) -> str | None:
    """The string under ``key``; None if there is none."""
    found = node.get(key)
    return found if isinstance(found, str) else None


def texts(node: Map, key: str) -> tuple[str, ...]:
    """The strings of the list under ``key``."""
    found = node.get(key)
    return tuple(t for t in found if isinstance(t, str)) if isinstance(found, list) else ()


def item_spans(node: Map, key: str) -> tuple[Span, ...]:
    """The locations of the strings of the list under ``key``."""
    found = node.get(key)
    marks = zip(found, found.marks, strict=True) if isinstance(found, Seq) else ()
    return tuple(Span(*mark) for item, mark in marks if isinstance(item, str))


def number_of(value: Any) -> int | None:
    """A whole number as an int; None if it is not one."""
    return int(value) if is_number(value) and value == int(value) else None


def with_merged(nodes: Iterable[Map]) -> list[Map]:
    """The nodes, each followed by those that its ``allOf`` merges into it."""
    parts: list[Map] = []
    for node in nodes:
        parts.append(node)
        if "allOf" in node:
            parts += with_merged(maps(node["allOf"]))
    return parts


def first(nodes: Iterable[Map], key: str, otherwise: Any = None) -> Any:
    """An annotation, from the first of the nodes that has it."""
    for node in nodes:
        if key in node and (key in ("default", "const") or node[key] is not None):
            return node[key]
    return otherwise


def first_list(nodes: Iterable[Map], key: str) -> tuple[Any, ...]:
    """The same for an annotation that is a list."""
    found = first(nodes, key)
    return tuple(found) if isinstance(found, list) else ()


def deprecation(node: Map) -> Deprecation | None:
    """``deprecated``, ``replaced_by`` and ``expires`` together."""
    flag = node.get("deprecated")
    replaced_by, expires = text(node, "replaced_by"), text(node, "expires")
    if flag is False or not (flag or replaced_by or expires):
        return None
    return Deprecation(text(node, "deprecated") or None, replaced_by, expires)


def personal(node: Map, definitions: Mapping[str, Any], seen: set[str]) -> bool | None:
    """Whether a value is personal data: by its own ``pii``, or that of a part or a definition.

    The properties declared inside it are left aside: each has its own ``pii``.  ``pii: false``
    overrides the definition, but not the items: a list of addresses is as personal as they are.
    ``seen`` has the definitions that were visited already.
    """
    own = node.get("pii")
    if node.keys().isdisjoint(_CARRIERS):
        return own if isinstance(own, bool) else None
    found: list[bool | None] = [own] if isinstance(own, bool) else []
    within = maps([node.get("items"), node.get("additionalProperties")])
    for keyword in COMBINATORS:
        within += maps(node.get(keyword))
    name = target(node, definitions)
    if own is None and name is not None and name not in seen:
        seen.add(name)
        within.append(definitions[name])
    found += [personal(part, definitions, seen) for part in within]
    return True if True in found else False if False in found else None


def target(node: Map, definitions: Mapping[str, Any]) -> str | None:
    """The name of the definition that ``$ref`` refers to; None if there is none."""
    if "$ref" not in node:
        return None
    name = (text(node, "$ref") or "").removeprefix(REFERENCE)
    return name if isinstance(definitions.get(name), Map) else None


REFERENCE: Final = "#/definitions/"
_CARRIERS: Final = frozenset({"items", "additionalProperties", "$ref", *COMBINATORS})


class Nulls:
    """Whether nodes allow null, given the definitions without those in ``broken``."""

    def __init__(self, definitions: Map, broken: Set[str]) -> None:
        self._definitions = definitions
        self._broken = broken
        self._known: dict[int, tuple[Map, bool]] = {}  # keeps the nodes alive, for their ids

    def allowed(self, node: Map) -> bool:
        """Whether everything in the node allows null."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._check(node))
        return known[1]

    def _check(self, node: Map) -> bool:
        if node.get("nullable") is True:
            return True
        listed, types = node.get("enum"), node.get("type")
        if (isinstance(listed, list) and None not in listed) or node.get("const") is not None:
            return False
        if isinstance(types, list | str) and "null" not in (types, *types):
            return False
        name = target(node, self._definitions)
        within = None if name is None or name in self._broken else self._definitions[name]
        if within is not None and not self.allowed(within):
            return False
        return (
            all(self._of_members(node, "allOf"))
            and ("anyOf" not in node or any(self._of_members(node, "anyOf")))
            and ("oneOf" not in node or sum(self._of_members(node, "oneOf")) == 1)
        )

    def _of_members(self, node: Map, keyword: str) -> list[bool]:
        return [self.allowed(member) for member in maps(node.get(keyword))]


def circular(definitions: Map) -> set[str]:
    """The definitions that refer to themselves, other than within properties and items."""
    leads = {name: {*_leads_to(definitions[name])} for name in definitions}
    return on_cycles(leads)


def _leads_to(node: object) -> Iterator[str]:
    """The definitions that a node refers to, other than within properties and items."""
    if isinstance(node, Map):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(REFERENCE)
        for keyword in COMBINATORS:
            for member in maps(node.get(keyword)):
                yield from _leads_to(member)
