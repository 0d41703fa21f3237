"""The columns of a tracking plan in a spreadsheet, and what its cells hold: paths, types, values.

Segment's editor has the columns Name, Description, Status, Data Type and Permitted Values
(https://segment.com/docs/protocols/tracking-plan/create/#tracking-plan-columns) for events and
properties alike, and labels beside an event.  It offers the types any, array, object, boolean,
integer, number, string and date-time, and for text either values between bars,
``fall|winter``, or a regular expression.  What the header of its download says is not
published, save "Allowed Property Values"; so a header is read in any of its likely spellings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .json_schema import json_type
from .rules import Schema

CALL: Final = "Event Type"
EVENT: Final = "Event Name"
VERSION: Final = "Event Version"
ABOUT: Final = "Event Description"
LABELS: Final = "Labels"
PROPERTY: Final = "Property Name"
MEANING: Final = "Property Description"
STATUS: Final = "Property Status"
TYPE: Final = "Property Data Type"
PERMITTED: Final = "Permitted Values"

OWNER: Final = "Owner"
PERSONAL: Final = "PII"
"""Of ours: Segment has no such columns, but analysts keep them, and a plan has words for them."""

COLUMNS: Final = (
    CALL, EVENT, VERSION, ABOUT, LABELS, PROPERTY, MEANING, STATUS, TYPE, PERMITTED,
)  # fmt: skip

ITEMS: Final = "[]"
"""A step of a path: into the items of a list."""

_PLAIN: Final = re.compile(r'[^.\[\]",;\s](?:[^.\[\]",;\n]*[^.\[\]",;\s])?')
_PATH: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",;\n])+|"')
_STEP: Final = re.compile(r'\[\]|\.?(?P<quoted>"(?:[^"\\]|\\.)*")|\.?(?P<plain>[^.\[\]"]+)')


def path_text(steps: Iterable[str | None]) -> str:
    """A path in one cell: ``address.city``, ``products[].sku``; None is a step into items.

    A name with a dot, bracket or quote of its own stands in quotes, as JSON has them.
    """
    found = ""
    for step in steps:
        if step is None:
            found += ITEMS
        else:
            dot = "." if found else ""
            plain = _PLAIN.fullmatch(step)
            found += dot + (step if plain else json.dumps(step, ensure_ascii=False))
    return found


def paths_in(cell: str) -> list[str]:
    """The paths in one cell: people list properties with commas or line ends between them."""
    return [each for each in (found.strip() for found in _PATH.findall(cell)) if each]


def path_steps(text: str) -> list[str | None] | None:
    """The steps of a path; None for what is none (``a..b``, ``products[0]``)."""
    steps: list[str | None] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None or (found[0].startswith(".") != bool(steps) and found[0] != ITEMS):
            return None
        if found[0] == ITEMS:
            if not steps:
                return None
            steps.append(None)
        elif found["quoted"]:
            try:
                steps.append(json.loads(found["quoted"]))
            except ValueError:
                return None
        else:
            steps.append(found["plain"])
        place = found.end()
    return steps or None


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
