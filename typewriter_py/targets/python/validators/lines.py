"""Lines of generated code, laid out so that black leaves them alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..literals import WIDTH, exploded, width


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``, one argument a line where it does not fit on one."""

    function: str
    arguments: tuple[str, ...]

    def text(self, indent: int, closing: str = ")") -> str:
        """The call as it stands at ``indent`` columns."""
        line = f"{self.function}({', '.join(self.arguments)}{closing}"
        if indent + width(line) <= WIDTH:
            return line
        return self.exploded(indent, closing)

    def exploded(self, indent: int, closing: str = ")") -> str:
        """The call with one argument a line."""
        return exploded(f"{self.function}(", self.arguments, closing, indent)


Line: TypeAlias = tuple[int, "str | Call"]
"""How deep a line stands, and what it says."""


def call(function: str, *arguments: str) -> Line:
    """A line that calls."""
    return 0, Call(function, arguments)


def deeper(lines: Iterable[Line]) -> list[Line]:
    """The lines one block further in."""
    return [(depth + 1, line) for depth, line in lines]


def branch(condition: str, lines: Iterable[Line]) -> list[Line]:
    """``if``, ``elif``, ``else`` or ``for`` and its block."""
    return [(0, f"{condition}:"), *deeper(lines)]


def only_when(condition: str, lines: list[Line]) -> list[Line]:
    """The lines under a condition; a single plain ``if`` takes it into its own."""
    first = lines[0][1]
    if isinstance(first, str) and first.startswith("if ") and " or " not in first:
        joined = f"if {condition} and {first.removeprefix('if ')}"
        if all(depth for depth, _ in lines[1:]):
            return [(0, joined), *lines[1:]]
    return branch(f"if {condition}", lines)


def laid_out(lines: Iterable[Line], depth: int = 0) -> str:
    """The lines as text, ``depth`` blocks further in."""
    parts: list[str] = []
    for extra, line in lines:
        indent = 4 * (depth + extra)
        text = _fitted(line, indent) if isinstance(line, str) else line.text(indent)
        parts.append(f"{' ' * indent}{text}")
    return "\n".join(parts)


_COMPARISON: Final = re.compile(r"(if|elif) ((?!not )[^()]+(?:\([^()]+\))?) ((?:is|not in) \w+):")


def _fitted(line: str, indent: int) -> str:
    """A line that may be too long: black puts a lone comparison into parentheses then."""
    if indent + len(line) <= WIDTH:
        return line
    found = _COMPARISON.fullmatch(line)
    if not found or " and " in line or " or " in line:
        return line
    space = " " * indent
    joint = " " if len(space) + 5 + len(found[2]) + len(found[3]) <= WIDTH else f"\n{space}    "
    return f"{found[1]} (\n{space}    {found[2]}{joint}{found[3]}\n{space}):"


def tuple_of(*items: str) -> str:
    """A tuple on one line."""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
