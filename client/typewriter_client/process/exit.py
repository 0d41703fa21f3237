"""What is done when the interpreter exits."""

from __future__ import annotations

import atexit
from collections.abc import Callable

tasks: list[Callable[[], object]] = []
"""What to do; modules register their tasks themselves, as most processes load few."""


def _at_exit() -> None:
    for task in tasks:
        task()


# Registered this early, it runs late, so that messages from the application's own handlers
# are still sent.
atexit.register(_at_exit)
