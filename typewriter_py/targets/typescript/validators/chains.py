"""Statements of generated checks: calls one after the other, each if the last found no fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..layout import SOFT, WIDTH, Doc, Group, Indent, bracketed, printed


class Call(NamedTuple):
    """A call of a ``Place``'s method; arguments are source."""

    method: str
    arguments: tuple[str, ...] = ()


def statement(calls: Sequence[Call]) -> str:
    """``given.required("total")?.number();`` in a function's body."""
    flat = "?.".join([f"{method}({', '.join(arguments)})" for method, arguments in calls])
    line = f"  given.{flat};"
    if line.isascii() and len(line) <= WIDTH:  # as most do: no need to lay it out
        return line
    parts = [_call(call, "?." if number else ".") for number, call in enumerate(calls)]
    if len(parts) == 1:
        return "  " + printed(("given", parts[0], ";"), 2)
    inside: list[Doc] = []
    for part in parts:
        inside += [SOFT, part]
    return "  " + printed(Group(("given", Indent(tuple(inside)), ";")), 2)


def _call(call: Call, link: str) -> Doc:
    return bracketed(f"{link}{call.method}(", call.arguments, ")")


def function(name: str, statements: Sequence[str], doc: str = "") -> str:
    """A check."""
    head = f"{doc}\n" if doc else ""
    lines = "\n".join(statements)
    opening = printed(bracketed(f"function {name}(", ["given: Place"], "): void {"))
    return f"{head}{opening}\n{lines}\n}}"
