"""What a usual call does and does not do on the caller's thread, with the same result."""

from __future__ import annotations

import importlib
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import forget, write_package

Messages = list[dict[str, Any]]
BREAKOUT = 'a"},"userId":"b\\"\n\x00\u2028\x7f漢\U0001f600'


@pytest.fixture
def encoded(analytics: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that is encoded as JSON from now on."""
    from typewriter_client.calls import encoding

    seen: list[Any] = []
    encode: Any = encoding._prepared

    def prepared(value: Any, level: int) -> Any:
        seen.append(value)
        return encode(value, level)

    monkeypatch.setattr(encoding, "_prepared", prepared)
    return seen


def test_a_usual_call_encodes_its_properties_and_nothing_else(
    analytics: Any, messages: Messages, encoded: list[Any]
) -> None:
    analytics.order_completed("u", order_id="1", products=[{"sku": "a"}])
    with analytics.scope(user_id=7, anonymous_id="a"):
        analytics.order_completed(order_id="2")
    assert encoded == [{"order_id": "1", "products": [{"sku": "a"}]}, {"order_id": "2"}]
    assert [message["userId"] for message in messages] == ["u", "7"]


def test_a_usual_call_loads_nothing_dear(analytics: Any, messages: Messages) -> None:
    for _ in range(2):
        analytics.order_completed("u", order_id="1")
        moment = datetime(2026, 1, 31, tzinfo=timezone.utc)
        analytics.order_completed(7, order_id="1", at=moment.isoformat())
    assert "typewriter_client.calls.values" not in sys.modules


def test_calls_wait_for_no_lock_once_the_worker_is_awake(analytics: Any) -> None:
    client = analytics.Client(local="/dev/null", flush_at=100, flush_interval=60)
    client.accept(b"{}")
    lock, taken = client._queue.lock, threading.Event()
    release = threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    calls = threading.Thread(target=lambda: [client.accept(b"{}") for _ in range(50)])
    calls.start()
    calls.join(5)
    stuck = calls.is_alive()
    release.set()
    holder.join()
    assert not stuck
    assert client.stats()[:1] + client.stats()[4:5] == (51, 51)


def test_many_threads_lose_nothing_and_every_message_is_counted_once(analytics: Any) -> None:
    seen: list[int] = []
    dropped: list[int] = []

    class Transport:
        def send(self, batch: list[dict[str, Any]]) -> None:
            seen.extend(message["properties"]["n"] for message in batch)

    client = analytics.Client(
        transport=Transport(),
        queue_size=50,
        flush_at=7,
        flush_interval=60,  # only the calls wake the worker
        on_drop=lambda message, reason: dropped.append(message["properties"]["n"]),
    )

    def calls(first: int) -> None:
        for n in range(first, first + 500):
            client.accept(b'{"properties":{"n":%d}}' % n)

    threads = [threading.Thread(target=calls, args=(n * 500,)) for n in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            stats = client.stats()
            settled = stats.delivered + sum(stats.dropped.values())
            assert stats.accepted == settled + stats.queued
            assert client.flush(10)
        for thread in threads:
            thread.join()
        assert client.flush(10)
    finally:
        sys.setswitchinterval(interval)
    assert sorted(seen + dropped) == list(range(4_000))
    stats = client.stats()
    assert (stats.accepted, stats.queued) == (4_000, 0)
    assert (stats.delivered, sum(stats.dropped.values())) == (len(seen), len(dropped))


def test_a_flush_does_not_wait_for_what_a_full_queue_drops_meanwhile(analytics: Any) -> None:
    from typewriter_client.delivery.queue import Queue  # type: ignore[import-not-found]

    backlog = Queue(1, 100, 60)
    assert backlog.put(b"1") is None
    backlog._items.append(b"2")  # another thread is in the middle of its put
    answers: list[bool] = []
    flush = threading.Thread(target=lambda: answers.append(backlog.flush(10)))
    flush.start()
    while backlog._wanted < 2:
        pass
    assert backlog._handle_threshold() == (b"2", "queue_full")
    assert backlog.take()
    backlog.release(backlog.head()[0])
    backlog.finish(1)
    flush.join(5)
    assert answers == [True]


def test_each_first_message_wakes_the_worker(analytics: Any) -> None:
    sent: queue.Queue[Any] = queue.Queue()

    class Transport:
        def send(self, batch: list[dict[str, Any]]) -> None:
            sent.put(batch)

    client = analytics.Client(transport=Transport(), flush_at=100, flush_interval=0.01)
    for n in range(3):
        client.accept(b'{"n":%d}' % n)
        assert sent.get(timeout=10) == [{"n": n}]


def test_what_comes_after_closing_is_refused_however_late(analytics: Any) -> None:
    from typewriter_client.delivery.queue import Queue

    backlog = Queue(10, 5, 60)
    backlog.put(b"1")
    backlog.put(b"2")
    backlog.close(0)
    assert backlog.put(b"3") == (b"3", "closed")
    assert backlog.abandon() == [b"1", b"2"]
    assert backlog.put(b"4") == (b"4", "closed")
    stats = backlog.stats()
    assert (stats.accepted, stats.queued, stats.dropped) == (4, 0, {"closed": 2, "abandoned": 2})


# --- the same message by either way ---------------------------------------------------------

CALLS: dict[str, Callable[[Any], None]] = {
    "track": lambda plan: plan.track("E", "u", None, {"a": [1, {"b": None}]}),
    "number": lambda plan: plan.track("E", 7, None, {}),
    "number of 401 digits": lambda plan: plan.page(10**400, "p", None, {}),
    "large number": lambda plan: plan.track("E", 10**5_000, None, {}),
    "uuid": lambda plan: plan.track("E", UUID(int=1), None, {}),
    "true": lambda plan: plan.track("E", True, None, {}),
    "nobody": lambda plan: plan.track("E", "", None, {}),
    "nothing": lambda plan: plan.track("E", "u", None, None),
    "no event": lambda plan: plan.track("", "u", None, {}),
    "odd event": lambda plan: plan.track(7, "u", None, {}),
    "breakout": lambda plan: plan.track(BREAKOUT, BREAKOUT, None, {BREAKOUT: BREAKOUT}),
    "surrogate": lambda plan: plan.track("E\ud800", "u\ud800", None, {"a": "\ud800"}),
    "keys": lambda plan: plan.track("E", "u", None, {"a": {1: 1, None: 2, 1.5: 3}}),
    "values": lambda plan: plan.track("E", "u", None, {"a": (Decimal("1.5"), {UUID(int=1)})}),
    "nan": lambda plan: plan.track("E", "u", None, {"a": float("nan")}),
    "odd body": lambda plan: plan.track("E", "u", None, "x"),
    "version": lambda plan: plan.track("E", "u", None, {}, version=2),
    "integrations": lambda plan: plan.track("E", "u", None, {}, integrations={"A": False}),
    "odd integrations": lambda plan: plan.track("E", "u", None, {}, integrations={"A": {1}}),
    "defaults": lambda plan: plan.track("E", "u", None, {"a": 1}, defaults={"a": 2, "b": 3}),
    "names": lambda plan: plan.track("E", "u", None, {"class_": 1}, names={"class_": "class"}),
    "identify": lambda plan: plan.identify("u", None, {"email": "e"}),
    "group": lambda plan: plan.group("u", 7, None, {"size": 1}),
    "odd group": lambda plan: plan.group("u", 1.5, None, {}),
    "page": lambda plan: plan.page("u", BREAKOUT, None, {"path": "/"}),
    "page without a name": lambda plan: plan.page("u", None, None, {}),
    "screen of no name": lambda plan: plan.screen("u", "", None, {}),
    "alias": lambda plan: plan.alias("new", "old", None),
}
SCOPES: dict[str, dict[str, Any]] = {
    "no scope": {},
    "who": {"user_id": BREAKOUT, "anonymous_id": 7},
    "context": {"context": {"ip": "::1", "library": "mine", "protocols": {"x": BREAKOUT}}},
    "odd context": {"context": {"a": float("nan"), "protocols": 7}},
    "anonymous uuid": {"anonymous_id": UUID(int=2)},
}


class Chosen(str):
    """A text that pickles, and JSON has."""


def values() -> st.SearchStrategy[Any]:
    """What callers pass: JSON's values, values that are converted, values that cannot be sent."""
    numbers: st.SearchStrategy[Any] = st.booleans() | st.integers() | st.floats()
    plain = numbers | st.none() | st.text()
    odd = (
        st.datetimes(timezones=st.sampled_from([None, timezone.utc, timezone(timedelta(hours=2))]))
        | st.decimals()
        | st.uuids()
        | st.dates()
        | st.binary()
        | st.builds(Chosen, st.text())
        | st.just(object())
        | st.characters(categories=["Cs"])
    )
    keys = st.text() | st.integers() | st.none() | st.uuids()
    return st.recursive(
        plain | odd,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(keys, inner, max_size=3)
            | st.tuples(inner)
            | st.frozensets(st.text(), max_size=1)
        ),
        max_leaves=8,
    )


@given(st.dictionaries(st.text(), values(), max_size=4))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_worker_makes_the_message_that_the_caller_would(
    analytics: Any, properties: dict[str, Any]
) -> None:
    from analytics.testing import capture

    def judge(seen: Any, _: Any) -> None:
        violations.extend(seen)

    violations: list[Any] = []
    with capture(on_violation=judge) as at_once:
        analytics.track("Anything", "u", None, properties)
    later, found, violations = Batches(), violations, []
    client = analytics.Client(transport=later, on_violation=judge, flush_interval=0)
    with analytics.PACKAGE.using(client):
        analytics.track("Anything", "u", None, properties)
    client.close()
    assert [m["properties"] for m in later.messages] == [m["properties"] for m in at_once]
    assert repr(violations) == repr(found)


def test_the_caller_only_copies_what_the_worker_encodes(analytics: Any, encoded: list[Any]) -> None:
    later = Batches()
    analytics.configure(transport=later, flush_interval=60, on_violation="warn")
    properties = {"order_id": "1", "products": [{"sku": "a"}]}
    analytics.order_completed("u", **properties)
    properties["products"][0]["sku"] = "changed"  # type: ignore[index]
    assert encoded == []
    assert analytics.flush()
    assert later.messages[0]["properties"] == {"order_id": "1", "products": [{"sku": "a"}]}


NESTED = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.track("Nested"): lambda: {
        "tree": r.any_of(r.ref("Tree"), r.open({})),
        "number": r.integer(),
    },
    r.define("Tree"): lambda: {r.optional("child"): r.ref("Tree")},
}
"""


def test_a_value_that_is_too_deep_for_one_alternative_spoils_no_other_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None
) -> None:
    write_package(tmp_path, "nested", NESTED)
    monkeypatch.syspath_prepend(str(tmp_path))
    nested: Any = importlib.import_module("nested")
    capture: Any = importlib.import_module("nested.testing").capture
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"child": deep}
    with capture() as sent:
        with pytest.raises(nested.ViolationError, match="is nested too deeply") as caught:
            nested.track("Nested", "u", None, {"tree": deep, "number": 1})
        assert len(caught.value.violations) == 1
        nested.track("Nested", "u", None, {"tree": {"child": {}}, "number": 1})
        with pytest.raises(nested.ViolationError) as caught:
            nested.track("Nested", "u", None, {"tree": {}, "number": "1"})
    assert [each.path for each in caught.value.violations] == ["properties.number"]
    assert len(sent) == 1
    forget("nested")


class Batches:
    """A transport that keeps everything."""

    def __init__(self) -> None:
        self.messages: Messages = []

    def send(self, batch: Messages) -> None:
        self.messages += batch


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("call", CALLS)
def test_text_and_dict_say_the_same(
    analytics: Any, monkeypatch: pytest.MonkeyPatch, call: str, scope: str
) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]
    from typewriter_client.calls import calls, fast_path, message

    monkeypatch.setattr(calls, "time_ns", lambda: 1_769_817_600_000_000_000)
    for module in (message, fast_path):
        monkeypatch.setattr(module, "message_id", lambda: "0" * 32)
    found: list[Any] = []
    violations: list[Any] = []

    def judge(seen: Any, _: Any) -> None:
        violations.extend(seen)

    def send(client: Any) -> None:
        with client as sent, analytics.scope(**SCOPES[scope]):
            CALLS[call](analytics.PACKAGE)
        found.append((list(sent), list(violations)))
        violations.clear()

    @contextmanager
    def later() -> Iterator[Messages]:
        """What the worker makes of drafts."""
        sent = Batches()
        client = analytics.Client(transport=sent, on_violation=judge)
        with analytics.PACKAGE.using(client):
            yield sent.messages
            assert client.flush()
        client.close()

    send(capture(on_violation=judge))
    send(later())
    monkeypatch.setattr(calls.Calls, "_usual", lambda *args: False)
    send(capture(on_violation=judge))
    assert found[0] == found[2]
    assert found[1] == found[2]


_DEPTHS = st.lists(st.booleans(), min_size=90, max_size=110)


@given(_DEPTHS, st.integers(300, 320), st.integers(0, 700), st.booleans())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_quick_look_misses_nothing_odd(
    analytics: Any, kinds: list[bool], digits: int, before: int, deep: bool
) -> None:
    """Nesting in its shortest JSON form, and numbers anywhere in the text."""
    from typewriter_client.calls.encoding import encode

    inner: Any = []
    for is_object in kinds:
        inner = {"": inner} if is_object else [inner]
    number = 10 ** (digits - 1)
    value = {"a": inner} if deep else {"a": "x" * before, "b": number}
    try:
        encode(value)
    except ValueError:  # so that ``values`` looks
        assert deep or digits >= 309
    else:
        assert len(kinds) + 2 <= 100 if deep else number < 2**1024
