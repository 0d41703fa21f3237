"""What the generated functions call: builds the message, judges it, passes it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

from .checks import Report
from .current import client
from .message import complete, envelope, has_identity, mapping, members, set_text
from .validation import BODY, Key, Validators
from .values import snapshot
from .violations import ViolationError

if TYPE_CHECKING:
    from .client import Client

_Values = Optional[Mapping[str, object]]
_Names = Optional[Mapping[str, str]]


class Sender:
    """One package's way to the client.

    ``validators`` is the name of the module with its checks, which is imported by the
    first call that is validated.  Bodies (properties, traits) are read, never changed.
    ``defaults`` are values on the wire for keys that the caller omits, ``names`` the wire's
    names of keys that Python spells otherwise.
    """

    def __init__(self, validators: str) -> None:
        self._validators = Validators(validators)

    def track(
        self,
        event: str,
        user_id: object,
        options: object,
        properties: _Values,
        *,
        version: int | None = None,
        integrations: _Values = None,
        defaults: _Values = None,
        names: _Names = None,
    ) -> None:
        """Somebody did something."""
        key = ("track", event, version)
        body = (properties, defaults, names)
        self._send(key, {}, body, user_id, options, integrations)

    def identify(
        self,
        user_id: object,
        options: object,
        traits: _Values,
        *,
        defaults: _Values = None,
        names: _Names = None,
    ) -> None:
        """Who somebody is."""
        body = (traits, defaults, names)
        self._send(("identify", "", None), {}, body, user_id, options)

    def group(
        self,
        user_id: object,
        group_id: object,
        options: object,
        traits: _Values,
        *,
        defaults: _Values = None,
        names: _Names = None,
    ) -> None:
        """What somebody belongs to: a company, a team."""
        body = (traits, defaults, names)
        head = {"groupId": group_id}
        self._send(("group", "", None), head, body, user_id, options)

    def page(
        self,
        user_id: object,
        name: object,
        options: object,
        properties: _Values,
        *,
        defaults: _Values = None,
        names: _Names = None,
    ) -> None:
        """Somebody saw a page."""
        body = (properties, defaults, names)
        head = {"name": name}
        self._send(("page", "", None), head, body, user_id, options)

    def screen(
        self,
        user_id: object,
        name: object,
        options: object,
        properties: _Values,
        *,
        defaults: _Values = None,
        names: _Names = None,
    ) -> None:
        """Somebody saw a screen of an app."""
        body = (properties, defaults, names)
        head = {"name": name}
        self._send(("screen", "", None), head, body, user_id, options)

    def alias(self, user_id: object, previous_id: object, options: object) -> None:
        """Somebody known by one identity is now known by another."""
        head = {"previousId": previous_id}
        self._send(("alias", "", None), head, None, user_id, options)

    def _send(
        self,
        key: Key,
        head: Mapping[str, object],
        body: tuple[_Values, _Values, _Names] | None,
        user_id: object,
        options: object,
        integrations: _Values = None,
    ) -> None:
        to = client()
        try:
            report = Report(key[1] or key[0])
            chosen = mapping(options, ("options",), report) if options else None
            message = envelope(key, user_id, chosen, integrations, report)
            for each, value in head.items():
                if value is not None:
                    set_text(message, each, value, report)
            if body is not None:
                name = BODY[key[0]]
                message[name] = _body(name, *body, chosen, report)
            self._judge_and_pass_on(to, key, message, report)
        except ViolationError:
            raise
        except Exception:  # noqa: BLE001 - analytics must not take the application down
            to.broke(key[0])

    def _judge_and_pass_on(
        self, to: Client, key: Key, message: dict[str, Any], report: Report
    ) -> None:
        in_envelope = len(report.violations)
        if to.validates:
            self._validators.judge(key, message, report)
        payload = None if report.violations else _snapshot(message)
        if payload is not None:
            to.accept(payload)
            return
        del report.violations[in_envelope:]
        self._look_again(to, key, message, report)

    def _look_again(
        self, to: Client, key: Key, message: dict[str, Any], report: Report
    ) -> None:
        """Judge the message as it will be sent; what this finds is what counts."""
        from .normal import normalise

        complete(message)
        message = normalise(message, report)
        payload = snapshot(message)
        known = {each.path for each in report.violations}
        found = Report(key[1] or key[0])
        if to.validates:
            self._validators.judge(key, message, found)
        report.violations += [v for v in found.violations if v.path not in known]
        allowed = not report.violations or to.allows(report.violations, payload)
        if not has_identity(message):
            to.refuse(payload, "no_identity")
        elif allowed:
            to.accept(payload)
        else:
            to.refuse(payload, "violation")


def _snapshot(message: Mapping[str, Any]) -> bytes | None:
    """The message as it is; None if JSON has not all of its values."""
    try:
        return snapshot(message, members(message))
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None


def _body(
    name: str,
    given: _Values,
    defaults: _Values,
    names: _Names,
    chosen: Mapping[str, object] | None,
    report: Report,
) -> Mapping[str, object]:
    """The properties or traits as they go on the wire."""
    body = mapping(given, (name,), report)
    if names is not None:
        body = {names.get(key, key): value for key, value in body.items()}
    extra = (
        mapping(chosen.get("extra"), ("options", "extra"), report) if chosen else None
    )
    if defaults or extra or not isinstance(body, dict):
        return {**(defaults or {}), **(extra or {}), **body}
    return body
