"""What the generated functions call: a method for each of Segment's calls."""

from __future__ import annotations

from .calls import Calls, Names, Values


class Sender:
    """One package's way to the client.

    ``validators`` is the name of the module with its checks, which is imported by the
    first call that is validated.  Bodies (properties, traits) are read, never changed.
    ``defaults`` are values on the wire for keys that the caller omits, ``names`` the wire's
    names of keys that Python spells otherwise.
    """

    def __init__(self, validators: str) -> None:
        self._calls = Calls(validators)

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
        head = ("name", name)
        self._calls.send(("page", "", None), head, body, user_id, options)

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
        head = ("name", name)
        self._calls.send(("screen", "", None), head, body, user_id, options)

    def alias(self, user_id: object, previous_id: object, options: object) -> None:
        """Somebody known by one identity is now known by another."""
        head = ("previousId", previous_id)
        self._calls.send(("alias", "", None), head, None, user_id, options)
