"""Source laid out in lines of 80 columns, as prettier does it (after Wadler, "A prettier
printer").

A ``Doc`` is text with places where a line may end.  A group whose flat form fits stays on its
line; of one that does not, every place ends the line.
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
    """What is on one line if it fits."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Indent:
    """Lines of it begin one step further in."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Hang:
    """What is behind a space, or where its beginning does not fit, on the next line."""

    inside: Doc


@dataclass(frozen=True, slots=True)
class Either:
    """One thing where the group is broken, another where it is flat."""

    broken: Doc
    flat: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Items as many a line as fit, each with what follows it."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """A place where a line may end: ``flat`` where it does not, None: it always ends there."""

    flat: str | None


Doc: TypeAlias = "str | tuple[Doc, ...] | Group | Indent | Hang | Either | Fill | End"

LINE: Final = End(" ")
SOFT: Final = End("")
HARD: Final = End(None)


def joined(separator: Doc, docs: Iterable[Doc]) -> Doc:
    """``docs`` with ``separator`` between each two."""
    parts: list[Doc] = []
    for doc in docs:
        parts += [separator, doc] if parts else [doc]
    return tuple(parts)


def bracketed(opening: str, docs: Sequence[Doc], closing: str, comma: bool = True) -> Doc:
    """Items in brackets: on one line, or each on its own."""
    if not docs:
        return opening + closing
    last = Either(",", "") if comma else ""
    return Group((opening, Indent((SOFT, joined((",", LINE), docs))), last, SOFT, closing))


def named(opening: str, names: Sequence[str], closing: str) -> str:
    """A statement with names in braces: ``import type { A, B } from "./types";``."""
    inside = (LINE, joined((",", LINE), names))
    return printed(Group((opening + "{", Indent(inside), Either(",", ""), LINE, "}" + closing)))


def array(docs: Sequence[Doc], numbers: bool, lists: bool) -> Doc:
    """An array literal: numbers fill the lines, several lists stand on a line each."""
    if numbers and len(docs) > 1:
        items = tuple(f"{doc}," for doc in docs[:-1])
        last = Either(f"{docs[-1]},", str(docs[-1]))
        return Group(("[", Indent((SOFT, Fill(items), LINE, last)), SOFT, "]"))
    if lists:
        return ("[", Indent((HARD, joined((",", HARD), docs), ",")), HARD, "]")
    return bracketed("[", docs, "]")


def exploded_object(docs: Sequence[Doc]) -> Doc:
    """An object literal, one entry a line; nothing in it: ``{}``."""
    if not docs:
        return "{}"
    return ("{", Indent((HARD, joined((",", HARD), docs), ",")), HARD, "}")


def printed(doc: Doc, indent: int = 0) -> str:
    """``doc`` as text that begins ``indent`` columns in, without the first indent."""
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
    """Whether ``doc``, flat, and what follows it up to the next place to break fit."""
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
                if part.flat is None:  # it ends here whatever happens
                    return False
                room -= len(part.flat)
    return False
