"""The background thread's work: batches, attempts, back-off, settling."""

from __future__ import annotations

import os
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Callable

from ..log import raised, unsaid
from ..process.forks import importing
from ..process.threads import hurrying, stay_in
from .batches import Answer

if TYPE_CHECKING:
    from ..calls.snapshot import Item
    from ..log import Log
    from .batches import Outlet
    from .queue import Queue
    from .reporting import Drops

RETRIES = 12
"""Attempts after the first; with the delays below, about five minutes of them."""
REQUEST_SECONDS = 15.0
_FIRST_DELAY = 0.25
_MANY = 10  # failures, after which the delay grows no more
_LONGEST_DELAY = 60.0
_LONGEST_WHEN_CLOSING = 1.0
_LONGEST_ASKED_FOR = 3_600.0  # a Retry-After beyond an hour is not waited out


class Worker:
    """Sends what the queue has, until it is closed and empty or out of time."""

    def __init__(
        self,
        queue: Queue,
        outlet: Callable[[], Outlet],
        drops: Drops,
        rendered: Callable[[Item], tuple[bytes, str]],
        log: Log,
    ) -> None:
        """``outlet`` imports what it takes to send, and gives it; ``rendered`` gives the
        message of a queued item, and why not to send it, if so."""
        self._log = log
        self._rendered = rendered
        self._queue = queue
        self._new_outlet = outlet
        self._drops = drops
        self._outlet: Outlet | None = None
        self._failures = 0  # in a row
        self._complained = ""  # of what that does not pass by itself
        self._since: float | None = None  # when they began that are not over yet
        self._failure = ""  # the last of them
        self._waits = False  # for an answer
        self._process = os.getpid()

    def load(self) -> None:
        """Import what it takes to send, and say nothing if that fails: sending will."""
        with suppress(Exception):
            self._outlet = self._outlet or self._open()

    def run(self) -> None:
        """Work.  What is left when this returns is for ``Queue.abandon``."""
        with hurrying():  # also in a transport that itself calls
            while self._deliver() and self._take():
                pass
        self.stop()  # for an answer that came after the client had given up

    def stop(self) -> None:
        """Give back what the outlet holds."""
        try:
            if self._outlet is not None:
                self._outlet.close()
        except Exception as error:  # noqa: BLE001 - not the application's trouble
            self._log().info("closing: %s", raised(error))

    def _take(self) -> bool:
        """Take a batch.  False: that was all."""
        taken = self._queue.take()
        if taken:
            self._render(taken)
        return bool(taken)

    def why_left(self) -> str:
        """Why messages are left when there is no more time for them."""
        if self._failure:
            return f"closed too soon; the last failure: {self._failure}"
        waits = ", while a request had no answer yet" if self._waits else ""
        return f"closed too soon{waits}"

    def _render(self, taken: list[Item]) -> None:
        """Make messages of the drafts among what was taken, in parts for a request each."""
        ready: list[bytes] = []
        lost: dict[str, list[bytes]] = {}
        cause = ""
        for item in taken:
            try:
                payload, reason = self._rendered(item)
            except Exception as error:  # noqa: BLE001 - must not take itself down
                self._log().error(
                    "a message could not be built and is lost: %s", unsaid(error)
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
        """Settle all that is pending.  False: closing, and no time for more attempts."""
        while True:
            part, mark = self._queue.head()
            stay_in(self._process)
            if not part:
                return True
            if self._queue.is_too_old(part):
                self._settle(part, Answer("refused"), "outbox_age")
                continue
            answer = self._send(part)
            kept = self._queue.keeps(part)
            if answer.verdict == "retry" or (kept and answer.verdict == "refused"):
                if not self._try_again(part, answer, mark):
                    return False
                continue
            self._failures, self._complained = 0, ""
            if answer.verdict == "split" and len(part) > 1:
                self._queue.split(part)
            else:
                self._settle(part, answer, "refused")

    def _send(self, part: list[bytes]) -> Answer:
        outlet = self._outlet
        try:
            outlet = outlet or self._open()
            self._waits = True
            return outlet.send(part, self._queue.patience(REQUEST_SECONDS))
        except ImportError as error:
            return Answer("refused", raised(error) if outlet else f"{error}")
        except BaseException as error:  # a transport's own
            if self._queue.lent and isinstance(error, KeyboardInterrupt):
                raise  # out of the application's flush
            return Answer("retry", raised(error))
        finally:
            self._waits = False

    def _open(self) -> Outlet:
        with importing():
            self._outlet = self._new_outlet()
        return self._outlet

    def _try_again(self, part: list[bytes], answer: Answer, mark: int) -> bool:
        """Wait before the next attempt, if there may be one.  False: no time is left.

        What is kept may always be tried again, also where the write key or the address is
        wrong, which is no fault of the messages.  But no part stands in the way of others.
        """
        self._say_failing(answer)
        self._failures += 0 if answer.after else 1
        exhausted = not answer.after and self._failures % (RETRIES + 1) == 0
        if not self._queue.keeps(part):
            if exhausted:
                lost = answer._replace(verdict="refused")
                self._settle(part, lost, "retries_exhausted")
                return True
            return self._wait(answer, self._failures, mark)
        self._queue.note(part, answer.detail)
        failures = self._failures
        if answer.verdict == "refused":
            if self._queue.closed:
                return False
            failures = _MANY
        in_time = self._wait(answer, failures, mark)
        if in_time and exhausted:
            self._queue.put_back(part)
        return in_time

    def _say_failing(self, answer: Answer) -> None:
        """Say loudly that failures begin, or have a cause that does not pass by itself."""
        begins = self._since is None
        if self._since is None:
            self._since = monotonic()
        self._failure = answer.detail
        if answer.verdict == "refused" and answer.detail != self._complained:
            self._complained = answer.detail
            said = "refused, messages stay in the outbox: %s"
            self._log().error(said, answer.detail)
        elif begins:
            self._log().warning(
                "messages cannot be delivered, will try again: %s", answer.detail
            )
        else:
            self._log().info("not delivered, will try again: %s", answer.detail)

    def _say_over(self, answer: Answer) -> None:
        """Say that failures are over, if a batch has arrived after them."""
        if self._since is None or answer.verdict in ("split", "refused"):
            return
        seconds, self._since = monotonic() - self._since, None
        self._failure = ""
        self._log().warning(
            "messages are delivered again, after %.1f s; %d wait",
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
        spread = os.urandom(1)[0] / 510  # so that clients come back apart
        return self._queue.pause(delay * (0.5 + spread), mark)

    def _settle(self, part: list[bytes], answer: Answer, reason: str) -> None:
        """Enter what became of a part, and report what of it is lost."""
        queue, account = self._queue, self._queue.account
        lost: list[bytes] = []
        with queue.lock:
            if not queue.release(part):
                return
            if answer.verdict == "delivered":
                account.delivered += len(part)
            elif answer.verdict == "stored":
                account.stored += len(part)
            elif answer.verdict == "handed_over":
                lost = [part[place] for place in answer.refused]
                account.handed_over += len(part) - len(lost)
            else:
                lost = part
            account.drop(len(lost), reason)
        self._drops.report(lost, reason, answer.detail)
        queue.forget(part)
        self._say_over(answer)  # before a flush returns, after which a program may end
        queue.finish(len(part))
