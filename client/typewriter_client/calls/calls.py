"""From a call to its message: it is built, checked by the rules and passed to the client."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import time_ns
from typing import TYPE_CHECKING, Any, Callable, Optional

from ..process.forks import late
from ..rules.report import Key, Path, Report, Violation, listed
from .checks import Checks, Client
from .encoding import encode, snapshot
from .fast_path import plain_message
from .message import (
    BODY,
    MESSAGE_BYTES,
    Head,
    envelope,
    label,
    lacks,
    mapping,
    stand_in,
)
from .scopes import Surroundings, surroundings
from .times import stamp
from .violation_policy import ViolationError, shown

if TYPE_CHECKING:
    from ..rules import Rules
    from .snapshot import Draft

Values = Optional[Mapping[str, object]]
Names = Optional[Mapping[str, str]]
_Normalise = Callable[
    [Mapping[str, object], Report, Callable[[Path], Path]], Optional[dict[str, Any]]
]
Thawed = tuple[Mapping[str, object], object]
Body = tuple[Values, Values, Names]
"""The given body; defaults for omitted keys; names on the wire of some Python names."""


class Calls:
    """The calls of one package, which are checked by its rules and sent to its client."""

    def __init__(
        self, package: str, rules: Callable[[], Rules], client: Callable[[], Client]
    ) -> None:
        """``rules`` imports the package's rules; ``client`` returns the client in use."""
        self._client = client
        self._checks = Checks(package, rules)
        self._index = len(_all)
        self._clean = Report("")
        self._has_left_out = False  # context, which has been logged
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
        """Send the message of a call, whatever its arguments.

        ``key`` is its type, event and version, ``head`` and ``given`` its content.  Raises
        nothing except ViolationError, where that is asked for.
        """
        to = self._client()
        try:
            if options is not None or given is None:
                done = False
            else:
                done = self._usual(to, key, head, given, user_id, integrations)
            if not done:
                self._any(to, key, head, given, user_id, options, integrations)
        except ViolationError:
            raise
        except Exception:  # noqa: BLE001 - analytics must not break the application
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
        """Send the message of a usual call without violations.

        Returns False and does nothing for any other call.
        """
        kind, event, _ = key
        try:
            # One report is reused until a call has violations, which is then not usual: if
            # another thread sees them, its call takes the other path, too, which is harmless.
            report = self._clean
            body, defaults, names = given
            if body is None or body.__class__ is not dict or defaults or names:
                body = _body(BODY[kind], given, None, report)
            around = surroundings.get()
            rules = None
            if to.validates:
                rules = self._checks.rules or self._checks.load()
                if rules.checks_messages:
                    return False
            # Copied first, which stops at the size of a message: the rest takes time
            # proportional to the text, in which a repeated object occurs every time.
            frozen = to.freeze(body, around.context)
            if around.spare and len(frozen) > MESSAGE_BYTES // 2:
                return False  # as JSON it may be too long, so that context is left out
            if rules is not None:
                planned = rules.check_body(key, body, report)
                if not planned and kind == "track" and rules.has_event(user_id):
                    return False  # swapped
            if report.violations:
                self._clean = Report("")
                return False
            if user_id is None:
                user_id = around.user_id
            if to.renders:
                who, now = around.anonymous_id, time_ns()
                if not _is_usual(event, user_id, who, head):
                    return False
                index = self._index
                to.queue((index, key, head, user_id, who, integrations, now, frozen))
                return True
            who, about = around.anonymous_id, around.context
            payload = _message(
                key, head, user_id, who, about, integrations, body, time_ns()
            )
        except Exception:  # noqa: BLE001 - whatever an object's own methods raise
            return False
        if payload is None:
            return False
        to.accept(payload)
        return True

    def complete(self, to: Client, draft: Draft, thawed: Thawed) -> tuple[bytes, str]:
        """The message of a draft, and why it must not be sent, "" if it may be.

        It was checked during the call, except for values that JSON does not have.
        """
        _, key, head, user_id, who, integrations, moment, _ = draft
        body, about = thawed
        try:
            message = _message(
                key, head, user_id, who, about, integrations, body, moment
            )
        except Exception:  # noqa: BLE001 - values that JSON does not have
            message = None
        if message is not None:
            return message, ""
        report = Report(label(key))
        time, around = stamp(moment), Surroundings(None, who, about)
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
        chosen = mapping(options, ("options",), report)
        around, moment = surroundings.get(), stamp(time_ns())
        message = envelope(
            key, head, user_id, around, chosen, integrations, moment, report
        )
        if given is not None:
            name = BODY[key[0]]
            message[name] = _body(name, given, chosen, report)
        misplaced = given is not None and self._checks.misplaced(
            to, message, given[0] is not None, report
        )
        in_envelope = len(report.violations)
        key = key[0], message.get("event", ""), key[2]
        room = _has_room()(message)
        if room is False:
            to.refuse(stand_in(message), "too_large")
            return
        checked, payload, reason = True, None, ""
        if room:
            try:
                checked = not to.validates or self._checks.check(
                    to, key, message, report
                )
                payload = None if report.violations else snapshot(message)
            except Exception:  # noqa: BLE001 - whatever an object's own methods raise
                payload = None
        if payload is None:
            del report.violations[in_envelope:]
            payload, reason = self._look_again(to, key, message, report)
        elif not checked and not to.sends_unchecked:
            reason = "unsendable"
        reason = reason or ("misplaced" if misplaced else "")
        cause = "the plan's rules cannot be used" if reason == "unsendable" else ""
        if len(payload) > MESSAGE_BYTES and around.spare and not reason:
            payload = self._without_spare(to, message, around.spare, payload)
        if reason:
            to.refuse(payload, reason, cause)
        else:
            to.accept(payload)

    def _without_spare(
        self,
        to: Client,
        message: Mapping[str, Any],
        spare: Mapping[str, object],
        payload: bytes,
    ) -> bytes:
        """The message without the context from a request's headers, which are untrusted."""
        import json

        shorter, context = json.loads(payload), message["context"]
        for key, value in spare.items():
            if context.get(key) is value:
                del shorter["context"][key]
        if not self._has_left_out:
            self._has_left_out = True
            text = "a request's context is left out of messages that would be too large"
            to.log().warning(text)
        return snapshot(shorter, True)

    def _look_again(
        self, to: Client, key: Key, message: Mapping[str, object], report: Report
    ) -> tuple[bytes, str]:
        """Check the message in the form in which it will be sent, which is decisive.

        Returns the message, and why it must not be sent, "" if it may be.
        """
        public = partial(self._checks.public, key)
        normalised = _normalise()(message, report, public)
        if normalised is None:
            return stand_in(message), "too_large"
        payload, found = snapshot(normalised, True), Report(label(key))
        checked = not to.validates or self._checks.check_plain(
            to, key, normalised, found
        )
        violations = _listed(report, found)
        allowed = not violations or to.allows(violations, payload)
        reason = lacks(normalised) or ("" if allowed else "violation")
        if not reason and not checked and not to.sends_unchecked:
            reason = "unsendable"
        return payload, reason


_all: list[Calls] = []


def complete(to: Client, draft: Draft, thawed: Thawed) -> tuple[bytes, str]:
    """The message of a draft, and why it must not be sent, "" if it may be."""
    return _all[draft[0]].complete(to, draft, thawed)


def _is_usual(event: object, user_id: object, anonymous_id: object, head: Head) -> bool:
    """Whether the identity is a string or an integer, and event and head are strings."""
    who = anonymous_id if user_id is None else user_id
    if head is not None and type(head[1]) is not str:
        return False
    return type(event) is str and type(who) in (str, int) and who != ""


def _message(
    key: Key,
    head: Head,
    user_id: object,
    anonymous_id: object,
    about: object,
    integrations: Values,
    body: Mapping[str, object],
    moment: int,
) -> bytes | None:
    """The message of a usual call; returns None or raises for any other."""
    text = f'"{BODY[key[0]]}":{encode(body)}'
    time = stamp(moment)
    who = user_id, anonymous_id
    return plain_message(key, head, who, about, integrations, text, time)


def _listed(given: Report, sent: Report) -> list[Violation]:
    """The violations of a call and of its message as it is sent, in the form to be shown."""
    known = {each.path for each in given.violations}
    more = [each for each in sent.violations if each.path not in known]
    own = len(given.violations)
    violations = listed([*given.violations, *more])
    return [shown(each, at >= own) for at, each in enumerate(violations)]


def _body(
    name: str, parts: Body, chosen: Mapping[str, object] | None, report: Report
) -> Mapping[str, object]:
    """The properties or traits in their form on the wire."""
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
def _has_room() -> Callable[[object], bool | None]:
    from .size import has_room

    return has_room


@late
def _normalise() -> _Normalise:
    from .values import normalise

    return normalise
