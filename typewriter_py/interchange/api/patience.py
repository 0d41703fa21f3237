"""When to ask again, and after how long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAX_PAUSE: Final = 300.0
"""Seconds: who is asked to wait for longer is told so, rather than left waiting."""

MAX_LIMITED: Final = 10
"""Answers of status 429 to one request, before it is given up."""

MAX_FAILED: Final = 4
"""Failures of one request in a row: errors of the server, broken connections."""

_USUAL: Final = 20.0  # seconds for a 429 that says nothing; the limit is by the minute


@dataclass(slots=True)
class Patience:
    """How often one request has been tried, and so what to do next."""

    limited: int = 0
    failed: int = 0

    def after_limit(self, headers: Mapping[str, str], now: datetime) -> float | None:
        """Seconds to wait after a 429; None to give up."""
        self.limited += 1
        asked = retry_after(headers, now)
        pause = _USUAL if asked is None else asked
        return None if self.limited >= MAX_LIMITED or pause > MAX_PAUSE else pause

    def after_failure(self, headers: Mapping[str, str], now: datetime) -> float | None:
        """Seconds to wait after a failure, or as the server asks; None to give up."""
        self.failed += 1
        if self.failed >= MAX_FAILED:
            return None
        asked = retry_after(headers, now)
        pause = 2.0 ** (self.failed - 1) if asked is None else asked
        return None if pause > MAX_PAUSE else pause


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """What ``Retry-After`` asks for, in seconds: a number of them or a date (RFC 9110, 10.2.3).

    None where it is missing or means nothing; a moment that has passed is no wait.
    """
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
