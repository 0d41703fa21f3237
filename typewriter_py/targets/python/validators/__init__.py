"""``_validators/``: straight-line checks of every message that the plan knows."""

from __future__ import annotations

from collections.abc import Iterator

from ....output import File
from ....plan.model import Plan
from ..rendering import Templates
from .package import Names, Package
from .scalars import FORMATS

__all__ = ["FORMATS", "render_validators"]


def render_validators(plan: Plan, names: Names, templates: Templates) -> Iterator[File]:
    """The files of ``_validators/``, without their headers."""
    package = Package(plan, names)
    yield templates.render("_validators/__init__.py", package=package)
    for name, view in package.views():
        yield templates.render(f"_validators/{name}.py", "_validators/module.py", view=view)
