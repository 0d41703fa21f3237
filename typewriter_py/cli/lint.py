"""``typewriter lint``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import click

from .. import config as configuration
from ..config import Lint, PlanSource, TargetConfig
from ..diagnostics import Diagnostic, Severity, Span, has_errors, in_order
from ..lint import Found, Request, Rule, Settings, chosen, lint, rules, with_severity
from ..lint.context import ALL
from ..lint.registry import DEFAULT
from ..output import Change, Comparison
from ..output.write import apply
from ..plan.files import LIBRARY
from ..plan.load import Loaded, load
from ..plan.model import Plan
from ..plan.queries import select as selected
from ..plan.suppressions import Amendment, Drop, Silence, Unsilence, amended
from ..reporters import summary
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from ..util import did_you_mean
from . import configured
from .io import COULD_NOT_RUN, FINDINGS, FINE, output_format, report, tell, verdict


@click.command(
    epilog="""\b
Examples:
  $ typewriter lint                          # the plans of the configuration
  $ typewriter lint plans/myapp.yaml
  $ typewriter lint --strict --output-format github
  $ typewriter lint --select default,missing-owner
  $ typewriter lint --fix                    # what needs no judgement
  $ typewriter lint --add-ignores            # to begin with: from now on only what is new

\b
What runs, how severe, and where not, is set in [tool.typewriter.lint]; `ignore:` silences a
rule for one event, property or definition.  `typewriter explain RULE` says what a rule is
about.

\b
Exit status: 0 fine, 1 errors (with --strict warnings too), 2 could not run.
"""
)
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
@click.option("--select", metavar="RULES", help="The rules to run, instead of the configured.")
@click.option("--ignore", metavar="RULES", help="Rules not to run, beside the configured.")
@click.option("--strict", is_flag=True, help="Let warnings fail the run.")
@click.option("--fix", is_flag=True, help="Mend in the plan what needs no judgement.")
@click.option("--add-ignores", is_flag=True, help="Silence in the plan what is found now.")
@output_format
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
    """Say what is wrong with each PLAN, and what could be better.

    Without PLAN, with those of the configuration.  RULES are names or numbers between commas;
    `default` is all that run by themselves, `all` is all.
    """
    if fix and add_ignores:
        raise click.UsageError("--fix and --add-ignores are two steps: first the one, then look.")
    job = prepare(plans, config_file, select, ignore)
    if job.problems:
        report(in_order(job.problems), form, job.texts)
        return COULD_NOT_RUN
    looked = look(job)
    if fix or add_ignores:
        problems = _mend(looked) if fix else _silence(looked)
        if problems:
            report(in_order(problems), form, looked.texts)
            return COULD_NOT_RUN
        looked = look(job)
    for plan in looked.plans:
        tell(f"{plan.source.path}: {summary(plan.diagnostics) or 'no problems'}")
    findings = in_order(looked.diagnostics)
    report(findings, form, looked.texts)
    if not all(plan.loaded.sources for plan in looked.plans):
        return COULD_NOT_RUN
    return FINDINGS if _fails(findings, strict) else FINE


def _fails(findings: Sequence[Diagnostic], strict: bool) -> bool:
    """Errors do, and under ``strict`` warnings, but for what the calendar alone has brought."""
    by_calendar = {rule.code.number for rule in rules() if rule.by_calendar}
    timeless = [each for each in findings if each.code not in by_calendar]
    return has_errors(findings) or verdict(timeless, strict)


@dataclass(frozen=True, slots=True)
class Job:
    """What to look at and how, or why that cannot be said."""

    sources: tuple[PlanSource, ...] = ()
    targets: tuple[TargetConfig, ...] = ()
    lint: Lint = field(default_factory=Lint)
    rules: tuple[Rule, ...] = ()
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Linted:
    """One plan and what was found in it, in order."""

    source: PlanSource
    loaded: Loaded
    found: tuple[Found, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings themselves."""
        return in_order(each.diagnostic for each in self.found)


@dataclass(frozen=True, slots=True)
class Looked:
    """All plans of a job."""

    plans: tuple[Linted, ...]
    texts: Mapping[str, str]

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """All findings; plans may share files, and so findings."""
        return (each for plan in self.plans for each in plan.diagnostics)


def prepare(
    named: tuple[str, ...], config_file: str | None, select: str | None, ignore: str | None
) -> Job:
    """The job that the command line and the configuration describe together.

    Raises click.UsageError for rules that there are not.
    """
    read = configured.read(config_file, plan_given=True)
    problems = list(read.diagnostics)
    config = read.config
    sources: dict[PlanSource, None] = {}
    for each in map(configuration.locate, named):
        if isinstance(each, Diagnostic):
            problems.append(each)
        else:
            sources[each] = None
    if config and not named:
        sources = dict.fromkeys(configured.plans(config))
    if not sources and not problems:
        help = "name one: `typewriter lint PLAN`, or run `typewriter init`"
        problems.append(configured.no_plan(help))
    table = config.lint if config else Lint()
    wanted = _rules("--select", select) or table.select or (DEFAULT,)
    table = replace(table, ignore=(*table.ignore, *_rules("--ignore", ignore)))
    settings = Settings(table.naming, today=today())
    if table.max_properties is not None:
        settings = replace(settings, max_properties=table.max_properties)
    return Job(
        tuple(sources), config.targets if config else (), table, chosen(wanted, table.ignore),
        settings, tuple(problems), dict(read.sources),
    )  # fmt: skip


def _rules(option: str, text: str | None) -> tuple[str, ...]:
    named = tuple(word.strip() for word in (text or "").split(",") if word.strip())
    known = configured.rule_words(option.removeprefix("--")) if named else ()
    for word in named:
        if word not in known:
            hint = did_you_mean(word, known) or "`typewriter explain` lists all"
            raise click.UsageError(f"{option}: there is no rule '{word}'; {hint}")
    return named


def today() -> str:
    """The day in UTC: that of ``SOURCE_DATE_EPOCH``, else of the clock.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is '{epoch}', and must be a number of seconds"
        raise click.UsageError(message) from None


def look(job: Job) -> Looked:
    """Loads and judges every plan of ``job``."""
    plans, texts = [], dict(job.texts)
    for source in job.sources:
        loaded = load(source.path)
        texts |= loaded.sources
        plans.append(Linted(source, loaded, tuple(_judged(source, loaded, job))))
    return Looked(tuple(_agreed(plans)), texts)


def _agreed(plans: Sequence[Linted]) -> Iterator[Linted]:
    """Of a file that several plans share, nothing is unused but what none of them uses."""
    of_disuse = {rule.code.number for rule in rules() if rule.of_disuse}
    said = {plan.source: {each.diagnostic for each in plan.found} for plan in plans}
    for plan in plans:
        kept = [
            each
            for each in plan.found
            if each.diagnostic.code not in of_disuse
            or all(
                each.diagnostic in said[other.source]
                for other in plans
                if each.diagnostic.file in other.loaded.sources
            )
        ]
        yield replace(plan, found=tuple(kept))


def _judged(source: PlanSource, loaded: Loaded, job: Job) -> Iterator[Found]:
    said = (*loaded.diagnostics, *_unusable(source, loaded.plan, job.targets))
    if loaded.plan is None:
        found: tuple[Found, ...] = tuple(map(Found, said))
    else:
        request = Request(job.rules, job.settings, said, lambda: configured.rule_words("ignore"))
        found = lint(loaded.plan, request)
    for each in found:
        if not _ignored(each.diagnostic, job.lint):
            yield replace(each, diagnostic=_weighed(each.diagnostic, job.lint))


def _unusable(
    source: PlanSource, plan: Plan | None, targets: tuple[TargetConfig, ...]
) -> Iterator[Diagnostic]:
    """What keeps the configured targets of a plan, or else the first there is, from generating."""
    if plan is None:
        return
    mine = [target for target in targets if target.plan == source]
    for target in mine:
        yield from load_target(target.language).check(selected(plan, target.tags, target.events))
    if not mine:
        yield from load_target(DEFAULT_LANGUAGE).check(plan)


def _ignored(diagnostic: Diagnostic, table: Lint) -> bool:
    """Advice can be silenced, an error cannot: there is nothing to generate from."""
    if diagnostic.severity is Severity.ERROR:
        return False
    names = {diagnostic.code, diagnostic.kind.name, ALL}
    if names.intersection(table.ignore):
        return True
    return any(
        names.intersection(words) and diagnostic.file and _matches(diagnostic.file, pattern, table)
        for pattern, words in table.per_file_ignores.items()
    )


def _matches(file: str, pattern: str, table: Lint) -> bool:
    """Whether the file is meant: by its path from the configuration's folder, or its name."""
    path = os.path.relpath(os.path.abspath(file), os.path.abspath(table.folder))
    return fnmatch(path.replace(os.sep, "/"), pattern) or fnmatch(os.path.basename(file), pattern)


def _weighed(diagnostic: Diagnostic, table: Lint) -> Diagnostic:
    """As severe as configured; an error of the plan stays one."""
    if diagnostic.severity is Severity.ERROR:
        return diagnostic
    for word in (diagnostic.code, diagnostic.kind.name):
        if word in table.severity:
            return with_severity(diagnostic, table.severity[word])
    return diagnostic


def _mend(looked: Looked) -> list[Diagnostic]:
    """Mends what needs no judgement; what kept a file from being written."""
    wanted = [each for plan in looked.plans if _is_ours(plan) for each in _fixes(plan)]
    return _write(wanted, "fixed", looked.texts)


def _silence(looked: Looked) -> list[Diagnostic]:
    """Silences all that is found now, on the event, property or definition that it is about."""
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
