"""A generated package, as the library knows it: its calls, its rules, its client."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Callable, cast

from .calls.calls import Calls, Names, Values
from .process.forks import late

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from typing import Unpack
    else:
        from typing_extensions import Unpack

    from .client import Client
    from .delivery.account import Stats
    from .fan_out import PackageConfiguration
    from .rules import Rules
    from .settings import Settings


class Package:
    """What generated code calls: a method for each of Segment's calls, and for the client.

    Bodies (properties, traits) are read, never changed.  ``defaults`` are values on the
    wire for keys that the caller omits, ``names`` the wire's names of keys that Python
    spells otherwise.
    """

    def __init__(
        self,
        module: str,
        rules: Callable[[], Rules],
        *,
        client: Package | None = None,
    ) -> None:
        """``module``: the ``__name__`` of the generated package's module of events.

        ``rules`` imports the package's rules, and is called once, by the first call that is
        checked.  ``client``: another package, whose client this one uses.

        Raises ImportError for a ``client`` of another copy of the library.
        """
        self.name = module.rpartition(".")[0] or module
        """The package's: of its log lines, its local file, its worker's thread."""
        if client is not None and not isinstance(cast("object", client), Package):
            raise ImportError(_two_copies(self.name, client), name=self.name)
        self._home: Package = self if client is None else client._home
        # One entry; a dict's methods need no lock of ours.
        self._current: dict[str, Client] = {}
        self._blocks: list[Client] = []  # those of ``using``, the innermost last
        self._calls = Calls(self.name, rules, self._home.client)

    # --- calls ----------------------------------------------------------------------------

    def track(
        self,
        event: str,
        user_id: object,
        options: object,
        properties: Values,
        *,
        version: int | None = None,
        integrations: Values = None,
        defaults: Values = None,
        names: Names = None,
    ) -> None:
        """Somebody did something."""
        key = ("track", event, version)
        body = (properties, defaults, names)
        self._calls.send(key, None, body, user_id, options, integrations)

    def identify(
        self,
        user_id: object,
        options: object,
        traits: Values,
        *,
        defaults: Values = None,
        names: Names = None,
    ) -> None:
        """Who somebody is."""
        body = (traits, defaults, names)
        self._calls.send(("identify", "", None), None, body, user_id, options)

    def group(
        self,
        user_id: object,
        group_id: object,
        options: object,
        traits: Values,
        *,
        defaults: Values = None,
        names: Names = None,
    ) -> None:
        """What somebody belongs to: a company, a team."""
        body = (traits, defaults, names)
        head = ("groupId", group_id)
        self._calls.send(("group", "", None), head, body, user_id, options)

    def page(
        self,
        user_id: object,
        name: object,
        options: object,
        properties: Values,
        *,
        defaults: Values = None,
        names: Names = None,
    ) -> None:
        """Somebody saw a page."""
        body = (properties, defaults, names)
        self._calls.send(("page", "", None), ("name", name), body, user_id, options)

    def screen(
        self,
        user_id: object,
        name: object,
        options: object,
        properties: Values,
        *,
        defaults: Values = None,
        names: Names = None,
    ) -> None:
        """Somebody saw a screen of an app."""
        body = (properties, defaults, names)
        self._calls.send(("screen", "", None), ("name", name), body, user_id, options)

    def alias(self, user_id: object, previous_id: object, options: object) -> None:
        """Somebody known by one identity is now known by another."""
        head = ("previousId", previous_id)
        self._calls.send(("alias", "", None), head, None, user_id, options)

    # --- the client -----------------------------------------------------------------------

    def client(self) -> Client:
        """The client in use; without any ``configure``, what the environment says."""
        home = self._home
        found = home._current.get("client")
        if found is None:
            found = home._current.setdefault("client", _unconfigured()(home.name))
        return found

    def configure(self, **settings: Unpack[PackageConfiguration]) -> None:
        """Say where messages go, and how.  The client that was in use before is closed.

        ``write_key`` (else ``SEGMENT_WRITE_KEY``), ``region`` ("us" or "eu") or
        ``endpoint``, ``proxy``, ``ca_bundle``; or ``local``, ``transport``,
        ``enabled=False``; ``on_violation``, ``on_drop``; ``queue_size``, ``flush_at``,
        ``flush_interval``, ``close_timeout``; ``on_full``, ``block_timeout``,
        ``flush_on_sigterm``; ``also``; ``outbox``, ``outbox_size``, ``outbox_age``.

        Raises ValueError, TypeError, OSError or ImportError for what cannot work.  Inside a
        test's ``capture()`` it does that only: what is captured is not sent after all.
        """
        checked, client_of, close_all = _configuring()
        home = self._home
        wanted, also = checked(settings)
        if home._blocks:
            return
        before = home._current.get("client")
        new = client_of(wanted, also, home.name)
        home._current["client"] = new
        if before is not None:
            kept = new.destinations
            close_all(old for old in before.destinations if old not in kept)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was accepted is delivered or dropped, ``timeout`` seconds at
        most.  Returns False if something is left, which goes on being tried."""
        found = self._home._current.get("client")
        return found is None or found.flush(timeout)

    def close(self, timeout: float | None = None) -> None:
        """Flush, and stop until the next ``configure``; calls after it are reported drops."""
        self.client().close(timeout)

    def stats(self) -> Stats:
        """What became of the messages so far, in this process."""
        return self.client().stats()

    @contextmanager
    def using(self, chosen: Client) -> Generator[Client, None, None]:
        """A block, in all threads, whose calls go to another client; for tests.

        A ``configure`` in it is checked and no more: after the block all is as before it.
        """
        home = self._home
        before = home._current.get("client")
        home._blocks.append(chosen)
        home._current["client"] = chosen
        try:
            yield chosen
        finally:
            home._blocks.remove(chosen)
            if before is None:
                home._current.pop("client", None)
            else:
                home._current["client"] = before


def _two_copies(name: str, client: object) -> str:
    return (
        f"{name} cannot use the client of a package that stands on another copy of the"
        f" library ({type(client).__module__}): generate both with the same client setting,"
        ' not one of them with client = "vendored"'
    )


@late
def _unconfigured() -> Callable[[str], Client]:
    from .client import Client
    from .settings import unconfigured

    return lambda package: Client.of(unconfigured(package), package)


@late
def _configuring() -> tuple[
    Callable[[PackageConfiguration], tuple[Settings, tuple[Client, ...]]],
    Callable[[Settings, tuple[Client, ...], str], Client],
    Callable[[Iterable[Client]], None],
]:
    from .fan_out import checked, client_of
    from .process.clients import close_all

    return checked, client_of, close_all
