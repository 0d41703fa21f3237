"""What the cells Data Type and Permitted Values say of a property, as text and as a schema.

Segment's editor offers the types any, array, object, boolean, integer, number, string and
date-time, and for text either values between bars, ``fall|winter``, or a regular expression
(https://segment.com/docs/protocols/tracking-plan/create/#tracking-plan-columns).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .json_schema import json_type
from .rules import Schema

ANY: Final = "any"
MOMENT: Final = "date-time"
NAMES: Final[Mapping[str, str]] = {
    **{name: name for name in ("array", "object", "boolean", "integer", "number", "string")},
    "null": "null",
    "date-time": MOMENT, "datetime": MOMENT, "timestamp": MOMENT,
    "int": "integer", "float": "number", "double": "number", "decimal": "number",
    "bool": "boolean", "text": "string", "str": "string", "list": "array", "map": "object",
}  # fmt: skip
"""The types in lower case, and what people write for them."""

_SPECIAL: Final = frozenset(r".^$*+?{}[]()")


# --- types -----------------------------------------------------------------------------------


def type_cell(schema: Schema) -> str:
    """The types of a schema, ``any`` if it says none."""
    names = list(dict.fromkeys(_names(schema)))
    return ", ".join(names) if names else ANY


def _names(schema: Schema) -> Iterable[str]:
    types = schema.get("type")
    for keyword in ("anyOf", "oneOf"):
        for member in schema.get(keyword, ()):
            yield from _names(member)
    if types is None and "enum" in schema:
        types = [json_type((value,)) for value in schema["enum"]]
    moment = schema.get("format") == "date-time"
    for name in [types] if isinstance(types, str) else types or ():
        yield MOMENT if moment and name == "string" else name


def type_words(cell: str) -> list[str]:
    """The words of the cell, as they are to be looked up in ``NAMES``."""
    return [_word(each) for each in re.split(r"[,|;/]|\bor\b", cell) if each.strip()]


def _word(text: str) -> str:
    word = text.strip().casefold()
    return MOMENT if re.sub(r"[\s_-]", "", word) == "datetime" else word


# --- permitted values ------------------------------------------------------------------------


def permitted_cell(schema: Schema) -> str:
    """The values between bars, or the pattern."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        pattern: str = schema.get("pattern", "")
        return pattern
    return "|".join(_escaped(value) for value in values if value is not None)


def _escaped(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "".join("\\" + c if c in _SPECIAL or c in "|\\" else c for c in value)


def permitted_values(cell: str) -> list[str] | None:
    """The values between bars; None if the cell is a regular expression."""
    values, value = [], ""
    characters = iter(cell)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "")
            if not escaped or escaped.isalnum():
                return None
            value += escaped
        elif character in _SPECIAL:
            return None
        elif character == "|":
            values.append(value.strip())
            value = ""
        else:
            value += character
    return [*values, value.strip()]
