"""What is inferred of one property from its values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from .logging import draft, event, remarks, rules, said, track, values

DAY = "2026-01-31"
MOMENT = f"{DAY}T12:30:00.5Z"
ID = str(UUID(int=1 << 90))


@pytest.mark.parametrize(
    ("found", "schema"),
    [
        ([1, 2], {"type": "integer"}),
        ([1, 2.5], {"type": "number"}),
        ([1.0, 2.0], {"type": "number"}),
        ([10**30], {"type": "integer"}),
        ([True, False], {"type": "boolean"}),
        (["a", "b"], {"type": "string"}),
        (["a", None], {"type": "string", "nullable": True}),
        ([None, None], {}),
        ([1, "a", "b"], {"type": ["string", "integer"]}),
        ([True, 1, 1], {"type": ["integer", "boolean"]}),
        ([[1, 2], [3]], {"type": "array", "items": {"type": "integer"}}),
        ([[1, None], []], {"type": "array", "items": {"type": "integer", "nullable": True}}),
        ([[]], {"type": "array"}),
        ([[[1]], [["a"]]], {"type": "array", "items": {"type": "array", "items": {
            "type": ["string", "integer"]}}}),
        ([{}], {"type": "object"}),
        ([{"a": 1}], {"type": "object", "properties": {"a": {"type": "integer"}}}),
        ([{"a": 1}, []], {"type": ["object", "array"], "properties": {"a": {"type": "integer"}}}),
        ([[{"a": 1}], [{"a": None}]], {"type": "array", "items": {"type": "object", "properties": {
            "a": {"type": "integer", "nullable": True}}}}),
    ],
    ids=str,
)  # fmt: skip
def test_the_types_of_values(found: list[Any], schema: Any) -> None:
    assert values(*found) == schema


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("date-time", [MOMENT, f"{DAY}T12:30:00+02:00"], f"{DAY} 12:30:00"),
        ("date", [DAY, "2024-02-29"], "2026-02-29"),
        ("uuid", [ID, ID.upper()], ID[:-1]),
        ("uri", ["https://example.com/a?b=c%20d#e", "app://open"], "https://example.com/a b"),
        ("uri", ["http://localhost:8080"], "example.com"),
    ],
)
def test_a_format_is_what_all_texts_have(format: str, good: list[str], bad: str) -> None:
    assert values(*good)["format"] == format
    assert values(*good, None)["format"] == format
    assert "format" not in values(*good, bad)
    assert "format" not in values(*good, "")


def test_what_was_there_always_is_required_once_there_are_enough() -> None:
    found = [track("A", always=1, often=1), track("A", always=None)] * 5
    assert event(found)["required"] == ["always"]
    assert "required" not in event(found[:9])
    assert event(found[:9], samples=9)["required"] == ["always"]


def test_keys_of_objects_in_a_list_are_required_by_the_objects() -> None:
    found = track("A", products=[{"id": "a", "size": 1}, {"id": "b"}])
    items = event([found] * 5)["properties"]["products"]["items"]
    assert items["required"] == ["id"]
    assert items["properties"] == {"id": {"type": "string"}, "size": {"type": "integer"}}


def test_few_values_that_recur_are_all_that_is_permitted() -> None:
    colours = ["red", "green", "blue"] * 10
    assert values(*colours) == {"type": "string", "enum": ["blue", "green", "red"]}
    assert values(*colours, None)["enum"] == ["blue", "green", "red"]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (["red", "green", "blue"] * 9, "x"),  # too few of each
        ([*["red", "green", "blue"] * 20, "mauve"], "x"),  # one that came once: others will
        (["red"] * 100, "x"),
        (["DE", "FR"] * 100, "country"),
        (["a", "b"] * 100, "product_id"),
        (["1", "2"] * 100, "x"),
        (["a" * 41, "b"] * 100, "x"),
        (["k1234567", "k7654321"] * 100, "x"),
        (["Ann", "Bob"] * 100, "first_name"),
        (["red", 1] * 100, "x"),
        ([str(n) + "a" for n in range(21)] * 100, "x"),
        ([DAY, "2026-02-01"] * 100, "x"),
    ],
    ids=lambda case: str(case)[:30],
)
def test_other_strings_are_not_an_enum(found: list[Any], name: str) -> None:
    assert "enum" not in values(*found, name=name)


def test_an_oddity_is_a_remark_and_more_of_it_a_type() -> None:
    numbers: list[Any] = [1.5] * 997
    assert values(*numbers, "1", "2", "3", name="price") == {"type": "number"}
    assert remarks(*numbers, "1", "2", "3", name="price") == ["`price` was a string in 3 of 1,000"]
    assert values(*numbers, *["1"] * 11) == {"type": ["number", "string"]}
    assert remarks(*numbers, *["a"] * 11) == [
        "`x` was a number in 997 of 1,008, a string in 11 of 1,008"
    ]
    assert values(*numbers, *[[1, "a"]] * 3) == {"type": "number"}


def test_an_oddity_within_a_list() -> None:
    plan = draft([track("A", tags=["a"] * 200)] * 10 + [track("A", tags=[1])])
    assert "items: an item was an integer in 1 of 2,001" in said(plan)
    plan = draft([track("A", tags=["a", "b", 1])])
    assert "items: an item was a string in 2 of 3, an integer in 1 of 3" in said(plan)


@pytest.mark.parametrize(
    ("found", "remark"),
    [
        (["1.5", "2"], "`x` was always a number sent as a string"),
        (["web", "web"], "`x` was always 'web'"),
        ([None], "`x` was always null"),
        ([[]], "`x` was always empty"),
        (["a", None], "null in 1 of 2"),
    ],
)
def test_what_is_worth_a_remark(found: list[Any], remark: str) -> None:
    assert remark in remarks(*found)


def test_how_often_a_property_was_there() -> None:
    plan = draft([track("A", a=1, b=1)] * 3 + [track("A", a=1)] * 7)
    assert "b: in 3 of 10" in said(plan)
    plan = draft([track("A", a=1, b=1)] * 299 + [track("A", a=1)])
    assert "b: missing in 1 of 300" in said(plan)
    assert "required" in event([track("A", a=1, b=1)] * 299 + [track("A", a=1)])


def test_amounts_are_numbers_even_where_all_were_whole() -> None:
    assert values(20, 30, name="total_price") == {"type": "number"}
    assert remarks(20, name="price") == ["`price` was always whole"]
    assert values(1, 2, name="quantity") == {"type": "integer"}


@pytest.mark.parametrize(
    "name", ["email", "customer_email", "emailAddress", "shipping.phone", "first_name", "IP", "dob"]
)
def test_personal_by_its_name(name: str) -> None:
    assert values("x", "y", name=name)["pii"] is True


@pytest.mark.parametrize("name", ["email_campaign", "name", "page", "phonetic", "zipped"])
def test_not_personal_by_its_name(name: str) -> None:
    assert "pii" not in values("x", "y", name=name)
    assert "pii" not in values(True, name="email")


@pytest.mark.parametrize(
    "found", ["ann@example.com", "+49 (30) 901820-1", "203.0.113.9", "2001:db8::1"]
)
def test_personal_by_what_it_holds(found: str) -> None:
    assert values(found)["pii"] is True


def test_a_few_addresses_among_other_texts_are_personal_too() -> None:
    found = ["guest"] * 50 + ["ann@example.com"]
    assert values(*found) == {"type": "string", "pii": True}
    assert remarks(*found) == ["`x` was an email address in 1 of 51"]


def test_items_depend_on_the_name_of_their_list() -> None:
    assert values(*[["a", "b"]] * 20, name="kinds")["items"]["enum"] == ["a", "b"]
    assert values(*[["a", "b"]] * 20, name="product_ids")["items"] == {"type": "string"}
    assert values(*[["a", "b"]] * 20, name="countries")["items"] == {"type": "string"}


def test_personal_items_and_values_of_a_table() -> None:
    personal = {"type": "string", "format": "email", "pii": True}
    assert values(["ann@example.com"])["items"] == personal
    table = {str(number): "ann@example.com" for number in range(3)}
    assert values(table)["additionalProperties"] == personal


def test_nothing_personal_is_written() -> None:
    secret = "ann@example.com"
    found = [track("A", contact=secret, email="bob@example.com", token="t0ps3cret")] * 30
    plan = draft(found)
    assert not [line for line in said(plan) if "example.com" in line or "t0ps3cret" in line]
    assert "example.com" not in repr(plan.root)


def test_names_are_a_users_but_not_a_products() -> None:
    found = rules([{"type": kind, "traits": {"name": "x"}} for kind in ("identify", "group")])
    user, group = (found[kind]["traits"]["properties"]["name"] for kind in ("identify", "group"))
    assert user["pii"] is True
    assert "pii" not in group
    assert values("x", name="name") == {"type": "string"}


def test_segments_own_events_and_traits_are_described_as_its_spec_does() -> None:
    sent = track("Order Completed", total=1.5, mine=1, tax="x", products=[{"sku": "s", "mine": 2}])
    found = rules([sent, {"type": "identify", "traits": {"email": "a@b.de", "mine": 3}}])
    (planned,) = found["events"]
    assert planned["description"] == "User completed an order."
    properties = planned["rules"]["properties"]
    assert properties["total"]["description"].startswith("What the customer pays")
    assert properties["mine"] == {"type": "integer"}
    assert properties["tax"] == {"type": "string"}
    items = properties["products"]["items"]["properties"]
    assert items["sku"]["description"] == "Stock keeping unit of the product"
    assert items["mine"] == {"type": "integer"}
    assert "description" in found["identify"]["traits"]["properties"]["email"]
