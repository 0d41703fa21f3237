"""How to write what somebody meant: in quotes, as a list, as a type of the plan language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple


def quoted(text: str) -> str:
    """``text`` in the quotes that need no escapes, instead of those that it has."""
    for quote in ("'", '"'):
        if len(text) > 1 and text[0] == text[-1] == quote and text[1:-1].count(quote) % 2:
            text = text[1:-1]
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def shortened(text: str, most: int = 60) -> str:
    """``text``, cut to ``most`` characters if it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def separated(text: str) -> list[str]:
    """The values that a string is meant to be: two for ``email, google`` or ``email | google``."""
    words = re.split(r"\s*[,;|/]\s*|\s+or\s+", text.strip(" ()[]").strip(" ,;|/"))
    if len(words) == 1 and re.match(r"-\s", text):
        words = re.split(r"\s*-\s+", text)[1:]
    return [word.strip("\"'“”‘’") for word in words]


def listed(words: Iterable[str]) -> str:
    """The list of ``words``, as a plan writes it."""
    return f"[{', '.join(map(quoted, words))}]"


class Meant(NamedTuple):
    """What a word for a type means: what to write, and the type if it is nothing else."""

    help: str
    type: str | None = None


def type_meant(word: str) -> Meant | None:
    """What is meant by a word that is not a type of the plan language; None if that is unclear."""
    word = word.strip("\"'“”‘’` ")
    lower = word.lower()
    if lower in ("any", "mixed", "unknown", "anything"):
        return Meant("remove it: without a `type`, any value is allowed")
    if lower in ("enum", "enumeration", "choice"):
        return Meant("write `type: string`, and the values under `enum:`")
    if lower.replace("-", "") in _FORMATS:
        format = _FORMATS[lower.replace("-", "")]
        return Meant(f"write `type: string` and `format: {format}`")
    type = _type(lower)
    if type is not None:
        return Meant(f"did you mean `{type}`?", type)
    listed = _LIST.fullmatch(lower)
    if listed:
        items = _type(listed[1] or listed[2] or "") or "string"
        return Meant(f"write `type: array` and `items: {{type: {items}}}`")
    parts = [part.strip("() ") for part in re.split(r"[|,/]|\bor\b|(?=\?$)", lower)]
    types = [_type(part) for part in parts if part not in ("null", "none", "nullable", "?")]
    if types and None not in types:
        written = types[0] if len(types) == 1 else f"[{', '.join(map(str, types))}]"
        null = " and `nullable: true`" if len(types) < len(parts) else ""
        return Meant(f"write `type: {written}`{null}")
    return None


def _type(word: str) -> str | None:
    """The type that a word stands for: itself, a name of another language, its plural."""
    bare = re.sub(r"(8|16|32|64)?(\s*\([\d,\s]*\))?$", "", word)
    for each in (bare, bare.removesuffix("s")):
        if each in TYPES:
            return each
        if each in _TYPE_WORDS:
            return _TYPE_WORDS[each]
    return None


TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")

_LIST: Final = re.compile(
    r"(?:array|list|set)\s*(?:<|\[|\(|\bof\b)\s*(\w+)\s*[>\])]?|(\w+)\s*\[\s*\]"
)
_TYPE_WORDS: Final = {
    **dict.fromkeys(("str", "text", "varchar", "char", "word"), "string"),
    **dict.fromkeys(("int", "long", "bigint", "smallint", "short", "whole number"), "integer"),
    **dict.fromkeys(("float", "double", "decimal", "numeric", "real", "money"), "number"),
    **dict.fromkeys(("bool", "flag", "yes/no", "true/false"), "boolean"),
    **dict.fromkeys(("dict", "dictionary", "map", "json", "struct", "record", "hash"), "object"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("none", "nil"), "null"),
}
_FORMATS: Final = {
    **{each: each for each in ("date", "time", "uuid", "email", "uri", "hostname", "ipv4", "ipv6")},
    **dict.fromkeys(("datetime", "timestamp", "date_time", "iso8601"), "date-time"),
    **dict.fromkeys(("url", "link"), "uri"),
    **dict.fromkeys(("guid",), "uuid"),
    **dict.fromkeys(("ip", "ip address"), "ipv4"),
    **dict.fromkeys(("email address", "mail"), "email"),
}
