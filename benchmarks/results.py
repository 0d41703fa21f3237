"""Everything that was measured in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from . import runtime
from .checkers import Checked
from .growth.measure import Grown
from .ours import NAME, Pair
from .process import Cost
from .size import Size

Figure = Cost | str
"""The cost of a run, or why there is no figure."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compared(Generic[T]):
    """A current figure, and that of the earlier commit if it is available."""

    now: T
    before: T | None = None


@dataclass(slots=True)
class Results:
    """The figures of the report; ``before`` refers to the commit of ``before.py``."""

    sizes: Sequence[int]
    package_of: int = 0  # events of the plan, for what is measured with one size only
    generate: dict[str, dict[int, Figure]] = field(default_factory=dict)  # generator, events
    check: dict[int, Cost] = field(default_factory=dict)
    kinds: dict[str, dict[str, Figure]] = field(default_factory=dict)  # generator, kind of plan
    generated: dict[str, Compared[Size]] = field(default_factory=dict)
    code: Compared[int] | None = None
    help_page: Pair | None = None
    starts: dict[str, Compared[Pair]] = field(default_factory=dict)
    checked: list[Checked] = field(default_factory=list)
    calls: Mapping[str, float] = field(default_factory=dict)
    call_before: float | None = None
    recursion: Mapping[str, float] = field(default_factory=dict)
    patterns: Mapping[str, float] = field(default_factory=dict)
    runtime: runtime.Measured = field(default_factory=dict)
    bundles: Mapping[str, int] = field(default_factory=dict)
    growth: list[Grown] = field(default_factory=list)
    no_before: str = ""  # why there are no figures for that commit
    notes: list[str] = field(default_factory=list)

    def ours(self, events: int) -> Cost | None:
        """The cost of ``typewriter generate``."""
        found = self.generate.get(NAME, {}).get(events)
        return found if isinstance(found, Cost) else None
