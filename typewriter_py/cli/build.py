"""One job: plan in, the package's files compared with what stands in its folder out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..config import TARGET_KEYS, TargetConfig, unknown_key
from ..config.codes import EMPTY_SELECTION, UNKNOWN_SETTING
from ..diagnostics import Diagnostic, has_errors
from ..filenames import readable
from ..memory import uncollected
from ..output import Change, Comparison, compare
from ..output.codes import PACKAGE_NAME
from ..plan import metaschema
from ..plan.load import Loaded
from ..plan.model import Plan
from ..plan.select import select
from ..suggest import did_you_mean
from ..targets import Request, Target
from ..targets import load as load_target
from ..terminal import printable

SCHEMA_FILE = "plan.schema.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a job came to: no ``comparison`` if there is an error."""

    target: TargetConfig
    diagnostics: tuple[Diagnostic, ...]
    comparison: Comparison | None = None


@uncollected()
def build(target: TargetConfig, read: Callable[[str], Loaded]) -> Built:
    """Does the job in memory; ``read`` loads a plan by its path."""
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
    )
    generated = module.generate(request)
    found += generated.diagnostics
    if has_errors(found):
        return Built(target, tuple(found))
    comparison = compare(Path(target.out), generated.files)
    found += comparison.diagnostics
    return Built(target, tuple(found), None if has_errors(found) else comparison)


def schema_beside(plan: str) -> Comparison | None:
    """What has to change for the ``plan.schema.json`` beside a plan to be of today.

    None if there is none, or one that is somebody else's.
    """
    folder = Path(os.path.dirname(plan))
    place = folder / SCHEMA_FILE
    try:
        old = place.read_text(encoding="utf-8")
        title = json.loads(old)["title"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    new = metaschema.text()
    if place.is_symlink() or title != metaschema.schema()["title"]:
        return None
    changes = () if old == new else (Change(SCHEMA_FILE, old, new),)
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
