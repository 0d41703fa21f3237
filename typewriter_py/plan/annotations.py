"""What nodes of the plan say beside their constraints: texts, deprecation, personal data,
whether null may stand there, which definition they refer to.

Shape is judged elsewhere (``metaschema``); here what is of the wrong shape counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

from ..diagnostics import Span
from ..util import reached
from .conjunction import is_number, maps
from .document import Map, Seq
from .model import Deprecation

OF_PROPERTIES: Final = ("name", "deprecated", "replaced_by", "expires", "ignore")
"""Annotations that mean something on a property only."""

OF_DEFINITIONS: Final = ("name", "ignore")
"""Those of them that mean something on a definition too."""


def text(node: Map, key: str) -> str | None:
    """The text under ``key``, if it is one."""
    found = node.get(key)
    return found if isinstance(found, str) else None


def texts(node: Map, key: str) -> tuple[str, ...]:
    """The list of texts under ``key``."""
    found = node.get(key)
    return tuple(t for t in found if isinstance(t, str)) if isinstance(found, list) else ()


def places(node: Map, key: str) -> tuple[Span, ...]:
    """Where the texts of the list under ``key`` stand."""
    found = node.get(key)
    if not isinstance(found, Seq):
        return ()
    return tuple(found.item_span(i) for i, t in enumerate(found) if isinstance(t, str))


def number_of(value: Any) -> int | None:
    """A whole number, if it is one."""
    return int(value) if is_number(value) and value == int(value) else None


def with_merged(nodes: Iterable[Map]) -> list[Map]:
    """The nodes, each followed by what its ``allOf`` merges into it."""
    parts: list[Map] = []
    for node in nodes:
        parts.append(node)
        if "allOf" in node:
            parts += with_merged(maps(node["allOf"]))
    return parts


def first(nodes: Iterable[Map], key: str, otherwise: Any = None) -> Any:
    """An annotation: the first of the nodes to have it."""
    for node in nodes:
        if key in node and (key in ("default", "const") or node[key] is not None):
            return node[key]
    return otherwise


def first_list(nodes: Iterable[Map], key: str) -> tuple[Any, ...]:
    """The same for one that is a list."""
    found = first(nodes, key)
    return tuple(found) if isinstance(found, list) else ()


def deprecation(node: Map) -> Deprecation | None:
    """What ``deprecated``, ``replaced_by`` and ``expires`` say together."""
    says = node.get("deprecated")
    replaced_by, expires = text(node, "replaced_by"), text(node, "expires")
    if says is False or (not says and not replaced_by and not expires):
        return None
    return Deprecation(says if isinstance(says, str) and says else None, replaced_by, expires)


def personal(node: Map, definitions: Mapping[str, Any], seen: set[str]) -> bool | None:
    """Whether a value is personal data: by its own word, or that of a part or a definition.

    What is declared inside it as a property speaks for itself.  ``pii: false`` overrules the
    definition, but not its own items: a list of addresses is no less personal than they are.
    ``seen`` is the definitions that were asked already.
    """
    own = node.get("pii")
    if node.keys().isdisjoint(_CARRIERS):
        return own if isinstance(own, bool) else None
    verdicts: list[bool | None] = [own] if isinstance(own, bool) else []
    within = [*maps([node.get("items"), node.get("additionalProperties")])]
    for keyword in ("allOf", "anyOf", "oneOf"):
        within += maps(node.get(keyword))
    verdicts += [personal(part, definitions, seen) for part in within]
    name = target(node, definitions)
    if own is None and name is not None and name not in seen:
        seen.add(name)
        verdicts.append(personal(definitions[name], definitions, seen))
    return True if True in verdicts else False if False in verdicts else None


def target(node: Map, definitions: Mapping[str, Any]) -> str | None:
    """The name of the definition that ``$ref`` leads to, if there is one."""
    ref = node.get("$ref")
    name = ref.removeprefix(REFERENCE) if isinstance(ref, str) else ""
    return name if isinstance(definitions.get(name), Map) else None


REFERENCE: Final = "#/definitions/"
_CARRIERS: Final = frozenset({"items", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref"})


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


def circular(definitions: Map) -> set[str]:
    """The definitions that are their own reference, outside of properties and items."""
    leads = {name: _leads_to(definitions[name]) for name in definitions}
    return {name for name in leads if name in reached(leads[name], lambda n: leads.get(n, ()))}


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
