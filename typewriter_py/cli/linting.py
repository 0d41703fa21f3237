"""What ``lint`` does for each plan: loads it, judges it, leaves out what is not wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch

import click

from .. import config as configuration
from ..config import Lint, PlanSource, TargetConfig
from ..config.codes import NO_CONFIG
from ..diagnostics import Diagnostic, Severity, in_order
from ..plan.load import Loaded, load
from ..plan.model import Plan
from ..plan.select import select as selected
from ..rules import Found, Request, Rule, Settings, chosen, lint, rules, with_severity
from ..rules.scene import ALL
from ..rules.selection import DEFAULT
from ..suggest import did_you_mean
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from . import configured


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

    @property
    def unread(self) -> bool:
        """Whether there is a plan of which nothing could be said."""
        return any(not plan.loaded.sources for plan in self.plans)


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
        planned = [config.plan, *(target.plan for target in config.targets)]
        sources = dict.fromkeys(plan for plan in planned if plan)
    if not sources and not problems:
        help = "name one: `typewriter lint PLAN`, or run `typewriter init`"
        problems.append(NO_CONFIG.at(None, f"no plan is configured in {os.getcwd()}", help=help))
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
