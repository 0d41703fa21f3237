"""JSON values: which are equal, which strings have a format, how messages quote them.

Equality and formats come from the library, so that a plan's own values are checked as the
values in messages are.
"""

from __future__ import annotations

from typing import Any, Final

from typewriter_client.rules.formats import FORMATS
from typewriter_client.rules.json_types import identity, is_multiple
from typewriter_client.rules.patterns import compiled

from ..util import shortened
from .model import Json

__all__ = [
    "FORMATS",
    "LONG",
    "compiled",
    "describe",
    "identity",
    "is_day",
    "is_multiple",
    "plain",
    "same",
]

is_day: Final = FORMATS["date"]
"""Whether a string is a date of the calendar: 2026-01-31."""


def same(one: Json, two: Json) -> bool:
    """Equality as in JSON Schema: 1 is 1.0, true is not 1, at any depth."""
    return identity(one) == identity(two)


def plain(value: Any) -> Any:
    """The same value as plain data, without its locations in the YAML."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case tuple():
            return tuple(map(plain, value))
        case _:
            return value


LONG: Final = 240
"""Characters to show of a value that is lost otherwise: somebody may have to write it again."""


def describe(value: Any, most: int = 60) -> str:
    """A value for people: JSON on one line, cut to ``most`` characters if it is longer."""
    from json import dumps

    return shortened(dumps(value, ensure_ascii=False), most)
