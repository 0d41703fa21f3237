"""Values that JSON has not, made into values that it has.

===========================================  =========================================
datetime (naive is UTC), date, time          ISO 8601 text
Decimal                                      number
UUID                                         text
Enum                                         its value
mapping, dataclass                           object; keys become text
sequence (a named tuple, too), set           array
numpy's arrays, tensors                      array
numpy's and other scalars with ``item()``    that; datetime64 as a datetime or date
lone surrogate in a text                     U+FFFD, the replacement character
NaN, infinity, NaT, bytes, durations,        null, and a violation that names the property
anything else, cycles
===========================================  =========================================

Loaded with the first such value.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, cast
from uuid import UUID

from ..rules.report import Path, Report
from .times import iso

DEEPEST = 100
"""Levels below a message at which nesting is cut off."""

_EXACT = 2**53  # below it, a whole number is the same as int and as float
_BITS = 1024  # of the largest whole number that a receiver can hold as a float
_INVALID = "Invalid Type"
codecs.lookup("utf-16")  # an import, which has to be over when this one is


def plain(value: object) -> object:
    """The value a step nearer to JSON.  Raises TypeError or ValueError if there is none."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Enum):
        return value.value
    return _container(value)


def _number(value: Decimal) -> int | float:
    if value.is_finite() and abs(value) < _EXACT and value == int(value):
        return int(value)
    return float(value)  # ValueError for a signalling NaN


def _container(value: Any) -> object:
    kind: type[object] = value.__class__
    if issubclass(kind, Mapping):
        return {key: value[key] for key in value}
    if issubclass(kind, (bytes, bytearray, memoryview)):
        raise TypeError(f"cannot be sent: {kind.__name__}")
    if issubclass(kind, (Sequence, AbstractSet)):
        return list(value)
    if is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if callable(getattr(kind, "item", None)):
        return _scalars(value, kind.__name__)
    raise TypeError(f"cannot be sent: {kind.__name__}")


def _scalars(value: Any, name: str) -> object:
    """What is in numpy's scalars and arrays, and in what is like them."""
    letter = getattr(getattr(value, "dtype", None), "kind", "")
    if getattr(value, "ndim", 0):
        return list(value) if letter in ("M", "m") else value.tolist()
    if name == "timedelta64":
        raise TypeError("cannot be sent: timedelta64")
    if name == "datetime64":
        if str(value) == "NaT":
            raise ValueError("no time: NaT")
        if str(value.dtype)[11:-1] in ("ns", "ps", "fs", "as"):  # an int, as an item
            value = value.astype("datetime64[us]")
    return value.item()


def normalise(message: Mapping[str, object], report: Report) -> dict[str, Any]:
    """The message in JSON's own types; what could not be sent is reported, and null.

    The report shows the kind of such a value, never the value, which may be personal.
    """
    normalised: dict[str, Any] = _Normaliser(report).members(message, ())
    return normalised


def to_json(value: object, name: str) -> Any:
    """One value in JSON's own types, with null for what could not be sent."""
    return _Normaliser(Report("")).value(value, (name,))


class _Normaliser:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._around: set[int] = set()  # ids of the containers that we are inside of

    def value(self, value: object, path: Path) -> Any:
        try:
            return self._value(value, path)
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return self._refuse(value, path, "cannot be sent as JSON")

    def members(self, value: Mapping[Any, object], path: Path) -> Any:
        pairs = ((self._key(key, path), value[key]) for key in list(value))
        return {key: self.value(each, (*path, key)) for key, each in pairs}

    def _value(self, value: Any, path: Path) -> Any:
        kind = cast("type[object]", type(value))  # isinstance would ask the object
        if value is None or kind is bool:
            return value
        if issubclass(kind, Enum):
            return self.value(value.value, path)
        if issubclass(kind, str):
            return _text(value)
        if issubclass(kind, int):
            return self._whole(int(value), path)
        if issubclass(kind, float):
            return self._real(float(value), path)
        if id(value) in self._around:
            return self._refuse(value, path, "contains itself")
        if len(path) > DEEPEST:
            return self._refuse(value, path, "is nested too deeply")
        self._around.add(id(value))
        try:
            return self._container(value, kind, path)
        finally:
            self._around.discard(id(value))

    def _container(self, value: Any, kind: type[object], path: Path) -> Any:
        if issubclass(kind, dict):
            return self.members(value, path)
        if issubclass(kind, (list, tuple)):
            items = enumerate(list(value))
            return [self.value(each, (*path, at)) for at, each in items]
        return self.value(plain(value), path)

    def _whole(self, value: int, path: Path) -> Any:
        if value.bit_length() > _BITS:
            return self._refuse(value, path, "is too large for JSON's numbers")
        return value

    def _real(self, value: float, path: Path) -> Any:
        if isfinite(value):
            return value
        return self._refuse(value, path, "is no number in JSON (NaN or infinite)")

    def _key(self, key: object, path: Path) -> str:
        if isinstance(key, str) and not isinstance(key, Enum):
            return _text(key)
        simple = self.value(key, path)
        return simple if isinstance(simple, str) else json.dumps(simple)

    def _refuse(self, value: object, path: Path, why: str) -> None:
        shown = f"<{type(value).__name__}>"
        self._report.add(path, _INVALID, f"{shown} {why}; sent as null", shown)


def _text(value: str) -> str:
    """Exactly a str, without what UTF-8 cannot say."""
    text = str.__str__(value)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
