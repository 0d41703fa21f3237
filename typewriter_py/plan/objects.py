"""Objects and their properties: what is declared, what is required, what else may come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ..suggest import did_you_mean
from . import codes, model
from .annotations import deprecation, first, first_list, personal, places, with_merged
from .document import Map
from .facts import Facts
from .leaves import LEAF_AND_WORDS
from .model import ABSENT, ANYTHING, Property, Value
from .values import plain

if TYPE_CHECKING:
    from .schema import Schemas


def object_of(
    facts: Facts, schemas: Schemas, *, top: bool = False, open: bool = False
) -> model.Object:
    """An object; one that declares properties is closed, one that declares none open.

    ``top``: the properties or traits of a call, which are closed even if there are none.
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
    """What undeclared keys may hold; what one part says of them binds those of the others."""
    for says, declared in facts.additional:
        for name in [name for name in facts.properties if name not in declared]:
            if says is False:
                message = f"`{name}` is forbidden by `additionalProperties: false` of another part"
                help = "drop that `additionalProperties: false`; a merged object is closed anyway"
                found = codes.CONFLICT.at(facts.places[name], message, help=help)
                schemas.diagnostics.append(found)
            elif isinstance(says, Map):
                facts.properties[name] = (*facts.properties[name], says)
    if any(says is False for says, _ in facts.additional):
        return None
    rest = [says for says, _ in facts.additional if isinstance(says, Map)]
    if rest:
        return schemas.value(*rest)
    return ANYTHING if facts.additional or open else None


def _undeclared(facts: Facts, schemas: Schemas, additional: Value | None) -> Iterator[str]:
    """Names that are required but not declared: an error, unless any key may come."""
    for name, span in facts.required.items():
        if name in facts.properties:
            continue
        if additional is not None:
            yield name
            continue
        message = f"`{name}` is required, but not declared under `properties`"
        help = did_you_mean(name, facts.properties) or f"declare `{name}`, or remove it here"
        schemas.diagnostics.append(codes.REQUIRED_UNDECLARED.at(span, message, help=help))


def _property(
    name: str, nodes: tuple[Map, ...], facts: Facts, schemas: Schemas, top: bool
) -> Property:
    """The property ``name``, of which all ``nodes`` hold."""
    if len(nodes) == 1 and nodes[0].keys() <= LEAF_AND_WORDS:  # as most are: no need to look
        (node,) = nodes
        return Property(
            name,
            schemas.value(node, filled=top),
            required=name in facts.required,
            description=node.get("description"),
            pii=personal(node, schemas.nodes, set()),
            span=facts.places.get(name),
        )
    parts = with_merged(nodes)
    schemas.place(parts)
    value = schemas.value(*nodes, filled=top)
    spoken = {part["required"] for part in parts if isinstance(part.get("required"), bool)}
    if False in spoken and name in facts.required:
        message = f"`{name}` is in the list of required names, and says `required: false`"
        node = next(part for part in parts if part.get("required") is False)
        help = "keep one of the two"
        schemas.diagnostics.append(codes.CONFLICT.at(node.key_span("required"), message, help=help))
    annotated = [part for part in parts if not part.keys().isdisjoint(_ANNOTATIONS)]
    seen: set[str] = set()
    pii = [personal(node, schemas.nodes, seen) for node in nodes]
    return Property(
        name,
        value,
        required=True in spoken or name in facts.required,
        description=first(parts, "description"),
        pii=True if True in pii else False if False in pii else None,
        span=facts.places.get(name),
        **(_annotations(annotated) if annotated else {}),
    )


_ANNOTATIONS: Final = frozenset(
    {"title", "examples", "default", "const", "name", "ignore"}
    | {"deprecated", "replaced_by", "expires"}
)


def _annotations(parts: list[Map]) -> dict[str, Any]:
    """What few properties have, of a ``Property``'s fields."""
    return {
        "title": first(parts, "title"),
        "examples": plain(first_list(parts, "examples")),
        "default": plain(first(parts, "default", ABSENT)),
        "const": plain(first(parts, "const", ABSENT)),
        "deprecated": next((d for d in map(deprecation, parts) if d), None),
        "words": first(parts, "name"),
        "ignore": first_list(parts, "ignore"),
        "ignore_spans": next((p for p in (places(each, "ignore") for each in parts) if p), ()),
    }
