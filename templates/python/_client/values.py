"""The snapshot: a message as JSON text, which no later change to its values can touch."""

from __future__ import annotations

import json.encoder
from collections.abc import Mapping
from datetime import datetime, timezone
from time import gmtime, strftime
from typing import Any

from .forks import load

_second = "", ""  # the last second asked for, and its text, which is slow to make


def snapshot(message: Mapping[str, object]) -> bytes:
    """The message as UTF-8 JSON.  Raises what ``encode`` does, and for a lone surrogate."""
    return encode(message).encode()


def encode(value: Mapping[str, object]) -> str:
    """The value as JSON text.

    Raises ValueError, TypeError or RecursionError for what JSON has not, such as NaN, a
    key that is no text or a cycle: then ``normal`` has to look at it.
    """
    if _prepared is None:
        return _ENCODER.encode(value)
    return "".join(_prepared(value, 0))


def stamp(nanoseconds: int) -> str:
    """A time, counted from 1970, as ISO 8601 text in UTC, to the microsecond."""
    global _second  # replaced whole, so that threads need no lock
    moment = f"{nanoseconds:010d}"
    whole = moment[:-9]
    second, text = _second
    if second != whole:
        text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(int(whole)))
        _second = whole, text
    return f"{text}.{moment[-9:-3]}Z"


def iso(moment: datetime) -> str:
    """ISO 8601 with an offset; a naive datetime is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.isoformat()


def _plain(value: object) -> object:
    """What the encoder asks of values that it does not know."""
    if isinstance(value, datetime):
        return iso(value)
    load(".normal")
    from .normal import plain

    return plain(value)


_ENCODER = json.encoder.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,  # a cycle raises RecursionError
    separators=(",", ":"),
    default=_plain,
)


def _prepare() -> Any:
    """What the encoder makes anew for each value; None in a Python that has it not."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return None
    quoted = json.encoder.encode_basestring
    return make(None, _plain, quoted, None, ":", ",", False, False, False)


_prepared = _prepare()
