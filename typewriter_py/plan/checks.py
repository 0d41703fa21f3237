"""Checks of a single schema, beyond its shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator
from typing import Any, Final

from ..diagnostics import Diagnostic, Fix, Span
from ..spellings import Spellings
from ..util import did_you_mean, shortened
from . import codes
from .annotations import OF_DEFINITIONS, OF_PROPERTIES, REFERENCE
from .conjunction import ANNOTATIONS, CONSTRAINTS, CONSTRAINTS_OF, TYPE_OF
from .document import Map, Seq
from .model import ANYTHING, OPEN, Array, Boolean, Number, String, Union, Value
from .patterns.backtracking import is_quick
from .patterns.dialect import problem_of
from .rules import Checks
from .values import FORMATS, describe, identity, is_day
from .yaml_reader import resolve

NEXT_TO_REF: Final = ANNOTATIONS | {"$ref"}


def check_node(node: Map, definitions: Map, known: Spellings) -> Iterator[Diagnostic]:
    """Everything wrong with ``node`` itself; nested schemas are not checked.

    ``known`` has the names of the definitions.
    """
    if isinstance(node.get("$ref"), str):
        yield from _check_ref(node, node["$ref"], definitions, known)
    if isinstance(node.get("enum"), Seq):
        yield from _check_enum(node, node["enum"])
    if "const" in node and not _of_types(node["const"], node):
        message = f"the constant {describe(node['const'])} is not of the declared type"
        span = node.value_span("const")
        help, fix = _retyped(node["const"], node, span)
        yield codes.ENUM_VALUE.at(span, message, help=help, fix=fix)
    yield from _check_effect(node)
    yield from _check_dropped(node)
    yield from check_nulls(node)
    yield from check_expiry(node)
    if isinstance(node.get("pattern"), str):
        problem = problem_of(node["pattern"])
        if problem:
            span = node.value_span("pattern")
            yield codes.INVALID_PATTERN.at(span, problem.message, help=problem.help)
    format, names = node.get("format"), _type_names(node)
    applies = names is None or "string" in names
    if applies and format and isinstance(format, str) and format not in FORMATS:
        message = f"the format `{shortened(format)}` is documentation only: no validator checks it"
        help = did_you_mean(format, FORMATS) or "formats that are checked: " + ", ".join(FORMATS)
        yield codes.UNCHECKED_FORMAT.at(node.value_span("format"), message, help=help)


def check_nulls(node: Map) -> Iterator[Diagnostic]:
    """Keys without a value: with ``extends`` null drops an inherited one, else it is a mistake."""
    if None not in node.values():
        return
    for key in node:
        if node[key] is None and key not in ("const", "default"):
            message, help = f"`{key}` has no value (null)", "give it a value, or remove the key"
            if key in ("rules", "properties", "items"):
                help = "indent the lines below it further, or remove the key"
            yield codes.WRONG_TYPE.at(node.key_span(key), message, help=help)


def _check_ref(node: Map, ref: str, definitions: Map, known: Spellings) -> Iterator[Diagnostic]:
    span, name = node.value_span("$ref"), ref.removeprefix(REFERENCE)
    if not ref.startswith(REFERENCE):
        last = ref.rpartition("/")[2]
        meant = f"`{REFERENCE}{last}`" if last in definitions else "one of the plan's definitions"
        message = f"`{ref}` points outside the plan: a reference must be `{REFERENCE}Name`"
        yield codes.UNRESOLVED_REF.at(span, message, help=f"refer to {meant}")
    elif name not in definitions:
        shown = shortened(name)
        help = known.did_you_mean(name) or f"add `{shown}` to `tracking_plan.definitions`"
        yield codes.UNRESOLVED_REF.at(span, f"there is no definition `{shown}`", help=help)
    for key in node:
        required = key == "required" and isinstance(node[key], bool)
        if key not in NEXT_TO_REF and not required:
            message = f"`{key}` is not allowed next to `$ref`"
            help = f"combine the two: allOf: [{{$ref: '{ref}'}}, {{{key}: …}}]"
            yield codes.REF_SIBLING.at(node.key_span(key), message, help=help)


_BOUNDS: Final = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "object": ("minProperties", "maxProperties"),
}


def _check_effect(node: Map) -> Iterator[Diagnostic]:
    """Constraints of another type than the declared one, which have no effect."""
    names = _type_names(node)
    if names is None:
        return
    for key in node:
        if key not in TYPE_OF or (key == "required" and not isinstance(node[key], Seq)):
            continue
        type = TYPE_OF[key]
        if type in names or (type == "number" and "integer" in names):
            continue
        shown = " | ".join(map(str, names))
        meant = [each for each in _BOUNDS.get(shown, ()) if each[:3] == key[:3]]
        if (shown, key) == ("array", "properties"):
            meant = ["items"]
        message = f"`{key}` has no effect here: it applies to values of type {type}, not {shown}"
        help = f"did you mean `{meant[0]}`?" if meant else "remove it, or change the type"
        yield codes.NO_EFFECT.at(node.key_span(key), message, help=help)


def idle_next_to_enum(node: Map, wrong: Collection[Span | None]) -> Iterator[Diagnostic]:
    """Constraints that all values of the ``enum`` next to them satisfy, except the ``wrong``."""
    for key in node:
        if key == "pattern" and not _is_matched(node):
            continue
        if key in _OF_SCALARS and not {node.key_span(key), node.value_span(key)} & {*wrong}:
            message = f"`{key}` has no effect here: `enum` already lists the permitted values"
            yield codes.NO_EFFECT.at(node.key_span(key), message, help="remove it")


_OF_SCALARS: Final = frozenset(CONSTRAINTS_OF["number"] + CONSTRAINTS_OF["string"])


def _is_matched(node: Map) -> bool:
    """Whether all permitted values were matched with the pattern, which can take too long."""
    pattern, values = node["pattern"], node["enum"]
    if not isinstance(pattern, str) or problem_of(pattern) is not None:
        return False
    return all(is_quick(pattern, each) for each in values if isinstance(each, str))


def check_annotations(node: Map, definition: bool) -> Iterator[Diagnostic]:
    """Annotations of properties on a node that is not a property."""
    if isinstance(node.get("required"), bool):
        message = "`required: true` and `required: false` are only valid on a property"
        help = "here `required` is a list of names"
        yield codes.INVALID_VALUE.at(node.value_span("required"), message, help=help)
    for key in OF_PROPERTIES:
        if key in node and not (key in OF_DEFINITIONS and definition):
            where = "a property or a definition" if key in OF_DEFINITIONS else "a property"
            message = f"`{key}` has no effect here: it belongs on {where}"
            yield codes.NO_EFFECT.at(
                node.key_span(key), message, help="move it there, or remove it"
            )


def _check_dropped(node: Map) -> Iterator[Diagnostic]:
    """Properties that are null: those that ``extends`` drops are gone by now."""
    properties = node.get("properties")
    if not isinstance(properties, Map) or None not in properties.values():
        return
    for name in properties:
        if properties[name] is None:
            message = f"`{name}` is null, which drops an included property, but there is none"
            help = f"check the name, or write `{name}: {{}}` to allow any value"
            after = [*properties][[*properties].index(name) + 1 :][:1]
            if (
                after
                and after[0] in NEXT_TO_REF | CONSTRAINTS | {"type"}
                and not isinstance(properties[after[0]], Map)
            ):
                help = f"indent the lines below further, if they describe `{name}`"
            yield codes.NOTHING_TO_DROP.at(properties.key_span(name), message, help=help)


def check_expiry(node: Map) -> Iterator[Diagnostic]:
    """A date that the calendar does not have."""
    expires = node.get("expires")
    if isinstance(expires, str) and re.fullmatch(DAY, expires) and not is_day(expires):
        message, help = f"{expires} is not a date in the calendar", "write a date as YYYY-MM-DD"
        yield codes.INVALID_VALUE.at(node.value_span("expires"), message, help=help)


DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""The form of a date that the meta-schema requires."""


def _check_enum(node: Map, listed: Seq) -> Iterator[Diagnostic]:
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(listed):
        span = listed.item_span(index)
        first = seen.setdefault(identity(value), index)
        if first != index:
            message = f"{describe(value)} is listed twice"
            related = ((listed.item_span(first), "first here"),)
            yield codes.ENUM_DUPLICATE.at(span, message, help="remove one", related=related)
        elif not _of_types(value, node):
            message = f"the permitted value {describe(value)} is not of the declared type"
            help, fix = _retyped(value, node, span)
            yield codes.ENUM_VALUE.at(span, message, help=help, fix=fix)


def _retyped(value: Any, node: Map, span: Span) -> tuple[str, Fix | None]:
    """How to make the value and the declared type agree."""
    names = _type_names(node) or []
    if "string" in names and not isinstance(value, list | dict | None):
        return f'put it in quotes: "{describe(value)}"', Fix(*span, None)
    if value is None:
        return "add `nullable: true` if null is allowed here", None
    if isinstance(value, str) and any(_is(resolve(value), name) for name in names):
        return f"remove the quotes: {value}", Fix(*span, value)
    return "change the value, or the type", None


def _of_types(value: Any, node: Map) -> bool:
    """Whether the value is of one of the types that the node declares (any, if none)."""
    names = _type_names(node)
    if names is None or (value is None and node.get("nullable") is True):
        return True
    return any(_is(value, name) for name in names)


def _type_names(node: Map) -> list[Any] | None:
    types = node.get("type")
    names = [types] if isinstance(types, str) else types
    return names if isinstance(names, list) else None


def _is(value: Any, name: Any) -> bool:
    """Whether the value is of the JSON type ``name``; of an unknown type, every value is."""
    test = _TYPES.get(name) if isinstance(name, str) else None
    return test is None or test(value)


_TYPES: Final = {
    name: Checks(lambda _: ANYTHING).of(value)
    for name, value in (
        ("null", Value(Union(()), nullable=True)),
        ("boolean", Value(Boolean())),
        ("integer", Value(Number(integer=True))),
        ("number", Value(Number())),
        ("string", Value(String())),
        ("array", Value(Array(ANYTHING))),
        ("object", Value(OPEN)),
    )
}
