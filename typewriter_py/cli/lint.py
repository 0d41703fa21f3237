"""``typewriter lint``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import click

from .. import config as configuration
from .. import disk
from ..config import Config, Lint, PlanSource, Read
from ..diagnostics import Diagnostic, Severity, Span, has_errors, in_order
from ..lint import Found, Request, Rule, Settings, chosen, lint, rules, with_severity
from ..lint.context import ALL
from ..lint.registry import DEFAULT
from ..output import Change, Comparison
from ..output.codes import NOT_WRITABLE
from ..output.write import apply
from ..plan.files import LIBRARY
from ..plan.load import Loaded, load
from ..plan.queries import select as selected
from ..plan.suppressions import Amendment, Drop, Respell, Silence, Unsilence, amended
from ..reporters import summary
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from ..util import did_you_mean
from . import configured, io


@click.command(
    epilog="""\b
Examples:
  $ typewriter lint                          # the configured plans
  $ typewriter lint plans/myapp.yaml
  $ typewriter lint --strict --output-format github
  $ typewriter lint --select default,missing-owner
  $ typewriter lint --fix
  $ typewriter lint --add-ignores            # from now on, report only what is new

\b
[tool.typewriter.lint] configures which rules run, their severity, and the files that they
skip; `ignore:` in a plan silences a rule for an event, a property or a definition.
`typewriter explain RULE` documents a rule.

\b
Exit status: 0 success, 1 errors (or warnings with --strict), 2 could not run.
"""
)
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@io.config_option
@click.option("--select", metavar="RULES", help="The rules to run, instead of the configured ones.")
@click.option("--ignore", metavar="RULES", help="Rules to skip, as well as the configured ones.")
@click.option("--strict", is_flag=True, help="Treat warnings as failures.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes to the plan.")
@click.option("--add-ignores", is_flag=True, help="Silence all current findings in the plan.")
@io.output_format
def command(
    plans: tuple[str, ...],
    config_file: str | None,
    select: str | None,
    ignore: str | None,
    strict: bool,
    fix: bool,
    add_ignores: bool,
    form: str,
) -> int:
    """Report what is wrong with each PLAN, and what could be better.

    Without PLAN, checks the configured plans.  RULES are names or codes separated by commas;
    `default` stands for the rules that run by default, `all` for all rules.
    """
    if fix and add_ignores:
        raise click.UsageError(
            "--fix and --add-ignores are two steps: run --fix, review, then the other."
        )
    jobs = prepare(plans, config_file, select, ignore)
    problems = [problem for job in jobs for problem in job.problems]
    if problems:
        return io.fail(problems, form, _texts(jobs))
    result = lint_plans(jobs)
    if fix or add_ignores:
        problems = _mend(result) if fix else []
        if fix and any(plan.loaded.mended for plan in result.plans):
            result = lint_plans(jobs)
        problems += _amend(result, fix)
        if problems:
            return io.fail(problems, form, result.texts)
        result = lint_plans(jobs)
    for plan in result.plans:
        io.status(f"{plan.source.path}: {summary(plan.diagnostics) or 'no problems'}")
    findings = in_order(result.diagnostics)
    io.report(findings, form, result.texts)
    if not all(plan.loaded.sources for plan in result.plans):
        return io.COULD_NOT_RUN
    return io.FINDINGS if _fails(findings, strict) else io.SUCCESS


def _fails(findings: Sequence[Diagnostic], strict: bool) -> bool:
    """Whether findings fail the run; warnings that come with the mere passage of time never do."""
    time_based = {rule.code.number for rule in rules() if rule.time_based}
    timeless = [each for each in findings if each.code not in time_based]
    return has_errors(findings) or io.is_failure(timeless, strict)


@dataclass(frozen=True, slots=True)
class Job:
    """What to lint and how, or the ``problems`` that prevent it."""

    sources: tuple[PlanSource, ...]
    config: Config
    rules: tuple[Rule, ...]
    settings: Settings
    problems: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Linted:
    """A plan and its findings."""

    source: PlanSource
    loaded: Loaded
    found: tuple[Found, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings, sorted."""
        return in_order(each.diagnostic for each in self.found)


@dataclass(frozen=True, slots=True)
class LintResult:
    """All plans of all jobs."""

    plans: tuple[Linted, ...]
    texts: Mapping[str, str]

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """All findings, repeated where plans share a file."""
        return (each for plan in self.plans for each in plan.diagnostics)


def prepare(
    named: tuple[str, ...], config_file: str | None, select: str | None, ignore: str | None
) -> list[Job]:
    """The jobs that the command line and the configuration describe together: one, except at the
    root of a monorepo, where it is one for each configuration below that names a plan.

    Raises click.UsageError for unknown rules.
    """
    if named:
        reads = [configured.read(config_file, plan_given=True)]
    else:
        reads = configured.read_all(config_file, plan_given=True)
    jobs = [_job(each, named, select, ignore) for each in reads]
    return [job for job in jobs if job.sources or job.problems] or [
        replace(jobs[0], problems=(_no_plan(),))
    ]


def _no_plan() -> Diagnostic:
    return configured.no_plan("name one: `typewriter lint PLAN`, or run `typewriter init`")


def _job(read: Read, named: tuple[str, ...], select: str | None, ignore: str | None) -> Job:
    config = read.config or Config(file="")
    located = [configuration.locate(each) for each in named]
    problems = [*read.diagnostics, *(each for each in located if isinstance(each, Diagnostic))]
    sources = dict.fromkeys(each for each in located if isinstance(each, PlanSource))
    if not named:
        sources = dict.fromkeys(configured.plans(config))
    table = config.lint
    wanted = _rules("--select", select) or table.select or (DEFAULT,)
    table = replace(table, ignore=(*table.ignore, *_rules("--ignore", ignore)))
    settings = Settings(naming=table.naming, today=today())
    if table.max_properties is not None:
        settings = replace(settings, max_properties=table.max_properties)
    return Job(
        tuple(sources),
        replace(config, lint=table),
        chosen(wanted, table.ignore),
        settings,
        tuple(problems),
        read.sources,
    )


def _rules(option: str, text: str | None) -> tuple[str, ...]:
    named = tuple(word.strip() for word in (text or "").split(",") if word.strip())
    known = configured.rule_words(option.removeprefix("--")) if named else ()
    for word in named:
        if word not in known:
            hint = did_you_mean(word, known) or "`typewriter explain` lists all"
            raise click.UsageError(f"{option}: there is no rule '{word}'; {hint}")
    return named


def today() -> str:
    """The date in UTC, from ``SOURCE_DATE_EPOCH`` if it is set, else from the clock.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is '{epoch}', but must be a number of seconds"
        raise click.UsageError(message) from None


def lint_plans(jobs: Sequence[Job]) -> LintResult:
    """Load and lint every plan of the jobs."""
    plans, texts = [], _texts(jobs)
    for job in jobs:
        for source in job.sources:
            loaded = load(source.path)
            texts |= loaded.sources
            plans.append(Linted(source, loaded, tuple(_findings(source, loaded, job))))
    return LintResult(tuple(_unused_by_all(plans)), texts)


def _texts(jobs: Sequence[Job]) -> dict[str, str]:
    """The texts of the configurations."""
    return {name: text for job in jobs for name, text in job.texts.items()}


def _unused_by_all(plans: Sequence[Linted]) -> Iterator[Linted]:
    """In a file that several plans share, report as unused only what none of them uses."""
    reports_unused = {rule.code.number for rule in rules() if rule.reports_unused}
    found = {plan.source: {each.diagnostic for each in plan.found} for plan in plans}
    for plan in plans:
        kept = tuple(
            each
            for each in plan.found
            if each.diagnostic.code not in reports_unused
            or all(
                each.diagnostic in found[other.source]
                for other in plans
                if each.diagnostic.file in other.loaded.sources
            )
        )
        yield replace(plan, found=kept)


def _findings(source: PlanSource, loaded: Loaded, job: Job) -> Iterator[Found]:
    advice = (*loaded.diagnostics, *_target_problems(source, loaded, job.config))
    if loaded.plan is None:
        found: tuple[Found, ...] = tuple(map(Found, advice))
    else:
        request = Request(job.rules, job.settings, advice, lambda: configured.rule_words("ignore"))
        found = lint(loaded.plan, request)
    for each in found:
        diagnostic = each.diagnostic
        if diagnostic.severity is Severity.ERROR:  # nothing can be generated: always reported
            yield each
        elif not _ignored(diagnostic, job.config.lint):
            yield replace(each, diagnostic=_with_severity(diagnostic, job.config.lint))


def _target_problems(source: PlanSource, loaded: Loaded, config: Config) -> Iterator[Diagnostic]:
    """What keeps the plan's configured targets from being generated (if none, the default one)."""
    if loaded.plan is None:
        return
    mine = [target for target in config.targets if target.plan == source]
    for target in mine:
        part = selected(loaded.plan, target.tags, target.events)
        yield from load_target(target.language).check(part)
    if not mine:
        yield from load_target(DEFAULT_LANGUAGE).check(loaded.plan)


def _ignored(diagnostic: Diagnostic, table: Lint) -> bool:
    names = {diagnostic.code, diagnostic.kind.name, ALL}
    if names.intersection(table.ignore):
        return True
    return any(
        names.intersection(words) and diagnostic.file and _matches(diagnostic.file, pattern, table)
        for pattern, words in table.per_file_ignores.items()
    )


def _matches(file: str, pattern: str, table: Lint) -> bool:
    """Whether the pattern matches the name, or the path relative to the configuration's folder."""
    path = os.path.relpath(os.path.abspath(file), os.path.abspath(table.folder))
    return fnmatch(path.replace(os.sep, "/"), pattern) or fnmatch(os.path.basename(file), pattern)


def _with_severity(diagnostic: Diagnostic, table: Lint) -> Diagnostic:
    """``diagnostic`` with the severity that is configured for it, if any."""
    for word in (diagnostic.code, diagnostic.kind.name):
        if word in table.severity:
            return with_severity(diagnostic, table.severity[word])
    return diagnostic


# --- changing the plans --------------------------------------------------------------------------


def _amend(result: LintResult, fix: bool) -> list[Diagnostic]:
    """Fix what can be fixed safely, or else silence all findings; returns what prevented that.

    Each file is changed once, even if several plans share it.
    """
    problems: list[Diagnostic] = []
    by_file: dict[Path, tuple[str, dict[Amendment, None]]] = {}
    for plan in filter(_is_editable, result.plans):
        for file, amendment in _fixes(plan) if fix else _silences(plan):
            path = Path(os.path.realpath(file))
            by_file.setdefault(path, (file, {}))[1][amendment] = None
    for path, (file, amendments) in by_file.items():
        old = _unchanged(path, file, result)
        if old is not None:
            made = amended(old, amendments)
            problems += _write(path, file, old, made.text, len(made.done), fix)
    return problems


def _mend(result: LintResult) -> list[Diagnostic]:
    """Write the files whose errors could be mended; returns what prevented that.

    Each file is written once, even if several plans share it.
    """
    problems: list[Diagnostic] = []
    written: set[Path] = set()
    for plan in filter(_is_editable, result.plans):
        for file, text in plan.loaded.mended.items():
            path = Path(os.path.realpath(file))
            old = None if path in written else _unchanged(path, file, result)
            if old is None:
                continue
            written.add(path)
            breaks = "\r\n" if "\r\n" in old else "\n"
            fresh = old[: old.startswith("\ufeff")] + text.replace("\n", breaks)
            if old.count("\n") != old.count(breaks):  # both kinds: which is which is lost
                fresh = old
            done = sum(each.fix is not None and each.file == file for each in plan.diagnostics)
            problems += _write(path, file, old, fresh, done, True)
    return problems


def _unchanged(path: Path, file: str, result: LintResult) -> str | None:
    """The text of a file, unless it is not the one that was linted."""
    try:
        old = disk.read(path).decode("utf-8")
    except (OSError, ValueError):
        old = ""
    if old.removeprefix("\ufeff").replace("\r\n", "\n") == result.texts.get(file):
        return old
    io.status(f"{file}: left unchanged, because it has changed in the meantime")
    return None


def _write(
    path: Path, file: str, old: str, new: str, done: int, fix: bool
) -> tuple[Diagnostic, ...]:
    """Write a file with ``done`` changes; returns what prevented that."""
    if new == old:
        io.status(f"{file}: left unchanged, because it cannot be edited safely")
        return ()
    try:
        disk.in_place(file)
    except OSError as error:
        return (NOT_WRITABLE.at(Span(file), f"cannot write: {error.strerror}"),)
    failed = apply(Comparison(path.parent, (Change(path.name, old, new),)))
    if not failed:
        io.status(f"{file}: {'fixed' if fix else 'silenced'} {io.counted(done, 'finding')}")
    return tuple(failed)


def _is_editable(plan: Linted) -> bool:
    """Whether the plan belongs to the user; of an installed package's plan, say that it is not."""
    if plan.source.installed and plan.found:
        io.status(f"{plan.source.name}: left unchanged, because it belongs to an installed package")
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
        if found.respell is not None:
            yield span.file, Respell(span, *found.respell)


def _silences(plan: Linted) -> Iterator[tuple[str, Amendment]]:
    """An ``ignore:`` for each finding, on the event, property or definition that it is about."""
    for found in plan.found:
        span: Span | None = found.subject.span if found.subject else None
        if span is not None and not span.file.startswith(LIBRARY):
            yield span.file, Silence(span, found.diagnostic.kind.name)
