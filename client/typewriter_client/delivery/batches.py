"""Batches: how much fits into a request, who sends it, and its outcome."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from ..calls.snapshot import Item

PASSING = frozenset({408, 410, 429, 460, *range(500, 600)} - {501, 505})
"""HTTP statuses after which the same request may succeed later."""

BATCH_BYTES = 500_000
"""Maximum size of a request's body: Segment's 500 KB."""
BATCH_MESSAGES = 2_500
"""Maximum length of a batch; Segment answers a longer one with 200 and keeps nothing."""
ENVELOPE = 1_000
"""Bytes in a request's body around its messages: times, the write key."""
_RENDERING = 250  # about how many bytes a message is longer than its draft


class Answer(NamedTuple):
    """The outcome of sending a batch.

    ``split``: the batch is refused, but smaller ones may be accepted.  ``after`` is how many
    seconds the receiver asks us to wait before retrying.  ``refused`` are the indices, in a
    batch that was handed over, of the messages that were not accepted.
    """

    outcome: Literal["delivered", "stored", "handed_over", "retry", "split", "refused"]
    detail: str = ""
    after: float | None = None
    refused: Sequence[int] = ()


class Outlet(Protocol):
    """Where batches go."""

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Send messages, each of them JSON text, within about ``timeout`` seconds.

        Exceptions count as temporary failures: the batch is sent again.
        """
        ...

    def close(self) -> None:
        """Close connections.  A later ``send`` opens them again."""
        ...


def cut(queue: deque[Item]) -> list[Item]:
    """Take about as much from the queue as fits into one request."""
    taken, size = list[Item](), ENVELOPE
    while queue and len(taken) < BATCH_MESSAGES:
        size += _length(queue[0])
        if size > BATCH_BYTES and taken:
            break
        taken.append(queue.popleft())
    return taken


def _length(item: Item) -> int:
    """Bytes that an item takes up in a request; for a draft, an estimate."""
    if isinstance(item, bytes):
        return len(item) + 1
    return len(item[-1]) + _RENDERING


class InHand:
    """What the worker has taken from the queue and not finished yet.

    Only used under the queue's lock.
    """

    def __init__(self) -> None:
        self.raw: list[Item] = []  # not made into messages yet
        self._parts: list[list[bytes]] = []  # in reverse order: the last is sent first

    def count(self) -> int:
        """The number of messages."""
        return len(self.raw) + sum(map(len, self._parts))

    def arrange(self, taken: list[Item], messages: list[bytes]) -> bool:
        """Divide what was ``raw`` into parts.  False: it was given up meanwhile."""
        if self.raw is not taken:
            return False
        self.raw = []
        self._parts += reversed(_parts(messages))
        return True

    def head(self) -> list[bytes]:
        """The part to send next, empty if there is none."""
        return self._parts[-1] if self._parts else []

    def release(self, part: list[bytes]) -> bool:
        """Remove a part that is done.  False: it was given up meanwhile."""
        if self.head() is not part:
            return False
        self._parts.pop()
        return True

    def split(self, part: list[bytes]) -> None:
        """Split a part into two."""
        if self.release(part):
            middle = len(part) // 2
            self._parts += [part[middle:], part[:middle]]

    def give_up(self) -> list[Item]:
        """Remove and return everything, in order."""
        left: list[Item] = []
        for part in reversed(self._parts):
            left += part
        left += self.raw
        self.raw, self._parts = [], []
        return left


def _parts(messages: list[bytes]) -> list[list[bytes]]:
    """The messages in parts, each as large as fits into one request."""
    found: list[list[bytes]] = []
    size = BATCH_BYTES
    for message in messages:
        size += len(message) + 1
        if size > BATCH_BYTES:
            found.append([])
            size = ENVELOPE + len(message) + 1
        found[-1].append(message)
    return found
