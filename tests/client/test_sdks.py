"""transport=: the real clients of Segment and RudderStack, and what they deliver."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from .server import Reply, Server, parsed

CLIENTS = ["segment.analytics", "rudderstack.analytics"]


@pytest.fixture(params=CLIENTS)
def sdk(request: pytest.FixtureRequest, server: Server) -> Iterator[Any]:
    """Creates the SDK's clients, which are stopped when the test ends."""
    module = importlib.import_module(request.param)
    made: list[Any] = []

    def make(**settings: Any) -> Any:
        client = module.Client("KEY", **{"host": server.url, "upload_interval": 0.05, **settings})
        made.append(client)
        return client

    make.name = request.param.partition(".")[0]  # type: ignore[attr-defined]
    yield make
    for client in made:
        if client.consumers and client.send:
            client.join()


def arrived(analytics: Any, server: Server, client: Any) -> dict[str, dict[str, Any]]:
    """What the server received, by type, after both have flushed."""
    assert analytics.flush()
    client.flush()
    return {message["type"]: message for message in server.delivered}


def test_every_call_arrives(analytics: Any, server: Server, sdk: Any) -> None:
    client = sdk()
    analytics.configure(transport=client, on_violation="raise")
    plan, moment = analytics.PACKAGE, datetime(2026, 1, 31, 12, 0, 0, 120_000, timezone.utc)
    with analytics.scope(context={"ip": "::1", "page": {"path": "/"}}):
        options = {"message_id": "m-1", "timestamp": moment, "integrations": {"A": False}}
        analytics.track("E", "u", options, {"n": 1, "nested": {"list": [1, None, "é"]}})
        plan.identify("u", {"anonymous_id": "a"}, {"email": "e"})
        plan.group("u", "g", None, {"size": 1})
        plan.page("u", "Home", {"category": "Docs"}, {"path": "/"})
        plan.screen("u", "Main", None, {})
        plan.alias("u", "old", {"anonymous_id": "a"})  # these SDKs take no anonymous_id there
    got = arrived(analytics, server, client)
    assert analytics.stats().handed_over == 6
    assert set(got) == {"track", "identify", "group", "page", "screen", "alias"}
    track = got["track"]
    assert (track["event"], track["userId"], track["messageId"]) == ("E", "u", "m-1")
    assert track["properties"] == {"n": 1, "nested": {"list": [1, None, "é"]}}
    assert track["integrations"] == {"A": False}
    assert parsed(track["timestamp"]) == moment
    for message in got.values():
        assert message["userId"] == "u"
        assert message["context"]["ip"] == "::1"
        assert message["context"]["page"] == {"path": "/"}
        assert message["context"]["typewriter"]["language"] == "python"
        assert message["context"]["library"]["name"] == "analytics-python"  # the SDK's own
        assert len(message["messageId"]) >= 3
        assert parsed(message["timestamp"]).tzinfo is not None
    identify, page = got["identify"], got["page"]
    traits = identify if sdk.name == "segment" else identify["context"]
    assert (identify["anonymousId"], traits["traits"]) == ("a", {"email": "e"})
    assert got["group"]["groupId"] == "g"
    assert got["group"]["traits"] == {"size": 1}
    assert (page["name"], page["category"], page["properties"]) == ("Home", "Docs", {"path": "/"})
    assert got["screen"]["name"] == "Main"
    assert got["alias"]["previousId"] == "old"


TIMES = {
    "2026-01-31T12:00:00Z": datetime(2026, 1, 31, 12, tzinfo=timezone.utc),
    "2026-01-31t12:00:00.5z": datetime(2026, 1, 31, 12, 0, 0, 500_000, timezone.utc),
    "2026-01-31T12:00:00.123456789+05:30": datetime(
        2026, 1, 31, 12, 0, 0, 123_456, timezone(timedelta(hours=5, minutes=30))
    ),
    datetime(2026, 1, 31, 12): datetime(2026, 1, 31, 12, tzinfo=timezone.utc),
}


@pytest.mark.parametrize("given", TIMES, ids=str)
def test_they_want_a_datetime_and_get_one(
    analytics: Any, server: Server, sdk: Any, given: Any
) -> None:
    client = sdk()
    analytics.configure(transport=client, on_violation="raise")
    analytics.track("E", "u", {"timestamp": given}, {})
    got = arrived(analytics, server, client)["track"]["timestamp"]
    assert abs(parsed(got) - TIMES[given]) < timedelta(milliseconds=1)


def test_a_user_by_number_or_only_anonymous(analytics: Any, server: Server, sdk: Any) -> None:
    client = sdk()
    analytics.configure(transport=client)
    analytics.track("E", 0, None, {})  # passed to the SDK like this, an AssertionError
    got = arrived(analytics, server, client)["track"]
    assert got["userId"] == "0"
    analytics.track("E", None, {"anonymous_id": "a"}, {})
    assert arrived(analytics, server, client)["track"]["anonymousId"] == "a"
    assert analytics.stats().handed_over == 2


def test_values_that_they_would_lose(analytics: Any, server: Server, sdk: Any) -> None:
    """On their own they silently drop a property with a UUID, and send NaN unchanged."""
    from uuid import UUID

    client, seen = sdk(), []
    analytics.configure(transport=client, on_violation=lambda v, m: seen.extend(v))
    analytics.track("E", "u", None, {"id": UUID(int=1), "ids": {UUID(int=2)}, "nan": float("nan")})
    got = arrived(analytics, server, client)["track"]["properties"]
    assert got == {"id": str(UUID(int=1)), "ids": [str(UUID(int=2))], "nan": None}
    assert [violation.path for violation in seen] == ["properties.nan"]


def test_what_they_refuse_is_a_drop(analytics: Any, server: Server, sdk: Any) -> None:
    server.behave = lambda n, batch: Reply(delay=0.3)
    lost: list[Any] = []
    client = sdk(max_queue_size=1, upload_size=1)
    note = lambda message, reason: lost.append((message["type"], reason))  # noqa: E731
    analytics.configure(transport=client, on_drop=note)
    for n in range(20):
        analytics.track("E", "u", None, {"n": n})
    assert analytics.flush()
    client.flush()
    taken = server.events()
    assert 1 <= len(taken) < 20
    assert lost == [("track", "refused")] * (20 - len(taken))
    analytics.PACKAGE.group("u", None, None, {})  # they assert that there is a group_id
    analytics.PACKAGE.alias(None, "old", {"anonymous_id": "a"})  # and a user_id
    assert analytics.flush()
    assert lost[-2:] == [("group", "refused"), ("alias", "refused")]
    stats = analytics.stats()
    assert (stats.handed_over, stats.dropped) == (len(taken), {"refused": 22 - len(taken)})


def test_what_they_would_take_and_never_send_is_a_drop(analytics: Any, sdk: Any) -> None:
    client = sdk()
    analytics.configure(transport=client)
    client.join()
    assert client.track("u", "E")[0] is True
    analytics.track("E", "u", None, {})
    assert analytics.flush()
    assert analytics.stats().dropped == {"refused": 1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_in_a_forked_child_they_are_dead_and_that_is_said(
    site: Path, server: Server, sdk: Any
) -> None:
    code = f"""
import analytics, os
from {sdk.name}.analytics import Client
sdk = Client("KEY", host={server.url!r})
analytics.configure(transport=sdk)
child = os.fork()
analytics.track("E", "u", None, {{"n": child and 1}})
if child:
    _, status = os.waitpid(child, 0)
    assert status == 0
"""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        timeout=30,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "messages dropped so far: 1 (refused: the SDK's threads have ended" in done.stderr
    assert server.events() == [1]


@pytest.mark.parametrize("status", [500, 429])
def test_one_that_posts_at_once_is_tried_again(
    analytics: Any, server: Server, sdk: Any, status: int
) -> None:
    """``sync_mode`` has no retries of its own."""
    server.behave = lambda n, batch: Reply(status) if n in (0, 3) else Reply()
    analytics.configure(transport=sdk(sync_mode=True, timeout=2))
    for n in range(5):
        analytics.track("E", "u", None, {"n": n})
    assert analytics.flush()
    assert server.events() == list(range(5))
    assert analytics.stats().handed_over == 5


def test_one_that_posts_at_once_and_is_refused(analytics: Any, server: Server, sdk: Any) -> None:
    # For a JSON answer without a "code" RudderStack's raises KeyError: the status is unknown.
    refuse = Reply(400, body=b"Invalid JSON")
    server.behave = lambda n, batch: refuse if batch[0]["properties"]["n"] == 2 else Reply()
    analytics.configure(transport=sdk(sync_mode=True))
    for n in range(5):
        analytics.track("E", "u", None, {"n": n})
    assert analytics.flush()
    assert server.events() == [0, 1, 3, 4]
    assert analytics.stats().dropped == {"refused": 1}
    assert analytics.stats().retries == 0


def test_beside_a_client_of_ours(analytics: Any, server: Server, sdk: Any) -> None:
    """One message, two destinations, one messageId; and the SDK's failure does not affect the
    other."""
    with Server() as segment:
        client = sdk()
        also = [analytics.Client(transport=client)]
        analytics.configure(write_key="k", endpoint=segment.url, also=also)
        analytics.track("E", "u", None, {"n": 1})
        assert analytics.flush()
        client.flush()
        (ours,), (theirs,) = segment.delivered, server.delivered
        for member in ("type", "event", "userId", "messageId", "properties"):
            assert ours[member] == theirs[member]
        with suppress(RuntimeError):
            client.join()
        assert (analytics.stats().delivered, also[0].stats().handed_over) == (1, 1)


def test_the_module_itself(analytics: Any, server: Server, sdk: Any) -> None:
    """The module ``segment.analytics`` has the functions and settings of a client."""
    module: Any = importlib.import_module(f"{sdk.name}.analytics")
    assert sys.modules[module.__name__] is module
    module.default_client = client = sdk()
    try:
        analytics.configure(transport=module)
        analytics.track("E", "u", None, {"n": 1})
        assert arrived(analytics, server, client)["track"]["properties"] == {"n": 1}
    finally:
        module.default_client = None


PROGRAM = """
import analytics  # first, so that at exit the SDK's own handler would run before ours
from {module} import Client
analytics.configure(transport=Client("KEY", host={url!r}))
for n in range({count}):
    analytics.track("E", "u", None, {{"n": n}})
"""


@pytest.mark.parametrize("count", [1, 2_000])
@pytest.mark.parametrize("module", CLIENTS)
def test_at_exit_they_send_what_is_queued_before_they_stop(
    site: Path, server: Server, module: str, count: int
) -> None:
    code = PROGRAM.format(module=module, url=server.url, count=count)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    subprocess.run([sys.executable, "-c", code], env=environment, timeout=30, check=True)
    assert server.events() == list(range(count))
