"""Definitions that contain themselves other than through a class.

A class may name itself in its annotations; an alias that does is no alias to Python, it
takes ``TypeAliasType`` (PEP 695).
"""

from __future__ import annotations

from ...plan.model import Array, Object, Plan, Ref, Type, Union
from .spelling import is_typed_dict


def recursive_aliases(plan: Plan) -> frozenset[str]:
    """The definitions that are aliases in Python and mean themselves."""
    edges = {name: _refs(definition.value.type) for name, definition in plan.definitions.items()}
    return frozenset(name for name in edges if name in _reached(name, edges))


def _reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        new = edges.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _refs(type: Type) -> set[str]:
    """The definitions that ``type`` names directly, not from within a class."""
    match type:
        case Ref():
            return {type.name}
        case Array():
            return _refs(type.items.type)
        case Union():
            return set().union(*map(_refs, type.members))
        case Object() if type.additional is not None and not is_typed_dict(type):
            return _refs(type.additional.type)
        case _:
            return set()
