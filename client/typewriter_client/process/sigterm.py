"""A flush on SIGTERM, before the previous handler or the default action."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from _thread import start_new_thread
from types import FrameType
from typing import Any, Callable, Union

from ..log import log, traceback_of
from .clients import flush_on_sigterm

_Before = Union[Callable[[int, Union[FrameType, None]], object], int]
_SOON = 0.01  # seconds for the interrupted code to release its locks


def install() -> None:
    """Have SIGTERM flush the clients that ask for it."""
    before = signal.getsignal(signal.SIGTERM)
    if before is not None and not isinstance(before, _FlushThen):
        signal.signal(signal.SIGTERM, _FlushThen(before))


def why_not() -> str:
    """Why the handler cannot be installed; "" if it can."""
    if threading.current_thread() is not threading.main_thread():
        return "configure must be called in the main thread"
    if signal.getsignal(signal.SIGTERM) is None:
        return "SIGTERM is handled by something other than Python"
    return ""


class _FlushThen:
    """A handler that flushes and then acts as the previous one."""

    def __init__(self, before: _Before) -> None:
        self._before = before
        self._busy = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if _in_hub():
            sys.modules["gevent"].spawn(self, number, frame)
            return
        if self._busy:  # a second signal changes nothing: the time is limited already
            return
        self._busy = True
        try:
            if not flush_on_sigterm(ends=self._before == signal.SIG_DFL):
                start_new_thread(_signal_again, (number,))
                return
        except Exception as error:  # noqa: BLE001 - the process still has to end
            text = "messages could not be flushed on SIGTERM: %s"
            log().error(text, traceback_of(error))
        finally:
            self._busy = False
        self._go_on(number, frame)

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        if callable(self._before):
            self._before(number, frame)
        elif self._before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            # Still alive: PID 1 of a container, which the default action does not end.
            raise SystemExit(128 + number)


def _in_hub() -> bool:
    """Whether this handler runs in gevent's loop, where nothing may wait."""
    gevent: Any = sys.modules.get("gevent")
    return gevent is not None and gevent.getcurrent() is gevent.get_hub()


def _signal_again(number: int) -> None:
    time.sleep(_SOON)
    signal.pthread_kill(threading.main_thread().ident or 0, number)
