"""Schemas of the plan → types: what stands under a property becomes a ``Value``.

Several nodes that hold for one value at once (``allOf``, a property that two merged objects
declare, a base beside its ``anyOf``) are read together, so that the types of the result need
no conjunction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..suggest import did_you_mean
from . import codes, model
from .checks import check_node
from .document import Map, Seq
from .facts import BINDS, TYPES, Facts, is_number, maps
from .model import ABSENT, ANYTHING, Definition, Deprecation, Json, Property, Type, Value
from .values import accepts

ANNOTATIONS: Final = frozenset(
    "title description examples default pii deprecated replaced_by expires name required ignore"
    " nullable".split()
)
"""Keywords that say nothing about which values are valid (``nullable`` is the place's)."""

REFERENCE: Final = "#/definitions/"
_NULL_ONLY: Final = model.Union(())
_PLAIN: Final = frozenset({"type", "title", "description", "examples", "pii"})
_BARE: Final = {
    "string": Value(model.String()),
    "number": Value(model.Number()),
    "integer": Value(model.Number(integer=True)),
    "boolean": Value(model.Boolean()),
}


class Schemas:
    """Reads schemas against one set of definitions; gathers diagnostics as it goes."""

    def __init__(self, definitions: Map) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.used: set[str] = set()
        self._nodes = definitions
        self._built: dict[str, Definition] = {}
        self._building: set[str] = set()
        self._checked: set[int] = set()
        self._defaults: list[tuple[Value, Json, Span, str]] = []
        self._circular = {n for n in definitions if n in _reachable(n, definitions)}

    # --- definitions ---------------------------------------------------------------------

    def definitions(self) -> dict[str, Definition]:
        """All definitions, by name."""
        for name in self._circular:
            message = f"`{name}` is defined as itself: it leads back here through `$ref`"
            help = "let it lead through `properties` or `items`, as a tree does"
            span = self._nodes.key_span(name)
            self.diagnostics.append(codes.REF_CYCLE.at(span, message, help=help))
        return {name: self.definition(name) for name in self._nodes}

    def definition(self, name: str) -> Definition:
        """One definition; of one that is being built, or wrong, all is known to be allowed."""
        node = self._nodes.get(name)
        unknown = Definition(name, ANYTHING)
        if name in self._building or name in self._circular or not isinstance(node, Map):
            return unknown
        if name not in self._built:
            self._building.add(name)
            self._note_default(node, name)
            self._built[name] = Definition(
                name,
                self.value(node),
                title=text(node, "title"),
                description=text(node, "description"),
                words=text(node, "name"),
                span=self._nodes.key_span(name),
            )
            self._building.discard(name)
        return self._built[name]

    # --- values --------------------------------------------------------------------------

    def value(self, *nodes: Map) -> Value:
        """What satisfies all ``nodes``."""
        if len(nodes) == 1 and nodes[0].keys() <= _PLAIN and text(nodes[0], "type") in _BARE:
            return _BARE[nodes[0]["type"]]  # most properties: a type, and words about it
        nullable = all(self._takes_null(node) for node in nodes)
        name = self._shared(nodes)
        if name is not None:
            return Value(model.Ref(name), nullable)
        return Value(self._type(self._facts(nodes)), nullable)

    def _shared(self, nodes: tuple[Map, ...]) -> str | None:
        """The definition that ``nodes`` stand for, if they are a mere reference."""
        if len(nodes) != 1:
            return None
        node = nodes[0]
        says = node.keys() - ANNOTATIONS
        if says == {"$ref"}:
            self._check(node)
            return self._target(node)
        members = tuple(maps(node.get("allOf")))
        return self._shared(members) if says == {"allOf"} and len(members) == 1 else None

    def _target(self, node: Map) -> str | None:
        """The name of the definition that ``$ref`` leads to, if there is one."""
        ref = node.get("$ref")
        name = ref.removeprefix(REFERENCE) if isinstance(ref, str) else ""
        if not isinstance(self._nodes.get(name), Map):
            return None
        self.used.add(name)
        return name

    def _takes_null(self, node: Map, trail: frozenset[str] = frozenset()) -> bool:
        if node.get("nullable") is True:
            return True
        listed, types = node.get("enum"), node.get("type")
        if isinstance(listed, list) and None not in listed:
            return False
        if "const" in node and node["const"] is not None:
            return False
        if isinstance(types, str | list) and "null" not in ([types] if types == "null" else types):
            return False
        name = self._target(node)
        if name is not None and (
            name in trail or not self._takes_null(self._nodes[name], trail | {name})
        ):
            return False

        def takes(key: str) -> list[bool]:
            return [self._takes_null(member, trail) for member in maps(node.get(key))]

        return (
            all(takes("allOf"))
            and ("anyOf" not in node or any(takes("anyOf")))
            and ("oneOf" not in node or sum(takes("oneOf")) == 1)
        )

    def _facts(self, nodes: Iterable[Map]) -> Facts:
        nodes = tuple(nodes)
        facts = Facts(nodes[0], diagnostics=self.diagnostics)
        for node in nodes:
            self._gather(facts, node, ())
        return facts

    def _gather(self, facts: Facts, node: Map, trail: tuple[str, ...]) -> None:
        """Add ``node`` to ``facts``, with what its ``$ref`` and ``allOf`` lead to."""
        self._check(node)
        facts.add(node)
        name = self._target(node)
        if name is not None and name not in trail and name not in self._circular:
            self._gather(facts, self._nodes[name], (*trail, name))
        for part in maps(node.get("allOf")):
            self._gather(facts, part, trail)

    def _check(self, node: Map) -> None:
        if id(node) in self._checked:
            return
        self._checked.add(id(node))
        self.diagnostics += check_node(node, self._nodes)
        listed = node.get("enum")
        if isinstance(listed, Seq) and node.keys() & _BINDING:
            self._check_enum(node, listed)

    def _check_enum(self, node: Map, listed: Seq) -> None:
        """Permitted values that the constraints beside them refuse."""
        facts = Facts(node)
        facts.add(node)
        bare = Value(self._type(facts.copy(values=None, unions=())), nullable=True)
        wrong = {d.span for d in self.diagnostics}
        for index, candidate in enumerate(listed):
            span = listed.item_span(index)
            if span not in wrong and not accepts(bare, candidate, self._lookup):
                message = f"the permitted value {shown(candidate)} breaks the rules beside `enum`"
                self.diagnostics.append(codes.ENUM_VALUE.at(span, message))

    # --- types ---------------------------------------------------------------------------

    def _type(self, facts: Facts) -> Type:
        if facts.unions:
            return self._union(facts)
        if facts.values is not None:
            bare = Value(self._type(facts.copy(values=None)))
            values = tuple(v for v in facts.values if accepts(bare, v, self._lookup))
            return model.Enum(values) if values else _NULL_ONLY
        if facts.types is None and not facts.keywords & _BINDING:
            return model.AnyType()
        if facts.types is None:
            self._warn_untyped(facts)
        types = TYPES if facts.types is None else facts.types
        if "number" in types:
            types = tuple(t for t in types if t != "integer")
        return union([self._one(name, facts) for name in types])

    def _warn_untyped(self, facts: Facts) -> None:
        keyword = (
            next(k for k in facts.node if k in _BINDING) if facts.node.keys() & _BINDING else ""
        )
        binds = next((t for t, keywords in BINDS.items() if keyword in keywords), "object")
        message = f"no `type`: `{keyword}` binds only values of type {binds}, others pass"
        span = facts.node.key_span(keyword)
        self.diagnostics.append(codes.UNTYPED.at(span, message, help=f"add `type: {binds}`"))

    def _union(self, facts: Facts) -> Type:
        """``anyOf`` and ``oneOf``; what stands beside them holds for each member."""
        (members, exclusive), *rest = facts.unions
        base = facts.copy(unions=tuple(rest))
        mere = not rest and not facts.keywords - ANNOTATIONS - {"anyOf", "oneOf", "allOf"}
        types = []
        for member in members:
            if mere and "allOf" not in facts.keywords:
                types.append(self.value(member).type)
                continue
            both = base.copy(node=member)
            self._gather(both, member, ())
            types.append(self._type(both))
        return union(types, exclusive)

    def _one(self, name: str, facts: Facts) -> Type:
        bounds: dict[str, Any] = facts.bounds
        match name:
            case "boolean":
                return model.Boolean()
            case "string":
                return model.String(
                    bounds.get("minLength"),
                    bounds.get("maxLength"),
                    facts.patterns,
                    facts.format,
                )
            case "array":
                items = self.value(*facts.items) if facts.items else ANYTHING
                return model.Array(
                    items, bounds.get("minItems"), bounds.get("maxItems"), facts.unique
                )
            case "object":
                return self.object(facts)
            case _:
                return model.Number(
                    name == "integer",
                    bounds.get("minimum"),
                    bounds.get("maximum"),
                    bounds.get("exclusiveMinimum"),
                    bounds.get("exclusiveMaximum"),
                    facts.multiple_of,
                )

    # --- objects -------------------------------------------------------------------------

    def members(self, *nodes: Map, open: bool = False) -> model.Object:
        """The properties of an event or call, or its traits: closed unless ``open``."""
        facts = self._facts(nodes)
        return self.object(facts, top=True, open=open)

    def object(self, facts: Facts, *, top: bool = False, open: bool | None = None) -> model.Object:
        """An object; one that declares properties is closed, one that declares none open."""
        if open is None:
            open = not facts.properties and not top
        additional = self._additional(facts, open)
        properties = tuple(
            self.property(name, nodes, facts, top=top) for name, nodes in facts.properties.items()
        )
        beyond = tuple(self._undeclared(facts, additional))
        bounds: dict[str, Any] = facts.bounds
        least, most = bounds.get("minProperties"), bounds.get("maxProperties")
        return model.Object(properties, additional, beyond, least, most)

    def _additional(self, facts: Facts, open: bool) -> Value | None:
        rest: list[Map] = []
        for says, declared in facts.additional:
            for name in facts.properties.keys() - declared:
                if says is False:
                    message = (
                        f"`{name}` is forbidden by `additionalProperties: false` of another part"
                    )
                    help = (
                        "drop that `additionalProperties: false`; a merged object is closed anyway"
                    )
                    found = codes.CONFLICT.at(facts.places[name], message, help=help)
                    self.diagnostics.append(found)
                elif isinstance(says, Map):
                    facts.properties[name] = (*facts.properties[name], says)
            if isinstance(says, Map):
                rest.append(says)
        if any(says is False for says, _ in facts.additional):
            return None
        if rest:
            return self.value(*rest)
        return ANYTHING if facts.additional or open else None

    def _undeclared(self, facts: Facts, additional: Value | None) -> Iterator[str]:
        """Names that are required but not declared: an error, unless any key may come."""
        for name, span in facts.required.items():
            if name in facts.properties:
                continue
            if additional is not None:
                yield name
                continue
            message = f"`{name}` is required, but not declared under `properties`"
            help = did_you_mean(name, facts.properties) or f"declare `{name}`, or remove it here"
            self.diagnostics.append(codes.REQUIRED_UNDECLARED.at(span, message, help=help))

    def property(self, name: str, nodes: tuple[Map, ...], facts: Facts, *, top: bool) -> Property:
        """The property ``name``, of which all ``nodes`` hold."""
        node, parts = nodes[0], _parts(nodes)
        value = self.value(*nodes)
        says = {n["required"] for n in nodes if isinstance(n.get("required"), bool)}
        if False in says and name in facts.required:
            message = f"`{name}` is in the list of required names, and says `required: false`"
            span = node.key_span("required")
            self.diagnostics.append(codes.CONFLICT.at(span, message, help="keep one of the two"))
        default = _first(parts, "default", ABSENT)
        if default is not ABSENT:
            span = node.key_span("default")
            self._defaults.append((value, default, span, name))
            if not top:
                self._note_default(node, name)
        return Property(
            name,
            value,
            required=True in says or name in facts.required,
            title=_first(parts, "title"),
            description=_first(parts, "description"),
            examples=tuple(_first(parts, "examples", ())),
            default=default,
            const=_first(parts, "const", ABSENT),
            pii=self._pii(nodes),
            deprecated=next((d for d in map(deprecation, nodes) if d), None),
            words=_first(parts, "name"),
            ignore=tuple(_first(parts, "ignore", ())),
            span=facts.places.get(name),
        )

    def _pii(self, nodes: Iterable[Map]) -> bool | None:
        """Personal data if it says so, or what it refers to, or what it is a list of."""
        for node in nodes:
            name = self._target(node)
            near = [node, *maps([node.get("items")]), *maps(node.get("allOf"))]
            near += [self._nodes[name]] if name is not None else []
            for place in near:
                if isinstance(place.get("pii"), bool):
                    return bool(place["pii"])
        return None

    def _note_default(self, node: Map, name: str) -> None:
        if "default" in node:
            message = f"the default of `{name}` documents only: it is not filled in here"
            help = "defaults of an event's own properties are filled in, deeper ones are not"
            found = codes.NESTED_DEFAULT.at(node.key_span("default"), message, help=help)
            self.diagnostics.append(found)

    # --- at the end ----------------------------------------------------------------------

    def finish(self) -> None:
        """Judge what needs every definition: the defaults."""
        for value, default, span, name in self._defaults:
            if not accepts(value, default, self._lookup):
                message = f"the default {shown(default)} is no valid `{name}`"
                help = "change the default, or what the property may hold"
                self.diagnostics.append(codes.DEFAULT_REFUSED.at(span, message, help=help))

    def _lookup(self, name: str) -> Value:
        return self.definition(name).value


_BINDING: Final = frozenset(keyword for keywords in BINDS.values() for keyword in keywords) - {
    "required"  # on a property it is the place's, and a list of names alone declares nothing
}


def union(types: Iterable[Type], exclusive: bool = False) -> Type:
    """The union of ``types``, as flat as its meaning allows."""
    flat: list[Type] = []
    for type in types:
        inner = isinstance(type, model.Union) and (not type.exclusive or not type.members)
        parts = type.members if isinstance(type, model.Union) and inner and not exclusive else ()
        for part in parts or ((type,) if type != _NULL_ONLY else ()):
            if exclusive or part not in flat:
                flat.append(part)
    if len(flat) == 1:
        return flat[0]
    if not exclusive and model.AnyType() in flat:
        return model.AnyType()
    return model.Union(tuple(flat), exclusive and len(flat) > 1)


def _parts(nodes: Iterable[Map]) -> list[Map]:
    """The nodes, each followed by what its ``allOf`` merges into it."""
    parts: list[Map] = []
    for node in nodes:
        parts.append(node)
        if "allOf" in node:
            parts += _parts(maps(node["allOf"]))
    return parts


def _first(nodes: Iterable[Map], key: str, otherwise: Any = None) -> Any:
    """An annotation: the first of the nodes to have it."""
    for node in nodes:
        if key in node and (key in ("default", "const") or node[key] is not None):
            return node[key]
    return otherwise


def _reachable(start: str, definitions: Map) -> set[str]:
    """The definitions that ``start`` leads to without going into a property or item."""
    found: set[str] = set()
    queue = [definitions.get(start)]
    while queue:
        node = queue.pop()
        if not isinstance(node, Map):
            continue
        ref = node.get("$ref")
        name = ref.removeprefix(REFERENCE) if isinstance(ref, str) else None
        if name is not None and name not in found:
            found.add(name)
            queue.append(definitions.get(name))
        for keyword in ("allOf", "anyOf", "oneOf"):
            queue += maps(node.get(keyword))
    return found


def text(node: Map, key: str) -> str | None:
    """The text under ``key``, if it is one."""
    found = node.get(key)
    return found if isinstance(found, str) else None


def texts(node: Map, key: str) -> tuple[str, ...]:
    """The list of texts under ``key``."""
    found = node.get(key)
    return tuple(t for t in found if isinstance(t, str)) if isinstance(found, list) else ()


def deprecation(node: Map) -> Deprecation | None:
    """What ``deprecated``, ``replaced_by`` and ``expires`` say together."""
    says = node.get("deprecated")
    replaced_by, expires = text(node, "replaced_by"), text(node, "expires")
    if says in (None, False) and not replaced_by:
        return None
    return Deprecation(says if isinstance(says, str) else None, replaced_by, expires)


def shown(value: Json) -> str:
    """A value as a message quotes it, cut where it is long."""
    import json

    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 60 else written[:57] + "…"


def number_of(value: Any) -> int | None:
    """A whole number, if it is one."""
    return int(value) if is_number(value) and value == int(value) else None
