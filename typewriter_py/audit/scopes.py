"""The scopes of one module, and what its names are bound to in each.

Nothing is judged by the order of statements: a name means everything that it is ever bound
to in its scope, so that ``try: from … import send`` with an ``except`` that sets it to None
still leads to the function.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What opens a scope; comprehensions and lambdas do as functions."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class How(Enum):
    """How an expression that a name is bound to gives its value."""

    VALUE = "value"
    ELEMENT = "element"  # of what is iterated over
    INSTANCE = "instance"  # of the annotation


class Bound(NamedTuple):
    """An expression that gives a name its value, and where that expression stands."""

    expression: ast.expr
    scope: Scope
    how: How = How.VALUE


@dataclass(slots=True)
class Scope:
    """One scope: ``path`` is its own (``@`` for the module, ``@.Tracker`` for a class).

    ``free`` are the names that are ``global`` or ``nonlocal`` here, each with its scope.
    """

    kind: Kind
    path: str
    parent: Scope | None = None
    names: dict[str, list[str | Bound]] = field(default_factory=dict)
    free: dict[str, Scope] = field(default_factory=dict)
    returns: list[Bound] = field(default_factory=list)
    bases: list[Bound] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    property: bool = False

    def bind(self, name: str, meaning: str | Bound | None) -> None:
        """Adds a meaning of ``name``; None: it is bound here to what cannot be known."""
        scope = self.free.get(name, self)
        known = scope.names.setdefault(name, [])
        if meaning is not None:
            known.append(meaning)

    def find(self, name: str) -> list[str | Bound] | None:
        """All that ``name`` may mean here; None: nothing in this module binds it."""
        scope: Scope | None = self
        while scope is not None:
            visible = scope is self or scope.kind is not Kind.CLASS
            if visible and name in scope.names and name not in scope.free:
                return scope.names[name]
            scope = scope.parent
        return None

    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def function(self) -> Scope | None:
        """The function that this is, or stands in; None outside of any."""
        scope: Scope | None = self
        while scope is not None and scope.kind is not Kind.FUNCTION:
            scope = scope.parent
        return scope

    def owner(self) -> Scope | None:
        """The class whose method this is, or stands in; None outside of any."""
        scope: Scope | None = self
        while scope is not None and scope.kind is not Kind.CLASS:
            scope = scope.parent
        return scope
