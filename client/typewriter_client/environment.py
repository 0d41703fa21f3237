"""Environment variables, which replace settings that are not given."""

from __future__ import annotations

import os

WRITE_KEY = "SEGMENT_WRITE_KEY"
ON_VIOLATION = "TYPEWRITER_ON_VIOLATION"
ENABLED = "TYPEWRITER_ENABLED"
ENDPOINT = "TYPEWRITER_ENDPOINT"
REGION = "TYPEWRITER_REGION"
LOCAL = "TYPEWRITER_LOCAL"

_SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def value(name: str) -> str | None:
    """The value of a variable; None if it is empty or not set."""
    return os.environ.get(name) or None


def switch(name: str) -> bool | None:
    """The value of a boolean variable.  Raises ValueError for anything else."""
    text = value(name)
    if text is None:
        return None
    if text.lower() not in _SWITCHES:
        known = "1, true, yes or on; or 0, false, no or off"
        raise ValueError(f"{name} must be {known}, not {text!r}")
    return _SWITCHES[text.lower()]


def is_under_pytest() -> bool:
    """Whether a test is running, in this process or in the one that started it."""
    return "PYTEST_CURRENT_TEST" in os.environ or "PYTEST_VERSION" in os.environ
