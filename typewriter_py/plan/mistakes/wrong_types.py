"""How to write a value that has the wrong type: ``required: yes`` is meant as true."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any, Final

from ...diagnostics import Span
from ...util import shortened
from ..document import Document, Map, Seq
from .meant import listed, quoted, separated, type_meant

Steps = tuple[str | int, ...]


def kind(value: Any) -> str:
    """The kind of a value, in the words of somebody who writes YAML."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


KEYWORDS: Final = ("type", "description", "enum", "format", "required", "properties", "items")

EXPECTED: Final = {
    "string": ("a string", "write a string"),
    "number": ("a number", "write a number, without quotes"),
    "integer": ("a whole number", "write a whole number, without quotes"),
    "boolean": ("a boolean", "write true or false"),
    "array": ("a list", "write one `- …` line for each item"),
    "object": ("a mapping", "write indented lines of `key: value`, without `-`"),
}
"""The kinds by the names of types, and how to write them."""


def value_span(document: Document, path: Steps) -> Span:
    """The location of the value itself, where ``span_at`` gives that of its key."""
    parent: Any = document.data
    for step in path[:-1]:
        parent = parent[step]
    if path and isinstance(parent, Map) and parent[str(path[-1])] is not None:
        return parent.value_span(str(path[-1]))
    return document.span_at(path)


def rewritten(
    value: Any, names: list[str], path: Steps, document: Document
) -> tuple[str, str | None]:
    """How to write a value of the wrong type, and what exactly, if that is certain."""
    help, word = EXPECTED[names[0]][1], value.lower() if isinstance(value, str) else ""
    if value is None:
        return "give it a value, or remove the key", None
    if names == ["string"] and isinstance(value, int | float):
        return f'put it in quotes: "{shortened(json.dumps(value))}"', None
    if path[-1:] == ("required",):
        return _required(value, names, path, document)
    if names == ["array"] and not isinstance(value, Map):
        if isinstance(value, str) and value_span(document, path).length < len(value):
            return help, None  # it takes several lines
        text = listed(separated(value)) if word else json.dumps([value])
        return f"write a list: {text}", text
    if word in _BOOLEANS and "boolean" in names:
        return f"write {_unquoted(_BOOLEANS[word], word)}", _BOOLEANS[word]
    if names == ["object"]:
        defined = document.data["tracking_plan"]
        defined = defined.get("definitions") if isinstance(defined, Map) else None
        return _schema_for(value, path, defined or ()) or (help, None)
    number = re.fullmatch(r"[^\d.-]*(-?\d+(?:[.,]\d+)?)[^\d.,]*", word)
    if number and names[0] in ("number", "integer"):
        text = number[1].replace(",", ".")
        return f"write {_unquoted(text, word, ', without anything else')}", text
    return help, None


def _required(
    value: Any, names: list[str], path: Steps, document: Document
) -> tuple[str, str | None]:
    """How to write ``required``: true on a property, a list of names on an object."""
    node: Any = document.data
    for step in path[:-1]:
        node = node[step]
    declared = [*node["properties"]] if isinstance(node.get("properties"), Map) else []
    named = separated(value) if isinstance(value, str) else []
    if named and set(named) <= set(declared):
        return f"write a list: {listed(named)}", listed(named)
    if "boolean" in names:
        given = str(value).lower()
        word = _REQUIRED.get(given)
        help = _unquoted(word, given) if word else "true, or remove it if the property is optional"
        return f"write {help}", word
    example = f", as in {listed(declared[:2])}" if declared else ""
    return f"list the names of the required properties{example}", None


def _unquoted(text: str, written: str, otherwise: str = "") -> str:
    """``text`` as help: what is written already is a string only because of its quotes."""
    return text + (", without quotes" if text == written else otherwise)


def _schema_for(value: Any, path: Steps, defined: Container[str]) -> tuple[str, str | None] | None:
    """How to write what a string stands for, and the mapping: ``{type: string}`` for ``string``."""
    if isinstance(value, Seq) and len(value) == 1 and path[-1:] == ("items",):
        if isinstance(value[0], Map):
            return "write the schema of one item, without the brackets or the `-`", None
        value = value[0]
    if not isinstance(value, str):
        return None
    if value in defined:
        return f"write {{$ref: '#/definitions/{value}'}}", None
    if path[-2:-1] in (("events",), ("traits",)) and isinstance(path[-1], int):
        name = value if re.fullmatch(r"[A-Za-z][A-Za-z _]*", value) else quoted(value)
        return f"write `name: {name}`", None
    first, *others = re.split(r"[\s,;]+", value.strip())
    if first in KEYWORDS and others:
        return f"write `{first}: {shortened(' '.join(others))}`, with a `:`", None
    meant = type_meant(first)
    if meant is None or meant.type is None or {*others} - {"required", "optional", "nullable"}:
        return None
    added = "".join(f", {word}: true" for word in others if word != "optional")
    text = f"{{type: {meant.type}{added}}}"
    return f"write {text}", text


_REQUIRED: Final = {
    **dict.fromkeys(
        ("required", "mandatory", "always", "yes", "on", "true", "y", "x", "1"), "true"
    ),
    **dict.fromkeys(("optional", "never", "no", "off", "false", "n", "0"), "false"),
}
_BOOLEANS: Final = {
    **dict.fromkeys(("yes", "on", "true", "y", "x"), "true"),
    **dict.fromkeys(("no", "off", "false", "n"), "false"),
}
