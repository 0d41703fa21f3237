"""``validators.ts``: straight-line checks of every message that the plan knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ....output import File
from ....plan.model import Plan
from ...naming import Names
from ...rendering import Templates
from .package import Package

_SAME: Final = ("checks.ts", "formats.ts", "message.ts", "validation.ts", "values.ts")


def render_validators(plan: Plan, names: Names, templates: Templates) -> Iterator[File]:
    """The checks of a plan, and what they are made of, without the headers."""
    yield templates.render("validators.ts", view=Package(plan, names).view())
    for name in _SAME:
        yield templates.plain_file(name)
