"""Rules: one function for each kind of change, fed with matched pairs, as buf has them
(https://buf.build/docs/breaking/rules/).

A rule's docstring is what ``typewriter explain`` prints of its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from inspect import cleandoc
from types import UnionType
from typing import Any, Final, NamedTuple, TypeVar, get_args

from ...diagnostics import Code, Severity
from ..model import Finding

_Pair = TypeVar("_Pair")
Judge = Callable[[_Pair], Iterator[Finding]]


class Rule(NamedTuple):
    """A kind of change, and the function that finds it in a pair."""

    kind: Code
    judge: Callable[[Any], Iterator[Finding]]


RULES: Final[dict[type, list[Rule]]] = {}
"""The rules for each type of pair, in the order in which their modules have them."""


def rule(
    pair: type | UnionType, number: str, name: str, *, safe: bool = False
) -> Callable[[Judge[_Pair]], Judge[_Pair]]:
    """Registers a function for pairs of that type, or of those types; ``safe``: what it finds
    breaks nobody."""

    def register(judge: Judge[_Pair]) -> Judge[_Pair]:
        assert judge.__doc__, "a rule's docstring is its documentation"
        severity = Severity.INFO if safe else Severity.WARNING
        kind = Code(number, name, cleandoc(judge.__doc__) + "\n", severity)
        for each in get_args(pair) or (pair,):
            RULES.setdefault(each, []).append(Rule(kind, judge))
        return judge

    return register


@cache
def rules() -> dict[type, list[Rule]]:
    """All rules, their modules imported."""
    for module in ("events", "calls", "properties", "values", "definitions"):
        import_module(f".{module}", __name__)
    return RULES


def codes() -> tuple[Code, ...]:
    """The codes of all rules."""
    return tuple(dict.fromkeys(rule.kind for each in rules().values() for rule in each))
