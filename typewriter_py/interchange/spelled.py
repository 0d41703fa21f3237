"""Keywords that a plan spells otherwise, and those that nobody means."""

from __future__ import annotations

from typing import Any, Final

from ..plan.document import Map, Seq
from ..plan.facts import ANNOTATIONS
from .nodes import copied, without

BARE: Final = frozenset({"$id", "id", "$schema", "$defs", "definitions"})
"""Keywords that say nothing of a value."""

NULL: Final = {"type": "null"}


def is_noise(key: str, value: Any) -> bool:
    """What real schemas carry and nobody means: identifiers, and words without content."""
    if key in BARE:
        return True
    if key == "labels":
        return value in ({}, [], None)
    if key in ("title", "description"):
        return value in ("", None)
    return key in ("properties", "required") and value in ({}, [], None) and value is not False


def says_nothing(source: Any) -> bool:
    """Whether a part of a message is as good as not described: ``{}``, with its noise."""
    if source is True:
        return True
    return isinstance(source, Map) and all(
        is_noise(key, value)
        or (key, value) in (("type", "object"), ("additionalProperties", True))
        or key in ("title", "description")
        for key, value in source.items()
    )


def spell_bounds(node: Map) -> None:
    """Draft-04's ``exclusiveMinimum: true``, which makes ``minimum`` exclusive."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        says = node.get(exclusive)
        if not isinstance(says, bool):
            continue
        if says and bound in node:
            node.put(exclusive, node[bound], node.marks[bound])
            node.remove(bound)
        else:
            node.remove(exclusive)


def spell_null(node: Map) -> None:
    """``type: [string, null]`` as ``nullable: true``, where that says exactly the same."""
    if node.keys() & {"const", "$ref", "nullable", "allOf", "oneOf"}:
        return
    if "anyOf" in node:
        _fold_reference(node)
        return
    types, listed = node.get("type"), node.get("enum")
    typed = isinstance(types, Seq) and "null" in types and len(types) > 1
    free = isinstance(types, Seq) or "type" not in node
    if isinstance(listed, Seq):
        others = without(listed, [None])
        if None not in listed or not others or not (typed or "type" not in node):
            return
        copied(node, "enum", node, others)
    if not free or not (typed or isinstance(listed, Seq)):
        return
    place = node.marks["type" if typed else "enum"]
    if typed:
        assert isinstance(types, Seq)
        kept = without(types, ["null"])
        copied(node, "type", node, kept if len(kept) > 1 else kept[0])
    node.put("nullable", True, place)


def _fold_reference(node: Map) -> None:
    """``anyOf: [{$ref: …}, {type: null}]`` as ``$ref`` with ``nullable``."""
    members = node["anyOf"]
    if not (isinstance(members, Seq) and len(members) == 2 and NULL in members):
        return
    other = next((m for m in members if m != NULL), None)
    if not isinstance(other, Map) or [*other] != ["$ref"] or node.keys() - ANNOTATIONS != {"anyOf"}:
        return
    place = node.marks["anyOf"]
    node.remove("anyOf")
    node.put("$ref", other["$ref"], other.marks["$ref"])
    node.put("nullable", True, (place[0], place[0]))
