"""Types of the intermediate representation as JSON Schema draft-07, meaning exactly the same.

https://json-schema.org/draft-07/json-schema-validation

What is written reads back as the same types, in the plan language too: of several spellings
of one meaning this takes those that both know (so null is ruled out by a ``oneOf`` with it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, assert_never
from urllib.parse import quote

from ..plan.facts import TYPES
from ..plan.model import (
    ANYTHING,
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Json,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from .extension import annotated

Schema: TypeAlias = dict[str, Any]
Definitions: TypeAlias = Mapping[str, Definition]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_NULL: Final = {"type": "null"}


def value_schema(value: Value, definitions: Definitions) -> Schema:
    """The schema of what may stand in one place."""
    if value == ANYTHING:
        return {}
    match value.type:
        case Ref(name):
            return _reference(name, value.nullable, definitions)
        case AnyType():
            return _but_null({})
        case Union(members=()):
            return dict(_NULL) if value.nullable else {"not": {}}
    schema = type_schema(value.type, definitions)
    return _or_null(schema) if value.nullable else schema


def _but_null(schema: Schema) -> Schema:
    """What ``schema`` allows (null too), less null, which two of these accept."""
    return {"oneOf": [schema, dict(_NULL)]}


def _or_null(schema: Schema) -> Schema:
    """What ``schema`` allows (which is not null), and null."""
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
    pointer = quote(name.replace("~", "~0").replace("/", "~1"), errors="surrogatepass")
    schema = {"$ref": f"#/definitions/{pointer}"}
    if nullable == definitions[name].value.nullable:
        return schema
    return {"anyOf": [schema, dict(_NULL)]} if nullable else _but_null(schema)


def type_schema(type_: Type, definitions: Definitions) -> Schema:
    """The schema of a type, which null is not of."""
    match type_:
        case AnyType() | Ref() | Union(members=()):
            return value_schema(Value(type_), definitions)
        case Boolean():
            return {"type": "boolean"}
        case Enum():
            return _present(type=json_type(type_.values), enum=list(type_.values))
        case Number():
            return _number(type_)
        case String():
            return _string(type_)
        case Array():
            return _array(type_, definitions)
        case Object():
            return _object(type_, definitions)
        case Union():
            return _union(type_, definitions)
        case _:
            assert_never(type_)


def json_type(values: tuple[Json, ...]) -> str | None:
    """The type that all ``values`` have, if it is one."""
    names = {_name_of(value) for value in values}
    if names == {"integer", "number"}:
        return "number"
    return names.pop() if len(names) == 1 else None


def _name_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _union(union: Union, definitions: Definitions) -> Schema:
    members = [type_schema(member, definitions) for member in union.members]
    if not union.exclusive and _by_type(union):
        # Each keyword binds the values of one type, so these can stand side by side.
        merged = {key: value for member in members for key, value in member.items()}
        return {"type": [member["type"] for member in members]} | {
            key: value for key, value in merged.items() if key != "type"
        }
    return {"oneOf" if union.exclusive else "anyOf": members}


def _by_type(union: Union) -> bool:
    """Whether it is what a list of types says: each once, in the plan language's order."""
    names = [_TYPE_NAMES.get(type(member)) for member in union.members]
    for place, member in enumerate(union.members):
        if isinstance(member, Number) and member.integer:
            names[place] = "integer"
    if None in names or {"integer", "number"} <= {*names}:
        return False
    return names == [name for name in TYPES if name in names]


_TYPE_NAMES: Final[Mapping[type[Type], str]] = {
    Boolean: "boolean",
    Number: "number",
    String: "string",
    Array: "array",
    Object: "object",
}


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
    properties = {
        each.name: annotated(each, value_schema(each.value, definitions))
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


def _present(**keywords: object) -> Schema:
    return {key: each for key, each in keywords.items() if each is not None}
