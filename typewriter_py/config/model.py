"""A configuration as values, and the location of the plans that it names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from ..casing import Naming
from ..diagnostics import Diagnostic, Severity, Span
from ..util import readable
from . import codes


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """One package to generate.  Paths are relative to the working directory.

    ``plan`` is None only if the caller of ``read`` passed ``plan_given``.  ``settings`` are the
    keys that only the target's module knows, ``spans`` the locations of all keys.
    """

    language: str
    out: str
    plan: PlanSource | None
    tags: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    templates: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)
    span: Span | None = None


class Word(NamedTuple):
    """The name of a rule in the configuration, the key that lists it, and its location."""

    word: str
    key: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """The table ``lint``.  ``select`` and ``max_properties`` are None if they are not given.

    ``per_file_ignores`` maps patterns of paths, relative to ``folder``, to rules; ``words`` are
    the names of rules in all keys.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    naming: Naming = field(default_factory=Naming)
    max_properties: int | None = None
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folder: Path = field(default_factory=Path)
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentConfig:
    """The table ``segment``, for `pull` and `push`; None for keys that are not given.

    ``token_command`` prints the API token; the token itself is never in a file.
    """

    region: str | None = None
    token_command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A configuration file's content."""

    file: str
    plan: PlanSource | None = None
    targets: tuple[TargetConfig, ...] = ()
    lint: Lint = field(default_factory=Lint)
    segment: SegmentConfig = field(default_factory=SegmentConfig)


PREFIX: Final = "package:"


@dataclass(frozen=True, slots=True)
class PlanSource:
    """``path`` is where to read the plan; ``name`` is its name in generated files.

    The name does not contain this machine's folders, so that the same plan gives the same bytes
    everywhere.
    """

    path: str
    name: str
    installed: bool = False


def locate(text: str, folder: Path = Path(), span: Span | None = None) -> PlanSource | Diagnostic:
    """The plan at ``text``, relative to ``folder``; only one in a package has to exist."""
    if not text.startswith(PREFIX):
        path = os.path.normpath(folder / text)
        return PlanSource(path, readable(os.path.basename(path)))
    package, _, rest = text.removeprefix(PREFIX).partition("/")
    if not package or not rest or ".." in rest.split("/"):
        message = f"`{text}` does not name a file of a package"
        return codes.INVALID.at(span, message, help="write package:NAME/PATH/TO/plan.yaml")
    folders = _folders(package)
    for each in folders:
        if (each / rest).is_file():
            return PlanSource(str(each / rest), readable(text), installed=True)
    if not folders:
        message = f"package `{package}` is not installed where typewriter runs"
        help = f"pip install {package.partition('.')[0].replace('_', '-')}"
        return codes.NO_PACKAGE.at(span, message, help=help)
    return codes.NO_PACKAGE.at(span, f"package `{package}` has no file `{rest}`")


def _folders(package: str) -> list[Path]:
    """The package's folders, found without running any of its code.

    ``find_spec`` of a dotted name imports the parents, so it only gets the first part.
    """
    top, *inner = package.replace("-", "_").split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    folders = (spec.submodule_search_locations or ()) if spec else ()
    return [path for path in (Path(each, *inner) for each in folders) if path.is_dir()]
