"""``typewriter audit``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from .. import config as configuration
from ..audit import codebase
from ..audit.codebase import Request, planned
from ..audit.codes import NO_REPORT
from ..audit.report import FAILURES, Planned, Report, diagnose, failing, listing, merged, of_data
from ..audit.summary import CACHE, cache_name, dump_cache, load_cache
from ..config import Config, PlanSource, TargetConfig
from ..diagnostics import Diagnostic, Span, in_order
from ..output.write import keep
from ..plan.load import load
from ..plan.queries import select
from ..reporters import summary
from ..util import uncollected
from . import configured
from .io import COULD_NOT_RUN, FINDINGS, FINE, output_format, report, tell, verdict

_CACHES = 4


@dataclass(slots=True)
class Found:
    """What the jobs have come to so far."""

    reports: list[Report] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    files: int = 0


def _kinds(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    kinds = tuple(kind.strip() for kind in (value or "").split(",") if kind.strip())
    for kind in kinds:
        if kind not in FAILURES:
            known = ", ".join(FAILURES)
            raise click.BadParameter(f"'{kind}' is none of {known}.", ctx, parameter)
    return kinds


@click.command(
    epilog="""\b
Examples:
  $ typewriter audit src                     # the plan and packages of the configuration
  $ typewriter audit src --fail-on unused,raw,deprecated
  $ typewriter audit src --plan plans/myapp.yaml --package myapp.analytics
  $ typewriter audit src --output-format json > shop.json
  $ typewriter audit --merge shop.json billing.json --fail-on unused

\b
Exit status: 0 fine, 1 what --fail-on names, or a function that the plan does not have,
2 could not run.
"""
)
@click.argument("sources", nargs=-1, metavar="[SRC]...")
@click.option("--plan", metavar="PLAN", help="The plan: a path, or package:NAME/PATH.")
@click.option(
    "--package",
    "packages",
    metavar="DOTTED.NAME",
    multiple=True,
    help="The generated package, as the code imports it.",
)
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
@click.option(
    "--exclude",
    metavar="PATTERN",
    multiple=True,
    help="Leave out files and folders of that name or path (`*` stands for anything).",
)
@click.option(
    "--fail-on",
    metavar="KINDS",
    callback=_kinds,
    help="Exit 1 if there is any: unused, raw, deprecated, with commas between.",
)
@click.option(
    "--merge",
    is_flag=True,
    help="Join JSON reports, given in place of SRC (or beside it), into one verdict.",
)
@click.option("--cache-dir", metavar="DIR", help="Where to keep what has been read.")
@click.option("--no-cache", is_flag=True, help="Read everything anew, keep nothing.")
@output_format
def command(
    sources: tuple[str, ...],
    plan: str | None,
    packages: tuple[str, ...],
    config_file: str | None,
    exclude: tuple[str, ...],
    fail_on: tuple[str, ...],
    merge: bool,
    cache_dir: str | None,
    no_cache: bool,
    form: str,
) -> int:
    """Say where the code in SRC sends each planned event, and which it never sends.

    Reads Python, runs nothing. SRC are files or folders.
    """
    if not sources:
        raise click.UsageError("name what to read, for example: typewriter audit src")
    given, reports = _apart(sources) if merge else (sources, ())
    todo = jobs(plan, packages, config_file, needed=bool(given))
    if todo.diagnostics:
        report(in_order(todo.diagnostics), form, todo.sources)
        return COULD_NOT_RUN
    if "deprecated" in fail_on and not todo.jobs:
        raise click.UsageError("--fail-on deprecated needs the --plan: reports do not tell.")
    found = Found(sources=dict(todo.sources))
    folder = None if no_cache else Path(cache_dir or todo.folder / CACHE)
    for job in todo.jobs:
        if not _run(job, given, packages, exclude, folder, found):
            report(in_order(found.diagnostics), form, found.sources)
            return COULD_NOT_RUN
    if not _read(reports, found):
        report(in_order(found.diagnostics), form, found.sources)
        return COULD_NOT_RUN
    return _finish(merged(found.reports), found, fail_on, form)


def _apart(given: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sources and reports: a report is a file that is no Python."""
    reports = tuple(
        each for each in given if not os.path.isdir(each) and not each.endswith((".py", ".pyw"))
    )
    return tuple(each for each in given if each not in reports), reports


@uncollected()
def _run(
    job: Job,
    sources: Sequence[str],
    packages: Sequence[str],
    excluded: Sequence[str],
    folder: Path | None,
    found: Found,
) -> bool:
    """Audits the code for one plan; False where nothing could be said."""
    loaded = load(job.plan.path)
    found.sources.update(loaded.sources)
    if loaded.plan is None:
        found.diagnostics += loaded.diagnostics
        return False
    everything = planned(loaded.plan)
    parts = [select(loaded.plan, each.tags, each.events) for each in job.targets]
    wanted = {(event.name, event.version) for part in parts for event in part.events}
    judged = [
        each
        for event, each in zip(loaded.plan.events, everything, strict=True)
        if not parts or (event.name, event.version) in wanted
    ]
    found.planned += judged
    if not sources:
        return True
    request = Request(
        sources,
        judged,
        frozenset(each.function for each in everything),
        job.plan.name,
        packages,
        [each.out for each in job.targets],
        excluded,
    )
    done = codebase.audit(
        request,
        lambda interest: load_cache(folder / cache_name(interest)) if folder else {},
    )
    found.diagnostics += done.diagnostics
    if done.report is None:
        return False
    if folder and done.interest and done.known is not None:
        keep(folder, cache_name(done.interest), dump_cache(done.known), _CACHES)
    found.reports.append(done.report)
    found.files = done.files
    return True


def _read(files: Iterable[str], found: Found) -> bool:
    """The reports of other repositories; False if one is none."""
    read = True
    for file in files:
        try:
            found.reports.append(of_data(json.loads(Path(file).read_bytes())))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problem = NO_REPORT.at(Span(file), f"no report of an audit: {reason}")
            found.diagnostics.append(problem)
            read = False
    return read


def _finish(whole: Report, found: Found, fail_on: Sequence[str], form: str) -> int:
    findings = in_order([*found.diagnostics, *diagnose(whole, found.planned)])
    texts = {**_texts(findings), **found.sources}
    if form == "json":
        click.echo(json.dumps(whole.data(), indent=2))
        report(in_order(found.diagnostics), "text", texts, err=True)
    else:
        report(findings, form, texts)
    if form == "text":
        click.echo(listing(whole), nl=False)
    files = f"{found.files} file{'s' * (found.files != 1)}: " if found.files else ""
    tell(f"{files}{summary(findings) or 'no problems'}")
    failed = failing(whole, found.planned, fail_on) or verdict(findings, strict=False)
    return FINDINGS if failed else FINE


def _texts(findings: Iterable[Diagnostic]) -> dict[str, str]:
    """The files that findings are in, for excerpts."""
    texts = {}
    for file in dict.fromkeys(each.file for each in findings if each.file):
        try:
            texts[file] = Path(file).read_bytes().decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            continue
    return texts


@dataclass(frozen=True, slots=True)
class Job:
    """One plan, and the targets that are generated from it."""

    plan: PlanSource
    targets: tuple[TargetConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class Jobs:
    """All of them, or why that cannot be said; ``folder`` is the project's."""

    jobs: tuple[Job, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()


def jobs(
    plan: str | None, packages: Sequence[str], config_file: str | None, *, needed: bool
) -> Jobs:
    """The plans to hold the code against; with ``needed`` there must be one.

    Raises click.UsageError for options that contradict each other.
    """
    read = configured.read(config_file, plan_given=True)
    folder = Path(os.path.dirname(read.file)) if read.file else Path()
    problems = list(read.diagnostics)
    source: PlanSource | None = None
    if plan is not None:
        found = configuration.locate(plan)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            source = found
    if problems:
        return Jobs((), tuple(problems), read.sources, folder)
    planned = _planned(read.config, source)
    if len(planned) > 1 and packages:
        raise click.UsageError("--package: the configuration has several plans; name one by --plan")
    if not planned and needed:
        help = "name one: `typewriter audit SRC --plan PLAN`, or run `typewriter init`"
        return Jobs((), (configured.no_plan(help),), read.sources, folder)
    return Jobs(tuple(planned), (), read.sources, folder)


def _planned(config: Config | None, source: PlanSource | None) -> list[Job]:
    """One job a plan; a plan that is named takes the configured targets of its file."""
    targets = [each for each in (config.targets if config else ()) if each.language == "python"]
    plans = [source] if source else [each.plan for each in targets]
    default = config.plan if config else None
    if not source and not targets:
        plans = [default]
    return [
        Job(plan, tuple(each for each in targets if _same(each.plan or default, plan)))
        for plan in dict.fromkeys(plan for plan in plans if plan)
    ]


def _same(one: PlanSource | None, other: PlanSource) -> bool:
    return one is not None and os.path.realpath(one.path) == os.path.realpath(other.path)
