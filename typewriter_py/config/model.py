"""What a configuration says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Span
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


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration file's content; ``ignore_places`` is where ``lint_ignore`` stands."""

    file: str
    plan: PlanSource | None = None
    targets: tuple[TargetConfig, ...] = ()
    lint_ignore: tuple[str, ...] = ()
    ignore_places: tuple[Span, ...] = ()
