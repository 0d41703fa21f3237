"""``messageId``: what lets Segment drop a message that comes twice."""

from __future__ import annotations

from os import getpid, urandom

_AT_ONCE = 256
_ready: list[str] = []
_owner = 0  # the process for which they were made: two must never share one


def message_id() -> str:
    """128 random bits in hexadecimal.

    Made by the hundred: asking the kernel for each gives the interpreter's lock away each
    time, and beside a busy thread that costs milliseconds to get back.
    """
    global _owner
    if _owner != getpid():
        _ready.clear()
        _owner = getpid()
    try:
        return _ready.pop()
    except IndexError:
        text = urandom(16 * _AT_ONCE).hex()
        _ready.extend(text[place : place + 32] for place in range(32, len(text), 32))
        return text[:32]
