"""Messages that wait for the worker, and the account of all that went through.

One lock guards everything but the queue's end, to which calls append without it.  It is
reentrant, since a signal handler or a finaliser may call while its thread holds it; callbacks
and logging are never run under it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from ..calls.snapshot import Item
from ..process.threads import is_held, make_way, this_thread
from .account import Account, Stats
from .batches import InHand, cut

_FOREVER = float("inf")


class Queue:
    """A bounded queue whose head is cut into batches.

    What was taken stays ``pending`` here, part by part, until it is settled, so that
    closing can always say what became of each message.
    """

    def __init__(
        self, size: int, flush_at: int, flush_interval: float, block: float = 0.0
    ) -> None:
        """``block``: how many seconds a call waits for room in a full queue."""
        self.lock = threading.RLock()
        self.account = Account()
        self.closed = False
        self.attended = False  # whether there is a worker, who makes room
        self.lent = False  # whether the worker is a thread that has other things to do
        self._changed = threading.Condition(self.lock)
        self._size = size
        self._flush_at = min(flush_at, size)
        self._flush_interval = flush_interval
        self._block = block
        self._crowd = max(self._flush_at, size * 3 // 4) + 1  # when calls make way
        self._rests = False  # the worker, before another attempt
        self._items: deque[Item] = deque()
        self._hand = InHand()
        self._heed = 1  # from what length of the queue on a call has to look after it
        self._since: float | None = None  # when the oldest message in the queue came
        self._taken = self._done = self._wanted = 0  # counts of messages, ever rising
        self._urge = 0  # counts the calls of flush and close
        self._deadline = _FOREVER

    # --- for calls ------------------------------------------------------------------------

    def put(self, item: Item) -> tuple[Item, str] | None:
        """Queue a message.  Returns what had to be dropped for it, and why, if anything.

        This appends, then looks at ``_heed``; the worker sets ``_heed``, then looks at the
        queue.  So whatever comes in between, one of them sees what the other did.
        """
        self._items.append(item)
        return self._look_after() if len(self._items) >= self._heed else None

    def flush(self, timeout: float, work: Callable[[], object] | None = None) -> bool:
        """Hurry; wait until all that is queued now is settled.  False: not in time.

        ``work`` settles it, where no worker does.
        """
        if self.is_held():
            return False
        until = monotonic() + timeout
        with self.lock:
            self._wanted = wanted = self._taken + self._length()
            self._urge += 1
            self._changed.notify_all()
        if work is not None:
            work()
        with self.lock:
            # Less than what is wanted is all there is if a full queue dropped its last.
            return self._changed.wait_for(
                lambda: self._done >= min(wanted, self._taken + self._length()),
                max(0.0, until - monotonic()),
            )

    def close(self, timeout: float) -> bool:
        """Take no more, and hurry with the rest.  False: it was closed before."""
        with self.lock:
            if self.closed:
                return False
            self.closed = True
            self._heed = 1
            self._deadline = monotonic() + timeout
            self._urge += 1
            self._changed.notify_all()
            return True

    def postpone(self, seconds: float) -> None:
        """What is left may take so long from now on."""
        with self.lock:
            self._deadline = monotonic() + seconds

    @contextmanager
    def lent_until(self, moment: float) -> Generator[None, None, None]:
        """A block in which the worker waits for nothing new, and ends at that moment."""
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
        """Give up what is still here, entered as dropped."""
        with self.lock:
            rest = [self._items.popleft() for _ in range(len(self._items))]
            self._enter(len(rest))
            left = [*self._hand.give_up(), *rest]
            self._deadline = 0.0
            self.account.drop(len(left), "abandoned")
            self.finish(len(left))
            return left

    def stats(self) -> Stats:
        """The account as it stands."""
        with self.lock:
            return self.account.stats(self._length(), self._hand.count())

    # --- for the worker -------------------------------------------------------------------

    def take(self) -> list[Item]:
        """Wait until a batch is due, and take it.  Empty: closed or lent, and no more.

        What was taken before, but not arranged, as somebody was interrupted, comes first.
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
        """Make parts, as large as a request may be, of the messages in what was taken.

        ``lost`` counts the others, by reason.  False: abandoned meanwhile, all of it.
        """
        with self.lock:
            if not self._hand.arrange(taken, ready):
                return False
            for reason, count in lost.items():
                self.account.drop(count, reason)
            return True

    def head(self) -> tuple[list[bytes], int]:
        """The first part that is pending, empty if none is, and a mark for ``pause``."""
        with self.lock:
            return self._hand.head(), self._urge

    def release(self, part: list[bytes]) -> bool:
        """No longer pending.  False: abandoned meanwhile, and accounted for as that."""
        with self.lock:
            return self._hand.release(part)

    def split(self, part: list[bytes]) -> None:
        """Make two parts of one."""
        with self.lock:
            self._hand.split(part)

    def finish(self, count: int) -> None:
        """Tell those who flush that so many messages are dealt with, reports and all."""
        with self.lock:
            self._done += count
            self._changed.notify_all()

    def pause(self, seconds: float, mark: int | None) -> bool:
        """Wait before another attempt.  False: there is no time for one.

        With a ``mark``, a flush or close since then cuts the wait short.
        """
        until = monotonic() + seconds
        with self.lock:
            while self._urge == mark or mark is None:
                left = until - monotonic()
                if left <= 0:
                    break
                if until > self._deadline:
                    return False
                self._rests = True
                self._changed.wait(left)
            self._rests = False
            return monotonic() < self._deadline

    def time_left(self) -> float:
        """Seconds until closing gives up; none if it was abandoned, no end if not closed."""
        with self.lock:
            return max(0.0, self._deadline - monotonic())

    def patience(self, seconds: float) -> float:
        """How long a request may take: ``seconds``, or what closing leaves of them."""
        return max(0.05, min(seconds, self.time_left()))

    # --- for what outlives the process: see ``OutboxQueue`` ---------------------------------

    def open(self) -> None:
        """Take what is needed from the system, or raise ValueError or OSError."""

    def shut(self) -> None:
        """Give it back: all is over."""

    def keeps(self, part: Sequence[bytes]) -> bool:
        """Whether these messages are safe, for as long as it takes to send them."""
        return False

    def is_too_old(self, part: Sequence[bytes]) -> bool:
        """Whether these messages have waited for longer than they may."""
        return False

    def put_back(self, part: list[bytes]) -> None:
        """Let a part that is kept wait until the others were tried."""

    def forget(self, part: Sequence[bytes]) -> None:
        """A part is settled, and told to whom it concerns."""

    def note(self, part: Sequence[bytes], failure: str) -> None:
        """A part was not delivered, and why."""

    # --- under the lock -------------------------------------------------------------------

    def _look_after(self) -> tuple[Item, str] | None:
        """The queue has a first message, enough for a batch, or nearly too many."""
        free = not this_thread.hurries and not self.is_held()
        with self.lock:
            queue = self._items
            if not queue:  # the worker was quicker
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
            self._heed = self._crowd if enough else self._flush_at
            self._changed.notify_all()
            crowded = len(queue) >= self._crowd and not self._rests
        if crowded and free:
            make_way()
        return None

    def _wait_for_room(self) -> bool:
        """Wait with the message in the queue, one too many, so that nothing that ends the
        wait can lose it: not a time-out, nor an exception out of a signal handler."""
        return self._changed.wait_for(
            lambda: self.closed or len(self._items) <= self._size, self._block
        )

    def is_held(self) -> bool:
        """Whether this thread has a lock that the worker needs."""
        return is_held(self.lock)

    def _length(self) -> int:
        return len(self._items)

    def _due(self) -> bool:
        """Whether to cut a batch; if not, calls see to it that the worker looks again."""
        if not self._length():
            return False
        if self.closed or self._done < self._wanted:
            return True
        self._heed = self._flush_at
        return self._length() >= self._flush_at or self._time_left() <= 0

    def _time_left(self) -> float:
        if self._since is None:
            self._since = monotonic()
        return self._since + self._flush_interval - monotonic()

    def _enter(self, count: int) -> None:
        """So many have just left the queue, for good or for a batch."""
        self._taken += count
        self.account.entered += count
        if not self._length():
            self._since, self._heed = None, 1
