"""From the options and the configuration to the targets of ``generate``, and from each target to
its files.

Options override the configuration.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from .. import config as configuration
from ..config import TARGET_KEYS, PlanSource, Read, TargetConfig, unknown_key
from ..config.codes import EMPTY_SELECTION, NO_CONFIG, UNKNOWN_SETTING
from ..diagnostics import Diagnostic, has_errors
from ..output import Comparison, compare
from ..output.codes import PACKAGE_NAME
from ..plan.load import Loaded
from ..plan.model import Plan
from ..plan.queries import matches, select
from ..targets import DEFAULT_LANGUAGE, Request, Target
from ..targets import load as load_target
from ..text import printable
from ..util import did_you_mean, readable, without_gc
from .configured import elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of ``generate``, None or empty where they are not given."""

    plan: str | None
    out: str | None
    target: str | None
    settings: Mapping[str, str]
    config_file: str | None
    templates: str | None
    check: bool
    diff: bool
    strict: bool
    tracked: bool
    form: str


def targets(options: Options, read: Read) -> tuple[TargetConfig, ...] | list[Diagnostic]:
    """The targets to generate, each with its plan, or why there are none.

    Raises click.UsageError for options that contradict each other or the configuration.
    """
    plan = configuration.locate(options.plan) if options.plan else None
    if isinstance(plan, Diagnostic):
        return [*read.diagnostics, plan]
    if read.diagnostics:
        return list(read.diagnostics)
    configured_plan = read.config.plan if read.config else None
    chosen = _chosen(read.config.targets if read.config else (), options, plan or configured_plan)
    found = tuple(_overridden(target, options, plan) for target in chosen)
    if found and all(target.plan for target in found):
        return found
    return [_nothing(options, read)]


def _nothing(options: Options, read: Read) -> Diagnostic:
    """A diagnostic: there is nothing to generate, and what to give for that."""
    lacking = [
        name for name, value in (("--plan", options.plan), ("--out", options.out)) if not value
    ]
    give = f"give {' and '.join(lacking)}"
    if len(lacking) == 1:
        give += ", too"
    if read.file:
        message = f"nothing to generate in {read.file}"
        help = f"add a target to it (`typewriter init` shows how), or {give}"
    else:
        message = f"no configuration {configuration.searched(Path.cwd())}"
        help = f"run `typewriter init`, or {give}{elsewhere()}"
    return NO_CONFIG.at(None, message, help=help)


def _chosen(
    configured: tuple[TargetConfig, ...], options: Options, plan: PlanSource | None
) -> list[TargetConfig]:
    """Those of the given language; with --out the one that is generated there, or the only one."""
    wanted = [each for each in configured if options.target in (None, each.language)]
    if options.out is None:
        return wanted
    out = os.path.realpath(options.out)
    same = [each for each in wanted if os.path.realpath(each.out) == out]
    if not same and len(wanted) > 1:
        outs = ", ".join(each.out for each in wanted)
        raise click.UsageError(
            f"--out '{options.out}' is not one of the {len(wanted)} configured targets ({outs}); "
            "give --plan too, to ignore the configuration."
        )
    language = options.target or DEFAULT_LANGUAGE
    new = TargetConfig(language=language, out=options.out, plan=plan)
    return (same or wanted or [new])[:1]


def _overridden(target: TargetConfig, options: Options, plan: PlanSource | None) -> TargetConfig:
    """``target`` with the options in place of what it says, which then has no location."""
    out = options.out or target.out
    overridden = {*options.settings}
    if os.path.realpath(out) != os.path.realpath(target.out):
        overridden.add("out")
    return replace(
        target,
        out=out,
        plan=plan or target.plan,
        templates=Path(options.templates) if options.templates else target.templates,
        settings={**target.settings, **options.settings},
        spans={key: span for key, span in target.spans.items() if key not in overridden},
    )


@dataclass(frozen=True, slots=True)
class Built:
    """The result for a target: no ``comparison`` if there is an error, no ``request`` if it was
    found before anything could be generated; ``files`` are the paths of what belongs there."""

    target: TargetConfig
    diagnostics: tuple[Diagnostic, ...]
    comparison: Comparison | None = None
    request: Request | None = None
    files: tuple[str, ...] = ()


@without_gc()
def build(
    target: TargetConfig, read: Callable[[str], Loaded], configured: Iterable[TargetConfig] = ()
) -> Built:
    """Generate a target in memory; ``read`` loads a plan by its path, ``configured`` are all
    targets of the configuration."""
    assert target.plan, "targets() gives no target without a plan"
    module = load_target(target.language)
    found = [*_name_problems(target, module), *_setting_problems(target, module)]
    loaded = read(target.plan.path)
    found += loaded.diagnostics
    if loaded.plan is None or has_errors(found):
        return Built(target, tuple(found))
    found += _selection_problems(target, loaded.plan)
    request = Request(
        plan=select(loaded.plan, tags=target.tags, events=target.events),
        package=_package_name(target.out),
        source=printable(target.plan.name),
        settings=target.settings,
        spans=target.spans,
        overrides=target.templates,
        folder=Path(target.out),
        packages={
            Path(os.path.abspath(each.out)): each.settings
            for each in configured
            if each.language == target.language
        },
    )
    generated = module.generate(request)
    found += generated.diagnostics
    if has_errors(found):
        return Built(target, tuple(found))
    comparison = compare(Path(target.out), generated.files)
    found += comparison.diagnostics
    if has_errors(found):
        return Built(target, tuple(found), None, request)
    files = tuple(each.path for each in generated.files)
    return Built(target, tuple(found), comparison, request, files)


def _package_name(out: str) -> str:
    """The last part of a path, also of ``.`` and of one that ends in a slash."""
    return readable(os.path.basename(os.path.abspath(out)))


def _name_problems(target: TargetConfig, module: Target) -> Iterator[Diagnostic]:
    problem: Callable[[str], str] | None = getattr(module, "package_problem", None)
    name = _package_name(target.out)
    if problem and (why := problem(name)):
        message = f"the package would be called `{printable(name)}`, which is {why}"
        help = "the last part of --out (`out`) names the package: letters, digits and `_`"
        yield PACKAGE_NAME.at(target.spans.get("out"), message, help=help)


def _setting_problems(target: TargetConfig, module: Target) -> Iterator[Diagnostic]:
    """A target that has no ``SETTINGS`` accepts any."""
    known: tuple[str, ...] = getattr(module, "SETTINGS", tuple(target.settings))
    for key in target.settings:
        if key in known:
            continue
        if key in target.spans:
            yield unknown_key(key, target.spans[key], (*TARGET_KEYS, *known))
        else:
            help = did_you_mean(key, known) or f"known: {', '.join(known) or 'none'}"
            message = f"target `{target.language}` has no setting `{key}`"
            yield UNKNOWN_SETTING.at(None, message, help=help)


def _selection_problems(target: TargetConfig, plan: Plan) -> Iterator[Diagnostic]:
    tags = {tag for event in plan.events for tag in event.tags}
    names = [event.name for event in plan.events]
    for tag in target.tags:
        if tag not in tags:
            message, help = f"no event has the tag `{tag}`", did_you_mean(tag, tags)
            yield EMPTY_SELECTION.at(target.spans.get("tags"), message, help=help)
    for pattern in target.events:
        if not any(matches(name, pattern) for name in names):
            message, help = f"no event is called `{pattern}`", did_you_mean(pattern, names)
            yield EMPTY_SELECTION.at(target.spans.get("events"), message, help=help)
