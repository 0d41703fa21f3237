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


def unsaid(error: BaseException) -> str:
    """What kind of error it is and where it was raised.

    What it says is left out, for that may have a value, and so be somebody's.
    """
    import traceback  # as logging does

    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}, raised at\n{frames}"
