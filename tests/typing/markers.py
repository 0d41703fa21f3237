"""Errors that are marked in a Python file, and whether a checker finds exactly those.

A comment ``# E: kind "word"`` marks the argument, or imported name, that begins on its line.
At the end of a call on one line it marks the last argument, or the call if something is
missing.  The words in quotes must be in the checker's message.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checkers import Finding

Location = tuple[int, int]
"""Line from 1, column from 1."""

_MARK = re.compile(r"  # E: (?P<kind>.*)")
_WORD = re.compile(r'"([^"]+)"')
_AT_THE_STATEMENT = ("call-arg", "misc", "attr-defined")
"""mypy's codes for unknown names: it names them, but reports the location of the call."""


@dataclass(frozen=True)
class Fault:
    """A mark, the span of the code that it is about, and the start of its statement."""

    kind: str
    start: Location
    end: Location
    statement: Location

    @property
    def words(self) -> Sequence[str]:
        """The words that the message must contain."""
        return _WORD.findall(self.kind)

    def has(self, finding: Finding) -> bool:
        """Whether an error is at this fault."""
        location = finding.line, finding.column
        if self.start <= location < self.end:
            return True
        return (
            location == self.statement and finding.code in _AT_THE_STATEMENT and self.names(finding)
        )

    def names(self, finding: Finding) -> bool:
        """Whether an error's message says the words."""
        return all(word in finding.message for word in self.words)

    def __str__(self) -> str:
        return f"line {self.start[0]}: {self.kind}"


def faults(source: str) -> list[Fault]:
    """The faults that the comments of ``source`` mark."""
    tree = ast.parse(source)
    return [
        Fault(mark["kind"], *_marked(tree, number, mark["kind"]))
        for number, line in enumerate(source.splitlines(), 1)
        if (mark := _MARK.search(line))
    ]


def _marked(tree: ast.Module, line: int, kind: str) -> tuple[Location, Location, Location]:
    """Start and end of the code that a mark on ``line`` is about, and of its statement."""
    (statement,) = (each for each in _statements(tree) if _spans(each, line))
    parts = [part for part in _parts(statement) if part.lineno == line]
    missing = statement.lineno == line and kind.startswith("missing")
    chosen = parts[-1] if parts and not missing else statement
    return _start(chosen), _end(chosen), _start(statement)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    for statement in tree.body:
        if isinstance(statement, ast.If):
            yield from statement.body
        else:
            yield statement


def _parts(statement: ast.stmt) -> Iterator[ast.expr | ast.keyword | ast.alias]:
    if isinstance(statement, ast.ImportFrom):
        yield from statement.names
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from statement.value.args
        yield from statement.value.keywords


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or 0)


def _start(node: ast.stmt | ast.expr | ast.keyword | ast.alias) -> Location:
    return node.lineno, node.col_offset + 1


def _end(node: ast.stmt | ast.expr | ast.keyword | ast.alias) -> Location:
    return node.end_lineno or 0, (node.end_col_offset or 0) + 1


def mistakes(
    faults: Iterable[Fault], findings: Sequence[Finding], blind: tuple[str, ...] = ()
) -> Iterator[str]:
    """How a checker's findings and the marks differ: missed errors, and unexpected ones.

    ``blind`` are prefixes of the kinds that it may miss.
    """
    left = list(findings)
    for fault in faults:
        found = [finding for finding in findings if fault.has(finding)]
        left = [finding for finding in left if finding not in found]
        if not found and not fault.kind.startswith(blind):
            yield f"accepted: {fault}"
        elif found and not any(fault.names(finding) for finding in found):
            yield f"not named: {fault}, but {'; '.join(map(str, found))}"
    for finding in left:
        yield f"not marked: {finding}"
