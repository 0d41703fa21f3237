"""The background thread's work: batches, attempts, back-off, accounting."""

from __future__ import annotations

import os
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Callable

from ..log import raised, traceback_of
from ..process.forks import importing
from ..process.threads import never_waiting, stay_in
from .batches import Answer

if TYPE_CHECKING:
    from ..calls.snapshot import Item
    from ..log import Log
    from .batches import Outlet
    from .queue import Queue
    from .reporting import Drops

RETRIES = 12
"""Attempts after the first; with the delays below they take about five minutes."""
REQUEST_SECONDS = 15.0
_FIRST_DELAY = 0.25
_MANY = 10  # failures after which the delay no longer grows
_LONGEST_DELAY = 60.0
_LONGEST_WHEN_CLOSING = 1.0
_LONGEST_ASKED_FOR = 3_600.0  # a longer Retry-After is shortened to an hour


class Worker:
    """Sends what is in the queue until that is closed and empty, or out of time."""

    def __init__(
        self,
        queue: Queue,
        outlet: Callable[[], Outlet],
        drops: Drops,
        rendered: Callable[[Item], tuple[bytes, str]],
        log: Log,
    ) -> None:
        """``outlet`` imports and returns the outlet; ``rendered`` returns the message of a
        queued item, and why it must not be sent, "" if it may be."""
        self._log = log
        self._rendered = rendered
        self._queue = queue
        self._new_outlet = outlet
        self._drops = drops
        self._outlet: Outlet | None = None
        self._failures = 0  # in a row
        self._complained = ""  # the last refusal that was logged
        self._since: float | None = None  # when the current failures began
        self._failure = ""  # the last failure
        self._waits = False  # whether it is waiting for an answer
        self._process = os.getpid()

    def load(self) -> None:
        """Import what sending needs; ignore errors, which sending will report."""
        with suppress(Exception):
            self._outlet = self._outlet or self._open()

    def run(self) -> None:
        """Deliver messages.  ``Queue.abandon`` takes what is left when this returns."""
        with never_waiting():  # applies to calls that a transport makes, too
            while self._deliver() and self._take():
                pass
        self.stop()  # an answer may have come after the client gave up

    def stop(self) -> None:
        """Release the outlet's resources."""
        try:
            if self._outlet is not None:
                self._outlet.close()
        except Exception as error:  # noqa: BLE001 - must not reach the application
            self._log().info("error while closing: %s", raised(error))

    def _take(self) -> bool:
        """Take a batch.  False: there are no more."""
        taken = self._queue.take()
        if taken:
            self._render(taken)
        return bool(taken)

    def why_left(self) -> str:
        """Why messages are left when the time is up."""
        if self._failure:
            return f"closed too soon; last failure: {self._failure}"
        waits = ", while a request was waiting for an answer" if self._waits else ""
        return f"closed too soon{waits}"

    def _render(self, taken: list[Item]) -> None:
        """Build the messages of drafts, and arrange all that was taken into parts, each of
        which fits into a request."""
        ready: list[bytes] = []
        lost: dict[str, list[bytes]] = {}
        cause = ""
        for item in taken:
            try:
                payload, reason = self._rendered(item)
            except Exception as error:  # noqa: BLE001 - must not end the worker
                self._log().error(
                    "a message could not be built and is lost: %s", traceback_of(error)
                )
                payload, reason = b'{"type":"track"}', "unsendable"
                cause = type(error).__name__
            if reason:
                lost.setdefault(reason, []).append(payload)
            else:
                ready.append(payload)
        counts = {reason: len(payloads) for reason, payloads in lost.items()}
        if self._queue.arrange(taken, ready, counts):
            for reason, payloads in lost.items():
                self._drops.report(
                    payloads, reason, cause if reason == "unsendable" else ""
                )
                self._queue.finish(len(payloads))

    def _deliver(self) -> bool:
        """Deliver or drop everything pending.  False: closing, and no time for more attempts."""
        while True:
            part, mark = self._queue.head()
            stay_in(self._process)
            if not part:
                return True
            if self._queue.is_too_old(part):
                self._finish(part, Answer("refused"), "outbox_age")
                continue
            answer = self._send(part)
            kept = self._queue.keeps(part)
            if answer.outcome == "retry" or (kept and answer.outcome == "refused"):
                if not self._try_again(part, answer, mark):
                    return False
                continue
            self._failures, self._complained = 0, ""
            if answer.outcome == "split" and len(part) > 1:
                self._queue.split(part)
            else:
                self._finish(part, answer, "refused")

    def _send(self, part: list[bytes]) -> Answer:
        outlet = self._outlet
        try:
            outlet = outlet or self._open()
            self._waits = True
            return outlet.send(part, self._queue.patience(REQUEST_SECONDS))
        except ImportError as error:
            return Answer("refused", raised(error) if outlet else f"{error}")
        except BaseException as error:  # raised by a transport
            if self._queue.lent and isinstance(error, KeyboardInterrupt):
                raise  # from the application's flush
            return Answer("retry", raised(error))
        finally:
            self._waits = False

    def _open(self) -> Outlet:
        with importing():
            self._outlet = self._new_outlet()
        return self._outlet

    def _try_again(self, part: list[bytes], answer: Answer, mark: int) -> bool:
        """Wait before the next attempt, if there may be one.  False: no time is left.

        What is kept in an outbox may always be retried, even if the write key or the URL is
        wrong, which is not the messages' fault.  But no part blocks the others.
        """
        self._log_failure(answer)
        self._failures += 0 if answer.after else 1
        exhausted = not answer.after and self._failures % (RETRIES + 1) == 0
        if not self._queue.keeps(part):
            if exhausted:
                lost = answer._replace(outcome="refused")
                self._finish(part, lost, "retries_exhausted")
                return True
            return self._wait(answer, self._failures, mark)
        self._queue.note(part, answer.detail)
        failures = self._failures
        if answer.outcome == "refused":
            if self._queue.closed:
                return False
            failures = _MANY
        in_time = self._wait(answer, failures, mark)
        if in_time and exhausted:
            self._queue.put_back(part)
        return in_time

    def _log_failure(self, answer: Answer) -> None:
        """Log as a warning when failures begin, as an error what retries will not fix."""
        begins = self._since is None
        if self._since is None:
            self._since = monotonic()
        self._failure = answer.detail
        if answer.outcome == "refused" and answer.detail != self._complained:
            self._complained = answer.detail
            text = "request refused, messages stay in the outbox: %s"
            self._log().error(text, answer.detail)
        elif begins:
            self._log().warning(
                "messages cannot be delivered, will retry: %s", answer.detail
            )
        else:
            self._log().info("not delivered, will retry: %s", answer.detail)

    def _log_recovery(self, answer: Answer) -> None:
        """Log that failures are over, if a batch has been delivered since."""
        if self._since is None or answer.outcome in ("split", "refused"):
            return
        seconds, self._since = monotonic() - self._since, None
        self._failure = ""
        self._log().warning(
            "messages are being delivered again after %.1f s; still waiting: %d",
            seconds,
            self._queue.stats().queued,
        )

    def _wait(self, answer: Answer, failures: int, mark: int) -> bool:
        with self._queue.lock:
            self._queue.account.retries += 1
        if answer.after:
            return self._queue.pause(min(answer.after, _LONGEST_ASKED_FOR), None)
        longest = _LONGEST_WHEN_CLOSING if self._queue.closed else _LONGEST_DELAY
        delay = min(_FIRST_DELAY * 2 ** min(failures - 1, _MANY), longest)
        spread = os.urandom(1)[0] / 510  # so that clients do not all retry at once
        return self._queue.pause(delay * (0.5 + spread), mark)

    def _finish(self, part: list[bytes], answer: Answer, reason: str) -> None:
        """Account for the outcome of a part, and report the messages that are lost."""
        queue, account = self._queue, self._queue.account
        lost: list[bytes] = []
        with queue.lock:
            if not queue.release(part):
                return
            if answer.outcome == "delivered":
                account.delivered += len(part)
            elif answer.outcome == "stored":
                account.stored += len(part)
            elif answer.outcome == "handed_over":
                lost = [part[index] for index in answer.refused]
                account.handed_over += len(part) - len(lost)
            else:
                lost = part
            account.drop(len(lost), reason)
        self._drops.report(lost, reason, answer.detail)
        queue.forget(part)
        self._log_recovery(answer)  # before a flush returns: the program may end then
        queue.finish(len(part))
