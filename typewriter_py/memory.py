"""Python's garbage collector, set aside while much is made and nothing thrown away."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A block, or a function, without automatic garbage collection.

    A plan is a million objects, hardly a cycle among them, that live to the end: looking for
    cycles in them again and again would take a third of the whole time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
