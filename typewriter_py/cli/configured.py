"""The configuration of a command: found, read, and its lint rules checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from .. import config as configuration
from .. import disk
from ..config import Config, PlanSource, Read
from ..config.codes import INVALID, NO_CONFIG, TWO_CONFIGS
from ..diagnostics import Diagnostic, Span
from ..lint import rules
from ..lint.context import ALL
from ..lint.registry import DEFAULT
from ..targets import TARGETS
from ..util import did_you_mean


def read(named: str | None, *, plan_given: bool) -> Read:
    """The configuration in the file ``named``, else the nearest one, else an empty one."""
    here = Path.cwd()
    file = named or configuration.find(here)
    other = None if named else configuration.rival(file or "")
    return _read(file, plan_given, other, None if named else disk.repository(here))


def read_all(named: str | None, *, plan_given: bool) -> list[Read]:
    """The configuration as ``read`` finds it; where none applies, as at the root of a monorepo,
    every one below."""
    one = read(named, plan_given=plan_given)
    if one.file is not None:
        return [one]
    root = disk.repository(Path.cwd())
    found = [_read(file, plan_given, configuration.rival(file), root) for file in _below()]
    return found or [one]


def _read(file: str | None, plan_given: bool, other: str | None, within: Path | None) -> Read:
    """The configuration in a file, which must not lead out of the folder ``within``; ``other``
    is the one next to it, which must not exist."""
    if file is None:
        return Read()
    found = configuration.read(file, TARGETS, plan_given=plan_given, within=within)
    if other:
        message = f"`{other}` has a [tool.typewriter] table, too"
        help = f"move everything into one of them, or choose with --config {file}"
        problem = TWO_CONFIGS.at(Span(file), message, help=help)
        return Read(None, (problem, *found.diagnostics), found.sources, file)
    problems = tuple(_unknown_rules(found.config)) if found.config else ()
    if problems:
        return replace(found, config=None, diagnostics=(*found.diagnostics, *problems))
    return found


def _below() -> list[str]:
    """The configurations below the working directory, if that is in a repository: elsewhere
    (a home folder) they do not belong together.  What git ignores is left out."""
    here = Path.cwd()
    found = configuration.below(here) if disk.repository(here) else []
    if not found:
        return []
    from ..diff.git import run  # only the root of a monorepo needs it

    try:
        listed = run(here, "-c", "core.quotePath=false", "check-ignore", "--", *found)
    except OSError:  # none is ignored, or git does not know
        return found
    ignored = os.fsdecode(listed).split("\n")
    return [file for file in found if file not in ignored]


def plans(config: Config | None) -> list[PlanSource]:
    """The plans of a configuration and of its targets, each once."""
    named = [config.plan, *(target.plan for target in config.targets)] if config else []
    return list(dict.fromkeys(each for each in named if each))


def plan(named: str | None, config: Config | None, help: str) -> PlanSource | Diagnostic:
    """The plan called ``named``, else the only one that is configured."""
    if named is not None:
        return configuration.locate(named)
    found = plans(config)
    if len(found) == 1:
        return found[0]
    if not found:
        return no_plan(help)
    message = "several plans are configured: " + ", ".join(each.path for each in found)
    return NO_CONFIG.at(None, message, help=help)


def no_plan(help: str) -> Diagnostic:
    """A diagnostic: the command has no plan to work on."""
    message = f"no plan is configured {configuration.searched(Path.cwd())}"
    return NO_CONFIG.at(None, message, help=f"{help}{elsewhere()}")


_SHOWN: Final = 5


def elsewhere() -> str:
    """The end of a help text where no configuration applies: --config, and what to give it."""
    if configuration.find(Path.cwd()):
        return ""
    found = _below()
    listed = ", ".join(found[:_SHOWN]) + (" …" if found[_SHOWN:] else "")
    return ", or choose a configuration with --config" + (f": {listed}" if listed else "")


def _unknown_rules(config: Config) -> Iterator[Diagnostic]:
    """A diagnostic for each word in the table ``lint`` that is not the code or name of a rule."""
    for word, key, span in config.lint.words:
        known = rule_words(key)
        if word not in known:
            help = did_you_mean(word, known) or "`typewriter explain` lists all codes"
            what = "rule" if key == "select" else "code"
            yield INVALID.at(span, f"`{key}`: there is no {what} `{word}`", help=help)


def rule_words(key: str) -> frozenset[str]:
    """The words allowed under a key of the table ``lint`` (or a pattern of ``per-file-ignores``).

    Diagnostics of the plan's own checks can be ignored and given a severity, but not selected:
    those checks always run.
    """
    if key == "select":
        return frozenset({ALL, DEFAULT, *(word for rule in rules() for word in rule.words)})
    from .. import catalogue  # imports every part of the tool, which most commands do not need

    return catalogue.words() | (set() if key == "severity" else {ALL})
