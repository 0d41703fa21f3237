"""Values without parts, which most properties of a plan have: many are one of a few."""

from __future__ import annotations

from typing import Final

from .document import Map
from .facts import BINDING

_WORDS: Final = frozenset({"title", "description", "examples", "pii"})
_LEAF: Final = (BINDING | {"type", "nullable", "enum"}) - {
    "properties",
    "required",
    "additionalProperties",
    "items",
}
"""Keywords that speak of one value alone, not of what is in it."""


LEAF_AND_WORDS: Final = _LEAF | {"description", "pii"}
"""Those, and the words that most properties have."""


def leaf_of(node: Map) -> tuple[object, ...] | None:
    """What a node says of a value without parts, words aside; equal for nodes that say the
    same.  None for any other node, and for one that is not of the right shape."""
    says: list[object] = []
    for key, value in node.items():
        if key in _WORDS and value is not None:
            continue
        if key not in _LEAF or isinstance(value, dict):
            return None
        if not isinstance(value, list):
            says += (key, type(value), value)
        elif any(isinstance(item, list | dict) for item in value):
            return None
        else:
            says += (key, tuple(map(type, value)), tuple(value))
    return tuple(says)
