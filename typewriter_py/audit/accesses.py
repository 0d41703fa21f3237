"""Calls that are one more way to write ``x.name``, or to import."""

from __future__ import annotations

import ast
import re
from typing import Final

from .patterns import constant

IMPORTERS: Final = frozenset(
    """import_module __import__ importorskip import_string import_from_string import_object
    resolve_name""".split()
)
"""Functions that give a module, or something in one, by its dotted name."""

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
    """Whether a call means something that is named in it."""
    inner = name_of(node.func.func) if isinstance(node.func, ast.Call) else ""
    name = name_of(node.func)
    return bool(node.args) and (
        name in _ATTRIBUTES or name in IMPORTERS or inner in GETTERS or is_lookup(node)
    )


def is_module(text: str) -> bool:
    """Whether it may name a module, or something in one."""
    return _MODULE.fullmatch(text) is not None


def imported(text: str, node: ast.Call) -> str:
    """What an import by a dotted name leads to: a relative one is so to its second argument."""
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
    """Whether it is a mapping of names to what they mean."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in _NAMESPACES
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr == "__dict__" or (node.attr == "modules" and name_of(node.value) == "sys")


def is_lookup(node: ast.Call) -> bool:
    """Whether it asks such a mapping for a name."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in _LOOKUPS:
        return False
    return bool(node.args) and is_namespace(function.value)
