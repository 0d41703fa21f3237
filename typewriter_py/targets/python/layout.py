"""Statements as black would leave them, for the few lines that get too long for our shapes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ..wrapping import width
from .literals import WIDTH

_LONE_STRING: Final = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?""")


def settled(statement: str, indent: int = 0) -> str:
    """``statement`` laid out for a place ``indent`` columns in.

    As it is where each of its lines fits or is a mere string; black lays out the rest, which
    costs a hundred times as much, and is imported only then.
    """
    room = WIDTH - indent
    plain = statement.isascii()
    if plain and len(statement) <= room:
        return statement
    lines = statement.split("\n")
    if plain and max(map(len, lines)) <= room:
        return statement
    if all(width(line) <= room or _LONE_STRING.fullmatch(line) for line in lines):
        return statement
    return _by_black(statement, room)


def opened(opening: str) -> str:
    """The first lines of a class or function, up to the colon."""
    return settled(opening + "\n    pass").removesuffix("\n    pass")


@lru_cache(maxsize=1 << 12)
def _by_black(statement: str, room: int) -> str:
    import black

    return black.format_str(statement, mode=black.Mode(line_length=max(room, 1))).rstrip("\n")


def indented(code: str, indent: int) -> str:
    """``code`` with every line but the first ``indent`` columns in."""
    return code.replace("\n", "\n" + " " * indent) if "\n" in code else code
