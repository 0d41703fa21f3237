"""The intermediate representation as JSON Schema draft-07, meaning exactly the same.

https://json-schema.org/draft-07/json-schema-validation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never
from urllib.parse import quote

from ..plan.model import (
    ABSENT,
    ANYTHING,
    AnyType,
    Array,
    Boolean,
    Call,
    Definition,
    Enum,
    Event,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from ..plan.references import reachable

Schema: TypeAlias = dict[str, Any]
Definitions: TypeAlias = Mapping[str, Definition]

DRAFT = "http://json-schema.org/draft-07/schema#"


def event_schema(plan: Plan, event: Event) -> Schema:
    """A whole schema of the properties of ``event``, with the definitions that it needs."""
    head = {"title": event.title or event.name, "description": event.description}
    return _document(event.properties, plan.definitions, head)


def call_schema(plan: Plan, call: Call) -> Schema:
    """A whole schema of the traits or properties of identify, group, page or screen."""
    return _document(call.properties, plan.definitions, {"description": call.description})


def object_schema(shape: Object, definitions: Definitions) -> Schema:
    """A whole schema of ``shape``, with the definitions that it needs."""
    return _document(shape, definitions, {})


def _document(shape: Object, definitions: Definitions, head: Mapping[str, str | None]) -> Schema:
    schema: Schema = {"$schema": DRAFT}
    schema |= {key: text for key, text in head.items() if text is not None}
    schema |= _type(shape, definitions)
    if names := reachable(shape, definitions):
        schema["definitions"] = {
            name: _definition(definition, definitions)
            for name, definition in definitions.items()
            if name in names
        }
    return schema


def _definition(definition: Definition, definitions: Definitions) -> Schema:
    head = {"title": definition.title, "description": definition.description}
    schema = {key: text for key, text in head.items() if text is not None}
    return schema | _beside(value_schema(definition.value, definitions), schema)


def _property(declared: Property, definitions: Definitions) -> Schema:
    head: Schema = {}
    if declared.title is not None:
        head["title"] = declared.title
    if declared.description is not None:
        head["description"] = declared.description
    if declared.examples:
        head["examples"] = list(declared.examples)
    if declared.default is not ABSENT:
        head["default"] = declared.default
    return head | _beside(value_schema(declared.value, definitions), head)


def _beside(schema: Schema, head: Schema) -> Schema:
    """Draft-07 ignores what stands beside ``$ref``, so there the ``$ref`` is wrapped."""
    return {"allOf": [schema]} if head and "$ref" in schema else schema


def value_schema(value: Value, definitions: Definitions) -> Schema:
    """The schema of what may stand in one place."""
    if value == ANYTHING:
        return {}
    match value.type:
        case Ref(name):
            return _reference(name, value.nullable, definitions)
        case AnyType():
            return {"not": {"type": "null"}}
        case Union(members=()):
            return {"type": "null"} if value.nullable else {"not": {}}
    schema = _type(value.type, definitions)
    return _or_null(schema) if value.nullable else schema


def _or_null(schema: Schema) -> Schema:
    """What ``schema`` allows (which is not null), and null."""
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {"anyOf": [schema, {"type": "null"}]}


def _reference(name: str, nullable: bool, definitions: Definitions) -> Schema:
    pointer = quote(name.replace("~", "~0").replace("/", "~1"))
    schema = {"$ref": f"#/definitions/{pointer}"}
    if nullable == definitions[name].value.nullable:
        return schema
    if nullable:
        return {"anyOf": [schema, {"type": "null"}]}
    return {"allOf": [schema, {"not": {"type": "null"}}]}


def _type(type_: Type, definitions: Definitions) -> Schema:
    match type_:
        case AnyType() | Ref() | Union(members=()):
            return value_schema(Value(type_), definitions)
        case Boolean():
            return {"type": "boolean"}
        case Enum():
            return {"enum": list(type_.values)}
        case Number():
            return _number(type_)
        case String():
            return _string(type_)
        case Array():
            return _array(type_, definitions)
        case Object():
            return _object(type_, definitions)
        case Union():
            members = [_type(member, definitions) for member in type_.members]
            return {"oneOf" if type_.exclusive else "anyOf": members}
        case _:
            assert_never(type_)


def _number(number: Number) -> Schema:
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


def _string(string: String) -> Schema:
    first, *others = string.patterns or (None,)
    return _present(
        type="string",
        minLength=string.min_length,
        maxLength=string.max_length,
        pattern=first,
        allOf=[{"pattern": pattern} for pattern in others] or None,
        format=string.format,
    )


def _array(array: Array, definitions: Definitions) -> Schema:
    return _present(
        type="array",
        items=value_schema(array.items, definitions) or None,
        minItems=array.min_items,
        maxItems=array.max_items,
        uniqueItems=array.unique_items or None,
    )


def _object(shape: Object, definitions: Definitions) -> Schema:
    declared = [each.name for each in shape.properties if each.required]
    rest = False if shape.additional is None else value_schema(shape.additional, definitions)
    return _present(
        type="object",
        properties={each.name: _property(each, definitions) for each in shape.properties} or None,
        required=list(dict.fromkeys([*declared, *shape.required])) or None,
        minProperties=shape.min_properties,
        maxProperties=shape.max_properties,
        additionalProperties=None if rest == {} else rest,
    )


def _present(**keywords: object) -> Schema:
    return {key: each for key, each in keywords.items() if each is not None}
