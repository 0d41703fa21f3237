"""The definitions of many rules, each a document of its own, as the definitions of one plan.

Two rules that define the same shape under one name share it.  Where the shapes differ, the
later one is called after its rule: ``Item`` of *Order Completed* is ``OrderCompletedItem``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from ..names import pascal, singular, words
from ..plan.annotations import REFERENCE
from ..plan.conjunction import ANNOTATIONS
from ..plan.document import Map, Mark
from ..plan.model import CALLS
from ..util import reached
from . import codes
from .nodes import copied, maps_in, node_at, put, steps_of
from .schemas import Schemas

HOMES: Final = ("definitions", "$defs")
"""The keys of a schema under which shared ones stand."""

Refs: TypeAlias = dict[str, str]
"""From a reference to the name that its target has in the plan."""

Steps: TypeAlias = tuple[str, ...]
"""A JSON pointer, taken apart."""


class Definitions:
    """Gathers what rules define, and says what each of it is called in the plan."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._shapes: dict[str, str] = {}
        self._targets: dict[str, tuple[Map, Refs]] = {}

    def add(self, schema: Map, owner: str, version: int = 1) -> Refs:
        """Take the definitions of a rule's schema.  ``owner`` is what some may be called after."""
        used = [*_references(schema)]
        if not used and not any(home in schema for home in HOMES):
            return {}
        found = {steps: each for steps, each in _targets(schema, used) if isinstance(each, Map)}
        shapes = _Shapes(found)
        names: dict[Steps, str] = {}
        refs: Refs = {}
        for steps, target in found.items():
            names[steps] = self._name(steps, shapes.of(steps), owner, version, target)
            self._targets.setdefault(names[steps], (target, refs))
        for ref in used:
            if _is_inner(ref) and steps_of(ref) in names:
                refs[ref] = names[steps_of(ref)]
        return refs

    def _name(self, steps: Steps, shape: str, owner: str, version: int, target: Map) -> str:
        plain = _plain_name(steps, owner)
        for name in _candidates(plain, owner, version):
            if self._shapes.setdefault(name, shape) == shape:
                break
        if name != plain:
            first = self._targets[plain][0]
            message = f"`{plain}` is defined in other words by another rule; here it is `{name}`"
            self._schemas.diagnostics.append(
                codes.RENAMED.at(
                    target.span,
                    message,
                    help="make the two the same, or give one a name of its own",
                    related=((first.span, "the other one"),),
                )
            )
        return name

    def nodes(self, mark: Mark) -> Map:
        """All of them as the plan has them, in the order in which they came."""
        schemas, nodes = self._schemas, Map(mark)
        sources: dict[str, Map] = {}
        for name, (target, refs) in self._targets.items():
            schemas.refs = refs
            sources[name] = target
            nodes.put(name, schemas.schema(target), (target.mark, target.mark))
        self._close_merged(nodes, sources)
        return nodes

    def _close_merged(self, nodes: Map, sources: Mapping[str, Map]) -> None:
        """What is merged with others says for itself whether it is closed."""
        for name in _reached(nodes, self._schemas.merged):
            says = sources[name].get("additionalProperties")
            node = nodes[name]
            if says is False:
                copied(sources[name], "additionalProperties", node, False)
            elif says is None and node.get("type") == "object" and not self._schemas.closed:
                put(node, "additionalProperties", True)


def _reached(nodes: Map, names: set[str]) -> set[str]:
    """The definitions that ``names`` are, by references alone."""

    def leads(name: str) -> list[str]:
        ref = nodes[name].get("$ref") if name in nodes else None
        return [ref.removeprefix(REFERENCE)] if isinstance(ref, str) else []

    return reached(names, leads) & nodes.keys()


def _candidates(plain: str, owner: str, version: int) -> Iterator[str]:
    """The names to try in turn: none depends on what else there is."""
    yield plain
    prefix = pascal(words(owner)) or "Rule"
    qualified = prefix + plain[:1].upper() + plain[1:]
    yield qualified
    yield f"{qualified}V{version}"
    number = 2
    while True:
        yield f"{qualified}V{version}Shape{number}"
        number += 1


def _plain_name(steps: Steps, owner: str) -> str:
    """The last step of a reference, if it says anything by itself."""
    telling = [step for step in steps if step and step not in _SILENT]
    return telling[-1] if telling else pascal(words(owner)) or "Message"


_SILENT: Final = frozenset({*HOMES, "properties", "traits", "items"})


def _is_inner(ref: str) -> bool:
    """Whether a reference leads to a place of its own document, by a JSON pointer."""
    return ref == "#" or ref.startswith("#/")


def _targets(schema: Map, used: Iterable[str]) -> Iterator[tuple[Steps, Any]]:
    """Every definition and every other target, by the way that leads there."""
    for home in HOMES:
        defined = schema.get(home)
        for name, each in defined.items() if isinstance(defined, Map) else ():
            yield (home, name), each
    for ref in dict.fromkeys(used):
        if _is_inner(ref):
            yield steps_of(ref), node_at(schema, steps_of(ref))


def _references(node: Any) -> Iterator[str]:
    """What every ``$ref`` in ``node`` says."""
    for each in maps_in(node):
        if isinstance(ref := each.get("$ref"), str):
            yield ref


class _Shapes:
    """What definitions mean: their own text, and that of all that they refer to."""

    def __init__(self, found: Mapping[Steps, Map]) -> None:
        self._texts = {steps: json.dumps(each, sort_keys=True) for steps, each in found.items()}
        self._leads = {
            steps: [steps_of(ref) for ref in _references(each) if _is_inner(ref)]
            for steps, each in found.items()
        }

    def of(self, steps: Steps) -> str:
        """Equal for definitions that mean the same, whatever they are called."""
        known = reached([steps], lambda each: self._leads.get(each, ())) & self._texts.keys()
        others = sorted((each, self._texts[each]) for each in known if each != steps)
        return repr((self._texts[steps], others))


# --- object shapes that come more than once, lifted into definitions ---------------------------

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
