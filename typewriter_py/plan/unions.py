"""Unions of types, and the definitions that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .annotations import REFERENCE
from .document import Map
from .facts import maps
from .model import AnyType, Type, Union

NOTHING: Final = Union(())
"""The type of no value (of null alone, where null may stand)."""


def union(types: Iterable[Type], exclusive: bool = False) -> Type:
    """The union of ``types``, as flat as its meaning allows."""
    flat: list[Type] = []
    for type in types:
        open = isinstance(type, Union) and not (exclusive or type.exclusive)
        flat += type.members if isinstance(type, Union) and open else [type]
    flat = [type for type in flat if type != NOTHING]
    if not exclusive:
        # Told apart by what they print: Python holds 1 and true for equal, JSON does not.
        flat = list({repr(type): type for type in flat}.values()) if len(flat) > 1 else flat
        if AnyType() in flat:
            return AnyType()
    return flat[0] if len(flat) == 1 else Union(tuple(flat), exclusive and len(flat) > 1)


def circular(definitions: Map) -> set[str]:
    """The definitions that are their own reference, outside of properties and items."""
    leads = {name: _leads_to(definitions[name]) for name in definitions}
    return {name for name in leads if name in _reachable(name, leads)}


def _reachable(start: str, leads: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [*leads[start]]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += leads.get(name, ())
    return found


def _leads_to(definition: object) -> set[str]:
    """The definitions that one refers to without going into a property or item."""
    found: set[str] = set()
    ahead = [definition]
    while ahead:
        node = ahead.pop()
        if not isinstance(node, Map):
            continue
        ref = node.get("$ref")
        if isinstance(ref, str):
            found.add(ref.removeprefix(REFERENCE))
        for keyword in ("allOf", "anyOf", "oneOf"):
            ahead += maps(node.get(keyword))
    return found
