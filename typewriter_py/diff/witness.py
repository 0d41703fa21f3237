"""Payloads that were valid and are not: what shows that a change breaks callers."""

from __future__ import annotations

from ..plan.model import Plan
from .model import Change


class Witnesses:
    """Makes them for the changes between two plans."""

    def __init__(self, old: Plan, new: Plan) -> None:
        self._old = old
        self._new = new

    def added(self, change: Change) -> Change:
        """The change with its witness, where one can be made."""
        return change
