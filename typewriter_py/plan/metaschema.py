"""The plan language as a published JSON Schema, and explanations of what violates it.

A fast validator comes first: checking a valid plan takes milliseconds.  The parts that fail are
handed to jsonschema, whose errors become diagnostics here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from .. import disk
from ..diagnostics import Diagnostic, Fix, Span
from ..util import shortened
from . import codes
from .document import Document, Map, Seq
from .mistakes.meant import type_meant
from .mistakes.wrong_types import EXPECTED, Steps, kind, rewritten, value_span
from .type_words import TYPES

__all__ = ["SCHEMA_FILE", "UNSUPPORTED", "beyond", "check", "kind", "schema", "text"]

SCHEMA_FILE: Final = "plan.schema.json"
"""The name of the meta-schema's file, in this package and next to a plan."""

UNSUPPORTED: Final = frozenset(
    "$comment $id $schema additionalItems contains contentEncoding contentMediaType"
    " dependencies definitions else if not patternProperties propertyNames readOnly then"
    " writeOnly $defs dependentRequired dependentSchemas prefixItems unevaluatedProperties"
    " unevaluatedItems minContains maxContains id labels".split()
)
"""Keywords of JSON Schema that the plan language does not support."""


@cache
def text() -> str:
    """The meta-schema as published: draft-07, with a description on every key."""
    return disk.read(Path(__file__).with_name(SCHEMA_FILE)).decode()


@cache
def schema() -> dict[str, Any]:
    """The meta-schema as data."""
    loaded: dict[str, Any] = json.loads(text())
    return loaded


def check(document: Document) -> tuple[Diagnostic, ...]:
    """Everything wrong with the shape of the plan in ``document``."""
    data = document.data
    if not isinstance(data, Map) or "tracking_plan" not in data:
        return (_not_a_plan(document),)
    fast = _fast("#")
    if fast is not None and fast.is_valid(data):
        return ()
    errors = list(_explainer().iter_errors(data))
    mistyped = {tuple(e.absolute_path) for e in errors if e.validator == "type"}
    seen: set[tuple[object, ...]] = set()
    found: list[Diagnostic] = []
    for error in errors:
        path = tuple(error.absolute_path)
        # A value of the wrong type violates other rules too, which is irrelevant.
        if error.validator != "type" and path in mistyped:
            continue
        # The node of an anchor is reported once, however many aliases it has.
        key = (document.written_at(path), error.validator, id(error.schema))
        if key not in seen:
            seen.add(key)
            found += _EXPLAINERS.get(error.validator, _other)(error, path, document)
    return tuple(found)


def beyond(shape: Iterable[Diagnostic], found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Those of ``found`` that are not about a value whose ``shape`` is wrong already."""
    wrong = {each.span for each in shape}
    return (each for each in found if each.span not in wrong)


@cache
def _fast(ref: str) -> Any:
    """The fast validator of a part of the meta-schema; None if there is none."""
    try:
        from jsonschema_rs import Draft7Validator
    except ImportError:  # no wheel for this platform: jsonschema does all the work
        return None
    part = schema() if ref == "#" else {"$ref": ref, "definitions": schema()["definitions"]}
    return Draft7Validator(part)


@cache
def _explainer() -> Any:
    """jsonschema's validator, which only looks into the parts that the fast one rejects.

    Otherwise a single bad property among the 2,000 events of an import would cost seconds.
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
        what = _other_format(data) if isinstance(data, str) else None
        if what is not None:
            help = "`typewriter import` converts a spreadsheet or another tool's file into a plan"
        message = f"a plan is a mapping, not {kind(data)}"
        message = message if what is None else f"this is {what}, not a plan"
        return codes.NOT_A_PLAN.at(span, message, help=help)
    near = get_close_matches("tracking_plan", list(data), n=1)
    if near:
        span, help = data.key_span(near[0]), f"rename `{near[0]}` to `tracking_plan`"
    elif "events" in data or "rules" in data:
        help = "put everything under `tracking_plan:` (and events under its `rules:`)"
    return codes.NOT_A_PLAN.at(span, "this file has no `tracking_plan`", help=help)


def _other_format(text: str) -> str | None:
    """What else a file is that YAML reads as a single string."""
    if text.lstrip().startswith("<"):
        return "HTML or XML"
    return "a table (CSV)" if re.match(r"[^\s,;\t][^,;\t]*[,;\t]\S", text) else None


def _name(path: Steps) -> str:
    """The key or item at the end of ``path``, for a message."""
    if not path:
        return "the file"
    last = path[-1]
    return f"`{shortened(last)}`" if isinstance(last, str) else f"item {last + 1} of `{path[-2]}`"


def _unknown_key(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    node = error.instance
    known = list(error.schema.get("properties", {}))
    event_rules = list(schema()["definitions"]["eventRules"]["properties"])
    for key in node:
        if key in known or (key.startswith("x-") and "patternProperties" in error.schema):
            continue
        shown = shortened(key)
        span = document.span_at((*path, key))
        if key in _RULES_OF_VALUES and known == event_rules:
            message = f"`{key}` is not allowed here: an event's `rules` describe an object"
            help = "put it into one of its `properties`"
            yield codes.UNSUPPORTED_KEYWORD.at(span, message, help=help)
        elif key in UNSUPPORTED and "type" in known:
            message = f"the keyword `{key}` is not supported in a plan"
            yield codes.UNSUPPORTED_KEYWORD.at(span, message, help=_instead(key))
        else:
            if "name" in error.schema.get("required", ()) and _is_named_by_key(node):
                continue  # that it has no `name` is reported
            message = f"unknown key `{shown}` in {_name(path)}"
            help = _did_you_mean(key, node[key], known)
            if not path and key in schema()["properties"]["tracking_plan"]["properties"]:
                help = "indent it further: it belongs under `tracking_plan:`"
            yield codes.UNKNOWN_KEY.at(span, message, help=help)


def _is_named_by_key(node: Map) -> bool:
    """Whether an item of a list is ``email: {…}``, where it has to be ``name: email`` and more."""
    return len(node) == 1 and isinstance(next(iter(node.values())), Map)


_RULES_OF_VALUES: Final = frozenset(
    "$ref anyOf oneOf enum const default items format pattern nullable".split()
)


def _instead(key: str) -> str:
    if key in ("definitions", "$defs"):
        return "put shared types under `tracking_plan.definitions`"
    if key in ("$schema", "$id", "$comment", "id", "labels", "readOnly", "writeOnly"):
        return "remove it: it has no meaning here (use a `#` comment for notes)"
    if key in ("prefixItems", "additionalItems"):
        return "`items` gives one schema for every item"
    return "remove it, or use the keywords that `typewriter schema` lists"


def _did_you_mean(key: str, value: Any, known: list[str]) -> str:
    if key == "optional" and "required" in known:
        return "remove it: a property is optional unless it is required"
    word = _squeeze(key)
    meant = {each: name for each, name in _SYNONYMS.items() if name in known}
    if word == "name" and "display_name" in known:
        meant[word] = "display_name"
    meant |= {_squeeze(name): name for name in known}  # a key's own name comes first
    near = [meant[word]] if word in meant else get_close_matches(key, known, n=1, cutoff=0.7)
    if near:
        return f"did you mean `{near[0]}`?"
    for members in ("properties", "traits"):
        if isinstance(value, Map) and members in known:
            return f"put {members} under `{members}:`"
    if key == "events" and "rules" in known:
        return "put `events` under `rules:`"
    if "rules" in known and key in ("properties", "required", "additionalProperties"):
        return f"put `{key}` under the event's `rules:`"
    if len(known) > 12:
        return "remove it, or run `typewriter schema` for a list of all keys"
    return "known keys: " + ", ".join(f"`{name}`" for name in known)


_SYNONYMS: Final = {
    **dict.fromkeys(("desc", "summary", "doc", "docs", "comment", "comments"), "description"),
    **dict.fromkeys(("note", "notes", "trigger", "when", "purpose", "info"), "description"),
    **dict.fromkeys(("values", "allowed", "allowedvalues", "choices", "options", "oneof"), "enum"),
    **dict.fromkeys(("event", "eventname", "key", "title", "id"), "name"),
    **dict.fromkeys(("props", "fields", "attributes"), "properties"),
    **dict.fromkeys(("min", "gte", "atleast"), "minimum"),
    **dict.fromkeys(("max", "lte", "atmost"), "maximum"),
    **dict.fromkeys(("gt", "morethan"), "exclusiveMinimum"),
    **dict.fromkeys(("lt", "lessthan"), "exclusiveMaximum"),
    **dict.fromkeys(("regex", "regexp", "match"), "pattern"),
    **dict.fromkeys(("mandatory", "isrequired", "required?"), "required"),
    **dict.fromkeys(("datatype", "kind", "valuetype", "propertytype"), "type"),
    **dict.fromkeys(("value", "constant", "fixed"), "const"),
    **dict.fromkeys(("example", "sample", "samples"), "examples"),
    **dict.fromkeys(("length", "maxlen", "size"), "maxLength"),
    **dict.fromkeys(("minlen",), "minLength"),
    **dict.fromkeys(("deprecatedby", "supersededby", "replacement", "useinstead"), "replaced_by"),
    **dict.fromkeys(("defaultvalue",), "default"),
    **dict.fromkeys(("displayname", "label"), "title"),
    **dict.fromkeys(("track", "tracks"), "events"),
    **dict.fromkeys(("null", "isnullable", "allownull"), "nullable"),
    **dict.fromkeys(("personal", "sensitive", "private", "gdpr"), "pii"),
    **dict.fromkeys(("item", "of", "elements"), "items"),
    **dict.fromkeys(("ref", "definition"), "$ref"),
    **dict.fromkeys(("team", "author", "responsible"), "owner"),
    **dict.fromkeys(("labels", "tag", "categories", "category"), "tags"),
}
"""Words of other schema languages, squeezed, for keys of a plan."""


def _squeeze(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()


def _missing_key(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    for key in error.validator_value:
        # If there is a key that resembles the missing one, the diagnostic of that is enough.
        if key not in error.instance and not get_close_matches(key, list(error.instance), n=1):
            what = "this event" if "extends" in error.schema.get("properties", {}) else _name(path)
            message, help = f"{what} has no `{key}`", f"add `{key}: …`"
            if key == "name" and _is_named_by_key(error.instance):
                help = f"write `name: {shortened(next(iter(error.instance)))}`, and its keys below"
            yield codes.MISSING_KEY.at(document.span_at(path), message, help=help)


def _wrong_type(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else [w for w in wanted if w != "null"]
    expected = " or ".join(EXPECTED[name][0] for name in names)
    value, span = error.instance, value_span(document, path)
    got = str(value) if isinstance(value, float) and names == ["integer"] else kind(value)
    message = f"{_name(path)} must be {expected}, not {got}"
    help, text = rewritten(value, names, path, document)
    fix = None
    if names == ["string"] and isinstance(value, int | float):
        fix = Fix(*span, None)
    elif text is not None and isinstance(value, str) and span.length >= len(value):
        fix = Fix(*span, text)
    yield codes.WRONG_TYPE.at(span, message, help=help, fix=fix)


def _not_permitted(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    permitted, value = error.validator_value, error.instance
    options = list(map(str, permitted if isinstance(permitted, list) else [permitted]))
    near = get_close_matches(str(value), options, n=1)
    help = f"did you mean `{near[0]}`?" if near else "it must be one of: " + ", ".join(options)
    span, fix = value_span(document, path), None
    meant = type_meant(value) if isinstance(value, str) and set(options) <= set(TYPES) else None
    if meant is not None and (meant.type is None or meant.type in options):
        help = meant.help
        if meant.type is not None:
            fix = Fix(*span, meant.type)
    elif value is None and "null" in options:
        help = "remove it, and add `nullable: true`"
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f"`{value}`"
    message = f"{shortened(shown)} is not a valid value for {_name(path)}"
    yield codes.INVALID_VALUE.at(span, message, help=help, fix=fix)


def _out_of_bounds(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    bound = error.validator_value
    problem, help = {
        "minLength": ("is empty", "give it a value, or remove the key"),
        "minItems": ("is empty", "list at least one, or remove the key"),
        "minimum": (f"is less than {bound}", f"the minimum is {bound}"),
        "exclusiveMinimum": (f"is not greater than {bound}", "write a greater number"),
        "pattern": ("is not a date", "write a date as YYYY-MM-DD"),
        "uniqueItems": ("lists an item twice", "remove one of them"),
    }[error.validator]
    span, items = value_span(document, path), error.instance
    if error.validator != "uniqueItems" or not isinstance(items, Seq):
        yield codes.INVALID_VALUE.at(span, f"{_name(path)} {problem}", help=help)
        return
    for index, item in enumerate(items):
        first = items.index(item)
        if first < index:
            span, related = items.item_span(index), ((items.item_span(first), "first here"),)
            message = f"{_name(path)} {problem}"
            fix = without_item(items, index)
            found = codes.INVALID_VALUE.at(span, message, help=help, related=related, fix=fix)
            yield found


def without_item(items: Seq, index: int) -> Fix:
    """The change that removes an item, which is not the first, from the text."""
    file, line, column, length = items.marks[index]
    _, line_before, column_before, length_before = items.marks[index - 1]
    if line == line_before:
        end = column_before + length_before
        return Fix(file, line, end, column + length - end, "")
    return Fix(file, line, 1, column + length - 1, "")


def _other(error: Any, path: Steps, document: Document) -> Iterator[Diagnostic]:
    yield codes.INVALID_VALUE.at(value_span(document, path), f"{_name(path)}: {error.message}")


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
