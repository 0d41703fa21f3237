"""Which kinds of values are a place's own, and which are oddities."""

from __future__ import annotations

from typing import Final

from .values import Values

ODD: Final = 0.01
"""A kind with a smaller share of the values is an oddity: a mistake of some sender."""

_A: Final = {"integer": "an integer", "array": "a list", "object": "an object"}


def kinds_of(values: Values) -> dict[str, int]:
    """How many values are of each JSON type, null aside; the most frequent first.

    One number that is not whole makes all of them numbers.
    """
    number = "number" if values.floats else "integer"
    counts = {
        "string": values.texts.count if values.texts else 0,
        number: values.integers + values.floats,
        "boolean": values.booleans,
        "object": values.objects,
        "array": values.arrays,
    }
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda each: -each[1]))


def usual(values: Values) -> list[str]:
    """The JSON types that a place is to have."""
    counts = kinds_of(values)
    least = ODD * sum(counts.values())
    return [kind for kind, count in counts.items() if count >= least]


def odd_kinds(values: Values) -> list[tuple[str, int]]:
    """The types that it also had, in words, and how often."""
    counts = kinds_of(values)
    main = usual(values)
    return [(worded(k), n) for k, n in counts.items() if k not in main]


def several_kinds(values: Values) -> str:
    """The types that a place is to have, in words, and how often each."""
    counts, total = kinds_of(values), values.count - values.nulls
    return ", ".join(f"{worded(kind)} {in_of(counts[kind], total)}" for kind in usual(values))


def worded(kind: str) -> str:
    """A JSON type with its article."""
    return _A.get(kind, f"a {kind}")


def in_of(count: int, total: int) -> str:
    """Such as: in 3 of 20,114."""
    return f"in {count:,} of {total:,}"


def times(count: int, one: str, many: str) -> str:
    """A number and its noun: 1 line, 20,114 lines."""
    return f"{count:,} {one if count == 1 else many}"
