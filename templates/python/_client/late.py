"""Checks that are imported when they are first called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from .checks import MessageCheck, Report
from .forks import load

Key = tuple[str, str, Optional[int]]
"""A message's type, its event (or "") and the event's version."""


def on_first_call(package: str, named: Mapping[Key, str]) -> dict[Key, MessageCheck]:
    """Checks, each of which is imported when it is first called: ``"order.order_paid"``."""
    checks: dict[Key, MessageCheck] = {}

    def importing(key: Key, name: str) -> MessageCheck:
        def check(given: Mapping[str, object], report: Report) -> None:
            if checks[key] is check:
                module, _, function = name.partition(".")
                checks[key] = getattr(load(f"{package}.{module}"), function)
            checks[key](given, report)

        return check

    for key, name in named.items():
        checks[key] = importing(key, name)
    return checks
