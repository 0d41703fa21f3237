"""The types of settings: numbers, durations, switches, paths, callables."""

from __future__ import annotations

import os
from math import inf
from typing import Any, cast

from .process.threads import LONGEST

_CO_COROUTINE = 0x80  # inspect.CO_COROUTINE; importing inspect is slow


def switch(name: str, given: object) -> bool:
    """True or False.  A string is refused: "false" from the environment would be true."""
    if not isinstance(given, bool):
        raise TypeError(f"{name} must be True or False, not {given!r}")
    return given


def whole(name: str, given: object, least: int, most: float = inf) -> int:
    """An integer."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f"{name} must be an integer, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def seconds(name: str, given: object, least: int = 0, most: float = LONGEST) -> float:
    """A number of seconds, which every system must be able to wait for."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def _check_limits(name: str, given: float, least: int, most: float) -> None:
    if least <= given <= most:
        return
    limit = (
        f"between {least:,} and {most:,.0f}" if most < inf else f"at least {least:,}"
    )
    raise ValueError(f"{name} must be {limit}, not {given!r}")


def file_path(name: str, given: object) -> str | None:
    """The absolute path of a setting.  Raises TypeError or ValueError."""
    if given is None:
        return None
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {given!r}")
    path = cast("object", os.fspath(cast("str | os.PathLike[str]", given)))
    if not isinstance(path, str):
        raise TypeError(f"{name} must be a path of type str, not {given!r}")
    if not path or "\0" in path:
        raise ValueError(f"{name} must be the path of a file, not {path!r}")
    return os.path.abspath(path)


def check_sync(name: str, function: object) -> None:
    """Raises TypeError for an async function, which nobody would await."""
    code: Any = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _CO_COROUTINE:
        raise TypeError(f"{name} must not be async")
