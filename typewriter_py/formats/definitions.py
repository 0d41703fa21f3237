"""The definitions of many rules, each a document of its own, as the definitions of one plan.

Two rules that define the same shape under one name share it.  Where the shapes differ, the
later one is named after its rule: ``Item`` of *Order Completed* is ``OrderCompletedItem``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias

from ..names import pascal, singular, words
from ..plan.annotations import REFERENCE
from ..plan.conjunction import ANNOTATIONS
from ..plan.document import Map, Mark
from ..plan.model import CALLS
from ..util import reached
from . import codes
from .dialects import in_draft_07
from .nodes import copy_entry, maps_in, node_at, put, steps_of
from .schemas import Schemas

DEFINITION_KEYS: Final = ("definitions", "$defs")
"""The keys of a schema that hold shared ones."""

Refs: TypeAlias = dict[str, str]
"""The name in the plan of each reference's target."""

Steps: TypeAlias = tuple[str, ...]
"""The tokens of a JSON pointer."""


class Definitions:
    """Gathers what rules define, and names each definition in the plan."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._meanings: dict[str, str] = {}
        self._targets: dict[str, tuple[Map, Refs]] = {}

    def add(self, schema: Map, owner: str, version: int = 1) -> Refs:
        """Take the definitions of a rule's schema; some may be named after ``owner``."""
        used = [*_references(schema)]
        if not used and not any(key in schema for key in DEFINITION_KEYS):
            return {}
        found = {steps: each for steps, each in _targets(schema, used) if isinstance(each, Map)}
        meanings = _meanings(found)
        names: dict[Steps, str] = {}
        refs: Refs = {}
        for steps, target in found.items():
            names[steps] = self._name(steps, meanings[steps], owner, version, target)
            self._targets.setdefault(names[steps], (target, refs))
        refs |= {ref: names[steps_of(ref)] for ref in used if steps_of(ref) in names}
        return refs

    def _name(self, steps: Steps, meaning: str, owner: str, version: int, target: Map) -> str:
        plain = _plain_name(steps, owner)
        for name in _candidates(plain, owner, version):
            if self._meanings.setdefault(name, meaning) == meaning:
                break
        if name != plain:
            first = self._targets[plain][0]
            message = f"`{plain}` is defined differently by another rule; here it is `{name}`"
            help = "make the two the same, or give one a name of its own"
            related = ((first.span, "the other one"),)
            found = codes.RENAMED.at(target.span, message, help=help, related=related)
            self._schemas.diagnostics.append(found)
        return name

    def nodes(self, mark: Mark) -> Map:
        """All definitions as the plan has them, in the order in which they were added."""
        schemas, nodes = self._schemas, Map(mark)
        for name, (target, refs) in self._targets.items():
            schemas.refs = refs
            nodes.put(name, schemas.schema(target), (target.mark, target.mark))
        # What is merged with other schemas is explicit about being closed or open.
        for name in _aliased(nodes, schemas.merged):
            source, node = in_draft_07(self._targets[name][0])[0], nodes[name]
            says = source.get("additionalProperties")
            if says is False:
                copy_entry(source, "additionalProperties", node, False)
            elif says is None and node.get("type") == "object" and not schemas.closed:
                put(node, "additionalProperties", True)
        return nodes


def _aliased(nodes: Map, names: set[str]) -> set[str]:
    """``names``, and the definitions that they are mere references to."""

    def leads(name: str) -> list[str]:
        ref = nodes[name].get("$ref") if name in nodes else None
        return [ref.removeprefix(REFERENCE)] if isinstance(ref, str) else []

    return reached(names, leads) & nodes.keys()


def _candidates(plain: str, owner: str, version: int) -> Iterator[str]:
    """The names to try in turn: none depends on what else there is."""
    qualified = (pascal(words(owner)) or "Rule") + plain[:1].upper() + plain[1:]
    yield from (plain, qualified, f"{qualified}V{version}")
    yield from (f"{qualified}V{version}Shape{number}" for number in count(2))


def _plain_name(steps: Steps, owner: str) -> str:
    """The last step of a reference that is a name, not a keyword."""
    names = [step for step in steps if step and step not in _KEYWORDS]
    return names[-1] if names else pascal(words(owner)) or "Message"


_KEYWORDS: Final = frozenset({*DEFINITION_KEYS, "properties", "traits", "items"})


def _targets(schema: Map, used: Iterable[str]) -> Iterator[tuple[Steps, Any]]:
    """Every definition and every other target of a reference, and the steps that lead there."""
    for key in DEFINITION_KEYS:
        defined = schema.get(key)
        for name, each in defined.items() if isinstance(defined, Map) else ():
            yield (key, name), each
    for ref in dict.fromkeys(used):
        yield steps_of(ref), node_at(schema, steps_of(ref))


def _references(node: Any) -> Iterator[str]:
    """Every ``$ref`` in ``node`` that is a JSON pointer into its own document."""
    for each in maps_in(node):
        ref = each.get("$ref")
        if isinstance(ref, str) and (ref == "#" or ref.startswith("#/")):
            yield ref


def _meanings(found: Mapping[Steps, Map]) -> dict[Steps, str]:
    """What definitions mean: their own text, and the texts of everything that they refer to.

    Equal for definitions that mean the same, whatever they are called.
    """
    texts = {steps: json.dumps(each, sort_keys=True) for steps, each in found.items()}
    leads = {steps: [*map(steps_of, _references(each))] for steps, each in found.items()}

    def meaning(steps: Steps) -> str:
        known = reached([steps], lambda each: leads.get(each, ())) & texts.keys()
        return repr((texts[steps], sorted((each, texts[each]) for each in known - {steps})))

    return {steps: meaning(steps) for steps in found}


# --- object shapes that recur, moved into definitions ------------------------------------------

_LEAST: Final = 2
"""The fewest properties of a shape that deserves a name."""

_OWN: Final = frozenset({"type", "required", "properties", "additionalProperties"})
"""What a shape consists of; annotations stay where it is used."""


class _Use(NamedTuple):
    """A schema in the plan, and the name it has there."""

    node: Map
    name: str
    is_item: bool = False


def share_shapes(rules: Map, definitions: Map) -> None:
    """Replace shapes that recur in ``rules`` by references to ``definitions``, largest first."""
    calls = [rules[key] for key in CALLS if key in rules]
    tops = [event["rules"] for event in rules.get("events", ()) if "rules" in event]
    groups: dict[str, list[_Use]] = {}
    for top in (*tops, *(call.get("traits", call) for call in calls)):
        for use in _inside(top, ""):
            shape = _shape(use.node)
            if shape is not None:
                groups.setdefault(shape, []).append(use)
    known = _known(definitions)
    gone: set[int] = set()  # what was within a shape that is a reference now
    numbers: dict[str, int] = {}
    for shape in sorted(groups, key=len, reverse=True):  # of one size in the document's order
        uses = [use for use in groups[shape] if id(use.node) not in gone]
        if len(uses) > 1 or shape in known:
            name = known.get(shape) or _free(uses, definitions, numbers)
            replaced = _extract(uses, name, definitions)
            gone |= {id(inner.node) for node in replaced for inner in _inside(node, "")}


def _inside(node: Any, name: str) -> Iterator[_Use]:
    """The schemas of all values within an object or a list."""
    properties = node.get("properties")
    for key, each in properties.items() if isinstance(properties, Map) else ():
        if isinstance(each, Map):
            yield _Use(each, key)
            yield from _inside(each, key)
    items = node.get("items")
    if isinstance(items, Map):
        one = singular(words(name))
        item_name = " ".join(one) if one else f"{name} item"
        yield _Use(items, item_name, is_item=True)
        yield from _inside(items, item_name)


def _shape(node: Map) -> str | None:
    """The text of an object's shape; None if there is none to share."""
    properties = node.get("properties")
    if (
        not isinstance(properties, Map)
        or len(properties) < _LEAST
        or isinstance(node.get("required"), bool)
        or node.keys() - ANNOTATIONS - _OWN
        or node.get("type") != "object"
    ):
        return None
    return json.dumps({key: node[key] for key in _OWN & node.keys()}, sort_keys=True)


def _known(definitions: Map) -> dict[str, str]:
    """The first definition of each shape, if it is nothing but a shape."""
    return {
        shape: name
        for name, node in reversed(definitions.items())
        if isinstance(node, Map) and node.keys() <= _OWN and (shape := _shape(node)) is not None
    }


def _free(uses: list[_Use], definitions: Map, numbers: dict[str, int]) -> str:
    """The name that most uses suggest; of several that of items, then the first of all.

    If it is taken: ``ItemShape``, ``ItemShape2``, …; ``numbers`` has the next to try.
    """
    names = [pascal(words(use.name)) or "Shape" for use in uses]
    items = {name for name, use in zip(names, uses, strict=True) if use.is_item}
    uses_of = Counter(names)
    name = min(uses_of, key=lambda name: (-uses_of[name], name not in items, name))
    if name not in definitions:
        return name
    name += "Shape"
    if name not in definitions:
        return name
    number = numbers.get(name, 2)
    while f"{name}{number}" in definitions:
        number += 1
    numbers[name] = number + 1
    return f"{name}{number}"


def _extract(uses: list[_Use], name: str, definitions: Map) -> list[Map]:
    """Replace a shape by references; return what was replaced, without the one that is kept."""
    replaced: list[Map] = []
    for node, *_ in uses:
        shape, rest = node.only(_OWN), node.only(node.keys() - _OWN)
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
