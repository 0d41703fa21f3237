"""A plan and its types as JSON Schema draft-07, meaning exactly the same.

https://json-schema.org/draft-07/json-schema-validation

What is written reads back as the same types, in the plan language too: of several ways to say
something this takes the one that both know (so null is ruled out by a ``oneOf`` with it).
The plan language's own keys are in the schema under ``x-typewriter``, which validators ignore
(https://json-schema.org/draft-07/json-schema-core#rfc.section.6.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any, Final, TypeAlias, assert_never

from ..plan import model as m
from ..plan.conjunction import TYPES
from ..plan.model import Object, Plan
from ..plan.queries import json_name, reachable, used
from .nodes import pointer_to
from .rules import EXTENSION, KIND_OF, PAYLOAD, Rule, RuleSet, Schema

Definitions: TypeAlias = Mapping[str, m.Definition]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_NULL: Final = {"type": "null"}


def _property(declared: m.Property, schema: Schema) -> Schema:
    """The schema of a property: ``schema``, that of its value, with all its annotations."""
    head = _present(
        title=declared.title,
        description=declared.description,
        examples=list(declared.examples) or None,
    )
    if declared.default is not m.ABSENT:
        head["default"] = declared.default
    extension = _present(
        pii=declared.pii,
        **_of_deprecation(declared.deprecated),
        name=declared.words,
        ignore=list(declared.ignore) or None,
    )
    if declared.const is not m.ABSENT:
        schema, more = _with_const(schema, declared.value, declared.const)
        extension |= more
    return _annotated(schema, head, extension)


def _annotated(schema: Schema, head: Mapping[str, Any], extension: Schema) -> Schema:
    """``schema`` with annotations before it and ``x-typewriter`` after.

    Draft-07 ignores what is next to ``$ref``, so in that case the ``$ref`` is wrapped.
    """
    tail = {EXTENSION: extension} if extension else {}
    if "$ref" in schema and (head or tail):
        schema = {"allOf": [schema]}
    return {**head, **schema, **tail}


def _of_event(event: m.Event) -> Schema:
    """The keys that JSON Schema does not have; ``version`` is the rule's, except a written 1."""
    return _present(
        version=1 if event.version == 1 else None,
        owner=event.owner,
        tags=list(event.tags) or None,
        platforms=list(event.platforms) or None,
        integrations=None if event.integrations is None else dict(event.integrations),
        **_of_deprecation(event.deprecated),
        function=event.function,
        ignore=list(event.ignore) or None,
    )


def _of_deprecation(deprecated: m.Deprecation | None) -> dict[str, Any]:
    if deprecated is None:
        return {}
    return {
        "deprecated": deprecated.reason or True,
        "replaced_by": deprecated.replaced_by,
        "expires": deprecated.expires,
    }


def _with_const(schema: Schema, value: m.Value, const: m.Json) -> tuple[Schema, dict[str, Any]]:
    """The schema of ``value`` with the constant; and what only ``x-typewriter`` can say.

    In JSON Schema a constant cannot be null as well, in the plan language it can
    (``nullable: true``).
    """
    if const is None:
        return {"const": None}, {}
    if value.nullable:
        return schema, {"const": const, "nullable": True}
    if value == m.Value(m.Enum((const,))):
        schema = {key: value for key, value in schema.items() if key != "enum"}
    return schema | {"const": const}, {}


def _present(**keys: Any) -> Schema:
    return {key: each for key, each in keys.items() if each is not None}


def value_schema(value: m.Value, definitions: Definitions) -> Schema:
    """The schema of a value: its type, or null if it is nullable."""
    if value == m.ANYTHING:
        return {}
    match value.type:
        case m.Ref(name):
            return _reference(name, value.nullable, definitions)
        case m.AnyType():
            return _but_null({})
        case m.Union(members=()):
            return dict(_NULL) if value.nullable else {"not": {}}
    schema = type_schema(value.type, definitions)
    return _or_null(schema) if value.nullable else schema


def _but_null(schema: Schema) -> Schema:
    """What ``schema`` allows, except null: both members accept that, and only one may."""
    return {"oneOf": [schema, dict(_NULL)]}


def _or_null(schema: Schema) -> Schema:
    """What ``schema`` allows (it does not allow null), and null."""
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return {keyword: [*schema[keyword], dict(_NULL)]}
    if "type" in schema:
        types = schema["type"]
        schema = schema | {"type": [*([types] if isinstance(types, str) else types), "null"]}
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema


def _reference(name: str, nullable: bool, definitions: Definitions) -> Schema:
    schema = {"$ref": pointer_to("definitions", name)}
    if nullable == definitions[name].value.nullable:
        return schema
    return {"anyOf": [schema, dict(_NULL)]} if nullable else _but_null(schema)


def type_schema(type_: m.Type, definitions: Definitions) -> Schema:
    """The schema of a type, which does not include null."""
    match type_:
        case m.AnyType() | m.Ref() | m.Union(members=()):
            return value_schema(m.Value(type_), definitions)
        case m.Boolean():
            return {"type": "boolean"}
        case m.Enum():
            return _present(type=json_type(type_.values), enum=list(type_.values))
        case m.Number():
            return _number(type_)
        case m.String():
            return _string(type_)
        case m.Array():
            return _array(type_, definitions)
        case m.Object():
            return _object(type_, definitions)
        case m.Union():
            return _union(type_, definitions)
        case _:
            assert_never(type_)


_JSON_TYPES: Final = (
    (type(None), "null"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (object, "object"),
)


def json_type(values: tuple[m.Json, ...]) -> str | None:
    """The type that all ``values`` have; None if they differ."""
    names = {
        next(name for type_, name in _JSON_TYPES if isinstance(each, type_)) for each in values
    }
    if names == {"integer", "number"}:
        return "number"
    return names.pop() if len(names) == 1 else None


def _union(union: m.Union, definitions: Definitions) -> Schema:
    members = [type_schema(member, definitions) for member in union.members]
    if not union.exclusive and _by_type(union):
        # Each keyword applies to values of one type, so all can be in one schema.
        merged = {key: value for member in members for key, value in member.items()}
        return {"type": [member["type"] for member in members]} | {
            key: value for key, value in merged.items() if key != "type"
        }
    return {"oneOf" if union.exclusive else "anyOf": members}


def _by_type(union: m.Union) -> bool:
    """Whether a list of types can say it: each type once, in the plan language's order."""
    names = [json_name(member) for member in union.members]
    if None in names or {"integer", "number"} <= {*names}:
        return False
    return names == [name for name in TYPES if name in names]


def _number(number: m.Number) -> Schema:
    step = number.multiple_of
    whole = step is not None and step == step.to_integral_value()
    return _present(
        type="integer" if number.integer else "number",
        minimum=number.minimum,
        maximum=number.maximum,
        exclusiveMinimum=number.exclusive_minimum,
        exclusiveMaximum=number.exclusive_maximum,
        multipleOf=None if step is None else int(step) if whole else float(step),
    )


def _string(string: m.String) -> Schema:
    first, *others = string.patterns or (None,)
    return _present(
        type="string",
        minLength=string.min_length,
        maxLength=string.max_length,
        pattern=first,
        allOf=[{"pattern": pattern} for pattern in others] or None,
        format=string.format,
    )


def _array(array: m.Array, definitions: Definitions) -> Schema:
    return _present(
        type="array",
        items=value_schema(array.items, definitions) or None,
        minItems=array.min_items,
        maxItems=array.max_items,
        uniqueItems=array.unique_items or None,
    )


def _object(shape: m.Object, definitions: Definitions) -> Schema:
    declared = [each.name for each in shape.properties if each.required]
    rest = False if shape.additional is None else value_schema(shape.additional, definitions)
    properties = {
        each.name: _property(each, value_schema(each.value, definitions))
        for each in shape.properties
    }
    return _present(
        type="object",
        properties=properties or None,
        required=list(dict.fromkeys([*declared, *shape.required])) or None,
        minProperties=shape.min_properties,
        maxProperties=shape.max_properties,
        additionalProperties=None if rest == {} else rest,
    )


def rules_of(plan: Plan) -> RuleSet:
    """The rules of ``plan``: what all messages have in common, its events in order, its calls.

    Includes are resolved already, so the rules need no other file; each has the definitions
    that it refers to.
    """
    extension = _definitions(plan, plan.definitions.keys() - used(plan))
    return RuleSet(plan.name, tuple(_rules(plan)), plan.id, plan.description, extension)


def _rules(plan: Plan) -> Iterator[Rule]:
    if plan.common is not None:
        yield Rule("COMMON", "", 1, _message(plan, plan.common, {}, None))
    for event in plan.events:
        head = _present(title=event.title, description=event.description)
        schema = _message(plan, event.properties, head, PAYLOAD["TRACK"])
        if extension := _of_event(event):
            schema[EXTENSION] = extension
        deprecated = event.deprecated is not None
        yield Rule("TRACK", event.name, event.version or 1, schema, deprecated, event.span)
    for name, call in plan.calls.items():
        head = _present(description=call.description)
        schema = _message(plan, call.properties, head, m.CALLS[name])
        yield Rule(KIND_OF[name], "", 1, schema, span=call.span)


def _message(plan: Plan, shape: Object, head: Schema, payload: str | None) -> Schema:
    """The schema of a message with ``shape`` at ``payload`` (None: ``shape`` is the message)."""
    body = type_schema(shape, plan.definitions)
    if payload is not None:
        body = {"type": "object", "properties": {payload: body}}
    definitions = _definitions(plan, reachable(shape, plan.definitions))
    return {"$schema": DRAFT, **head, **body, **definitions}


def _definitions(plan: Plan, names: Set[str]) -> Schema:
    """The named definitions, under ``definitions``; nothing if there are none."""
    found = {
        name: _annotated(
            value_schema(each.value, plan.definitions),
            _present(title=each.title, description=each.description),
            _present(name=each.words, ignore=list(each.ignore) or None),
        )
        for name, each in plan.definitions.items()
        if name in names
    }
    return {"definitions": found} if found else {}
