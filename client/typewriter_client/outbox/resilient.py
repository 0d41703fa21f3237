"""An outbox whose disk may fail: failure and recovery are each logged once."""

from __future__ import annotations

from collections.abc import Sequence
from errno import EDQUOT, EINVAL, ENOSPC
from time import monotonic
from typing import Callable, Literal, TypeVar

from ..log import Log
from .outbox import UNAVAILABLE, Outbox, Stored

_FAILED = 1.0  # seconds without further attempts after a disk failed

T = TypeVar("T")


class Resilient:
    """Logs failures instead of raising one of UNAVAILABLE."""

    def __init__(self, outbox: Outbox, log: Log) -> None:
        self._log = log
        self.outbox = outbox
        self._failing: dict[str, float] = {}  # what fails, and when to try it again

    def open(self) -> bool:
        """Open the file, or raise ValueError or OSError.

        False: the disk is full, which may be temporary.
        """
        try:
            self.outbox.open()
            return True
        except BaseException as error:
            errno = error.errno if isinstance(error, OSError) else EINVAL
            if errno not in (None, ENOSPC, EDQUOT) or not self.outbox.has_full_disk():
                self.outbox.close()
                raise
            self._fails("written", error)
            return False

    def add(self, payload: bytes) -> Literal["added", "full", "failed"]:
        """Write a message to the file, if it can be expected to be readable again."""
        if "read" in self._failing or self._failing.get("written", 0.0) > monotonic():
            return "failed"
        try:
            self.outbox.add(payload)
        except UNAVAILABLE as error:
            if self.outbox.is_full():
                return "full"
            self._fails("written", error)
            return "failed"
        self._works("written")
        return "added"

    def adopt(self) -> int:
        """Take over messages; returns how many."""
        self.delete([])  # retries what could not be deleted before
        return self._try("searched", self.outbox.adopt) or 0

    def fetch(self, most: int, size: int, oldest: int) -> list[Stored] | None:
        """The next messages; None if the file cannot be read."""
        return self._try("read", lambda: self.outbox.fetch(most, size, oldest))

    def count(self) -> int | None:
        """How many messages are waiting; None if unknown."""
        return self._try("searched", self.outbox.count)

    def has_left(self, newest: int) -> bool:
        """Whether a message is still waiting, as far as is known."""
        return self._try("searched", lambda: self.outbox.has_left(newest)) is not False

    def delete(self, part: Sequence[Stored]) -> None:
        """Forget messages, now or later."""
        self._try("emptied", lambda: self.outbox.delete(part))

    def fail(self, part: Sequence[Stored], reason: str) -> None:
        """Record a failed attempt to send."""
        self._try("annotated", lambda: self.outbox.fail(part, reason))

    def _try(self, done: str, act: Callable[[], T]) -> T | None:
        try:
            result = act()
        except UNAVAILABLE as error:
            self._fails(done, error)
            return None
        self._works(done)
        return result

    def _fails(self, done: str, error: BaseException) -> None:
        failed_before = done in self._failing
        self._failing[done] = monotonic() + _FAILED
        if not failed_before:
            instead = "; messages wait in memory" if done in ("read", "written") else ""
            text = "the outbox %s cannot be %s%s: %s"
            self._log().error(text, self.outbox.path, done, instead, error)

    def _works(self, done: str) -> None:
        if done in self._failing and self._failing.pop(done, None) is not None:
            self._log().warning("the outbox %s can be %s again", self.outbox.path, done)
