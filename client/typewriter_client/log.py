"""The log: each package's own logger, and the library's for what is no package's."""

from __future__ import annotations

import os
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


def raised(error: BaseException) -> str:
    """What kind of error it is and where others raised it, on one line.

    What it says is left out, for the error of a transport, an SDK or a callback may have a
    whole message in it.  What the system says of an error's number is nobody's.
    """
    kind = type(error).__name__
    if isinstance(error, OSError) and type(error.errno) is int:
        said = os.strerror(error.errno)
        kind = f"{kind}: {said}" if error.strerror == said else kind
    place, theirs, step = "", "", error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        place = f"{file}:{step.tb_lineno}"
        if not file.startswith(_OURS):
            theirs = place
        step = step.tb_next
    return f"{kind}, raised at {theirs or place}" if place else kind


def printable(text: str, longest: int = 1_000) -> str:
    """The text as one line that every log can write, cut off where it is too long."""
    line = text[:longest]
    if line.isprintable():
        return line
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in line
    )


def unsaid(error: BaseException) -> str:
    """What kind of error it is and where it was raised.

    What it says is left out, for that may have a value, and so be somebody's.
    """
    import traceback  # as logging does

    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}, raised at\n{frames}"


_OURS = log.__code__.co_filename[: -len("log.py")]
"""The library's folder, as its frames name it."""
