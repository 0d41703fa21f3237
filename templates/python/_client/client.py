"""A client: takes messages from calls, and has a worker deliver them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .backlog import Backlog
from .calls import complete
from .drafts import Draft, Item, freeze
from .forks import guard, load
from .ledger import Stats
from .message import MESSAGE_BYTES
from .process import clients, close_all, flush_at_exit_of_child, flush_early
from .report import Drops, log
from .settings import Configuration, Settings, configured
from .threads import bounded
from .verdicts import Verdicts
from .worker import Worker

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from typing import Unpack
    else:
        from typing_extensions import Unpack

    from .checks import Violation

_GRACE = 0.25  # seconds beyond its deadline for the worker to notice

log()  # loads logging
guard()


class Client:
    """One destination with its queue; most applications need only that of ``configure``.

    Nothing here raises into a call, but ViolationError where that is asked for.
    """

    freeze = staticmethod(freeze)

    def __init__(self, **settings: Unpack[Configuration]) -> None:
        if "also" in settings:
            raise TypeError("also is for configure: a Client is one destination")
        self._set_up(configured(settings))

    @classmethod
    def of(cls, settings: Settings) -> Client:
        """A client with settings that are known to be right."""
        client = cls.__new__(cls)
        client._set_up(settings)
        return client

    def _set_up(self, settings: Settings) -> None:
        self.settings = settings
        self.validates = settings.on_violation != "ignore"
        at_once = settings.on_violation == "raise" or settings.outbox is not None
        self.renders = settings.enabled and not at_once
        self._verdicts = Verdicts(settings.on_violation)
        self._drops = Drops(settings.on_drop, self._rendered)
        self.renew()
        self._backlog.open()
        clients.add(self)
        if settings.outbox is not None and settings.enabled:
            self._start()  # for what earlier processes have left
        if settings.hands_over():
            flush_early(self)
        if settings.flush_on_sigterm:
            load(".sigterm").install()

    def renew(self) -> None:
        """Begin with nothing: a new client, or the same in a forked child.

        The child takes no lock of the parent's, and leaves its messages for it to send.
        """
        s = self.settings
        block = s.block_timeout if s.on_full == "block" else 0.0
        queue = s.queue_size, s.flush_at, s.flush_interval, block
        self._backlog: Backlog
        if s.outbox is not None and s.enabled:
            self._backlog = load(".spool").spool(s.outbox, *queue)
        else:
            self._backlog = Backlog(*queue)
        self._worker = Worker(self._backlog, s, self._drops, self._rendered)
        self._thread: threading.Thread | None = None
        self._working = False
        self._verdicts.renew()
        self._ends_itself = False

    # --- for calls ------------------------------------------------------------------------

    def accept(self, payload: bytes) -> None:
        """Take a message: a snapshot, which is either sent or reported as dropped."""
        if len(payload) > MESSAGE_BYTES:
            self.refuse(payload, "too_large")
        elif self.settings.enabled:
            self.queue(payload)

    def queue(self, item: Item) -> None:
        """Take a message, or if ``renders`` a draft, of which the worker makes one."""
        if self._thread is None and not self._backlog.closed:
            self._start()
        dropped = self._backlog.put(item)
        if dropped is not None:
            self._drops.report([dropped[0]], dropped[1])

    def _rendered(self, item: Item) -> tuple[bytes, str]:
        """The message of a queued item, and why it must not be sent, if so."""
        if isinstance(item, bytes):
            return item, ""
        payload, reason = complete(self, Draft(*item))
        if not reason and len(payload) > MESSAGE_BYTES:
            reason = "too_large"
        return payload, reason

    def refuse(self, payload: bytes, reason: str) -> None:
        """Take a message only to drop it."""
        with self._backlog.lock:
            self._backlog.ledger.refuse(reason)
        self._drops.report([payload], reason)

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether a message is sent in spite of its violations.  May raise them."""
        with self._backlog.lock:
            self._backlog.ledger.violations += len(violations)
        return self._verdicts.allows(violations, payload)

    def broke(self, kind: str) -> None:
        """A message could not even be built; called where the error is handled."""
        log().exception("a %s message could not be built and is lost", kind)
        self.refuse(b'{"type":"%b"}' % kind.encode(), "unsendable")

    # --- for the application --------------------------------------------------------------

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was accepted is delivered or dropped, ``timeout`` seconds
        at most.  Returns False if something is left, which goes on being tried."""
        if threading.current_thread() is self._thread:
            return False  # a callback on the worker would wait for itself
        if self._thread is None and self._backlog.stats().queued:
            self._start()
        return self._backlog.flush(bounded(timeout))

    def close(self, timeout: float | None = None) -> None:
        """Flush, for ``close_timeout`` seconds at most, and stop.

        What is still left then is reported as dropped, and so is what comes later; what is
        in an outbox stays there for the next process.
        """
        close_all(self.destinations, timeout)

    def stats(self) -> Stats:
        """What became of the messages so far, in this process."""
        return self._backlog.stats()

    @property
    def closed(self) -> bool:
        """Whether it takes no more messages."""
        return self._backlog.closed

    @property
    def destinations(self) -> tuple[Client, ...]:
        """All that a message goes to."""
        return (self,)

    # --- for the process ------------------------------------------------------------------

    def is_held(self) -> bool:
        """Whether this thread has a lock that no signal handler may wait with."""
        return self._backlog.is_held()

    def begin_to_close(self, timeout: float | None) -> None:
        """Take no more, and hurry."""
        first = self._backlog.close(self._time_to_close(timeout))
        if first and self._backlog.stats().queued:
            self._start()

    def end_to_close(self, timeout: float | None) -> None:
        """Wait for what is left to be delivered, and report what was not; a second time
        there is nothing left to do."""
        if threading.current_thread() is self._thread:
            self._ends_itself = True  # after the callback that this is called from
            return
        if self._thread is None and self._backlog.stats().queued:
            self._backlog.postpone(self._time_to_close(timeout))  # others had theirs
            self._work()
        if self._thread is not None:
            self._thread.join(self._backlog.time_left() + _GRACE)
        self._give_up()

    def _time_to_close(self, timeout: float | None) -> float:
        return bounded(self.settings.close_timeout if timeout is None else timeout)

    def _give_up(self) -> None:
        self._drops.report(self._backlog.abandon(), "abandoned", "closed too soon")
        self._backlog.shut()
        self._worker.stop()
        if self.settings.enabled:  # rather than at the end of somebody's tests
            self._verdicts.sum_up()

    # --- the worker -----------------------------------------------------------------------

    def _start(self) -> None:
        """Start the worker's thread, unless Python refuses one, as it does when it exits
        (from 3.12 on): then ``close`` works on its own thread."""
        with self._backlog.lock:
            if self._thread is not None:
                return
            name = f"{__name__.partition('.')[0]} analytics"
            self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
            self._backlog.attended = True
            try:
                self._thread.start()
            except BaseException as error:
                self._thread = None
                self._backlog.attended = False
                if not isinstance(error, RuntimeError):
                    raise  # out of a signal handler
                return
        flush_at_exit_of_child(self)

    def _serve(self) -> None:
        if self._thread is threading.current_thread():  # and not given up meanwhile
            self._work()

    def _work(self) -> None:
        if self._working:  # a signal handler closes while this thread does
            return
        self._working = True
        try:
            self._worker.run()
        finally:
            self._working = False
            self._backlog.attended = False
            if not self._backlog.closed:  # it failed: the next message starts another
                self._thread = None
            elif self._ends_itself:
                self._give_up()


def client_of(settings: Settings) -> Client:
    """The client of a ``configure``."""
    if not settings.also:
        return Client.of(settings)
    several: type[Client] = load(".several").Several
    return several.of(settings)
