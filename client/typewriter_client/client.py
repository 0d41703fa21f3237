"""A client: takes messages from calls and has a worker deliver them."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from weakref import ref

from .calls.calls import complete
from .calls.message import MESSAGE_BYTES
from .calls.snapshot import Item, freeze, thaw
from .calls.violation_policy import ViolationPolicy
from .delivery.account import Stats
from .delivery.queue import Queue
from .delivery.reporting import Drops
from .delivery.worker import Worker
from .log import LIBRARY, Log, log, traceback_of
from .process.clients import clients, close_all, flush_at_exit_of_child
from .process.forks import guard, late, load_under_uwsgi, renew_after_fork
from .process.mark import mark
from .process.threads import bounded, is_held, prepare_lookups
from .settings import Configuration, OutboxSettings, Settings, configured

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from typing import Unpack
    else:
        from typing_extensions import Unpack

    from logging import Logger

    from .delivery.batches import Outlet
    from .delivery.sdk import SdkClient
    from .rules.report import Violation

_AGAIN = 1.0  # seconds until another attempt to start a thread
_GRACE = 0.25  # seconds that the worker gets after its deadline to notice it
_remarks: set[str] = set()  # remarks about settings that have been logged

log()  # loads logging
guard()


class Client:
    """One destination with its queue; most applications only need that of ``configure``.

    Nothing here raises into a call except ViolationError, where that is asked for.
    """

    # These have locks and are hidden from eventlet: when it patches late, it replaces the
    # locks of objects that it finds, but not the conditions that are built on those locks.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_at_work",
        "_drops",
        "_own_queue",
        "_policy",
        "_starting",
        "_worker",
    )

    freeze = staticmethod(freeze)

    def __init__(self, **settings: Unpack[Configuration]) -> None:
        if "also" in settings:
            raise TypeError(
                "also is a setting of configure: a Client has a single destination"
            )
        self._set_up(configured(settings))

    @classmethod
    def of(cls, settings: Settings, package: str) -> Client:
        """A package's client, with settings that are known to be valid."""
        client = cls.__new__(cls)
        client._set_up(settings, package)
        return client

    def _set_up(self, settings: Settings, package: str = LIBRARY) -> None:
        renew_after_fork()  # before anything is created that belongs to this process
        self.package = package
        self.settings = settings
        self.validates = settings.on_violation != "ignore"
        at_once = settings.on_violation == "raise" or settings.outbox is not None
        self.renders = settings.enabled and not at_once
        self._policy = ViolationPolicy(settings.on_violation, self.log)
        self._drops = Drops(settings.on_drop, self._rendered, self.log)
        self.renew()
        self._queue.open()
        clients.add(self)
        if settings.remark and settings.remark not in _remarks:
            _remarks.add(settings.remark)
            self.log().warning(settings.remark)
        if settings.outbox is not None and settings.enabled:
            self._start()  # for messages that earlier processes have left
        if settings.hands_over():
            _flush_early(self)
        if settings.flush_on_sigterm:
            _install_on_sigterm()()

    @property
    def _queue(self) -> Queue:
        """The queue of this process; every entry point except ``queue`` gets it here."""
        renew_after_fork()
        return self._own_queue

    def renew(self) -> None:
        """Start empty: for a new client, or for the same client in a forked child.

        The child takes none of the parent's locks and leaves its messages to the parent.
        """
        s = self.settings
        block = s.block_timeout if s.on_full == "block" else 0.0
        queue = s.queue_size, s.flush_at, s.flush_interval, block
        if s.outbox is not None and s.enabled:
            self._own_queue = _outbox_queue()(s.outbox, self.log, *queue)
        else:
            self._own_queue = Queue(*queue)
        self._worker = Worker(
            self._own_queue, self._outlet, self._drops, self._rendered, self.log
        )
        self._thread: threading.Thread | None = None
        self._starting = threading.RLock()
        self._again_at = 0.0  # when to try to start a thread again, after a failure
        self._at_work = threading.RLock()
        self._working = False
        self._policy.renew()
        self._ends_itself = False

    # --- for calls ------------------------------------------------------------------------

    def accept(self, payload: bytes) -> None:
        """Accept a message: a snapshot, which is either sent or reported as dropped."""
        if len(payload) > MESSAGE_BYTES:
            self.refuse(payload, "too_large")
        elif self.settings.enabled:
            self.queue(payload)

    def queue(self, item: Item) -> None:
        """Queue a message or, if ``renders``, a draft, which the worker makes into one."""
        if not mark[0]:
            renew_after_fork()
        if self._thread is None and not self._own_queue.closed:
            self._start()
        dropped = self._own_queue.put(item)
        if dropped is not None:
            self._drops.report([dropped[0]], dropped[1])

    def _rendered(self, item: Item) -> tuple[bytes, str]:
        """The message of a queued item, and why it must not be sent, "" if it may be."""
        if isinstance(item, bytes):
            return item, ""
        payload, reason = complete(self, item, thaw(item[-1]))
        if not reason and len(payload) > MESSAGE_BYTES:
            reason = "too_large"
        return payload, reason

    def refuse(self, payload: bytes, reason: str, cause: str = "") -> None:
        """Count a message as accepted and drop it at once."""
        with self._queue.lock:
            self._queue.account.refuse(reason)
        self._drops.report([payload], reason, cause)

    def allows(self, violations: Sequence[Violation], payload: bytes) -> bool:
        """Whether a message is sent despite its violations.  May raise ViolationError."""
        with self._queue.lock:
            self._queue.account.violations += len(violations)
        return self._policy.allows(violations, payload)

    def broke(self, kind: str) -> None:
        """Report that a message could not be built; called from the except block."""
        error = sys.exc_info()[1]
        raised = traceback_of(error) if error else ""
        cause = type(error).__name__ if error else ""
        self.log().error(
            "a %s message could not be built and is lost: %s", kind, raised
        )
        self.refuse(b'{"type":"%b"}' % kind.encode(), "unsendable", cause)

    # --- for the application --------------------------------------------------------------

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until everything accepted so far is delivered or dropped, for at most
        ``timeout`` seconds.  Returns False if messages are left, which are still retried.
        """
        queue = self._queue
        if threading.current_thread() is self._thread:
            return False  # a callback on the worker would wait for itself
        if self._thread is None and self.waiting():
            self._start()
        timeout = bounded(timeout)
        if self._thread is not None:
            return queue.flush(timeout)
        if is_held(self._at_work):  # this thread is the worker at the moment
            return False
        until = monotonic() + timeout
        return queue.flush(timeout, lambda: self._work_until(until))

    def close(self, timeout: float | None = None) -> None:
        """Flush for at most ``close_timeout`` seconds, and stop.

        What is left then is reported as dropped, and so are later messages; what is in an
        outbox stays there for the next process.
        """
        close_all(self.destinations, timeout)

    def stats(self) -> Stats:
        """What has happened to the messages of this process so far."""
        return self._queue.stats()

    def waiting(self) -> int:
        """How many messages are neither delivered nor dropped yet."""
        return self._queue.stats().queued

    def belong_to(self, package: str) -> None:
        """Use the name of a package, which also sends to this client."""
        self.package = package
        if self._thread is not None:
            self._thread.name = self._thread_name()

    def log(self) -> Logger:
        """The log of the package that uses it."""
        return log(self.package)

    @property
    def sends_unchecked(self) -> bool:
        """Whether messages are sent unchecked when the rules cannot be loaded."""
        return self.settings.on_violation == "warn"

    @property
    def closed(self) -> bool:
        """Whether it no longer accepts messages."""
        return self._queue.closed

    @property
    def destinations(self) -> tuple[Client, ...]:
        """All the clients that a message goes to."""
        return (self,)

    # --- for the process ------------------------------------------------------------------

    def is_held(self) -> bool:
        """Whether this thread holds a lock, with which a signal handler must not wait."""
        return self._queue.is_held() or is_held(self._starting)

    def begin_to_close(self, timeout: float | None) -> None:
        """Accept nothing more, and send the rest at once."""
        first = self._queue.close(self._time_to_close(timeout))
        if first and self.waiting():
            self._start()

    def end_to_close(self, timeout: float | None) -> None:
        """Wait until the rest is delivered and report what was not; does nothing the
        second time."""
        queue = self._queue
        if threading.current_thread() is self._thread:
            self._ends_itself = True  # after the callback that has called this
            return
        with self._starting:
            thread = self._thread
        if thread is None and self.waiting():
            seconds = self._time_to_close(timeout)
            queue.postpone(seconds)  # other clients have used their time
            self._work_until(monotonic() + seconds)
        if thread is not None:
            _join(thread, queue.time_left() + _GRACE)
        self._give_up()

    def _time_to_close(self, timeout: float | None) -> float:
        return bounded(self.settings.close_timeout if timeout is None else timeout)

    def _give_up(self) -> None:
        why = self._worker.why_left()
        self._drops.report(self._queue.abandon(), "abandoned", why)
        self._queue.shut()
        self._worker.stop()
        if (
            self.settings.enabled
        ):  # a disabled client would log at the end of a test run
            self._policy.sum_up()

    def _outlet(self) -> Outlet:
        return self.settings.outlet(self.package, self.log)

    # --- the worker -----------------------------------------------------------------------

    def _start(self) -> None:
        """Start the worker's thread.  Python refuses to when it exits (from 3.12 on), in
        subinterpreters and where the system has no more threads: then ``flush`` and
        ``close`` do the work on the calling thread.

        The queue's lock is not held here: gevent's threads run while they are started.
        """
        refused: RuntimeError | None = None
        with self._starting:
            if self._thread is not None or monotonic() < self._again_at:
                return
            first = not self._again_at
            if load_under_uwsgi():
                self._worker.load()
            try:
                name = self._thread_name()
                thread = threading.Thread(target=self._serve, name=name, daemon=True)
                self._thread, self._own_queue.attended = thread, True
                thread.start()
            except BaseException as error:
                self._thread, self._own_queue.attended = None, False
                if not isinstance(error, RuntimeError):
                    raise  # from a signal handler
                refused = error
                self._again_at = monotonic() + _AGAIN
        if refused is None or first:
            flush_at_exit_of_child(self)
        if refused is not None and first and "shutdown" not in str(refused):
            text = "%s: messages are only sent when flush or close is called"
            self.log().warning(text, refused)

    def _thread_name(self) -> str:
        return f"{self.package} analytics"

    def _serve(self) -> None:
        prepare_lookups()
        with self._at_work:  # after another thread that did the worker's work
            if self._thread is threading.current_thread():  # not abandoned meanwhile
                self._work()

    def _work_until(self, moment: float) -> None:
        """Do the worker's work on the calling thread, unless another thread is at it."""
        left = max(0.0, moment - monotonic())
        if not self._at_work.acquire(timeout=left):
            return
        try:
            with self._own_queue.lent_until(moment):
                self._work()
        finally:
            self._at_work.release()

    def _work(self) -> None:
        if self._working:  # a signal handler closes the client on this very thread
            return
        self._working = True
        try:
            self._worker.run()
        finally:
            self._working = False
            self._own_queue.attended = False
            if (
                not self._own_queue.closed
            ):  # it failed: the next message starts a new one
                self._thread = None
            elif self._ends_itself:
                self._give_up()


def _join(thread: threading.Thread, seconds: float) -> None:
    """Wait until the thread ends, even if another greenlet is about to start it."""
    until = monotonic() + seconds
    while True:
        try:
            return thread.join(max(0.0, until - monotonic()))
        except RuntimeError:
            if monotonic() >= until:
                return None
            sleep(0.001)


def _flush_early(client: Client) -> None:
    """At exit, hand over what is queued and wait until the SDK has sent it, before the
    SDK stops, which it does without emptying its queue.

    The interpreter runs the handler registered last first: SDKs register theirs when their
    client is created, we when we are imported, so register again now that it exists.
    """
    alive = ref(client)

    def flush() -> None:
        client = alive()
        if client is not None and not client.closed:
            until = monotonic() + client.settings.close_timeout
            client.flush(client.settings.close_timeout)
            _wait_for_sdk()(client.settings.transport, until)

    atexit.register(flush)


@late
def _wait_for_sdk() -> Callable[[SdkClient, float], None]:
    from .delivery.sdk import wait_for_sdk

    return wait_for_sdk


@late
def _install_on_sigterm() -> Callable[[], None]:
    from .process.sigterm import install

    return install


@late
def _outbox_queue() -> Callable[..., Queue]:
    from .outbox.outbox import Outbox
    from .outbox.queue import OutboxQueue

    def make(settings: OutboxSettings, log: Log, *arguments: Any) -> Queue:
        outbox = Outbox(settings.path, settings.size, log)
        return OutboxQueue(outbox, settings.age, log, *arguments)

    return make
