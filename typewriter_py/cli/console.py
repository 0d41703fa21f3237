"""What the commands share in talking to people: findings to stdout, chatter to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from ..diagnostics import Diagnostic, Severity, has_errors
from ..reporters import FORMATS, Scene, render
from ..terminal import printable

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
