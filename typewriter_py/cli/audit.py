"""``typewriter audit``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import click

from .. import config as configuration
from .. import disk
from ..audit import codebase
from ..audit.codebase import Request, planned
from ..audit.codes import NO_REPORT
from ..audit.report import FAILURES, Planned, Report, diagnose, failing, listing, merged, of_data
from ..audit.summary import Interest, cache_name, dump_cache, load_cache
from ..config import Config, PlanSource, TargetConfig
from ..diagnostics import Diagnostic, Span, in_order
from ..diff.git import run
from ..output.cache import keep, own_folder
from ..plan.load import load
from ..plan.queries import select
from ..reporters import summary
from ..text import json_text
from ..util import without_gc
from . import configured, io

_OF_A_PROJECT: Final = 4
_OF_ALL: Final = 64
"""Caches to keep: in a folder of the user's choice, and in the one that all projects share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of ``audit``, None or empty where they are not given."""

    sources: tuple[str, ...]
    plan: str | None
    packages: tuple[str, ...]
    config_file: str | None
    exclude: tuple[str, ...]
    fail_on: tuple[str, ...]
    merge: bool
    cache_dir: str | None
    no_cache: bool
    form: str


@dataclass(frozen=True, slots=True)
class Job:
    """A plan, and the targets that are generated from it."""

    plan: PlanSource
    targets: tuple[TargetConfig, ...]


@dataclass(slots=True)
class Found:
    """The results of the jobs so far."""

    reports: list[Report] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    files: int = 0


@dataclass(frozen=True, slots=True)
class Cache:
    """Where the facts about source files are kept; ``project`` is "" if the folder is for one."""

    folder: Path
    project: str

    def read(self, interest: Interest) -> dict[str, list[Any] | None]:
        """What an earlier run with this interest has kept; nothing of what is committed."""
        path = self.folder / cache_name(interest, self.project)
        return {} if _is_committed(path) else load_cache(path)

    def write(self, interest: Interest, data: bytes) -> None:
        """Keeps it for later runs, if that is possible."""
        most = _OF_ALL if self.project else _OF_A_PROJECT
        keep(self.folder, cache_name(interest, self.project), data, most)


def _is_committed(path: Path) -> bool:
    """Whether git tracks a file: whoever has committed it would decide what the audit finds.

    So it may be where git cannot tell, as in a container with a checkout of another user.
    """
    if not path.exists() or disk.repository(path.parent) is None:
        return False
    try:
        return bool(run(path.parent, "ls-files", "--", path.name, apart=True))
    except OSError:
        return True


def _cache(options: Options, project: str) -> Cache | None:
    if options.no_cache:
        return None
    if options.cache_dir:
        return Cache(Path(options.cache_dir), "")
    folder = own_folder()
    return Cache(folder, project) if folder else None


def _kinds(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    kinds = tuple(kind.strip() for kind in (value or "").split(",") if kind.strip())
    for kind in kinds:
        if kind not in FAILURES:
            known = ", ".join(FAILURES)
            raise click.BadParameter(f"'{kind}' is not one of {known}.", ctx, parameter)
    return kinds


@click.command(
    epilog="""\b
Examples:
  $ typewriter audit src                     # with the configured plan and packages
  $ typewriter audit src --fail-on unused,raw,deprecated
  $ typewriter audit src --plan plans/myapp.yaml --package myapp.analytics
  $ typewriter audit src --output-format json > shop.json
  $ typewriter audit --merge shop.json billing.json --fail-on unused

\b
Exit status: 0 success, 1 anything that --fail-on names, or a call of a function that the
plan does not have, 2 could not run.
"""
)
@click.argument("sources", nargs=-1, metavar="[SRC]...")
@io.plan_option
@click.option(
    "--package",
    "packages",
    metavar="DOTTED.NAME",
    multiple=True,
    help="The generated package, as the code imports it; may be repeated.",
)
@io.config_option
@click.option(
    "--exclude",
    metavar="PATTERN",
    multiple=True,
    help="Skip files and folders with this name or path (`*` matches anything); may be repeated.",
)
@click.option(
    "--fail-on",
    metavar="KINDS",
    callback=_kinds,
    help="Exit 1 if the audit finds any of these, separated by commas: unused, raw, deprecated.",
)
@click.option(
    "--merge",
    is_flag=True,
    help="Combine JSON reports, given instead of (or along with) SRC, into one result.",
)
@click.option(
    "--cache-dir",
    metavar="DIR",
    help="Where to cache the analysis of source files, if not in your folder for caches.",
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@io.output_format
def command(**given: Any) -> int:
    """Report where the code in SRC sends each planned event, and which events it never sends.

    SRC are Python files or folders. They are parsed, never run.
    """
    options = Options(**given)
    if not options.sources:
        raise click.UsageError(
            "name the files or folders to audit, for example: typewriter audit src"
        )
    # With --merge, a file that is not Python is a report.
    reports = [each for each in options.sources if options.merge and not _is_source(each)]
    sources = [each for each in options.sources if each not in reports]
    configs = configured.read_all(options.config_file, plan_given=True)
    found = Found()
    for config in configs:
        found.diagnostics += config.diagnostics
        found.sources |= config.sources
    todo = _jobs([each.config for each in configs if each.config], options, found)
    if not todo and sources and not found.diagnostics:
        help = "name one: `typewriter audit SRC --plan PLAN`, or run `typewriter init`"
        found.diagnostics.append(configured.no_plan(help))
    if found.diagnostics:
        return io.fail(found.diagnostics, options.form, found.sources)
    if "deprecated" in options.fail_on and not todo:
        raise click.UsageError("--fail-on deprecated needs --plan, because reports lack that.")
    if len(todo) > 1 and options.packages:
        raise click.UsageError("--package: several plans are configured; choose one with --plan.")
    folder = os.path.dirname((len(configs) == 1 and configs[0].file) or "")
    cache = _cache(options, os.path.realpath(folder))
    done = all(_run(job, sources, options, cache, found) for job in todo)
    if not done or not _read(reports, found):
        return io.fail(found.diagnostics, options.form, found.sources)
    return _finish(merged(found.reports), found, options)


def _is_source(file: str) -> bool:
    return os.path.isdir(file) or file.endswith((".py", ".pyw"))


def _jobs(configs: Sequence[Config], options: Options, found: Found) -> list[Job]:
    """A job for each plan; the plan given by --plan gets the targets configured for its file."""
    source = configuration.locate(options.plan) if options.plan is not None else None
    if isinstance(source, Diagnostic):
        found.diagnostics.append(source)
        return []
    targets = [
        replace(each, plan=each.plan or config.plan)
        for config in configs
        for each in config.targets
        if each.language == "python"
    ]
    plans = [each.plan for each in targets] or [each.plan for each in configs]
    return [
        Job(plan, tuple(each for each in targets if _same(each.plan, plan)))
        for plan in dict.fromkeys(plan for plan in ([source] if source else plans) if plan)
    ]


def _same(one: PlanSource | None, other: PlanSource) -> bool:
    return one is not None and os.path.realpath(one.path) == os.path.realpath(other.path)


@without_gc()
def _run(
    job: Job, sources: Sequence[str], options: Options, cache: Cache | None, found: Found
) -> bool:
    """Audit the code for one plan; False if that was not possible."""
    loaded = load(job.plan.path)
    found.sources |= loaded.sources
    if loaded.plan is None:
        found.diagnostics += loaded.diagnostics
        return False
    everything = planned(loaded.plan)
    parts = [select(loaded.plan, each.tags, each.events) for each in job.targets]
    wanted = {(event.name, event.version) for part in parts for event in part.events}
    generated = [
        each
        for event, each in zip(loaded.plan.events, everything, strict=True)
        if not parts or (event.name, event.version) in wanted
    ]
    found.planned += generated
    if not sources:
        return True
    request = Request(
        sources=sources,
        planned=generated,
        functions=frozenset(each.function for each in everything),
        source=job.plan.name,
        packages=options.packages,
        folders=[each.out for each in job.targets],
        excluded=options.exclude,
    )
    done = codebase.audit(request, cache.read if cache else lambda _: {})
    found.diagnostics += done.diagnostics
    if done.report is None:
        return False
    if cache and done.interest and done.known is not None:
        cache.write(done.interest, dump_cache(done.known))
    found.reports.append(done.report)
    found.files = done.files
    return True


def _read(files: Iterable[str], found: Found) -> bool:
    """Read the reports of other repositories; False if any of them is not a report."""
    read = True
    for file in files:
        try:
            found.reports.append(of_data(json.loads(disk.read(file, pipe=True))))
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problem = NO_REPORT.at(Span(file), f"not the report of an audit: {reason}")
            found.diagnostics.append(problem)
            read = False
    return read


def _finish(whole: Report, found: Found, options: Options) -> int:
    findings = in_order([*found.diagnostics, *diagnose(whole, found.planned)])
    # Another repository's report must not have any file of this machine shown.
    within = io.repository_root() if options.merge else None
    texts = {**_texts(findings, within), **found.sources}
    if options.form == "json":
        io.show(json_text(whole.data(), ascii=True))
        io.report(in_order(found.diagnostics), "text", texts, err=True)
    else:
        io.report(findings, options.form, texts)
    if options.form == "text":
        io.show(listing(whole))
    files = f"{io.counted(found.files, 'file')}: " if found.files else ""
    io.status(f"{files}{summary(findings) or 'no problems'}")
    failed = failing(whole, found.planned, options.fail_on) or io.is_failure(findings, strict=False)
    return io.FINDINGS if failed else io.SUCCESS


def _texts(findings: Iterable[Diagnostic], within: Path | None) -> dict[str, str]:
    """The texts of the files that have findings, for excerpts; only of those in ``within``."""
    texts = {}
    for file in dict.fromkeys(each.file for each in findings if each.file):
        try:
            texts[file] = disk.read(file, within=within).decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            continue
    return texts
