"""A queue whose messages wait in an outbox; in memory only while its disk fails."""

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

_LOOK_EVERY = 2.0  # seconds between looks for what dead processes have left
_PAUSE = 1.0  # seconds before a file that could not be read is read again


class OutboxQueue(Queue):
    """Takes what it sends from the file, oldest first, and deletes what is settled.

    The account holds what this process's calls accepted, and from when it is taken over,
    what other processes have left.
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
        """``age``: how many seconds a message may wait; None: without end."""
        super().__init__(size, flush_at, flush_interval, block)
        self._outbox = outbox
        self._resilient = Resilient(outbox, log)
        self._log = log
        self._age = age
        self._adopted = 0  # messages that were taken over
        self._fetched = 0  # messages out of the file, whether sent or about to be
        self._oldest = 0  # what has a smaller id has waited for too long
        self._look_at = 0.0
        self._over = False
        self._process = getpid()

    # --- for calls ------------------------------------------------------------------------

    def open(self) -> None:
        """Open the file, or raise ValueError or OSError.

        What dead processes have left is looked for at once.  The worker then leaves the file
        alone for a while, in which servers fork that have imported the application first.
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
        if self._heed <= min(self._in_file(), self._flush_at):
            self._wake()
        return None

    def flush(self, timeout: float, work: Callable[[], object] | None = None) -> bool:
        """Hurry; wait until all that is here now is settled.  False: not in time."""
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
        """Leave to the next process what is in the file, give up the rest."""
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
        """Wait until a batch is due, and take it.  Empty: closed or lent, and no more."""
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
        """Whether these messages are in the file, and so need not be sent soon or never."""
        return bool(part) and isinstance(part[0], Stored)

    def is_too_old(self, part: Sequence[bytes]) -> bool:
        """Whether these messages have waited for longer than they may."""
        first = part[0]
        return isinstance(first, Stored) and first.id < self._oldest

    def put_back(self, part: list[bytes]) -> None:
        """Leave a part in the file for later: other messages may have more luck."""
        with self.lock:
            if self.release(part):
                self._return(len(part))

    def forget(self, part: Sequence[bytes]) -> None:
        """Delete a part, which is settled."""
        if self.keeps(part):
            self._resilient.delete(_stored(part))

    def note(self, part: Sequence[bytes], failure: str) -> None:
        """Write down that a part was not delivered, and why."""
        if self.keeps(part):
            self._resilient.fail(_stored(part), failure)

    def is_held(self) -> bool:
        """Whether this thread has a lock that the worker needs."""
        return super().is_held() or self._outbox.is_held()

    # --- the file -------------------------------------------------------------------------

    def _adopt(self) -> None:
        """Look, from time to time, for what dead processes have left."""
        if monotonic() < self._look_at or self.closed:
            return
        self._look_at = monotonic() + _LOOK_EVERY
        count = self._resilient.adopt()
        if count:
            with self.lock:
                self._adopted += count
                self._wake()
            self._log().info("took over %d messages of the outbox", count)

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
        """There should be messages, and are none: somebody else has deleted them."""
        with self.lock:
            expected = self._in_file()  # first, since calls may add some meanwhile
            left = self._resilient.count()
            missing = 0 if left is None else max(0, expected - left)
            self._fetched += missing
            self._enter(missing)
            self.account.drop(missing, "outbox_lost")
        if missing:
            self._log().error(
                "%d messages vanished from %s", missing, self._outbox.path
            )
            self.finish(missing)

    # --- under the lock -------------------------------------------------------------------

    def _in_file(self) -> int:
        """Messages that wait in the file, as far as they are ours."""
        return self._outbox.added + self._adopted - self._fetched

    def _length(self) -> int:
        return len(self._items) + self._in_file()

    def _wake(self) -> None:
        """As ``_look_after``: there is a first message, or enough for a batch."""
        with self.lock:
            if self._since is None:
                self._since = monotonic()
            enough = self._length() >= self._flush_at
            self._heed = self._size + 1 if enough else self._flush_at
            self._changed.notify_all()

    def _return(self, count: int) -> None:
        self._fetched -= count
        self._enter(-count)

    def _save(self) -> None:
        """Put into the file what waits in memory, if the disk works again."""
        try:
            while self._items and isinstance(self._items[0], bytes):
                self._outbox.add(self._items[0])
                self._items.popleft()
        except UNAVAILABLE:
            pass


def _stored(part: Sequence[bytes]) -> list[Stored]:
    return [message for message in part if isinstance(message, Stored)]
