"""What a configuration says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..diagnostics import Severity, Span
from ..rules.casing import Naming
from .plan_source import PlanSource


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class SegmentConfig:
    """What the table ``segment`` says, for `pull` and `push`; None where it says nothing.

    ``token_command`` prints the API's token; the token itself never stands in a file.
    """

    region: str | None = None
    token_command: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration file's content."""

    file: str
    plan: PlanSource | None = None
    targets: tuple[TargetConfig, ...] = ()
    lint: Lint = field(default_factory=Lint)
    segment: SegmentConfig = field(default_factory=SegmentConfig)
