"""``lint --fix`` and ``lint --add-ignores``: what is found becomes changes of the plan's files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..diagnostics import Diagnostic, Span
from ..output import Change, Comparison
from ..output.write import apply
from ..plan.amend import Amendment, Drop, Silence, Unsilence, amended
from ..plan.files import LIBRARY
from .console import tell
from .linting import Linted, Looked


def fix(looked: Looked) -> list[Diagnostic]:
    """Mends what needs no judgement; what kept a file from being written."""
    wanted = [each for plan in looked.plans if _is_ours(plan) for each in _fixes(plan)]
    return _write(wanted, "fixed", looked.texts)


def add_ignores(looked: Looked) -> list[Diagnostic]:
    """Silences all that is found now, on the event or property that it is about."""
    wanted = [each for plan in looked.plans if _is_ours(plan) for each in _silences(plan)]
    return _write(wanted, "silenced", looked.texts)


def _is_ours(plan: Linted) -> bool:
    """An installed package's files are not the user's to change; that is told."""
    if plan.source.installed and plan.found:
        tell(f"{plan.source.name}: left as it is, for it belongs to an installed package")
    return not plan.source.installed


def _fixes(plan: Linted) -> Iterator[tuple[str, Amendment]]:
    for found in plan.found:
        span = found.diagnostic.span
        if span is None:
            continue
        if found.diagnostic.kind.name == "unused-ignore":
            yield span.file, Unsilence(span)
        for entry in found.remove:
            yield span.file, Drop(span, *entry)


def _silences(plan: Linted) -> Iterator[tuple[str, Amendment]]:
    for found in plan.found:
        span: Span | None = found.subject.span if found.subject else None
        if span is not None and not span.file.startswith(LIBRARY):
            yield span.file, Silence(span, found.diagnostic.kind.name)


def _write(
    wanted: list[tuple[str, Amendment]], done: str, texts: Mapping[str, str]
) -> list[Diagnostic]:
    """Changes the files, each once: plans may share them.  ``texts`` is what was looked at."""
    problems: list[Diagnostic] = []
    by_file: dict[Path, dict[Amendment, None]] = {}
    shown: dict[Path, str] = {}
    for file, amendment in wanted:
        path = Path(os.path.realpath(file))
        shown.setdefault(path, file)
        by_file.setdefault(path, {})[amendment] = None
    for path, amendments in by_file.items():
        old = path.read_bytes().decode("utf-8")
        if old.removeprefix("\ufeff").replace("\r\n", "\n") != texts.get(shown[path]):
            tell(f"{shown[path]}: left as it is, for it has changed meanwhile")
            continue
        made = amended(old, amendments)
        if made.text == old:
            tell(f"{shown[path]}: left as it is, for it could not be changed there alone")
            continue
        change = Change(path.name, old, made.text)
        failed = apply(Comparison(path.parent, (change,)))
        problems += failed
        if not failed:
            count = len(made.done)
            tell(f"{shown[path]}: {done} {count} finding{'s' * (count != 1)}")
    return problems
