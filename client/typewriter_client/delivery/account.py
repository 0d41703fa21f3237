"""The account of a client's messages."""

from __future__ import annotations

from typing import NamedTuple


class Stats(NamedTuple):
    """What has happened to the messages that a client accepted in this process.

    ``accepted == delivered + stored + handed_over + sum(dropped.values()) + queued``,
    always.
    """

    accepted: int
    """Messages from calls, including those dropped at once, and messages of an outbox that
    were taken over from processes that have ended."""
    delivered: int
    """Answered with 2xx, or accepted by ``send(batch)``."""
    handed_over: int
    """Accepted by another SDK, which is responsible for them now."""
    dropped: dict[str, int]
    """By reason; each was reported once, to ``on_drop`` or in the log."""
    queued: int
    """Waiting in memory or in the outbox, or being sent."""
    violations: int
    """Violations found in calls, whether their messages were sent or not."""
    retries: int
    """Requests that had to be made again."""
    stored: int
    """Written to a local file, from which they are not sent."""


class Account:
    """The counters behind ``Stats``.  Only changed under the queue's lock.

    A message is counted when it leaves the queue, so that a call need not take the lock.
    """

    def __init__(self) -> None:
        self.entered = 0
        self.delivered = 0
        self.stored = 0
        self.handed_over = 0
        self.dropped: dict[str, int] = {}
        self.violations = 0
        self.retries = 0

    def drop(self, count: int, reason: str) -> None:
        """Count ``count`` messages as dropped."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def refuse(self, reason: str) -> None:
        """Count a message that is dropped at once."""
        self.entered += 1
        self.drop(1, reason)

    def stats(self, waiting: int = 0, pending: int = 0) -> Stats:
        """The current figures; ``waiting`` are not entered yet, ``pending`` not done."""
        return Stats(
            self.entered + waiting,
            self.delivered,
            self.handed_over,
            dict(self.dropped),
            waiting + pending,
            self.violations,
            self.retries,
            self.stored,
        )
