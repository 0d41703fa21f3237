"""Calls that type checkers would not let pass: reported, never a TypeError."""

from __future__ import annotations

import sys
from typing import Any

import pytest


def found(analytics: Any, call: Any) -> list[tuple[str, str, str]]:
    """The violations of a call as path, code and message."""
    from analytics.testing import capture  # type: ignore[import-not-found]

    with capture(), pytest.raises(analytics.ViolationError) as caught:
        call()
    return [(each.path, each.code, each.message) for each in caught.value.violations]


@pytest.mark.parametrize("event", ["", None])
def test_an_event_is_required(analytics: Any, event: Any) -> None:
    violations = found(analytics, lambda: analytics.track(event, "u", None, {}))
    assert violations == [("event", "Required", "event is required")]


@pytest.mark.parametrize(("event", "given"), [(5, "integer"), ([], "array"), (b"x", "bytes")])
def test_an_event_is_a_text(analytics: Any, event: Any, given: str) -> None:
    violations = found(analytics, lambda: analytics.track(event, "u", None, {}))
    said = f"Invalid type. Expected: string, given: {given}"
    assert violations == [("event", "Invalid Type", said)]


def test_without_an_event_nothing_is_sent(analytics: Any) -> None:
    drops: list[str] = []
    analytics.configure(enabled=False, on_drop=lambda message, reason: drops.append(reason))
    for event in ("", None, 5, {}, object()):
        analytics.track(event, "u", None, {})
    assert drops == ["no_event"] * 5


@pytest.mark.parametrize("context", ["oops", "", 0, 5, ["a"], object()])
def test_a_scopes_context_is_a_mapping(analytics: Any, context: Any) -> None:
    def call() -> None:
        with analytics.scope(context=context), analytics.scope(context={"ip": "::1"}):
            analytics.track("E", "u", None, {})

    assert [violation[:2] for violation in found(analytics, call)] == [("context", "Invalid Type")]


@pytest.mark.parametrize("who", [[1], {}, object(), 1.5, True])
def test_a_scopes_user_is_a_text(analytics: Any, who: Any) -> None:
    def call() -> None:
        with analytics.scope(user_id=who, anonymous_id="a"):
            analytics.track("E", None, None, {})

    assert [violation[:2] for violation in found(analytics, call)] == [("userId", "Invalid Type")]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("anonymousId", "options.anonymousId is no option; did you mean anonymous_id?"),
        ("messageId", "options.messageId is no option; did you mean message_id?"),
        ("timestmp", "options.timestmp is no option; did you mean timestamp?"),
        ("bogus", "options.bogus is no option"),
        ("category", "options.category is an option of page and screen alone"),
    ],
)
def test_an_unknown_option_is_reported(analytics: Any, option: str, message: str) -> None:
    violations = found(analytics, lambda: analytics.track("E", "u", {option: 1}, {}))
    assert violations == [(f"options.{option}", "Unplanned Property", message)]


def test_known_options_are_not(analytics: Any, messages: list[dict[str, Any]]) -> None:
    analytics.PACKAGE.page("u", "Home", {"category": "c"}, {})
    analytics.track("E", "u", {"extra": {"a": 1}, "message_id": "m"}, {})
    assert [message.get("category") for message in messages] == ["c", None]
    assert "typewriter_client.calls.options" not in sys.modules
    analytics.track("E", "u", {"category": None}, {})
    assert len(messages) == 3


def test_a_message_id_is_short_enough_to_tell_repeats_by(
    analytics: Any, messages: list[dict[str, Any]]
) -> None:
    analytics.track("E", "u", {"message_id": "m" * 99}, {})
    call = lambda: analytics.track("E", "u", {"message_id": "m" * 100}, {})  # noqa: E731
    said = "messageId must be shorter than 100 characters"
    assert found(analytics, call) == [("messageId", "Out Of Range", said)]
    call()  # it is sent all the same
    assert [len(message["messageId"]) for message in messages] == [99, 100]
