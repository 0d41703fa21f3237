"""Logging: each package has its own logger, and the library has one for the rest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from logging import Logger

LIBRARY = "typewriter_client"
"""The logger for the process as a whole, and for clients that no package configured."""

Log = Callable[[], "Logger"]
"""Returns the logger; only called when there is something to log."""


def log(name: str = LIBRARY) -> Logger:
    """The logger of a package; logging is only imported when there is something to log."""
    import logging

    return logging.getLogger(name)


def raised(error: BaseException) -> str:
    """The error's type and where code other than ours raised it, on one line.

    Its text is left out: the error of a transport, an SDK or a callback may quote a whole
    message.  The system's own text for an errno is safe.
    """
    kind = type(error).__name__
    if isinstance(error, OSError) and type(error.errno) is int:
        text = os.strerror(error.errno)
        kind = f"{kind}: {text}" if error.strerror == text else kind
    location, theirs, step = "", "", error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        location = f"{file}:{step.tb_lineno}"
        if not file.startswith(_OURS):
            theirs = location
        step = step.tb_next
    return f"{kind}, raised at {theirs or location}" if location else kind


def printable(text: str, longest: int = 1_000) -> str:
    """The text as one line of printable characters, truncated if it is too long."""
    line = text[:longest]
    if line.isprintable():
        return line
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in line
    )


def traceback_of(error: BaseException) -> str:
    """The error's type and traceback.

    Its text is left out: it may quote a value, which may be personal.
    """
    import traceback  # as logging does

    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}, raised at\n{frames}"


_OURS = log.__code__.co_filename[: -len("log.py")]
"""The library's folder, as in the file names of its stack frames."""
