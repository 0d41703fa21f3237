"""Lines of generated code, laid out so that black leaves them alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ...wrapping import width
from ..literals import WIDTH, exploded


class Call(NamedTuple):
    """``function(arguments)``, one argument a line where it does not fit on one."""

    function: str
    arguments: tuple[str, ...]

    def text(self, indent: int, closing: str = ")") -> str:
        """The call as it stands at ``indent`` columns."""
        line = f"{self.function}({', '.join(self.arguments)}{closing}"
        if indent + width(line) <= WIDTH:
            return line
        return exploded(f"{self.function}(", self.arguments, closing, indent)


Line: TypeAlias = tuple[int, "str | Call"]
"""How deep a line stands, and what it says."""


def call(function: str, *arguments: str) -> Line:
    """A line that calls."""
    return 0, Call(function, arguments)


def branch(condition: str, lines: Iterable[Line]) -> list[Line]:
    """``if``, ``elif``, ``else`` or ``for`` and its block."""
    return [(0, f"{condition}:"), *[(depth + 1, line) for depth, line in lines]]


def only_when(condition: str, lines: list[Line]) -> list[Line]:
    """The lines under a condition; a single plain ``if`` takes it into its own."""
    first = lines[0][1]
    if isinstance(first, str) and first.startswith("if ") and " or " not in first:
        joined = f"if {condition} and {first.removeprefix('if ')}"
        if fits(joined) and all(depth for depth, _ in lines[1:]):
            return [(0, joined), *lines[1:]]
    return branch(f"if {condition}", lines)


def fits(line: str, indent: int = 4) -> bool:
    """Whether a line fits, in the body of a function."""
    return indent + width(line) <= WIDTH


def laid_out(lines: Iterable[Line], depth: int = 0) -> str:
    """The lines as text, ``depth`` blocks further in."""
    parts: list[str] = []
    for extra, line in lines:
        indent = 4 * (depth + extra)
        parts.append(" " * indent + (line if isinstance(line, str) else line.text(indent)))
    return "\n".join(parts)


def tuple_of(*items: str) -> str:
    """A tuple on one line."""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def collected(opening: str, items: Sequence[str], closing: str) -> str:
    """A statement with items between brackets: on one line if they fit, else one a line."""
    line = f"{opening}{', '.join(items)}{closing}"
    return line if fits(line, 0) else exploded(opening, items, closing)
