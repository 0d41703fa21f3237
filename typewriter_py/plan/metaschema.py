"""The plan language as a published JSON Schema, and what breaks it, explained.

A fast validator is the gate: a plan that passes has cost milliseconds.  Of one that fails,
the parts that do are handed to jsonschema, whose errors become diagnostics here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from . import codes
from .document import Document, Map, Seq

Steps = tuple[str | int, ...]

SCHEMA_FILE: Final = "plan.schema.json"
"""The name of the meta-schema's file, in this package and beside a plan."""

UNSUPPORTED: Final = frozenset(
    "$comment $id $schema additionalItems contains contentEncoding contentMediaType"
    " dependencies definitions else if not patternProperties propertyNames readOnly then"
    " writeOnly $defs dependentRequired dependentSchemas prefixItems unevaluatedProperties"
    " unevaluatedItems minContains maxContains id labels".split()
)
"""Keywords of JSON Schema that the plan language does not have."""


@cache
def text() -> str:
    """The meta-schema as it is published: draft-07, a description on every key."""
    return Path(__file__).with_name(SCHEMA_FILE).read_text("utf-8")


@cache
def schema() -> dict[str, Any]:
    """The meta-schema as data."""
    loaded: dict[str, Any] = json.loads(text())
    return loaded


def check(document: Document) -> tuple[Diagnostic, ...]:
    """All that is wrong with the shape of the plan in ``document``."""
    data = document.data
    if not isinstance(data, Map) or "tracking_plan" not in data:
        return (_not_a_plan(document),)
    fast = _fast("#")
    if fast is not None and fast.is_valid(data):
        return ()
    errors = list(_explainer().iter_errors(data))
    mistyped = {tuple(e.absolute_path) for e in errors if e.validator == "type"}
    told: set[tuple[object, ...]] = set()
    found: list[Diagnostic] = []
    for error in errors:
        path = tuple(error.absolute_path)
        # What is of the wrong type breaks more rules than that one, all beside the point.
        if error.validator != "type" and path in mistyped:
            continue
        # What an anchor names is written once, wherever its aliases stand.
        place = (document.written_at(path), error.validator, id(error.schema))
        if place not in told:
            told.add(place)
            explain = _EXPLAINERS.get(error.validator, _other)
            found += explain(error, path, document)
    return tuple(found)


@cache
def _fast(ref: str) -> Any:
    """The fast validator of a part of the meta-schema; None where there is none."""
    try:
        from jsonschema_rs import Draft7Validator
    except ImportError:  # no wheel for this platform: jsonschema does the whole job
        return None
    part = schema() if ref == "#" else {"$ref": ref, "definitions": schema()["definitions"]}
    return Draft7Validator(part)


@cache
def _explainer() -> Any:
    """jsonschema's validator, which looks only into what the fast one refuses.

    One odd property among the 2,000 events of an import would cost seconds otherwise.
    """
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    follow = Draft7Validator.VALIDATORS["$ref"]

    def narrowed(validator: Any, ref: str, instance: Any, part: Any) -> Iterator[Any]:
        fast = _fast(ref)
        if fast is None or not fast.is_valid(instance):
            yield from follow(validator, ref, instance, part)

    return extend(Draft7Validator, {"$ref": narrowed})(schema())  # type: ignore[no-untyped-call]


def _not_a_plan(document: Document) -> Diagnostic:
    data, span = document.data, Span(document.file)
    help = "a plan begins with `tracking_plan:`; `typewriter init` writes one to start from"
    if data is None:
        return codes.NOT_A_PLAN.at(span, "the file is empty", help=help)
    if not isinstance(data, Map):
        return codes.NOT_A_PLAN.at(span, f"a plan is a mapping, not {kind(data)}", help=help)
    near = get_close_matches("tracking_plan", list(data), n=1)
    if near:
        span, help = data.key_span(near[0]), f"did you mean `tracking_plan` by `{near[0]}`?"
    elif "events" in data or "rules" in data:
        help = "put everything under `tracking_plan:` (events under `rules:` in it)"
    return codes.NOT_A_PLAN.at(span, "no `tracking_plan` in this file", help=help)


def kind(value: Any) -> str:
    """What a value is, in the words of a person who writes YAML."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


_EXPECTED: Final = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def _value_span(document: Document, path: Steps) -> Span:
    """The place of the value itself, where ``span_at`` gives that of its key."""
    parent: Any = document.data
    for step in path[:-1]:
        parent = parent[step]
    key = path[-1] if path else None
    if isinstance(parent, Map) and isinstance(key, str) and parent[key] is not None:
        return parent.value_span(key)
    return document.span_at(path)


def _name(path: Steps) -> str:
    """The key or item at the end of ``path``, as one speaks of it."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return f"`{last}`"
    return f"item {last + 1} of `{path[-2]}`" if len(path) > 1 else f"item {last + 1}"


def _unknown_key(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    node = error.instance
    known = list(error.schema.get("properties", {}))
    for key in node:
        if key in known or (key.startswith("x-") and "patternProperties" in error.schema):
            continue
        span = document.span_at((*path, key))
        if key in _RULES_OF_VALUES and known == _event_rules():
            message = f"an event's rules are those of one object: `{key}` cannot stand here"
            help = "put it into one of its `properties`"
            yield codes.UNSUPPORTED_KEYWORD.at(span, message, help=help)
        elif key in UNSUPPORTED and "type" in known:
            message = f"the keyword `{key}` is not supported in a plan"
            yield codes.UNSUPPORTED_KEYWORD.at(span, message, help=_instead(key))
        else:
            message = f"unknown key `{key}` in {_name(path)}"
            yield codes.UNKNOWN_KEY.at(span, message, help=_did_you_mean(key, node[key], known))


def _event_rules() -> list[str]:
    return list(schema()["definitions"]["eventRules"]["properties"])


_RULES_OF_VALUES: Final = frozenset(
    "$ref anyOf oneOf enum const default items format pattern nullable".split()
)


def _instead(key: str) -> str:
    if key in ("definitions", "$defs"):
        return "shared types stand under `tracking_plan.definitions`"
    if key in ("$schema", "$id", "$comment", "id", "labels", "readOnly", "writeOnly"):
        return "remove it: it has no meaning here (a `#` comment stays in the file)"
    if key in ("prefixItems", "additionalItems"):
        return "`items` gives one schema for every item"
    return "remove it, or say it with the keywords that `typewriter schema` lists"


def _did_you_mean(key: str, value: Any, known: list[str]) -> str:
    squeezed = {_squeeze(name): name for name in known}
    near = squeezed.get(_squeeze(key)) or next(
        iter(get_close_matches(key, known, n=1, cutoff=0.7)), None
    )
    if near:
        return f"did you mean `{near}`?"
    if isinstance(value, Map) and "properties" in known:
        return "a property stands under `properties:`"
    if "rules" in known and key in ("properties", "required", "additionalProperties"):
        return f"`{key}` stands under the event's `rules:`"
    if len(known) > 12:
        return "remove it, or see `typewriter schema` for the keys that there are"
    return "it can be: " + ", ".join(f"`{name}`" for name in known)


def _squeeze(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()


def _missing_key(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    for key in error.validator_value:
        meant = get_close_matches(key, list(error.instance), n=1)
        # A key that is nearly the missing one is unknown, and its diagnostic says so.
        if key not in error.instance and not meant:
            what = "this event" if "extends" in error.schema.get("properties", {}) else _name(path)
            message = f"{what} has no `{key}`"
            yield codes.MISSING_KEY.at(document.span_at(path), message, help=f"add `{key}: …`")


def _wrong_type(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else [w for w in wanted if w != "null"]
    expected = " or ".join(_EXPECTED[name] for name in names)
    value = error.instance
    got = str(value) if isinstance(value, float) and names == ["integer"] else kind(value)
    message = f"{_name(path)} must be {expected}, not {got}"
    help = _WRITE[names[0]]
    if names == ["string"] and isinstance(value, int | float):
        help = f'put it in quotes: "{json.dumps(value)}"'
    elif value is None:
        help = "give it a value, or remove the key"
    elif names == ["array"] and not isinstance(value, Map):
        help = f"write a list: [{json.dumps(value, ensure_ascii=False)}]"
    elif names == ["object"] and isinstance(value, str) and value in _EXPECTED:
        help = f"write {{type: {value}}}"
    elif isinstance(value, str) and value.lower() in _BOOLEANS:
        help = f"write {_BOOLEANS[value.lower()]}, without quotes"
    yield codes.WRONG_TYPE.at(_value_span(document, path), message, help=help)


_WRITE: Final = {
    "string": "write one text",
    "number": "write a number, without quotes",
    "integer": "write a whole number, without quotes",
    "boolean": "write true or false",
    "array": "write one `- …` line for each item",
    "object": "write lines of `key: value` under it, without `-`",
}
_BOOLEANS: Final = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false"} | {
    "false": "false"
}
_TYPE_WORDS: Final = {
    "str": "string", "text": "string", "uuid": "string", "date": "string", "datetime": "string",
    "int": "integer", "long": "integer", "float": "number", "double": "number",
    "decimal": "number", "bool": "boolean", "list": "array", "dict": "object", "map": "object",
    "none": "null",
}  # fmt: skip


def _not_permitted(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    permitted = error.validator_value
    options = [
        str(option) for option in (permitted if isinstance(permitted, list) else [permitted])
    ]
    value = error.instance
    near = get_close_matches(str(value), options, n=1) or [
        word for word in [_TYPE_WORDS.get(str(value).lower())] if word in options
    ]
    help = f"did you mean `{near[0]}`?" if near else "it can be: " + ", ".join(options)
    if near and str(value).lower() in ("date", "datetime", "uuid"):
        format = {"datetime": "date-time"}.get(str(value).lower(), str(value).lower())
        help = f"write `type: string` and `format: {format}`"
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f"`{value}`"
    message = f"{shown} is not permitted for {_name(path)}"
    yield codes.INVALID_VALUE.at(_value_span(document, path), message, help=help)


def _out_of_bounds(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    bound = error.validator_value
    says, help = {
        "minLength": ("is empty", "give it a value, or remove the key"),
        "minItems": ("is empty", "list at least one, or remove the key"),
        "minimum": (f"is less than {bound}", f"the least is {bound}"),
        "exclusiveMinimum": (f"is not greater than {bound}", "write a greater number"),
        "pattern": ("is not of the right form", "write a day as YYYY-MM-DD"),
        "uniqueItems": ("holds an item twice", "remove one of them"),
    }[error.validator]
    span = _value_span(document, path)
    if error.validator == "uniqueItems" and isinstance(error.instance, Seq):
        items = error.instance
        twice = [i for i, item in enumerate(items) if items.index(item) < i]
        span = items.item_span(twice[0]) if twice else span
    yield codes.INVALID_VALUE.at(span, f"{_name(path)} {says}", help=help)


def _other(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    yield codes.INVALID_VALUE.at(_value_span(document, path), f"{_name(path)}: {error.message}")


_EXPLAINERS: Final[dict[str, Callable[[Any, Steps, Document], Iterator[Diagnostic]]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_permitted,
    "const": _not_permitted,
    **dict.fromkeys(
        ("minLength", "minItems", "minimum", "exclusiveMinimum", "pattern", "uniqueItems"),
        _out_of_bounds,
    ),
}
