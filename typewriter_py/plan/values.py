"""Values as JSON has them: which are equal, which strings are of a format, how they are quoted.

All of it is the library's, which checks messages so: a plan's own values are no exception.
"""

from __future__ import annotations

from typing import Any, Final

from typewriter_client.rules.formats import FORMATS
from typewriter_client.rules.json_types import identity, is_multiple

from .model import Json

__all__ = ["FORMATS", "LONG", "describe", "identity", "is_day", "is_multiple", "plain", "same"]

is_day: Final = FORMATS["date"]
"""Whether a string is a day that the calendar has: 2026-01-31."""


def same(one: Json, two: Json) -> bool:
    """Equality as JSON Schema has it: 1 is 1.0, true is not 1, at any depth."""
    return identity(one) == identity(two)


def plain(value: Any) -> Any:
    """The same value as plain data, without the places where YAML has it."""
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
"""Characters to show of a value that is lost otherwise: a person may have to write it again."""


def describe(value: Any, most: int = 60) -> str:
    """A value for people: as JSON on one line, cut to ``most`` characters where it is longer."""
    from json import dumps

    written = dumps(value, ensure_ascii=False)
    return written if len(written) <= most else f"{written[: most - 1]}…"
