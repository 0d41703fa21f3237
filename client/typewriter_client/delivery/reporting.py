"""Dropped messages, told to the application: its callback, which cannot hurt, or its log."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable

from ..log import unsaid
from ..process.threads import hurrying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..calls.snapshot import Item
    from ..log import Log

OnDrop = Callable[[dict[str, Any], str], object]
"""Called with the message, as it would have gone on the wire, and the reason.

Of one that is far too large there is only the envelope: its body is null.
"""


class Drops:
    """Reports each dropped message once: to ``on_drop``, else to the log.

    The log gets the first of a reason, then the second, the fourth, the eighth …
    """

    def __init__(
        self,
        on_drop: OnDrop | None,
        rendered: Callable[[Item], tuple[bytes, str]],
        log: Log,
    ) -> None:
        """``rendered`` gives the message of an item that may be a draft."""
        self._on_drop = on_drop
        self._rendered = rendered
        self._log = log
        self._logged: dict[str, int] = {}
        self._this_thread = threading.local()

    def report(self, payloads: Sequence[Item], reason: str, detail: str = "") -> None:
        """Report ``payloads``, for each of which the account has its entry."""
        if not payloads:
            return
        if self._on_drop is None or getattr(self._this_thread, "busy", False):
            self._say(len(payloads), reason, detail)
            return
        # What on_drop itself sends and loses goes to the log, or it would never end.
        self._this_thread.busy = True
        left = len(payloads)
        try:
            for payload in payloads:
                left -= 1
                self._call(self._on_drop, payload, reason)
        except KeyboardInterrupt:
            if left:
                self._say(left, reason, "on_drop was interrupted")
            raise
        finally:
            self._this_thread.busy = False

    def _call(self, on_drop: OnDrop, payload: Item, reason: str) -> None:
        import json

        try:
            message, _ = self._rendered(payload)
            with hurrying():
                on_drop(json.loads(message), reason)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit, too
            said = "on_drop raised; the message was dropped as %s: %s"
            self._log().error(said, reason, unsaid(error))

    def _say(self, count: int, reason: str, detail: str) -> None:
        before = self._logged.get(reason, 0)
        self._logged[reason] = total = before + count
        if before.bit_length() != total.bit_length():
            because = f"{reason}: {detail}" if detail else reason
            self._log().warning("messages dropped so far: %d (%s)", total, because)
