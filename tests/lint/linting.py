"""Short ways to lint a plan and look at what came of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from typewriter_py import catalogue
from typewriter_py.diagnostics import Diagnostic, in_order
from typewriter_py.lint import Request, Settings, chosen, lint
from typewriter_py.plan.load import Loaded, load

TODAY = "2026-01-31"


def findings(
    loaded: Loaded,
    select: Collection[str] = ("default",),
    settings: Settings | None = None,
) -> tuple[Diagnostic, ...]:
    """What is found in a plan that is valid, in order."""
    assert loaded.plan, [each.message for each in loaded.diagnostics]
    rules, settings = chosen(select), settings or Settings(today=TODAY)
    request = Request(rules, settings, loaded.diagnostics, catalogue.words)
    return in_order(each.diagnostic for each in lint(loaded.plan, request))


def in_file(path: Path, select: Collection[str] = ("default",)) -> tuple[Diagnostic, ...]:
    return findings(load(path), select)


def in_text(
    text: str, select: Collection[str] = ("default",), settings: Settings | None = None
) -> list[str]:
    """``line:column CODE message`` of each finding."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.yaml")
        path.write_text(text, encoding="utf-8")
        return list(map(row, findings(load(path), select, settings)))


def row(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    assert span
    return f"{span.line}:{span.column} {diagnostic.code} {diagnostic.message}"
