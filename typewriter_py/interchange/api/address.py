"""Where the API is."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

REGIONS: Final = {
    "us": "https://api.segmentapis.com",
    "eu": "https://eu1.api.segmentapis.com",
}
"""https://docs.segmentapis.com/tag/Getting-Started: one address for each region."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def is_loopback(url: str) -> bool:
    """Whether ``url`` leads to this very machine: a token goes nowhere else than there or to
    Segment."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK
    except ValueError:
        return False
