"""The client of ``configure``; with ``also=``, every message also goes to further clients."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any, cast

from .client import Client
from .settings import Configuration, Settings, configured


class PackageConfiguration(Configuration, total=False):
    """The keyword arguments of ``configure``."""

    also: Sequence[Client]
    """Further destinations, which also get every message."""


class FanOut(Client):
    """The client of ``configure``, which passes every message on to further clients.

    Calls are checked once, by its settings; a message has the same ``messageId``
    everywhere.  From there on each destination is independent: it has its own queue,
    worker, retries and account.
    """

    _also: tuple[Client, ...]

    @classmethod
    def to(cls, also: tuple[Client, ...], settings: Settings, package: str) -> Client:
        """A package's client, with settings that are known to be valid."""
        _check_outboxes(settings, also)
        client = cls.__new__(cls)
        client._also = also
        client._set_up(settings, package)
        client.renders = False  # so that all get the same message, not a draft of it
        for each in also:
            each.belong_to(package)
        return client

    @property
    def destinations(self) -> tuple[Client, ...]:
        """All the clients that a message goes to."""
        return (self, *self._also)

    def accept(self, payload: bytes) -> None:
        """Accept a message for each destination."""
        super().accept(payload)
        if self.settings.enabled:
            for client in self._also:
                client.accept(payload)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait for all of them, for at most ``timeout`` seconds."""
        until = monotonic() + timeout
        super().flush(0)
        for client in self._also:
            client.flush(0)  # starts it, so that they deliver at the same time
        done = super().flush(timeout)
        for client in self._also:
            done = client.flush(max(0.0, until - monotonic())) and done
        return done


def checked(given: PackageConfiguration) -> tuple[Settings, tuple[Client, ...]]:
    """The settings of a ``configure``, and the further destinations.

    Raises ValueError or TypeError for invalid settings, OSError or ImportError for missing
    files and modules.
    """
    own: Any = {name: value for name, value in given.items() if name != "also"}
    settings = configured(own)
    return settings, _further(given["also"]) if "also" in given else ()


def client_of(settings: Settings, also: tuple[Client, ...], package: str) -> Client:
    """The client of a ``configure``."""
    if not also:
        return Client.of(settings, package)
    return FanOut.to(also, settings, package)


def _further(given: object) -> tuple[Client, ...]:
    """The clients in ``also``.  Raises TypeError or ValueError for anything else."""
    if not isinstance(given, Iterable):
        raise TypeError(f"also must be a list of clients, not {given!r}")
    clients: list[Client] = []
    for each in cast("Iterable[object]", given):
        if not isinstance(each, Client):
            raise TypeError(f"also must contain clients of this library, not {each!r}")
        if each in clients:
            raise ValueError("also contains the same client twice")
        if each.closed:
            raise ValueError("also contains a client that is closed")
        clients.append(each)
    return tuple(clients)


def _check_outboxes(settings: Settings, also: tuple[Client, ...]) -> None:
    """Raises ValueError for a file that two workers would empty to different destinations."""
    everywhere = (settings, *(client.settings for client in also))
    files = [os.path.realpath(each.outbox.path) for each in everywhere if each.outbox]
    if len(set(files)) < len(files):
        raise ValueError("destinations cannot share an outbox: give each its own file")
