"""Values that JSON does not have."""

from __future__ import annotations

import json
from collections import OrderedDict, UserDict, UserString, deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.utils.functional import SimpleLazyObject, lazy, lazystr
from pydantic import BaseModel
from werkzeug.local import LocalProxy

ID = UUID("12345678-1234-5678-1234-567812345678")
NAN, INFINITY = float("nan"), float("inf")


class Colour(Enum):
    RED = "red"


class Text(str, Enum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


class Pair(NamedTuple):
    a: int
    b: int


@dataclass
class Product:
    sku: str
    price: Decimal


class Scalar:
    """As numpy's are."""

    def item(self) -> float:
        return 1.5


class Order(BaseModel):
    email: str


AMSTERDAM = timezone(timedelta(minutes=19, seconds=32))
"""As it was until 1937; RFC 3339 has no such offset."""

GOOD = {
    "datetime, offset with seconds": (
        datetime(1930, 1, 1, 1, tzinfo=AMSTERDAM),
        "1930-01-01T00:40:28+00:00",
    ),
    "time, offset with seconds": (time(1, tzinfo=AMSTERDAM), "00:40:28+00:00"),
    "time, offset": (time(1, tzinfo=timezone.utc), "01:00:00+00:00"),
    "user string": (UserString("ab"), "ab"),
    "proxied text": (LocalProxy(lambda: "EUR"), "EUR"),
    "proxied number": (LocalProxy(lambda: 5), 5),
    "proxied decimal": (LocalProxy(lambda: Decimal("1.5")), 1.5),
    "proxied null": (LocalProxy(lambda: None), None),
    "proxied mapping": (LocalProxy(lambda: {"a": UserString("b")}), {"a": "b"}),
    "proxied proxy": (LocalProxy(lambda: SimpleLazyObject(lambda: "EUR")), "EUR"),
    "lazy object, text": (SimpleLazyObject(lambda: "EUR"), "EUR"),
    "lazy object, number": (SimpleLazyObject(lambda: 1.5), 1.5),
    "lazy text": (lazystr("EUR"), "EUR"),
    "lazy translation": (lazy(lambda: "Euro", str)(), "Euro"),
    "lazy number": (lazy(lambda: 7, int)(), 7),
    "lazy fraction": (lazy(lambda: 1.5, float)(), 1.5),
    "lazy boolean": (lazy(lambda: True, bool)(), True),
    "lazy null": (lazy(lambda: None, str)(), None),
    "lazy list": (lazy(lambda: [1, {2}], list)(), [1, [2]]),
    "lazy dict": (lazy(lambda: {"a": ID}, dict)(), {"a": str(ID)}),
    "lazy datetime": (lazy(lambda: datetime(2026, 1, 31), datetime)(), "2026-01-31T00:00:00+00:00"),
    "lazy decimal": (lazy(lambda: Decimal("1.5"), Decimal)(), 1.5),
    "lazy dataclass": (lazy(lambda: Product("a", Decimal(1)), Product)(), {"sku": "a", "price": 1}),
    "lazy enum": (lazy(lambda: Colour.RED, Colour)(), "red"),
    "lazy lazy": (lazy(lambda: lazystr("EUR"), str)(), "EUR"),
    "largest whole number": (2**1024 - 1, 2**1024 - 1),
    "text of digits": ("1" * 400, "1" * 400),
    "datetime, aware": (datetime(2026, 1, 31, tzinfo=timezone.utc), "2026-01-31T00:00:00+00:00"),
    "datetime, naive": (datetime(2026, 1, 31, 1, 2, 3, 4), "2026-01-31T01:02:03.000004+00:00"),
    "date": (date(2026, 1, 31), "2026-01-31"),
    "time": (time(1, 2), "01:02:00"),
    "decimal": (Decimal("19.99"), 19.99),
    "whole decimal": (Decimal("20"), 20),
    "large decimal": (Decimal("1e300"), 10**300),
    "exact decimal": (Decimal(2**53 + 1), 2**53 + 1),
    "exact decimal, written with a fraction": (Decimal("9007199254740993.0"), 2**53 + 1),
    "decimal that no float is": (Decimal("9007199254740993.5"), 9007199254740994.0),
    "minute decimal": (Decimal("1e-999999"), 0.0),
    "uuid": (ID, str(ID)),
    "enum": (Colour.RED, "red"),
    "text enum": (Text.RED, "red"),
    "int enum": (Size.BIG, 3),
    "tuple": ((1, 2), [1, 2]),
    "named tuple": (Pair(1, 2), [1, 2]),
    "set": ({1}, [1]),
    "frozenset": (frozenset([1]), [1]),
    "deque": (deque([1]), [1]),
    "range": (range(3), [0, 1, 2]),
    "keys": ({"a": 1}.keys(), ["a"]),
    "ordered dict": (OrderedDict(a=1), {"a": 1}),
    "mapping proxy": (MappingProxyType({"a": 1}), {"a": 1}),
    "user dict": (UserDict({"a": {1}}), {"a": [1]}),
    "dataclass": (Product("a", Decimal("1.5")), {"sku": "a", "price": 1.5}),
    "scalar": (Scalar(), 1.5),
    "keys of other types": (
        {ID: 1, 2: 2, None: 3, True: 4, Colour.RED: 5, date(2026, 1, 1): 6},
        {str(ID): 1, "2": 2, "null": 3, "true": 4, "red": 5, "2026-01-01": 6},
    ),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
    "pair of surrogates": ("\ud83d\ude00", "\U0001f600"),
    "surrogate in a key": ({"\ud800": 1}, {"\ufffd": 1}),
    "every script": ("é漢\U0001f600\x00\u2028", "é漢\U0001f600\x00\u2028"),
}


@pytest.mark.parametrize("name", GOOD)
def test_normalised(analytics: Any, name: str) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]

    value, expected = GOOD[name]
    with capture() as sent:
        analytics.track("E", "u", None, {"value": value, "deep": [{"er": value}]})
    assert sent[0]["properties"] == {"value": expected, "deep": [{"er": expected}]}
    assert type(sent[0]["properties"]["value"]) is type(expected)


def cyclic() -> list[Any]:
    items: list[Any] = [1]
    items.append(items)
    return items


def deep(levels: int) -> list[Any]:
    items: list[Any] = []
    for _ in range(levels):
        items = [items]
    return items


class Hostile(UserDict[str, Any]):
    def __iter__(self) -> Any:
        raise RuntimeError("no")


class Evil:
    @property
    def __class__(self) -> Any:
        raise RuntimeError("no")


BAD = {
    "nan": (NAN, "properties.value", None),
    "infinity": (INFINITY, "properties.value", None),
    "nan in decimal": (Decimal("nan"), "properties.value", None),
    "signalling nan": (Decimal("snan"), "properties.value", None),
    "infinite decimal": (Decimal("-inf"), "properties.value", None),
    "too large a decimal": (Decimal("1e400"), "properties.value", None),
    "a decimal a little too large": (Decimal("1.8e308"), "properties.value", None),
    "far too large a decimal": (Decimal("1e999999"), "properties.value", None),
    "lazy bytes": (lazy(lambda: b"secret", bytes)(), "properties.value", None),
    "lazy failure": (lazy(lambda: [][0], str)(), "properties.value", None),
    "too large an int": (10**5_000, "properties.value", None),
    "an int a little too large": (10**400, "properties.value", None),
    "too large an int in a list": ([10**400, 1], "properties.value[0]", [None, 1]),
    "too large an int behind a proxy": (LocalProxy(lambda: 10**400), "properties.value", None),
    "nan behind a proxy": (LocalProxy(lambda: NAN), "properties.value", None),
    "nothing behind a proxy": (LocalProxy(lambda: [][0]), "properties.value", None),
    "model": (Order(email="secret"), "properties.value", None),
    "duration": (timedelta(1), "properties.value", None),
    "complex": (1j, "properties.value", None),
    "bytes": (b"secret", "properties.value", None),
    "bytearray": (bytearray(b"secret"), "properties.value", None),
    "object": (object(), "properties.value", None),
    "class": (Product, "properties.value", None),
    "function": (len, "properties.value", None),
    "deep down": ([{"a": (1, NAN)}], "properties.value[0].a[1]", [{"a": [1, None]}]),
    "cycle": (cyclic(), "properties.value[1]", [1, None]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_violation_that_names_the_property(
    analytics: Any, messages: list[dict[str, Any]], name: str
) -> None:
    seen: list[Any] = []
    from analytics.testing import capture

    value, path, sent_as = BAD[name]
    with capture(on_violation=lambda violations, message: seen.append(violations)) as sent:
        analytics.track("E", "u", None, {"value": value, "other": 1})
    ((violation,),) = seen
    assert (violation.event, violation.path, violation.code) == ("E", path, "Invalid Type")
    assert "secret" not in repr(violation)
    assert sent[0]["properties"] == {"value": sent_as, "other": 1}


def test_excessive_depth_is_cut_off(analytics: Any, messages: list[dict[str, Any]]) -> None:
    analytics.track("E", "u", None, {"value": deep(100_000)})
    assert json.dumps(messages[0]["properties"]["value"]) == "[" * 99 + "null" + "]" * 99


@pytest.mark.parametrize("kind", [Hostile, Evil])
def test_nothing_an_object_does_raises_into_a_call(
    analytics: Any, messages: list[dict[str, Any]], kind: type
) -> None:
    analytics.track("E", "u", None, {"value": kind(), "other": 1})
    assert messages[0]["properties"] == {"value": None, "other": 1}


def test_one_nan_costs_no_other_message(analytics: Any, messages: list[dict[str, Any]]) -> None:
    for n in range(3):
        analytics.track("E", "u", None, {"n": NAN if n == 1 else n})
    assert [message["properties"]["n"] for message in messages] == [0, None, 2]


WHO = {
    "user string": UserString("u"),
    "proxied text": LocalProxy(lambda: "u"),
    "lazy object": SimpleLazyObject(lambda: "u"),
    "lazy text": lazystr("u"),
}


@pytest.mark.parametrize("name", WHO)
def test_an_identity_may_be_lazy(analytics: Any, messages: list[dict[str, Any]], name: str) -> None:
    who = WHO[name]
    analytics.track("E", who, {"anonymous_id": who, "message_id": who}, {})
    with analytics.scope(user_id=who):
        analytics.track("E", None, None, {})
    (first, second) = messages
    assert (first["userId"], first["anonymousId"], first["messageId"]) == ("u", "u", "u")
    assert second["userId"] == "u"


def test_a_number_may_be_an_identity_behind_a_proxy(
    analytics: Any, messages: list[dict[str, Any]]
) -> None:
    analytics.track("E", LocalProxy(lambda: 7), None, {})
    assert messages[0]["userId"] == "7"


@pytest.mark.parametrize("nobody", [LocalProxy(lambda: None), SimpleLazyObject(lambda: None)])
def test_a_proxy_of_nobody_leaves_it_to_the_scope(
    analytics: Any, messages: list[dict[str, Any]], nobody: Any
) -> None:
    with analytics.scope(user_id="u"):
        analytics.track("E", nobody, None, {})
    assert messages[0]["userId"] == "u"


@pytest.mark.parametrize("options", [None, {"context": {}}])
def test_a_number_is_an_identity_up_to_1024_bits(
    analytics: Any, messages: list[dict[str, Any]], options: Any
) -> None:
    analytics.PACKAGE.page(2**1024 - 1, "p", options, {})
    analytics.PACKAGE.page(-(2**1024) + 1, "p", options, {})
    assert [each["userId"] for each in messages] == [f"{2**1024 - 1}", f"{-(2**1024) + 1}"]
    analytics.PACKAGE.page(2**1024, "p", options, {})
    analytics.PACKAGE.page("u", "p", {**(options or {}), "anonymous_id": 2**1024}, {})
    assert "anonymousId" not in messages.pop()
    assert len(messages) == 2
    assert analytics.stats().dropped == {"no_identity": 1}


@pytest.mark.parametrize(
    ("value", "options"),
    [
        # The encoder of a usual call converts keys that are numbers, true or null itself, and
        # checking for them would cost a tenth of the time of each message.
        ({1: "a", "1": "b"}, {"message_id": "m"}),
        ({"1": "a", 1: "b"}, {"message_id": "m"}),
        ({None: "a", "null": "b"}, {"message_id": "m"}),
        ({True: "a", "true": "b"}, {"message_id": "m"}),
        (UserDict({1.5: "a", "1.5": "b"}), None),
        ({ID: "a", str(ID): "b"}, None),
    ],
)
def test_two_keys_that_are_the_same_as_text_are_a_violation(
    analytics: Any, value: Any, options: Any
) -> None:
    from analytics.testing import capture

    seen: list[Any] = []
    with capture(on_violation=lambda violations, _: seen.extend(violations)) as sent:
        analytics.track("E", "u", options, {"value": value, "other": {3: 1, "x": "3"}})
    (key,) = sent[0]["properties"]["value"]
    assert sent[0]["properties"] == {"value": {key: "b"}, "other": {"3": 1, "x": "3"}}
    assert [each.code for each in seen] == ["Invalid Value"]
    assert seen[0].path.startswith("properties.value")
    assert "two keys" in seen[0].message


@pytest.mark.parametrize("neighbour", [1, NAN, b"", {1}, {2: 3}])
def test_a_value_is_sent_alike_whatever_stands_beside_it(
    analytics: Any, messages: list[dict[str, Any]], neighbour: Any
) -> None:
    analytics.track("E", "u", None, {"value": 10**400, "other": neighbour})
    assert messages[0]["properties"]["value"] is None


def test_a_model_is_told_what_to_write(analytics: Any) -> None:
    from analytics.testing import capture

    order = Order(email="secret")
    with capture(), pytest.raises(analytics.ViolationError) as whole:
        analytics.track("E", "u", None, order)
    with capture(), pytest.raises(analytics.ViolationError) as part:
        analytics.track("E", "u", None, {"order": order})
    for caught in (whole, part):
        (violation,) = caught.value.violations
        assert '.model_dump(mode="json")' in violation.message
        assert "secret" not in repr(violation)


@pytest.mark.parametrize(
    "moment", [datetime(2026, 1, 31), LocalProxy(lambda: datetime(2026, 1, 31))]
)
def test_a_timestamp_may_be_behind_a_proxy(
    analytics: Any, messages: list[dict[str, Any]], moment: Any
) -> None:
    analytics.track("E", "u", {"timestamp": moment}, {})
    assert messages[0]["timestamp"] == "2026-01-31T00:00:00+00:00"


def test_every_kind_is_in_the_table() -> None:
    """The tests above send the values that the module's docstring lists."""
    from typewriter_client.calls import values

    table = values.__doc__ or ""
    for word in ("UserString", "LocalProxy", "SimpleLazyObject", "gettext_lazy", "longdouble"):
        assert word in table
    for word in ("NaN", "NaT", "masked", "cycles", "pydantic", "1024 bits", "9999"):
        assert word in table
