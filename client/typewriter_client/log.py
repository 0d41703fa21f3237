"""The log: each package's own logger, and the library's for what is no package's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from logging import Logger

LIBRARY = "typewriter_client"
"""The logger of what concerns the process, and of clients that no package configured."""

Log = Callable[[], "Logger"]
"""Gives the logger to write to, when there is something to say."""


def log(name: str = LIBRARY) -> Logger:
    """The logger of a package; logging is imported when there is something to say."""
    import logging

    return logging.getLogger(name)
