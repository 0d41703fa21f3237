"""What a configuration says, as values, and where the plans are that it names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
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
    """One package to generate.  Paths are as seen from the working directory.

    ``plan`` is None only where the caller of ``read`` said that it brings its own.
    ``settings`` are the keys that the target's module understands, ``places`` where they
    stand.
    """

    language: str
    out: str
    plan: PlanSource | None
    tags: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    templates: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Span] = field(default_factory=dict)
    span: Span | None = None


class Word(NamedTuple):
    """A rule that the configuration names: under which key, and where."""

    word: str
    key: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """What the table ``lint`` says.  ``select`` and ``max_properties`` are None where it does not.

    ``per_file_ignores`` maps patterns of paths, as seen from ``folder``, to rules; ``words`` are
    all rules that are named anywhere.
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
    """What the table ``segment`` says, for `pull` and `push`; None where it says nothing.

    ``token_command`` prints the API's token; the token itself never stands in a file.
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
    """``path`` is where to read; ``name`` is what the generated files say of it.

    The name knows no folders of this machine, so the same plan gives the same bytes from
    everywhere.
    """

    path: str
    name: str
    installed: bool = False


def locate(text: str, folder: Path = Path(), span: Span | None = None) -> PlanSource | Diagnostic:
    """The plan that ``text`` names, relative to ``folder``; only a package must exist."""
    if not text.startswith(PREFIX):
        path = os.path.normpath(folder / text)
        return PlanSource(path, readable(os.path.basename(path)))
    package, _, rest = text.removeprefix(PREFIX).partition("/")
    if not package or not rest or ".." in rest.split("/"):
        message = f"`{text}` names no file of a package"
        return codes.INVALID.at(span, message, help="write package:NAME/PATH/TO/plan.yaml")
    folders = list(_folders(package))
    for each in folders:
        if (each / rest).is_file():
            return PlanSource(str(each / rest), readable(text), installed=True)
    if not folders:
        message = f"package `{package}` is not installed where typewriter runs"
        help = f"pip install {package.partition('.')[0].replace('_', '-')}"
        return codes.NO_PACKAGE.at(span, message, help=help)
    return codes.NO_PACKAGE.at(span, f"package `{package}` has no file `{rest}`")


def _folders(package: str) -> Iterator[Path]:
    """The package's folders, found without running any of its code.

    ``find_spec`` of a dotted name imports the parents, so only the first part goes there.
    """
    top, *inner = package.replace("-", "_").split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(location, *inner)
        if found.is_dir():
            yield found
