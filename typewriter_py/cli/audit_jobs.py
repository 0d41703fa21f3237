"""What ``typewriter audit`` is to look for: the plans, each with its packages."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from .. import config as configuration
from ..config import Config, PlanSource, TargetConfig
from ..config.codes import NO_CONFIG
from ..diagnostics import Diagnostic
from . import configured


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
        message = f"no plan is configured in {os.getcwd()}"
        return Jobs((), (NO_CONFIG.at(None, message, help=help),), read.sources, folder)
    return Jobs(tuple(planned), (), read.sources, folder)


def _planned(config: Config | None, source: PlanSource | None) -> list[Job]:
    """One job a plan; a plan that is named takes the configured targets of its file."""
    targets = [each for each in (config.targets if config else ()) if each.language == "python"]
    plans = [source] if source else [each.plan for each in targets]
    if not source and not targets and config:
        plans = [config.plan]
    return [
        Job(plan, tuple(each for each in targets if _same(each.plan or config_plan(config), plan)))
        for plan in dict.fromkeys(plan for plan in plans if plan)
    ]


def config_plan(config: Config | None) -> PlanSource | None:
    """The plan of all targets that name none."""
    return config.plan if config else None


def _same(one: PlanSource | None, other: PlanSource) -> bool:
    return one is not None and os.path.realpath(one.path) == os.path.realpath(other.path)
