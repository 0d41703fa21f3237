"""Targets: the languages that are generated.  Each has a module here, a folder in
``templates/`` and a line in ``TARGETS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from ..diagnostics import Diagnostic, Span
from ..output import File
from ..plan.model import Plan


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that a target may know.

    ``package`` is the name of the generated package, ``source`` the plan's file name for the
    header, ``settings`` what only this target understands (``--set KEY=VALUE`` or its own keys
    in the configuration), ``spans`` the locations of those keys (there are none for ``--set``),
    ``overrides`` a folder of the user's own templates, ``folder`` the package's folder, if it is
    known.  ``packages`` are the absolute folders of all targets of this language in the
    configuration, with the settings of each.
    """

    plan: Plan
    package: str
    source: str
    settings: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)
    overrides: Path | None = None
    folder: Path | None = None
    packages: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generated:
    """A package's files, with paths relative to its folder; none if there are errors."""

    files: tuple[File, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class Target(Protocol):
    """A module of ``targets``.

    It may have a constant ``SETTINGS``, the names of its settings, so that the command line
    can reject all others, and a function ``package_problem``: why a folder's name cannot be the
    name of a package ("a Python keyword"), or ""; without that, any name can.
    """

    @staticmethod
    def generate(request: Request) -> Generated:
        """The package for ``request``.  Pure: writes no files."""

    @staticmethod
    def check(plan: Plan) -> tuple[Diagnostic, ...]:
        """The errors in ``plan`` that prevent generating from it, mostly in names."""


TARGETS: Final[Mapping[str, str]] = {
    "python": "python",
    "typescript": "typescript",
    "markdown": "markdown",
}
"""The module of each language, imported when it is needed."""

DEFAULT_LANGUAGE: Final = "python"
"""The language if none is configured."""


def load(language: str) -> Target:
    """The target for ``language``.  Raises KeyError if it is not in ``TARGETS``."""
    return cast(Target, import_module(f".{TARGETS[language]}", __package__))
