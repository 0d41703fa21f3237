"""Environment variables that replace settings, and what changes under pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .killing import clean_environment
from .server import Server

OUR_SEGMENT = "http://127.0.0.1:9"  # where nothing listens


def where(client: Any) -> tuple[bool, str | None, str]:
    """Whether a client sends, and where to."""
    settings = client.settings
    return settings.enabled, settings.local, settings.url


def run(site: Path, code: str, *arguments: str, **environment: str) -> tuple[str, str]:
    """What a program prints and logs with only these of our variables."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**clean_environment(site), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout, done.stderr


# --- variables ----------------------------------------------------------------------------

US = "https://api.segment.io/v1/batch"
EU = "https://events.eu1.segmentapis.com/v1/batch"
OURS = f"{OUR_SEGMENT}/v1/batch"


@pytest.mark.parametrize(
    ("variables", "settings", "expected"),
    [
        ({"ENDPOINT": OUR_SEGMENT}, {}, (True, None, OURS)),
        ({"REGION": "eu", "ENABLED": "1"}, {}, (True, None, EU)),
        ({"REGION": "eu", "ENDPOINT": OUR_SEGMENT}, {}, (True, None, OURS)),
        ({"LOCAL": "/sent.jsonl"}, {}, (True, "/sent.jsonl", US)),
        ({"LOCAL": "/sent.jsonl"}, {"region": "eu"}, (True, "/sent.jsonl", EU)),
        ({"ENABLED": "0"}, {}, (False, None, US)),
        ({"ENABLED": "False"}, {}, (False, None, US)),
        ({"ENABLED": "", "REGION": "", "LOCAL": ""}, {"enabled": False}, (False, None, US)),
        # An explicit setting takes precedence, and then the variable need not even be valid.
        ({"ENABLED": "maybe", "ENDPOINT": OUR_SEGMENT}, {"enabled": True}, (True, None, OURS)),
        ({"REGION": "eu"}, {"endpoint": OUR_SEGMENT}, (True, None, OURS)),
        ({"REGION": "mars", "ENABLED": "1"}, {"region": "us"}, (True, None, US)),
        ({"ENDPOINT": "?", "ENABLED": "1"}, {"region": "eu"}, (True, None, EU)),
        ({"LOCAL": "/", "ENDPOINT": OUR_SEGMENT}, {"write_key": "k"}, (True, None, OURS)),
        ({"LOCAL": "/"}, {"endpoint": OUR_SEGMENT}, (True, None, OURS)),
        ({"LOCAL": "/"}, {"local": "/b.jsonl"}, (True, "/b.jsonl", US)),
    ],
)
def test_a_variable_stands_in_for_a_setting(
    analytics: Any,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    settings: dict[str, Any],
    expected: tuple[bool, str | None, str],
) -> None:
    for name, said in variables.items():
        monkeypatch.setenv(f"TYPEWRITER_{name}", said)
    monkeypatch.setenv("SEGMENT_WRITE_KEY", "k")
    analytics.configure(**settings)
    assert where(analytics.PACKAGE.client()) == expected


WRONG = [
    ("SEGMENT_WRITE_KEY", "a secret", "contains characters that a write key cannot have"),
    ("TYPEWRITER_ENABLED", "maybe", "must be 1, true, yes or on; or 0, false, no or off, not"),
    ("TYPEWRITER_ENDPOINT", "segment.io", "must be an http(s) URL, not 'segment.io'"),
    ("TYPEWRITER_ENDPOINT", "http://u:secret@h", "must be a URL without a user or password"),
    ("TYPEWRITER_REGION", "asia", "must be one of us, eu, not 'asia'"),
    ("TYPEWRITER_LOCAL", "/", "must be a file, not a folder: /"),
    ("TYPEWRITER_ON_VIOLATION", "shout", "must be one of warn, raise, drop, ignore, not 'shout'"),
]


@pytest.mark.parametrize(("name", "said", "message"), WRONG)
def test_a_wrong_value_is_an_error_that_names_the_variable(
    analytics: Any, monkeypatch: pytest.MonkeyPatch, name: str, said: str, message: str
) -> None:
    monkeypatch.setenv("SEGMENT_WRITE_KEY", "k")
    monkeypatch.setenv(name, said)
    with pytest.raises(ValueError, match=name) as caught:
        analytics.configure()
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


CALLS = """
import analytics
for n in range(3):
    analytics.track("A", "u", None, {"n": n})
    analytics.flush()
stats = analytics.stats()
print(stats.accepted, stats.stored, stats.queued)
"""


@pytest.mark.parametrize(("name", "said", "message"), WRONG)
def test_without_configure_it_is_said_once_and_nothing_is_sent(
    site: Path, server: Server, tmp_path: Path, name: str, said: str, message: str
) -> None:
    variables = {"SEGMENT_WRITE_KEY": "k", "TYPEWRITER_ENDPOINT": server.url, name: said}
    printed, logged = run(site, CALLS, XDG_STATE_HOME=str(tmp_path), **variables)
    assert logged.count(f"{name} {message}") == 1
    if name == "TYPEWRITER_ENABLED":  # it may have been meant to be off
        assert (printed, server.delivered) == ("0 0 0\n", [])
    elif name == "TYPEWRITER_ON_VIOLATION":  # violations are logged, as by default
        assert len(server.delivered) == 3
    else:
        assert (printed, server.delivered) == ("3 3 0\n", [])
        assert (
            "no write key (SEGMENT_WRITE_KEY is not used): analytics messages are written to"
            in logged
        )


def test_without_configure_the_variables_do_the_same(
    site: Path, server: Server, tmp_path: Path
) -> None:
    key = {"SEGMENT_WRITE_KEY": "k", "TYPEWRITER_ENDPOINT": server.url}
    assert run(site, CALLS, **key) == ("3 0 0\n", "")
    assert server.events() == [0, 1, 2]
    assert run(site, CALLS, TYPEWRITER_ENABLED="off", **key) == ("0 0 0\n", "")
    sent = tmp_path / "sent.jsonl"
    assert run(site, CALLS, TYPEWRITER_LOCAL=str(sent), **key) == ("3 3 0\n", "")
    assert len(sent.read_text().splitlines()) == 3
    assert len(server.delivered) == 3


# --- tests --------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["PYTEST_VERSION", "PYTEST_CURRENT_TEST"])
@pytest.mark.parametrize("enabled", ["", "1"])
def test_a_client_of_the_environment_never_sends_under_pytest(
    site: Path, server: Server, tmp_path: Path, variable: str, enabled: str
) -> None:
    """Even in a child of the test, and with everything that a deployment sets."""
    variables = {"SEGMENT_WRITE_KEY": "k", "TYPEWRITER_ENDPOINT": server.url, variable: "x"}
    variables |= {"TYPEWRITER_ENABLED": enabled, "XDG_STATE_HOME": str(tmp_path)}
    assert run(site, CALLS, **variables) == ("0 0 0\n", "")
    variables["TYPEWRITER_REGION"] = "mars"
    assert run(site, CALLS, **variables) == ("0 0 0\n", "")
    assert server.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_client_of_configure_does(analytics: Any, server: Server) -> None:
    analytics.configure(write_key="k", endpoint=server.url)
    analytics.track("A", "u", None, {"n": 1})
    assert analytics.flush()
    assert server.events() == [1]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"region": "eu"},
        {"enabled": True},
        {"endpoint": "https://API.segment.io:443/v1/batch"},
        {"endpoint": "http://events.eu1.segmentapis.com."},
    ],
)
def test_but_not_to_segment_which_is_said_once(
    analytics: Any, caplog: pytest.LogCaptureFixture, settings: dict[str, Any]
) -> None:
    for _ in range(2):
        analytics.configure(write_key="k", **settings)
        analytics.track("A", "u", None, {})
    assert analytics.stats().accepted == 0
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert "TYPEWRITER_ENABLED=1" in caplog.text


def test_unless_the_environment_says_so(
    analytics: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TYPEWRITER_ENABLED", "1")
    analytics.configure(write_key="k")
    assert where(analytics.PACKAGE.client()) == (True, None, US)
    assert caplog.text == ""


def test_without_pytest_it_sends_to_segment(
    analytics: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PYTEST_VERSION", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(variable, raising=False)
    assert where(analytics.Client(write_key="k")) == (True, None, US)


def test_one_way_for_the_messages(analytics: Any) -> None:
    for other in ({"write_key": "k"}, {"endpoint": "http://x"}, {"transport": Taking()}):
        with pytest.raises(ValueError, match=f"give either {next(iter(other))} or local, not both"):
            analytics.configure(local="sent.jsonl", **other)
    analytics.configure(local="sent.jsonl", write_key=None, transport=None)


class Taking:
    def send(self, batch: list[dict[str, Any]]) -> None:
        pass
