"""``_rules.py`` is formatted as black would, however long the names are."""

from __future__ import annotations

import pytest

from typewriter_py.plan.model import Array, Enum, Number, Object, Property, String, Union, Value

from .support import assert_settled, event, files_of, plan

KINDS = {
    "nothing": Union(()),
    "number": Number(),
    "limits": Number(minimum=1, maximum=2),
    "text": String(patterns=("^a$",)),
    "one": Enum(("a",)),
    "some": Enum(("a", "b")),
    "array": Array(Value(Number())),
    "closed": Object(),
    "object": Object((Property("id", Value(String())),)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nullable", [False, True])
def test_a_name_of_any_length(kind: str, nullable: bool) -> None:
    """Black may fold a line wherever it is too long, in an entry of its own."""
    value = Value(KINDS[kind], nullable)
    events = [
        event(
            f"Order {length} {required} {pii}",
            Property("n" * length, value, required=required, pii=pii),
        )
        for length in range(20, 90)
        for required, pii in [(True, None), (False, None), (True, "email")]
    ]
    assert_settled("_rules.py", files_of(plan(*events))["_rules.py"])
