"""``oneOf`` whose members say less than they should, as ``anyOf``.

A member that has lost a rule accepts more; two then accept what one of them did, and
``oneOf`` would refuse it.  ``anyOf`` lets it through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..plan.annotations import REFERENCE
from ..plan.document import Map, Seq
from .draft import Comments
from .nodes import reordered, shown
from .schemas import ORDER

_WHY: Final = "oneOf is anyOf here, as part of its members could not be carried over"


def relax(root: Map, comments: Comments) -> None:
    """Changes ``root`` wherever a part of a ``oneOf``, or what it refers to, has lost something."""
    if not comments.lossy:
        return
    definitions = root.get("definitions")
    named = definitions if isinstance(definitions, Map) else Map(root.mark)
    lossy = _lossy_definitions(named, comments.lossy)
    for node in _maps(root):
        members = node.get("oneOf")
        if isinstance(members, Seq) and _has_lost(members, comments.lossy, lossy):
            _relax(node, comments)


def _relax(node: Map, comments: Comments) -> None:
    members, marks = node["oneOf"], node.marks["oneOf"]
    node.remove("oneOf")
    if "anyOf" in node:
        comments.lose(node, f"oneOf: {shown(members)}")
        return
    node.put("anyOf", members, marks)
    reordered(node, ORDER)
    comments.add(node, "anyOf", _WHY)
    comments.lossy.add(id(node))


def _lossy_definitions(definitions: Map, lossy: set[int]) -> set[str]:
    """The definitions that have lost something, themselves or in what they refer to."""
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        found |= {name for name in definitions if _has_lost(definitions[name], lossy, found)}
    return found


def _has_lost(node: Any, lossy: set[int], definitions: set[str]) -> bool:
    return any(
        id(each) in lossy or str(each.get("$ref", "")).removeprefix(REFERENCE) in definitions
        for each in _maps(node)
    )


def _maps(node: Any) -> Iterator[Map]:
    """All mappings in ``node``, itself as well."""
    ahead = [node]
    while ahead:
        each = ahead.pop()
        if isinstance(each, Map):
            ahead += each.values()
            yield each
        elif isinstance(each, Seq):
            ahead += each
