"""Schemas of the plan → types: what stands under a property becomes a ``Value``.

Several nodes that hold for one value at once (``allOf``, a property that two merged objects
declare, a base beside its ``anyOf``) are read together, so that the types of the result need
no conjunction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from . import codes, model
from .annotations import target, text, with_merged
from .checks import check_annotations, check_node, idle_beside_enum
from .document import Map, Seq
from .facts import BINDING, TYPES, Facts, binds, maps, says
from .leaves import leaf_of
from .model import ANYTHING, Definition, Json, Type, Value
from .nulls import Nulls
from .objects import object_of
from .unions import NOTHING, circular, union
from .values import accepts, plain, shown

MAX_DEPTH: Final = 100
"""Values within values, references that are merged followed."""

MAX_STEPS: Final = 100_000
"""Steps of merging that a plan may cost, and some more for each node that it has."""

_STEPS_FOR_A_NODE: Final = 50


class TooLarge(Exception):  # noqa: N818 - a limit, not an error
    """Merging would not come to an end in reasonable time; where it was given up."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


class Schemas:
    """Reads schemas against one set of definitions; gathers diagnostics as it goes.

    ``open``: while it is set, objects take undeclared keys unless they say otherwise.
    """

    def __init__(self, definitions: Map) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.nodes = definitions
        self.open = False
        self._steps = 0
        self._built: dict[str, Definition] = {}
        self._within: set[frozenset[int]] = set()
        # Nodes are told apart by identity, so those that were seen have to stay alive.
        self._checked: dict[int, Map] = {}
        self._placed: dict[int, Map] = {}
        self._defaults: list[tuple[Value, Json, Span]] = []
        self._leaves: dict[tuple[object, ...], Value] = {}
        self._named = {id(node) for node in definitions.values()}
        self._circular = circular(definitions)
        self._nulls = Nulls(definitions, self._circular)

    # --- definitions ---------------------------------------------------------------------

    def definitions(self) -> dict[str, Definition]:
        """All definitions, by name."""
        for name in self._circular:
            message = f"`{name}` is defined as itself: it leads back here through `$ref`"
            help = "let it lead through `properties` or `items`, as a tree does"
            span = self.nodes.key_span(name)
            self.diagnostics.append(codes.REF_CYCLE.at(span, message, help=help))
        return {name: self.definition(name) for name in self.nodes}

    def definition(self, name: str) -> Definition:
        """One definition; of one that is being built, or wrong, all is known to be allowed."""
        node = self.nodes.get(name)
        if name in self._circular or not isinstance(node, Map):
            return Definition(name, ANYTHING)
        if name not in self._built:
            self._built[name] = Definition(name, ANYTHING)
            self._built[name] = Definition(
                name,
                self.value(node),
                title=text(node, "title"),
                description=text(node, "description"),
                words=text(node, "name"),
                span=self.nodes.key_span(name),
            )
        return self._built[name]

    def lookup(self, name: str) -> Value:
        """What the definition of that name says."""
        return self.definition(name).value

    # --- values --------------------------------------------------------------------------

    def value(self, *nodes: Map, filled: bool = False) -> Value:
        """What satisfies all ``nodes``; ``filled``: a default of theirs is filled in."""
        leaf = leaf_of(nodes[0]) if len(nodes) == 1 else None
        if leaf is None:
            return self._new_value(nodes, filled)
        found = self._leaves.get(leaf)
        if found is None:
            before = len(self.diagnostics)
            found = self._new_value(nodes, filled)
            if len(self.diagnostics) == before:
                self._leaves[leaf] = found  # most properties of a plan are one of a few
        return found

    def _new_value(self, nodes: tuple[Map, ...], filled: bool) -> Value:
        me = frozenset(map(id, nodes))
        if me in self._within:
            message = "what is merged here leads back to itself, so it would have no end"
            help = "refer to the definition alone, `{$ref: …}`, and put the rest into it"
            span = _place_of(nodes[0])
            self.diagnostics.append(codes.REF_CYCLE.at(span, message, help=help))
            return ANYTHING
        if len(self._within) > MAX_DEPTH:
            raise TooLarge(nodes[0].span)
        self._within.add(me)
        nullable = all(map(self._nulls.may_stand, nodes))
        value = Value(self._read(nodes, nullable), nullable)
        self._within.remove(me)
        self._note_defaults(nodes, value, filled)
        return value

    def _read(self, nodes: tuple[Map, ...], nullable: bool) -> Type:
        name = self._shared(nodes)
        if name is not None:
            return model.Ref(name)
        before = len(self.diagnostics)
        type = self._type(self._facts(nodes))
        if type == NOTHING and not nullable and len(self.diagnostics) == before:
            message = "no value is valid here: the rules that hold together contradict each other"
            help = "change one of them; what is merged must be possible together"
            self.diagnostics.append(codes.CONFLICT.at(_place_of(nodes[0]), message, help=help))
        return type

    def _shared(self, nodes: Iterable[Map]) -> str | None:
        """The definition that ``nodes`` stand for, if they are a mere reference to one."""
        parts, names = with_merged(nodes), set()
        for part in parts:
            keywords = says(part)
            if not keywords <= {"$ref", "allOf"}:
                return None
            if "$ref" in keywords:
                names.add(target(part, self.nodes))
        name = names.pop() if len(names) == 1 else None
        if name is not None:
            for part in parts:
                self._check(part)
        return name

    def _facts(self, nodes: Iterable[Map]) -> Facts:
        nodes = tuple(nodes)
        facts = Facts(nodes[0], diagnostics=self.diagnostics)
        self._gather(facts, nodes)
        return facts

    def _gather(self, facts: Facts, nodes: Iterable[Map]) -> None:
        """Add ``nodes`` to ``facts``, with what their ``$ref`` and ``allOf`` lead to."""
        ahead = [*nodes][::-1]
        seen: set[int] = set()
        while ahead:
            node = ahead.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            self._step(node)
            self._check(node)
            facts.add(node)
            ahead += [*maps(node.get("allOf"))][::-1]
            name = target(node, self.nodes)
            if name is not None and name not in self._circular:
                ahead.append(self.nodes[name])

    def _step(self, node: Map) -> None:
        """Give up on references that refer to each other twice, and those again, and so on."""
        self._steps += 1
        if self._steps > MAX_STEPS + _STEPS_FOR_A_NODE * len(self._checked):
            raise TooLarge(node.span)

    # --- checks --------------------------------------------------------------------------

    def place(self, nodes: Iterable[Map]) -> None:
        """Take note that ``nodes`` are a property's, where more annotations have a meaning."""
        self._placed |= {id(node): node for node in nodes}

    def _check(self, node: Map) -> None:
        """Say what is wrong with the node by itself, once."""
        if id(node) in self._checked:
            return
        self._checked[id(node)] = node
        found = [*check_node(node, self.nodes)]
        self.diagnostics += found
        if id(node) not in self._placed:
            self.diagnostics += check_annotations(node, id(node) in self._named)
        listed = node.get("enum")
        if isinstance(listed, Seq) and node.keys() & BINDING:
            self._check_enum(node, listed, {each.span for each in found})

    def _check_enum(self, node: Map, listed: Seq, wrong: set[Span | None]) -> None:
        """Permitted values that the constraints beside them refuse."""
        facts = Facts(node)
        facts.add(node)
        bare = Value(self._type(_without_values(facts)), nullable=True)
        refused = False
        for index, candidate in enumerate(listed):
            span = listed.item_span(index)
            if span not in wrong and not accepts(bare, candidate, self.lookup):
                message = f"the permitted value {shown(candidate)} breaks the rules beside `enum`"
                help = "change the value, or those rules"
                self.diagnostics.append(codes.ENUM_VALUE.at(span, message, help=help))
                refused = True
        if listed and not refused:
            self.diagnostics += idle_beside_enum(node, wrong)

    def _note_defaults(self, nodes: tuple[Map, ...], value: Value, filled: bool) -> None:
        for node in with_merged(nodes):
            if "default" not in node:
                continue
            span = node.value_span("default")
            self._defaults.append((value, plain(node["default"]), span))
            if not filled:
                message = "this default documents only: it is not filled in"
                help = "those of an event's own properties are filled in, deeper ones are not"
                found = codes.NESTED_DEFAULT.at(node.key_span("default"), message, help=help)
                self.diagnostics.append(found)

    def finish(self) -> None:
        """Judge what needs every definition: the defaults."""
        for value, default, span in self._defaults:
            if not accepts(value, default, self.lookup):
                message = f"the default {shown(default)} is refused by its own schema"
                help = "change the default, or what may stand here"
                if default is None:
                    help = "say `nullable: true`, or remove the default"
                self.diagnostics.append(codes.DEFAULT_REFUSED.at(span, message, help=help))

    # --- types ---------------------------------------------------------------------------

    def _type(self, facts: Facts) -> Type:
        self._step(facts.node)
        if facts.unions:
            return self._union(facts)
        if facts.values is not None:
            bare = Value(self._type(_without_values(facts)))
            values = tuple(plain(v) for v in facts.values if accepts(bare, v, self.lookup))
            return model.Enum(values) if values else NOTHING
        if facts.types is None and not facts.keywords & BINDING:
            return model.AnyType()
        if facts.types is None:
            self._warn_untyped(facts)
        types = TYPES if facts.types is None else facts.types
        if "number" in types:
            types = tuple(t for t in types if t != "integer")
        return union([self._one(name, facts) for name in types])

    def _warn_untyped(self, facts: Facts) -> None:
        node, keyword = facts.binding()
        bound = binds(keyword)
        message = f"no `type`: `{keyword}` binds only values of type {bound}, others pass"
        found = codes.UNTYPED.at(node.key_span(keyword), message, help=f"add `type: {bound}`")
        self.diagnostics.append(found)

    def _union(self, facts: Facts) -> Type:
        """``anyOf`` and ``oneOf``; what stands beside them holds for each member."""
        (members, exclusive), *rest = facts.unions
        base = facts.copy(unions=tuple(rest))
        mere = not rest and facts.keywords <= {"anyOf", "oneOf"}
        types = []
        for member in members:
            if mere:
                types.append(self.value(member).type)
                continue
            both = base.copy(node=member)
            self._gather(both, [member])
            types.append(self._type(both))
        return union(types, exclusive)

    def _one(self, name: str, facts: Facts) -> Type:
        bounds: dict[str, Any] = facts.bounds
        match name:
            case "boolean":
                return model.Boolean()
            case "string":
                least, most = bounds.get("minLength"), bounds.get("maxLength")
                return model.String(least, most, facts.patterns, facts.format)
            case "array":
                items = self.value(*facts.items) if facts.items else ANYTHING
                least, most = bounds.get("minItems"), bounds.get("maxItems")
                return model.Array(items, least, most, facts.unique)
            case "object":
                return object_of(facts, self)
            case _:
                return model.Number(
                    name == "integer",
                    bounds.get("minimum"),
                    bounds.get("maximum"),
                    bounds.get("exclusiveMinimum"),
                    bounds.get("exclusiveMaximum"),
                    facts.multiple_of,
                )

    def members(self, node: Map) -> model.Object:
        """The properties of an event or call, or its traits: closed unless they say otherwise."""
        return object_of(self._facts([node]), self, top=True)


def _without_values(facts: Facts) -> Facts:
    """What holds beside ``enum`` and ``const``; with those, a missing ``type`` is no matter."""
    types = facts.types
    if types is None and facts.keywords & BINDING:
        types = TYPES
    return facts.copy(values=None, types=types, unions=())


def _place_of(node: Map) -> Span:
    """The keyword of ``node`` that says most about its type."""
    for keyword in ("allOf", "anyOf", "oneOf", "enum", "const", "$ref", "type"):
        if keyword in node:
            return node.key_span(keyword)
    return node.span
