"""From options and configuration to jobs, one package each, and from a job to its files.

Options beat configuration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import click

from .. import config as configuration
from ..config import TARGET_KEYS, PlanSource, Read, TargetConfig, unknown_key
from ..config.codes import EMPTY_SELECTION, NO_CONFIG, UNKNOWN_SETTING
from ..diagnostics import Diagnostic, has_errors
from ..output import Change, Comparison, compare
from ..output.codes import PACKAGE_NAME
from ..plan import metaschema
from ..plan.load import Loaded
from ..plan.model import Plan
from ..plan.queries import select
from ..targets import DEFAULT_LANGUAGE, Request, Target
from ..targets import load as load_target
from ..text import printable
from ..util import did_you_mean, readable, uncollected
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
    """What is to be generated, or why that cannot be said; ``file`` is the configuration, and
    ``configured`` are all of its targets."""

    targets: tuple[TargetConfig, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    configured: tuple[TargetConfig, ...] = ()


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
    everything = read.config.targets if read.config else ()
    targets = _chosen(everything, options, planned)
    targets = tuple(_overridden(target, options, plan) for target in targets)
    if not targets or not all(target.plan for target in targets):
        return Work((), (_nothing(file),), read.sources, file)
    return Work(targets, (), read.sources, file, everything)


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


@dataclass(frozen=True, slots=True)
class Built:
    """What a job came to: no ``comparison`` if there is an error, no ``request`` if it was found
    before anything could be generated."""

    target: TargetConfig
    diagnostics: tuple[Diagnostic, ...]
    comparison: Comparison | None = None
    request: Request | None = None


@uncollected()
def build(
    target: TargetConfig,
    read: Callable[[str], Loaded],
    configured: Iterable[TargetConfig] = (),
) -> Built:
    """Does the job in memory; ``read`` loads a plan by its path, ``configured`` are all targets
    of the configuration."""
    assert target.plan, "work() gives no target without a plan"
    module = load_target(target.language)
    found = [*_name_problems(target, module), *_setting_problems(target, module)]
    loaded = read(target.plan.path)
    found += loaded.diagnostics
    if loaded.plan is None or has_errors(found):
        return Built(target, tuple(found))
    found += _selection_problems(target, loaded.plan)
    request = Request(
        plan=select(loaded.plan, tags=target.tags, events=target.events),
        package=package_name(target.out),
        source=printable(target.plan.name),
        settings=target.settings,
        places=target.places,
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
    return Built(target, tuple(found), None if has_errors(found) else comparison, request)


def schema_beside(plan: str) -> Comparison | None:
    """What has to change for the ``plan.schema.json`` beside a plan to be of today.

    None if there is none, or one that is somebody else's.
    """
    folder = Path(os.path.dirname(plan))
    place = folder / metaschema.SCHEMA_FILE
    try:
        old = place.read_text(encoding="utf-8")
        title = json.loads(old)["title"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    new = metaschema.text()
    if place.is_symlink() or title != metaschema.schema()["title"]:
        return None
    changes = () if old == new else (Change(metaschema.SCHEMA_FILE, old, new),)
    return Comparison(folder, changes, unchanged=1 - len(changes))


def package_name(out: str) -> str:
    """The last part of a path, also of ``.`` and of one that ends in a slash."""
    return readable(os.path.basename(os.path.abspath(out)))


def _name_problems(target: TargetConfig, module: Target) -> Iterator[Diagnostic]:
    judge: Callable[[str], str] | None = getattr(module, "package_problem", None)
    name = package_name(target.out)
    why = judge(name) if judge else ""
    if not why:
        return
    message = f"the package would be called `{printable(name)}`, which is {why}"
    help = "the last part of --out (`out`) names the package: letters, digits and `_`"
    yield PACKAGE_NAME.at(target.places.get("out"), message, help=help)


def _setting_problems(target: TargetConfig, module: Target) -> Iterator[Diagnostic]:
    """A target's ``SETTINGS`` names what it takes; one without takes what comes."""
    known: tuple[str, ...] | None = getattr(module, "SETTINGS", None)
    for key in target.settings if known is not None else ():
        names = tuple(known or ())
        if key in names:
            continue
        if key in target.places:
            yield unknown_key(key, target.places[key], (*TARGET_KEYS, *names))
        else:
            help = did_you_mean(key, names) or f"known: {', '.join(names) or 'none'}"
            message = f"target `{target.language}` has no setting `{key}`"
            yield UNKNOWN_SETTING.at(None, message, help=help)


def _selection_problems(target: TargetConfig, plan: Plan) -> Iterator[Diagnostic]:
    tags = {tag for event in plan.events for tag in event.tags}
    names = [event.name for event in plan.events]
    for tag in target.tags:
        if tag not in tags:
            message = f"no event has the tag `{tag}`"
            help = did_you_mean(tag, tags)
            yield EMPTY_SELECTION.at(target.places.get("tags"), message, help=help)
    for pattern in target.events:
        if not any(fnmatchcase(name, pattern) for name in names):
            message = f"no event is called `{pattern}`"
            help = did_you_mean(pattern, names)
            yield EMPTY_SELECTION.at(target.places.get("events"), message, help=help)
