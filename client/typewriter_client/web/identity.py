"""Who makes a request: asked of the application, whose mistakes there hurt no request."""

from __future__ import annotations

from _thread import get_ident
from typing import Any, Callable

from ..calls.scopes import Asked
from ..log import log, unsaid


class Users:
    """The application's way to know whose request it is.

    What that raises goes to the log: the first time, the second, the fourth, the eighth …
    """

    def __init__(self, find: Callable[[Any], object]) -> None:
        self._find = find
        self._failures = 0

    def of(self, raw: object, claimed: str | None) -> Asked:
        """The user of a request, ``raw`` as the server gives it; ``claimed`` if unknown."""
        return Asked(_Asking(self, raw, claimed))

    def find(self, raw: object) -> object | None:
        """Ask the application."""
        found = self._find(raw)
        if hasattr(found, "__await__"):
            getattr(found, "close", int)()  # or Python warns of it
            raise TypeError("user must be a plain function, not an async one")
        return found

    def failed(self, error: Exception) -> None:
        """It raised that; called once a request."""
        self._failures = total = self._failures + 1
        if total & (total - 1) == 0:
            said = "user raised, for %d requests so far; their events lack the user: %s"
            log().error(said, total, unsaid(error))


class _Asking:
    """Asks for the user of one request."""

    def __init__(self, users: Users, raw: object, claimed: str | None) -> None:
        self._users = users
        self._raw = raw
        self._claimed = claimed
        self._asking = 0  # the thread that does
        self._failed = False

    def __call__(self) -> object | None:
        if self._asking == get_ident():
            return None  # finding out who it is, the application sent an event
        self._asking = get_ident()
        try:
            found = self._users.find(self._raw)
        except Exception as error:  # noqa: BLE001 - the application's own
            if not self._failed:
                self._failed = True
                self._users.failed(error)
            return self._claimed
        finally:
            self._asking = 0
        return self._claimed if found is None else found
