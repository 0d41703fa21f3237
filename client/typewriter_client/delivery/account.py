"""The account of a client's messages."""

from __future__ import annotations

from typing import NamedTuple


class Stats(NamedTuple):
    """What became of the messages that a client accepted in this process.

    ``accepted == delivered + stored + handed_over + sum(dropped.values()) + queued``,
    always.
    """

    accepted: int
    """Messages taken from calls, with those that had to be dropped at once; and those of an
    outbox that were taken over from processes that have ended."""
    delivered: int
    """Answered with 2xx, or taken by ``send(batch)``."""
    handed_over: int
    """Taken by another SDK, whose business they are now."""
    dropped: dict[str, int]
    """By reason; each was reported once, to ``on_drop`` or the log."""
    queued: int
    """Waiting, in memory or in the outbox, or on their way."""
    violations: int
    """What was found wrong in calls, whatever became of them."""
    retries: int
    """Requests that had to be made again."""
    stored: int
    """Written to a local file, from which nobody sends them."""


class Account:
    """The running figures behind ``Stats``.  Whoever writes holds the queue's lock.

    A message is entered when it leaves the queue, so that a call need not take the lock.
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
        """Enter ``count`` messages as dropped."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def refuse(self, reason: str) -> None:
        """Enter a message that was dropped at once."""
        self.entered += 1
        self.drop(1, reason)

    def stats(self, waiting: int = 0, pending: int = 0) -> Stats:
        """The figures as they stand, with messages not entered yet, and not settled."""
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
