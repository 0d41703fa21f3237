"""A file's bytes as a syntax tree, or as much of one as possible.

Nothing is ever run.  In a file that this Python cannot parse (a syntax error, another version,
a broken encoding) the statements that cannot be parsed are skipped, and only their words are
searched, so that a call in them is not overlooked.
"""

from __future__ import annotations

import ast
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from .summary import Problem

LARGEST: Final = 5_000_000
"""Bytes; a larger file is data, and its tree would take gigabytes."""

_REPAIRS: Final = 60
_REPAIR_EFFORT: Final = 4_000_000
"""Characters to parse again during repairs."""

_WORD: Final = re.compile(r"[^\W\d]\w*")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_NOT_SENDING: Final = re.compile(r"\s*(?:#|from\b|import\b|def\b|class\b|async\s+def\b)")
_CLAUSES: Final = {"except": "except:", "elif": "elif 1:", "else": "else:", "finally": "finally:"}


@dataclass(slots=True)
class Source:
    """``tree`` is None if nothing can be parsed; ``blind`` are the lines (from 0) that it lacks."""

    text: str
    tree: ast.Module | None = None
    problem: Problem | None = None
    blind: set[int] = field(default_factory=set)

    def give_up(self) -> None:
        """Drops the tree: all lines are searched for words."""
        self.tree = None
        self.blind = set(range(self.text.count("\n") + 1))


class Columns:
    """The positions of nodes, in characters from 1 (``ast`` counts the bytes of UTF-8 from 0)."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def span(self, node: ast.expr) -> tuple[int, int, int]:
        """Line, column and length; a node of several lines is cut at the end of its first."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        start = self._characters(line, node.col_offset)
        end = len(line)
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            end = self._characters(line, node.end_col_offset)
        return node.lineno, start + 1, max(1, end - start)

    @staticmethod
    def _characters(line: str, offset: int) -> int:
        if line.isascii():
            return min(offset, len(line))
        return len(line.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore"))


def parse(data: bytes) -> Source:
    """As much as possible of ``data``, a Python file."""
    text, problem = _decoded(data)
    source = Source(text.replace("\r\n", "\n").replace("\r", "\n"), problem=problem)
    if len(data) > LARGEST:
        size = len(data) / 1_000_000
        source.problem = Problem(1, 1, f"too large to parse ({size:.0f} MB)")
        source.give_up()
        return source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes and `is 1`
        _parse(source)
    return source


def words_in(source: Source, functions: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """The functions that the lines without a tree mention: name, line, column."""
    lines = source.text.split("\n") if source.blind else []
    for number in sorted(source.blind):
        if not _NOT_SENDING.match(lines[number]):
            for found in _WORD.finditer(lines[number]):
                if found[0] in functions:
                    yield found[0], number + 1, found.start() + 1


def _decoded(data: bytes) -> tuple[str, Problem | None]:
    """The text as Python reads it (PEP 263), or else as much of it as possible."""
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace"), Problem(1, 1, "UTF-16, which Python cannot read")
    problem = None
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = data.count(b"\n", 0, error.start) + 1
            problem = Problem(line, 1, f"not valid {error.encoding}")
        else:
            problem = Problem(1, 1, str(error))
        text = data.decode("utf-8-sig", "replace")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problem = problem or Problem(line, 1, "a NUL byte")
        text = text.replace("\0", " ")
    return text, problem


def _parse(source: Source) -> None:
    lines = source.text.split("\n")
    effort = 0
    for _ in range(_REPAIRS):
        try:
            source.tree = ast.parse("\n".join(lines))
            return
        except SyntaxError as error:
            at = max(1, min(error.lineno or 1, len(lines)))
            if source.problem is None:
                message = error.msg.partition(" (<")[0]
                source.problem = Problem(at, max(1, error.offset or 1), message)
            effort += len(source.text)
            if effort > _REPAIR_EFFORT or not _repair(lines, at - 1, error, source.blind):
                break
        except (ValueError, RecursionError, MemoryError):
            source.problem = source.problem or Problem(1, 1, "too deeply nested to parse")
            break
    source.give_up()


def _repair(lines: list[str], at: int, error: SyntaxError, blind: set[int]) -> bool:
    """Removes the statement that cannot be parsed; False if that has been tried."""
    if isinstance(error, IndentationError) and "expected an indented block" in error.msg:
        before = [index for index in range(at) if lines[index].strip()]
        at = before[-1] if before and at not in blind else at
        new = _indent(lines[at]) + "pass"
    else:
        new = _indent(lines[at]) + _substitute(lines[at].strip())
    if at in blind:
        new = ""
    if lines[at] == new:
        return False
    lines[at] = new
    blind.add(at)
    return True


def _substitute(statement: str) -> str:
    """A statement that opens a block as ``statement`` does, or else does nothing."""
    if not statement.endswith(":"):
        return "pass"
    first = _WORD.match(statement)
    return _CLAUSES.get(first[0] if first else "", "if 1:")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
