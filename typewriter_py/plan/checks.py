"""What can be wrong with one schema by itself, beyond its shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Diagnostic
from ..suggest import did_you_mean
from . import codes
from .document import Map, Seq
from .patterns import problem_of
from .values import same

CHECKED_FORMATS: Final = (
    "date-time", "date", "time", "uuid", "email", "uri", "hostname", "ipv4", "ipv6",
)  # fmt: skip
"""Formats that validators check; any other is documentation."""

BESIDE_REF: Final = frozenset(
    "$ref nullable title description examples default pii deprecated replaced_by expires name"
    " ignore".split()
)
_PREFIX: Final = "#/definitions/"


def check_node(node: Map, definitions: Map) -> Iterator[Diagnostic]:
    """All that is wrong with ``node`` by itself; what is nested in it is not looked at."""
    if "$ref" in node:
        yield from _check_ref(node, definitions)
    if isinstance(node.get("enum"), Seq):
        yield from _check_enum(node, node["enum"])
    if "const" in node and not _of_types(node["const"], node):
        message = "the constant is not of the declared `type`"
        yield codes.ENUM_VALUE.at(node.value_span("const"), message)
    if isinstance(node.get("pattern"), str):
        problem = problem_of(node["pattern"])
        if problem:
            span = node.value_span("pattern")
            yield codes.INVALID_PATTERN.at(span, f"{problem.message}", help=problem.help)
    format = node.get("format")
    if isinstance(format, str) and format not in CHECKED_FORMATS:
        message = f"the format `{format}` documents only: no validator checks it"
        help = did_you_mean(format, CHECKED_FORMATS)
        help = help or "checked are " + ", ".join(CHECKED_FORMATS)
        yield codes.UNCHECKED_FORMAT.at(node.value_span("format"), message, help=help)


def _check_ref(node: Map, definitions: Map) -> Iterator[Diagnostic]:
    ref = node["$ref"]
    if not isinstance(ref, str):
        return
    span, name = node.value_span("$ref"), ref.removeprefix(_PREFIX)
    if not ref.startswith(_PREFIX):
        help = did_you_mean(ref.rpartition("/")[2], definitions)
        help = f"write `{_PREFIX}{ref.rpartition('/')[2]}`" if help else None
        message = f"`{ref}` leads out of the plan: a reference is `{_PREFIX}Name`"
        yield codes.UNRESOLVED_REF.at(span, message, help=help)
    elif name not in definitions:
        help = did_you_mean(name, definitions) or f"add `{name}` to `tracking_plan.definitions`"
        yield codes.UNRESOLVED_REF.at(span, f"no definition is called `{name}`", help=help)
    for key in node:
        required = key == "required" and isinstance(node[key], bool)
        if key not in BESIDE_REF and not required:
            message = f"`{key}` cannot stand beside `$ref`"
            help = f"join the two: allOf: [{{$ref: '{ref}'}}, {{{key}: …}}]"
            yield codes.REF_SIBLING.at(node.key_span(key), message, help=help)


def _check_enum(node: Map, listed: Seq) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, Any], int] = {}
    for index, value in enumerate(listed):
        span = listed.item_span(index)
        first = _find(listed, index, value, seen)
        if first is not None:
            place = (listed.item_span(first), "first here")
            message = f"`{_plain(value)}` is in the list twice"
            yield codes.ENUM_DUPLICATE.at(span, message, help="remove one", related=(place,))
        elif not _of_types(value, node):
            message = f"the permitted value `{_plain(value)}` is not of the declared `type`"
            yield codes.ENUM_VALUE.at(span, message, help=_quoted(value, node))


def _find(listed: Seq, index: int, value: Any, seen: dict[tuple[str, Any], int]) -> int | None:
    """The index of an equal value before this one; scalars in constant time."""
    if isinstance(value, list | dict):
        return next((i for i in range(index) if same(listed[i], value)), None)
    kind = type(value).__name__ if isinstance(value, bool | str) else "number"
    first = seen.setdefault((kind, value), index)
    return None if first == index else first


def _plain(value: Any) -> str:
    words = {True: "true", False: "false", None: "null"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _quoted(value: Any, node: Map) -> str | None:
    """Text that YAML reads as something else is the usual reason."""
    types = node.get("type")
    if "string" in (types if isinstance(types, list) else [types]):
        return (
            f'put it in quotes: "{_plain(value)}"' if not isinstance(value, list | dict) else None
        )
    return "remove the quotes" if isinstance(value, str) else None


def _of_types(value: Any, node: Map) -> bool:
    """Whether the value is of one of the types that the node declares (any, if none)."""
    types = node.get("type")
    names = [types] if isinstance(types, str) else types
    if not isinstance(names, list):
        return True
    return any(_is(value, name) for name in names) or (
        value is None and node.get("nullable") is True
    )


def _is(value: Any, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and (name == "number" or value == int(value))
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return True
