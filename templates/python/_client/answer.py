"""What a transport is to the worker, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

PASSING = frozenset({408, 410, 429, 460, *range(500, 600)} - {501, 505})
"""Statuses of HTTP after which the same request may succeed later."""


class Answer(NamedTuple):
    """What became of a batch.

    ``split``: the batch is refused, smaller ones may not be.  ``after`` is how many seconds
    the receiver asks us to wait before we retry.  ``refused`` are the places, in a batch
    that was handed over, of the messages that were not taken.
    """

    verdict: Literal["delivered", "handed_over", "retry", "split", "refused"]
    detail: str = ""
    after: float | None = None
    refused: Sequence[int] = ()


class Outlet(Protocol):
    """Where batches go."""

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Send messages, each JSON text, within about ``timeout`` seconds.

        What it raises is taken for a passing fault: the batch is sent again.
        """
        ...

    def close(self) -> None:
        """Give back connections.  A later ``send`` opens them again."""
        ...
