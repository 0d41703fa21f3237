"""The interpreter's exit: what is to be done then."""

from __future__ import annotations

import atexit
from collections.abc import Callable

tasks: list[Callable[[], object]] = []
"""What to do, told by whoever has something to do: most processes never load that."""


def _at_exit() -> None:
    for task in tasks:
        task()


# Registered this early, it runs late: what the application's own handlers send still goes.
atexit.register(_at_exit)
