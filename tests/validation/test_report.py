"""The texts of violations."""

from __future__ import annotations

from typing import Any

import pytest
from typewriter_client.rules.report import Violation, dotted

from typewriter_py.plan.model import (
    ANYTHING,
    OPEN,
    Array,
    Call,
    Definition,
    Enum,
    Event,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Union,
    Value,
)

from .checking import Checks, check, in_memory

TEXT = Value(String())
PRODUCTS = Value(Array(Value(Object((Property("price", Value(Number(minimum=0))),)))))


def _messages(violations: list[Any]) -> list[tuple[str, str, str]]:
    return [(violation.path, violation.code, violation.message) for violation in violations]


def test_the_wording_is_segments() -> None:
    checks = check(
        Property("products", PRODUCTS, required=True),
        Property("n", Value(Number(integer=True), nullable=True)),
        Property("currency", Value(Enum(("USD", "EUR")))),
    )
    assert _messages(checks({"n": 1.5, "currency": "usd", "x": 1})) == [
        ("properties.x", "Unplanned Property", "properties.x is not in the tracking plan"),
        ("properties.products", "Required", "properties.products is required"),
        ("properties.n", "Invalid Type", "Invalid type. Expected: [integer,null], given: number"),
        (
            "properties.currency",
            "Invalid Value",
            'properties.currency must be one of: "USD", "EUR"',
        ),
    ]
    assert _messages(checks({"products": [{"price": 1}, {"price": -1}]})) == [
        (
            "properties.products[1].price",
            "Out Of Range",
            "properties.products[1].price must be at least 0",
        )
    ]


def test_violations_are_values_with_all_that_is_known() -> None:
    (violation,) = check(Property("n", Value(Number())))({"n": "1"})
    assert violation == Violation(
        event="E",
        path="properties.n",
        code="Invalid Type",
        message="Invalid type. Expected: number, given: string",
        value="1",
    )
    with pytest.raises(AttributeError):
        violation.code = "other"


@pytest.mark.parametrize("name", ["user_id", "anonymous_id", "timestamp", "context"])
def test_what_other_sdks_take_as_keywords_is_told_where_it_goes(name: str) -> None:
    (violation,) = check()({name: 1})
    assert violation.code == "Unplanned Property"
    assert "argument" in violation.message
    (nested,) = check(Property("o", Value(Object())))({"o": {name: 1}})
    assert "argument" not in nested.message


def test_personal_values_are_never_shown() -> None:
    address = Object((Property("zip", Value(String(patterns=(r"^\d+$",)))),))
    person = Object((Property("email", TEXT, pii=True), Property("age", Value(Number()))))
    secret = Enum(("a", "b"))
    checks = check(
        Property("ssn", Value(secret), pii=True),
        Property("address", Value(address), pii=True),
        Property("tags", Value(Array(Value(Number()))), pii=True),
        Property("person", Value(Ref("Person"))),
        Property("people", Value(Array(Value(Ref("Person")), max_items=0))),
        Property("either", Value(Union((Ref("Person"), String())))),
        definitions={"Person": Definition("Person", Value(person))},
    )
    hidden = {
        "ssn": "hush",
        "address": {"zip": "hush", "other": "hush"},
        "tags": ["hush"],
        "person": {"email": ["hush"]},
        "people": [{"email": "hush"}],
        "either": {"email": 1, "hush": "hush"},
    }
    violations = checks(hidden)
    assert {violation.path for violation in violations} == {
        "properties.ssn",
        "properties.address.zip",
        "properties.address",
        "properties.tags[0]",
        "properties.person.email",
        "properties.people",
        "properties.either",
    }
    assert "hush" not in repr(violations)
    assert "properties.address has a property that is not in the tracking plan" in {
        violation.message for violation in violations
    }
    (violation,) = checks({"address": {"hush": 1, "hush, too": 2, "zip": "1"}})
    assert (violation.path, violation.value) == ("properties.address", "<redacted>")
    (violation,) = checks({"person": {"age": "shown"}})
    assert violation.value == "shown"


def test_nor_are_keys_of_personal_values_that_the_plan_does_not_name() -> None:
    zipped = Object((Property("zip", TEXT),))
    nested = Object((), Value(zipped), ("listed",))
    checks = check(Property("homes", Value(nested), pii=True), Property("shown", Value(nested)))
    homes = {"hush": {"zip": 1, "hush": 1}, "listed": 1}
    assert [(each.path, each.code) for each in checks({"homes": homes, "shown": {}})] == [
        ("properties.homes.<redacted>", "Unplanned Property"),
        ("properties.homes.<redacted>.zip", "Invalid Type"),
        ("properties.homes.<redacted>", "Invalid Type"),
        ("properties.shown.listed", "Required"),
    ]
    assert [each.path for each in checks({"shown": {"key": 1, "listed": {}}})] == [
        "properties.shown.key"
    ]


def test_the_only_value_that_is_allowed_is_said_so() -> None:
    (violation,) = check(Property("kind", Value(Enum(("everything",)))))({"kind": "nothing"})
    assert violation.message == 'properties.kind must be "everything"'


def test_a_path_tells_odd_keys_apart() -> None:
    assert dotted(("properties", "a b", 0, "c.d", "", "e\n")) == (
        r'properties.a b[0]["c.d"][""]["e\n"]'
    )


def test_every_call_and_version_has_its_check() -> None:
    context = Object((Property("ip", Value(String(format="ipv4"))),), additional=ANYTHING)
    traits = Object((Property("email", TEXT, required=True),))
    plan = Plan(
        "P",
        events=(
            Event("Order Completed", Object()),
            Event("Order Completed 2", OPEN, version=2),
        ),
        identify=Call(traits),
        page=Call(OPEN),
        common=Object((Property("context", Value(context)),), additional=ANYTHING),
    )
    checks = Checks(plan)
    (violation,) = checks.of(("identify", "", None), {})
    assert violation.path == "traits.email"
    (violation,) = checks.of(("track", "Order Completed", None), {"a": 1})
    assert violation.path == "properties.a"
    assert not checks.of(("page", "", None), {"a": 1})
    assert not checks.of(("track", "Order Completed 2", 2), {"a": 1})
    (violation,) = checks.of_message({"context": {"ip": "x"}, "type": "track"})
    assert violation.path == "context.ip"


@pytest.mark.parametrize(
    "key", [("track", "Order", None), ("group", "", None), ("alias", "", None)]
)
def test_of_what_the_plan_does_not_know_nothing_is_wrong(key: Any) -> None:
    assert check().of(key, {"a": object()}) == []


def test_an_event_whose_versions_are_all_explicit_is_known_by_its_name_too() -> None:
    old, new = (Object((Property(name, TEXT, required=True),)) for name in ("old", "new"))
    events = (Event("Paid", old, version=1, function="old paid"), Event("Paid", new, version=2))
    checks = Checks(Plan("P", events=events))
    for version, path in ((1, "properties.old"), (2, "properties.new"), (None, "properties.new")):
        (violation,) = checks.of(("track", "Paid", version), {})
        assert violation.path == path


def test_without_a_plan_for_every_message_there_is_no_such_check() -> None:
    assert not in_memory(check().plan).checks_messages
