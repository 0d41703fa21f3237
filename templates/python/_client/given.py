"""Values of settings, as they are given: checked.  Each raises TypeError or ValueError."""

from __future__ import annotations

from math import inf

from .threads import LONGEST


def switch(name: str, given: object) -> bool:
    """True or False: a text out of the environment, such as "false", would be true."""
    if not isinstance(given, bool):
        raise TypeError(f"{name} must be True or False, not {given!r}")
    return given


def whole(name: str, given: object, least: int, most: float = inf) -> int:
    """A whole number."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f"{name} must be a whole number, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def seconds(name: str, given: object, least: int = 0, most: float = LONGEST) -> float:
    """A time, which must be one that every system can wait for."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {given!r}")
    _check_limits(name, given, least, most)
    return given


def _check_limits(name: str, given: float, least: int, most: float) -> None:
    if least <= given <= most:
        return
    limit = f"at least {least:,}" if most == inf else f"from {least:,} to {most:,.0f}"
    raise ValueError(f"{name} must be {limit}, not {given!r}")
