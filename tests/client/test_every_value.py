"""Values that JSON does not have, through generated functions and the untyped track(),
under every ``on_violation``; and arguments that the caller changes after the call."""

from __future__ import annotations

import importlib
import json
import logging
import sys
from collections import UserDict, deque
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pytest
from django.utils.functional import SimpleLazyObject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.local import LocalProxy

from .conftest import EVENTS, forget, write_package
from .test_values import cyclic

RULES = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.track("Value Sent"): lambda: {
        r.optional("anything"): r.anything(),
        r.optional("text"): r.string(),
        r.optional("number"): r.number(),
        r.optional("integer"): r.integer(),
        r.optional("boolean"): r.boolean(),
        r.optional("moment"): r.string("date-time"),
        r.optional("day"): r.string("date"),
        r.optional("id"): r.string("uuid"),
        r.optional("colour"): r.enum("red", "green"),
        r.optional("items"): [r.anything()],
        r.optional("counts"): [r.integer()],
        r.optional("shape"): r.open({}),
        r.optional("email"): r.pii(r.string()),
    },
}
"""
NAN, INFINITY = float("nan"), float("inf")
ID = UUID("12345678-1234-5678-1234-567812345678")
NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


class Colour(Enum):
    RED = "red"


@dataclass
class Product:
    sku: str
    sizes: set[int] = field(default_factory=lambda: {1})


def raises() -> Any:
    raise LookupError("no user with email hush")


class Raising:
    """Its class cannot be looked up."""

    def __init__(self, _: object) -> None:
        pass

    @property
    def __class__(self) -> Any:
        return raises()


class RaisingMeta(type):
    def __getattr__(cls, name: str) -> Any:
        return raises()


class RaisingClass(metaclass=RaisingMeta):
    """The attributes of its class cannot be looked up."""


class Case(NamedTuple):
    key: str
    value: Any
    sent: Any
    wrong: str = ""
    """The path of the violation, if there is one, below ``properties``."""


GOOD = {
    "decimal": Case("number", Decimal("19.99"), 19.99),
    "whole decimal": Case("integer", Decimal("20"), 20),
    "uuid": Case("id", ID, str(ID)),
    "enum": Case("colour", Colour.RED, "red"),
    "set": Case("counts", {1}, [1]),
    "tuple": Case("items", (1, "a"), [1, "a"]),
    "deque": Case("items", deque([1]), [1]),
    "datetime, naive": Case("moment", NOON.replace(tzinfo=None), "2026-01-31T12:00:00+00:00"),
    "datetime, aware": Case(
        "moment", NOON.astimezone(timezone(timedelta(hours=2))), "2026-01-31T14:00:00+02:00"
    ),
    "date": Case("day", date(2026, 1, 31), "2026-01-31"),
    "dataclass": Case("shape", Product("a"), {"sku": "a", "sizes": [1]}),
    "user dict": Case("shape", UserDict(a={1}), {"a": [1]}),
    "odd keys": Case("shape", {1: 1, ID: 2, None: 3}, {"1": 1, str(ID): 2, "null": 3}),
    "lone surrogate": Case("text", "a\ud800", "a\ufffd"),
    "float64": Case("number", np.float64(1.5), 1.5),
    "float32": Case("number", np.float32(0.5), 0.5),
    "int64": Case("integer", np.int64(7), 7),
    "uint8": Case("anything", np.uint8(7), 7),
    "bool of numpy": Case("boolean", np.bool_(True), True),
    "text of numpy": Case("text", np.str_("a"), "a"),
    "array": Case("counts", np.array([1, 2]), [1, 2]),
    "array of one": Case("counts", np.array([1]), [1]),
    "array of arrays": Case("items", np.array([[1.5], [2.5]]), [[1.5], [2.5]]),
    "array without dimensions": Case("integer", np.array(5), 5),
    "datetime64": Case("moment", np.datetime64("2026-01-31T12:00"), "2026-01-31T12:00:00+00:00"),
    "datetime64, day": Case("day", np.datetime64("2026-01-31"), "2026-01-31"),
    "datetime64, ns": Case(
        "moment", np.datetime64("2026-01-31T12:00:00", "ns"), "2026-01-31T12:00:00+00:00"
    ),
    "datetime64, 100 ns": Case(
        "moment", np.datetime64(10**7 + 7, "100ns"), "1970-01-01T00:00:01+00:00"
    ),
    "datetime64, 10 ns": Case(
        "moment", np.datetime64(157_783_680 * 10**9, "10ns"), "2020-01-01T00:00:00+00:00"
    ),
    "datetime64, 10 us": Case(
        "moment", np.datetime64(1, "10us"), "1970-01-01T00:00:00.000010+00:00"
    ),
    "datetime64, 7 days": Case("day", np.datetime64(1, "7D"), "1970-01-08"),
    "datetime64, month": Case("day", np.datetime64("2026-01"), "2026-01-01"),
    "datetime64, as": Case("moment", np.datetime64(10**18, "as"), "1970-01-01T00:00:01+00:00"),
    "datetime64, in an array without dimensions": Case(
        "moment", np.array(np.datetime64("2026-01-31T12:00", "ns")), "2026-01-31T12:00:00+00:00"
    ),
    "datetimes64, of another byte order": Case(
        "items", np.array(["2026-01-31T12:00"], ">M8[100ns]"), ["2026-01-31T12:00:00+00:00"]
    ),
    "long double": Case("number", np.longdouble("1.5"), 1.5),
    "array of long doubles": Case("items", np.array([1.5], np.longdouble), [1.5]),
    "masked array without gaps": Case("counts", np.ma.array([1, 2]), [1, 2]),
    "moments": Case(
        "items",
        np.array([["2026-01-31"]], "datetime64[D]"),
        [["2026-01-31"]],
    ),
    "in a list of dicts": Case("items", [{"a": (ID, {NOON})}], [{"a": [str(ID), [str(NOON)]]}]),
}
GOOD["in a list of dicts"].sent[0]["a"][1] = ["2026-01-31T12:00:00+00:00"]
BAD = {
    "nan": Case("number", NAN, None, "number"),
    "infinity": Case("number", INFINITY, None, "number"),
    "nan in decimal": Case("number", Decimal("nan"), None, "number"),
    "nan of numpy": Case("number", np.float64(NAN), None, "number"),
    "short nan of numpy": Case("number", np.float32(NAN), None, "number"),
    "nan in an array": Case("items", np.array([1, NAN]), [1, None], "items[1]"),
    "no time": Case("moment", np.datetime64("NaT", "s"), None, "moment"),
    "not finite, of many digits": Case("number", np.longdouble("inf"), None, "number"),
    "masked": Case("number", np.ma.masked, None, "number"),
    "masked, in an array": Case(
        "items", np.ma.array([1, 2], mask=[False, True]), [1, None], "items[1]"
    ),
    "masked, in an array of arrays": Case(
        "items", np.ma.array([[1, 2]], mask=[[False, True]]), [[1, None]], "items[0][1]"
    ),
    "beyond year 9999": Case("moment", np.datetime64("10000-01-01"), None, "moment"),
    "beyond year 9999, for anything": Case(
        "anything", np.datetime64("10000-01-01"), None, "anything"
    ),
    "beyond what microseconds count": Case(
        "moment", np.datetime64(2**62 + 12345, "D"), None, "moment"
    ),
    "years beyond count": Case("moment", np.datetime64(2**56, "Y"), None, "moment"),
    "no time, ns": Case("moment", np.datetime64("NaT", "100ns"), None, "moment"),
    "beyond year 9999, in 100 ns": Case("moment", np.datetime64(2**62, "100ns"), None, "moment"),
    "before year 1": Case("moment", np.datetime64("-0001-01-01"), None, "moment"),
    "duration of numpy": Case("anything", np.timedelta64(1, "s"), None, "anything"),
    "duration in an array without dimensions": Case(
        "anything", np.array(np.timedelta64(1, "ns")), None, "anything"
    ),
    **{
        f"raises, {made.__name__}, {key}": Case(key, made(raises), None, key)
        for made in (SimpleLazyObject, LocalProxy, Raising)
        for key in ("email", "text", "number", "colour", "items", "shape", "anything")
    },
    "its class raises": Case("anything", RaisingClass(), None, "anything"),
    "raises, deep down": Case(
        "shape", {"a": [SimpleLazyObject(raises)]}, {"a": [None]}, "shape.a[0]"
    ),
    "bytes": Case("text", b"hush", None, "text"),
    "bytes of numpy": Case("text", np.bytes_(b"hush"), None, "text"),
    "complex": Case("number", 1j, None, "number"),
    "object": Case("anything", object(), None, "anything"),
    "self-reference": Case("items", cyclic(), [1, None], "items[1]"),
    "deep down": Case("shape", {"a": [{"b": INFINITY}]}, {"a": [{"b": None}]}, "shape.a[0].b"),
    "personal": Case("email", b"hush", None, "email"),
    "personal, normalised": Case("email", {"hush"}, ["hush"], "email"),
    "too large": Case("integer", 10**5_000, None, "integer"),
    "a little too large": Case("integer", 10**400, None, "integer"),
    "a little too large for anything": Case("anything", 10**400, None, "anything"),
}


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A package with those rules."""
    folder = tmp_path_factory.mktemp("valued")
    function = EVENTS.replace("order_completed", "value_sent")
    write_package(folder, "valued", RULES, function.replace("Order Completed", "Value Sent"))
    sys.path.insert(0, str(folder))
    yield importlib.import_module("valued")
    importlib.import_module("valued").close()
    sys.path.remove(str(folder))
    forget("valued")


class Run:
    """A client that records what happens to its messages."""

    def __init__(self, valued: Any, mode: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.drops: list[str] = []
        self.asked: list[Any] = []
        answers = {"asks": None, "refuses": False}

        def judge(violations: Any, message: Any) -> Any:
            self.asked += violations
            return answers[mode]

        valued.configure(
            transport=self,
            on_violation=judge if mode in answers else mode,
            on_drop=lambda message, reason: self.drops.append(reason),
            flush_interval=60,
        )

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.sent += [message["properties"] for message in batch]


DOORS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "function": lambda valued, properties: valued.value_sent("u", None, **properties),
    "track": lambda valued, properties: valued.track("Value Sent", "u", None, properties),
    "with options": lambda valued, properties: valued.value_sent(
        "u", {"message_id": "m"}, **properties
    ),
}
MODES = ["warn", "drop", "ignore", "asks", "refuses", "raise"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", MODES)
def test_normalised(valued: Any, mode: str, door: str, caplog: pytest.LogCaptureFixture) -> None:
    run = Run(valued, mode)
    for case in GOOD.values():
        DOORS[door](valued, {case.key: case.value, "boolean": True})
    assert valued.flush()
    assert run.drops == run.asked == caplog.messages == []
    assert len(run.sent) == len(GOOD)
    for (name, case), sent in zip(GOOD.items(), run.sent):
        assert sent == {case.key: case.sent, "boolean": True}, name
        assert type(sent[case.key]) is type(case.sent), name


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BAD)
def test_a_violation_that_names_the_property(
    valued: Any, mode: str, door: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    run, case = Run(valued, mode), BAD[name]
    path = f"properties.{case.wrong}"
    raised: list[Any] = []
    try:
        DOORS[door](valued, {case.key: case.value, "boolean": True})
    except valued.ViolationError as error:
        raised += error.violations
    DOORS[door](valued, {"boolean": False})
    assert valued.flush()
    assert run.sent.pop() == {"boolean": False}  # nothing else suffers
    stays = mode in ("warn", "ignore", "asks")
    if name == "personal, normalised" and mode == "ignore":
        assert (run.sent, caplog.messages) == ([{"email": ["hush"], "boolean": True}], [])
        return
    assert run.sent == ([{case.key: case.sent, "boolean": True}] if stays else [])
    assert run.drops == (["violation"] if mode in ("drop", "refuses") else [])
    told = {"raise": raised, "asks": run.asked, "refuses": run.asked}.get(mode)
    if told is not None:
        assert [violation.path for violation in told] == [path]
        assert caplog.messages == []
    else:
        (line,) = caplog.messages
        assert line.startswith("Value Sent: ")
        assert path in line or "Expected: string, given: array" in line
    assert "hush" not in repr((told, caplog.messages))
    stats = valued.stats()
    assert stats.violations == 1
    assert stats.accepted == stats.delivered + len(run.drops)


def test_through_several_destinations_too(valued: Any) -> None:
    """There the caller builds the message, not the worker."""
    first, second = Run(valued, "warn"), Run(valued, "warn")
    for case in [*GOOD.values(), *BAD.values()]:
        valued.configure(transport=first, also=[valued.Client(transport=second)])
        with caplog_off():
            DOORS["function"](valued, {case.key: case.value})
            assert valued.flush()
        assert first.sent == second.sent == [{case.key: case.sent}]
        first.sent.clear()
        second.sent.clear()


class caplog_off:  # noqa: N801 - a block
    def __enter__(self) -> None:
        logging.disable()

    def __exit__(self, *_: object) -> None:
        logging.disable(logging.NOTSET)


# --- arguments that are changed after the call ------------------------------------------------


def scramble(value: Any) -> None:
    """Change everything that can be changed, at every depth."""
    if isinstance(value, (dict, UserDict)):
        for each in list(value.values()):
            scramble(each)
        value.clear()
        value["changed"] = "changed"
    elif isinstance(value, (list, deque)):
        for each in list(value):
            scramble(each)
        value.append("changed")
        value[0] = "changed"
    elif isinstance(value, (set, bytearray)):
        value.clear()
    elif isinstance(value, np.ndarray):
        value[...] = 0
    elif isinstance(value, Product):
        scramble(value.sizes)
        value.sku = "changed"
    elif isinstance(value, tuple):
        for each in value:
            scramble(each)


LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
LEAVES |= st.sampled_from([ID, NOON, Decimal("1.5"), Colour.RED, 1.5, "\ud800", NAN])
CHANGING = st.recursive(
    LEAVES
    | st.builds(lambda: {1, 2})
    | st.builds(lambda: Product("a"))
    | st.builds(lambda: np.array([1, 2]))
    | st.builds(lambda: bytearray(b"a")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(deque)
        | st.lists(inner, max_size=2).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3).map(UserDict)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("mode", ["warn", "ignore", "asks"])
@pytest.mark.parametrize("door", DOORS)
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=CHANGING)
def test_what_the_caller_changes_later_is_not_sent(
    valued: Any, mode: str, door: str, value: Any
) -> None:
    run = Run(valued, mode)
    properties = {"anything": value, "items": [value]}
    context: dict[str, Any] = {"page": {"path": "/"}, "device": {"id": "d"}}
    with caplog_off():
        DOORS[door](valued, deepcopy(properties))
        with valued.scope(context=context):
            DOORS[door](valued, properties)
        scramble(properties)
        scramble(context)
        assert valued.flush()
        untouched, sent = run.sent
    assert sent == untouched


@pytest.mark.parametrize("mode", ["warn", "raise", "asks"])
@pytest.mark.parametrize("neighbour", [1, {1}])
def test_what_nests_too_deeply_is_cut_off_whoever_makes_the_message(
    valued: Any, mode: str, neighbour: Any, caplog: pytest.LogCaptureFixture
) -> None:
    run, said = Run(valued, mode), f"properties.anything{'[0]' * 98}"
    for levels in (99, 100):
        value: Any = []
        for _ in range(levels - 1):
            value = [value]
        try:
            DOORS["function"](valued, {"anything": value, "items": [neighbour]})
        except valued.ViolationError as error:
            run.asked += error.violations
        assert valued.flush()
        told = [each.path for each in run.asked] or caplog.messages
        assert len(told) == (levels > 99)
        assert all(said in each for each in told)
    sent = [json.dumps(each["anything"]) for each in run.sent]
    assert sent[0] == "[" * 99 + "]" * 99
    assert sent[1:] in ([], ["[" * 99 + "null" + "]" * 99])


@pytest.mark.parametrize("mode", ["warn", "raise", "asks"])
@pytest.mark.parametrize("order", ["shallow first", "deep first"])
def test_nor_where_it_stands_at_two_depths(
    valued: Any, mode: str, order: str, caplog: pytest.LogCaptureFixture
) -> None:
    def nest(levels: int, value: Any) -> Any:
        for _ in range(levels):
            value = [value]
        return value

    run = Run(valued, mode)
    for more in (38, 39):
        shared = nest(59, [])
        value = [shared, nest(more, shared)]
        try:
            DOORS["function"](valued, {"anything": value if order[0] == "s" else value[::-1]})
        except valued.ViolationError as error:
            run.asked += error.violations
        assert valued.flush()
        told = [each.path for each in run.asked] or caplog.messages
        assert len(told) == (more > 38)
    depths = [json.dumps(each["anything"]).count("null") for each in run.sent]
    assert depths == ([0] if mode == "raise" else [0, 1])


def test_what_is_given_is_not_changed(valued: Any) -> None:
    run = Run(valued, "asks")
    given_ = {"items": [{"a": NAN, "b": {1}}], "shape": {"c": (1, b"")}}
    before = repr(given_)
    DOORS["track"](valued, given_)
    assert valued.flush()
    assert repr(given_) == before
    assert run.sent == [{"items": [{"a": None, "b": [1]}], "shape": {"c": [1, None]}}]
