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
    "null": "null", ANY: ANY,
    "int": "integer", "float": "number", "double": "number", "decimal": "number",
    "long": "integer", "bigint": "integer", "numeric": "number", "currency": "number",
    "bool": "boolean", "text": "string", "str": "string", "varchar": "string", "char": "string",
    "list": "array", "map": "object", "dict": "object", "json": "object", "enum": ANY,
}  # fmt: skip
"""The types in lower case, and what people write for them."""

FORMATS: Final[Mapping[str, str]] = {
    MOMENT: MOMENT, "datetime": MOMENT, "timestamp": MOMENT, "date": "date", "time": "time",
    "email": "email", "e-mail": "email", "uuid": "uuid", "guid": "uuid", "url": "uri", "uri": "uri",
}  # fmt: skip
"""What people write for text of a format, and the format."""

_SPECIAL: Final = frozenset(r".^$*+?{}[]()")
_SEPARATORS: Final = ",;\n"
"""What stands between values where there are no bars."""

_SIZE: Final = re.compile(r"\(\s*\d[\d\s.,]*\)")  # varchar(255), decimal(10,2)
_ITEMS: Final = (
    re.compile(r"(?:array|list)\s*(?:of\s|[<(\[])\s*(?P<type>[^<>()\[\]]+?)\s*[>)\]]?", re.I),
    re.compile(r"(?P<type>[\w\s-]+?)\s*\[\]"),
)
"""``array of strings``, ``list<string>``, ``string[]``."""


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
    """The words of the cell, as they are to be looked up in ``NAMES`` and ``FORMATS``."""
    cell = _SIZE.sub("", cell)
    return [_word(each) for each in re.split(r"[,|;/]|\bor\b", cell) if each.strip()]


def item_types(cell: str) -> str | None:
    """What a cell that names a list says of its items; None if it names none."""
    found = (form.fullmatch(cell.strip()) for form in _ITEMS)
    return next((each["type"] for each in found if each), None)


def _word(text: str) -> str:
    word = text.strip().casefold()
    if re.sub(r"[\s_-]", "", word) == "datetime":
        return MOMENT
    one = word.removesuffix("s")
    return one if word not in NAMES and (one in NAMES or one in FORMATS) else word


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
    return "".join("\\" + c if c in _SPECIAL or c in "|\\" + _SEPARATORS else c for c in value)


def permitted_values(cell: str) -> list[str] | None:
    """The values between bars, or what else people put between them; None if the cell is a
    regular expression."""
    between = separators(cell)
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
        elif character in between:
            values.append(value.strip())
            value = ""
        else:
            value += character
    values.append(value.strip())
    return values if between == "|" else [each for each in values if each]


def separators(cell: str) -> str:
    """The characters that stand between the values of a cell."""
    return "|" if "|" in re.sub(r"\\.", "", cell) else _SEPARATORS
