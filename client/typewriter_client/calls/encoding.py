"""The JSON text of a message, which later changes to its values cannot affect."""

from __future__ import annotations

import json.encoder
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Callable

from ..process.forks import late
from .times import iso

# Short texts, as most are, cannot contain numbers that are too large or nesting that is too
# deep.
_SHORTEST = 200  # characters of a hundred nested lists
_SHALLOW = 490  # of almost a hundred nested objects; a list takes three fewer
_DIGITS = frozenset("0123456789")
_TOO_MANY = 308  # digits in a row, so that every 308th character of the text hits one


def snapshot(message: Mapping[str, object], normal: bool = False) -> bytes:
    """The message as UTF-8 JSON.  Raises as ``encode``, and for a lone surrogate."""
    return encode(message, normal).encode()


def encode(value: Mapping[str, object], normal: bool = False) -> str:
    """The value as JSON text.

    Raises ValueError, TypeError or RecursionError for what JSON does not have, such as NaN,
    a key that is not a string, or a cycle: then ``values`` has to convert it.

    An object that occurs several times is encoded every time: see ``size``.  ``normal``:
    the value comes from ``values``.
    """
    if _prepared is None:
        text = _ENCODER.encode(value)
    else:
        text = "".join(_prepared(value, 0))
    if normal or len(text) <= _SHORTEST:
        return text
    is_flat = len(text) + 3 * text.count("[") < _SHALLOW
    if is_flat and _DIGITS.isdisjoint(text[_TOO_MANY::_TOO_MANY]):
        return text
    if _is_odd()(text, value):
        raise ValueError("a number may be too large, or the nesting too deep")
    return text


def to_json(value: object, name: str) -> Any:
    """One value in JSON's own types, with null for what cannot be sent."""
    return _to_json()(value, name)


def _plain(value: object) -> object:
    """The encoder's hook for values of other types."""
    if isinstance(value, datetime):
        return iso(value)
    nearer = _nearer()(value)
    if isinstance(nearer, (dict, list, tuple)):
        raise TypeError("of unknown size: values converts it and counts")
    return nearer


@late
def _to_json() -> Callable[[object, str], Any]:
    from .values import to_json

    return to_json


@late
def _is_odd() -> Callable[[str, object], bool]:
    from .size import is_odd

    return is_odd


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
    """The C encoder, which JSONEncoder creates for each value; None if there is none."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return None
    quoted = json.encoder.encode_basestring
    return make(None, _plain, quoted, None, ":", ",", False, False, False)


_prepared = _prepare()
