"""transport=: what the application already has."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Sending:
    """Fails a number of times first."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.batches: list[list[dict[str, Any]]] = []
        self.threads: set[str] = set()

    def send(self, batch: list[dict[str, Any]]) -> bool:
        self.threads.add(threading.current_thread().name)
        if self.failures:
            self.failures -= 1
            raise OSError("not now")
        self.batches.append(batch)
        return False  # a return is delivery, whatever it is


def test_batches_to_send(analytics: Any) -> None:
    transport = Sending(failures=2)
    analytics.configure(transport=transport)
    for n in range(5):
        analytics.track("E", "u", None, {"n": n})
    assert analytics.flush()
    assert [[m["properties"]["n"] for m in batch] for batch in transport.batches] == [
        [0, 1, 2, 3, 4]
    ]
    assert transport.threads == {"analytics analytics"}
    stats = analytics.stats()
    assert (stats.delivered, stats.handed_over, stats.retries) == (5, 0, 2)


class Recording:
    """Has the interface of an SDK's client, whose ``send`` is a flag, not a method."""

    send = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        if name not in ("track", "identify", "group", "page", "screen", "alias"):
            raise AttributeError(name)

        def call(**keywords: Any) -> tuple[bool, Any]:
            self.calls.append((name, keywords))
            if keywords.get("event") == "Raises":
                raise AssertionError("user_id must have …")
            return keywords.get("event") != "Refused", keywords

        return call


def test_an_sdk_is_called_by_keyword(analytics: Any) -> None:
    sdk, drops = Recording(), []
    note = lambda message, reason: drops.append((message["event"], reason))  # noqa: E731
    analytics.configure(transport=sdk, on_drop=note)
    options = {"timestamp": "2026-01-31T12:00:00.12Z", "anonymous_id": "a", "message_id": "m"}
    analytics.track("Taken", "u", options, {"n": 1})
    analytics.track("Refused", "u", None, {})
    analytics.track("Raises", "u", None, {})
    analytics.PACKAGE.group("u", "g", None, {"size": 1})
    analytics.PACKAGE.page("u", "Home", {"category": "c"}, {})
    analytics.PACKAGE.alias("u", "old", None)
    assert analytics.flush()
    name, keywords = sdk.calls[0]
    context = keywords.pop("context")
    assert context["typewriter"]["language"] == "python"
    assert (name, keywords) == (
        "track",
        {
            "event": "Taken",
            "user_id": "u",
            "anonymous_id": "a",
            "message_id": "m",
            "timestamp": datetime(2026, 1, 31, 12, 0, 0, 120_000, tzinfo=timezone.utc),
            "properties": {"n": 1},
        },
    )
    assert [name for name, _ in sdk.calls] == ["track"] * 3 + ["group", "page", "alias"]
    assert drops == [("Refused", "refused"), ("Raises", "refused")]
    stats = analytics.stats()
    assert (stats.handed_over, stats.delivered, stats.dropped) == (4, 0, {"refused": 2})


class Posting(Recording):
    """Has the interface of an SDK's client that posts at once, over a bad network."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    def track(self, **keywords: Any) -> tuple[bool, Any]:
        if keywords["event"] == "3" and self.errors:
            raise self.errors.pop()
        self.calls.append(("track", keywords))
        return keywords["event"] != "1", keywords


class APIError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


def test_an_sdk_that_posts_at_once_is_tried_again(analytics: Any) -> None:
    lost: list[str] = []
    sdk = Posting(ConnectionResetError(), APIError(503), APIError(429))
    note = lambda message, reason: lost.append(message["event"])  # noqa: E731
    analytics.configure(transport=sdk, on_drop=note)
    for event in range(6):
        analytics.track(str(event), "u", None, {})
    assert analytics.flush()
    assert sorted(keywords["event"] for _, keywords in sdk.calls) == list("012345")
    assert lost == ["1"]
    stats = analytics.stats()
    assert (stats.handed_over, stats.retries, stats.dropped) == (5, 2, {"refused": 1})


def test_what_the_sdk_will_never_take_is_not_tried_again(analytics: Any) -> None:
    sdk = Posting(APIError(400))
    analytics.configure(transport=sdk)
    for event in range(6):
        analytics.track(str(event), "u", None, {})
    assert analytics.flush()
    stats = analytics.stats()
    assert (stats.handed_over, stats.retries, stats.dropped) == (4, 0, {"refused": 2})


def test_async_is_refused_as_nobody_would_await_it(analytics: Any) -> None:
    class Transport:
        async def send(self, batch: list[dict[str, Any]]) -> None: ...

    with pytest.raises(TypeError, match="send must not be async"):
        analytics.configure(transport=Transport())

    class Disguised:
        send = track = staticmethod(partial(Transport().send))

    lost: list[str] = []
    note = lambda message, reason: lost.append(reason)  # noqa: E731
    for name in ("send", "track"):
        disguised = Disguised()
        disguised.__dict__["send"] = True if name == "track" else Disguised.send
        analytics.configure(transport=disguised, on_drop=note)
        analytics.track("E", "u", None, {})
        assert analytics.flush()
    assert lost == ["refused"] * 2


OUTCOMES = st.sampled_from(["taken", "refused", "objects", "network", "server"])


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(OUTCOMES, max_size=3), min_size=1, max_size=12))
def test_whatever_an_sdk_does_each_message_has_one_end(
    analytics: Any, plan: list[list[str]]
) -> None:
    """``plan`` says what the SDK does at each attempt to give it a message; then it takes it."""
    from typewriter_client.delivery.sdk import ToSdk  # type: ignore[import-not-found]

    left = [list(outcomes) for outcomes in plan]
    taken: list[int] = []

    class Sdk:
        def track(self, event: str, properties: dict[str, int], **_: Any) -> Any:
            n = properties["n"]
            outcome = left[n].pop(0) if left[n] else "taken"
            if outcome == "objects":
                raise AssertionError("no")
            if outcome == "network":
                raise ConnectionResetError
            if outcome == "server":
                raise APIError(503)
            if outcome == "taken":
                taken.append(n)
            return outcome == "taken", None

    head = {"type": "track", "event": "E", "userId": "u", "timestamp": "2026-01-31T00:00:00Z"}
    payloads = [json.dumps({**head, "properties": {"n": n}}).encode() for n in range(len(plan))]
    outlet, parts, refused = ToSdk(Sdk()), [payloads], list[int]()
    while parts:  # as the worker does
        part = parts.pop(0)
        try:
            answer = outlet.send(part, 1.0)
        except (OSError, APIError):
            parts.insert(0, part)
            continue
        if answer.outcome == "split":
            assert len(part) > 1
            middle = len(part) // 2
            parts[:0] = [part[:middle], part[middle:]]
        else:
            refused += [json.loads(part[place])["properties"]["n"] for place in answer.refused]
    expected = [next((o for o in outcomes if o in FINAL), "taken") for outcomes in plan]
    assert taken == [n for n, end in enumerate(expected) if end == "taken"]
    assert refused == [n for n, end in enumerate(expected) if end != "taken"]
    assert outlet._done == {}


FINAL = ("taken", "refused", "objects")
