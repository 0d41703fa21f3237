"""Which rules run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from .registry import Rule, rules
from .scene import ALL

DEFAULT: Final = "default"


def chosen(select: Collection[str] = (DEFAULT,), ignore: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules that ``select`` names, without those that ``ignore`` names.

    Names, numbers, ``default`` for all that run by themselves, ``all`` for all there are.
    """
    return tuple(rule for rule in rules() if _in(rule, select) and not _in(rule, ignore))


def _in(rule: Rule, words: Collection[str]) -> bool:
    if ALL in words or (DEFAULT in words and rule.default):
        return True
    return any(word in words for word in rule.words)
