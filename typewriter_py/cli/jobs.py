"""From options and configuration to jobs: one package each.  Options beat configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from .. import config as configuration
from ..config import PlanSource, Read, TargetConfig
from ..config.codes import NO_CONFIG
from ..diagnostics import Diagnostic
from ..targets import DEFAULT_LANGUAGE
from . import configured


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line of ``generate`` says, None or empty where it says nothing."""

    plan: str | None = None
    out: str | None = None
    target: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    config: str | None = None
    templates: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be generated, or why that cannot be said; ``file`` is the configuration."""

    targets: tuple[TargetConfig, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None


def work(options: Options) -> Work:
    """The targets of ``options``, each with its plan.

    With a plan and a folder given no configuration is needed, and none is looked for.
    Raises click.UsageError for options that contradict each other or the configuration.
    """
    needed = options.config or not (options.plan and options.out)
    read = configured.read(options.config, plan_given=bool(options.plan)) if needed else Read()
    file = read.file
    plan = configuration.locate(options.plan) if options.plan else None
    problems = list(read.diagnostics)
    if isinstance(plan, Diagnostic):
        problems.append(plan)
        plan = None
    if problems:
        return Work((), tuple(problems), read.sources, file)
    planned = plan or (read.config.plan if read.config else None)
    targets = _chosen(read.config.targets if read.config else (), options, planned)
    targets = tuple(_overridden(target, options, plan) for target in targets)
    if not targets or not all(target.plan for target in targets):
        return Work((), (_nothing(file),), read.sources, file)
    return Work(targets, (), read.sources, file)


def _chosen(
    configured: tuple[TargetConfig, ...], options: Options, plan: PlanSource | None
) -> tuple[TargetConfig, ...]:
    """Those of the wanted language; with --out the one that goes there, or the only one."""
    wanted = [each for each in configured if options.target in (None, each.language)]
    if options.out is None:
        return tuple(wanted)
    there = os.path.realpath(options.out)
    same = [each for each in wanted if os.path.realpath(each.out) == there]
    if not same and len(wanted) > 1:
        outs = ", ".join(each.out for each in wanted)
        raise click.UsageError(
            f"--out '{options.out}' is none of the {len(wanted)} configured targets ({outs}); "
            "give --plan too, to do without the configuration."
        )
    if same or wanted:
        return tuple((same or wanted)[:1])
    language = options.target or DEFAULT_LANGUAGE
    return (TargetConfig(language=language, out=options.out, plan=plan),)


def _overridden(target: TargetConfig, options: Options, plan: PlanSource | None) -> TargetConfig:
    moved = options.out is not None and os.path.realpath(target.out) != os.path.realpath(
        options.out
    )
    places = {key: span for key, span in target.places.items() if not (moved and key == "out")}
    return replace(
        target,
        out=options.out or target.out,
        plan=plan or target.plan,
        templates=Path(options.templates) if options.templates else target.templates,
        settings={**target.settings, **options.settings},
        places={key: span for key, span in places.items() if key not in options.settings},
    )


def _nothing(file: str | None) -> Diagnostic:
    if file:
        message, help = f"nothing to generate in {file}", "give it a [[targets]] with an `out`"
        help = "add a target to it (`typewriter init` shows how), or give --plan and --out"
    else:
        message = f"no configuration in {os.getcwd()} or above"
        help = "run `typewriter init`, or give --plan and --out"
    return NO_CONFIG.at(None, message, help=help)
