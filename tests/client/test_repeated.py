"""Values in which the same object occurs many times, whose text would be endless.

Sixty objects, each twice in the next, are 2**60 of them when they are sent.  Nothing that a
call does may take as long: it is measured, found too large, dropped, and that is said.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections import UserDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import EVENTS, write_package

RULES = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.track("Order Completed"): lambda: r.open({
        r.optional("tree"): r.ref("Node"),
        r.optional("cube"): [[[r.string()]]],
        r.optional("set"): r.array(r.anything(), unique_items=True),
        r.optional("either"): r.one_of(r.ref("Node"), r.open({})),
        r.optional("text"): r.string(),
        r.optional("email"): r.pii(r.string()),
    }),
    r.define("Node"): lambda: {
        r.optional("a"): r.ref("Node"),
        r.optional("b"): r.ref("Node"),
        r.optional("leaf"): r.string(),
    },
}
"""


@dataclass
class Pair:
    a: Any
    b: Any


def doubled(two: Callable[[Any], Any], times: int = 60) -> Any:
    value: Any = {"leaf": 1}
    for _ in range(times):
        value = two(value)
    return value


def around(value: Any) -> list[Any]:
    loop = [value]
    loop.append(loop)
    return loop


SHAPES: dict[str, Callable[[], Any]] = {
    "objects": lambda: doubled(lambda v: {"a": v, "b": v}),
    "lists": lambda: doubled(lambda v: [v, v]),
    "tuples": lambda: doubled(lambda v: (v, v)),
    "dataclasses": lambda: doubled(lambda v: Pair(v, v)),
    "mappings": lambda: doubled(lambda v: UserDict(a=v, b=v)),
    "sets, too": lambda: doubled(lambda v: [frozenset([1]), v, v]),
    "beside what JSON has not": lambda: [float("nan"), {1}, doubled(lambda v: [v, v])],
    "below what nests too deeply": lambda: doubled(lambda v: [v, v], 150),
    "around itself": lambda: around(doubled(lambda v: [v, v])),
    "wide": lambda: [[["a"] * 1000] * 1000] * 1000,
    "one long text": lambda: ["x" * 10**6] * 10**6,
    "without an end": lambda: range(10**12),
    "one long key": lambda: [{"x" * 10**6: 1}] * 10**6,
}
KEYS = ("tree", "cube", "set", "either", "text", "email", "unplanned")
MODES = ("warn", "raise", "drop", "ignore", "asks")


PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.CRITICAL)
import analytics
from tests.client.test_repeated import KEYS, MODES, SHAPES

class Transport:
    def send(self, batch):
        sent.extend(batch)

shape = SHAPES[sys.argv[1]]()
for mode in MODES:
    for keys, further in ((KEYS, 0), (KEYS[:1], 1)):
        sent, drops = [], []
        also = [analytics.Client(transport=Transport()) for _ in range(further)]
        analytics.configure(
            transport=Transport(),
            also=also,
            on_violation=(lambda violations, message: None) if mode == "asks" else mode,
            on_drop=lambda message, reason: drops.append((reason, message["event"])),
        )
        for key in keys:
            analytics.order_completed("u", None, **{key: shape})
        analytics.order_completed("u", {"context": {"deep": shape}})
        analytics.order_completed("u", {"integrations": {"deep": shape}})
        analytics.order_completed("u", {"extra": {"deep": shape}})
        with analytics.scope(context={"deep": shape}):
            analytics.order_completed("u")
        analytics.flush()
        assert drops == [("too_large", "Order Completed")] * (len(keys) + 4), (mode, drops)
        assert sent == [], mode
    try:
        analytics.order_completed(shape, {"anonymous_id": "a", "timestamp": shape})
        analytics.order_completed("u", {"wrong": shape, "message_id": shape})
    except analytics.ViolationError as error:
        repr(error.violations)
    analytics.flush()
    with analytics.scope(user_id=shape, context={"deep": shape}):
        assert "context" not in analytics.scope.export()
"""


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_dropped_and_that_is_said(name: str, tmp_path: Path) -> None:
    """In a separate process, which can be killed."""
    write_package(tmp_path, "analytics", RULES, EVENTS)
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(tmp_path), str(root)])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", PROGRAM, name]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_stands_often_and_has_room_is_sent_as_often(
    analytics: Any, messages: list[dict[str, Any]]
) -> None:
    value = doubled(lambda v: [v, v], 6)
    analytics.track("E", "u", None, {"value": value, "again": value})
    properties = messages[0]["properties"]
    assert properties["value"] == properties["again"] == value


def test_what_is_only_long_is_shown_whole(analytics: Any) -> None:
    """It took no longer to make than its author took."""
    drops: list[Any] = []
    note = lambda message, reason: drops.append((reason, message["properties"]))  # noqa: E731
    analytics.configure(enabled=False, on_drop=note)
    for properties in ({"text": "x" * 5_000_000}, {"items": [0] * 30_000}):
        analytics.track("E", "u", None, properties)
        assert drops.pop() == ("too_large", properties)
    for properties in ({"text": "x" * 10_000_000}, {"items": [0] * 40_000}):
        analytics.track("E", "u", None, properties)
        assert drops.pop() == ("too_large", None)


def test_without_on_drop_the_log_says_so(analytics: Any, caplog: pytest.LogCaptureFixture) -> None:
    class Transport:
        def send(self, batch: list[dict[str, Any]]) -> None:
            raise AssertionError

    analytics.configure(transport=Transport())
    with caplog.at_level(logging.WARNING):
        analytics.track("E", "u", None, {"value": SHAPES["objects"]()})
    assert [record.getMessage() for record in caplog.records] == [
        "messages dropped so far: 1 (too_large)"
    ]
    assert analytics.stats().dropped == {"too_large": 1}


def test_a_test_hears_of_it(analytics: Any) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]

    with capture(), pytest.raises(analytics.ViolationError, match="would be lost: too_large"):
        analytics.track("E", "u", None, {"value": SHAPES["objects"]()})


# --- violations without end -------------------------------------------------------------------


def test_of_many_violations_a_hundred_are_listed(analytics: Any) -> None:
    from analytics.testing import capture

    with capture(), pytest.raises(analytics.ViolationError) as caught:
        analytics.track("E", "u", None, {"value": [float("nan")] * 150})
    *listed, last = caught.value.violations
    assert [each.path for each in listed] == [f"properties.value[{n}]" for n in range(100)]
    assert (last.path, last.message) == ("", "50 more violations in this message")
    assert str(caught.value).endswith("; E: 50 more violations in this message")


def test_a_hundred_are_all_listed(analytics: Any) -> None:
    from analytics.testing import capture

    with capture(), pytest.raises(analytics.ViolationError) as caught:
        analytics.track("E", "u", None, {"value": [float("nan")] * 100})
    assert len(caught.value.violations) == 100


def test_beyond_ten_thousand_nobody_counts(analytics: Any) -> None:
    from analytics.testing import capture

    with capture(), pytest.raises(analytics.ViolationError) as caught:
        analytics.track("E", "u", None, {"value": [float("nan")] * 20_000})
    assert caught.value.violations[-1].message == "at least 9,900 more violations in this message"
