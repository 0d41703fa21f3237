"""What a cell or a schema means by a type: ``string|null``, ``list<int>``, ``ISO 8601``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ..plan.type_words import FORMAT_OF, TYPE_OF

ANY: Final = "any"
MOMENT: Final = "date-time"
NAMES: Final[Mapping[str, str]] = {
    **TYPE_OF,
    "currency": "number",  # of a column of a table; in a plan it could be a code as well
    **dict.fromkeys((ANY, "mixed", "enum", "*"), ANY),
}
"""The types in lower case, and what people write instead."""

FORMATS: Final[Mapping[str, str]] = FORMAT_OF
"""What people write for strings of a format, and the format."""

_FORMAT_NAMES: Final[Mapping[str, str]] = {
    **{re.sub("[^a-z0-9]", "", name): format for name, format in FORMATS.items()},
    "iso8601datetime": MOMENT, "isodatetime": MOMENT, "rfc3339": MOMENT,
}  # fmt: skip
"""What people write for a format, in lower case, letters and digits only."""

_SIZE: Final = re.compile(r"\(\s*\d[\d\s.,]*\)")  # varchar(255), decimal(10,2)
_ITEMS: Final = (
    re.compile(r"(?:array|list)\s*(?:of\s|[<(\[])\s*(?P<type>[^<>()\[\]]+?)\s*[>)\]]?", re.I),
    re.compile(r"(?P<type>[\w\s-]+?)\s*\[\]"),
)
"""``array of strings``, ``list<string>``, ``string[]``."""


class Meaning(NamedTuple):
    """What a name of types means: ``types``, none for any, strings of ``format``, arrays of
    ``items``."""

    types: tuple[str, ...]
    format: str | None = None
    items: Meaning | None = None


def meaning(text: str) -> Meaning | None:
    """What ``float``, ``datetime``, ``string|null`` or ``list<int>`` mean; None if unknown."""
    of_items = item_types(text)
    if of_items is not None:
        inner = meaning(of_items)
        return None if inner is None else Meaning(("array",), items=inner)
    words = type_words(text)
    names = ["string" if word in FORMATS else NAMES.get(word) for word in words]
    if not names or None in names:
        return None
    formats = {FORMATS.get(word) for word, name in zip(words, names, strict=True) if name != "null"}
    types = () if ANY in names else tuple(dict.fromkeys(filter(None, names)))
    return Meaning(types, formats.pop() if types and len(formats) == 1 else None)


def format_meant(text: str) -> str | None:
    """The format that ``DateTime``, ``url`` or ``guid`` mean; None if unknown."""
    return _FORMAT_NAMES.get(re.sub("[^a-z0-9]", "", text.casefold()))


def type_words(cell: str) -> list[str]:
    """The words of a cell, as keys of ``NAMES`` and ``FORMATS``."""
    cell = _SIZE.sub("", cell)
    return [_word(each) for each in re.split(r"[,|;/]|\bor\b", cell) if each.strip()]


def item_types(cell: str) -> str | None:
    """The type of items in a cell such as ``array of strings``; None if it is not of that form."""
    found = (form.fullmatch(cell.strip()) for form in _ITEMS)
    return next((each["type"] for each in found if each), None)


def _word(text: str) -> str:
    word = text.strip().casefold()
    if re.sub(r"[\s_-]", "", word) == "datetime":
        return MOMENT
    one = word.removesuffix("s")
    return one if word not in NAMES and (one in NAMES or one in FORMATS) else word
