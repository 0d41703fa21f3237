"""JSON text of a message, which no later change to its values can touch."""

from __future__ import annotations

import json.encoder
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Callable

from ..process.forks import late
from .times import iso


def snapshot(message: Mapping[str, object]) -> bytes:
    """The message as UTF-8 JSON.  Raises what ``encode`` does, and for a lone surrogate."""
    return encode(message).encode()


def encode(value: Mapping[str, object]) -> str:
    """The value as JSON text.

    Raises ValueError, TypeError or RecursionError for what JSON has not, such as NaN, a
    key that is no text or a cycle: then ``values`` has to look at it.
    """
    if _prepared is None:
        return _ENCODER.encode(value)
    return "".join(_prepared(value, 0))


def to_json(value: object, name: str) -> Any:
    """One value in JSON's own types, with null for what could not be sent."""
    return _to_json()(value, name)


def _plain(value: object) -> object:
    """What the encoder asks of values that it does not know."""
    if isinstance(value, datetime):
        return iso(value)
    return _nearer()(value)


@late
def _to_json() -> Callable[[object, str], Any]:
    from .values import to_json

    return to_json


@late
def _nearer() -> Callable[[object], object]:
    from .values import plain

    return plain


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
