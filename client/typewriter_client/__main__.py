"""``python -m typewriter_client outbox PATH``: show or send what is waiting."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from .log import printable
from .process.threads import LONGEST

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.  Returns its exit status: 0 success, 1 messages are left, 2 an error."""
    given = _parser().parse_args(arguments)
    try:
        return _outbox(given)
    except BrokenPipeError:  # the reader has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError, TypeError, ImportError) as error:
        print(_printable(f"outbox: {error}", sys.stderr), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m typewriter_client")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    about = "Show the messages waiting in an outbox, or send them."
    outbox = commands.add_parser("outbox", help=about, description=about)
    add = outbox.add_argument
    add("path", help="path of the outbox")
    add("--json", action="store_true", help="print JSON")
    add(
        "--flush",
        action="store_true",
        help="send the messages that no running process will send, to the source of"
        " SEGMENT_WRITE_KEY",
    )
    region = "region of the workspace (default: TYPEWRITER_REGION, else us)"
    add("--region", choices=["us", "eu"], help=region)
    endpoint = "base URL to use instead of Segment's (default: TYPEWRITER_ENDPOINT)"
    add("--endpoint", help=endpoint)
    seconds = "how many seconds --flush may take (default: 300)"
    add("--timeout", type=_seconds, default=300.0, help=seconds)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= LONGEST:
        limits = f"must be between 0 and {LONGEST:.0f}, not {text}"
        raise argparse.ArgumentTypeError(limits)
    return seconds


def _outbox(given: argparse.Namespace) -> int:
    from .outbox.inventory import inventory

    path = os.path.realpath(given.path)
    sent: dict[str, Any] = {}
    status = 0
    if given.flush:
        inventory(path)  # raises if there is no outbox
        sent = _flush(path, given)
        status = 0 if sent.pop("done") else 1
    found = inventory(path)._asdict()
    if given.json:
        print(json.dumps({"path": given.path, **found, **sent}))
        return status
    if sent:
        _print_sent(**sent)
    _print(given.path, **found)
    return status


def _flush(path: str, given: argparse.Namespace) -> dict[str, Any]:
    from .client import Client

    asked = {"region": given.region, "endpoint": given.endpoint}
    settings: Any = {name: value for name, value in asked.items() if value is not None}
    # An explicit key takes precedence over TYPEWRITER_LOCAL: these are to be sent.
    settings["write_key"] = os.environ.get("SEGMENT_WRITE_KEY", "")
    client = Client(outbox=path, close_timeout=0, **settings)
    done = client.flush(given.timeout) and client.settings.enabled
    client.close()
    stats = client.stats()
    return {"done": done, "delivered": stats.delivered, "dropped": stats.dropped}


def _print_sent(delivered: int, dropped: dict[str, int]) -> None:
    print(f"{delivered:,} delivered")
    for reason, count in dropped.items():
        print(f"{count:,} dropped: {reason}")


def _print(
    path: str,
    messages: int,
    bytes: int,
    oldest: float | None,
    events: dict[str, int],
    of_running: int,
    failed: int,
    failure: str,
    failed_at: float | None,
) -> None:
    count = "1 message" if messages == 1 else f"{messages:,} messages"
    print(_printable(f"{path}: {count}, {bytes / 1e3:,.0f} kB"))
    if oldest is not None:
        print(f"oldest message: {_moment(oldest)}")
    for event, number in events.items():
        print(_printable(f"{number:>9,}  {event}"))
    if of_running:
        print(f"{of_running:,} belong to running processes, which will send them")
    if failed:
        print(f"{failed:,} failed to send")
    if failed_at is not None and messages:
        print(_printable(f"last failure, {_moment(failed_at)}: {failure}"))


def _printable(text: str, to: Any = None) -> str:
    """The text as one line that the terminal can show, without control characters: names
    of events and a server's answers are untrusted text."""
    plain = printable(text, len(text))
    encoding: str = getattr(to or sys.stdout, "encoding", None) or "utf-8"
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _moment(seconds: float) -> str:
    """A time in UTC and how long ago it was."""
    text = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
    ago = max(0, int(time.time() - seconds))
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if ago >= 2 * unit:
            return f"{text}, {ago // unit} {name} ago"
    return f"{text}, {ago} s ago"


if __name__ == "__main__":
    sys.exit(main())
