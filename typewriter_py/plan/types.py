"""Schemas of the plan → types: the schema of a property becomes a ``Value``.

Several nodes that apply to one value at once (``allOf``, a property that two merged objects
declare, a base next to its ``anyOf``) are read together, so that the resulting types need no
conjunction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from ..diagnostics import Diagnostic, Span, has_errors
from ..spellings import Spellings
from . import codes, model
from .annotations import (
    COMBINATORS,
    Nulls,
    circular,
    deprecation,
    first,
    first_list,
    item_spans,
    personal,
    target,
    text,
    texts,
    with_merged,
)
from .checks import check_annotations, check_node, idle_next_to_enum
from .conjunction import CONSTRAINTS, LEAF_KEYS, TYPE_OF, TYPES, Facts, constraints, leaf_of, maps
from .document import Map, Seq
from .model import ABSENT, ANYTHING, AnyType, Definition, Json, Property, Type, Union, Value
from .rules import Checks
from .values import describe, plain
from .yaml_reader import resolve

MAX_DEPTH: Final = 100
"""Levels of values within values, through merged references."""

MAX_STEPS: Final = 100_000
"""Steps of merging allowed for a plan, in addition to those for each of its nodes."""

_STEPS_FOR_A_NODE: Final = 50


class TooLarge(Exception):  # noqa: N818 - a limit, not an error
    """Merging would not end in reasonable time; ``span`` is where it was given up."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


class Schemas:
    """Reads schemas against one set of definitions; collects diagnostics on the way.

    While ``open`` is set, objects allow undeclared keys unless they say otherwise.
    """

    def __init__(self, definitions: Map) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.nodes = definitions
        self.open = False
        self._steps = 0
        self._built: dict[str, Definition] = {}
        self._within: set[frozenset[int]] = set()
        # Nodes are known by identity, so those that were seen have to stay alive.
        self._checked: dict[int, Map] = {}
        self._of_properties: dict[int, Map] = {}
        self._invalid_patterns: set[str] = set()
        self._defaults: list[tuple[Value, Json, Span]] = []
        self._leaves: dict[tuple[object, ...], Value] = {}
        self._named = {id(node) for node in definitions.values()}
        for name, node in definitions.items():
            if isinstance(node, Map):
                node.name = node.name or definitions.key_span(name)
        self._spellings = Spellings(definitions)
        self._circular = circular(definitions)
        self._nulls = Nulls(definitions, self._circular)

    # --- definitions ---------------------------------------------------------------------

    def definitions(self) -> dict[str, Definition]:
        """All definitions, by name."""
        for name in self._circular:
            message = f"`{name}` is defined as itself: its `$ref` leads back here"
            help = "refer to it only within `properties` or `items`, as a tree does"
            span = self.nodes.key_span(name)
            self.diagnostics.append(codes.REF_CYCLE.at(span, message, help=help))
        return {name: self.definition(name) for name in self.nodes}

    def definition(self, name: str) -> Definition:
        """One definition; one that is still being built, or is wrong, allows anything."""
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
                ignore=texts(node, "ignore"),
                ignore_spans=item_spans(node, "ignore"),
                span=self.nodes.key_span(name),
            )
        return self._built[name]

    def checks(self) -> Checks:
        """Checks of values against these definitions."""
        return Checks(lambda name: self.definition(name).value)

    # --- values --------------------------------------------------------------------------

    def value(self, *nodes: Map, filled: bool = False) -> Value:
        """The value that satisfies all ``nodes``; ``filled`` if their default is filled in."""
        leaf = leaf_of(nodes[0]) if len(nodes) == 1 else None
        if leaf is None:
            return self._new_value(nodes, filled)
        found = self._leaves.get(leaf)
        if found is None:
            before = len(self.diagnostics)
            found = self._new_value(nodes, filled)
            if len(self.diagnostics) == before:
                self._leaves[leaf] = found  # most properties of a plan are one of a few types
        return found

    def _new_value(self, nodes: tuple[Map, ...], filled: bool) -> Value:
        me = frozenset(map(id, nodes))
        if me in self._within:
            message = "the schemas merged here lead back to themselves, without end"
            help = "refer to the definition alone, `{$ref: …}`, and put the rest into it"
            span = _type_span(nodes[0])
            self.diagnostics.append(codes.REF_CYCLE.at(span, message, help=help))
            return ANYTHING
        if len(self._within) > MAX_DEPTH:
            raise TooLarge(nodes[0].span)
        self._within.add(me)
        nullable = all(map(self._nulls.allowed, nodes))
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
        if type == NOTHING and not nullable and not has_errors(self.diagnostics[before:]):
            message = "no value is valid here: the constraints contradict each other"
            help = "change one of them: merged constraints must be satisfiable together"
            self.diagnostics.append(codes.CONFLICT.at(_type_span(nodes[0]), message, help=help))
        return type

    def _shared(self, nodes: Iterable[Map]) -> str | None:
        """The definition that ``nodes`` merely refer to; None if they say anything else."""
        parts, names = with_merged(nodes), set()
        for part in parts:
            keywords = constraints(part)
            if not keywords <= {"$ref", "allOf"}:
                return None
            if "$ref" in keywords:
                names.add(target(part, self.nodes))
        name = names.pop() if len(names) == 1 else None
        if name is not None:
            for part in parts:
                self._check(part)
        return name

    def _facts(self, nodes: Sequence[Map]) -> Facts:
        facts = Facts(nodes[0], diagnostics=self.diagnostics)
        self._gather(facts, nodes)
        return facts

    def _gather(self, facts: Facts, nodes: Sequence[Map]) -> None:
        """Add ``nodes`` to ``facts``, with those that their ``$ref`` and ``allOf`` lead to."""
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
        """Give up on references that unfold exponentially: each refers to the next one twice."""
        self._steps += 1
        if self._steps > MAX_STEPS + _STEPS_FOR_A_NODE * len(self._checked):
            raise TooLarge(node.span)

    # --- checks --------------------------------------------------------------------------

    def mark_property(self, nodes: Iterable[Map]) -> None:
        """Note that ``nodes`` belong to a property, on which more annotations are valid."""
        self._of_properties |= {id(node): node for node in nodes}

    def _report(self, node: Map, found: Iterable[Diagnostic]) -> None:
        """Add diagnostics of a node, with the property or the like that it is part of."""
        self.diagnostics += [replace(each, owner=node.owner) for each in found]

    def _check(self, node: Map) -> None:
        """Report what is wrong with the node itself, once."""
        if id(node) in self._checked:
            return
        self._checked[id(node)] = node
        found = [*check_node(node, self.nodes, self._spellings)]
        if any(each.kind is codes.INVALID_PATTERN for each in found):
            self._invalid_patterns.add(node["pattern"])
        self._report(node, found)
        if id(node) not in self._of_properties:
            self._report(node, check_annotations(node, id(node) in self._named))
        listed = node.get("enum")
        if isinstance(listed, Seq) and node.keys() & CONSTRAINTS:
            self._check_enum(node, listed, {each.span for each in found})

    def _check_enum(self, node: Map, listed: Seq, wrong: set[Span | None]) -> None:
        """Report permitted values that the constraints next to them refuse."""
        facts = Facts(node)
        facts.add(node)
        fits = self.checks().of(Value(self._type(_without_values(facts)), nullable=True))
        before = len(self.diagnostics)
        for index, candidate in enumerate(listed):
            span = listed.item_span(index)
            if span not in wrong and not fits(candidate):
                shown = describe(candidate)
                message = f"the permitted value {shown} breaks the constraints next to `enum`"
                help = "change the value, or those constraints"
                self.diagnostics.append(codes.ENUM_VALUE.at(span, message, help=help))
        if listed and len(self.diagnostics) == before:
            self._report(node, idle_next_to_enum(node, wrong))

    def _note_defaults(self, nodes: tuple[Map, ...], value: Value, filled: bool) -> None:
        for node in with_merged(nodes):
            if "default" not in node:
                continue
            span = node.value_span("default")
            self._defaults.append((value, plain(node["default"]), span))
            if not filled:
                message = "this default is documentation only: it is not filled in"
                help = "only the defaults of an event's own properties are filled in"
                found = codes.NESTED_DEFAULT.at(node.key_span("default"), message, help=help)
                self._report(node, [found])

    def finish(self) -> None:
        """Check the defaults, which needs every definition."""
        checks = self.checks()
        for value, default, span in self._defaults:
            if not checks.of(value)(default):
                message = f"the default {describe(default)} does not match its own schema"
                help = "change the default, or the schema"
                if default is None:
                    help = "add `nullable: true`, or remove the default"
                elif isinstance(default, str) and checks.of(value)(resolve(default)):
                    help = f"remove the quotes: {default}"
                self.diagnostics.append(codes.DEFAULT_REFUSED.at(span, message, help=help))

    # --- types ---------------------------------------------------------------------------

    def _type(self, facts: Facts) -> Type:
        self._step(facts.node)
        if facts.unions:
            return self._union(facts)
        if facts.values is not None:
            fits = self.checks().of(Value(self._type(_without_values(facts))))
            values = tuple(plain(v) for v in facts.values if fits(v))
            return model.Enum(values) if values else NOTHING
        if facts.types is None and not facts.keywords & CONSTRAINTS:
            return model.AnyType()
        if facts.types is None:
            self._warn_untyped(facts)
        types = TYPES if facts.types is None else facts.types
        if "number" in types:
            types = tuple(t for t in types if t != "integer")
        return union([self._one(name, facts) for name in types])

    def _warn_untyped(self, facts: Facts) -> None:
        node, keyword = facts.first_constraint()
        type = TYPE_OF[keyword]
        message = f"no `type`: `{keyword}` applies only to values of type {type}, others pass"
        found = codes.UNTYPED.at(node.key_span(keyword), message, help=f"add `type: {type}`")
        self._report(node, [found])

    def _union(self, facts: Facts) -> Type:
        """``anyOf`` and ``oneOf``; the constraints next to them apply to each member."""
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
                patterns = tuple(p for p in facts.patterns if p not in self._invalid_patterns)
                return model.String(least, most, patterns, facts.format)
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
        """The properties or traits of an event or call: closed unless they say otherwise."""
        return object_of(self._facts([node]), self, top=True)


def _without_values(facts: Facts) -> Facts:
    """The constraints other than ``enum`` and ``const``, which make up for a missing ``type``."""
    types = TYPES if facts.types is None and facts.keywords & CONSTRAINTS else facts.types
    return facts.copy(values=None, types=types, unions=())


def _type_span(node: Map) -> Span:
    """The location of the keyword of ``node`` that says most about its type."""
    keywords = (*COMBINATORS, "enum", "const", "$ref", "type")
    return node.key_span(next((each for each in keywords if each in node), ""))


def object_of(
    facts: Facts, schemas: Schemas, *, top: bool = False, open: bool = False
) -> model.Object:
    """An object; one that declares properties is closed, one that declares none is open.

    ``top`` for the properties or traits of a call, which are closed even if there are none.
    """
    open = open or schemas.open or (not facts.properties and not top)
    additional = _additional(facts, schemas, open)
    properties = tuple(
        _property(name, nodes, facts, schemas, top) for name, nodes in facts.properties.items()
    )
    beyond = tuple(_undeclared(facts, schemas, additional))
    bounds: dict[str, Any] = facts.bounds
    least, most = bounds.get("minProperties"), bounds.get("maxProperties")
    return model.Object(properties, additional, beyond, least, most)


def _additional(facts: Facts, schemas: Schemas, open: bool) -> Value | None:
    """The type of undeclared keys; that of one part applies to keys declared in the others."""
    for allowed, declared in facts.additional:
        for name in [name for name in facts.properties if name not in declared]:
            if allowed is False:
                message = f"`{name}` is forbidden by `additionalProperties: false` of another part"
                help = "remove that `additionalProperties: false`: merged objects are closed anyway"
                found = codes.CONFLICT.at(facts.name_spans[name], message, help=help)
                schemas.diagnostics.append(found)
            elif isinstance(allowed, Map):
                facts.properties[name] = (*facts.properties[name], allowed)
    if any(allowed is False for allowed, _ in facts.additional):
        return None
    rest = [allowed for allowed, _ in facts.additional if isinstance(allowed, Map)]
    if rest:
        return schemas.value(*rest)
    return ANYTHING if facts.additional or open else None


def _undeclared(facts: Facts, schemas: Schemas, additional: Value | None) -> Iterator[str]:
    """Names that are required but not declared: an error, unless undeclared keys are allowed."""
    spellings = Spellings(facts.properties)
    for name, span in facts.required.items():
        if name in facts.properties:
            continue
        if additional is not None:
            yield name
            continue
        message = f"`{name}` is required but not declared under `properties`"
        help = spellings.did_you_mean(name) or f"declare `{name}`, or remove it here"
        if " - " in name:
            help = "are these several names? then each `-` must be in the column of the first"
        schemas.diagnostics.append(codes.REQUIRED_UNDECLARED.at(span, message, help=help))


def _property(
    name: str, nodes: tuple[Map, ...], facts: Facts, schemas: Schemas, top: bool
) -> Property:
    """The property ``name``, to which all ``nodes`` apply."""
    span = facts.name_spans.get(name)
    if len(nodes) == 1 and nodes[0].keys() <= LEAF_KEYS:  # as most are: a fast path
        (node,) = nodes
        return Property(
            name,
            schemas.value(node, filled=top),
            required=name in facts.required,
            description=node.get("description"),
            pii=personal(node, schemas.nodes, set()),
            span=span,
        )
    parts = with_merged(nodes)
    schemas.mark_property(parts)
    value = schemas.value(*nodes, filled=top)
    flags = {part["required"] for part in parts if isinstance(part.get("required"), bool)}
    if False in flags and name in facts.required:
        message = f"`{name}` has `required: false` but is in the list of required names"
        location = next(p for p in parts if p.get("required") is False).key_span("required")
        found = codes.CONFLICT.at(location, message, help="keep one of the two")
        schemas.diagnostics.append(found)
    annotated = [part for part in parts if not part.keys().isdisjoint(_ANNOTATIONS)]
    seen: set[str] = set()
    pii = [personal(node, schemas.nodes, seen) for node in nodes]
    return Property(
        name,
        value,
        required=True in flags or name in facts.required,
        description=first(parts, "description"),
        pii=True if True in pii else False if False in pii else None,
        span=span,
        **(_annotations(annotated) if annotated else {}),
    )


_ANNOTATIONS: Final = frozenset(
    {"title", "examples", "default", "const", "name", "ignore"}
    | {"deprecated", "replaced_by", "expires"}
)


def _annotations(parts: list[Map]) -> dict[str, Any]:
    """The fields of a ``Property`` that few properties have."""
    return {
        "title": first(parts, "title"),
        "examples": plain(first_list(parts, "examples")),
        "default": plain(first(parts, "default", ABSENT)),
        "const": plain(first(parts, "const", ABSENT)),
        "deprecated": next((d for d in map(deprecation, parts) if d), None),
        "words": first(parts, "name"),
        "ignore": first_list(parts, "ignore"),
        "ignore_spans": next((s for s in (item_spans(each, "ignore") for each in parts) if s), ()),
    }


NOTHING: Final = Union(())
"""The type of no value (with ``nullable``, of null alone)."""


def union(types: Iterable[Type], exclusive: bool = False) -> Type:
    """The union of ``types``, as flat as its meaning allows."""
    flat: list[Type] = []
    for type in types:
        if isinstance(type, Union) and not (exclusive or type.exclusive):
            flat += type.members
        else:
            flat.append(type)
    flat = [type for type in flat if type != NOTHING]
    if not exclusive:
        # Compared by repr, as 1 and true are equal in Python but not in JSON.
        flat = list({repr(type): type for type in flat}.values()) if len(flat) > 1 else flat
        for type in flat:
            if isinstance(type, AnyType):
                return type
    return flat[0] if len(flat) == 1 else Union(tuple(flat), exclusive and len(flat) > 1)
