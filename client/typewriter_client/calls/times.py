"""Times as ISO 8601 text."""

from __future__ import annotations

from datetime import datetime, timezone
from time import gmtime, strftime

_second = -1, ""  # the last second asked for, and its text, which is slow to make


def stamp(nanoseconds: int) -> str:
    """A time, counted from 1970, as ISO 8601 text in UTC, to the microsecond."""
    global _second  # replaced whole, so that threads need no lock
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    second, text = _second
    if second != whole:
        text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(whole))
        _second = whole, text
    return f"{text}.{rest // 1000:06d}Z"


def iso(moment: datetime) -> str:
    """RFC 3339; a naive datetime is taken as UTC.

    An offset of seconds, as places had before 1972, is none there: then the time is in UTC.
    Raises ValueError for pandas' NaT, which is a datetime, and what a time zone raises.
    """
    text = moment.isoformat()
    if text[-6:-5] in ("+", "-") and text[-3] == ":":
        return text
    if moment != moment:
        raise ValueError("no time: NaT")
    if moment.utcoffset() is None:
        return moment.replace(tzinfo=timezone.utc).isoformat()
    return moment.astimezone(timezone.utc).isoformat()
