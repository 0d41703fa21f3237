"""The user of a request, as the application says; its errors do not affect the request."""

from __future__ import annotations

from _thread import get_ident
from typing import Any, Callable

from ..calls.scopes import Asked
from ..log import log, traceback_of


class Users:
    """The application's function that finds the user of a request.

    Its exceptions are logged the first, second, fourth, eighth … time.
    """

    def __init__(self, find: Callable[[Any], object]) -> None:
        self._find = find
        self._failures = 0

    def of(self, raw: object, claimed: str | None) -> Asked:
        """The user of a request, ``raw`` as the server passes it; else ``claimed``."""
        return Asked(_Asking(self, raw, claimed))

    def find(self, raw: object) -> object | None:
        """Call the application's function."""
        found = self._find(raw)
        if hasattr(found, "__await__"):
            getattr(found, "close", int)()  # else Python warns that it was not awaited
            raise TypeError("user must be a plain function, not an async one")
        return found

    def failed(self, error: Exception) -> None:
        """Log that the function has raised; called at most once per request."""
        self._failures = total = self._failures + 1
        if total & (total - 1) == 0:
            text = "user raised for %d requests so far; their events lack the user: %s"
            log().error(text, total, traceback_of(error))


class _Asking:
    """Finds the user of one request."""

    def __init__(self, users: Users, raw: object, claimed: str | None) -> None:
        self._users = users
        self._raw = raw
        self._claimed = claimed
        self._asking = 0  # the thread that is calling the function
        self._failed = False

    def __call__(self) -> object | None:
        if self._asking == get_ident():
            return None  # the function itself has sent an event
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
