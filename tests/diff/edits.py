"""Random edits of values, and payloads that a value nearly or quite accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.validation.strategies import BOUNDS, NAMES, SIZES, Draw, types, values
from typewriter_py.plan.model import (
    ANYTHING,
    Array,
    Enum,
    Number,
    Object,
    Property,
    String,
    Union,
    Value,
)


@st.composite
def edited(draw: Draw, value: Value, depth: int = 4) -> Value:
    """The value with one or a few things about it changed, mostly in a small way."""
    for _ in range(draw(st.integers(1, 2))):
        value = draw(_edited(value, depth))
    return value


@st.composite
def _edited(draw: Draw, value: Value, depth: int) -> Value:
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return replace(value, nullable=not value.nullable)
    if kind == 1 or depth == 0:
        return draw(values(1))
    return replace(value, type=draw(edited_type(value.type, depth)))


@st.composite
def edited_type(draw: Draw, type_: Any, depth: int) -> Any:
    match type_:
        case Number():
            field = draw(st.sampled_from(_FIELDS_OF_NUMBERS))
            if field == "integer":
                return replace(type_, integer=not type_.integer)
            return replace(type_, **{field: draw(BOUNDS)})
        case String():
            if draw(st.booleans()):
                return String()
            field = draw(st.sampled_from(["min_length", "max_length"]))
            return replace(type_, **{field: draw(SIZES)})
        case Enum(each):
            if draw(st.booleans()) and len(each) > 1:
                return Enum(each[:-1])
            return Enum((*each, draw(st.sampled_from(["a", "new", 1, True, 0.5]))))
        case Array():
            if draw(st.booleans()):
                return replace(type_, items=draw(_edited(type_.items, depth - 1)))
            field = draw(st.sampled_from(["min_items", "max_items", "unique_items"]))
            changed = not type_.unique_items if field == "unique_items" else draw(SIZES)
            return replace(type_, **{field: changed})
        case Object():
            return draw(edited_object(type_, depth - 1))
        case Union(members) if members:
            return draw(_edited_union(type_, depth))
        case _:
            return draw(types(1))


_FIELDS_OF_NUMBERS = (
    "integer",
    "minimum",
    "maximum",
    "exclusive_minimum",
    "exclusive_maximum",
)


@st.composite
def _edited_union(draw: Draw, union: Union, depth: int) -> Union:
    members = list(union.members)
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return replace(union, members=tuple(members[:-1]))
    if kind == 1:
        return replace(union, members=(*members, draw(types(0))))
    if kind == 2:
        return replace(union, exclusive=not union.exclusive)
    index = draw(st.integers(0, len(members) - 1))
    members[index] = draw(edited_type(members[index], depth - 1))
    return replace(union, members=tuple(members))


@st.composite
def edited_object(draw: Draw, shape: Object, depth: int = 3) -> Object:
    """A property more, less, renamed, required, optional or of another type; open or closed."""
    kind, properties = draw(st.integers(0, 11)), list(shape.properties)
    if kind == 0:
        return replace(shape, additional=draw(st.none() | st.just(ANYTHING) | values(0)))
    if kind == 1:
        return replace(shape, min_properties=draw(SIZES), max_properties=draw(SIZES))
    if kind == 2:
        return replace(shape, required=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=1))))
    if kind == 3 or not properties:
        name = draw(st.sampled_from(["new", *NAMES]))
        if any(each.name == name for each in properties):
            return shape
        added = Property(name, draw(values(1)), required=draw(st.booleans()))
        return replace(shape, properties=(*shape.properties, added))
    index = draw(st.integers(0, len(properties) - 1))
    one = properties[index]
    if kind == 4:
        del properties[index]
    elif kind == 5:
        properties[index] = replace(one, required=not one.required)
    elif kind == 6:
        properties[index] = replace(one, name="renamed")
    elif kind == 7:
        properties[index] = replace(one, description="Says more.", default=None)
    else:
        properties[index] = replace(one, value=draw(_edited(one.value, depth)))
    return replace(shape, properties=tuple(properties))
