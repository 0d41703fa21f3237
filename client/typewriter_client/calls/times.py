"""Times as ISO 8601 strings."""

from __future__ import annotations

from datetime import datetime, timezone
from time import gmtime, strftime

_second = -1, ""  # the last second formatted, and its text, as formatting is slow


def stamp(nanoseconds: int) -> str:
    """A time in nanoseconds since 1970 as ISO 8601 in UTC, to the microsecond."""
    global _second  # replaced whole, so that threads need no lock
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    second, text = _second
    if second != whole:
        text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(whole))
        _second = whole, text
    return f"{text}.{rest // 1000:06d}Z"


def iso(moment: datetime) -> str:
    """RFC 3339; a naive datetime is taken as UTC.

    RFC 3339 has no offsets with seconds, such as those before 1972: then the result is in
    UTC.  Raises ValueError for pandas' NaT, which is a datetime, and what a time zone raises.
    """
    text = moment.isoformat()
    if text[-6:-5] in ("+", "-") and text[-3] == ":":
        return text
    if moment != moment:
        raise ValueError("not a time: NaT")
    if moment.utcoffset() is None:
        return moment.replace(tzinfo=timezone.utc).isoformat()
    return moment.astimezone(timezone.utc).isoformat()
