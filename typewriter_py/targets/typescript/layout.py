"""Source formatted in lines of 80 columns, as prettier does it (after Wadler, "A prettier
printer").

A ``Doc`` is text with possible line breaks.  A group that fits stays on one line; in one that
does not, all its breaks end the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..comments import width

WIDTH: Final = 80
_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Put on one line if it fits."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Indent:
    """Its lines are indented one level further."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Hang:
    """Follows a space, or is on the next line if its beginning does not fit."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Either:
    """One thing if the group is broken, another if it is flat."""

    broken: Doc
    flat: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Items, as many per line as fit, each with its comma."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """A possible line break: ``flat`` if the line does not end; it always ends if that is None."""

    flat: str | None


Doc: TypeAlias = "str | tuple[Doc, ...] | Group | Indent | Hang | Either | Fill | End"

LINE: Final = End(" ")
SOFT: Final = End("")
HARD: Final = End(None)


def joined(separator: Doc, docs: Iterable[Doc]) -> Doc:
    """``docs`` with ``separator`` between them."""
    parts: list[Doc] = []
    for doc in docs:
        parts += [separator, doc] if parts else [doc]
    return tuple(parts)


def bracketed(opening: str, docs: Sequence[Doc], closing: str, comma: bool = True) -> Doc:
    """Items in brackets, on one line or on one each."""
    if not docs:
        return opening + closing
    last = Either(",", "") if comma else ""
    return Group((opening, Indent((SOFT, joined((",", LINE), docs))), last, SOFT, closing))


def named(opening: str, names: Sequence[str], closing: str) -> str:
    """A statement with names in braces: ``import type { A, B } from "./types";``."""
    inside = (LINE, joined((",", LINE), names))
    return printed(Group((opening + "{", Indent(inside), Either(",", ""), LINE, "}" + closing)))


def array(docs: Sequence[Doc], numbers: bool, lists: bool) -> Doc:
    """An array literal: numbers fill the lines, several lists are on a line each."""
    if numbers and len(docs) > 1:
        items = tuple(f"{doc}," for doc in docs[:-1])
        last = Either(f"{docs[-1]},", str(docs[-1]))
        return Group(("[", Indent((SOFT, Fill(items), LINE, last)), SOFT, "]"))
    if lists:
        return ("[", Indent((HARD, joined((",", HARD), docs), ",")), HARD, "]")
    return bracketed("[", docs, "]")


def exploded_object(docs: Sequence[Doc]) -> Doc:
    """An object literal, one entry per line; ``{}`` if there are none."""
    if not docs:
        return "{}"
    return ("{", Indent((HARD, joined((",", HARD), docs), ",")), HARD, "}")


def printed(doc: Doc, indent: int = 0) -> str:
    """``doc`` as text that is indented by ``indent``, except for its first line."""
    out: list[str] = []
    column = indent
    stack: list[tuple[int, bool, Doc]] = [(indent, False, doc)]
    while stack:
        level, flat, part = stack.pop()
        match part:
            case str():
                out.append(part)
                column += width(part)
            case tuple():
                stack += [(level, flat, each) for each in reversed(part)]
            case Indent():
                stack.append((level + _STEP, flat, part.inside))
            case Group():
                fits = flat or _fits(part.inside, stack, WIDTH - column)
                stack.append((level, fits, part.inside))
            case Hang():
                rest = [*stack, (level, False, part.inside)]
                fits = flat or _fits(" ", rest, WIDTH - column)
                end = " " if fits else "\n" + " " * (level + _STEP)
                out.append(end)
                column = column + 1 if fits else level + _STEP
                stack.append((level if fits else level + _STEP, flat, part.inside))
            case Either():
                stack.append((level, flat, part.flat if flat else part.broken))
            case Fill():
                column = _fill(part, level, flat, column, out)
            case End() if flat and part.flat is not None:
                out.append(part.flat)
                column += len(part.flat)
            case End():
                if out:
                    out[-1] = out[-1].rstrip(" ")
                out.append("\n" + " " * level)
                column = level
    return "".join(out)


def _fill(fill: Fill, level: int, flat: bool, column: int, out: list[str]) -> int:
    for number, item in enumerate(fill.items):
        if number:
            apart = " " if flat or column + 1 + len(item) <= WIDTH else "\n" + " " * level
            out.append(apart)
            column = column + 1 if apart == " " else level
        out.append(item)
        column += len(item)
    return column


def _fits(doc: Doc, rest: Sequence[tuple[int, bool, Doc]], room: int) -> bool:
    """Whether ``doc``, flat, fits with what follows it before the next possible break."""
    todo: list[tuple[bool, Doc]] = [(True, doc)]
    ahead = len(rest)
    while room >= 0:
        if not todo:
            if not ahead:
                return True
            ahead -= 1
            _, flat, part = rest[ahead]
        else:
            flat, part = todo.pop()
        match part:
            case str():
                room -= width(part)
            case tuple():
                todo += [(flat, each) for each in reversed(part)]
            case Hang():
                todo += [(flat, part.inside), (flat, " ")]
            case Indent() | Group():
                todo.append((flat, part.inside))
            case Either():
                todo.append((flat, part.flat if flat else part.broken))
            case Fill():
                room -= sum(map(len, part.items)) + len(part.items) - 1
            case End():
                if not flat:
                    return True
                if part.flat is None:  # a break in any case
                    return False
                room -= len(part.flat)
    return False
