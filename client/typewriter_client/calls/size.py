"""Measures how large the JSON text of values would be, without producing it.

An object that occurs many times in a value is measured once, although it would be sent every
time: sixty objects, each occurring twice in the next, are more text than any computer has
room for.
"""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ROOM = 32 * 1024
"""How many values a message may have to be built at all, twice as many as fit into one;
larger messages are dropped.  This many characters of a string count as one more value:"""
CHARACTERS = 256
DEEPEST = 100
"""Levels below a message beyond which nesting is cut off."""

_SHORT = frozenset({type(None), bool, int, float})
_ONE = 1, 0
_CUT_OFF = 0, 0
_TOO_MUCH = ROOM + 1, 1
# For an integer beyond 1024 bits, which has 309 digits or more.  Every fiftieth character is
# nearly always enough to rule it out; a string of digits is searched again in vain.
_SOME_DIGITS = re.compile("[0-9]{6}")
_MANY_DIGITS = re.compile("[0-9][0-9]{308}")


def has_room(value: object) -> bool | None:
    """Whether the value is small enough for a message to be built.

    None if it is, but contains itself, is nested too deeply or cannot be measured: then
    only ``values``, which counts as it goes, can convert it to JSON.  The same goes for
    what is not a dict, list or tuple, whose size is not known here.
    """
    size = _Size()
    try:
        if size.of(value) > ROOM:
            return False
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None
    return None if size.is_odd else True


def is_odd(text: str, value: object) -> bool:
    """Whether the JSON text of a member of a message may contain what ``values`` does not
    allow: a number that is too large, or nesting that is too deep."""
    if _SOME_DIGITS.search(text[::50]) and _MANY_DIGITS.search(text):
        return True
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    return _Size().is_deep(value)


class _Size:
    """Measures one value: a lower bound of the values in it, not exact beyond ROOM."""

    def __init__(self) -> None:
        self.is_odd = False  # contains itself, is nested too deeply, has odd keys
        self._known: dict[int, tuple[int, int]] = {}  # size, and height

    def is_deep(self, value: object) -> bool:
        """Whether a member of a message is nested too deeply."""
        self._of(value, 1)
        return self.is_odd

    def of(self, value: object) -> int:
        """The number of values in a message."""
        return self._of(value, 0)[0]

    def _of(self, value: Any, depth: int) -> tuple[int, int]:
        """Its size and its number of levels of containers."""
        kind = type(value)
        if kind in _SHORT:
            return _ONE
        if issubclass(kind, str):
            return 1 + str.__len__(value) // CHARACTERS, 0
        if not issubclass(kind, (dict, list, tuple)):
            return _ONE
        known = self._known.get(id(value))
        if known is None:
            if depth > DEEPEST:
                self.is_odd = True
                return _CUT_OFF
            self._known[id(value)] = _CUT_OFF
            known = self._known[id(value)] = self._container(value, depth + 1)
        elif known is _CUT_OFF or depth + known[1] > DEEPEST + 1:
            self.is_odd = True
        return known

    def _container(self, value: Any, depth: int) -> tuple[int, int]:
        if len(value) > ROOM:
            return _TOO_MUCH
        size, highest = 1, 0
        parts: Iterable[object] = value
        if isinstance(value, dict):
            for key in dict.keys(value):
                if isinstance(key, str):
                    size += str.__len__(key) // CHARACTERS
                else:  # another key may be the same as a string
                    self.is_odd = True
            parts = dict.values(value)
        for part in parts:
            more, height = self._of(part, depth)
            size += more
            if height > highest:
                highest = height
            if size > ROOM:
                return _TOO_MUCH
        return size, highest + 1
