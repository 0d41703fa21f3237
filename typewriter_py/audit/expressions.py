"""What an expression may refer to, as paths: only here is it known which expressions lead on."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from .summary import IMPORTED, OWN, PARAMETER, PATTERN, STARRED, TEXT, UNBOUND

GAP: Final = "*"
"""The part of a pattern that stands for unknown text."""

_DEPTH: Final = 40
_PERCENT: Final = re.compile(r"%[^a-zA-Z%]*[a-zA-Z]")
_BRACES: Final = re.compile(r"\{[^{}]*\}")


def constant(node: ast.expr | None) -> str | None:
    """The string of a literal; None if it is not one."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def pattern(node: ast.expr, known: Callable[[ast.Name], str | None], depth: int = 0) -> str:
    """The text of an expression, ``*`` for unknown parts; ``known`` gives the text of a name."""
    if depth > _DEPTH:
        return GAP
    match node:
        case ast.JoinedStr():
            return "".join(pattern(part, known, depth + 1) for part in node.values)
        case ast.FormattedValue(conversion=-1 | 115, format_spec=None):
            return pattern(node.value, known, depth + 1)
        case ast.BinOp(op=ast.Add()):
            left, right = (pattern(part, known, depth + 1) for part in (node.left, node.right))
            return left + right
        case ast.BinOp(op=ast.Mod()):
            return _PERCENT.sub(GAP, constant(node.left) or GAP)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _BRACES.sub(GAP, constant(text) or GAP)
        case ast.Name():
            return known(node) or GAP
    return constant(node) or GAP


IMPORTERS: Final = frozenset(
    """import_module __import__ importorskip import_string import_from_string import_object
    resolve_name""".split()
)
"""Functions that return a module, or something in one, by its dotted name."""

GETTERS: Final = frozenset({"attrgetter", "methodcaller"})
PARTIALS: Final = frozenset({"partial", "partialmethod"})
_MODULE: Final = re.compile(r"\.*[^\W\d]\w*(?:[.:]\w+)*")
_ATTRIBUTES: Final = frozenset({"getattr", "vars", "getmembers"})
_NAMESPACES: Final = frozenset({"vars", "globals", "locals"})
_LOOKUPS: Final = frozenset({"get", "pop", "setdefault", "__getitem__"})


def name_of(node: ast.expr) -> str:
    """The last name of an expression: ``partial`` of ``functools.partial``; else ""."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def is_access(node: ast.Call) -> bool:
    """Whether a call returns something that is named in it."""
    inner = name_of(node.func.func) if isinstance(node.func, ast.Call) else ""
    name = name_of(node.func)
    return bool(node.args) and (
        name in _ATTRIBUTES or name in IMPORTERS or inner in GETTERS or is_lookup(node)
    )


def is_module(text: str) -> bool:
    """Whether it may name a module, or something in one."""
    return _MODULE.fullmatch(text) is not None


def imported(text: str, node: ast.Call) -> str:
    """The path of an import by dotted name; a relative name is relative to the second argument."""
    top = name_of(node.func) == "__import__" and not node.keywords and len(node.args) < 4
    anchor = node.args[1] if len(node.args) > 1 else None
    anchor = next((each.value for each in node.keywords if each.arg == "package"), anchor)
    name = text.lstrip(".").replace(":", ".")
    dots, base = len(text) - len(text.lstrip(".")), constant(anchor)
    if dots and base:
        parts = base.split(".")
        return ".".join([*parts[: len(parts) + 1 - dots], name])
    if dots:
        return f"{'.' * dots}:{name}"
    return name.partition(".")[0] if top else name


def is_namespace(node: ast.expr) -> bool:
    """Whether it is a mapping of names to their values."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in _NAMESPACES
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr == "__dict__" or (node.attr == "modules" and name_of(node.value) == "sys")


def is_lookup(node: ast.Call) -> bool:
    """Whether it looks up a name in such a mapping."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in _LOOKUPS:
        return False
    return bool(node.args) and is_namespace(function.value)


class ScopeKind(Enum):
    """What opens a scope; comprehensions and lambdas count as functions."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class How(Enum):
    """How an expression that a name is bound to gives its value."""

    VALUE = "value"
    ELEMENT = "element"  # of what is iterated over
    INSTANCE = "instance"  # of the annotation


class Bound(NamedTuple):
    """An expression that gives a name its value, and the scope of that expression."""

    expression: ast.expr
    scope: Scope
    how: How = How.VALUE


@dataclass(slots=True)
class Scope:
    """One scope: ``path`` is its own (``@`` for the module, ``@.Tracker`` for a class).

    ``free`` are the names that are ``global`` or ``nonlocal`` here, each with its scope.
    """

    kind: ScopeKind
    path: str
    parent: Scope | None = None
    names: dict[str, list[str | Bound]] = field(default_factory=dict)
    free: dict[str, Scope] = field(default_factory=dict)
    returns: list[Bound] = field(default_factory=list)
    bases: list[Bound] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    property: bool = False

    def bind(self, name: str, value: str | Bound | None) -> None:
        """Adds a value of ``name``; None: it is bound here to something unknown."""
        scope = self.free.get(name, self)
        known = scope.names.setdefault(name, [])
        if value is not None:
            known.append(value)

    def find(self, name: str) -> list[str | Bound] | None:
        """All values that ``name`` may have here; None if nothing in this module binds it."""
        scope: Scope | None = self
        while scope is not None:
            visible = scope is self or scope.kind is not ScopeKind.CLASS
            if visible and name in scope.names and name not in scope.free:
                return scope.names[name]
            scope = scope.parent
        return None

    def enclosing(self, kind: ScopeKind) -> Scope | None:
        """The innermost scope of that kind, this one or one around it; None if there is none."""
        scope: Scope | None = self
        while scope is not None and scope.kind is not kind:
            scope = scope.parent
        return scope


MOST: Final = 8
"""Paths of one expression; more are dropped."""

_EFFORT: Final = 500
_LONGEST: Final = 200
_BUILTINS: Final = frozenset(dir(builtins))

_SAME: Final = frozenset({"cast", "staticmethod", "classmethod", "final"})
_WRAPPERS: Final = frozenset({"Optional", "Annotated", "Union", "Final", "ClassVar"})


class Paths:
    """Finds the paths of one module's expressions; ``stars`` are its ``from … import *``."""

    def __init__(self, stars: Sequence[str]) -> None:
        self._stars = stars
        self._known: dict[tuple[int, int], tuple[str, ...]] = {}
        self._open: list[tuple[int, str]] = []
        self._depth = self._effort = 0

    def of(self, node: ast.expr, scope: Scope) -> tuple[str, ...]:
        """All paths of ``node``, the most likely first."""
        key = id(node), id(scope)
        if key in self._known:
            return self._known[key]
        if self._depth > _DEPTH or self._effort > _EFFORT:
            return ()
        self._effort = self._effort + 1 if self._depth else 0
        self._depth += 1
        found = tuple(dict.fromkeys(self._paths(node, scope)))[:MOST]
        self._depth -= 1
        if not self._depth:  # what is found on the way may be cut short by a cycle
            self._known[key] = found
        return found

    def bound(self, bound: Bound) -> Iterator[str]:
        """The paths of a binding."""
        if bound.how is How.INSTANCE:
            yield from self._instances(bound.expression, bound.scope)
        elif bound.how is How.ELEMENT:
            yield from self.elements(bound.expression, bound.scope)
        else:
            yield from self.of(bound.expression, bound.scope)

    def _paths(self, node: ast.expr, scope: Scope) -> Iterable[str]:
        match node:
            case ast.Name():
                return self._name(node.id, scope)
            case ast.Attribute():
                return (f"{path}.{node.attr}" for path in self.of(node.value, scope))
            case ast.Call():
                return self._call(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Constant():
                text = constant(node)
                return (TEXT + text,) if text is not None and len(text) <= _LONGEST else ()
            case ast.JoinedStr() | ast.BinOp():
                return self._composed(node, scope)
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                return self.of(node.value, scope)
            case ast.IfExp():
                return (*self.of(node.body, scope), *self.of(node.orelse, scope))
            case ast.BoolOp():
                return (path for value in node.values for path in self.of(value, scope))
        return ()

    def _name(self, name: str, scope: Scope) -> Iterator[str]:
        values = scope.find(name)
        if values is None:
            if name not in _BUILTINS:
                yield from (f"{star}{STARRED}{name}" for star in self._stars)
                yield UNBOUND + name
            return
        key = id(values), name
        if key in self._open:
            return
        self._open.append(key)
        for value in values:
            yield from (value,) if isinstance(value, str) else self.bound(value)
        self._open.remove(key)

    def _call(self, node: ast.Call, scope: Scope) -> Iterable[str]:
        name, args = name_of(node.func), node.args
        if name == "getattr" and len(args) >= 2:
            return self._attribute(args[0], args[1], scope)
        if name in IMPORTERS and args:
            return self._imported(node, scope)
        if name in PARTIALS and args:
            return () if len(args) + len(node.keywords) > 1 else self.of(args[0], scope)
        if name in _SAME and args:
            return self.of(args[-1], scope)
        if name == "super":
            owner = scope.enclosing(ScopeKind.CLASS)
            return () if owner is None else (f"{owner.path}<",)
        if name == "format" and isinstance(node.func, ast.Attribute):
            return self._composed(node, scope)
        if is_lookup(node):
            assert isinstance(node.func, ast.Attribute)
            return self._entry(node.func.value, args[0], scope)
        if name in ("vars", "getmembers") and args:
            return (f"{path}.__dict__" for path in self.of(args[0], scope))
        if name == "globals":
            return (f"{OWN}.__dict__",)
        if isinstance(node.func, ast.Call) and name_of(node.func.func) in GETTERS and args:
            names = node.func.args[: 1 if name_of(node.func.func) == "methodcaller" else None]
            return (path for each in names for path in self._attribute(args[0], each, scope))
        return (f"{path}()" for path in self.of(node.func, scope) if path[0] != TEXT)

    def _composed(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """Text of several parts; if all of them are known, it is text like any other."""
        text = pattern(node, lambda name: self._only_text(name, scope))
        if text.strip(GAP) and len(text) <= _LONGEST:
            yield f"{PATTERN if GAP in text else TEXT}{text}"

    def _only_text(self, name: ast.Name, scope: Scope) -> str | None:
        """The text of a name that is bound only once, to text."""
        if len(scope.find(name.id) or ()) != 1:
            return None
        found = self.of(name, scope)
        return found[0][1:] if len(found) == 1 and found[0][0] == TEXT else None

    def _texts(self, node: ast.expr, scope: Scope, kinds: str = TEXT) -> list[str]:
        return [path[1:] for path in self.of(node, scope) if path[0] in kinds]

    def _attribute(self, holder: ast.expr, name: ast.expr, scope: Scope) -> Iterator[str]:
        """``getattr``: a known attribute, one of a pattern, or any (``*``)."""
        words = self._texts(name, scope, TEXT + PATTERN)
        for path in self.of(holder, scope) or (f"{UNBOUND}_",):
            yield from (f"{path}.{word}" for word in words or (GAP,))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Iterator[str]:
        if is_namespace(node.value):
            yield from self._entry(node.value, node.slice, scope)
            return
        yield from (f"{path}[]" for path in self.of(node.value, scope))
        yield from self.elements(node.value, scope)

    def _entry(self, namespace: ast.expr, key: ast.expr, scope: Scope) -> Iterator[str]:
        """The value of a name in ``vars(x)``, ``sys.modules`` and the like."""
        texts, words = self._texts(key, scope), self._texts(key, scope, TEXT + PATTERN)
        if isinstance(namespace, ast.Call) and not namespace.args and texts:
            for name in texts:
                yield from self._name(name, scope)
            return
        if isinstance(key, ast.Name) and key.id == "__name__":
            yield OWN
        for path in self.of(namespace, scope):
            if path == "sys.modules":
                yield from filter(is_module, texts)
            elif path.endswith(".__dict__"):
                yield from (path.removesuffix("__dict__") + word for word in words or (GAP,))

    def _imported(self, node: ast.Call, scope: Scope) -> Iterator[str]:
        """What ``import_module("…")`` returns; something unknown if the name is not known here."""
        texts = list(filter(is_module, self._texts(node.args[0], scope)))
        yield from (imported(text, node) for text in texts)
        if not texts:
            yield UNBOUND + IMPORTED

    def elements(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """The elements of a list, tuple, set or dict, or of a name that is bound to one."""
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                for item in node.elts:
                    yield from self.of(item, scope)
            case ast.Dict():
                for value in node.values:
                    yield from self.of(value, scope)
            case ast.Name():
                for bound in scope.find(node.id) or ():
                    if isinstance(bound, Bound) and not isinstance(bound.expression, ast.Name):
                        yield from self.elements(bound.expression, bound.scope)
                for bound in scope.find(f"{node.id}[]") or ():
                    yield from self.bound(bound) if isinstance(bound, Bound) else (bound,)
            case ast.Call(func=ast.Attribute(value=holder, attr="values" | "copy"), args=[]):
                yield from self.elements(holder, scope)

    def _instances(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """The instances of an annotation: ``Client``, ``"Client | None"``."""
        text = constant(node)
        if text is not None:
            try:
                node = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return
        match node:
            case ast.BinOp(op=ast.BitOr()):
                yield from self._instances(node.left, scope)
                yield from self._instances(node.right, scope)
            case ast.Subscript() if name_of(node.value) in _WRAPPERS:
                inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                for each in inner:
                    if not isinstance(each, ast.Call):  # what Annotated adds
                        yield from self._instances(each, scope)
            case ast.Name() | ast.Attribute():
                for path in self.of(node, scope):
                    if path[0] not in (UNBOUND, PARAMETER, TEXT):
                        yield f"{path}()"
