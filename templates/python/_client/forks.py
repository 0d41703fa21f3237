"""What no fork may interrupt: the imports of what the first calls need.

A child has only the thread that forked.  Were another one importing a module just then, the
child could never import that module: its lock would have no owner who releases it.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock  # that of threading, which costs an import of the package
from typing import Any

imports = RLock()
"""Held while a thread imports something late; a fork waits for that."""

_LONGEST = 5.0  # seconds; only a signal handler amid an import could wait for ever
_loaded: dict[str, Any] = {}


def load(name: str) -> Any:
    """The module of that name (``.normal``: of this package), imported if need be.

    Every import that a call can lead to goes this way, or comes after it.  Once it is
    there, no lock is taken.  What is imported so never imports the application, whose own
    imports may hence wait here.
    """
    module = _loaded.get(name)
    if module is None:
        full = f"{__package__}{name}" if name.startswith(".") else name
        held = imports.acquire(timeout=_LONGEST)
        try:
            __import__(full)
            module = _loaded[name] = sys.modules[full]
        finally:
            if held:
                imports.release()
    return module


def guard() -> None:
    """Have forks wait.  To be called again when logging is there.

    What was registered last is done first when a fork begins.  Logging's lock has to be
    taken after ours: it is needed by imports.
    """
    if sys.platform != "win32":
        os.register_at_fork(
            before=imports.acquire,
            after_in_parent=imports.release,
            after_in_child=imports.release,
        )


guard()
