"""The client of Segment's Public API: what it asks, and what it makes of any answer."""

from __future__ import annotations

import json
import pickle
import re
import ssl
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from client.server import refusing_port
from hypothesis import given
from hypothesis import strategies as st

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.formats.rules import Rule
from typewriter_py.sync.api import client as connections
from typewriter_py.sync.api.client import (
    Connection,
    Environment,
    connect,
    is_loopback,
    retry_after,
)
from typewriter_py.sync.api.plans import RemotePlan, fetch, remove, split, upsert
from typewriter_py.sync.api.secret import Token, token_of

from . import segment_server
from .segment_server import TOKEN, Reply, Segment, failure, track

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Time(Environment):
    """An environment in which sleeping takes no time and is recorded."""

    __slots__ = ("said", "waits")

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.said: list[str] = []
        super().__init__(self.waits.append, _Clock(), lambda: NOW, self.said.append)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


class _Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 0.001
        return self.at


@contextmanager
def connected(url: str, token: str = TOKEN) -> Iterator[tuple[Connection, Time]]:
    environment = Time()
    made = connect(url, Token(token), environment)
    assert isinstance(made, Connection)
    yield made, environment
    made.close()


def fetched(segment: Segment, id: str = "tp_123") -> tuple[RemotePlan | Diagnostic, Time]:
    with connected(segment.url) as (connection, environment):
        return fetch(connection, id, lambda done, total: None), environment


def rules(count: int, size: int = 0) -> list[tuple[Rule, None]]:
    filler = {"description": "x" * size} if size else {}
    schema = track({"n": {}}) | filler
    return [(Rule("TRACK", f"Event {n}", 1, schema), None) for n in range(count)]


def nothing(count: int) -> None:
    pass


# --- reading -----------------------------------------------------------------------------------


def test_a_plan_comes_with_the_rules_of_all_pages() -> None:
    with Segment(page=3) as segment:
        for rule, _ in rules(10):
            segment.put(rule.kind, rule.key, rule.schema)
        segment.put("IDENTIFY", "", {"properties": {"traits": {"type": "object"}}})
        done: list[tuple[int, int | None]] = []
        with connected(segment.url) as (connection, _):
            plan = fetch(connection, "tp_123", lambda n, total: done.append((n, total)))
    assert isinstance(plan, RemotePlan)
    assert (plan.id, plan.name, plan.description) == ("tp_123", "My plan", "What we track")
    assert len(plan.rules) == 11
    assert ("IDENTIFY", "", 1) in plan.rules
    assert done == [(3, 11), (6, 11), (9, 11), (11, 11)]


def test_the_token_goes_in_a_header_and_no_netrc_replaces_it(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Segment() as segment:
        plan, _ = fetched(segment)
    assert isinstance(plan, RemotePlan)
    assert {call.headers["Authorization"] for call in segment.calls} == {f"Bearer {TOKEN}"}
    assert not any(TOKEN in call.address for call in segment.calls)


def test_a_rule_is_hashed_without_its_times_and_the_order_of_keys() -> None:
    with Segment() as segment:
        segment.put("TRACK", "A", track({"n": {"type": "string"}}))
        first, _ = fetched(segment)
        segment.rules[0] = dict(reversed(segment.rules[0].items()))
        segment.rules[0]["updatedAt"] = "2027-01-01T00:00:00.000Z"
        second, _ = fetched(segment)
        segment.rules[0]["deprecatedAt"] = "2027-01-01T00:00:00.000Z"
        third, _ = fetched(segment)
    assert isinstance(first, RemotePlan)
    assert isinstance(second, RemotePlan)
    assert isinstance(third, RemotePlan)
    key = ("TRACK", "A", 1)
    assert first.rules[key].digest == second.rules[key].digest != third.rules[key].digest
    assert not first.rules[key].rule.deprecated
    assert third.rules[key].rule.deprecated


# --- writing -----------------------------------------------------------------------------------


def test_rules_are_written_in_parts_of_200_and_never_put() -> None:
    with Segment() as segment, connected(segment.url) as (connection, _):
        done: list[int] = []
        assert upsert(connection, "tp_123", rules(450), done.append) is None
        assert done == [200, 200, 50]
        assert len(segment.rules) == 450
        assert [call.method for call in segment.calls] == ["PATCH"] * 3


def test_parts_are_bounded_in_bytes_too() -> None:
    with Segment() as segment, connected(segment.url) as (connection, _):
        assert upsert(connection, "tp_123", rules(30, size=100_000), nothing) is None
        assert len(segment.rules) == 30
        sizes = [len(json.dumps(call.body)) for call in segment.calls]
    assert len(sizes) == 4
    assert max(sizes) < 1_000_000


def test_what_is_too_large_together_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_server, "MAX_BODY", 50_000)
    with Segment() as segment, connected(segment.url) as (connection, _):
        assert upsert(connection, "tp_123", rules(20, size=10_000), nothing) is None
        assert len(segment.rules) == 20
        found = upsert(connection, "tp_123", rules(1, size=60_000), nothing)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "rule-too-large"
    assert "`Event 0`" in found.message


def test_rules_are_deleted_in_parts_that_fit_an_address() -> None:
    with Segment() as segment, connected(segment.url) as (connection, _):
        names = [f"Bob’s & Co = {'ü' * 200} {n}" for n in range(30)]
        long = [(Rule("TRACK", name, 2, track({})), None) for name in names]
        assert upsert(connection, "tp_123", [*rules(45), *long], nothing) is None
        plan = fetch(connection, "tp_123", lambda done, total: None)
        assert isinstance(plan, RemotePlan)
        assert remove(connection, "tp_123", list(plan.rules.values()), nothing) is None
        assert segment.rules == []
        deletions = [call for call in segment.calls if call.method == "DELETE"]
    assert max(len(call.address) for call in deletions) < 5_000
    assert max(len(call.query) for call in deletions) <= 60


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(1, 6), st.integers(1, 40))
def test_parts_hold_everything_in_order_and_within_the_bounds(
    items: list[int], most: int, size: int
) -> None:
    parts = list(split(items, most, size, lambda item: item))
    assert [item for part in parts for item in part] == items
    for part in parts:
        assert 1 <= len(part) <= most
        assert len(part) == 1 or sum(part) <= size


# --- faults ------------------------------------------------------------------------------------


def always(reply: Reply) -> Any:
    return lambda call, number: reply


def broken(reply: Reply, code: str, *words: str) -> Diagnostic:
    with Segment(fault=always(reply)) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == code, found.message
    for word in words:
        assert word in found.message
    return found


def test_a_wrong_token() -> None:
    with Segment() as segment, connected(segment.url, "wrong") as (connection, environment):
        found = fetch(connection, "tp_123", lambda done, total: None)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "unauthorized"
    assert "401" in found.message
    assert "--region" in (found.help or "")
    assert environment.waits == []


def test_a_token_without_the_rights() -> None:
    reply = failure(403, "forbidden", "You do not have the rights")
    broken(reply, "unauthorized", "403", "You do not have the rights")


def test_a_missing_plan() -> None:
    with Segment() as segment:
        found, _ = fetched(segment, "tp_other/../x?y")
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-such-plan"
    assert segment.calls[0].path == "/tracking-plans/tp_other%2F..%2Fx%3Fy"


def test_protocols_not_enabled() -> None:
    with Segment(protocols=False) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "protocols-not-enabled"


def test_a_refusal_gives_segments_own_words() -> None:
    reply = failure(422, "input-validation", '"id" is required', field="id")
    broken(reply, "refused-by-segment", '"id" is required', "422")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, "<!DOCTYPE html><title>Log in</title>"), "a web page"),
        (Reply(403, "<html>Forbidden by proxy</html>"), "a web page with status 403"),
        (Reply(407, "denied"), "status 407"),
        (Reply(302, "", {"Location": "https://login.corp.example/?t=1"}), "login.corp.example/"),
        (Reply(200, '{"data": {"trackingPlan": {"name": "My'), "cut off"),
        (Reply(200, '{"data": {"trackingPlan": {}'), "cut off"),
        (Reply(200, ""), "empty"),
        (Reply(200, "[1, 2]"), "without the `data`"),
        (Reply(200, {"data": []}), "without the `data`"),
        (Reply(200, {"data": {"plan": {}}}), "without a `trackingPlan`"),
        (Reply(200, '{"data": {"trackingPlan": {"x": NaN}}}'), "not JSON"),
        (Reply(200, '{"data": {"trackingPlan": {"x": -1e400}}}'), "greater than any number"),
        (
            Reply(200, '{"data": {"trackingPlan": {"x": %s}}}' % ("9" * 400)),
            "greater than any number",
        ),
        (Reply(200, '{"data": {"trackingPlan": {"x": %s}}}' % ("9" * 5000)), "greater than any"),
        (Reply(200, b'{"data": "\xff"}'), "not JSON"),
        (Reply(200, "[" * 100_000), "not JSON"),
        (Reply(200, "{nonsense}"), "not JSON"),
    ],
)
def test_garbage_is_reported_as_what_it_is(reply: Reply, words: str) -> None:
    broken(reply, "odd-answer", words)


@pytest.mark.parametrize(
    "rule",
    [
        "text",
        {},
        {"type": "OTHER", "key": "A", "version": 1, "jsonSchema": {}},
        {"type": "TRACK", "version": 1, "jsonSchema": {}},
        {"type": "TRACK", "key": 7, "version": 1, "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": "1", "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": 1.5, "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": True, "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": 0, "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": 1e300, "jsonSchema": {}},
        {"type": "TRACK", "key": "A", "version": 1},
        {"type": "TRACK", "key": "A", "version": 1, "jsonSchema": "{}"},
    ],
)
def test_a_rule_of_another_shape_is_reported(rule: Any) -> None:
    with Segment() as segment:
        segment.rules.append(rule)
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "odd-answer"
    assert "a rule" in found.message


def test_pages_that_never_end() -> None:
    def same(call: Any, number: int) -> Reply | None:
        data = {"rules": [], "pagination": {"next": f"c{number}"}}
        return Reply(200, {"data": data}) if call.path.endswith("rules") else None

    def circle(call: Any, number: int) -> Reply | None:
        rule = {"type": "TRACK", "key": f"E{number}", "version": 1, "jsonSchema": {}}
        data = {"rules": [rule], "pagination": {"next": "c1"}}
        return Reply(200, {"data": data}) if call.path.endswith("rules") else None

    for fault in (same, circle):
        with Segment(fault=fault) as segment:
            found, _ = fetched(segment)
        assert isinstance(found, Diagnostic)
        assert found.kind.name == "odd-answer"
        assert "never end" in found.message
        assert len(segment.calls) < 5


def test_a_rate_limit_is_waited_for_and_reported() -> None:
    limited = failure(429, "RequestError", "Too many requests")

    def fault(call: Any, number: int) -> Reply | None:
        after = ["7", format_datetime(datetime(2026, 1, 1, 0, 0, 42, tzinfo=UTC), usegmt=True)]
        headers = {"Retry-After": after[number]} if number < 2 else {}
        return limited._replace(headers=headers) if number < 3 else None

    with Segment(fault=fault) as segment:
        plan, environment = fetched(segment)
    assert isinstance(plan, RemotePlan)
    assert environment.waits == [7, 42, 20]
    assert environment.said[0] == "plan tp_123: too many requests; retrying in 7 s"


@pytest.mark.parametrize("after", ["3600", "1e300", "86400000000000000000"])
def test_nobody_waits_for_an_hour(after: str) -> None:
    reply = failure(429, "RequestError", "Too many requests")._replace(
        headers={"Retry-After": after}
    )
    with Segment(fault=always(reply)) as segment:
        found, environment = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "segment-overloaded"
    assert f"asks to wait {after[:10]}" in found.message
    assert environment.waits == []


def test_a_limit_that_never_lifts_ends() -> None:
    reply = Reply(429, "", {"Retry-After": "1"})
    with Segment(fault=always(reply)) as segment:
        found, environment = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "segment-overloaded"
    assert len(segment.calls) == 10
    assert sum(environment.waits) == 9


@given(st.text(max_size=30))
def test_any_retry_after_is_a_time_or_nothing(text: str) -> None:
    found = retry_after({"retry-after": text}, NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, {"errors": [{"type": "internal", "message": "oops"}]}),
        Reply(503, "<html>Bad gateway</html>"),
        Reply(reset=True),
        Reply(200, '{"data": {"trackingPlan": {}}}', promised=500),
        Reply(200, "no gzip", {"Content-Encoding": "gzip"}),
    ],
)
def test_what_may_pass_is_tried_again(reply: Reply) -> None:
    with Segment(fault=lambda call, number: reply if number < 3 else None) as segment:
        plan, environment = fetched(segment)
    assert isinstance(plan, RemotePlan)
    assert environment.waits == [1, 2, 4]
    with Segment(fault=always(reply)) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name in ("segment-overloaded", "no-connection")
    assert "gave up after 4 attempts" in found.message
    assert "<" not in found.message


def test_an_answer_that_trickles_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WHOLE", 0.02)  # twenty ticks of the clock of these tests
    reply = Reply(200, '{"data": {"trackingPlan": {}}}' + " " * 400, trickle=0.002)
    with Segment(fault=always(reply)) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert "was not complete" in found.message


def test_an_answer_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_ANSWER", 100_000)
    with Segment(fault=always(Reply(200, b" " * 300_000))) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert "larger than" in found.message


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ", 0.05)
    with Segment(fault=always(Reply(200, "x" * 9, trickle=0.5))) as segment:
        found, _ = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-connection"


def test_no_network() -> None:
    with connected(f"http://127.0.0.1:{refusing_port()}") as (connection, environment):
        found = fetch(connection, "tp_123", lambda done, total: None)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-connection"
    assert "the connection was refused" in found.message
    assert environment.waits == [1, 2, 4]
    with connected("https://api.segment.invalid") as (connection, _):
        found = fetch(connection, "tp_123", lambda done, total: None)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-connection"
    assert "Pool" not in found.message


def test_a_certificate_that_nobody_trusts() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Segment(tls=context) as segment:
        found, environment = fetched(segment)
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-connection"
    assert "unable to get local issuer certificate" in found.message
    assert environment.waits == []


def test_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "requests", None)
    found = connect("http://127.0.0.1:1", Token("t"), Time())
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "api-not-installed"
    assert "typewriter-py[api]" in (found.help or "")


# --- the token ---------------------------------------------------------------------------------


def test_no_message_repeats_the_token() -> None:
    echo = failure(422, "input-validation", f"Bearer {TOKEN} is no good")
    page = Reply(500, f"debug: {TOKEN}")
    for reply in (echo, page, Reply(302, "", {"Location": f"http://x/{TOKEN}"})):
        with Segment(fault=always(reply)) as segment:
            found, environment = fetched(segment)
        assert isinstance(found, Diagnostic)
        assert TOKEN not in repr(found)
        assert TOKEN not in "".join(environment.said)


def test_the_token_follows_no_redirect() -> None:
    with Segment() as other:
        reply = Reply(307, "", {"Location": other.url})
        with Segment(fault=always(reply)) as segment:
            found, _ = fetched(segment)
        assert isinstance(found, Diagnostic)
        assert other.calls == []


def as_json(text: str) -> str:
    return "".join(f"\\u{ord(char):04X}" for char in text)


FORMS = {
    "base64": lambda text: b64encode(text.encode()).decode(),
    "basic authentication": lambda text: b64encode(f"user:{text}".encode()).decode(),
    "a bearer's header": lambda text: b64encode(f"Bearer {text}".encode()).decode(),
    "followed by more": lambda text: b64encode(f"{text}, ok".encode()).decode(),
    "base64 for URLs": lambda text: urlsafe_b64encode(f"xx{text}??>>".encode()).decode(),
    "base64 in a URL": lambda text: quote(b64encode(f"?{text}".encode()), safe=""),
    "a URL": lambda text: quote(text, safe=""),
    "a URL in lower case": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "a URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": as_json,
    "JSON as PHP writes it": lambda text: text.replace("/", "\\/"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "HTML in hexadecimals": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "HTML": lambda text: "".join(f"&#{ord(char)};" for char in text),
}
SECRETS = [TOKEN, 'sgp_a/b+c"d\\e=f%g&h', "x" * 200]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_the_token_is_removed_in_whatever_form_it_comes_back(form: str, secret: str) -> None:
    spelled = FORMS[form](secret)
    found = Token(secret).scrub(f"no access: {spelled} is not valid")
    assert found.startswith("no access: ")
    assert found.endswith(" is not valid")
    longest = max(len(part) for part in re.split("[…:;? &]", found))
    assert longest < 12, found  # a few characters of base64 depend on what is beside the token


@pytest.mark.parametrize("text", ["a short text", "\\" * 100_000, "%25" * 50_000, "&#0" * 50_000])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert Token(TOKEN).scrub(text) == text
    assert Token("abc").scrub("YWJj, abc") == "YWJj, …"


def test_half_a_token_is_not_shown_where_a_message_is_cut() -> None:
    for at in range(270, 300, 5):
        reply = failure(422, "input-validation", "x" * at + FORMS["a URL in lower case"](TOKEN))
        with Segment(fault=always(reply)) as segment:
            found, _ = fetched(segment)
        assert isinstance(found, Diagnostic)
        assert "%73%67" not in found.message


def test_a_token_hides_in_whatever_shows_values() -> None:
    token = Token(TOKEN)
    assert TOKEN not in f"{token} {token!r} {[token]}"
    with pytest.raises(TypeError):
        pickle.dumps(token)
    try:
        raise ValueError(token)
    except ValueError:
        assert TOKEN not in traceback.format_exc()


@pytest.mark.parametrize("text", ["", " \n", "two words", "two\nlines", "tök", "a\x00b"])
def test_an_invalid_token_is_reported_without_showing_it(text: str) -> None:
    found = token_of(text, "the environment variable SEGMENT_API_TOKEN")
    assert isinstance(found, Diagnostic)
    assert found.kind.name == "no-token"
    assert not text.strip() or text not in found.message


def test_a_token_loses_the_line_end_of_the_command_that_printed_it() -> None:
    found = token_of(f"{TOKEN}\r\n", "a command")
    assert isinstance(found, Token)
    assert found.header() == f"Bearer {TOKEN}"


def test_loopback_is_this_machine_alone() -> None:
    assert is_loopback("http://127.0.0.1:8080")
    assert is_loopback("http://[::1]:8080")
    for url in ("http://127.0.0.1.example.com", "http://a@evil.com", "ftp://localhost", "http://["):
        assert not is_loopback(url)
