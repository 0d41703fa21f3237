"""Text that code puts together: what of it can be known without running anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Final

GAP: Final = "*"
"""What stands in a pattern for text that is not known."""

_DEPTH: Final = 40
_PERCENT: Final = re.compile(r"%[^a-zA-Z%]*[a-zA-Z]")
_BRACES: Final = re.compile(r"\{[^{}]*\}")


def constant(node: ast.expr | None) -> str | None:
    """The text that a literal is."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def pattern(node: ast.expr, known: Callable[[ast.Name], str | None]) -> str:
    """Text of which parts are known, ``*`` for the rest; ``known`` gives that of a name."""
    return _pattern(node, known, 0)


def _pattern(node: ast.expr, known: Callable[[ast.Name], str | None], depth: int) -> str:
    if depth > _DEPTH:
        return GAP
    match node:
        case ast.JoinedStr():
            return "".join(_pattern(part, known, depth + 1) for part in node.values)
        case ast.FormattedValue(conversion=-1 | 115, format_spec=None):
            return _pattern(node.value, known, depth + 1)
        case ast.BinOp(op=ast.Add()):
            left, right = (_pattern(part, known, depth + 1) for part in (node.left, node.right))
            return left + right
        case ast.BinOp(op=ast.Mod()):
            return _PERCENT.sub(GAP, constant(node.left) or GAP)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _BRACES.sub(GAP, constant(text) or GAP)
        case ast.Name():
            return known(node) or GAP
    return constant(node) or GAP
