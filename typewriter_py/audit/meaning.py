"""What an expression may mean, as paths: the only place that knows which expressions lead on."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .facts import OWN, PARAMETER, PATTERN, STARRED, TEXT, UNBOUND
from .scopes import Bound, How, Scope

MOST: Final = 8
"""Meanings of one expression; more are cut."""

_DEPTH: Final = 40
_EFFORT: Final = 500
_LONGEST: Final = 200
_BUILTINS: Final = frozenset(dir(builtins))
_GAP: Final = "*"
_PERCENT: Final = re.compile(r"%[^a-zA-Z%]*[a-zA-Z]")
_BRACES: Final = re.compile(r"\{[^{}]*\}")

IMPORTERS: Final = frozenset({"import_module", "__import__"})
ACCESSES: Final = frozenset({"getattr", "vars"})
PARTIALS: Final = frozenset({"partial", "partialmethod"})
_SAME: Final = frozenset({"cast", "staticmethod", "classmethod", "final"})
GETTERS: Final = frozenset({"attrgetter", "methodcaller"})
_WRAPPERS: Final = frozenset({"Optional", "Annotated", "Union", "Final", "ClassVar"})


def name_of(node: ast.expr) -> str:
    """The last name of an expression: ``partial`` of ``functools.partial``; else ""."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def constant(node: ast.expr | None) -> str | None:
    """The text that a literal is."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def pattern(node: ast.expr) -> str | None:
    """Text of which parts are known, ``*`` for the rest; None where no part is."""
    text = _pattern(node, 0)
    return None if not text.strip(_GAP) else text


def _pattern(node: ast.expr, depth: int) -> str:
    if depth > _DEPTH:
        return _GAP
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part, depth + 1) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _pattern(node.left, depth + 1) + _pattern(node.right, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _PERCENT.sub(_GAP, constant(node.left) or _GAP)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        text = constant(node.func.value) if node.func.attr == "format" else None
        return _BRACES.sub(_GAP, text or _GAP)
    return constant(node) or _GAP


class Meanings:
    """Works out expressions of one module; ``stars`` are its ``from … import *``."""

    def __init__(self, stars: Sequence[str]) -> None:
        self._stars = stars
        self._known: dict[tuple[int, int], tuple[str, ...]] = {}
        self._open: list[tuple[int, str]] = []
        self._depth = self._effort = 0

    def of(self, node: ast.expr, scope: Scope) -> tuple[str, ...]:
        """All that ``node`` may mean, most likely first."""
        key = id(node), id(scope)
        if key in self._known:
            return self._known[key]
        if self._depth > _DEPTH or self._effort > _EFFORT:
            return ()
        self._effort = self._effort + 1 if self._depth else 0
        self._depth += 1
        found = tuple(dict.fromkeys(self._paths(node, scope)))[:MOST]
        self._depth -= 1
        if not self._depth:  # what is worked out on the way may be cut short by a circle
            self._known[key] = found
        return found

    def bound(self, bound: Bound) -> Iterator[str]:
        """What a binding gives."""
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
                known = pattern(node)
                return (PATTERN + known,) if known and len(known) <= _LONGEST else ()
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                return self.of(node.value, scope)
            case ast.IfExp():
                return (*self.of(node.body, scope), *self.of(node.orelse, scope))
            case ast.BoolOp():
                return (path for value in node.values for path in self.of(value, scope))
        return ()

    def _name(self, name: str, scope: Scope) -> Iterator[str]:
        meanings = scope.find(name)
        if meanings is None:
            if name not in _BUILTINS:
                yield from (f"{star}{STARRED}{name}" for star in self._stars)
                yield UNBOUND + name
            return
        key = id(meanings), name
        if key in self._open:
            return
        self._open.append(key)
        for meaning in meanings:
            yield from (meaning,) if isinstance(meaning, str) else self.bound(meaning)
        self._open.remove(key)

    def _call(self, node: ast.Call, scope: Scope) -> Iterable[str]:
        name, args = name_of(node.func), node.args
        if name == "getattr" and len(args) >= 2:
            return self._attribute(args[0], args[1], scope)
        if name in IMPORTERS and args:
            return _imported(name, node)
        if name in PARTIALS and args:
            return () if len(args) + len(node.keywords) > 1 else self.of(args[0], scope)
        if name in _SAME and args:
            return self.of(args[-1], scope)
        if name == "super":
            owner = scope.owner()
            return () if owner is None else (f"{owner.path}<",)
        if name == "format" and isinstance(node.func, ast.Attribute):
            known = pattern(node)
            return (PATTERN + known,) if known and len(known) <= _LONGEST else ()
        if name == "vars" and args:
            return (f"{path}.__dict__" for path in self.of(args[0], scope))
        if name == "globals":
            return (f"{OWN}.__dict__",)
        if isinstance(node.func, ast.Call) and name_of(node.func.func) in GETTERS and args:
            return self._attribute(args[0], node.func.args[0], scope) if node.func.args else ()
        return (f"{path}()" for path in self.of(node.func, scope) if path[0] != TEXT)

    def _attribute(self, holder: ast.expr, name: ast.expr, scope: Scope) -> Iterator[str]:
        """``getattr``: a known attribute, one of a pattern, or any (``*``)."""
        words = [path[1:] for path in self.of(name, scope) if path[0] in (TEXT, PATTERN)]
        for path in self.of(holder, scope):
            yield from (f"{path}.{word}" for word in words or (_GAP,))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Iterator[str]:
        key = constant(node.slice)
        for path in self.of(node.value, scope):
            if path == "sys.modules":
                yield from (key,) if key else ()
            elif path.endswith(".__dict__"):
                yield path.removesuffix("__dict__") + (key or _GAP)
            else:
                yield f"{path}[]"
        yield from self.elements(node.value, scope)

    def elements(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """What a display holds, or whatever a name is bound to that is one."""
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                for item in node.elts:
                    yield from self.of(item, scope)
            case ast.Dict():
                for value in node.values:
                    yield from self.of(value, scope)
            case ast.Name():
                for meaning in scope.find(node.id) or ():
                    if isinstance(meaning, Bound) and not isinstance(meaning.expression, ast.Name):
                        yield from self.elements(meaning.expression, meaning.scope)
                for meaning in scope.find(f"{node.id}[]") or ():
                    yield from self.bound(meaning) if isinstance(meaning, Bound) else (meaning,)
            case ast.Call(func=ast.Attribute(value=holder, attr="values" | "copy"), args=[]):
                yield from self.elements(holder, scope)

    def _instances(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        """What an annotation says that a name holds: ``Client``, ``"Client | None"``."""
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


def _imported(name: str, node: ast.Call) -> Iterator[str]:
    """What ``import_module("…")`` and ``__import__("…")`` give, of a constant."""
    text = constant(node.args[0])
    if not text:
        return
    if name == "__import__" and not node.keywords and len(node.args) < 4:
        text = text.partition(".")[0]
    anchor = node.args[1] if len(node.args) > 1 else None
    anchor = next((each.value for each in node.keywords if each.arg == "package"), anchor)
    if text.startswith(".") and constant(anchor):
        base = (constant(anchor) or "").split(".")
        dots = len(text) - len(text.lstrip("."))
        text = ".".join([*base[: len(base) + 1 - dots], text.lstrip(".")])
    elif text.startswith("."):
        dots = len(text) - len(text.lstrip("."))
        text = f"{'.' * dots}:{text.lstrip('.')}"
    yield text
