"""Which texts are one of few permitted ones."""

from __future__ import annotations

import re
from typing import Final

from .texts import Texts
from .vocabulary import is_open

RECURRING: Final = 10
"""How often each permitted value must have come on average."""

_ID_LIKE: Final = re.compile(r"\d{5}|[0-9a-f]{12}", re.IGNORECASE)


def choices(texts: Texts, name: str, samples: int) -> list[str] | None:
    """The values that a place permits, by the alphabet; None if it is no choice among few.

    A value that came once says that others are to come (Good and Turing: the share of what
    has not been seen yet is about that of what has been seen once).
    """
    values = texts.values
    if values is None or len(values) < 2 or is_open(name):
        return None
    if texts.count < max(samples, RECURRING * len(values)) or 1 in values.values():
        return None
    if any(_ID_LIKE.search(value) for value in values):
        return None
    if not all(any(map(str.isalpha, value)) for value in values if value):
        return None  # numbers, or signs
    return sorted(values)
