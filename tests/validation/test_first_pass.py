"""The first pass checks a call's own values: what is sent as a valid value is accepted at once,
and nothing is accepted that would be invalid in the form in which it is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from typewriter_py.plan.model import ANYTHING, Array, Enum, Number, Property, String, Union, Value

from .checking import check

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ID = UUID("2eb8aa08-aa98-11ea-b4aa-73b441d16380")


class Pair(NamedTuple):
    a: int
    b: int


class Whatever(datetime):
    """Like pandas' NaT, whose text is not a time."""


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (String(format="date-time"), NOW),
        (String(format="date-time"), datetime(1, 1, 1)),
        (String(format="date"), date(2026, 1, 31)),
        (String(format="uuid"), ID),
        (Number(), Decimal("19.99")),
        (Number(multiple_of=Decimal("0.01")), Decimal("19.99")),
        (Array(Value(Number())), (1, 2)),
        (Array(Value(Number())), Pair(1, 2)),
    ],
)
def test_accepted(type_: Any, value: object) -> None:
    assert check(Property("p", Value(type_)))({"p": value}) == []


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (String(), NOW),
        (String(format="date-time"), date(2026, 1, 31)),
        (String(format="date-time"), Whatever(2026, 1, 31)),
        (String(format="date-time"), NOW.astimezone(timezone(timedelta(seconds=30)))),
        (String(format="date-time", max_length=3), NOW),
        (String(format="date"), NOW),
        (String(format="uuid", patterns=("^f",)), ID),
        (Number(), Decimal("NaN")),
        (Number(), Decimal("sNaN")),
        (Number(), Decimal("-Infinity")),
        (Number(), Decimal("1E+999999999")),
        (Number(minimum=1), Decimal("0.99")),
        # Only one fits the datetime itself, but both fit its text.
        (Union((String(format="date-time"), String()), exclusive=True), NOW),
        # Different values, the same text.
        (Array(ANYTHING, unique_items=True), [ID, str(ID)]),
        (Enum((str(ID), 1)), ID),
    ],
)
def test_left_to_the_second_pass(type_: Any, value: object) -> None:
    assert check(Property("p", Value(type_)))({"p": value})
