"""JSON text of a message, which no later change to its values can touch."""

from __future__ import annotations

import json.encoder
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Callable

from ..process.forks import late
from .times import iso

# What short texts, which most are, cannot have: a number too large, or nesting too deep.
_SHORTEST = 200  # characters of a hundred lists, each in the next
_SHALLOW = 490  # of nearly a hundred objects; a list takes three fewer
_DIGITS = frozenset("0123456789")
_TOO_MANY = 308  # digits, of which every 308th character of the text is one


def snapshot(message: Mapping[str, object], normal: bool = False) -> bytes:
    """The message as UTF-8 JSON.  Raises what ``encode`` does, and for a lone surrogate."""
    return encode(message, normal).encode()


def encode(value: Mapping[str, object], normal: bool = False) -> str:
    """The value as JSON text.

    Raises ValueError, TypeError or RecursionError for what JSON has not, such as NaN, a
    key that is no text or a cycle: then ``values`` has to look at it.

    What stands in the value many times is encoded as often: see ``size``.  ``normal``: what
    ``values`` has made.
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
        raise ValueError("perhaps a number that is too large, or nested too deeply")
    return text


def to_json(value: object, name: str) -> Any:
    """One value in JSON's own types, with null for what could not be sent."""
    return _to_json()(value, name)


def _plain(value: object) -> object:
    """What the encoder asks of values that it does not know."""
    if isinstance(value, datetime):
        return iso(value)
    nearer = _nearer()(value)
    if isinstance(nearer, (dict, list, tuple)):
        raise TypeError("nobody knows how large it is: values looks at it, and counts")
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
    """What the encoder makes anew for each value; None in a Python that has it not."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return None
    quoted = json.encoder.encode_basestring
    return make(None, _plain, quoted, None, ":", ",", False, False, False)


_prepared = _prepare()
