"""Whether null may stand in a place: what the plan says of it in six ways."""

from __future__ import annotations

from collections.abc import Set

from .annotations import target
from .document import Map
from .facts import maps


class Nulls:
    """Answers for nodes against one set of definitions, those in ``broken`` left aside."""

    def __init__(self, definitions: Map, broken: Set[str]) -> None:
        self._definitions = definitions
        self._broken = broken
        self._known: dict[int, tuple[Map, bool]] = {}  # keeps the nodes alive, for their ids

    def may_stand(self, node: Map) -> bool:
        """Whether null is permitted by all that the node says."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, self._judge(node))
        return known[1]

    def _judge(self, node: Map) -> bool:
        if node.get("nullable") is True:
            return True
        listed, types = node.get("enum"), node.get("type")
        if isinstance(listed, list) and None not in listed:
            return False
        if "const" in node and node["const"] is not None:
            return False
        if isinstance(types, list | str) and "null" not in (types, *types):
            return False
        name = target(node, self._definitions)
        within = None if name is None or name in self._broken else self._definitions[name]
        if within is not None and not self.may_stand(within):
            return False
        return (
            all(self._of_members(node, "allOf"))
            and ("anyOf" not in node or any(self._of_members(node, "anyOf")))
            and ("oneOf" not in node or sum(self._of_members(node, "oneOf")) == 1)
        )

    def _of_members(self, node: Map, keyword: str) -> list[bool]:
        return [self.may_stand(member) for member in maps(node.get(keyword))]
