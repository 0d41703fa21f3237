"""How much one request may hold."""

from __future__ import annotations

from collections import deque

from .drafts import Item

BATCH_BYTES = 500_000
"""Of a request's body: Segment's 500 KB."""
BATCH_MESSAGES = 2_500
"""In a batch; of a longer one Segment answers 200 and keeps nothing."""
_ENVELOPE = 1_000  # what a request's body has around its messages: times, the write key
_RENDERING = 250  # about what a draft's message is longer than the draft


def cut(queue: deque[Item]) -> list[Item]:
    """Take from the queue about what fits into one request."""
    taken, size = list[Item](), _ENVELOPE
    while queue and len(taken) < BATCH_MESSAGES:
        size += _length(queue[0])
        if size > BATCH_BYTES and taken:
            break
        taken.append(queue.popleft())
    return taken


def _length(item: Item) -> int:
    """Bytes of a request that an item takes, a draft about so many."""
    if isinstance(item, bytes):
        return len(item) + 1
    return len(item[-1]) + _RENDERING


def parts(messages: list[bytes]) -> list[list[bytes]]:
    """The messages, as many in each part as one request can hold."""
    found: list[list[bytes]] = []
    size = BATCH_BYTES
    for message in messages:
        size += len(message) + 1
        if size > BATCH_BYTES:
            found.append([])
            size = _ENVELOPE + len(message) + 1
        found[-1].append(message)
    return found
