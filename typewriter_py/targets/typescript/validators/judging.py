"""Checks of any value as statements, with functions for what has parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from ....names import snake, words
from ....plan import model as m
from ....plan.values import FORMATS
from ...analysis import Personal, digest, identity
from ..literals import number, scalar, text
from .chains import Call, function, statement
from .patterns import to_javascript

_TYPES: Final[tuple[tuple[m.Type, str], ...]] = (
    (m.String(), "string"),
    (m.Boolean(), "boolean"),
    (m.Array(m.ANYTHING), "array"),
    (m.OPEN, "object"),
    (m.Number(), "number"),
    (m.Number(integer=True), "integer"),
)
"""Types without constraints, by JSON's names for them."""

_LONGEST: Final = 24  # of a plan's name in one of ours, which has a digest too


class Judge:
    """Writes checks; ``shapes`` are the functions that several of them call, by
    name, ``used`` the definitions that any needs.

    ``defined`` are the functions that judge what the plan's definitions define.
    """

    def __init__(self, defined: Mapping[str, str], personal: Personal) -> None:
        self._defined = defined
        self._personal = personal
        self.shapes: dict[str, str] = {}
        self.used: dict[str, None] = {}

    def message(self, name: str, shape: m.Object, doc: str = "") -> str:
        """The function that judges the properties or traits of a message, or all of it.

        "" where all is right.
        """
        statements = [*self._members(shape)]
        return function(name, statements, doc) if statements else ""

    def define(self, name: str, type_: m.Type, word: str, recursive: bool) -> str:
        """The function that judges what a definition defines."""
        guard = ["  if (given.tooDeep()) return;"] if recursive else []
        return function(name, [*guard, *self._body(type_, word)])

    # --- functions --------------------------------------------------------------------------

    def _function(self, value: m.Value, word: str) -> str:
        """The name of a function that judges such values."""
        if isinstance(value.type, m.Ref) and not value.nullable:
            return self._definition(value.type.name)
        marks = identity(value.type) + ("?" if value.nullable else "")
        name = f"_{word[:_LONGEST]}_{digest(marks)}"
        if name not in self.shapes:
            self.shapes[name] = ""  # it stands for itself while it is written
            if value.nullable:
                body = [statement(self._calls(value, word))]
            else:
                body = self._body(value.type, word)
            self.shapes[name] = function(name, body)
        return name

    def _definition(self, name: str) -> str:
        self.used[name] = None
        return self._defined[name]

    def _body(self, type_: m.Type, word: str) -> list[str]:
        if isinstance(type_, m.Object) and type_ != m.OPEN:
            return ["  if (!given.object()) return;", *self._members(type_)]
        return [statement(self._calls(m.Value(type_), word))]

    def _members(self, shape: m.Object) -> Iterator[str]:
        """Statements for the keys of an object."""
        names = [text(each.name) for each in shape.properties]
        if shape.additional is None:
            yield statement([Call("only", tuple(names))])
        for each in shape.properties:
            yield from self._member(each, each.required or each.name in shape.required)
        declared = {each.name for each in shape.properties}
        for name in shape.required:
            if name not in declared:
                yield statement([Call("required", (text(name),))])
        if shape.min_properties is not None:
            yield statement([Call("minProperties", (str(shape.min_properties),))])
        if shape.max_properties is not None:
            yield statement([Call("maxProperties", (str(shape.max_properties),))])
        if shape.additional not in (None, m.ANYTHING):
            assert shape.additional
            judged_by = self._function(shape.additional, "others")
            yield statement([Call("others", (judged_by, *names))])

    def _member(self, declared: m.Property, required: bool) -> Iterator[str]:
        calls = self._calls(declared.value, word_of(declared.name))
        if not calls and not required:
            return
        private = [Call("personal")] if declared.pii and calls else []
        there = Call("required" if required else "optional", (text(declared.name),))
        yield statement([there, *private, *calls])

    # --- calls ------------------------------------------------------------------------------

    def _calls(self, value: m.Value, word: str) -> list[Call]:
        """How to judge what stands in one place; nothing where anything may."""
        if value == m.ANYTHING:
            return []
        hidden = [Call("hidden")] if self._personal.within(value.type) else []
        or_null = [Call("orNull")] if value.nullable else []
        return [*hidden, *or_null, *self._of(value.type, word)]

    def _of(self, type_: m.Type, word: str) -> list[Call]:
        match type_:
            case m.AnyType():
                return [Call("notNull")]
            case m.Boolean():
                return [Call("boolean")]
            case m.Number():
                return [*_number(type_)]
            case m.String():
                return [*_string(type_)]
            case m.Enum():
                return [_listed(type_)]
            case m.Array():
                return [*self._array(type_, word)]
            case m.Object():
                if type_ == m.OPEN:
                    return [Call("object")]
                return [Call("by", (self._function(m.Value(type_), word),))]
            case m.Union():
                return [self._union(type_, word)]
            case m.Ref(name):
                return [Call("by", (self._definition(name),))]
            case _:
                assert_never(type_)

    def _array(self, type_: m.Array, word: str) -> Iterator[Call]:
        yield Call("array")
        if type_.min_items is not None:
            yield Call("minItems", (str(type_.min_items),))
        if type_.max_items is not None:
            yield Call("maxItems", (str(type_.max_items),))
        if type_.unique_items:
            yield Call("unique")
        if type_.items != m.ANYTHING:
            yield Call("each", (self._function(type_.items, word),))

    def _union(self, type_: m.Union, word: str) -> Call:
        if not type_.members:
            return Call("nothing")
        plain = [name for each in type_.members for known, name in _TYPES if known == each]
        if not type_.exclusive and len(plain) == len(type_.members):
            return Call("ofType", tuple(map(text, dict.fromkeys(plain))))
        options = tuple(self._function(m.Value(each), word) for each in type_.members)
        return Call("exactlyOneOf" if type_.exclusive else "anyOf", options)


def _number(type_: m.Number) -> Iterator[Call]:
    yield Call("integer" if type_.integer else "number")
    bounds = (
        ("minimum", type_.minimum),
        ("exclusiveMinimum", type_.exclusive_minimum),
        ("maximum", type_.maximum),
        ("exclusiveMaximum", type_.exclusive_maximum),
    )
    for method, bound in bounds:
        if bound is not None:
            yield Call(method, (number(bound),))
    if type_.multiple_of is not None:
        yield Call("multipleOf", (text(str(type_.multiple_of)),))


def _string(type_: m.String) -> Iterator[Call]:
    checked = type_.format in FORMATS
    if (
        not checked
        or type_.patterns
        or type_.min_length is not None
        or type_.max_length is not None
    ):
        yield Call("string")
    if type_.min_length is not None:
        yield Call("minLength", (str(type_.min_length),))
    if type_.max_length is not None:
        yield Call("maxLength", (str(type_.max_length),))
    for pattern in type_.patterns:
        yield Call("pattern", tuple(map(text, dict.fromkeys((pattern, to_javascript(pattern))))))
    if checked:
        yield Call("format", (text(type_.format or ""),))


def _listed(type_: m.Enum) -> Call:
    if not type_.values:
        return Call("nothing")
    if any(isinstance(value, list | dict) for value in type_.values):
        return Call("oneOfJson", (text(json.dumps([*type_.values])),))
    return Call("oneOf", tuple(dict.fromkeys(map(scalar, type_.values))))


def word_of(name: str) -> str:
    """A plan's name as part of an identifier; what holds no letter is ``x``."""
    word = snake(words(name)) or "x"
    return word if word.isidentifier() else f"x{word}"
