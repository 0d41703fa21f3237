"""What the API's client needs of the world around it, handed in by whoever may touch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """``wait`` sleeps for seconds, ``clock`` counts seconds from anywhere, ``now`` is the
    time of day with its zone, ``tell`` says one line to the user."""

    wait: Callable[[float], None]
    clock: Callable[[], float]
    now: Callable[[], datetime]
    tell: Callable[[str], None]
