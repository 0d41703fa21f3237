"""Rules that are functions in the modules of a package, as in lint and diff.

A rule's name is that of its function, its documentation (which ``typewriter explain`` prints)
the function's docstring.  There is no list of rules: every module of the package is imported.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

from .diagnostics import Code, Severity


class _Coded(Protocol):
    @property
    def code(self) -> Code: ...


Rule = TypeVar("Rule", bound=_Coded)


class Registry(Generic[Rule]):
    """The rules that the modules of ``package`` add, each as its module is imported."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._added: list[Rule] = []

    def add(self, rule: Rule) -> None:
        """Register a rule."""
        self._added.append(rule)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, by number."""
        for module in pkgutil.iter_modules(import_module(self._package).__path__):
            import_module(f"{self._package}.{module.name}")
        return tuple(sorted(self._added, key=lambda rule: rule.code.number))


def code_of(check: Callable[..., Any], number: str, severity: Severity) -> Code:
    """The code of the diagnostics that the rule ``check`` reports."""
    assert check.__doc__, "a rule's docstring is its documentation"
    name = check.__name__.replace("_", "-")
    return Code(number, name, inspect.cleandoc(check.__doc__) + "\n", severity)
