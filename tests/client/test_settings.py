"""The settings of configure, and its errors."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pytest

KEY = {"write_key": "k"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "no write key"),
        ({"write_key": ""}, "no write key"),
        ({"write_key": None}, "no write key"),
        ({"write_key": "a b"}, "characters"),
        ({"write_key": "k\n"}, "characters"),
        ({**KEY, "region": "asia"}, "region must be one of us, eu"),
        ({**KEY, "endpoint": "segment.io"}, "endpoint must be"),
        ({**KEY, "endpoint": "ftp://x"}, "endpoint must be"),
        ({**KEY, "endpoint": "https:///x"}, "endpoint must be"),
        ({**KEY, "endpoint": "http://h:99999"}, "endpoint must be"),
        ({**KEY, "endpoint": "http://h:x"}, "endpoint must be"),
        ({**KEY, "endpoint": "http://[::1"}, "endpoint must be"),
        ({**KEY, "endpoint": "http://h?a=b"}, "endpoint must be"),
        ({**KEY, "endpoint": ""}, "endpoint must be an http\\(s\\) URL, not ''"),
        ({**KEY, "endpoint": "http://u:secret@h"}, "a URL without a user or password$"),
        ({"local": ""}, "local must be the path"),
        ({**KEY, "queue_size": 0}, "queue_size must be at least 1"),
        ({**KEY, "flush_at": 2_501}, "flush_at must be between 1 and 2,500, not 2501"),
        ({**KEY, "outbox_size": 5}, "outbox_size must be at least 1,000,000, not 5"),
        ({**KEY, "flush_interval": -1}, "flush_interval must be between 0"),
        ({**KEY, "close_timeout": float("nan")}, "close_timeout must be between 0 and 2,592,000"),
        ({**KEY, "flush_interval": 1e10}, "flush_interval must be between 0 and 2,592,000"),
        ({**KEY, "block_timeout": float("inf")}, "block_timeout must be between 0 and 2,592,000"),
        ({**KEY, "block_timeout": 10**400}, "block_timeout must be between 0 and 2,592,000"),
        ({**KEY, "outbox_age": 10**10}, "outbox_age must be between 1 and 1,000,000,000"),
        ({**KEY, "on_violation": "shout"}, "on_violation must be one of warn, raise"),
    ],
)
def test_a_mistake_is_a_clear_error(analytics: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        analytics.configure(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({**KEY, "flush_at": "100"}, "flush_at must be an integer"),
        ({**KEY, "flush_at": 10.0}, "flush_at must be an integer, not 10.0"),
        ({**KEY, "flush_interval": "1"}, "flush_interval must be a number of seconds, not '1'"),
        ({**KEY, "enabled": "false"}, "enabled must be True or False, not 'false'"),
        ({**KEY, "flush_on_sigterm": 1}, "flush_on_sigterm must be True or False"),
        ({"write_key": 5}, "write_key must be a string, not int"),
        ({**KEY, "endpoint": 5}, "endpoint must be a URL of type str"),
        ({"local": 5}, "local must be a path"),
        ({"local": b"x"}, "local must be a path"),
        ({**KEY, "queue_size": True}, "queue_size must be an integer"),
        ({**KEY, "on_drop": 7}, "on_drop must be callable"),
        ({"transport": object()}, "transport must have"),
        ({**KEY, "flush_intervall": 1}, "no setting 'flush_intervall'"),
    ],
)
def test_a_mistake_of_type_is_too(analytics: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        analytics.configure(**settings)


def test_closing_raises_nothing(analytics: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = analytics.Client(write_key="k", endpoint="http://127.0.0.1:9", close_timeout=0.1)
    outlet = client._worker._open()

    def close() -> None:
        raise OSError("no")

    monkeypatch.setattr(outlet._pool, "close", close)
    client.close()


@pytest.mark.parametrize("seconds", [float("inf"), 1e300, 10**400, -1.0, float("nan")])
def test_flush_and_close_take_any_time(analytics: Any, seconds: float) -> None:
    analytics.configure(transport=Taking())
    analytics.order_completed("u", order_id="o", total=1, products=[])
    analytics.flush(seconds)
    analytics.close(seconds)
    stats = analytics.stats()
    assert stats.accepted == 1 == stats.delivered + stats.dropped.get("abandoned", 0)


def test_a_folder_is_no_local_file(analytics: Any, tmp_path: Any) -> None:
    with pytest.raises(IsADirectoryError, match="local must be a file, not a folder"):
        analytics.configure(local=tmp_path)


def test_a_failed_configure_changes_nothing(analytics: Any) -> None:
    analytics.configure(enabled=False)
    before = analytics.PACKAGE.client()
    with pytest.raises(ValueError, match="no write key"):
        analytics.configure()
    assert analytics.PACKAGE.client() is before


def test_no_key_is_needed_when_it_is_said_what_is_meant(analytics: Any, tmp_path: Any) -> None:
    analytics.configure(enabled=False)
    analytics.configure(local=tmp_path / "x.jsonl")
    analytics.configure(transport=Taking())


def test_without_urllib3_configure_says_so(analytics: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    for name in [name for name in sys.modules if name.partition(".")[0] == "urllib3"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install urllib3"):
        analytics.configure(write_key="k")


class Taking:
    def send(self, batch: list[dict[str, Any]]) -> None:
        pass


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://api.segment.io/v1/batch"),
        ({"region": "eu"}, "https://events.eu1.segmentapis.com/v1/batch"),
        ({"endpoint": "http://proxy:8080/segment/"}, "http://proxy:8080/segment/v1/batch"),
        ({"endpoint": "http://proxy/v1/batch"}, "http://proxy/v1/batch"),
    ],
)
def test_where_it_goes(analytics: Any, settings: dict[str, Any], url: str) -> None:
    client = analytics.Client(**KEY, **settings)
    assert client.settings.url == url


def test_the_write_key_of_the_environment(analytics: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENT_WRITE_KEY", "from-env")
    analytics.configure(flush_at=5)
    current = analytics.PACKAGE.client()
    assert current.settings.write_key == "from-env"
    assert current.settings.local is None


def test_disabled_validates_and_sends_nothing(analytics: Any) -> None:
    analytics.configure(enabled=False, on_violation="raise")
    analytics.order_completed("u", order_id="1")
    with pytest.raises(analytics.ViolationError):
        analytics.order_completed("u")
    assert analytics.stats().accepted == 0
    assert analytics.flush()


def test_flush_close_and_stats_before_anything(analytics: Any) -> None:
    assert analytics.flush()
    assert analytics.stats().accepted == 0
    analytics.close()


def test_every_setting_is_documented(analytics: Any) -> None:
    settings = __import__("typewriter_client.settings", fromlist=["x"])
    documentation = inspect.getdoc(analytics.configure) or ""
    for name in settings.Configuration.__annotations__:
        assert name in documentation, "add it to the docstring of Package.configure (package.py)"
