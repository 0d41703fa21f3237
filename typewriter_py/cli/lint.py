"""``typewriter lint``."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from .. import config as configuration
from ..config import PlanSource, TargetConfig
from ..config.codes import NO_CONFIG
from ..diagnostics import Diagnostic, Severity, in_order
from ..plan.load import load
from ..plan.model import Plan
from ..plan.select import select
from ..reporters import summary
from ..targets import TARGETS
from ..targets import load as load_target
from . import configured
from .console import COULD_NOT_RUN, FINDINGS, FINE, output_format, report, tell, verdict


@click.command(
    epilog="""\b
Examples:
  $ typewriter lint                          # the plans of the configuration
  $ typewriter lint plans/myapp.yaml
  $ typewriter lint --strict --output-format github

\b
Exit status: 0 fine, 1 errors (with --strict warnings too), 2 could not run.
"""
)
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--config", "config_file", metavar="FILE", help="The configuration to use.")
@click.option("--strict", is_flag=True, help="Let warnings fail the run.")
@output_format
def command(plans: tuple[str, ...], config_file: str | None, strict: bool, form: str) -> int:
    """Say what is wrong with each PLAN; without PLAN, with those of the configuration."""
    sources, targets, ignored, problems, texts = _plans(plans, config_file)
    if problems:
        report(in_order(problems), form, texts)
        return COULD_NOT_RUN
    found: list[Diagnostic] = []
    unread = False
    for source in sources:
        loaded = load(source.path)
        said = [*loaded.diagnostics, *_unusable(source, loaded.plan, targets)]
        mine = [each for each in in_order(said) if not _ignored(each, ignored)]
        found += mine
        texts = {**texts, **loaded.sources}
        tell(f"{source.path}: {summary(mine) or 'no problems'}")
        unread |= not loaded.sources
    findings = in_order(found)
    report(findings, form, texts)
    if unread:
        return COULD_NOT_RUN
    return FINDINGS if verdict(findings, strict) else FINE


def _unusable(
    source: PlanSource, plan: Plan | None, targets: tuple[TargetConfig, ...]
) -> Iterator[Diagnostic]:
    """What keeps the configured targets of a plan, or else any target, from generating."""
    if plan is None:
        return
    configured = [target for target in targets if target.plan == source]
    for target in configured:
        yield from load_target(target.language).check(select(plan, target.tags, target.events))
    for language in TARGETS if not configured else ():
        yield from load_target(language).check(plan)


def _plans(
    named: tuple[str, ...], config_file: str | None
) -> tuple[
    list[PlanSource],
    tuple[TargetConfig, ...],
    tuple[str, ...],
    list[Diagnostic],
    dict[str, str],
]:
    """The plans to look at, the targets that are configured for them, the codes to pass
    over, why it cannot be done, and the texts of the files read."""
    read = configured.read(config_file, plan_given=True)
    problems = list(read.diagnostics)
    sources: dict[PlanSource, None] = {}
    if named:
        for each in map(configuration.locate, named):
            problems += [each] if isinstance(each, Diagnostic) else []
            sources |= {} if isinstance(each, Diagnostic) else {each: None}
    elif read.config:
        planned = [read.config.plan, *(target.plan for target in read.config.targets)]
        sources = dict.fromkeys(plan for plan in planned if plan)
    if not sources and not problems:
        help = "name one: `typewriter lint PLAN`, or run `typewriter init`"
        problems.append(NO_CONFIG.at(None, f"no plan is configured in {os.getcwd()}", help=help))
    ignored = read.config.lint_ignore if read.config else ()
    targets = read.config.targets if read.config else ()
    return list(sources), targets, ignored, problems, dict(read.sources)


def _ignored(diagnostic: Diagnostic, ignored: tuple[str, ...]) -> bool:
    """Advice can be silenced, an error cannot: there is nothing to generate from."""
    if diagnostic.severity is Severity.ERROR:
        return False
    return diagnostic.code in ignored or diagnostic.kind.name in ignored
