"""How to write what somebody meant: in quotes, as a list, as a type of the plan language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ..type_words import FORMAT_OF, TYPE_OF


def quoted(text: str) -> str:
    """``text`` in the quotes that need no escapes, instead of those that it has."""
    for quote in ("'", '"'):
        if len(text) > 1 and text[0] == text[-1] == quote and text[1:-1].count(quote) % 2:
            text = text[1:-1]
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


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
    if lower in FORMAT_OF:
        return Meant(f"write `type: string` and `format: {FORMAT_OF[lower]}`")
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
        if each in TYPE_OF:
            return TYPE_OF[each]
    return None


_LIST: Final = re.compile(
    r"(?:array|list|set)\s*(?:<|\[|\(|\bof\b)\s*(\w+)\s*[>\])]?|(\w+)\s*\[\s*\]"
)
