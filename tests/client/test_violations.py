"""on_violation: what becomes of a call that breaks the plan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest


class Transport:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.sent += batch


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def start(analytics: Any, transport: Transport) -> Any:
    drops: list[str] = []

    def start(mode: Any) -> list[str]:
        note = lambda message, reason: drops.append(reason)  # noqa: E731
        analytics.configure(transport=transport, on_violation=mode, on_drop=note)
        return drops

    return start


def test_warn_logs_each_once_and_sends(
    analytics: Any, start: Any, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    start("warn")
    for _ in range(3):
        analytics.order_completed("u", total="12")
    assert analytics.flush()
    assert len(transport.sent) == 3
    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) == 2
    assert "Order Completed: properties.order_id is required" in logged
    assert {record.name for record in caplog.records} == {"analytics"}
    assert analytics.stats().violations == 6


def test_drop_drops(analytics: Any, start: Any, transport: Transport) -> None:
    drops = start("drop")
    analytics.order_completed("u", total=1)
    analytics.order_completed("u", order_id="1")
    assert analytics.flush()
    assert drops == ["violation"]
    assert len(transport.sent) == 1
    assert analytics.stats().accepted == 2


def test_raise_raises_and_sends_nothing(analytics: Any, start: Any, transport: Transport) -> None:
    drops = start("raise")
    with pytest.raises(analytics.ViolationError, match=r"order_id is required") as caught:
        analytics.order_completed("u", total="12")
    assert [each.path for each in caught.value.violations] == [
        "properties.order_id",
        "properties.total",
    ]
    assert analytics.flush()
    assert (transport.sent, drops, analytics.stats().accepted) == ([], [], 0)


def test_ignore_does_not_validate(analytics: Any, start: Any, transport: Transport) -> None:
    start("ignore")
    analytics.order_completed("u", total="12")
    assert analytics.flush()
    assert transport.sent[0]["properties"] == {"total": "12"}
    assert analytics.stats().violations == 0


def test_ignore_still_says_what_cannot_be_sent(
    analytics: Any, start: Any, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    start("ignore")
    analytics.order_completed("u", total=float("nan"))
    assert analytics.flush()
    assert transport.sent[0]["properties"] == {"total": None}
    assert "properties.total" in caplog.text


@pytest.mark.parametrize(
    ("answer", "sent"), [(None, 1), (True, 1), (0, 1), (False, 0), (RuntimeError("no"), 0)]
)
def test_a_callable_decides(
    analytics: Any, start: Any, transport: Transport, answer: Any, sent: int
) -> None:
    seen: list[Any] = []

    def judge(violations: Any, message: dict[str, Any]) -> Any:
        seen.append((list(violations), dict(message)))
        message.clear()  # changes nothing that is sent
        if isinstance(answer, Exception):
            raise answer
        return answer

    drops = start(judge)
    analytics.order_completed("u", total=1)
    assert analytics.flush()
    ((violations, message),) = seen
    assert [each.code for each in violations] == ["Required"]
    assert message["event"] == "Order Completed"
    assert message["context"]["typewriter"]["language"] == "python"
    assert [each["properties"] for each in transport.sent] == [{"total": 1}] * sent
    assert drops == ["violation"] * (1 - sent)


@pytest.mark.parametrize("mode", ["warn", "drop", "ignore", lambda violations, message: True])
def test_a_message_of_nobody_is_dropped(
    analytics: Any, start: Any, transport: Transport, mode: Any
) -> None:
    drops = start(mode)
    analytics.order_completed(order_id="1")
    assert analytics.flush()
    assert (drops, transport.sent) == (["no_identity"], [])
    assert analytics.stats().dropped == {"no_identity": 1}


def test_a_message_of_nobody_raises(analytics: Any, start: Any) -> None:
    drops = start("raise")
    with pytest.raises(analytics.ViolationError, match="userId is required") as caught:
        analytics.order_completed(order_id="1")
    (violation,) = caught.value.violations
    assert (violation.path, violation.code) == ("userId", "Required")
    assert drops == []


def test_the_message_is_judged_as_it_is_sent(analytics: Any, start: Any) -> None:
    start("raise")
    from decimal import Decimal

    moment = datetime(2026, 1, 31, tzinfo=UTC)  # the validator takes text alone
    analytics.order_completed("u", order_id="1", total=Decimal("1.5"), at=moment)
    with pytest.raises(analytics.ViolationError) as caught:
        analytics.order_completed("u", order_id="1", at=moment.date())
    (violation,) = caught.value.violations
    assert (violation.code, violation.value) == ("Invalid Format", "2026-01-31")


def test_what_cannot_be_sent_is_one_violation_not_two(analytics: Any, start: Any) -> None:
    start("raise")
    with pytest.raises(analytics.ViolationError) as caught:
        analytics.order_completed("u", order_id=b"1")
    assert [each.path for each in caught.value.violations] == ["properties.order_id"]


def test_common_rules_judge_the_whole_message(analytics: Any, start: Any) -> None:
    start("raise")
    module = __import__("analytics._validators", fromlist=["x"])
    seen: list[dict[str, Any]] = []
    module.COMMON = lambda message, report: seen.append(dict(message))
    analytics.order_completed("u", order_id="1")
    assert set(seen[0]) == {
        "type",
        "event",
        "userId",
        "messageId",
        "timestamp",
        "context",
        "properties",
    }

    def common(message: dict[str, Any], report: Any) -> None:
        if "ip" not in message["context"]:
            report.missing(("context", "ip"))

    module.COMMON = common
    plan = __import__("analytics._client", fromlist=["x"]).Sender("analytics._validators")
    with pytest.raises(analytics.ViolationError, match=r"context\.ip"):
        plan.identify("u", None, {})
    plan.identify("u", {"context": {"ip": "::1"}}, {})


def test_a_validator_that_breaks_does_not_break_the_call(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    drops = start("raise")
    module = __import__("analytics._validators", fromlist=["x"])
    module.CHECKS["track", "E", None] = lambda properties, report: 1 / 0
    analytics.track("E", "u", None, {})
    assert drops == ["unsendable"]
    assert "ZeroDivisionError" in caplog.text


def test_the_mode_by_environment(
    analytics: Any, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEWRITER_ON_VIOLATION", "raise")
    with pytest.raises(analytics.ViolationError):  # nothing is configured
        analytics.order_completed("u")
    analytics.configure(transport=transport)
    with pytest.raises(analytics.ViolationError):
        analytics.order_completed("u")
    analytics.configure(transport=transport, on_violation="warn")
    analytics.order_completed("u")


def test_a_wrong_mode_in_the_environment(
    analytics: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TYPEWRITER_ON_VIOLATION", "shout")
    analytics.order_completed("u", order_id="1")
    assert "TYPEWRITER_ON_VIOLATION must be one of" in caplog.text
    with pytest.raises(ValueError, match="TYPEWRITER_ON_VIOLATION"):
        analytics.configure(enabled=False)
