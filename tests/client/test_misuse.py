"""Calls that type checkers would reject: reported, never a TypeError."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections import UserDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import GOLDEN, forget


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
        ("anonymousId", "options.anonymousId is not an option; did you mean anonymous_id?"),
        ("messageId", "options.messageId is not an option; did you mean message_id?"),
        ("timestmp", "options.timestmp is not an option; did you mean timestamp?"),
        (
            "bogus",
            "options.bogus is not an option; pass properties by keyword, after user_id and options:"
            " bogus=…",
        ),
        ("Product ID", "options.Product ID is not an option"),
        ("user_id", "options.user_id is not an option; pass it by position, before the options"),
        (
            "properties",
            "options.properties is not an option; pass it by position:"
            " track(event, user_id, options, properties)",
        ),
        ("category", "options.category is only an option of page and screen"),
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
    call()  # it is sent anyway
    assert [len(message["messageId"]) for message in messages] == [99, 100]


def test_properties_that_are_taken_for_options(analytics: Any) -> None:
    violations = found(analytics, lambda: analytics.order_completed("u", {"order_id": "1"}))
    assert violations == [
        (
            "options.order_id",
            "Unplanned Property",
            "options.order_id is not an option; pass properties by keyword, after user_id and"
            " options: order_id=…",
        ),
        ("properties.order_id", "Required", "properties.order_id is required"),
    ]


def test_beside_options_that_are_known_only_the_unknown_one_is_told(analytics: Any) -> None:
    options = {"message_id": "m", "bogus": 1}
    violations = found(analytics, lambda: analytics.track("E", "u", options, {}))
    assert violations == [("options.bogus", "Unplanned Property", "options.bogus is not an option")]


# --- arguments that Python itself would refuse ------------------------------------------------


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None) -> Iterator[Any]:
    """A package in the form that the tool generates."""
    shutil.copytree(GOLDEN / "names" / "package", tmp_path / "analytics")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("analytics")
    forget("analytics")


MISPLACED = {
    "group": (
        lambda a: a.group("u", group_id="g"),
        [("groupId", "groupId is required: group(user_id, group_id, options, …)")],
    ),
    "group of nobody": (
        lambda a: a.group(),
        [
            ("userId", 'userId is required (or options["anonymous_id"], or a scope)'),
            ("groupId", "groupId is required: group(user_id, group_id, options, …)"),
        ],
    ),
    "group without a group": (
        lambda a: a.group("u", None),
        [("groupId", "groupId is required: group(user_id, group_id, options, …)")],
    ),
    "group without a name": (
        lambda a: a.group("u", ""),
        [("groupId", "groupId is required: group(user_id, group_id, options, …)")],
    ),
    "alias": (
        lambda a: a.alias("u", previous_id="v"),
        [
            ("previousId", "previousId is required: alias(user_id, previous_id, options)"),
            (
                "options.previous_id",
                "options.previous_id is not an option; pass it by position:"
                " alias(user_id, previous_id, options)",
            ),
        ],
    ),
    "alias without anything": (
        lambda a: a.alias("u"),
        [("previousId", "previousId is required: alias(user_id, previous_id, options)")],
    ),
    "track": (
        lambda a: a.track("E", "u", properties={"a": 1}),
        [
            (
                "options.properties",
                "options.properties is not an option; pass it by position:"
                " track(event, user_id, options, properties)",
            )
        ],
    ),
    "track without anything": (
        lambda a: a.track(user_id="u"),
        [
            ("event", "event is required"),
            ("userId", 'userId is required (or options["anonymous_id"], or a scope)'),
            (
                "options.user_id",
                "options.user_id is not an option; pass it by position, before the options",
            ),
        ],
    ),
    "properties as a dict": (
        lambda a: a.file_saved("u", {"version": "1"}),
        [
            (
                "options.version",
                "options.version is not an option; pass properties by keyword, after user_id and"
                " options: version=…",
            )
        ],
    ),
    "traits as a dict": (
        lambda a: a.identify("u", {"email": "e"}),
        [
            (
                "options.email",
                "options.email is not an option; pass traits by keyword, after user_id and options:"
                " email=…",
            )
        ],
    ),
    "traits of a group as a dict": (
        lambda a: a.group("u", "g", {"employees": 1}),
        [
            (
                "options.employees",
                "options.employees is not an option; pass traits by keyword, after user_id,"
                " group_id and options: employees=…",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_what_stands_in_the_wrong_place_is_told_where_it_goes(generated: Any, name: str) -> None:
    call, expected = MISPLACED[name]
    violations = found(generated, lambda: call(generated))
    assert [(path, message) for path, _, message in violations] == expected


def test_what_is_right_is_as_before(generated: Any) -> None:
    from analytics.testing import capture

    with capture() as sent:
        generated.group("u", "g", {"message_id": "m"}, employees=1)
        generated.alias("u", "v", {"message_id": "m"})
        generated.track("E", "u", {"message_id": "m"}, {"a": 1})
        generated.page("u", "")
    assert [message["type"] for message in sent] == ["group", "alias", "track", "page"]
    assert sent[0]["groupId"] == "g"
    assert sent[1]["previousId"] == "v"
    assert sent[3]["name"] == ""


# --- calls in the order of another SDK: track(user_id, event, properties) ---------------------

ORDER = (
    "event",
    "Unplanned Event",
    "event is not in the tracking plan, but the user id is the name of an event:"
    " track(event, user_id, options, properties)",
)
SWAPPED = {
    "bare": lambda a: a.track("u_1", "Tracking Events"),
    "with properties": lambda a: a.track("u_1", "Tracking Events", None, {"version": "1"}),
    "with properties third": lambda a: a.track("u_1", "Tracking Events", {"version": "1"}),
    "with a context": lambda a: a.track("u_1", "Tracking Events", {"version": "1"}, {"ip": "::1"}),
    "with keywords": lambda a: a.track("u_1", "Tracking Events", properties={"version": "1"}),
}


@pytest.mark.parametrize("name", SWAPPED)
def test_a_swapped_event_is_told_the_order_and_never_sent(generated: Any, name: str) -> None:
    assert ORDER in found(generated, lambda: SWAPPED[name](generated))
    assert dropped(generated, lambda: SWAPPED[name](generated)) == ["misplaced"]


def test_a_swapped_call_shows_no_identity(generated: Any) -> None:
    with pytest.raises(generated.ViolationError) as caught, capturing(generated):
        generated.track("ada@example.com", "Tracking Events", {"version": "1"})
    assert "ada@example.com" not in str(caught.value)
    assert {each.event for each in caught.value.violations} == {"Tracking Events"}


TAKEN_FOR_OPTIONS = {
    "an event that is not planned": lambda a: a.track("u_1", "E", {"total": 1}),
    "one with properties, too": lambda a: a.track("u_1", "E", {"total": 1}, {"ip": "::1"}),
    "a planned event": lambda a: a.track("Tracking Events", "u_1", {"version": "1"}),
    "keywords": lambda a: a.track("Tracking Events", "u_1", version="1"),
}


@pytest.mark.parametrize("name", TAKEN_FOR_OPTIONS)
def test_the_untyped_track_refuses_options_that_it_does_not_know(generated: Any, name: str) -> None:
    assert dropped(generated, lambda: TAKEN_FOR_OPTIONS[name](generated)) == ["misplaced"]


def test_even_where_nothing_is_validated(generated: Any) -> None:
    call = lambda: generated.track("u_1", "E", {"total": 1})  # noqa: E731
    assert dropped(generated, call, on_violation="ignore") == ["misplaced"]


def test_a_slip_in_the_options_of_a_planned_event_is_a_violation_like_others(
    generated: Any,
) -> None:
    call = lambda: generated.track("Tracking Events", "u_1", {"timestmp": 1}, {"version": "1"})  # noqa: E731
    assert dropped(generated, call) == []


def test_a_user_called_like_an_event_is_fine_where_the_event_is_planned(generated: Any) -> None:
    with capturing(generated) as sent:
        generated.track("404", "Tracking Events", None, {})
        generated.track("E", "u_1", {"message_id": "m"}, {"a": 1})
    assert len(sent) == 2


def capturing(analytics: Any) -> Any:
    return importlib.import_module(f"{analytics.__name__}.testing").capture()


def dropped(analytics: Any, call: Any, on_violation: str = "warn") -> list[str]:
    """The reasons for which a call's message is dropped."""
    reasons: list[str] = []
    analytics.configure(
        enabled=False,
        on_violation=on_violation,
        on_drop=lambda message, reason: reasons.append(reason),
    )
    call()
    analytics.close()
    return reasons


# --- mappings that cannot be read -------------------------------------------------------------


class Unreadable(UserDict[str, Any]):
    def __iter__(self) -> Any:
        raise RuntimeError("no")

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError("no")


class Evil:
    @property
    def __class__(self) -> Any:
        raise RuntimeError("no")


HOSTILE = [lambda: Unreadable(a=1), Evil]


@pytest.mark.parametrize("make", HOSTILE)
def test_a_context_that_cannot_be_read_hurts_nobody(
    analytics: Any, messages: list[dict[str, Any]], make: Any
) -> None:
    hostile = make()

    def call() -> None:
        with analytics.scope(context={"ip": "::1"}), analytics.scope(context=hostile):
            analytics.track("E", "u", None, {"b": 1})

    assert [each[:2] for each in found(analytics, call)] == [("context", "Invalid Type")]
    call()
    assert messages[0]["properties"] == {"b": 1}
    with analytics.scope(context=hostile):
        assert analytics.scope.export() == {}
    with analytics.scope.restore(hostile):
        pass
    with analytics.scope.restore({"user_id": hostile, "anonymous_id": hostile}):
        assert analytics.scope.export() == {}


@pytest.mark.parametrize("make", HOSTILE)
def test_so_it_is_with_all_that_a_call_takes(
    analytics: Any, messages: list[dict[str, Any]], make: Any
) -> None:
    hostile = make()
    calls = {
        "properties": lambda: analytics.track("E", "u", None, hostile),
        "options": lambda: analytics.track("E", "u", hostile, {}),
        "options.extra": lambda: analytics.track("E", "u", {"extra": hostile}, {}),
        "options.context": lambda: analytics.track("E", "u", {"context": hostile}, {}),
        "options.integrations": lambda: analytics.track("E", "u", {"integrations": hostile}, {}),
        "timestamp": lambda: analytics.track("E", "u", {"timestamp": hostile}, {}),
        "messageId": lambda: analytics.track("E", "u", {"message_id": hostile}, {}),
        "anonymousId": lambda: analytics.track("E", "u", {"anonymous_id": hostile}, {}),
        "userId": lambda: analytics.track("E", hostile, {"anonymous_id": "a"}, {}),
    }
    for path, call in calls.items():
        assert [each[:2] for each in found(analytics, call)] == [(path, "Invalid Type")]
        call()
    assert [message["event"] for message in messages] == ["E"] * len(calls)


@pytest.mark.parametrize("make", HOSTILE)
def test_no_event_is_a_violation_whatever_it_is(analytics: Any, make: Any) -> None:
    hostile = make()
    call = lambda: analytics.track(hostile, "u", None, {})  # noqa: E731
    assert [each[:2] for each in found(analytics, call)] == [("event", "Invalid Type")]
