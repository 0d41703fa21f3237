"""Python values as JSON, for payloads with what JSON does not have.

JSON's own values stand for themselves.  Anything else is an object with the one key ``$``:
``{"$": ["Decimal", "19.99"]}``; so is an object that has such a key itself, or keys that are
no strings: ``{"$": ["dict", [[1, "one"]]]}``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any, Final
from uuid import UUID

_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "float": float,
    "Decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "UUID": UUID,
    "bytes": bytes.fromhex,
    "tuple": lambda items: tuple(map(decode, items)),
    "set": lambda items: set(map(decode, items)),
    "dict": lambda pairs: {decode(key): decode(each) for key, each in pairs},
}
_WRITTEN: Final[dict[str, Callable[[Any], Any]]] = {
    "float": repr,
    "Decimal": str,
    "datetime": datetime.isoformat,
    "date": date.isoformat,
    "time": time.isoformat,
    "UUID": str,
    "bytes": bytes.hex,
    "tuple": lambda items: [*map(encode, items)],
    "set": lambda items: [*map(encode, sorted(items, key=repr))],
    "dict": lambda pairs: [[encode(key), encode(each)] for key, each in pairs.items()],
}


def encode(value: Any) -> Any:
    """``value`` in JSON's own types.  A KeyError if it is of a type that is not foreseen."""
    kind = type(value)
    if value is None or kind in (str, bool, int) or (kind is float and isfinite(value)):
        return value
    if kind is list:
        return [*map(encode, value)]
    if kind is dict and "$" not in value and {*map(type, value)} <= {str}:
        return {key: encode(each) for key, each in value.items()}
    return {"$": [kind.__name__, _WRITTEN[kind.__name__](value)]}


def decode(value: Any) -> Any:
    """The value that was encoded."""
    if isinstance(value, list):
        return [*map(decode, value)]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        kind, written = value["$"]
        return _READ[kind](written)
    return {key: decode(each) for key, each in value.items()}
