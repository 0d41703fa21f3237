"""on_violation: what becomes of a call that breaks the plan."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import re
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import forget, write_package
from .test_values import NAN, cyclic


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

    moment = datetime(2026, 1, 31, tzinfo=timezone.utc)  # the validator takes text alone
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


COMMON = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.every_message(): lambda: r.open({"context": r.open({"ip": r.string()})}),
}
"""


def test_common_rules_check_the_whole_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None
) -> None:
    write_package(tmp_path, "strict", COMMON)
    monkeypatch.syspath_prepend(str(tmp_path))
    strict = importlib.import_module("strict")
    strict.configure(enabled=False, on_violation="raise")
    from typewriter_client.rules.rule_set import RuleSet

    seen: list[dict[str, Any]] = []
    with monkeypatch.context() as patch:
        note = lambda self, message, report: seen.append(dict(message))  # noqa: E731
        patch.setattr(RuleSet, "check_message", note)
        strict.order_completed("u", order_id="1")
    assert set(seen[0]) == {
        "type",
        "event",
        "userId",
        "messageId",
        "timestamp",
        "context",
        "properties",
    }

    with pytest.raises(strict.ViolationError, match=r"context\.ip"):
        strict.PACKAGE.identify("u", None, {})
    strict.PACKAGE.identify("u", {"context": {"ip": "::1"}}, {})
    forget("strict")


def test_a_check_that_breaks_does_not_break_the_call(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typewriter_client.rules.rule_set import RuleSet

    drops = start("raise")
    monkeypatch.setattr(RuleSet, "check_body", lambda self, key, body, report: 1 / 0)
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


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


MISSING = "Order Completed: properties.order_id is required"


def test_what_recurs_is_counted(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start("warn")
    for _ in range(1_234):
        analytics.order_completed("u", total=1)
    said = [MISSING, *(f"{MISSING} ({n} times so far)" for n in ("10", "100", "1,000"))]
    assert logged(caplog) == said
    analytics.close()
    assert logged(caplog) == [*said, f"{MISSING} (1,234 times)"]
    analytics.close()
    assert len(caplog.records) == 5


def test_the_items_of_a_list_are_one_violation(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start("warn")
    analytics.track("E", "u", None, {"a": [{"b": NAN} for _ in range(20)]})
    assert analytics.flush()
    assert [line.partition(" is no")[0] for line in logged(caplog)] == [
        "E: properties.a[0].b: <float>",
        "E: properties.a[0].b: <float>",
    ]
    assert logged(caplog)[1].endswith("(10 times so far)")


def test_what_is_remembered_is_bounded(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start("drop")
    for n in range(2_000):
        analytics.track("E", "u", {f"option {n}": 1}, {})
        analytics.track("E", "u", {"x" * 5_000: 1}, {})
    lines = logged(caplog)
    assert "1,000 different violations; further ones are only counted" in lines
    # The long one is one of those, and is logged again the 10th, 100th and 1,000th time.
    assert len(lines) == 1_000 + 1 + 3
    assert max(map(len, lines)) < 1_100
    assert analytics.stats().violations == 4_000
    analytics.close()
    assert logged(caplog)[len(lines) :] == [f"{lines[1]} (2,000 times)"]


def test_threads_count_together(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start("warn")

    def calls() -> None:
        for _ in range(250):
            analytics.order_completed("u", total=1)

    threads = [threading.Thread(target=calls) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    analytics.close()
    assert logged(caplog)[0] == MISSING
    assert logged(caplog)[-1] == f"{MISSING} (2,000 times)"
    assert len(caplog.records) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_counts_on_and_leaves_the_parents_figures_to_it(site: Path) -> None:
    code = """
import analytics, os
analytics.configure(transport=type("T", (), {"send": lambda self, batch: None})())
for _ in range(7):
    analytics.order_completed("u", total=1)
if os.fork() == 0:
    analytics.close()
    os._exit(0)
os.wait()
analytics.close()
"""
    run = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(
        run, env={"PYTHONPATH": str(site)}, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stderr.splitlines() == [MISSING, f"{MISSING} (7 times)"]


def test_a_callable_that_raises_does_not_flood_the_log(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    drops = start(lambda violations, message: 1 / 0)
    for _ in range(25):
        analytics.order_completed("u")
    assert drops == ["violation"] * 25
    assert [line.partition(";")[0] for line in logged(caplog)] == [
        "on_violation raised, 1 times so far",
        "on_violation raised, 10 times so far",
    ]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("wrong", [{"total": 1}, {"order_id": "1", "total": NAN}])
def test_a_callable_may_call_the_client(
    analytics: Any,
    start: Any,
    transport: Transport,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, Any],
) -> None:
    """It runs on the caller's thread, or on the worker's if that finds a value JSON lacks."""
    asked: list[str] = []

    def judge(violations: Any, message: dict[str, Any]) -> None:
        asked.append(message["event"])
        analytics.flush(0.2)
        analytics.track(
            "Violation", "u", {"timestamp": "wrong"}, {"codes": [v.code for v in violations]}
        )
        analytics.order_completed("u", total=2)

    start(judge)
    analytics.order_completed("u", **wrong)
    analytics.order_completed("u", **wrong)
    assert analytics.flush()
    assert analytics.flush()
    assert asked == ["Order Completed"] * 2
    sent = sorted(message["event"] for message in transport.sent)
    assert sent == ["Order Completed"] * 4 + ["Violation"] * 2
    (first, second) = logged(caplog)
    assert first.startswith("Violation: timestamp must be a valid date-time")
    assert second == MISSING


@pytest.mark.parametrize("wrong", [{}, {"order_id": "1", "total": NAN}])
def test_a_callable_may_close_the_client(
    analytics: Any, start: Any, transport: Transport, wrong: dict[str, Any]
) -> None:
    drops = start(lambda violations, message: analytics.close())
    analytics.order_completed("u", **wrong)
    analytics.flush(2)
    analytics.order_completed("u", order_id="late")
    stats = analytics.stats()
    assert stats.accepted == 2 == stats.delivered + len(drops)
    assert drops[-1] == "closed"
    assert len(transport.sent) == stats.delivered


def test_async_callables_are_refused_as_nobody_would_await_them(analytics: Any) -> None:
    async def callback(*given: Any) -> None: ...

    with pytest.raises(TypeError, match="on_violation must not be async"):
        analytics.configure(enabled=False, on_violation=callback)
    with pytest.raises(TypeError, match="on_drop must not be async"):
        analytics.configure(enabled=False, on_drop=callback)


class Local:
    """Its instances cannot be pickled, nor compared, nor shown."""

    def __reduce__(self) -> Any:
        raise TypeError("no")

    __repr__ = __eq__ = __hash__ = __reduce__  # type: ignore[assignment]


WRONG = [
    lambda t, odd: t("E", odd, None, {}),
    lambda t, odd: t("E", [odd], None, {}),
    lambda t, odd: t("E", "u", {"anonymous_id": odd}, {}),
    lambda t, odd: t("E", "u", {"timestamp": odd}, {}),
    lambda t, odd: t("E", "u", {"context": odd}, {}),
    lambda t, odd: t("E", "u", {"context": {"a": odd}}, {}),
    lambda t, odd: t("E", "u", {"integrations": odd}, {}),
    lambda t, odd: t("E", "u", {"unknown": [odd]}, {}),
    lambda t, odd: t("E", "u", odd, {}),
    lambda t, odd: t(odd, "u", None, {}),
    lambda t, odd: t("E", "u", None, odd),
    lambda t, odd: t("E", "u", None, {"a": odd}),
]


ODD = {
    "object": Local(),
    "function": lambda: None,
    "dict": {"a": Local()},
    "bytes": b"",
    "set": {1},
    "cycle": cyclic(),
}


@pytest.mark.parametrize("name", ODD)
def test_errors_can_be_pickled_and_shown_whatever_was_given(analytics: Any, name: str) -> None:
    errors: list[Any] = []
    analytics.configure(enabled=False, on_violation=lambda v, m: errors.append(v))
    for call in WRONG:
        call(analytics.track, ODD[name])
    assert analytics.flush()
    assert len(errors) > 5
    for violations in errors:
        error = analytics.ViolationError(violations)
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is analytics.ViolationError
        assert (copy.violations, str(copy)) == (error.violations, str(error))
        assert json.loads(json.dumps(copy.violations)) == [list(v) for v in copy.violations]
    analytics.configure(enabled=False, on_violation="raise")
    for call in WRONG:
        with suppress(analytics.ViolationError):
            call(analytics.track, ODD[name])
            errors.append("none")
    assert len(errors) == len(WRONG)


def test_who_it_is_about_is_not_shown_even_if_it_is_wrong(analytics: Any, start: Any) -> None:
    start("raise")
    for call in (
        lambda: analytics.track("E", ["ada@example.com"], None, {}),
        lambda: analytics.track("E", "u", {"anonymous_id": {"email": "ada@example.com"}}, {}),
        lambda: analytics.PACKAGE.alias("u", ["ada@example.com"], None),
    ):
        with pytest.raises(analytics.ViolationError) as caught:
            call()
        assert "ada" not in repr(caught.value.violations)
        assert "Expected: string, given: " in str(caught.value)


@pytest.mark.parametrize("text", ["a\nERROR b", "\ud800", "\x1b[31m"], ids=ascii)
def test_a_line_in_the_log_is_a_line_of_text(
    analytics: Any, start: Any, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    start("warn")
    analytics.track(text, "u", {text: 1}, {text: NAN})
    assert analytics.flush()
    assert len(caplog.records) == 2
    for line in logged(caplog):
        assert line.isprintable()
        line.encode()


@settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from("abcdé\n"), st.integers(1, 60)), max_size=25))
def test_each_is_said_once_then_counted_exactly(
    analytics: Any, calls: list[tuple[str, int]]
) -> None:
    from typewriter_client.calls.violation_policy import ViolationPolicy

    lines: list[str] = []
    log: Any = type("Log", (), {"warning": lambda self, text, line: lines.append(line)})()
    policy, total = ViolationPolicy("warn", lambda: log), Counter[str]()
    for code, times in calls:
        for at in range(times):
            violation = analytics.Violation("E", f"p[{at}]", code, "is wrong")
            assert policy.allows([violation], b"{}")
        total[code] += times
    first = [line for line in lines if not line.endswith(" so far)")]
    assert len(first) == len(total)
    rounds = sum(count >= 10 for count in total.values())
    rounds += sum(count >= 100 for count in total.values())
    rounds += sum(count >= 1_000 for count in total.values())
    assert len(lines) == len(total) + rounds
    lines.clear()
    policy.sum_up()
    counts = [count for count in total.values() if count not in (1, 10, 100, 1_000)]
    told = [int(re.findall(r"\(([\d,]+) times\)$", line)[0].replace(",", "")) for line in lines]
    assert told == sorted(counts, reverse=True)
    lines.clear()
    policy.sum_up()
    assert lines == []


def test_a_capture_leaves_nothing_to_say_at_exit(
    analytics: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]

    with capture(on_violation="warn"):
        for _ in range(3):
            analytics.order_completed("u", total=1)
    for client in list(sys.modules["typewriter_client.process.clients"].clients):
        client.close()
    assert logged(caplog) == [MISSING]
