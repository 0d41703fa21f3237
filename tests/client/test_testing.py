"""For tests of the application: capture, and the fixture of pytest."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def testing(analytics: Any) -> Any:
    return __import__("analytics.testing", fromlist=["testing"])


def test_capture_is_for_the_block_alone(analytics: Any, testing: Any) -> None:
    sent: list[Any] = []
    transport = type("T", (), {"send": lambda self, batch: sent.extend(batch)})()
    analytics.configure(transport=transport)
    analytics.track("before", "u", None, {})
    with testing.capture() as outer:
        analytics.track("outer", "u", None, {})
        with testing.capture() as inner:
            analytics.track("inner", "u", None, {})
        analytics.track("outer again", "u", None, {})
    analytics.track("after", "u", None, {})
    assert analytics.flush()
    assert [m["event"] for m in sent] == ["before", "after"]
    assert [m["event"] for m in outer] == ["outer", "outer again"]
    assert [m["event"] for m in inner] == ["inner"]


def test_capture_has_messages_as_on_the_wire(analytics: Any, testing: Any) -> None:
    with testing.capture() as sent:
        analytics.track("E", 7, None, {"set": {1}, "tuple": (1, 2)})
    assert sent[0]["userId"] == "7"
    assert sent[0]["properties"] == {"set": [1], "tuple": [1, 2]}


def test_capture_raises_violations_unless_told_otherwise(analytics: Any, testing: Any) -> None:
    with testing.capture() as sent, pytest.raises(analytics.ViolationError):
        analytics.order_completed("u")
    assert sent == []
    with testing.capture(on_violation="warn") as sent:
        analytics.order_completed("u")
    assert len(sent) == 1


def test_capture_wins_over_what_the_application_configures(analytics: Any, testing: Any) -> None:
    sent: list[Any] = []
    transport = type("T", (), {"send": lambda self, batch: sent.extend(batch)})()
    analytics.configure(transport=transport)
    with testing.capture() as outer:
        with testing.capture() as inner:
            analytics.configure(write_key="k", endpoint="http://127.0.0.1:9")
            thread = threading.Thread(target=lambda: analytics.track("thread", "u", None, {}))
            thread.start()
            thread.join()
            with pytest.raises(ValueError, match="no write key"):
                analytics.configure()
        analytics.close()
        analytics.track("outer", "u", None, {})
    analytics.track("after", "u", None, {})
    assert analytics.flush()
    assert [message["event"] for message in inner] == ["thread"]
    assert [message["event"] for message in outer] == ["outer"]
    assert [message["event"] for message in sent] == ["after"]


def test_capture_has_not_what_would_be_dropped(analytics: Any, testing: Any) -> None:
    def calls() -> None:
        analytics.track("large", "u", None, {"text": "x" * 40_000})

    with testing.capture() as sent, pytest.raises(analytics.ViolationError, match="too_large"):
        calls()
    assert sent == []
    for mode in ("warn", "ignore"):
        with testing.capture(on_violation=mode) as sent:
            calls()
            analytics.track("nobody", None, None, {})
            analytics.track("", "u", None, {})
        assert sent == []


def test_capture_ends_with_an_exception(analytics: Any, testing: Any) -> None:
    with pytest.raises(KeyError), testing.capture():
        raise KeyError
    assert analytics.PACKAGE._current == {}


def test_capture_holds_for_other_threads(analytics: Any, testing: Any) -> None:
    with testing.capture() as sent:
        thread = threading.Thread(target=analytics.track, args=("E", "u"))
        thread.start()
        thread.join()
    assert [m["event"] for m in sent] == ["E"]


@pytest.mark.parametrize("way", ["plugin", "import"])
def test_the_fixture(
    pytester: pytest.Pytester, site: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(site))
    lines = {
        "plugin": 'pytest_plugins = ["analytics.testing"]',
        "import": "from analytics.testing import sent",
    }
    pytester.makeconftest(lines[way])
    pytester.makepyfile("""
        import analytics, pytest

        def test_good(sent):
            analytics.order_completed("u", order_id="1")
            assert [message["event"] for message in sent] == ["Order Completed"]

        def test_bad(sent):
            with pytest.raises(analytics.ViolationError):
                analytics.order_completed("u", total="x")
            assert sent == []
    """)
    pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_it_needs_no_pytest(site: Path) -> None:
    code = """
import sys
sys.modules["pytest"] = None  # as if it could not be found
from analytics.testing import capture, sent as fixture
import analytics
with capture() as sent:
    analytics.track("E", "u", None, {})
assert len(sent) == 1 and fixture is None
"""
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(site)}, check=True)
