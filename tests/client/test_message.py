"""The message of a call, as it is sent."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from .server import parsed

Messages = list[dict[str, Any]]
ID = UUID("12345678-1234-5678-1234-567812345678")


def test_the_whole_of_a_message(analytics: Any, messages: Messages) -> None:
    before = datetime.now(timezone.utc)
    analytics.order_completed("u-1", order_id="o-1", total=12.5)
    (message,) = messages
    moment = parsed(message.pop("timestamp"))
    assert before - timedelta(milliseconds=1) <= moment <= datetime.now(timezone.utc)
    assert re.fullmatch(r"[0-9a-f]{32}", message.pop("messageId"))
    version = message["context"]["library"]["version"]
    assert message == {
        "type": "track",
        "event": "Order Completed",
        "userId": "u-1",
        "properties": {"order_id": "o-1", "total": 12.5},
        "context": {
            "library": {"name": "typewriter-py", "version": version},
            "typewriter": {"language": "python", "version": version},
        },
    }


def test_options(analytics: Any, messages: Messages) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=1)))
    options = {
        "anonymous_id": ID,
        "timestamp": moment,
        "context": {"ip": "::1", "library": "mine"},
        "integrations": {"All": False},
        "message_id": "m-1",
        "extra": {"gift": True, "order_id": "not this"},
    }
    analytics.order_completed(None, options, order_id="o-1")
    (message,) = messages
    assert "userId" not in message
    assert message["anonymousId"] == str(ID)
    assert message["timestamp"] == "2026-01-31T12:00:00+01:00"
    assert message["context"]["ip"] == "::1"
    assert message["context"]["library"]["name"] == "typewriter-py"
    assert message["integrations"] == {"All": False}
    assert message["messageId"] == "m-1"
    assert message["properties"] == {"gift": True, "order_id": "o-1"}
    assert options["extra"] == {"gift": True, "order_id": "not this"}


@pytest.mark.parametrize(
    ("given", "sent"),
    [("u", "u"), (7, "7"), (0, "0"), (ID, str(ID)), ("", None), (None, None)],
)
def test_an_identity_is_sent_as_text(
    analytics: Any, messages: Messages, given: object, sent: str | None
) -> None:
    analytics.track("E", given, {"anonymous_id": "a"}, {})
    assert messages[0].get("userId") == sent


@pytest.mark.parametrize("given", [b"u", 1.5, True, ["u"], float("nan")])
def test_an_identity_that_is_none_is_a_violation_and_not_sent(analytics: Any, given: Any) -> None:
    found = violations_of(analytics, lambda: analytics.track("E", given, None, {}))
    assert ("userId", "Invalid Type") in found


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (datetime(2026, 1, 31, 12), "2026-01-31T12:00:00+00:00"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone.utc), "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
    ],
)
def test_a_timestamp(analytics: Any, messages: Messages, given: object, sent: str) -> None:
    analytics.track("E", "u", {"timestamp": given}, {})
    assert messages[0]["timestamp"] == sent


@pytest.mark.parametrize("given", ["yesterday", 1700000000, date(2026, 1, 1)])
def test_a_timestamp_that_is_none_is_a_violation(analytics: Any, given: object) -> None:
    call = lambda: analytics.track("E", "u", {"timestamp": given}, {})  # noqa: E731
    assert [path for path, _ in violations_of(analytics, call)] == ["timestamp"]


def test_version_integrations_defaults_and_names(analytics: Any, messages: Messages) -> None:
    given = {"class_": "first", "other": None, "b": 1, "a": 2}
    analytics.PACKAGE.track(
        "E",
        "u",
        {"context": {"protocols": {"x": 1}}, "integrations": {"B": False}},
        given,
        version=2,
        integrations={"A": True, "B": True},
        defaults={"currency": "USD", "other": "x"},
        names={"class_": "class", "a": "b", "b": "a"},
    )
    (message,) = messages
    assert message["context"]["protocols"] == {"x": 1, "event_version": 2}
    assert message["integrations"] == {"A": True, "B": False}
    assert message["properties"] == {
        "currency": "USD",
        "other": None,
        "class": "first",
        "a": 1,
        "b": 2,
    }
    assert given == {"class_": "first", "other": None, "b": 1, "a": 2}


def test_the_other_calls(analytics: Any, messages: Messages) -> None:
    plan = analytics.PACKAGE
    plan.identify("u", None, {"email": "e"}, defaults={"plan": "free"})
    plan.group("u", 7, None, {"size": 1})
    plan.page("u", "Home", {"category": "Docs"}, {"path": "/"})
    plan.screen("u", None, None, {})
    plan.alias("new", "old", None)
    seen = [
        {k: v for k, v in m.items() if k not in ("messageId", "timestamp", "context", "userId")}
        for m in messages
    ]
    assert seen == [
        {"type": "identify", "traits": {"plan": "free", "email": "e"}},
        {"type": "group", "groupId": "7", "traits": {"size": 1}},
        {"type": "page", "name": "Home", "category": "Docs", "properties": {"path": "/"}},
        {"type": "screen", "properties": {}},
        {"type": "alias", "previousId": "old"},
    ]


def test_what_a_call_changes_later_changes_nothing(analytics: Any, messages: Messages) -> None:
    products = [{"sku": "a"}]
    properties = {"order_id": "1", "products": products}
    analytics.track("Order Completed", "u", None, properties)
    products[0]["sku"] = "b"
    properties["order_id"] = "2"
    assert messages[0]["properties"] == {"order_id": "1", "products": [{"sku": "a"}]}


@pytest.mark.parametrize("options", ["x", 7, ["a"]])
def test_odd_options_are_a_violation(analytics: Any, options: object) -> None:
    call = lambda: analytics.track("E", "u", options, {})  # noqa: E731
    assert violations_of(analytics, call) == [("options", "Invalid Type")]


@pytest.mark.parametrize("option", ["context", "integrations", "extra"])
def test_an_odd_option_is_a_violation(analytics: Any, option: str) -> None:
    call = lambda: analytics.track("E", "u", {option: "x"}, {})  # noqa: E731
    assert violations_of(analytics, call) == [(f"options.{option}", "Invalid Type")]


# --- scope ---------------------------------------------------------------------------------


def test_a_scope_fills_what_a_call_omits(analytics: Any, messages: Messages) -> None:
    with analytics.scope(user_id=1, anonymous_id="a", context={"ip": "1", "locale": "de"}):
        with analytics.scope(user_id=2, context={"ip": "2"}):
            analytics.track("E", None, None, {})
        analytics.track("E", "u", {"context": {"ip": "3"}}, {})
    analytics.track("E", "u", None, {})
    inner, outer, outside = messages
    assert (inner["userId"], inner["anonymousId"]) == ("2", "a")
    assert (inner["context"]["ip"], inner["context"]["locale"]) == ("2", "de")
    assert (outer["userId"], outer["anonymousId"]) == ("u", "a")
    assert (outer["context"]["ip"], outer["context"]["locale"]) == ("3", "de")
    assert "anonymousId" not in outside
    assert "ip" not in outside["context"]


def test_a_scope_is_of_its_task_and_thread(analytics: Any, messages: Messages) -> None:
    async def request(user: str) -> None:
        with analytics.scope(user_id=user):
            await asyncio.sleep(0.01)
            analytics.track(user, None, {"anonymous_id": "a"}, {})

    async def serve() -> None:
        await asyncio.gather(request("a"), request("b"))

    asyncio.run(serve())
    with analytics.scope(user_id="main"):
        thread = threading.Thread(target=analytics.track, args=("t", None, {"anonymous_id": "a"}))
        thread.start()
        thread.join()
    assert {message["event"]: message.get("userId") for message in messages} == {
        "a": "a",
        "b": "b",
        "t": None,
    }


def test_a_scope_travels(analytics: Any, messages: Messages) -> None:
    import json

    with analytics.scope(user_id=ID, context={"ip": "1", "page": {"path": "/"}}):
        headers = json.dumps(analytics.scope.export())
    assert analytics.scope.export() == {}
    with analytics.scope.restore(json.loads(headers)):
        analytics.track("E", None, None, {})
    assert messages[0]["userId"] == str(ID)
    assert messages[0]["context"]["page"] == {"path": "/"}
    for nonsense in (None, {}, "x", {"context": 7}):
        with analytics.scope.restore(nonsense):
            analytics.track("E", "u", None, {})
    assert messages[-1]["userId"] == "u"


def violations_of(analytics: Any, call: Any) -> list[tuple[str, str]]:
    from analytics.testing import capture  # type: ignore[import-not-found]

    with capture(), pytest.raises(analytics.ViolationError) as caught:
        call()
    return [(each.path, each.code) for each in caught.value.violations]
