"""Reports dropped messages to the application's callback, safely, or to its log."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable

from ..log import traceback_of
from ..process.threads import never_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..calls.snapshot import Item
    from ..log import Log

OnDrop = Callable[[dict[str, Any], str], object]
"""Called with the message, as it would have been sent, and the reason.

If a message is far too large, there is only its envelope: the body is null.
"""


class Drops:
    """Reports each dropped message once: to ``on_drop``, else in the log.

    The log gets the first, second, fourth, eighth … message of a reason.
    """

    def __init__(
        self,
        on_drop: OnDrop | None,
        rendered: Callable[[Item], tuple[bytes, str]],
        log: Log,
    ) -> None:
        """``rendered`` returns the message of an item, which may be a draft."""
        self._on_drop = on_drop
        self._rendered = rendered
        self._log = log
        self._logged: dict[str, int] = {}
        self._this_thread = threading.local()

    def report(self, payloads: Sequence[Item], reason: str, detail: str = "") -> None:
        """Report ``payloads``, which have been counted already."""
        if not payloads:
            return
        if self._on_drop is None or getattr(self._this_thread, "busy", False):
            self._log_drops(len(payloads), reason, detail)
            return
        # Drops of messages that on_drop itself sends are logged, else this could never end.
        self._this_thread.busy = True
        left = len(payloads)
        try:
            for payload in payloads:
                left -= 1
                self._call(self._on_drop, payload, reason)
        except KeyboardInterrupt:
            if left:
                self._log_drops(left, reason, "on_drop was interrupted")
            raise
        finally:
            self._this_thread.busy = False

    def _call(self, on_drop: OnDrop, payload: Item, reason: str) -> None:
        import json

        try:
            message, _ = self._rendered(payload)
            with never_waiting():
                on_drop(json.loads(message), reason)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit, too
            text = "on_drop raised; the message was dropped as %s: %s"
            self._log().error(text, reason, traceback_of(error))

    def _log_drops(self, count: int, reason: str, detail: str) -> None:
        before = self._logged.get(reason, 0)
        self._logged[reason] = total = before + count
        if before.bit_length() != total.bit_length():
            because = f"{reason}: {detail}" if detail else reason
            self._log().warning("messages dropped so far: %d (%s)", total, because)
