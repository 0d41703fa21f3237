"""A schema of JSON Schema draft-07 → the same in the plan language.

Three things differ.  Without ``additionalProperties`` an object is open in JSON Schema, and
closed in a plan.  Null is a type like any other in JSON Schema, ``nullable`` in a plan.  And a
plan refuses unknown keywords, so noise is dropped, and what is not supported becomes a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..plan.annotations import REFERENCE
from ..plan.conjunction import ANNOTATIONS
from ..plan.document import Map, Seq
from . import codes
from .dialects import Change, allows_nothing, by_name, in_draft_07
from .nodes import (
    NOWHERE,
    Comments,
    as_nodes,
    as_text,
    copy_entry,
    filtered,
    order_of,
    put,
    reordered,
)
from .rules import EXTENSION

BARE: Final = frozenset(
    "$id id $schema $defs definitions $anchor $dynamicAnchor $recursiveAnchor $vocabulary".split()
)
"""Keywords that say nothing about a value."""

NULL: Final = {"type": "null"}
OPEN_OBJECT: Final = (("type", "object"), ("additionalProperties", True))
"""Keywords of a message, or of a part of it, that say nothing about it."""


def is_noise(key: str, value: Any) -> bool:
    """What real schemas have and nobody means: identifiers, and empty keywords."""
    if key in BARE:
        return True
    if key == "labels":
        return value in ({}, [], None)
    if key in ("title", "description"):
        return value in ("", None)
    return key in ("properties", "required") and value in ({}, [], None) and value is not False


def says_nothing(source: Any) -> bool:
    """Whether a part of a message is as good as not described: ``{}``, noise aside."""
    if source is True:
        return True
    return isinstance(source, Map) and all(
        is_noise(key, value) or (key, value) in OPEN_OBJECT or key in ("title", "description")
        for key, value in source.items()
    )


def _update_bounds(node: Map) -> None:
    """Replace draft-04's ``exclusiveMinimum: true``, which makes ``minimum`` exclusive."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        says = node.get(exclusive)
        if not isinstance(says, bool):
            continue
        if says and bound in node:
            node.put(exclusive, node[bound], node.marks[bound])
            node.remove(bound)
        else:
            node.remove(exclusive)


def _fold_null(node: Map) -> None:
    """``type: [string, null]`` → ``nullable: true``, where that means exactly the same."""
    if node.keys() & {"const", "$ref", "nullable", "allOf", "oneOf"}:
        return
    if "anyOf" in node:
        _fold_reference(node)
        return
    types, listed = node.get("type"), node.get("enum")
    typed = isinstance(types, Seq) and "null" in types and len(types) > 1
    if isinstance(listed, Seq):
        others = filtered(listed, lambda each, _: each is not None)
        if None not in listed or not others or not (typed or "type" not in node):
            return
        copy_entry(node, "enum", node, others)
    elif not typed:
        return
    marks = node.marks["type" if typed else "enum"]
    if typed:
        kept = filtered(node["type"], lambda each, _: each != "null")
        copy_entry(node, "type", node, kept if len(kept) > 1 else kept[0])
    node.put("nullable", True, marks)


def _fold_reference(node: Map) -> None:
    """``anyOf: [{$ref: …}, {type: null}]`` → ``$ref`` with ``nullable``."""
    members = node["anyOf"]
    if not (isinstance(members, Seq) and len(members) == 2 and NULL in members):
        return
    other = next((m for m in members if m != NULL), None)
    if not isinstance(other, Map) or [*other] != ["$ref"] or node.keys() - ANNOTATIONS != {"anyOf"}:
        return
    mark = node.marks["anyOf"][0]
    node.remove("anyOf")
    node.put("$ref", other["$ref"], other.marks["$ref"])
    node.put("nullable", True, (mark, mark))


ORDER: Final = order_of(
    "$ref type nullable format enum const pattern minLength maxLength minimum maximum"
    " exclusiveMinimum exclusiveMaximum multipleOf title description default examples pii"
    " deprecated replaced_by expires name ignore allOf anyOf oneOf items minItems maxItems"
    " uniqueItems required properties additionalProperties minProperties maxProperties"
)
"""All keywords of the plan language, in the order in which a plan has them."""

_OF_THE_PLAN: Final = frozenset({"name", "ignore", "replaced_by", "expires"})
"""Keywords that only a plan has: elsewhere they are somebody's own."""

_PLAIN: Final = frozenset(
    "$id id type format pattern minLength maxLength minimum maximum description".split()
)
"""Keywords that a plan takes unchanged, next to a single ``type``."""

_COMBINED: Final = ("allOf", "anyOf", "oneOf")
BESIDE_REF: Final = (ANNOTATIONS | {"$ref", EXTENSION, "$comment", "labels", "required"}) | BARE
"""Keywords that are read next to a ``$ref``; draft-03 has ``required: true`` there."""


class Schemas:
    """Translates schemas into a draft's nodes.

    ``closed``: an object without ``additionalProperties`` has no others.  ``refs`` maps the
    references of the current rule to names of the plan's definitions; ``open`` is set where such
    an object is open in a plan, too (``common``).  ``merged`` gathers the definitions that are
    merged with other schemas.
    """

    def __init__(self, comments: Comments, *, closed: bool) -> None:
        self.comments = comments
        self.diagnostics: list[Diagnostic] = []
        self.refs: Mapping[str, str] = {}
        self.open = False
        self.merged: set[str] = set()
        self.closed = closed

    def lose(
        self, node: Map | Seq, source: Map, key: str, why: str | None = None, help: str = ""
    ) -> None:
        """Leave ``key`` of ``source`` out of ``node``: report it, there and to the user."""
        message = why or f"`{key}` is not carried over: the plan language has no such keyword"
        what = as_text(source[key], key)
        self.lose_at(node, what, message, source.key_span(key), help)

    def lose_at(
        self, node: Map | Seq, what: str, message: str, span: Span | None, help: str = ""
    ) -> None:
        """The same for something that is not a key."""
        self.comments.lose(node, what)
        help = help or "it is kept as a comment; put it into a description, or check it in code"
        self.diagnostics.append(codes.NOT_CARRIED.at(span, message, help=help))

    def schema(self, source: Any, *, merged: bool = False) -> Any:
        """``source`` in the plan language; what is not a schema is returned unchanged.

        ``merged``: it is merged with other schemas, so it has to be explicit about being closed.
        """
        if source is True:
            return Map(NOWHERE)
        if not isinstance(source, Map):
            return source
        plain, changes = in_draft_07(source)
        node = self._translated(plain, merged)
        self._report(node, source, changes)
        return node

    def _report(self, node: Map, source: Map, changes: Iterable[Change]) -> None:
        for key, message, help, lost in changes:
            if key not in source and "type" in source:
                key = "type"  # whose name implied a format
            if lost and key in source:
                self.lose(node, source, key, message, help)
            else:
                span = source.key_span(key)
                self.diagnostics.append(codes.READ_AS.at(span, message, help=help))

    def _under(self, source: Map, key: str) -> Any:
        """The schema under ``key`` of ``source``."""
        value, changes = by_name(source, key)
        node = self.schema(value)
        self._report(node, source, changes)
        return node

    def _translated(self, source: Map, merged: bool) -> Map:
        if source.keys() <= _PLAIN and type(source.get("type")) is str:
            return _unchanged(source)  # most are
        if source.get("not") == NULL:
            return self._not_null(source, merged)
        merged = merged or "allOf" in source or self._says_more_than_a_union(source)
        node = Map(source.mark)
        for key in source:
            self._keyword(node, source, key, merged)
        _update_bounds(node)
        _fold_null(node)
        if self.closed and not merged and "additionalProperties" not in source:
            self._declare_required(node)
        self._openness(node, source, merged)
        return reordered(node, ORDER)

    # --- keywords ------------------------------------------------------------------------

    def _keyword(self, node: Map, source: Map, key: str, merged: bool) -> None:
        value = source[key]
        if is_noise(key, value) or key in ("additionalProperties", "patternProperties"):
            return
        if key == EXTENSION and isinstance(value, Mapping):
            self.extend(node, source)
        elif key == "$comment" and isinstance(value, str):
            self.comments.add(node, None, *value.splitlines())
        elif "$ref" in source and key not in BESIDE_REF:
            why = f"`{key}` is not carried over: draft-07 ignores it next to `$ref`"
            self.lose(node, source, key, why)
        elif key in _OF_THE_PLAN or key not in ORDER:
            self.lose(node, source, key)
        elif key == "$ref":
            copy_entry(source, key, node, self._reference(value, merged))
        elif key == "properties" and isinstance(value, Map):
            copy_entry(source, key, node, self._properties(node, value))
        elif key == "items":
            self._items(node, source)
        elif key in _COMBINED and isinstance(value, Seq):
            copy_entry(source, key, node, self._members(value, merged))
        elif key == "type" and isinstance(value, Seq):
            types = filtered(value, lambda each, kept: each not in kept)
            copy_entry(source, key, node, types[0] if len(types) == 1 else types)
        else:
            copy_entry(source, key, node, value)

    def extend(self, node: Map, source: Map) -> None:
        """Add the keys of the plan language under ``x-typewriter`` of ``source``."""
        extension = as_nodes(source[EXTENSION], source.marks[EXTENSION][1])
        for key in extension:
            copy_entry(extension, key, node, extension[key])

    def _reference(self, ref: Any, merged: bool) -> Any:
        name = self.refs.get(ref) if isinstance(ref, str) else None
        if name is None:
            return ref
        if merged:
            self.merged.add(name)
        return REFERENCE + name

    def _properties(self, node: Map, source: Map) -> Map:
        properties = Map(source.mark)
        for name, value in source.items():
            if allows_nothing(value):
                why = f"the property `{name}` is forbidden; a plan can only leave it out"
                self.lose(node, source, name, why)
            else:
                copy_entry(source, name, properties, self._under(source, name))
        return properties

    def _items(self, node: Map, source: Map) -> None:
        value = source["items"]
        if isinstance(value, list):
            why = "`items` is not carried over: in a plan it must be one schema for every item"
            self.lose(node, source, "items", why)
            return
        schema = self._under(source, "items")
        if schema or self.comments.at(schema, None):
            copy_entry(source, "items", node, schema)

    def _members(self, source: Seq, merged: bool) -> Seq:
        members = Seq(source.mark)
        for value, mark in zip(source, source.marks, strict=True):
            members.add(self.schema(value, merged=merged), mark)
        return members

    @staticmethod
    def _says_more_than_a_union(source: Map) -> bool:
        keywords = source.keys() - ANNOTATIONS - BARE - {EXTENSION, "$comment", "labels"}
        return bool(keywords & {"anyOf", "oneOf"}) and len(keywords) > 1

    def _not_null(self, source: Map, merged: bool) -> Map:
        """``not: {type: null}``: anything (or what is next to it) but null.

        A plan says it with ``oneOf``: of two members that both allow null, null is neither.
        """
        head = ANNOTATIONS | {EXTENSION}
        node: Map = self.schema(source.only(head))
        rest = self.schema(source.only(source.keys() - head - {"not"}), merged=merged)
        copy_entry(source, "oneOf", node, as_nodes([rest, NULL], source.marks["not"][0]))
        return node

    # --- open and closed objects ---------------------------------------------------------

    @staticmethod
    def _declare_required(node: Map) -> None:
        """Declare whatever is required: a closed object would forbid it otherwise."""
        required, properties = node.get("required"), node.get("properties", Map(node.mark))
        if not isinstance(required, Seq) or not isinstance(properties, Map):
            return
        for name, mark in zip(required, required.marks, strict=True):
            if isinstance(name, str) and name not in properties:
                put(properties, name, Map(mark), mark)
        if properties and "properties" not in node:
            put(node, "properties", properties)

    def _openness(self, node: Map, source: Map, merged: bool) -> None:
        """Write ``additionalProperties`` where a plan without it would mean something else."""
        if "$ref" in source or not _may_be_object(node):
            return
        declares, says = bool(node.get("properties")), source.get("additionalProperties")
        if "patternProperties" in source and source["patternProperties"] != {}:
            self.lose(node, source, "patternProperties")
            says = True  # else the plan would refuse what the patterns let in
        if isinstance(says, Map):
            says = self.schema(says) or True
        match says:
            case None:
                needed, says = declares and not self.closed and not self.open, True
            case True:
                needed = declares or merged
            case False:
                needed = not declares or merged or self.open
            case _:
                needed = True
        if needed:
            copy_entry(source, "additionalProperties", node, says)


def _may_be_object(node: Map) -> bool:
    types = node.get("type", "object")
    return not isinstance(types, str | list) or "object" in types


def _unchanged(source: Map) -> Map:
    node = Map(source.mark)
    for key in sorted(source, key=lambda key: ORDER.get(key, 0)):
        if not is_noise(key, source[key]):
            node[key] = source[key]
            node.marks[key] = source.marks[key]
    return node
