"""The configuration: ``[tool.typewriter]`` in pyproject.toml, or typewriter.toml.

Reading it gives a ``Config`` and all mistakes in it at once.  Keys that only a target knows are
kept as its settings; the command that loads the target checks their names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import disk
from ..diagnostics import Diagnostic, Span, has_errors
from . import codes
from .model import Config, Lint, PlanSource, SegmentConfig, TargetConfig, locate
from .reader import TARGET_KEYS, Reader, unknown_key
from .search import below, find, rival, searched
from .toml_spans import parse_toml


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading: no ``config`` if there is an error, or no file.

    ``sources`` maps the file to its text, for a reporter's excerpts.
    """

    config: Config | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None


def read(
    file: str,
    languages: Collection[str],
    *,
    plan_given: bool = False,
    within: Path | None = None,
) -> Read:
    """The configuration in ``file``; with ``plan_given`` no target needs to name a plan.

    ``languages`` are the names of the targets.  ``within`` is the repository that a file which
    was merely found must not lead out of.
    """
    try:
        text = disk.read(file, within=within).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        problem = codes.UNREADABLE.at(Span(file), f"cannot read the configuration: {reason}")
        return Read(diagnostics=(problem,), file=file)
    text = text.replace("\r\n", "\n")
    sources = {file: text}
    try:
        data = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        return Read(diagnostics=(_not_toml(file, text, error),), sources=sources, file=file)
    reader = Reader(file, data, text, languages, plan_given=plan_given)
    config = reader.config()
    found = tuple(reader.diagnostics)
    return Read(None if has_errors(found) else config, found, sources, file)


def _not_toml(file: str, text: str, error: Exception) -> Diagnostic:
    message = str(error)
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    if at and at[1]:
        line, column = int(at[1]), int(at[2])
    words = message[: at.start()] if at else message
    return codes.UNREADABLE.at(Span(file, line, column), f"not valid TOML: {words}")


__all__ = [
    "TARGET_KEYS",
    "Config",
    "Lint",
    "PlanSource",
    "Read",
    "SegmentConfig",
    "TargetConfig",
    "below",
    "find",
    "locate",
    "read",
    "rival",
    "searched",
    "unknown_key",
]
