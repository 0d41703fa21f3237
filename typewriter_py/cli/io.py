"""What the commands share: common options, findings to stdout, status messages to stderr."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from .. import disk
from ..diagnostics import Diagnostic, Severity, Span, has_errors, in_order
from ..output import Change, Comparison
from ..output.codes import NOT_WRITABLE
from ..output.write import apply
from ..plan import metaschema
from ..plan.files import read_text
from ..plan.metaschema import SCHEMA_FILE
from ..reporters import FORMATS, Scene, render
from ..text import printable_lines, without_commands

SUCCESS: Final = 0
FINDINGS: Final = 1
COULD_NOT_RUN: Final = 2

output_format = click.option(
    "--output-format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Report as text for people, JSON for programs, GitHub annotations, or SARIF.",
)
plan_option = click.option(
    "--plan",
    metavar="PLAN",
    help="The plan, if not the configured one: a path, or package:NAME/PATH.",
)
config_option = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration file, if not the nearest pyproject.toml or typewriter.toml.",
)


def report(
    diagnostics: Sequence[Diagnostic], form: str, sources: Mapping[str, str], *, err: bool = False
) -> None:
    """Print findings; machine-readable formats get a document even if there are none."""
    stream = sys.stderr if err else sys.stdout
    terminal = stream is not None and stream.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = shutil.get_terminal_size((100, 24)).columns if terminal else 100
    scene = Scene(sources, repository_root(), colour, columns)
    text = render(diagnostics, form, scene)
    _echo(text if form == "github" else _logged(text, err), err, colour)


def fail(
    problems: Iterable[Diagnostic],
    form: str = "text",
    sources: Mapping[str, str] | None = None,
    *,
    err: bool = False,
) -> int:
    """Print what keeps a command from running, and return its exit status."""
    report(in_order(problems), form, sources or {}, err=err)
    return COULD_NOT_RUN


def status(message: str) -> None:
    """Print a message about what is going on to stderr."""
    show(message + "\n", err=True)


def show(text: str, *, err: bool = False) -> None:
    """Print untrusted text: lines for people, each with its line end."""
    _echo(_logged(printable_lines(text), err), err)


def show_data(text: str) -> None:
    """Print a file's text to stdout, in UTF-8 in every locale.

    In YAML and JSON, what would be a command in a log is escaped already.
    """
    _echo(_logged(text, err=False).encode(errors="backslashreplace"), err=False)


def _echo(text: str | bytes, err: bool, colour: bool | None = None) -> None:
    click.echo(text, nl=False, err=err, color=colour)


def _logged(text: str, err: bool) -> str:
    """``text`` as it can be printed where its lines may be taken for commands: in the log of a
    CI run.  A regular file is not that."""
    if not any(os.environ.get(each) for each in _OBEYING):
        return text
    stream = sys.stderr if err else sys.stdout
    try:
        to_file = stream is not None and stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # a stream in memory
        to_file = False
    return text if to_file else without_commands(text)


_OBEYING: Final = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")
"""What is set where lines of the log can be commands (Forgejo and Gitea set GitHub's, too)."""


def counted(count: int, noun: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def is_failure(diagnostics: Sequence[Diagnostic], strict: bool) -> bool:
    """Whether findings fail a run: errors do, warnings only if ``strict``, notes never."""
    warned = any(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics)
    return has_errors(diagnostics) or (strict and warned)


def repository_root() -> Path:
    """The folder that paths in machine-readable reports are relative to: git's, else this one."""
    try:
        here = Path.cwd()
    except OSError:  # deleted, but files with an absolute path can still be processed
        return Path(os.sep)
    return disk.repository(here) or here


Advance: TypeAlias = Callable[[int, int | None], None]
"""Called with how many are done, and of how many (None if unknown)."""


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """A progress bar on a terminal, which appears once the total is known."""
    bar: Any = None
    with ExitStack() as stack:

        def advance(done: int, total: int | None) -> None:
            nonlocal bar
            if sys.stderr is None or not sys.stderr.isatty() or not total:
                return
            if bar is None:
                shown = click.progressbar(length=total, label=label, file=sys.stderr)
                bar = stack.enter_context(shown)
            bar.update(done - bar.pos)

        yield advance


def reject_blank(**options: str | None) -> None:
    """Refuse options that are given but blank."""
    for name, value in options.items():
        if value is not None and not value.strip():
            raise click.UsageError(f"--{name.replace('_', '-')} is empty.")


def check_out(out: str | None, force: bool) -> None:
    """Refuse an ``--out`` that does not name a file, or names an existing one without --force."""
    if out is None:
        return
    reject_blank(out=out)
    if not os.path.basename(out) or os.path.isdir(out):
        raise click.UsageError(f"--out must name a file, but '{out}' is a folder.")
    if os.path.lexists(out) and not force:
        raise click.UsageError(f"--out: '{out}' already exists; --force overwrites it.")


def schema_comment(out: str | None) -> list[str]:
    """The comment that points editors to our schema, if that is in the same folder as ``out``."""
    if out is None:
        return []
    found = read_text(Path(out).parent / SCHEMA_FILE, SCHEMA_FILE)
    ours = isinstance(found, str) and f'"{metaschema.schema()["title"]}"' in found
    return [f"yaml-language-server: $schema=./{SCHEMA_FILE}"] if ours else []


def write_or_print(text: str, out: str | None) -> tuple[Diagnostic, ...]:
    """Write a plan or a schema to ``out``, or print it; returns what prevented that.

    If the process is killed, the file has either the old text or the new.  A symbolic link stays
    one, but must not lead out of the repository.
    """
    if out is None:
        show_data(text)
        return ()
    try:
        folder, file = os.path.split(disk.in_place(out) if os.path.islink(out) else out)
    except OSError as error:
        return (NOT_WRITABLE.at(Span(out), f"cannot write: {error.strerror}"),)
    old = "" if os.path.lexists(os.path.join(folder, file)) else None
    return apply(Comparison(Path(folder), (Change(file, old, text),)))
