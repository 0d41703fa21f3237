"""The configuration: ``[tool.typewriter]`` in pyproject.toml, or typewriter.toml.

Reading it gives a ``Config`` and all mistakes in it at once.  Keys that only a target knows are
kept as its settings; the command that loads the target checks their names.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .. import disk
from ..diagnostics import Diagnostic, Span, has_errors
from . import codes
from .model import Config, Lint, PlanSource, SegmentConfig, TargetConfig, locate
from .reader import TARGET_KEYS, Reader, unknown_key


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading: no ``config`` if there is an error, or no file.

    ``sources`` maps the file to its text, for a reporter's excerpts.
    """

    config: Config | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None


def find(start: Path) -> str | None:
    """The nearest configuration file from ``start`` upwards, relative to it.

    typewriter.toml comes before pyproject.toml (``rival`` finds the other), which only counts
    if it has the table (or mentions it but cannot be parsed: skipping it would hide the
    mistake).
    """
    for folder in (start, *start.parents):
        if (folder / "typewriter.toml").is_file():
            return os.path.relpath(folder / "typewriter.toml", start)
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file() and _mentions_us(pyproject):
            return os.path.relpath(pyproject, start)
    return None


_SKIPPED: Final = frozenset({"node_modules", "site-packages", "__pycache__"})


def below(start: Path) -> list[str]:
    """The configuration file of each folder below ``start`` that has one, relative to it.

    Other people's code is left out: hidden folders, virtual environments, node_modules, other
    repositories (submodules).  Links are not followed.
    """
    found: dict[Path, Path] = {}
    for file in map(Path, disk.below(start, _SKIPPED)):
        if file.name == "typewriter.toml" or (file.name == "pyproject.toml" and _mentions_us(file)):
            found[file.parent] = file  # typewriter.toml is the second of the two
    return [os.path.relpath(file, start) for file in found.values() if not _is_apart(file, start)]


def _is_apart(file: Path, start: Path) -> bool:
    """Whether a file is in another repository, or in a virtual environment."""
    folders = file.relative_to(start).parents
    return any(
        disk.is_repository(start / each) or (start / each / "pyvenv.cfg").exists()
        for each in folders
        if each != Path()
    )


def rival(file: str) -> str | None:
    """The pyproject.toml next to a typewriter.toml, if that has a configuration as well."""
    folder, name = os.path.split(file)
    other = os.path.join(folder, "pyproject.toml")
    return other if name == "typewriter.toml" and _mentions_us(Path(other)) else None


def _mentions_us(pyproject: Path) -> bool:
    try:
        text = disk.read(pyproject).decode("utf-8", "replace")
    except OSError:
        return False
    try:
        return "typewriter" in text and "typewriter" in tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError:
        return "tool.typewriter" in text


def read(file: str, languages: Collection[str], *, plan_given: bool = False) -> Read:
    """The configuration in ``file``; with ``plan_given`` no target needs to name a plan.

    ``languages`` are the names of the targets.
    """
    try:
        text = disk.read(file).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        problem = codes.UNREADABLE.at(Span(file), f"cannot read the configuration: {reason}")
        return Read(diagnostics=(problem,), file=file)
    text = text.replace("\r\n", "\n")
    sources = {file: text}
    try:
        data = tomllib.loads(text)
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
    "unknown_key",
]
