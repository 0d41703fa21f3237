"""Converts values that JSON does not have into values that it has.

===========================================  =========================================
str, UserString                              string; a lone surrogate becomes U+FFFD, the
                                             replacement character
int, float, ``numpy.longdouble``             number, the last as a float
Decimal                                      number: an integer with all its digits, any
                                             other as a float
datetime (naive is UTC), date, time          RFC 3339 string; in UTC if the offset has seconds
UUID                                         string
Enum                                         its value
a proxy: werkzeug's LocalProxy, Django's     the value behind it
SimpleLazyObject and ``lazy``, such as
``gettext_lazy``, of any type
mapping, dataclass                           object; keys become strings, and two that become
                                             the same one are a violation: the last is sent
                                             (numbers are not checked in a usual call)
sequence (including named tuples), set       array
numpy's and pandas' arrays, tensors          array
numpy's and other scalars with ``item()``    its result; datetime64, of any unit, as a
                                             datetime or date, truncated to microseconds
pandas' Timestamp                            RFC 3339 string, with its nanoseconds
NaN, infinity, NaT, ``pandas.NA``, masked,   null, and a violation that names the property
an integer of more than 1024 bits, a
datetime64 outside the years 1 to 9999,
bytes, durations, intervals, complex
numbers, values whose methods raise,
anything else, cycles, more than 100 levels,
also if the value occurs elsewhere, too
models of pydantic, attrs and msgspec        the same; the violation says what to write
===========================================  =========================================

Imported when the first such value is sent.
"""

from __future__ import annotations

import codecs
import json
from collections import UserString
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from itertools import islice
from math import isfinite
from typing import Any, cast
from uuid import UUID

from ..rules.report import BITS, Path, Report
from .size import CHARACTERS, DEEPEST, ROOM
from .times import iso

# Digits of a Decimal that is converted to an int; a longer one could take all memory.
_DIGITS = 309
_MODELS = (
    ("model_dump", 'write .model_dump(mode="json")'),
    ("__attrs_attrs__", "write attrs.asdict(…)"),
    ("__struct_fields__", "write msgspec.to_builtins(…)"),
    ("__fields__", "write json.loads(….json())"),
)
"""What classes of models have, and what to write instead of a model."""
codecs.lookup("utf-16")  # imports a module now, rather than during a call


class TooLarge(Exception):
    """The value is too large for any message."""


def plain(value: object) -> object:
    """The value, one step closer to JSON.  Raises TypeError or ValueError if impossible."""
    if value.__class__ is not type(value):
        return _behind(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, time):
        return _time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (UUID, UserString)):
        return str(value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Enum):
        return value.value
    return _container(value)


def advice(value: object) -> str:
    """What to write instead of a model; "" for other values."""
    kind = type(value)
    if issubclass(kind, type):
        return ""
    try:
        return next((text for name, text in _MODELS if hasattr(kind, name)), "")
    except Exception:  # noqa: BLE001 - whatever the methods of its class raise
        return ""


def _behind(proxy: Any) -> object:
    """The value behind a proxy, whose ``__class__`` differs from its type."""
    kind: type[object] = proxy.__class__  # makes a lazy one evaluate its value
    for name in ("_get_current_object", "_wrapped", "__wrapped__"):
        try:
            found = object.__getattribute__(proxy, name)
        except AttributeError:
            continue
        return found() if name == "_get_current_object" else found
    if issubclass(kind, str):
        return str(proxy)
    raise TypeError(f"cannot be sent: {kind.__name__}")


def _lazy(value: Any) -> object:
    """The value of one of Django's promises, such as a lazy translation: the result of the
    function that it would be pickled as."""
    function, arguments, named, *_ = value.__reduce__()[1]
    return function(*arguments, **named)


def _is_lazy(kind: type[object]) -> bool:
    """Whether it is one of Django's promises, without importing Django."""
    return any(
        base.__name__ == "Promise" and base.__module__ == "django.utils.functional"
        for base in kind.__mro__
    )


def _time(value: time) -> str:
    offset = value.utcoffset()
    if offset is None or not offset.seconds % 60 + offset.microseconds:
        return value.isoformat()
    moment = datetime.combine(date(2000, 1, 2), value)  # RFC 3339 has no such offset
    return moment.astimezone(timezone.utc).timetz().isoformat()


def _number(value: Decimal) -> int | float:
    if value.is_finite() and value.adjusted() < _DIGITS and value == int(value):
        return int(value)
    return float(value)  # ValueError for a signalling NaN


def _container(value: Any) -> object:
    kind = cast("type[object]", type(value))
    if issubclass(kind, Mapping):
        return {key: value[key] for key in _some(value)}
    if issubclass(kind, (bytes, bytearray, memoryview)):
        raise TypeError(f"cannot be sent: {kind.__name__}")
    if issubclass(kind, (Sequence, AbstractSet)):
        return _some(value)
    if _is_lazy(kind):  # it has all attributes of the type it stands for
        return _lazy(value)
    if is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if callable(getattr(kind, "item", None)) or hasattr(kind, "dtype"):
        return _scalars(value, kind)
    raise TypeError(f"cannot be sent: {kind.__name__}")


def _some(value: Iterable[Any]) -> list[Any]:
    """Its items.  Raises TooLarge if there are too many or no end: ``range(10**12)``."""
    found = list(islice(value, ROOM + 1))
    if len(found) > ROOM:
        raise TooLarge
    return found


def _scalars(value: Any, kind: type[object]) -> object:
    """The contents of numpy's scalars and arrays, and of similar objects."""
    letter = getattr(getattr(value, "dtype", None), "kind", "")
    masks = isinstance(getattr(kind, "mask", None), property)
    if getattr(value, "ndim", 0):
        if len(value) > ROOM:
            raise TooLarge
        together = callable(getattr(kind, "item", None)) and letter not in ("M", "m")
        return (
            list(value) if masks or value.ndim > 1 or not together else value.tolist()
        )
    if masks and value.mask:
        raise ValueError("masked: no value")
    if letter == "m":
        raise TypeError("cannot be sent: timedelta64")
    if letter == "M":
        return _datetime64(value)
    found: Any = value.item()
    if type(found) is not kind:
        return found
    if letter != "f":  # numpy's long double is its own item, as a complex one is
        raise TypeError(f"cannot be sent: {kind.__name__}")
    return float(value)


def _datetime64(value: Any) -> date:
    found = value.item()
    if isinstance(found, int):  # finer than microseconds, or outside the range of dates
        rounded = value.astype("datetime64[us]")
        is_finer = str(value.dtype)[-3:-1] in ("ns", "ps", "fs", "as")
        if is_finer or rounded.astype(value.dtype) == value:  # else it has overflowed
            found = rounded.item()
    if not isinstance(found, date):  # an int, or None for NaT
        raise ValueError("not a time that ISO 8601 can represent")
    return found


def normalise(
    message: Mapping[str, object], report: Report, public: Callable[[Path], Path]
) -> dict[str, Any] | None:
    """The message in JSON's own types; what cannot be sent is reported and becomes null.

    The report shows the type of such a value, never the value, which may be personal;
    ``public`` returns its path without keys that may be personal.  None for a message that
    is too large to be built.
    """
    try:
        normalised: dict[str, Any] = _Normaliser(report, public).members(message, ())
    except TooLarge:
        return None
    return normalised


def to_json(value: object, name: str) -> Any:
    """One value in JSON's own types, with null for what cannot be sent."""
    try:
        return _Normaliser(Report(""), _unchanged, ROOM // 4).value(value, (name,))
    except TooLarge:
        return None


def _unchanged(path: Path) -> Path:
    return path


class _Normaliser:
    """Converts values and counts them as it goes, up to a limit: see ``size``."""

    def __init__(
        self, report: Report, public: Callable[[Path], Path], room: int = ROOM
    ) -> None:
        self._report = report
        self._public = public
        self._around: set[int] = set()  # ids of the containers around the current value
        self._left = room

    def value(self, value: object, path: Path) -> Any:
        try:
            return self._value(value, path)
        except TooLarge:
            raise
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return self._refuse(value, path, "cannot be sent as JSON")

    def members(self, value: Mapping[Any, object], path: Path) -> Any:
        found: dict[str, Any] = {}
        for given in _some(value):
            key = self._key(given, path)
            at = *path, key
            if key in found:
                text = "two keys are the same as strings; the value of the last one is sent"
                self._add(at, "Invalid Value", text, given)
            found[key] = self.value(value[given], at)
        return found

    def _value(self, value: Any, path: Path) -> Any:
        kind = cast("type[object]", type(value))  # isinstance would ask the object
        self._count(1)
        if value is None or kind is bool:
            return value
        if issubclass(kind, Enum):
            return self.value(value.value, path)
        if issubclass(kind, str):
            return self._text(value)
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
            items = enumerate(_some(value))
            return [self.value(each, (*path, at)) for at, each in items]
        return self.value(plain(value), path)

    def _whole(self, value: int, path: Path) -> Any:
        if value.bit_length() > BITS:
            return self._refuse(value, path, "is too large for JSON's numbers")
        return value

    def _real(self, value: float, path: Path) -> Any:
        if isfinite(value):
            return value
        return self._refuse(value, path, "is not a JSON number (NaN or infinite)")

    def _text(self, value: str) -> str:
        text = str.__str__(value)
        self._count(len(text) // CHARACTERS)
        return _sendable(text)

    def _key(self, key: object, path: Path) -> str:
        kind = type(key)
        if issubclass(kind, str) and not issubclass(kind, Enum):
            return self._text(cast("str", key))
        simple = self.value(key, path)
        return simple if isinstance(simple, str) else json.dumps(simple)

    def _count(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise TooLarge

    def _refuse(self, value: object, path: Path, why: str) -> None:
        instead = advice(value)
        text = f"{why}: {instead}" if instead else why
        text = f"<{type(value).__name__}> {text}; sent as null"
        self._add(path, "Invalid Type", text, value)

    def _add(self, path: Path, code: str, text: str, value: object) -> None:
        if not self._report.is_full:
            shown = f"<{type(value).__name__}>"
            self._report.add(self._public(path), code, text, shown)


def _sendable(text: str) -> str:
    """The string without lone surrogates, which UTF-8 cannot encode."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
