"""Checks of very many properties."""

from __future__ import annotations

import black

from typewriter_py.plan.model import (
    Array,
    Definition,
    Enum,
    Number,
    Object,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)

from .checking import check, plan_of, text_of

MANY = 100
KINDS: dict[str, Type] = {
    "array": Array(Value(String())),
    "object": Object((Property("id", Value(String()), required=True),)),
    "enum": Enum(("a", "b")),
    "number": Number(minimum=0, maximum=9),
    "text": String(min_length=2, patterns=("x",)),
    "either": Union((String(), Number())),
}
MANY_PROPERTIES = tuple(
    Property(f"{kind}_{i}", Value(type_, nullable=bool(i % 2)), required=i % 3 == 0)
    for i in range(MANY)
    for kind, type_ in KINDS.items()
)
NAMES = [each.name for each in MANY_PROPERTIES]
WRONG = dict.fromkeys(NAMES, False)


def test_every_property_of_a_message_is_judged() -> None:
    checks = check(*MANY_PROPERTIES)
    assert [each.path for each in checks(WRONG)] == [f"properties.{name}" for name in NAMES]
    required = [each.name for each in MANY_PROPERTIES if each.required]
    assert [each.path for each in checks({})] == [f"properties.{name}" for name in required]
    (unplanned,) = check(*(Property(name, Value(String())) for name in NAMES))({"other": 1})
    assert unplanned.path == "properties.other"


def test_every_property_of_an_object_is_judged() -> None:
    shape = Value(Object(MANY_PROPERTIES))
    defined = {"Many": Definition("Many", shape)}
    nested = check(
        Property("all", shape), Property("same", Value(Ref("Many"))), definitions=defined
    )
    expected = {f"properties.{top}.{name}" for top in ("all", "same") for name in NAMES}
    found = [each.path for each in nested({"all": WRONG, "same": WRONG})]
    assert len(found) == len(expected)
    assert set(found) == expected


def test_black_leaves_it_alone() -> None:
    shape = Object((*MANY_PROPERTIES[:90], Property("all", Value(Object(MANY_PROPERTIES[:90])))))
    text = text_of(plan_of(shape))
    assert black.format_str(text, mode=black.Mode()) == text
