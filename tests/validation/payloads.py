"""Random payloads for a plan: valid ones, and ones with various errors."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from typewriter_py.diff.witness import samples
from typewriter_py.plan.model import (
    Array,
    Boolean,
    Definition,
    Enum,
    Number,
    Object,
    Ref,
    String,
    Union,
    Value,
)

_ID = UUID("2eb8aa08-aa98-11ea-b4aa-73b441d16380")
_NOW = datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)
PLAIN: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 1.0, 0.0, -0.0, 0.5, 2.5, 0.1, 19.99, 19.999, 1e-7),
    *(1e300, 1e308, 10**30, 10**400, -(10**400), 2**53, 2**53 + 1, float(2**53)),
    *("", "a", "ab", "abc", "DE", "de", "FR\n", "x1", "1", "true", "null", "é", "𝄞𝄞", "\ud800"),
    *("2026-01-31", "2026-01-31T12:00:00Z", "12:00:00Z", "a@b", "::1", "127.0.0.1", str(_ID)),
    *([], [1], [True], [1, 1.0], [1, True], [[1], [True], [1]], ["a"], [None], [{}], [[]]),
    *([{"a": 0}, {"a": False}], [{"a": [0]}, {"a": [-0.0]}], ["1", 1], [0.1, Decimal("0.1")]),
    *({}, {"a": 1}, {"a": None}, {"a": True}, {"b": {"a": []}}, {"": 1}, {"x.y": "z"}),
]
"""Odd values, nearly all of them JSON values."""

HOSTILE: list[Any] = [
    *(float("nan"), float("inf"), float("-inf"), Decimal("19.99"), Decimal("0.5"), Decimal(3)),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+30"), Decimal("1E+999")),
    *(_NOW, datetime(2026, 1, 31), _NOW.astimezone(timezone(timedelta(seconds=30)))),
    *(date(2026, 1, 31), time(12, 0), _ID, b"bytes", (), (1, 2), ("a", "a"), {1}, {"a", "b"}),
    *([float("nan")], [_NOW], [(1,), [1]], {1: "one"}, {None: 1, "a": 2}, {"$": 1}),
    *({"a": Decimal(1)}, {"a": (1, 1.0)}, [_ID, str(_ID)], [Decimal(1), 1]),
]
"""Values that JSON does not have."""

_KEYS = ["a", "b", "id", "x.y", "", "価格", "user_id", "timestamp", "context", 'q"\\\n']


class Payloads:
    """Generates payloads for one plan's types from one random source."""

    def __init__(self, definitions: Mapping[str, Definition], random: Random) -> None:
        self._definitions = definitions
        self._random = random

    def some(self, shape: Object, count: int) -> Iterator[dict[Any, Any]]:
        """Bodies of messages: some valid, some with one error, some with several."""
        for number in range(count):
            right = self._object(shape, 5)
            yield self.spoilt(right, number % 5) if number % 5 else right

    def value(self, value: Value, depth: int = 5) -> Any:
        """A value that mostly fits."""
        chance = self._random
        if value.nullable and chance.random() < 0.2:
            return None
        type_ = value.type
        match type_:
            case Boolean():
                return chance.random() < 0.5
            case Enum(values):
                return copy.deepcopy(chance.choice(values))
            case Ref(name) if depth > 0:
                return self.value(self._definitions[name].value, depth - 1)
            case Union(members) if members:
                return self.value(Value(chance.choice(members)), depth)
            case Array(items, least, most) if depth > 0:
                sizes = range(least or 0, min(most if most is not None else 4, 4) + 1)
                count = chance.choice(sizes or [least or 0])
                return [self.value(items, depth - 1) for _ in range(count)]
            case Object() if depth > 0:
                return self._object(type_, depth - 1)
            case Number() | String():
                found = list(islice(samples(Value(type_), self._definitions), 30))
                return copy.deepcopy(chance.choice(found or PLAIN))
        return copy.deepcopy(chance.choice(PLAIN))

    def _object(self, shape: Object, depth: int) -> dict[Any, Any]:
        chance = self._random
        found = {
            each.name: self.value(each.value, depth)
            for each in shape.properties
            if each.required or (depth > 0 and chance.random() < 0.6)
        }
        for name in shape.required:
            found.setdefault(name, copy.deepcopy(chance.choice(PLAIN)))
        if shape.additional is not None and chance.random() < 0.4:
            found.setdefault(chance.choice(_KEYS), self.value(shape.additional, depth - 1))
        return found

    def spoilt(self, payload: dict[Any, Any], times: int) -> dict[Any, Any]:
        """The value with this many changes, which make valid values invalid."""
        whole = [payload]
        for _ in range(times):
            self._change(*self._random.choice([*_spots(whole)][1:] or [(payload, "a")]))
        return whole[0]

    def _change(self, parent: Any, key: Any) -> None:
        chance = self._random
        here = parent[key] if isinstance(parent, list) else parent.get(key)
        match chance.randrange(10):
            case 0 if isinstance(parent, dict):
                parent.pop(key, None)
            case 1 if isinstance(parent, dict):
                parent[chance.choice(_KEYS)] = copy.deepcopy(chance.choice(PLAIN))
            case 2:
                parent[key] = [here]
            case 3 if isinstance(here, list):
                here += copy.deepcopy(here[:1]) or [1]
            case 4:
                parent[key] = _cousin(here)
            case 5 if isinstance(here, str):
                parent[key] = here + chance.choice([" ", "\n", "x", "é"])
            case 6:
                parent[key] = copy.deepcopy(chance.choice(HOSTILE))
            case 7 if isinstance(here, dict):
                here[chance.choice(_KEYS)] = copy.deepcopy(chance.choice(PLAIN))
            case _:
                parent[key] = copy.deepcopy(chance.choice(PLAIN))


def _cousin(value: Any) -> Any:
    """A value that Python, or a careless reader, regards as the same."""
    match value:
        case bool():
            return int(value)
        case int():
            return bool(value) if value in (0, 1) else Decimal(value) if value < 10**30 else 1e300
        case float():
            return Decimal(repr(value))
        case list():
            return tuple(value)
        case str():
            return value.upper() if value != value.upper() else value.encode(errors="replace")
        case _:
            return str(value)


def _spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Each container and key that something stands at."""
    inside = node.items() if isinstance(node, dict) else enumerate(node)
    for key, each in [*inside]:
        yield node, key
        if isinstance(each, (dict, list)):
            yield from _spots(each)
