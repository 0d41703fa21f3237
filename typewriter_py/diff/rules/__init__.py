"""Rules: one function for each kind of change, called with matched pairs, as in buf
(https://buf.build/docs/breaking/rules/).

A rule's docstring is what ``typewriter explain`` prints for its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import UnionType
from typing import Any, Final, NamedTuple, TypeVar, get_args

from ...diagnostics import Code, Severity
from ...registry import Registry, code_of
from ..model import Finding

_Pair = TypeVar("_Pair")
Check = Callable[[_Pair], Iterator[Finding]]


class Rule(NamedTuple):
    """A kind of change, and the function that finds it in a pair of one of ``pairs``."""

    code: Code
    pairs: tuple[type, ...]
    check: Check[Any]


_REGISTRY: Final = Registry[Rule](__name__)


def rule(
    pair: type | UnionType, number: str, *, safe: bool = False
) -> Callable[[Check[_Pair]], Check[_Pair]]:
    """Registers a function for pairs of that type, or of those types; ``safe``: what it finds
    breaks nobody."""

    def register(check: Check[_Pair]) -> Check[_Pair]:
        code = code_of(check, number, Severity.INFO if safe else Severity.WARNING)
        _REGISTRY.add(Rule(code, get_args(pair) or (pair,), check))
        return check

    return register


def rules() -> tuple[Rule, ...]:
    """Every rule, by number."""
    return _REGISTRY.rules


@cache
def rules_by_pair() -> dict[type, list[Rule]]:
    """The rules for each type of pair."""
    found: dict[type, list[Rule]] = {}
    for rule in rules():
        for pair in rule.pairs:
            found.setdefault(pair, []).append(rule)
    return found
