"""A thin Segment client: the same for every tracking plan.

A call validates its message and puts a snapshot of it on a bounded queue; one background
thread sends batches.  Nothing raises into the application unless it asks for that, and
every message is accounted for: ``stats()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checks import Violation
from .current import close, configure, flush, stats, using
from .forks import load
from .ledger import Stats
from .scopes import scope
from .sender import Sender
from .violations import OnViolation, ViolationError

if TYPE_CHECKING:
    from .client import Client
    from .options import Context, Options, UserId
else:
    _LATE = {
        "Client": "client",
        "Context": "options",
        "Options": "options",
        "UserId": "options",
    }

    def __getattr__(name: str) -> object:
        """What most imports of the package do without, loaded when it is asked for."""
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(load(f".{_LATE[name]}"), name)


__all__ = [
    "Client",
    "Context",
    "OnViolation",
    "Options",
    "Sender",
    "Stats",
    "UserId",
    "Violation",
    "ViolationError",
    "close",
    "configure",
    "flush",
    "scope",
    "stats",
    "using",
]
