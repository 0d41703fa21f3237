"""A generated package, as the library sees it: its calls, its rules, its client."""

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
    """What generated code calls: methods for each of Segment's calls and for the client.

    Bodies (properties, traits) are read, never changed.  ``defaults`` are values to send
    for keys that the caller omits, ``names`` the names on the wire of keys that are
    spelled differently in Python.
    """

    def __init__(
        self,
        module: str,
        rules: Callable[[], Rules],
        *,
        client: Package | None = None,
    ) -> None:
        """``module``: the ``__name__`` of the generated package's events module.

        ``rules`` imports the package's rules; it is called once, by the first call that is
        checked.  ``client``: another package, whose client this one uses.

        Raises ImportError if ``client`` uses another copy of the library.
        """
        self.name = module.rpartition(".")[0] or module
        """The package's name, used for its logger, local file and worker thread."""
        if client is not None and not isinstance(cast("object", client), Package):
            raise ImportError(_two_copies(self.name, client), name=self.name)
        self._home: Package = self if client is None else client._home
        # At most one entry; a dict, as its methods are atomic and need no lock.
        self._current: dict[str, Client] = {}
        self._blocks: list[Client] = []  # the clients of ``using``, innermost last
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
        """Record that a user did something."""
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
        """Record who a user is."""
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
        """Record what a user belongs to: a company, a team."""
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
        """Record that a user viewed a page."""
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
        """Record that a user viewed a screen of an app."""
        body = (properties, defaults, names)
        self._calls.send(("screen", "", None), ("name", name), body, user_id, options)

    def alias(self, user_id: object, previous_id: object, options: object) -> None:
        """Record that a user known by one identity is now known by another."""
        head = ("previousId", previous_id)
        self._calls.send(("alias", "", None), head, None, user_id, options)

    # --- the client -----------------------------------------------------------------------

    def client(self) -> Client:
        """The client in use; without any ``configure``, one for the environment's settings."""
        home = self._home
        found = home._current.get("client")
        if found is None:
            found = home._current.setdefault("client", _unconfigured()(home.name))
        return found

    def configure(self, **settings: Unpack[PackageConfiguration]) -> None:
        """Set where messages go, and how.  The client that was in use before is closed.

        ``write_key`` (else ``SEGMENT_WRITE_KEY``), ``region`` ("us" or "eu") or
        ``endpoint``, ``proxy``, ``ca_bundle``; or ``local``, ``transport``,
        ``enabled=False``; ``on_violation``, ``on_drop``; ``queue_size``, ``flush_at``,
        ``flush_interval``, ``close_timeout``; ``on_full``, ``block_timeout``,
        ``flush_on_sigterm``; ``also``; ``outbox``, ``outbox_size``, ``outbox_age``.

        Raises ValueError, TypeError, OSError or ImportError for settings that cannot work.
        Inside a test's ``capture()`` it only checks them: captured messages are not sent.
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
        """Wait until everything accepted so far is delivered or dropped, for at most
        ``timeout`` seconds.  Returns False if messages are left, which are still retried.
        """
        found = self._home._current.get("client")
        return found is None or found.flush(timeout)

    def close(self, timeout: float | None = None) -> None:
        """Flush, and stop until the next ``configure``; later calls are reported as drops."""
        self.client().close(timeout)

    def stats(self) -> Stats:
        """What has happened to the messages of this process so far."""
        return self.client().stats()

    @contextmanager
    def using(self, chosen: Client) -> Generator[Client, None, None]:
        """A block in which the calls of all threads go to another client; for tests.

        A ``configure`` inside is only checked; the block restores the client at its end.
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
        f"{name} cannot use the client of a package that uses another copy of the library"
        f" ({type(client).__module__}): generate both with the same client setting, not"
        ' only one of them with client = "vendored"'
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
