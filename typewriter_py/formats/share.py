"""Object shapes that come more than once, lifted into definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..names import pascal, singular, words
from ..plan.annotations import REFERENCE
from ..plan.conjunction import ANNOTATIONS
from ..plan.document import Map
from ..plan.model import CALLS
from .nodes import put

_LEAST: Final = 2
"""Properties of a shape that is worth a name."""

_OWN: Final = frozenset({"type", "required", "properties", "additionalProperties"})
"""What a shape consists of; annotations stay where it is used."""


class _Place(NamedTuple):
    """Where an object's schema stands, and what it is called there."""

    node: Map
    name: str
    is_item: bool = False


def share_shapes(rules: Map, definitions: Map) -> None:
    """Replace shapes that recur in ``rules`` by references to ``definitions``, largest first."""
    groups: dict[str, list[_Place]] = {}
    for place in _places(rules):
        shape = _shape(place.node)
        if shape is not None:
            groups.setdefault(shape, []).append(place)
    known = _known(definitions)
    gone: set[int] = set()  # what was within a shape that is a reference now
    for shape in sorted(groups, key=lambda shape: (-len(shape), shape)):
        places = [place for place in groups[shape] if id(place.node) not in gone]
        if len(places) > 1 or shape in known:
            kept = _lift(places, known.get(shape) or _free(places, definitions), definitions)
            gone |= {id(inner.node) for node in kept for inner in _inside(node, "")}


def _places(rules: Map) -> Iterator[_Place]:
    """The schemas of all values of events and calls that are objects by themselves."""
    calls = [rules[key] for key in CALLS if key in rules]
    tops = [event["rules"] for event in rules.get("events", ()) if "rules" in event]
    for top in (*tops, *(call.get("traits", call) for call in calls)):
        yield from _inside(top, "")


def _inside(node: Any, name: str) -> Iterator[_Place]:
    properties = node.get("properties")
    for key, each in properties.items() if isinstance(properties, Map) else ():
        if isinstance(each, Map):
            yield _Place(each, key)
            yield from _inside(each, key)
    items = node.get("items")
    if isinstance(items, Map):
        one = singular(words(name))
        called = " ".join(one) if one else f"{name} item"
        yield _Place(items, called, is_item=True)
        yield from _inside(items, called)


def _shape(node: Map) -> str | None:
    """The text of a shape, None where there is none to share."""
    properties = node.get("properties")
    if not isinstance(properties, Map) or len(properties) < _LEAST:
        return None
    if (
        isinstance(node.get("required"), bool)
        or node.keys() - ANNOTATIONS - _OWN
        or node.get("type") != "object"
    ):
        return None
    return json.dumps({key: node[key] for key in _OWN & node.keys()}, sort_keys=True)


def _known(definitions: Map) -> dict[str, str]:
    """The definitions that are mere shapes, by these."""
    found: dict[str, str] = {}
    for name, node in definitions.items():
        shape = _shape(node) if isinstance(node, Map) and node.keys() <= _OWN else None
        if shape is not None:
            found.setdefault(shape, name)
    return found


def _free(places: list[_Place], definitions: Map) -> str:
    """The name that most places suggest; of several that of items, then the first of all."""
    names = [pascal(words(place.name)) or "Shape" for place in places]
    items = {name for name, place in zip(names, places, strict=True) if place.is_item}
    name = min(names, key=lambda name: (-names.count(name), name not in items, name))
    while name in definitions:
        name += "Shape"
    return name


def _lift(places: list[_Place], name: str, definitions: Map) -> list[Map]:
    """Put references in place of a shape; what they replace, but for the one that is kept."""
    replaced: list[Map] = []
    for node, *_ in places:
        shape, rest = Map(node.mark), Map(node.mark)
        for key in node:
            (shape if key in _OWN else rest).put(key, node[key], node.marks[key])
        node.clear()
        node.marks.clear()
        put(node, "$ref", REFERENCE + name)
        for key in rest:
            node.put(key, rest[key], rest.marks[key])
        if name in definitions:
            replaced.append(shape)
        else:
            put(definitions, name, shape, node.mark)
    return replaced
