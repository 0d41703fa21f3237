"""``typewriter generate``."""

from __future__ import annotations

import os
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

import click

from ..diagnostics import Diagnostic, in_order
from ..output import Comparison, Kind, stale, unified
from ..output.write import apply
from ..plan.load import Loaded, load
from ..plan.metaschema import SCHEMA_FILE
from ..targets import TARGETS
from .io import COULD_NOT_RUN, FINDINGS, FINE, nonempty, output_format, report, tell, verdict
from .jobs import Built, Options, build, schema_beside, work


@dataclass(frozen=True, slots=True)
class Mode:
    """What to do with what has been generated, and how to say it."""

    check: bool = False
    diff: bool = False
    strict: bool = False
    form: str = "text"


def _settings(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    settings = {}
    for each in values:
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"'{each}' is not KEY=VALUE.", ctx, parameter)
        settings[key.strip()] = value
    return settings


@click.command(
    epilog="""\b
Examples:
  $ typewriter generate                      # all targets of the configuration
  $ typewriter generate --check              # in continuous integration
  $ typewriter generate --diff | less
  $ typewriter generate --plan plans/myapp.yaml --out src/myapp/analytics

\b
The configuration, in pyproject.toml:
  [tool.typewriter]
  plan = "plans/myapp.yaml"
  [[tool.typewriter.targets]]
  language = "python"
  out = "src/myapp/analytics"

\b
Exit status: 0 fine, 1 stale (with --strict: or warnings), 2 could not run,
an invalid plan included.
"""
)
@click.option("--plan", metavar="PLAN", help="The plan: a path, or package:NAME/PATH.")
@click.option("--out", metavar="DIR", help="The package's folder; its last part is its name.")
@click.option("--target", type=click.Choice(list(TARGETS)), help="Only this language.")
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_settings,
    help="A setting of the target, such as client=acme.tracking.",
)
@click.option("--config", metavar="FILE", help="Instead of the nearest pyproject.toml.")
@click.option("--templates", metavar="DIR", help="A folder of templates that replace ours.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and say why if it is stale.")
@click.option("--diff", is_flag=True, help="Write nothing; print the changes, exit 1 if any.")
@click.option("--watch", is_flag=True, help="Generate again whenever the plan changes.")
@click.option("--strict", is_flag=True, help="Let warnings fail the run: nothing is written.")
@output_format
def command(
    plan: str | None,
    out: str | None,
    target: str | None,
    settings: dict[str, str],
    config: str | None,
    templates: str | None,
    check: bool,
    diff: bool,
    watch: bool,
    strict: bool,
    form: str,
) -> int:
    """Write the packages that the plans describe.

    Each goes into a folder of its own, to be committed. Files that typewriter has not written
    are never touched; files that are current keep their time.
    """
    if check + diff + watch > 1:
        raise click.UsageError("--check, --diff and --watch exclude each other.")
    if diff and form != "text":
        raise click.UsageError("--diff prints text; use --check with another --output-format.")
    if templates is not None and not Path(templates).is_dir():
        raise click.UsageError(f"--templates: there is no folder '{templates}'.")
    nonempty(plan=plan, out=out, config=config)
    options = Options(plan, out, target, settings, config, templates)
    mode = Mode(check, diff, strict, form)
    if watch:
        return keep_generating(lambda: run(options, mode).files)
    return run(options, mode).code


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit status, and the files (or folders) whose change would call for another run."""

    code: int
    files: tuple[Path, ...] = ()


def run(options: Options, mode: Mode) -> Ran:
    """Everything once: read, generate, then write or report."""
    todo = work(options)
    watched = [Path(todo.file)] if todo.file else []
    if todo.diagnostics:
        report(in_order(todo.diagnostics), mode.form, todo.sources)
        return Ran(COULD_NOT_RUN, tuple(watched))
    loads: dict[str, Loaded] = {}

    @cache
    def read(path: str) -> Loaded:
        loads[path] = load(path)
        return loads[path]

    built = [build(target, read, todo.configured) for target in todo.targets]
    for loaded in loads.values():
        watched += loaded.files
    watched += [each.target.templates for each in built if each.target.templates]
    sources = {**todo.sources, **{k: v for each in loads.values() for k, v in each.sources.items()}}
    found = in_order(diagnostic for each in built for diagnostic in each.diagnostics)
    code = _finish(built, found, sources, options, mode)
    if code != COULD_NOT_RUN:
        _tell_what_moved(built, Path(todo.file).parent if todo.file else Path())
    return Ran(code, tuple(watched))


def _finish(
    built: list[Built],
    found: tuple[Diagnostic, ...],
    sources: dict[str, str],
    options: Options,
    mode: Mode,
) -> int:
    compared = [(each.target.out, each.comparison) for each in built if each.comparison]
    if len(compared) < len(built):
        report(found, mode.form, sources)
        return COULD_NOT_RUN
    compared += _schemas(built)
    failed = verdict(found, mode.strict)
    if mode.diff:
        report(found, mode.form, sources, err=True)
        text = "".join(unified(comparison) for _, comparison in compared)
        click.echo(text, nl=False)
        return FINDINGS if text or failed else FINE
    if mode.check:
        command = _command(options)
        found += tuple(each for _, comparison in compared for each in stale(comparison, command))
        failed = verdict(found, mode.strict)
    elif not failed:
        found += tuple(each for _, comparison in compared for each in apply(comparison))
        if verdict(found, strict=False):
            report(found, mode.form, sources)
            return COULD_NOT_RUN
    report(found, mode.form, sources)
    for name, comparison in compared if mode.check or not failed else ():
        tell(f"{name}: {_summary(comparison, mode.check)}")
    return FINDINGS if failed else FINE


def _tell_what_moved(built: Iterable[Built], root: Path) -> None:
    """Of packages that held a client of their own: what to do about the code around them."""
    told: dict[str, None] = {}
    for each in built:
        comparison, request = each.comparison, each.request
        if each.target.language != "python" or comparison is None or request is None:
            continue
        if any(change.kind is Kind.EXTRA for change in comparison.changes):
            from .moved import notes  # which a package needs once

            told |= dict.fromkeys(notes(comparison, request, root))
    for note in told:
        tell(note)


def _schemas(built: Iterable[Built]) -> list[tuple[str, Comparison]]:
    """The editor's schemas beside the plans that need a change, one a folder."""
    plans = [each.target.plan for each in built if each.target.plan]
    folders = {Path(plan.path).parent: plan.path for plan in plans if not plan.installed}
    found = [schema_beside(path) for path in folders.values()]
    return [(f"{each.folder / SCHEMA_FILE}", each) for each in found if each and each.changes]


def _summary(comparison: Comparison, check: bool) -> str:
    """Such as: 3 files updated, 9 unchanged; for a check: 3 files stale, 9 current."""
    changes = comparison.changes
    if check:
        parts = [(len(changes), "stale"), (comparison.unchanged, "current")]
    else:
        verbs = {Kind.MISSING: "written", Kind.CHANGED: "updated", Kind.EXTRA: "removed"}
        counts = Counter(change.kind for change in changes)
        parts = [(counts[kind], verb) for kind, verb in verbs.items()]
        parts.append((comparison.unchanged, "unchanged"))
    found = [part for part in parts if part[0]]
    if not found:
        return "nothing to write"
    (count, word), *rest = found
    return ", ".join([f"{count} file{'s' * (count != 1)} {word}", *(f"{n} {w}" for n, w in rest)])


def _command(options: Options) -> str:
    """The command line that brings everything up to date."""
    words = ["typewriter", "generate"]
    named = {
        "--plan": options.plan,
        "--out": options.out,
        "--target": options.target,
        "--config": options.config,
        "--templates": options.templates,
    }
    words += [word for name, value in named.items() if value for word in (name, value)]
    words += [word for item in options.settings.items() for word in ("--set", "=".join(item))]
    return shlex.join(words)


# --- another run whenever a file that the last one read changes --------------------------------

_INTERVAL: Final = 0.3  # seconds between looks, where nothing tells us of changes
_SETTLE: Final = 0.05  # editors write in several steps

Stamp: TypeAlias = tuple[int, int, int] | None
"""A file's time, size and inode; None where there is none."""


def keep_generating(run: Callable[[], Iterable[Path]]) -> int:
    """Runs until Ctrl-C.  Mistakes in the plan are reported, and waited out.

    ``run`` gives the files, or folders, whose change calls for another run.
    """
    before: Mapping[Path, Stamp] = {}
    try:
        while True:
            files = dict.fromkeys(_files(run()))
            # What changed while we were at it counts, so files known before keep their stamp.
            seen = {file: before[file] if file in before else _stamp(file) for file in files}
            # Their folders: a new file there may be one that the plan includes by a pattern.
            folders = {each: _stamp(each) for each in {file.parent for file in files}}
            tell(f"watching {len(files)} file{'s' * (len(files) != 1)}; Ctrl-C stops")
            _wait(seen | folders)
            before = {file: _stamp(file) for file in files}
            tell("")
    except KeyboardInterrupt:
        tell("stopped")
        return FINE


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and those in the folders among them (templates)."""
    found: list[Path] = []
    for path in paths:
        within = [each for each in path.rglob("*") if each.is_file()]
        found += within if path.is_dir() else [path]
    return found


def _wait(seen: Mapping[Path, Stamp]) -> None:
    """Returns when something is not as it was seen."""
    wake = _waker(seen)
    while all(_stamp(path) == stamp for path, stamp in seen.items()):
        wake()
    time.sleep(_SETTLE)


def _waker(seen: Mapping[Path, Stamp]) -> Callable[[], object]:
    """Sleeps until something may have changed: by the system's events if we can have them."""
    try:
        events = import_module("watchfiles").watch
    except ImportError:
        return lambda: time.sleep(_INTERVAL)
    folders = {path if path.is_dir() else path.parent for path in seen}
    folders = {folder for folder in folders if folder.is_dir()}
    stream = events(*folders, recursive=False, yield_on_timeout=True, raise_interrupt=True)
    return lambda: next(stream)


def _stamp(path: Path) -> Stamp:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
