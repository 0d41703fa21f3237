"""Scopes: nesting, threads, tasks and generators; sent in a task's headers."""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

Messages = list[dict[str, Any]]


def who(analytics: Any, messages: Messages) -> object:
    """The user that an event would have now."""
    analytics.track("E", None, {"anonymous_id": "-"}, {})
    return messages.pop().get("userId")


@pytest.mark.parametrize("times", [1, 2, 50])
def test_one_scope_can_be_entered_again_and_again(
    analytics: Any, messages: Messages, times: int
) -> None:
    a, b = analytics.scope(user_id="a"), analytics.scope(user_id="b")
    for _ in range(times):
        a.__enter__()
        b.__enter__()
    for _ in range(times):
        assert who(analytics, messages) == "b"
        b.__exit__(None, None, None)
        assert who(analytics, messages) == "a"
        a.__exit__(None, None, None)
    assert who(analytics, messages) is None


def test_an_exception_leaves_the_scope_and_passes(analytics: Any, messages: Messages) -> None:
    with pytest.raises(KeyError), analytics.scope(user_id="a"):
        raise KeyError
    assert who(analytics, messages) is None


def test_threads_that_share_a_scope_leave_it(analytics: Any, messages: Messages) -> None:
    shared = analytics.scope(user_id="shared")
    inside = threading.Barrier(8)
    left: list[object] = []

    def work() -> None:
        with shared:
            inside.wait(10)
        left.append(analytics.scope.export())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: work(), range(8)))
        list(pool.map(lambda _: left.append(analytics.scope.export()), range(8)))
    assert left == [{}] * 16


def test_tasks_that_share_a_scope_leave_it(analytics: Any, messages: Messages) -> None:
    shared = analytics.scope(user_id="shared")

    async def work(turns: int) -> list[object]:
        seen = []
        with shared:
            for _ in range(turns):
                await asyncio.sleep(0)
            seen.append(analytics.scope.export())
        return [*seen, analytics.scope.export()]

    async def main() -> list[list[object]]:
        return await asyncio.gather(*(work(turns) for turns in (3, 1, 2)))

    assert asyncio.run(main()) == [[{"user_id": "shared"}, {}]] * 3


def test_a_generators_scope_may_end_at_any_time(analytics: Any, messages: Messages) -> None:
    """Context variables leak out of a suspended generator, but not after it ends."""

    def generator() -> Iterator[None]:
        with analytics.scope(user_id="generator", context={"ip": "1"}):
            yield

    started = generator()
    next(started)
    with analytics.scope(user_id="main"):
        with analytics.scope(context={"locale": "de"}):
            assert analytics.scope.export()["context"] == {"ip": "1", "locale": "de"}
            started.close()
            left = {"user_id": "main", "context": {"locale": "de"}}
            assert analytics.scope.export() == left
        assert analytics.scope.export() == {"user_id": "main"}
    assert analytics.scope.export() == {}


def test_a_scope_closed_in_another_context_leaves_that_alone(
    analytics: Any, messages: Messages
) -> None:
    entered = analytics.scope(user_id="a")
    contextvars.copy_context().run(entered.__enter__)
    with analytics.scope(user_id="b"):
        entered.__exit__(None, None, None)
        assert who(analytics, messages) == "b"
    assert who(analytics, messages) is None


def test_tasks_have_the_scope_that_they_were_started_in(analytics: Any, messages: Messages) -> None:
    async def later() -> object:
        await asyncio.sleep(0.01)
        return who(analytics, messages)

    async def main() -> tuple[object, object, object]:
        with analytics.scope(user_id="a"):
            task = asyncio.create_task(later())
            thread = await asyncio.to_thread(who, analytics, messages)
        with analytics.scope(user_id="b"):
            return await task, thread, await later()

    assert asyncio.run(main()) == ("a", "a", "b")


def test_threads_have_it_in_a_copy_of_the_context(analytics: Any, messages: Messages) -> None:
    with analytics.scope(user_id="a"), ThreadPoolExecutor(1) as pool:
        plain = pool.submit(who, analytics, messages).result()
        copied = pool.submit(contextvars.copy_context().run, who, analytics, messages).result()
    assert (plain, copied) == (None, "a")


def test_many_tasks_and_threads_at_once(analytics: Any, messages: Messages) -> None:
    def nest(name: str) -> None:
        for n in range(20):
            with (
                analytics.scope(user_id=name, context={"ip": f"{n}"}),
                analytics.scope(context={"locale": name}),
            ):
                analytics.track(name, None, None, {"n": n})

    async def task(name: str) -> None:
        for n in range(20):
            with analytics.scope(user_id=name, context={"ip": f"{n}"}):
                await asyncio.sleep(0)
                with analytics.scope(context={"locale": name}):
                    await asyncio.sleep(0)
                    analytics.track(name, None, None, {"n": n})

    async def tasks() -> None:
        await asyncio.gather(*(task(f"task {n}") for n in range(30)))

    with ThreadPoolExecutor(10) as pool:
        done = [pool.submit(nest, f"thread {n}") for n in range(30)]
        asyncio.run(tasks())
        for each in done:
            each.result()
    assert len(messages) == 1200
    for message in messages:
        name, context = message["event"], message["context"]
        assert (message["userId"], context["locale"]) == (name, name)
        assert context["ip"] == str(message["properties"]["n"])


# --- carried ---------------------------------------------------------------------------------


ID = UUID("00000000-0000-0000-0000-000000000001")


def test_what_is_exported_is_json(analytics: Any) -> None:
    context = {"ip": "::1", "traits": {"n": Decimal("1.5"), "x": float("nan"), 1: {2}, "b": b"x"}}
    with analytics.scope(user_id=ID, anonymous_id=7, context=context):
        exported = analytics.scope.export()
    assert exported == json.loads(json.dumps(exported, allow_nan=False))
    assert (exported["user_id"], exported["anonymous_id"]) == (str(ID), 7)
    assert exported["context"]["traits"] == {"n": 1.5, "x": None, "1": [2], "b": None}


@pytest.mark.parametrize("user", [0, 1, "0", ID])
def test_an_identity_that_is_falsy_travels(analytics: Any, messages: Messages, user: Any) -> None:
    with analytics.scope(user_id=user):
        exported = analytics.scope.export()
    with analytics.scope.restore(exported):
        assert who(analytics, messages) == str(user)


@pytest.mark.parametrize("user", ["", True, [1], {"id": 1}, b"u", object(), float("nan")])
def test_what_is_no_identity_is_not_exported(analytics: Any, user: Any) -> None:
    with analytics.scope(user_id=user, anonymous_id=user, context=user or None):
        exported = analytics.scope.export()
    assert exported == ({"context": user} if isinstance(user, dict) else {})


CARRIED = {"user_id": "u", "context": {"ip": "1", "page": {"path": "/ü"}}}


@pytest.mark.parametrize(
    "carry",
    [
        dict,
        json.dumps,
        lambda exported: json.dumps(exported).encode(),
        lambda exported: json.dumps(exported, ensure_ascii=False).encode("utf-8"),
        lambda exported: json.dumps(exported).encode("utf-16"),
    ],
)
def test_a_header_may_come_back_as_text_or_bytes(
    analytics: Any, messages: Messages, carry: Any
) -> None:
    with analytics.scope.restore(carry(CARRIED)):
        assert analytics.scope.export() == CARRIED
        assert who(analytics, messages) == "u"


GARBAGE = [
    None,
    {},
    [],
    "",
    b"",
    "x",
    b"\xff\xfe\xff",
    "[" * 100_000,
    "null",
    '"u"',
    7,
    object(),
    {"context": 7, "user_id": ["u"], "anonymous_id": {"x": 1}},
    {"user_id": True, "anonymous_id": "", "context": [1]},
    {7: 7, None: None},
    '{"user_id": NaN}',
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda each: repr(each)[:16])
def test_garbage_is_an_empty_scope(analytics: Any, messages: Messages, garbage: Any) -> None:
    with analytics.scope.restore(garbage):
        assert analytics.scope.export() == {}
        analytics.track("E", "u", None, {})
    with analytics.scope(user_id="outer"), analytics.scope.restore(garbage):
        assert who(analytics, messages) == "outer"
    assert messages[0]["userId"] == "u"


def test_a_context_of_odd_keys_and_values_is_still_sent(analytics: Any, messages: Messages) -> None:
    with analytics.scope.restore({"user_id": 0, "context": {1: {"ip": b"1"}, "locale": "de"}}):
        analytics.track("E", None, None, {})
    assert messages[0]["userId"] == "0"
    assert messages[0]["context"]["locale"] == "de"
