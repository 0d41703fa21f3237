"""What no fork may interrupt.

A child has only the thread that forked.  Were another one importing a module just then, the
child could never import that module: its lock would have no owner who releases it.
"""

from __future__ import annotations

import os
import sys
import threading

from .report import log

imports = threading.RLock()
"""Held by the worker while it imports; a fork waits for that, for once in a process."""

log()  # loads logging first: when a fork begins, its lock is then taken after ours
if sys.platform != "win32":
    os.register_at_fork(
        before=imports.acquire,
        after_in_parent=imports.release,
        after_in_child=imports.release,
    )
