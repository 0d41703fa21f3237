"""Batches: how much one request may hold, who sends it, and what became of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from ..calls.snapshot import Item

PASSING = frozenset({408, 410, 429, 460, *range(500, 600)} - {501, 505})
"""Statuses of HTTP after which the same request may succeed later."""

BATCH_BYTES = 500_000
"""Of a request's body: Segment's 500 KB."""
BATCH_MESSAGES = 2_500
"""In a batch; of a longer one Segment answers 200 and keeps nothing."""
ENVELOPE = 1_000
"""Bytes that a request's body has around its messages: times, the write key."""
_RENDERING = 250  # about what a draft's message is longer than the draft


class Answer(NamedTuple):
    """What became of a batch.

    ``split``: the batch is refused, smaller ones may not be.  ``after`` is how many seconds
    the receiver asks us to wait before we retry.  ``refused`` are the places, in a batch
    that was handed over, of the messages that were not taken.
    """

    verdict: Literal["delivered", "stored", "handed_over", "retry", "split", "refused"]
    detail: str = ""
    after: float | None = None
    refused: Sequence[int] = ()


class Outlet(Protocol):
    """Where batches go."""

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Send messages, each JSON text, within about ``timeout`` seconds.

        What it raises is taken for a passing fault: the batch is sent again.
        """
        ...

    def close(self) -> None:
        """Give back connections.  A later ``send`` opens them again."""
        ...


def cut(queue: deque[Item]) -> list[Item]:
    """Take from the queue about what fits into one request."""
    taken, size = list[Item](), ENVELOPE
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


class InHand:
    """What the worker has taken from the queue, and has not settled.

    Whoever uses it holds the queue's lock.
    """

    def __init__(self) -> None:
        self.raw: list[Item] = []  # not made into messages yet
        self._parts: list[list[bytes]] = []  # the last one is the first to be sent

    def count(self) -> int:
        """How many messages these are."""
        return len(self.raw) + sum(map(len, self._parts))

    def arrange(self, taken: list[Item], messages: list[bytes]) -> bool:
        """Make parts of what was ``raw``.  False: it has been given up meanwhile."""
        if self.raw is not taken:
            return False
        self.raw = []
        self._parts += reversed(_parts(messages))
        return True

    def head(self) -> list[bytes]:
        """The part to send next, empty if there is none."""
        return self._parts[-1] if self._parts else []

    def release(self, part: list[bytes]) -> bool:
        """It is settled.  False: it has been given up meanwhile."""
        if self.head() is not part:
            return False
        self._parts.pop()
        return True

    def split(self, part: list[bytes]) -> None:
        """Make two parts of one."""
        if self.release(part):
            middle = len(part) // 2
            self._parts += [part[middle:], part[:middle]]

    def give_up(self) -> list[Item]:
        """All of it, in order; nothing is left."""
        left: list[Item] = []
        for part in reversed(self._parts):
            left += part
        left += self.raw
        self.raw, self._parts = [], []
        return left


def _parts(messages: list[bytes]) -> list[list[bytes]]:
    """The messages, as many in each part as one request can hold."""
    found: list[list[bytes]] = []
    size = BATCH_BYTES
    for message in messages:
        size += len(message) + 1
        if size > BATCH_BYTES:
            found.append([])
            size = ENVELOPE + len(message) + 1
        found[-1].append(message)
    return found
