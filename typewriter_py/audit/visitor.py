"""One walk over a module's syntax: opens scopes, binds names, notes what is used.

The order of statements does not matter: a name has every value that it is ever bound to in its
scope, so that ``try: from … import send`` with an ``except`` that sets it to None still leads to
the function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, NamedTuple

from .expressions import (
    PARTIALS,
    Bound,
    How,
    Scope,
    ScopeKind,
    constant,
    is_access,
    is_lookup,
    name_of,
)
from .summary import ALIASED, CALLED, HELD, OWN, PARAMETER, REFERRED, RETURNED

_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*[.:]\w+")
_NAMING: Final = frozenset({"patch", "setattr", "delattr", "hasattr", "reload", "spy"})
"""Functions that only name their first argument and do not use it: mostly mocks."""


class Noted(NamedTuple):
    """A use, to be resolved when all names are bound: ``node`` is its whole chain."""

    node: ast.expr
    scope: Scope
    kind: int
    call: ast.Call | None = None
    skipped: int = 0


def _only_names(function: ast.expr) -> bool:
    name = name_of(function)
    if name == "object" and isinstance(function, ast.Attribute):
        name = name_of(function.value)  # patch.object
    return name in _NAMING


_PROPERTIES: Final = frozenset({"property", "cached_property"})


class Visitor:
    """Walks a module; afterwards ``module`` is its scope, ``noted`` its uses in order.

    ``scopes`` are all named scopes; ``methods`` says which method takes which kind of node.
    """

    methods: ClassVar[dict[type[ast.AST], Callable[[Any, Any, Scope], None]]] = {}

    def __init__(self) -> None:
        self.module = Scope(ScopeKind.MODULE, OWN)
        self.scopes = [self.module]
        self.nameless: list[Scope] = []
        self.noted: list[Noted] = []
        self.stars: list[str] = []
        self.texts: list[tuple[ast.Constant, str]] = []

    def visit(self, node: ast.AST, scope: Scope) -> None:
        """Any node: with its own method if there is one, else each of its children."""
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

    # --- what is used ---

    def call(self, node: ast.Call, scope: Scope) -> None:
        """A call of a chain; functions that only name something do not use it."""
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
        """A reference that is not a call."""
        if isinstance(node.ctx, ast.Load):
            self.noted.append(Noted(node, scope, REFERRED))
        self.inside(node, scope)

    def text(self, node: ast.Constant, scope: Scope) -> None:
        """``"acme.analytics.order_completed"`` names a function just as an import does.

        So may ``"order_completed"``, for code that looks it up in the package.
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
        """What is assigned or returned: a plain chain only gets another name."""
        if plain and isinstance(node, ast.Name | ast.Attribute):
            self.noted.append(Noted(node, scope, kind))
            self.inside(node, scope)
        else:
            self.visit(node, scope)

    def forget(self) -> None:
        """Breaks reference cycles: ten thousand trees should not wait for the collector."""
        for scope in (*self.scopes, *self.nameless):
            for values in (scope.names, scope.returns, scope.bases):
                values.clear()

    # --- what binds names ---

    def import_(self, node: ast.Import, scope: Scope) -> None:
        """``import a.b`` binds ``a``."""
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._import(alias, alias.asname or top, alias.name if alias.asname else top, scope)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        """``from .a import b``."""
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self._import(alias, alias.asname or alias.name, f"{module}:{alias.name}", scope)

    def _import(self, alias: ast.alias, name: str, path: str, scope: Scope) -> None:
        scope.bind(name, path)
        if scope.kind is ScopeKind.CLASS:  # whose users have it too
            held = ast.copy_location(ast.Name(name, ast.Load()), alias)
            self.noted.append(Noted(held, scope, HELD))

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        """Binds its name here, its parameters inside; decorators and defaults are used here."""
        inner = self._open(ScopeKind.FUNCTION, node.name, scope)
        decorators = {name_of(each) for each in node.decorator_list}
        inner.property = bool(decorators & _PROPERTIES)
        scope.bind(node.name, inner.path)
        self.each(node.decorator_list, scope)
        self._parameters(node.args, inner, scope)
        if scope.kind is ScopeKind.CLASS and "staticmethod" not in decorators and inner.parameters:
            instance = "" if "classmethod" in decorators else "()"
            inner.names[inner.parameters[0]] = [scope.path + instance]
        if node.returns is not None:
            inner.returns.append(Bound(node.returns, scope, How.INSTANCE))
        self.each(node.body, inner)

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        """Binds its name here; inside is a scope of its own."""
        inner = self._open(ScopeKind.CLASS, node.name, scope)
        metaclasses = [each.value for each in node.keywords if each.arg == "metaclass"]
        inner.bases = [Bound(base, scope) for base in (*node.bases, *metaclasses)]
        scope.bind(node.name, inner.path)
        self.each((*node.decorator_list, *node.bases, *node.keywords), scope)
        self.each(node.body, inner)

    def lambda_(self, node: ast.Lambda, scope: Scope) -> None:
        """A function without a name."""
        inner = self._open(ScopeKind.FUNCTION, f"<{node.lineno}:{node.col_offset}>", scope)
        self._parameters(node.args, inner, scope)
        self.visit(node.body, inner)

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> None:
        """Its targets are its own."""
        inner = Scope(ScopeKind.FUNCTION, scope.path, scope)
        self.nameless.append(inner)
        for generator in node.generators:
            self.visit(generator.iter, inner)
            self._target(generator.target, Bound(generator.iter, inner, How.ELEMENT), inner)
            self.each(generator.ifs, inner)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.each(parts, inner)

    def assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope) -> None:
        """Also with an annotation, also ``self.client = …``."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return
        plain = all(isinstance(target, ast.Name) or _of_self(target, scope) for target in targets)
        local = scope.kind is not ScopeKind.CLASS and isinstance(targets[0], ast.Name)
        if node.value is not None:
            self.value(node.value, scope, plain, ALIASED if local else HELD)
        for target in targets:
            if isinstance(node, ast.AnnAssign):
                self._target(target, Bound(node.annotation, scope, How.INSTANCE), scope)
            self._target(target, Bound(node.value, scope) if node.value else None, scope)

    def for_(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        """Binds its target to the elements."""
        self.visit(node.iter, scope)
        self._target(node.target, Bound(node.iter, scope, How.ELEMENT), scope)
        self.each((*node.body, *node.orelse), scope)

    def with_(self, node: ast.withitem, scope: Scope) -> None:
        """``with Client() as client`` gives the client itself, as in the SDKs."""
        self.visit(node.context_expr, scope)
        if node.optional_vars is not None:
            self._target(node.optional_vars, Bound(node.context_expr, scope), scope)

    def named(self, node: ast.NamedExpr, scope: Scope) -> None:
        """``(client := …)``."""
        self.value(node.value, scope, plain=True, kind=HELD)
        while scope.parent is not None and scope.path == scope.parent.path:
            scope = scope.parent  # out of comprehensions
        self._target(node.target, Bound(node.value, scope), scope)

    def caught(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
        """Binds a name to something unknown."""
        if node.name:
            scope.bind(node.name, None)
        self.each(ast.iter_child_nodes(node), scope)

    def freed(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        """``global client``: the name is the module's, or an enclosing function's."""
        outer = scope.enclosing(ScopeKind.MODULE) if isinstance(node, ast.Global) else scope.parent
        for name in node.names:
            while isinstance(node, ast.Nonlocal) and outer and outer.parent:
                if name in outer.names and outer.kind is ScopeKind.FUNCTION:
                    break
                outer = outer.parent
            if outer is not None:
                scope.free[name] = outer

    def returned(self, node: ast.Return | ast.Yield, scope: Scope) -> None:
        """What the function returns; a fixture or a context manager yields it."""
        if node.value is None:
            return
        function = scope.enclosing(ScopeKind.FUNCTION)
        if function is not None:
            function.returns.append(Bound(node.value, scope))
        self.value(node.value, scope, plain=True, kind=RETURNED)

    def _open(self, kind: ScopeKind, name: str, scope: Scope) -> Scope:
        joint = "/" if scope.kind is ScopeKind.FUNCTION else "."
        inner = Scope(kind, f"{scope.path}{joint}{name}", scope)
        self.scopes.append(inner)
        return inner

    def _parameters(self, args: ast.arguments, inner: Scope, outer: Scope) -> None:
        positional = [*args.posonlyargs, *args.args]
        inner.parameters = [arg.arg for arg in (*positional, *args.kwonlyargs)]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
        defaults += [*args.defaults, *args.kw_defaults]
        for arg, default in zip((*positional, *args.kwonlyargs), defaults, strict=True):
            if arg.annotation is not None:
                inner.bind(arg.arg, Bound(arg.annotation, outer, How.INSTANCE))
            inner.bind(arg.arg, PARAMETER + arg.arg)
            if default is not None:
                inner.bind(arg.arg, Bound(default, outer))
                self.value(default, outer, plain=False)
        for rest in (args.vararg, args.kwarg):
            if rest is not None:
                inner.bind(rest.arg, None)

    def _target(self, target: ast.expr, value: Bound | None, scope: Scope) -> None:
        match target:
            case ast.Name():
                scope.bind(target.id, value)
            case ast.Tuple() | ast.List():
                for part, given in zip(target.elts, _parts(target, value), strict=True):
                    self._target(part, given, scope)
            case ast.Starred():
                self._target(target.value, None, scope)
            case ast.Attribute():
                owner = scope.enclosing(ScopeKind.CLASS)
                if owner is not None and _of_self(target, scope):
                    owner.bind(target.attr, value)
                self.inside(target.value, scope)
            case ast.Subscript():
                if isinstance(target.value, ast.Name) and value is not None:
                    scope.bind(f"{target.value.id}[]", value)
                self.inside(target.value, scope)
                self.visit(target.slice, scope)


def _of_self(target: ast.expr, scope: Scope) -> bool:
    """Whether it is an attribute of ``self`` or ``cls`` in a method."""
    match target:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            function, owner = scope.enclosing(ScopeKind.FUNCTION), scope.enclosing(ScopeKind.CLASS)
            return function is not None and owner is not None
    return False


def _parts(target: ast.Tuple | ast.List, value: Bound | None) -> Sequence[Bound | None]:
    """The value of each part of ``a, b = x, y``."""
    given = value.expression if value else None
    same = isinstance(given, ast.Tuple | ast.List) and len(given.elts) == len(target.elts)
    if value is None or value.how is not How.VALUE or not same:
        return [None] * len(target.elts)
    assert isinstance(given, ast.Tuple | ast.List)
    return [Bound(part, value.scope) for part in given.elts]


_METHODS: Final[Sequence[tuple[Callable[[Any, Any, Scope], None], tuple[type[ast.AST], ...]]]] = (
    (Visitor.import_, (ast.Import,)),
    (Visitor.import_from, (ast.ImportFrom,)),
    (Visitor.function, (ast.FunctionDef, ast.AsyncFunctionDef)),
    (Visitor.class_, (ast.ClassDef,)),
    (Visitor.lambda_, (ast.Lambda,)),
    (Visitor.comprehension, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)),
    (Visitor.assign, (ast.Assign, ast.AnnAssign, ast.AugAssign)),
    (Visitor.for_, (ast.For, ast.AsyncFor)),
    (Visitor.with_, (ast.withitem,)),
    (Visitor.named, (ast.NamedExpr,)),
    (Visitor.caught, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)),
    (Visitor.freed, (ast.Global, ast.Nonlocal)),
    (Visitor.returned, (ast.Return, ast.Yield)),
    (Visitor.call, (ast.Call,)),
    (Visitor.chain, (ast.Name, ast.Attribute, ast.Subscript)),
    (Visitor.text, (ast.Constant,)),
)
Visitor.methods = {node: method for method, nodes in _METHODS for node in nodes}
