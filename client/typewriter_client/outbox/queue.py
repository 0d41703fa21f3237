"""A queue whose messages wait in an outbox, in memory only while its disk fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import getpid
from time import monotonic, time_ns

from ..calls.snapshot import Item
from ..delivery.batches import BATCH_BYTES, BATCH_MESSAGES, ENVELOPE
from ..delivery.queue import Queue
from ..log import Log
from ..process.threads import stay_in
from .outbox import UNAVAILABLE, Outbox, Stored
from .resilient import Resilient

_LOOK_EVERY = 2.0  # seconds between searches for messages of dead processes
_PAUSE = 1.0  # seconds until an unreadable file is read again


class OutboxQueue(Queue):
    """Takes messages from the file, oldest first, and deletes those that are done.

    The account covers the messages accepted from this process's calls and, once they are
    taken over, messages left by other processes.
    """

    def __init__(
        self,
        outbox: Outbox,
        age: float | None,
        log: Log,
        size: int,
        flush_at: int,
        flush_interval: float,
        block: float = 0.0,
    ) -> None:
        """``age``: how many seconds a message may wait; None: no limit."""
        super().__init__(size, flush_at, flush_interval, block)
        self._outbox = outbox
        self._resilient = Resilient(outbox, log)
        self._log = log
        self._age = age
        self._adopted = 0  # messages that were taken over
        self._fetched = 0  # messages read from the file, whether sent yet or not
        self._oldest = 0  # messages with smaller ids have waited for too long
        self._look_at = 0.0
        self._over = False
        self._process = getpid()

    # --- for calls ------------------------------------------------------------------------

    def open(self) -> None:
        """Open the file, or raise ValueError or OSError.

        Messages of dead processes are looked for at once.  The worker then leaves the file
        alone for a while, in which servers fork after having imported the application.
        """
        if self._resilient.open():
            self._adopt()

    def put(self, item: Item) -> tuple[Item, str] | None:
        """Write a message to the file, or queue it."""
        if self.closed or not isinstance(item, bytes):
            return super().put(item)
        done = self._resilient.add(item)
        if done == "failed":
            return super().put(item)
        if done == "full":
            with self.lock:
                self.account.refuse("outbox_full")
            return item, "outbox_full"
        if self._threshold <= min(self._in_file(), self._flush_at):
            self._wake()
        return None

    def flush(self, timeout: float, work: Callable[[], object] | None = None) -> bool:
        """Send at once; wait until everything here now is done.  False: not in time."""
        if self._over:
            return not self._length()
        if self.is_held():
            return False
        until = monotonic() + timeout
        newest = max(self._outbox.newest, time_ns())
        if self.attended or work is not None:
            self._look_at = 0.0
            self._adopt()
        while super().flush(max(0.0, until - monotonic()), work):
            if not self._resilient.has_left(newest):
                return True
            if monotonic() >= until:
                break
            with self.lock:
                self._changed.wait(0.05)
        return False

    def abandon(self) -> list[Item]:
        """Leave what is in the file to the next process, and give up the rest."""
        with self.lock:
            self._over = True
            left = self._hand.give_up()
            in_memory = [item for item in left if not isinstance(item, Stored)]
            self._items.extendleft(reversed(in_memory))
            self._enter(-len(in_memory))
            self._return(len(left) - len(in_memory))
            self._save()
            return super().abandon()

    def shut(self) -> None:
        """Close the file."""
        self._outbox.close()

    # --- for the worker -------------------------------------------------------------------

    def take(self) -> list[Item]:
        """Wait until a batch is due, and take it.  Empty: closed or lent, and none left."""
        while True:
            stay_in(self._process)
            self._adopt()
            with self.lock:
                if self._hand.raw:
                    return self._hand.raw
                if self._over or not self._due():
                    if self.closed or self.lent:
                        return []
                    left = self._time_left() if self._length() else _LOOK_EVERY
                    self._changed.wait(min(left, _LOOK_EVERY))
                    continue
                if self._items:
                    return super().take()
            taken = self._fetch()
            if taken or self.closed or self.lent:
                return taken

    def keeps(self, part: Sequence[bytes]) -> bool:
        """Whether these messages are in the file, so that they can be retried forever."""
        return bool(part) and isinstance(part[0], Stored)

    def is_too_old(self, part: Sequence[bytes]) -> bool:
        """Whether these messages have been waiting for longer than allowed."""
        first = part[0]
        return isinstance(first, Stored) and first.id < self._oldest

    def put_back(self, part: list[bytes]) -> None:
        """Leave a part in the file for later, so that other messages get their turn."""
        with self.lock:
            if self.release(part):
                self._return(len(part))

    def forget(self, part: Sequence[bytes]) -> None:
        """Delete a part that is done."""
        if self.keeps(part):
            self._resilient.delete(_stored(part))

    def note(self, part: Sequence[bytes], failure: str) -> None:
        """Record in the file why a part was not delivered."""
        if self.keeps(part):
            self._resilient.fail(_stored(part), failure)

    def is_held(self) -> bool:
        """Whether this thread holds a lock that the worker needs."""
        return super().is_held() or self._outbox.is_held()

    # --- the file -------------------------------------------------------------------------

    def _adopt(self) -> None:
        """Look for messages of dead processes, from time to time."""
        if monotonic() < self._look_at or self.closed:
            return
        self._look_at = monotonic() + _LOOK_EVERY
        count = self._resilient.adopt()
        if count:
            with self.lock:
                self._adopted += count
                self._wake()
            self._log().info("took over %d messages from the outbox", count)

    def _fetch(self) -> list[Item]:
        if self._age is not None:
            self._oldest = time_ns() - int(self._age * 1e9)
        size = BATCH_BYTES - ENVELOPE
        part = self._resilient.fetch(BATCH_MESSAGES, size, self._oldest)
        if part == []:
            self._miss()
        with self.lock:
            if not part or self._over:
                if not (self.closed or self.lent):
                    self._changed.wait(_PAUSE)
                return []
            taken: list[Item] = [*part]
            self._hand.raw = taken
            self._fetched += len(part)
            self._enter(len(part))
            return taken

    def _miss(self) -> None:
        """Account for expected messages that are not there: they were deleted externally."""
        with self.lock:
            expected = self._in_file()  # first, since calls may add more meanwhile
            left = self._resilient.count()
            missing = 0 if left is None else max(0, expected - left)
            self._fetched += missing
            self._enter(missing)
            self.account.drop(missing, "outbox_lost")
        if missing:
            self._log().error(
                "%d messages have disappeared from %s", missing, self._outbox.path
            )
            self.finish(missing)

    # --- under the lock -------------------------------------------------------------------

    def _in_file(self) -> int:
        """How many messages of ours are waiting in the file."""
        return self._outbox.added + self._adopted - self._fetched

    def _length(self) -> int:
        return len(self._items) + self._in_file()

    def _wake(self) -> None:
        """Like ``_handle_threshold``: handle a first message, or enough for a batch."""
        with self.lock:
            if self._since is None:
                self._since = monotonic()
            enough = self._length() >= self._flush_at
            self._threshold = self._size + 1 if enough else self._flush_at
            self._changed.notify_all()

    def _return(self, count: int) -> None:
        self._fetched -= count
        self._enter(-count)

    def _save(self) -> None:
        """Move messages from memory into the file, if the disk works again."""
        try:
            while self._items and isinstance(self._items[0], bytes):
                self._outbox.add(self._items[0])
                self._items.popleft()
        except UNAVAILABLE:
            pass


def _stored(part: Sequence[bytes]) -> list[Stored]:
    return [message for message in part if isinstance(message, Stored)]
