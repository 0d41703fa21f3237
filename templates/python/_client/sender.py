"""What the generated functions call: builds the message, judges it, passes it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional

from .checks import Report
from .current import client
from .forks import load
from .message import Head, Key, envelope, label, lacks, mapping
from .plain import plain_message
from .validation import BODY, Validators
from .values import encode, snapshot
from .violations import ViolationError

if TYPE_CHECKING:
    from .client import Client

_Values = Optional[Mapping[str, object]]
_Names = Optional[Mapping[str, str]]
_Body = tuple[_Values, _Values, _Names]  # as given, defaults, names on the wire


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
        self._send(key, None, body, user_id, options, integrations)

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
        self._send(("identify", "", None), None, body, user_id, options)

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
        head = ("groupId", group_id)
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
        head = ("name", name)
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
        head = ("name", name)
        self._send(("screen", "", None), head, body, user_id, options)

    def alias(self, user_id: object, previous_id: object, options: object) -> None:
        """Somebody known by one identity is now known by another."""
        head = ("previousId", previous_id)
        self._send(("alias", "", None), head, None, user_id, options)

    def _send(
        self,
        key: Key,
        head: Head,
        body: _Body | None,
        user_id: object,
        options: object,
        integrations: _Values = None,
    ) -> None:
        to = client()
        try:
            if not options and body is not None:
                payload = self._plain(to, key, head, body, user_id, integrations)
                if payload is not None:
                    to.accept(payload)
                    return
            self._send_any(to, key, head, body, user_id, options, integrations)
        except ViolationError:
            raise
        except Exception:  # noqa: BLE001 - analytics must not take the application down
            to.broke(key[0])

    def _plain(
        self,
        to: Client,
        key: Key,
        head: Head,
        given: _Body,
        user_id: object,
        integrations: _Values,
    ) -> bytes | None:
        """The message of a usual call with which nothing is wrong, None of any other."""
        name = BODY[key[0]]
        try:
            report = Report(key[1] or key[0])
            body = _body(name, given, None, report)
            if to.validates and not self._validators.judge_body(key, body, report):
                return None
            if report.violations:
                return None
            text = f'"{name}":{encode(body)}'
            return plain_message(key, head, user_id, integrations, text)
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return None

    def _send_any(
        self,
        to: Client,
        key: Key,
        head: Head,
        body: _Body | None,
        user_id: object,
        options: object,
        integrations: _Values,
    ) -> None:
        report = Report(label(key))
        chosen = mapping(options, ("options",), report) if options else None
        message = envelope(key, head, user_id, chosen, integrations, report)
        if body is not None:
            name = BODY[key[0]]
            message[name] = _body(name, body, chosen, report)
        in_envelope = len(report.violations)
        key = key[0], message.get("event", ""), key[2]
        if to.validates:
            self._validators.judge(key, message, report)
        payload = None if report.violations else _snapshot(message)
        if payload is not None:
            to.accept(payload)
            return
        del report.violations[in_envelope:]
        self._look_again(to, key, message, report)

    def _look_again(
        self, to: Client, key: Key, message: Mapping[str, object], report: Report
    ) -> None:
        """Judge the message as it will be sent; what this finds is what counts."""
        load(".normal")
        from .normal import normalise

        message = normalise(message, report)
        payload = snapshot(message)
        known = {each.path for each in report.violations}
        found = Report(label(key))
        if to.validates:
            self._validators.judge(key, message, found)
        report.violations += [v for v in found.violations if v.path not in known]
        allowed = not report.violations or to.allows(report.violations, payload)
        reason = lacks(message)
        if reason:
            to.refuse(payload, reason)
        elif allowed:
            to.accept(payload)
        else:
            to.refuse(payload, "violation")


def _snapshot(message: Mapping[str, object]) -> bytes | None:
    """The message as it is; None if JSON has not all of its values."""
    try:
        return snapshot(message)
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None


def _body(
    name: str, parts: _Body, chosen: Mapping[str, object] | None, report: Report
) -> Mapping[str, object]:
    """The properties or traits as they go on the wire."""
    given, defaults, names = parts
    body = mapping(given, (name,), report)
    if names is not None:
        body = {names.get(key, key): value for key, value in body.items()}
    extra = (
        mapping(chosen.get("extra"), ("options", "extra"), report) if chosen else None
    )
    if defaults or extra or not isinstance(body, dict):
        return {**(defaults or {}), **(extra or {}), **body}
    return body
