"""From a call to its message: built, checked by the rules, and passed on to the client."""

from __future__ import annotations

from collections.abc import Mapping
from time import time_ns
from typing import TYPE_CHECKING, Any, Callable, Optional

from ..process.forks import late
from ..rules.report import Key, Report
from .checks import Checks, Client
from .encoding import encode, snapshot
from .fast_path import plain_message
from .message import BODY, MESSAGE_BYTES, Head, envelope, label, lacks, mapping
from .scopes import Surroundings, surroundings
from .times import stamp
from .violation_policy import ViolationError

if TYPE_CHECKING:
    from ..rules import Rules
    from .snapshot import Draft

Values = Optional[Mapping[str, object]]
Names = Optional[Mapping[str, str]]
Body = tuple[Values, Values, Names]
"""As given; defaults for what was not; names on the wire for some of Python's."""


class Calls:
    """The calls of one package, which its rules check, on their way to its client."""

    def __init__(
        self, package: str, rules: Callable[[], Rules], client: Callable[[], Client]
    ) -> None:
        """``rules`` imports the package's rules; ``client`` is the one in use."""
        self._client = client
        self._checks = Checks(package, rules)
        self._place = len(_all)
        self._clean = Report("")
        _all.append(self)

    def send(
        self,
        key: Key,
        head: Head,
        given: Body | None,
        user_id: object,
        options: object,
        integrations: Values = None,
    ) -> None:
        """Send the message of a call, whatever it was given.

        ``key`` is what it is of, ``head`` and ``given`` what it says.  Raises
        ViolationError where that is asked for, and nothing else.
        """
        to = self._client()
        try:
            if options or given is None:
                done = False
            else:
                done = self._usual(to, key, head, given, user_id, integrations)
            if not done:
                self._any(to, key, head, given, user_id, options, integrations)
        except ViolationError:
            raise
        except Exception:  # noqa: BLE001 - analytics must not take the application down
            to.broke(key[0])

    # --- the usual call -------------------------------------------------------------------

    def _usual(
        self,
        to: Client,
        key: Key,
        head: Head,
        given: Body,
        user_id: object,
        integrations: Values,
    ) -> bool:
        """Send the message of a usual call with which nothing is wrong.

        False, and nothing is done, for any other.
        """
        kind, event, _ = key
        try:
            # One report serves until a call has violations, which is no usual call: whoever
            # else finds them in it goes the other way as well, and nothing is lost by that.
            report = self._clean
            body, defaults, names = given
            if body is None or body.__class__ is not dict or defaults or names:
                body = _body(BODY[kind], given, None, report)
            if to.validates:
                rules = self._checks.rules or self._checks.load()
                rules.check_body(key, body, report)
                if rules.checks_messages:
                    return False
            if report.violations:
                self._clean = Report("")
                return False
            around = surroundings.get()
            if user_id is None:
                user_id = around.user_id
            if to.renders:
                who, context = around.anonymous_id, around.context
                if not _is_usual(event, user_id, who, head):
                    return False
                frozen, now = to.freeze(body, context), time_ns()
                if len(frozen) > MESSAGE_BYTES:
                    return False
                place = self._place
                to.queue((place, key, head, user_id, who, integrations, now, frozen))
                return True
            payload = _message(
                key, head, user_id, around, integrations, body, time_ns()
            )
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return False
        if payload is None:
            return False
        to.accept(payload)
        return True

    def complete(self, to: Client, draft: Draft) -> tuple[bytes, str]:
        """The message of a draft, and why it must not be sent, if so.

        It was checked when the call was made, but for values that JSON has not.
        """
        _, key, head, user_id, who, integrations, moment, _ = draft
        body, context = draft.thawed()
        around = Surroundings(None, who, context)
        try:
            message = _message(key, head, user_id, around, integrations, body, moment)
        except Exception:  # noqa: BLE001 - what JSON has not
            message = None
        if message is not None:
            return message, ""
        report = Report(label(key))
        time = stamp(moment)
        whole = envelope(key, head, user_id, around, None, integrations, time, report)
        whole[BODY[key[0]]] = body
        return self._look_again(to, key, whole, report)

    # --- any call -------------------------------------------------------------------------

    def _any(
        self,
        to: Client,
        key: Key,
        head: Head,
        given: Body | None,
        user_id: object,
        options: object,
        integrations: Values,
    ) -> None:
        report = Report(label(key))
        chosen = mapping(options, ("options",), report) if options else None
        around, moment = surroundings.get(), stamp(time_ns())
        message = envelope(
            key, head, user_id, around, chosen, integrations, moment, report
        )
        if given is not None:
            name = BODY[key[0]]
            message[name] = _body(name, given, chosen, report)
        in_envelope = len(report.violations)
        key = key[0], message.get("event", ""), key[2]
        checked = not to.validates or self._checks.check(to, key, message, report)
        payload, reason = None if report.violations else _snapshot(message), ""
        if payload is None:
            del report.violations[in_envelope:]
            payload, reason = self._look_again(to, key, message, report)
        if not checked and not to.sends_unchecked:
            reason = reason or "unsendable"
        if reason:
            to.refuse(payload, reason)
        else:
            to.accept(payload)

    def _look_again(
        self, to: Client, key: Key, message: Mapping[str, object], report: Report
    ) -> tuple[bytes, str]:
        """Check the message as it will be sent; what this finds is what counts.

        Gives the message, and why it must not be sent, if so.
        """
        message = _normalise()(message, report)
        payload = snapshot(message)
        known = {each.path for each in report.violations}
        found = Report(label(key))
        if to.validates:
            self._checks.check(to, key, message, found)
        report.violations += [v for v in found.violations if v.path not in known]
        allowed = not report.violations or to.allows(report.violations, payload)
        return payload, lacks(message) or ("" if allowed else "violation")


_all: list[Calls] = []


def complete(to: Client, draft: Draft) -> tuple[bytes, str]:
    """The message of a draft, and why it must not be sent, if so."""
    return _all[draft.place].complete(to, draft)


def _is_usual(event: object, user_id: object, anonymous_id: object, head: Head) -> bool:
    """Whether a text or a whole number says who, and a text what the rest is about."""
    who = anonymous_id if user_id is None else user_id
    if head is not None and type(head[1]) is not str:
        return False
    return type(event) is str and type(who) in (str, int) and who != ""


def _message(
    key: Key,
    head: Head,
    user_id: object,
    around: Surroundings,
    integrations: Values,
    body: Mapping[str, object],
    moment: int,
) -> bytes | None:
    """The message of a usual call; None, or an exception, of any other."""
    text = f'"{BODY[key[0]]}":{encode(body)}'
    time = stamp(moment)
    return plain_message(key, head, user_id, around, integrations, text, time)


def _snapshot(message: Mapping[str, object]) -> bytes | None:
    """The message as it is; None if JSON has not all of its values."""
    try:
        return snapshot(message)
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None


def _body(
    name: str, parts: Body, chosen: Mapping[str, object] | None, report: Report
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


@late
def _normalise() -> Callable[[Mapping[str, object], Report], dict[str, Any]]:
    from .values import normalise

    return normalise
