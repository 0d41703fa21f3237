"""The snapshot: a message as JSON text, which no later change to its values can touch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from json import JSONEncoder
from time import gmtime, strftime, time

_second = 0, ""  # the second that is now, and its text, which is slow to make


def snapshot(message: Mapping[str, object], more: str = "") -> bytes:
    """The message as UTF-8 JSON; ``more`` is JSON text of further members.

    Raises ValueError, TypeError or RecursionError for what JSON has not, such as NaN, a
    key that is no text, a lone surrogate or a cycle: then ``normal`` has to look at it.
    """
    text = _ENCODER.encode(message)
    if more:
        text = f"{text[:-1]},{more}}}"
    return text.encode()


def now() -> str:
    """The time as ISO 8601 text in UTC, to the microsecond."""
    global _second  # replaced whole, so that threads need no lock
    moment = time()
    whole = int(moment)
    second, text = _second
    if second != whole:
        text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(whole))
        _second = whole, text
    return f"{text}.{int((moment - whole) * 1e6):06}Z"


def iso(moment: datetime) -> str:
    """ISO 8601 with an offset; a naive datetime is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.isoformat()


def _plain(value: object) -> object:
    """What the encoder asks of values that it does not know."""
    if isinstance(value, datetime):
        return iso(value)
    from .normal import plain

    return plain(value)


_ENCODER = JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,  # a cycle raises RecursionError
    separators=(",", ":"),
    default=_plain,
)
