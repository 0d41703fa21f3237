"""One schema of JSON Schema draft-07 as the plan language says it.

Three things differ.  Silence about ``additionalProperties`` means open in JSON Schema, and
closed in a plan.  Null is a type among others there, ``nullable`` here.  And a plan refuses
what it does not know, so what is noise goes, and what is not supported becomes a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..plan.annotations import REFERENCE
from ..plan.conjunction import ANNOTATIONS
from ..plan.document import Map, Seq
from ..plan.values import LONG, describe
from . import codes
from .nodes import Comments, copied, each_once, placed, put, reordered, without
from .rules import EXTENSION

BARE: Final = frozenset({"$id", "id", "$schema", "$defs", "definitions"})
"""Keywords that say nothing of a value."""

NULL: Final = {"type": "null"}


def is_noise(key: str, value: Any) -> bool:
    """What real schemas carry and nobody means: identifiers, and words without content."""
    if key in BARE:
        return True
    if key == "labels":
        return value in ({}, [], None)
    if key in ("title", "description"):
        return value in ("", None)
    return key in ("properties", "required") and value in ({}, [], None) and value is not False


def says_nothing(source: Any) -> bool:
    """Whether a part of a message is as good as not described: ``{}``, with its noise."""
    if source is True:
        return True
    return isinstance(source, Map) and all(
        is_noise(key, value)
        or (key, value) in (("type", "object"), ("additionalProperties", True))
        or key in ("title", "description")
        for key, value in source.items()
    )


def spell_bounds(node: Map) -> None:
    """Draft-04's ``exclusiveMinimum: true``, which makes ``minimum`` exclusive."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        says = node.get(exclusive)
        if not isinstance(says, bool):
            continue
        if says and bound in node:
            node.put(exclusive, node[bound], node.marks[bound])
            node.remove(bound)
        else:
            node.remove(exclusive)


def spell_null(node: Map) -> None:
    """``type: [string, null]`` as ``nullable: true``, where that says exactly the same."""
    if node.keys() & {"const", "$ref", "nullable", "allOf", "oneOf"}:
        return
    if "anyOf" in node:
        _fold_reference(node)
        return
    types, listed = node.get("type"), node.get("enum")
    typed = isinstance(types, Seq) and "null" in types and len(types) > 1
    free = isinstance(types, Seq) or "type" not in node
    if isinstance(listed, Seq):
        others = without(listed, [None])
        if None not in listed or not others or not (typed or "type" not in node):
            return
        copied(node, "enum", node, others)
    if not free or not (typed or isinstance(listed, Seq)):
        return
    place = node.marks["type" if typed else "enum"]
    if typed:
        assert isinstance(types, Seq)
        kept = without(types, ["null"])
        copied(node, "type", node, kept if len(kept) > 1 else kept[0])
    node.put("nullable", True, place)


def _fold_reference(node: Map) -> None:
    """``anyOf: [{$ref: …}, {type: null}]`` as ``$ref`` with ``nullable``."""
    members = node["anyOf"]
    if not (isinstance(members, Seq) and len(members) == 2 and NULL in members):
        return
    other = next((m for m in members if m != NULL), None)
    if not isinstance(other, Map) or [*other] != ["$ref"] or node.keys() - ANNOTATIONS != {"anyOf"}:
        return
    place = node.marks["anyOf"]
    node.remove("anyOf")
    node.put("$ref", other["$ref"], other.marks["$ref"])
    node.put("nullable", True, (place[0], place[0]))


ORDER: Final[Mapping[str, int]] = {
    key: place
    for place, key in enumerate(
        "$ref type nullable format enum const pattern minLength maxLength minimum maximum"
        " exclusiveMinimum exclusiveMaximum multipleOf title description default examples pii"
        " deprecated replaced_by expires name ignore allOf anyOf oneOf items minItems maxItems"
        " uniqueItems required properties additionalProperties minProperties maxProperties".split()
    )
}
"""Keywords in the order in which a plan has them; all that there are."""

_OF_THE_PLAN: Final = frozenset({"name", "ignore", "replaced_by", "expires"})
"""Words that mean something in a plan only: elsewhere they are somebody's own."""

_PLAIN: Final = frozenset(
    "$id id type format pattern minLength maxLength minimum maximum description".split()
)
"""Keywords that a plan has as they are, beside a ``type`` that is one."""

_COMBINED: Final = ("allOf", "anyOf", "oneOf")
_BESIDE_REF: Final = (ANNOTATIONS | {"$ref", EXTENSION, "$comment", "labels", "required"}) | BARE


class Schemas:
    """Translates schemas into a draft's nodes.

    ``closed``: silence about further properties means that there are none.  ``refs`` are the
    names of the plan's definitions by the references of the rule at hand; ``open`` is set
    where a plan, too, takes silence for open (``common``).
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
        """Leave ``key`` of ``source`` out of ``node``: say so, there and to the user."""
        message = why or f"`{key}` is not carried over: the plan language has no such keyword"
        self.lose_at(
            node, f"{key}: {describe(source[key], LONG)}", message, source.key_span(key), help
        )

    def lose_at(
        self, node: Map | Seq, what: str, message: str, span: Span | None, help: str = ""
    ) -> None:
        """The same for what is no key."""
        self.comments.lose(node, what)
        help = help or "it stays in the plan as a comment; say it in words, or in code"
        self.diagnostics.append(codes.NOT_CARRIED.at(span, message, help=help))

    def schema(self, source: Any, *, merged: bool = False) -> Any:
        """What the plan language says for ``source``; what is no schema stays as it is.

        ``merged``: it is judged together with others, so that it has to speak for itself.
        """
        if source is True:
            return Map(("", 1, 1, 1))
        if not isinstance(source, Map):
            return source
        if source.keys() <= _PLAIN and type(source.get("type")) is str:
            return _as_it_is(source)  # as most are
        if "not" in source:
            exact = self._not_null(source, merged)
            if exact is not None:
                return exact
        merged = merged or "allOf" in source or self._says_more_than_a_union(source)
        node = Map(source.mark)
        for key in source:
            self._keyword(node, source, key, merged)
        spell_bounds(node)
        spell_null(node)
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
        elif "$ref" in source and key not in _BESIDE_REF:
            why = f"`{key}` stands beside `$ref`, where draft-07 ignores it"
            self.lose(node, source, key, why)
        elif key in _OF_THE_PLAN or key not in ORDER:
            self.lose(node, source, key)
        elif key == "$ref":
            copied(source, key, node, self._reference(value, merged))
        elif key == "properties" and isinstance(value, Map):
            copied(source, key, node, self._properties(node, value))
        elif key == "items":
            self._items(node, source)
        elif key in _COMBINED and isinstance(value, Seq):
            copied(source, key, node, self._members(value, merged))
        elif key == "type" and isinstance(value, Seq):
            types = each_once(value)
            copied(source, key, node, types[0] if len(types) == 1 else types)
        else:
            copied(source, key, node, value)

    def extend(self, node: Map, source: Map) -> None:
        """Add what ``x-typewriter`` of ``source`` says, in the plan's own words."""
        said = placed(source[EXTENSION], source.marks[EXTENSION][1])
        for key in said:
            copied(said, key, node, said[key])

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
            if value is False:
                why = f"the property `{name}` is forbidden, and a plan can only leave it out"
                self.lose(node, source, name, why)
            else:
                copied(source, name, properties, self.schema(value))
        return properties

    def _items(self, node: Map, source: Map) -> None:
        value = source["items"]
        if isinstance(value, list) or value is False:
            why = "`items` is not carried over: in a plan it is one schema for every item"
            self.lose(node, source, "items", why)
            return
        schema = self.schema(value)
        if schema or self.comments.at(schema, None):
            copied(source, "items", node, schema)

    def _members(self, source: Seq, merged: bool) -> Seq:
        members = Seq(source.mark)
        for value, mark in zip(source, source.marks, strict=True):
            members.add(self.schema(value, merged=merged), mark)
        return members

    @staticmethod
    def _says_more_than_a_union(source: Map) -> bool:
        said = source.keys() - ANNOTATIONS - BARE - {EXTENSION, "$comment", "labels"}
        return bool(said & {"anyOf", "oneOf"}) and len(said) > 1

    def _not_null(self, source: Map, merged: bool) -> Map | None:
        """``not: {type: null}``: anything (or what is beside it) but null.

        A plan says it with ``oneOf``: of two that both allow null, null is neither.
        """
        if source["not"] != NULL:
            return None
        rest = Map(source.mark)
        annotated = Map(source.mark)
        for key in source:
            if key != "not":
                into = annotated if key in ANNOTATIONS or key == EXTENSION else rest
                into.put(key, source[key], source.marks[key])
        node: Map = self.schema(annotated)
        both = placed([self.schema(rest, merged=merged), NULL], source.marks["not"][0])
        copied(source, "oneOf", node, both)
        return node

    # --- what is said otherwise --------------------------------------------------------------

    @staticmethod
    def _declare_required(node: Map) -> None:
        """What is required is named, too: a closed object has to declare it."""
        required, properties = node.get("required"), node.get("properties", Map(node.mark))
        if not isinstance(required, Seq) or not isinstance(properties, Map):
            return
        for name, mark in zip(required, required.marks, strict=True):
            if isinstance(name, str) and name not in properties:
                put(properties, name, Map(mark), mark)
        if properties and "properties" not in node:
            put(node, "properties", properties)

    def _openness(self, node: Map, source: Map, merged: bool) -> None:
        """``additionalProperties``: written where the plan would take its absence otherwise."""
        if "$ref" in source:
            return
        declares, says = bool(node.get("properties")), source.get("additionalProperties")
        if "patternProperties" in source and source["patternProperties"] != {}:
            self.lose(node, source, "patternProperties")
            says = True  # else what the patterns let in would be refused
        if isinstance(says, Map):
            schema = self.schema(says)
            says = schema if schema else True
        if says is False:
            if not declares or merged or self.open:
                copied(source, "additionalProperties", node, False)
        elif says is None or says is True:
            silent = says is None and (self.closed or self.open)
            if (declares or (merged and says)) and not silent:
                copied(source, "additionalProperties", node, True)
        else:
            copied(source, "additionalProperties", node, says)


def _as_it_is(source: Map) -> Map:
    node = Map(source.mark)
    marks = source.marks
    for key in sorted(source, key=lambda key: ORDER.get(key, 0)):
        if not is_noise(key, source[key]):
            node[key] = source[key]
            node.marks[key] = marks[key]
    return node
