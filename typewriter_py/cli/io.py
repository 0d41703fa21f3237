"""What the commands share: findings to stdout, progress to stderr, a plan to its file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import click

from ..diagnostics import Diagnostic, Severity, has_errors
from ..output import Change, Comparison
from ..output.write import apply
from ..plan import metaschema
from ..plan.files import read_text
from ..plan.metaschema import SCHEMA_FILE
from ..reporters import FORMATS, Scene, render
from ..text import printable

FINE: Final = 0
FINDINGS: Final = 1
COULD_NOT_RUN: Final = 2

_F = TypeVar("_F", bound=Callable[..., Any])


def output_format(function: _F) -> _F:
    """The option of every command that reports."""
    return click.option(
        "--output-format",
        "form",
        type=click.Choice(list(FORMATS)),
        default="text",
        show_default=True,
        help="How to report: for people, programs, GitHub's annotations or code scanning.",
    )(function)


def report(
    diagnostics: Sequence[Diagnostic], form: str, sources: Mapping[str, str], *, err: bool = False
) -> None:
    """Prints findings; machines get their document even when there are none."""
    stream = sys.stderr if err else sys.stdout
    terminal = stream is not None and stream.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = shutil.get_terminal_size((100, 24)).columns if terminal else 100
    scene = Scene(sources, repository(), colour, columns)
    click.echo(render(diagnostics, form, scene), nl=False, err=err, color=colour)


def tell(message: str) -> None:
    """One line about what is going on."""
    click.echo("\n".join(printable(line) for line in message.split("\n")), err=True)


def verdict(diagnostics: Sequence[Diagnostic], strict: bool) -> bool:
    """Whether the findings fail a run: errors do, under ``strict`` warnings too, notes never."""
    warned = any(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics)
    return has_errors(diagnostics) or (strict and warned)


def repository() -> Path:
    """The folder that machines' paths are relative to: git's, else this one."""
    try:
        here = Path.cwd()
    except OSError:  # it is no more: what is named by its whole path can be worked on still
        return Path(os.sep)
    parents = (each for each in (here, *here.parents) if os.path.exists(each / ".git"))
    return next(parents, here)


class Progress:
    """Shows how far something is; without a terminal it shows nothing."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self.at = 0
        """How many things are done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def to(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` things are done; None: nobody knows of how many."""
        more, self.at = done - self.at, done
        if sys.stderr is None or not sys.stderr.isatty() or not total:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(more)

    def more(self, count: int, total: int) -> None:
        """``count`` more are done."""
        self.to(self.at + count, total)


def nonempty(**options: str | None) -> None:
    """Refuse options that are given, and say nothing."""
    for name, value in options.items():
        if value is not None and not value.strip():
            raise click.UsageError(f"--{name.replace('_', '-')} is empty.")


def check_out(out: str | None, force: bool) -> None:
    """Refuse an ``--out`` that is no file's name, or that is there already."""
    if out is None:
        return
    nonempty(out=out)
    if not os.path.basename(out) or os.path.isdir(out):
        raise click.UsageError(f"--out must name a file, and '{out}' is a folder.")
    if os.path.lexists(out) and not force:
        raise click.UsageError(f"--out: '{out}' is there already; --force overwrites it.")


def head(out: str | None) -> list[str]:
    """The line that tells editors of the schema of the language, where that is beside the plan."""
    if out is None:
        return []
    found = read_text(Path(out).parent / SCHEMA_FILE, SCHEMA_FILE)
    ours = isinstance(found, str) and f'"{metaschema.schema()["title"]}"' in found
    return [f"yaml-language-server: $schema=./{SCHEMA_FILE}"] if ours else []


def deliver(text: str, out: str | None) -> tuple[Diagnostic, ...]:
    """Print a plan or a schema, or bring the file to hold it; what was in the way of that.

    Killed at any moment, the file holds the old text or the new.  A symbolic link stays one.
    """
    if out is None:
        click.echo(text.encode(), nl=False)  # YAML and JSON are UTF-8 in every locale
        return ()
    folder, file = os.path.split(os.path.realpath(out) if os.path.islink(out) else out)
    old = "" if os.path.lexists(os.path.join(folder, file)) else None
    return apply(Comparison(Path(folder), (Change(file, old, text),)))
