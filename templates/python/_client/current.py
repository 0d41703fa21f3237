"""The client that the generated functions use, and the functions that set and steer it."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .forks import load
from .ledger import Ledger, Stats

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from typing import Unpack
    else:
        from typing_extensions import Unpack

    from .client import Client
    from .settings import Configuration

_current: dict[str, Client] = {}  # one entry; a dict's methods need no lock of ours
_blocks: list[Client] = []  # those of ``using``, the innermost last


def client() -> Client:
    """The client in use; without any ``configure``, what the environment says."""
    found = _current.get("client")
    if found is None:
        load(".client")
        from .client import Client
        from .settings import unconfigured

        found = _current.setdefault("client", Client.of(unconfigured()))
    return found


def configure(**settings: Unpack[Configuration]) -> None:
    """Say where messages go, and how.  The client that was in use before is closed.

    ``write_key`` (else ``SEGMENT_WRITE_KEY``), ``region`` ("us" or "eu") or ``endpoint``;
    or ``local``, ``transport``, ``enabled=False``; ``on_violation``, ``on_drop``;
    ``queue_size``, ``flush_at``, ``flush_interval``, ``close_timeout``; ``on_full``,
    ``block_timeout``, ``flush_on_sigterm``; ``also``; ``outbox``, ``outbox_size``,
    ``outbox_age``.

    Raises ValueError, TypeError, OSError or ImportError for what cannot work.  Inside a
    test's ``capture()`` it does that only: what is captured is not sent after all.
    """
    load(".client")
    from .client import client_of
    from .process import close_all
    from .settings import configured

    if _blocks:
        configured(settings)
        return
    before = _current.get("client")
    new = client_of(configured(settings))
    _current["client"] = new
    if before is not None:
        kept = new.destinations
        close_all(old for old in before.destinations if old not in kept)


def flush(timeout: float = 10.0) -> bool:
    """Wait until all that was accepted is delivered or dropped, ``timeout`` seconds at
    most.  Returns False if something is left, which goes on being tried."""
    found = _current.get("client")
    return found is None or found.flush(timeout)


def close(timeout: float | None = None) -> None:
    """Flush, and stop until the next ``configure``; calls after it are reported drops."""
    client().close(timeout)


def stats() -> Stats:
    """What became of the messages so far, in this process."""
    found = _current.get("client")
    return Ledger().stats() if found is None else found.stats()


def flush_every() -> None:
    """Flush every client of this process, for as long as their ``close`` may take."""
    if f"{__package__}.process" in sys.modules:
        from .process import clients, flush_all

        flush_all(list(clients))


def _at_exit() -> None:
    if f"{__package__}.process" in sys.modules:
        from .process import close_every

        close_every()


# Registered this early, it runs late: what the application's own handlers send still goes.
atexit.register(_at_exit)


@contextmanager
def using(chosen: Client) -> Generator[Client, None, None]:
    """A block, in all threads, whose calls go to another client; for tests.

    A ``configure`` in it is checked and no more: after the block all is as before it.
    """
    before = _current.get("client")
    _blocks.append(chosen)
    _current["client"] = chosen
    try:
        yield chosen
    finally:
        _blocks.remove(chosen)
        if before is None:
            _current.pop("client", None)
        else:
            _current["client"] = before
