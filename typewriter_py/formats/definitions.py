"""The definitions of many rules, each a document of its own, as the definitions of one plan.

Two rules that define the same shape under one name share it.  Where the shapes differ, the
later one is called after its rule: ``Item`` of *Order Completed* is ``OrderCompletedItem``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from ..names import pascal, words
from ..plan.annotations import REFERENCE
from ..plan.document import Map, Mark
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
    found: set[str] = set()
    ahead = [*names]
    while ahead:
        name = ahead.pop()
        if name in nodes and name not in found:
            found.add(name)
            ref = nodes[name].get("$ref")
            ahead += [ref.removeprefix(REFERENCE)] if isinstance(ref, str) else []
    return found


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
        reached: set[Steps] = set()
        ahead = [steps]
        while ahead:
            each = ahead.pop()
            if each in self._texts and each not in reached:
                reached.add(each)
                ahead += self._leads[each]
        others = sorted((each, self._texts[each]) for each in reached if each != steps)
        return repr((self._texts[steps], others))
