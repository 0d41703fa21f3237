"""Messages that wait for the worker, and the account of all messages.

One lock guards everything except the end of the queue, to which calls append without it.  It
is reentrant, since a signal handler or finalizer may make a call while its thread holds it;
callbacks and logging never run under it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from ..calls.snapshot import Item
from ..process.threads import is_held, this_thread, yield_gil
from .account import Account, Stats
from .batches import InHand, cut

_FOREVER = float("inf")


class Queue:
    """A bounded queue from whose head batches are cut.

    What was taken stays ``pending`` here, part by part, until it is done, so that closing
    can always account for each message.
    """

    def __init__(
        self, size: int, flush_at: int, flush_interval: float, block: float = 0.0
    ) -> None:
        """``block``: how many seconds a call waits for room in a full queue."""
        self.lock = threading.RLock()
        self.account = Account()
        self.closed = False
        self.attended = False  # whether there is a worker, which makes room
        self.lent = False  # whether the worker is a thread lent by flush or close
        self._changed = threading.Condition(self.lock)
        self._size = size
        self._flush_at = min(flush_at, size)
        self._flush_interval = flush_interval
        self._block = block
        # The length at which calls yield the GIL.
        self._nearly_full = max(self._flush_at, size * 3 // 4) + 1
        self._backs_off = False  # whether the worker waits before another attempt
        self._items: deque[Item] = deque()
        self._hand = InHand()
        self._threshold = 1  # the length at which a call has to do more than append
        self._since: float | None = None  # when the oldest message in the queue came
        self._taken = self._done = self._wanted = 0  # message counts, which only grow
        self._urgent_calls = 0  # counts the calls of flush and close
        self._deadline = _FOREVER

    # --- for calls ------------------------------------------------------------------------

    def put(self, item: Item) -> tuple[Item, str] | None:
        """Queue a message.  Returns the message that had to be dropped and why, or None.

        This appends, then reads ``_threshold``; the worker sets that, then reads the queue.  So
        whatever happens in between, one of them sees what the other did.
        """
        self._items.append(item)
        return self._handle_threshold() if len(self._items) >= self._threshold else None

    def flush(self, timeout: float, work: Callable[[], object] | None = None) -> bool:
        """Send at once; wait until everything queued now is done.  False: not in time.

        ``work`` does the worker's work if there is none.
        """
        if self.is_held():
            return False
        until = monotonic() + timeout
        with self.lock:
            self._wanted = wanted = self._taken + self._length()
            self._urgent_calls += 1
            self._changed.notify_all()
        if work is not None:
            work()
        with self.lock:
            # A full queue that drops its last message makes the total less than wanted.
            return self._changed.wait_for(
                lambda: self._done >= min(wanted, self._taken + self._length()),
                max(0.0, until - monotonic()),
            )

    def close(self, timeout: float) -> bool:
        """Accept nothing more, send the rest at once.  False: it was closed already."""
        with self.lock:
            if self.closed:
                return False
            self.closed = True
            self._threshold = 1
            self._deadline = monotonic() + timeout
            self._urgent_calls += 1
            self._changed.notify_all()
            return True

    def postpone(self, seconds: float) -> None:
        """Allow this many seconds from now for what is left."""
        with self.lock:
            self._deadline = monotonic() + seconds

    @contextmanager
    def lent_until(self, moment: float) -> Generator[None, None, None]:
        """A block in which the worker does not wait for messages, and ends at that moment."""
        with self.lock:
            self.lent = True
            self._deadline = min(self._deadline, moment)
        try:
            yield
        finally:
            with self.lock:
                self.lent = False
                if not self.closed:
                    self._deadline = _FOREVER

    def abandon(self) -> list[Item]:
        """Give up what is still here, counted as dropped."""
        with self.lock:
            rest = [self._items.popleft() for _ in range(len(self._items))]
            self._enter(len(rest))
            left = [*self._hand.give_up(), *rest]
            self._deadline = 0.0
            self.account.drop(len(left), "abandoned")
            self.finish(len(left))
            return left

    def stats(self) -> Stats:
        """The current account."""
        with self.lock:
            return self.account.stats(self._length(), self._hand.count())

    # --- for the worker -------------------------------------------------------------------

    def take(self) -> list[Item]:
        """Wait until a batch is due, and take it.  Empty: closed or lent, and none left.

        What was taken before but not arranged, because of an interruption, comes first.
        """
        with self.lock:
            while not self._hand.raw and not self._due():
                if self.closed or self.lent:
                    return []
                self._changed.wait(self._time_left() if self._items else None)
            if self._hand.raw:
                return self._hand.raw
            taken = self._hand.raw = cut(self._items)
            self._enter(len(taken))
            if self._block:
                self._changed.notify_all()  # there is room
            return taken

    def arrange(
        self, taken: list[Item], ready: list[bytes], lost: Mapping[str, int]
    ) -> bool:
        """Divide the messages of what was taken into parts that each fit into a request.

        ``lost`` counts the other messages, by reason.  False: all was abandoned meanwhile.
        """
        with self.lock:
            if not self._hand.arrange(taken, ready):
                return False
            for reason, count in lost.items():
                self.account.drop(count, reason)
            return True

    def head(self) -> tuple[list[bytes], int]:
        """The first pending part, empty if there is none, and a mark for ``pause``."""
        with self.lock:
            return self._hand.head(), self._urgent_calls

    def release(self, part: list[bytes]) -> bool:
        """End the pending state of a part.  False: abandoned, and so counted, meanwhile."""
        with self.lock:
            return self._hand.release(part)

    def split(self, part: list[bytes]) -> None:
        """Split a part into two."""
        with self.lock:
            self._hand.split(part)

    def finish(self, count: int) -> None:
        """Tell those who flush that this many messages are done, including reports."""
        with self.lock:
            self._done += count
            self._changed.notify_all()

    def pause(self, seconds: float, mark: int | None) -> bool:
        """Wait before another attempt.  False: there is no time for one.

        With a ``mark``, a flush or close since then ends the wait early.
        """
        until = monotonic() + seconds
        with self.lock:
            while self._urgent_calls == mark or mark is None:
                left = until - monotonic()
                if left <= 0:
                    break
                if until > self._deadline:
                    return False
                self._backs_off = True
                self._changed.wait(left)
            self._backs_off = False
            return monotonic() < self._deadline

    def time_left(self) -> float:
        """Seconds until closing gives up: 0 if abandoned, infinite if not closed."""
        with self.lock:
            return max(0.0, self._deadline - monotonic())

    def patience(self, seconds: float) -> float:
        """How many seconds a request may take: at most ``seconds``, less when closing."""
        return max(0.05, min(seconds, self.time_left()))

    # --- hooks for messages that outlive the process: see ``OutboxQueue`` -------------------

    def open(self) -> None:
        """Acquire resources, or raise ValueError or OSError."""

    def shut(self) -> None:
        """Release them at the end."""

    def keeps(self, part: Sequence[bytes]) -> bool:
        """Whether these messages are stored safely, so that they can be retried forever."""
        return False

    def is_too_old(self, part: Sequence[bytes]) -> bool:
        """Whether these messages have been waiting for longer than allowed."""
        return False

    def put_back(self, part: list[bytes]) -> None:
        """Put a stored part back until the others have been tried."""

    def forget(self, part: Sequence[bytes]) -> None:
        """Called when a part is done and its outcome is reported."""

    def note(self, part: Sequence[bytes], failure: str) -> None:
        """Called with the reason when a part was not delivered."""

    # --- under the lock -------------------------------------------------------------------

    def _handle_threshold(self) -> tuple[Item, str] | None:
        """Handle a first message, enough messages for a batch, or nearly too many."""
        free = not this_thread.never_waits and not self.is_held()
        with self.lock:
            queue = self._items
            if not queue:  # the worker was faster
                return None
            if self.closed:
                self.account.refuse("closed")
                return queue.pop(), "closed"
            may_wait = free and self.attended and self._block > 0
            if len(queue) > self._size and not (may_wait and self._wait_for_room()):
                self.account.refuse("queue_full")
                return queue.pop(), "queue_full"
            if self._since is None:
                self._since = monotonic()
            enough = len(queue) >= self._flush_at
            self._threshold = self._nearly_full if enough else self._flush_at
            self._changed.notify_all()
            is_nearly_full = len(queue) >= self._nearly_full and not self._backs_off
        if is_nearly_full and free:
            yield_gil()
        return None

    def _wait_for_room(self) -> bool:
        """Wait with the message in the queue, one too many, so that it cannot be lost however
        the wait ends: by a timeout, or by an exception from a signal handler."""
        return self._changed.wait_for(
            lambda: self.closed or len(self._items) <= self._size, self._block
        )

    def is_held(self) -> bool:
        """Whether this thread holds a lock that the worker needs."""
        return is_held(self.lock)

    def _length(self) -> int:
        return len(self._items)

    def _due(self) -> bool:
        """Whether to cut a batch; if not, calls will wake the worker to check again."""
        if not self._length():
            return False
        if self.closed or self._done < self._wanted:
            return True
        self._threshold = self._flush_at
        return self._length() >= self._flush_at or self._time_left() <= 0

    def _time_left(self) -> float:
        if self._since is None:
            self._since = monotonic()
        return self._since + self._flush_interval - monotonic()

    def _enter(self, count: int) -> None:
        """Count messages that have just left the queue, for good or for a batch."""
        self._taken += count
        self.account.entered += count
        if not self._length():
            self._since, self._threshold = None, 1
