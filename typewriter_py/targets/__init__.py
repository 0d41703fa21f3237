"""Targets: what a plan is turned into.  One module here, one folder in ``templates/``, one
line in ``TARGETS``."""

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
    """All that a target may know.

    ``package`` is the name of the generated package, ``source`` the plan's file name as the
    header shows it, ``settings`` what only this target understands (``--set KEY=VALUE`` or
    its own keys in the config), ``places`` where in the config each of these stands (not those
    of ``--set``), ``overrides`` a folder of the user's own templates, ``folder`` where the
    package will stand, if that is known.  ``packages`` are the absolute folders of all targets
    of this language in the configuration, with the settings of each.
    """

    plan: Plan
    package: str
    source: str
    settings: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Span] = field(default_factory=dict)
    overrides: Path | None = None
    folder: Path | None = None
    packages: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generated:
    """A package's files, paths relative to its folder; with errors there are none."""

    files: tuple[File, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class Target(Protocol):
    """A module of ``targets``.

    A constant ``SETTINGS`` in it, a tuple of names, says which settings there are, so that
    the command line can refuse all others.  A function ``package_problem`` says why a folder's
    name cannot be the package's ("a keyword of Python"), or nothing; without it any can.
    """

    @staticmethod
    def generate(request: Request) -> Generated:
        """The package that ``request`` asks for.  Pure: writes nothing."""

    @staticmethod
    def check(plan: Plan) -> tuple[Diagnostic, ...]:
        """What keeps this target from generating from ``plan``: names, mostly."""


TARGETS: Final[Mapping[str, str]] = {
    "python": "python",
    "typescript": "typescript",
    "markdown": "markdown",
}
"""Language → module of this package, imported when it is asked for."""

DEFAULT_LANGUAGE: Final = "python"
"""The language of who has said nothing of any."""


def load(language: str) -> Target:
    """The target for ``language``.  Raises KeyError for one that is not in ``TARGETS``."""
    return cast(Target, import_module(f".{TARGETS[language]}", __package__))
