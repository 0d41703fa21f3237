"""What the environment says: variables that stand in for settings that are not given."""

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
    """What a variable says; None if it is empty, or not there."""
    return os.environ.get(name) or None


def switch(name: str) -> bool | None:
    """What a variable says that is on or off.  Raises ValueError for anything else."""
    said = value(name)
    if said is None:
        return None
    if said.lower() not in _SWITCHES:
        known = "1, true, yes or on; or 0, false, no or off"
        raise ValueError(f"{name} must be {known}, not {said!r}")
    return _SWITCHES[said.lower()]


def is_of_pytest() -> bool:
    """Whether a test runs, in this process or in the one that has started it."""
    return "PYTEST_CURRENT_TEST" in os.environ or "PYTEST_VERSION" in os.environ
