"""What a module uses: every chain of names, noted with its scope as the walk comes by."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, NamedTuple

from .accesses import PARTIALS, is_access, is_lookup, name_of
from .facts import ALIASED, CALLED, OWN, REFERRED
from .patterns import constant
from .scopes import Kind, Scope

_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*[.:]\w+")
_NAMING: Final = frozenset({"patch", "setattr", "delattr", "hasattr", "reload", "spy"})
"""Functions whose first argument is named and not used: mocks, mostly."""


class Noted(NamedTuple):
    """A use to be worked out when all names are bound: ``node`` is its whole chain."""

    node: ast.expr
    scope: Scope
    kind: int
    call: ast.Call | None = None
    skipped: int = 0


class Walker:
    """Walks a module; afterwards ``noted`` has its uses in order, ``scopes`` all named scopes.

    ``methods`` says which method takes which kind of node.
    """

    methods: ClassVar[dict[type[ast.AST], Callable[[Any, Any, Scope], None]]] = {}

    def __init__(self) -> None:
        self.module = Scope(Kind.MODULE, OWN)
        self.scopes = [self.module]
        self.nameless: list[Scope] = []
        self.noted: list[Noted] = []
        self.stars: list[str] = []
        self.texts: list[tuple[ast.Constant, str]] = []

    def visit(self, node: ast.AST, scope: Scope) -> None:
        """Anything: by its own method where it has one, else each of its parts."""
        method = self.methods.get(type(node))
        if method is not None:
            method(self, node, scope)
        else:
            self.each(ast.iter_child_nodes(node), scope)

    def each(self, nodes: Any, scope: Scope) -> None:
        """Several, in order."""
        for node in nodes:
            if node is not None:
                self.visit(node, scope)

    def call(self, node: ast.Call, scope: Scope) -> None:
        """A call of a chain; of the functions that only name something, what they name."""
        name, args = name_of(node.func), node.args
        if is_access(node):
            self.noted.append(Noted(node, scope, REFERRED))
            self.inside(node, scope)
        elif name in PARTIALS and args:
            self.noted.append(Noted(args[0], scope, CALLED, node, 1))
            self.inside(args[0], scope)
            self.each((*args[1:], *node.keywords), scope)
        else:
            self.noted.append(Noted(node.func, scope, CALLED, node))
            self.inside(node.func, scope)
            if _only_names(node.func):
                args = [arg for arg in args[1:] if constant(arg) is None]
            self.each((*args, *node.keywords), scope)

    def chain(self, node: ast.Name | ast.Attribute | ast.Subscript, scope: Scope) -> None:
        """A reference that is no call."""
        if isinstance(node.ctx, ast.Load):
            self.noted.append(Noted(node, scope, REFERRED))
        self.inside(node, scope)

    def text(self, node: ast.Constant, scope: Scope) -> None:
        """``"acme.analytics.order_completed"`` names a function as well as an import does.

        So may ``"order_completed"``, for whoever is given the package to look it up in.
        """
        text = constant(node)
        if text and len(text) < 200 and (text.isidentifier() or _DOTTED.fullmatch(text)):
            self.texts.append((node, text))

    def inside(self, node: ast.expr, scope: Scope) -> None:
        """The rest of a chain that is noted as a whole."""
        match node:
            case ast.Name():
                pass
            case ast.Attribute():
                self.inside(node.value, scope)
            case ast.Subscript():
                self.inside(node.value, scope)
                self.visit(node.slice, scope)
            case ast.Call(func=ast.Attribute(value=namespace)) if is_lookup(node):
                self.inside(namespace, scope)
                self.each((*node.args, *node.keywords), scope)
            case ast.Call(args=[holder, *rest]) if is_access(node):
                if constant(holder) is None:
                    self.inside(holder, scope)
                self.each((*rest, *node.keywords), scope)
            case _:
                self.visit(node, scope)

    def value(self, node: ast.expr, scope: Scope, plain: bool, kind: int = ALIASED) -> None:
        """What is assigned or returned: a chain only gets another name."""
        if plain and is_plain(node):
            self.noted.append(Noted(node, scope, kind))
            self.inside(node, scope)
        else:
            self.visit(node, scope)


def _only_names(function: ast.expr) -> bool:
    name = name_of(function)
    if name == "object" and isinstance(function, ast.Attribute):
        name = name_of(function.value)  # patch.object
    return name in _NAMING


def is_plain(node: ast.expr) -> bool:
    """Whether it is a chain of names alone."""
    return isinstance(node, ast.Name | ast.Attribute)
