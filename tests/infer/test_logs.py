"""Logs as they are found: compressed, in envelopes, broken, cut short, empty."""

from __future__ import annotations

import gzip
import json
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import pytest

from typewriter_py.infer.logs import MAX_LINE, Log, lines
from typewriter_py.infer.plan import infer

from .logging import draft, inferred, log, reported, rules, text_of, track

GOOD = track("A", x=1)


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        [GOOD],
        {"batch": [GOOD], "sentAt": "2026-01-01", "writeKey": "k"},
        {"message": GOOD},
        {"Records": 1, "detail": {"payload": GOOD}},
        {**GOOD, "type": "TRACK"},
    ],
    ids=lambda line: next(iter(line)) if isinstance(line, dict) else "list",
)
def test_a_message_is_found_in_what_wraps_it(line: Any) -> None:
    assert rules([line]) == {
        "events": [{"name": "A", "rules": {"properties": {"x": {"type": "integer"}}}}]
    }


def test_gzip_is_known_by_what_it_holds(tmp_path: Path) -> None:
    packed = gzip.compress(text_of([GOOD]))
    (tmp_path / "log.txt").write_bytes(packed + gzip.compress(text_of([track("B")])))
    found = infer([Log(str(tmp_path / "log.txt"))], "Test")
    assert found.draft is not None
    assert [each["name"] for each in found.draft.root["rules"]["events"]] == ["A", "B"]


def test_gzip_cut_short_gives_what_was_read() -> None:
    messages = [track("A", id=str(number**9)) for number in range(5_000)]
    packed = gzip.compress(text_of(messages))
    found = inferred(packed[: len(packed) // 2])
    assert found.draft is not None
    assert 500 < found.messages < 4_500
    (only,) = reported(found)
    assert only == (
        f"log:{found.messages}:1 TW562 cut short or damaged after line {found.messages:,}; "
        "everything before it was read"
    )


def test_gzip_that_is_damaged_gives_what_was_read() -> None:
    packed = bytearray(gzip.compress(text_of([GOOD] * 10)))
    packed[-6] ^= 1  # the checksum
    found = inferred(bytes(packed))
    assert found.messages == 10
    assert [each.split()[1] for each in reported(found)] == ["TW562"]
    found = inferred(b"\x1f\x8b" + b"nonsense" * 10)
    assert found.draft is None
    assert [each.split()[1] for each in reported(found)] == ["TW562", "TW564"]


def test_broken_lines_are_counted_and_the_first_few_shown() -> None:
    broken = [
        b"{",
        b'{"type": "track"',
        b"\xff{}",
        b'{"type": "track", "event": NaN}',
        b"9" * 5000,
        b"[" * 100_000,
        b"nonsense",
    ]
    good = json.dumps(GOOD).encode()
    found = inferred(b"\n\n".join(each + b"\r\n" + good for each in broken))
    assert found.messages == len(broken)
    assert reported(found) == [
        "log:1:1 TW561 skipped: not JSON: Expecting property name enclosed in double quotes"
        " at column 2",
        "log:4:1 TW561 skipped: not JSON: Expecting ',' delimiter at column 17",
        "log:7:1 TW561 skipped: not UTF-8 at byte 1",
        "log:10:1 TW561 skipped: not JSON: NaN is not valid",
        "log:13:1 TW561 skipped: not JSON: a number is too long",
        "- TW561 2 more lines were skipped (7 of 14)",
    ]


def test_what_a_broken_line_holds_is_not_shown() -> None:
    found = inferred(b'{"email": "ann@example.com"' + b"\n" + text_of([GOOD]))
    assert "ann" not in repr(found.diagnostics)


def test_help_for_json_formatted_over_several_lines() -> None:
    (first, *_, last) = inferred(json.dumps([GOOD], indent=2).encode()).diagnostics
    assert first.help == "a log has one message per line; `jq -c '.[]' FILE` makes one from a list"
    assert last.code == "TW564"


def test_lines_without_messages_are_counted() -> None:
    lines = [{"level": "info"}, {"type": "order"}, 3, GOOD, {"type": "track"}]
    lines += [{"type": "track", "event": 4}, {"type": "track", "event": "B", "properties": [1]}]
    assert reported(inferred(lines)) == [
        "log:1:1 TW563 3 lines contain no Segment message; this is the first",
        "log:5:1 TW563 2 messages: a track call without the name of an event; this is the first",
        "log:7:1 TW563 1 message: its properties or traits are not an object; this is the first",
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{}\n", b'{"type": "alias"}\n'])
def test_a_log_without_messages(content: bytes) -> None:
    found = inferred(content)
    assert found.draft is None
    assert found.diagnostics[-1].code == "TW564"


def test_unreadable_logs_are_reported_before_any_is_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    unread = log(text_of([GOOD]))
    (tmp_path / "round").symlink_to("round")
    names = [str(tmp_path / name) for name in ("folder", "none", "round")]
    found = infer([unread, *map(Log, names)], "Test")
    assert [each.message for each in found.diagnostics] == [
        "cannot be read: it is a folder; name the logs in it",
        "cannot be read: there is no such file",
        "cannot be read: broken symbolic link",
    ]
    assert unread.stream is not None
    assert unread.stream.read()


@pytest.mark.parametrize(
    ("content", "what"), [(b"PK\x03\x04..", "a zip archive"), ("{}".encode("utf-16"), "UTF-16")]
)
def test_binary_files_are_named(content: bytes, what: str) -> None:
    assert what in reported(inferred(content))[0]


def test_a_byte_order_mark_is_ignored() -> None:
    assert draft(b"\xef\xbb\xbf" + text_of([GOOD]))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("last", [b"", b"end"])
def test_lines_are_those_of_the_log(packed: bool, last: bytes) -> None:
    some = [b"a" * length for length in (0, 1, 3 << 20, MAX_LINE, MAX_LINE + 1, 9 * MAX_LINE, 2)]
    content = b"\n".join([*some, last])
    progress: list[int] = []
    given = gzip.compress(content) if packed else content
    found = list(lines(BufferedReader(BytesIO(given)), progress.append))
    expected = [each if len(each) <= MAX_LINE else None for each in some]
    assert found == [*expected, *([last] if last else [])]
    assert sum(progress) == len(given)
