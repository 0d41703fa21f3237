"""``also=``: every message goes to further destinations, too.  Loaded with the first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from time import monotonic
from typing import cast

from .client import Client
from .settings import Settings


class Several(Client):
    """The client of ``configure``, which passes on all that it takes.

    Calls are judged once, by its settings; what they send has one ``messageId``
    everywhere.  From there on each destination is on its own: its queue, its worker, its
    retries, its account.
    """

    def _set_up(self, settings: Settings) -> None:
        _check_outboxes(settings)
        super()._set_up(settings)
        self.renders = False  # so that all get the same message, and not its draft

    @property
    def destinations(self) -> tuple[Client, ...]:
        """All that a message goes to."""
        return (self, *self.settings.also)

    def accept(self, payload: bytes) -> None:
        """Take a message for each destination."""
        super().accept(payload)
        if self.settings.enabled:
            for client in self.settings.also:
                client.accept(payload)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait for all of them, ``timeout`` seconds at most."""
        until = monotonic() + timeout
        super().flush(0)
        for client in self.settings.also:
            client.flush(0)  # hurries, so that they deliver at the same time
        done = super().flush(timeout)
        for client in self.settings.also:
            done = client.flush(max(0.0, until - monotonic())) and done
        return done


def destinations(given: object) -> tuple[Client, ...]:
    """What ``also`` says.  Raises TypeError or ValueError for a mistake."""
    if not isinstance(given, Iterable):
        raise TypeError(f"also must be a list of clients, not {given!r}")
    clients: list[Client] = []
    for each in cast("Iterable[object]", given):
        if not isinstance(each, Client):
            raise TypeError(f"also must be clients of this package, not {each!r}")
        if each in clients:
            raise ValueError("also has the same client twice")
        if each.closed:
            raise ValueError("also has a client that is closed")
        clients.append(each)
    return tuple(clients)


def _check_outboxes(settings: Settings) -> None:
    """Raises ValueError for a file that two workers would empty, each to its own place."""
    everywhere = (settings, *(client.settings for client in settings.also))
    files = [os.path.realpath(each.outbox.path) for each in everywhere if each.outbox]
    if len(set(files)) < len(files):
        raise ValueError("destinations cannot share an outbox: give each its own file")
