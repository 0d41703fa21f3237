"""The message of a call, as Segment's tracking API has it: its envelope around the body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional, cast

from .checks import Path, Report
from .forks import load
from .ids import message_id
from .scopes import Surroundings
from .values import iso

VERSION = "0.1.0"
"""Of this client, in every message.  It changes when the client's code does."""

LIBRARY: Mapping[str, object] = {
    "library": {"name": "typewriter-py", "version": VERSION},
    "typewriter": {"language": "python", "version": VERSION},
}
"""What the context of every message has."""
MESSAGE_BYTES = 32 * 1024
"""Of one message: Segment refuses longer ones."""
Key = tuple[str, str, Optional[int]]
"""A message's type, its event (or "") and the event's version."""
Head = Optional[tuple[str, object]]
"""A member that a type of message has beside the body, such as ``groupId``."""
EVERYWHERE = frozenset(
    {"anonymous_id", "timestamp", "context", "integrations", "message_id", "extra"}
)
"""The options of every call."""
ON_PAGES = EVERYWHERE | {"category"}
"""Those of page and screen."""
_MESSAGE_ID = 100  # characters, from which on Segment does not tell repeats by it
_NONE: Mapping[str, object] = {}


def envelope(
    key: Key,
    head: Head,
    user_id: object,
    around: Surroundings,
    options: Mapping[str, object] | None,
    integrations: Mapping[str, object] | None,
    moment: str,
    report: Report,
) -> dict[str, Any]:
    """A message but for its body, of a call made at a ``moment``.

    What cannot be right in it is reported: a message of nobody, an identity that is no
    text, a timestamp that is no time.
    """
    kind, event, version = key
    message: dict[str, Any] = {"type": kind, "timestamp": moment}
    if kind == "track":
        _name(message, event, report)
    chosen = options or _NONE
    _identify(message, user_id, chosen.get("anonymous_id"), around, report)
    if head and head[1] is not None:
        set_text(message, head[0], head[1], report)
    if integrations:
        message["integrations"] = integrations
    _choose(message, chosen, report)
    message.setdefault("messageId", message_id())
    message["context"] = context(around, chosen.get("context"), version, report)
    return message


def context(
    around: Surroundings, given: object, version: int | None, report: Report
) -> Mapping[str, object]:
    """The message's context: of the scope, of the call, and what every one has."""
    wanted = mapping(given, ("options", "context"), report)
    shared = mapping(around.context, ("context",), report)
    merged = {**shared, **wanted, **LIBRARY}
    if version is not None:
        protocols = mapping(merged.get("protocols"), ("context", "protocols"), report)
        merged["protocols"] = {**protocols, "event_version": version}
    return merged


def label(key: Key) -> str:
    """What violations say the message is: its event, if that is a name at all."""
    event = cast("object", key[1])
    return event if isinstance(event, str) and event else key[0]


def lacks(message: Mapping[str, object]) -> str | None:
    """Why the message cannot be sent, as far as Segment refuses it without a word."""
    if message["type"] == "track" and "event" not in message:
        return "no_event"
    return None if _has_identity(message) else "no_identity"


def _has_identity(message: Mapping[str, object]) -> bool:
    return "userId" in message or "anonymousId" in message


def _name(message: dict[str, Any], event: object, report: Report) -> None:
    """Set the event, unless it is no name."""
    if event is None or event == "":
        report.missing((), "event")
    elif isinstance(event, str):
        message["event"] = event
    else:
        report.wrong_type(("event",), event, "string")


def set_text(message: dict[str, Any], key: str, value: object, report: Report) -> None:
    """Set what must be a text in the envelope, such as an identity, from a text or number.

    Any other value is reported and left out, rather than sent as somebody's identity.
    """
    text = value
    if type(text) is not str:
        load(".normal")
        from .normal import to_json

        text = to_json(value, key)
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
    if isinstance(text, str):
        message[key] = text
    else:
        report.wrong_type((key,), value, "string")


def mapping(value: object, path: Path, report: Report) -> Mapping[str, object]:
    """A mapping as it is, None as an empty one; anything else is reported."""
    if type(value) is dict or isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    if value is not None:
        report.wrong_type(path, value, "object")
    return _NONE


def _identify(
    message: dict[str, Any],
    user_id: object,
    anonymous_id: object,
    around: Surroundings,
    report: Report,
) -> None:
    """Set who did it, from the call or else the scope around it."""
    if user_id is None:
        user_id = around.user_id
    if anonymous_id is None:
        anonymous_id = around.anonymous_id
    if user_id is not None and user_id != "":
        set_text(message, "userId", user_id, report)
    if anonymous_id is not None and anonymous_id != "":
        set_text(message, "anonymousId", anonymous_id, report)
    if not _has_identity(message):
        advice = 'userId is required (or options["anonymous_id"], or a scope)'
        report.add(("userId",), "Required", advice, None)


def _choose(
    message: dict[str, Any], chosen: Mapping[str, object], report: Report
) -> None:
    """Set what the call's options say of the envelope."""
    paged = message["type"] in ("page", "screen")
    if not chosen.keys() <= (ON_PAGES if paged else EVERYWHERE):
        load(".unknown")
        from .unknown import report_unknown

        report_unknown(chosen, message["type"], report)
    for option, key in (("message_id", "messageId"), ("category", "category")):
        value = chosen.get(option)
        if value is not None and value != "":
            set_text(message, key, value, report)
    if len(message.get("messageId", "")) >= _MESSAGE_ID:
        limit = f"be shorter than {_MESSAGE_ID} characters"
        report.out_of_range(limit, ("messageId",), message["messageId"])
    if chosen.get("timestamp") is not None:
        given = _timestamp(chosen["timestamp"], report)
        message["timestamp"] = given or message["timestamp"]
    if chosen.get("integrations") is not None:
        wanted = mapping(chosen["integrations"], ("options", "integrations"), report)
        message["integrations"] = {**message.get("integrations", _NONE), **wanted}


def _timestamp(moment: object, report: Report) -> str:
    """The time that the caller gives; "", and a violation, if it is none."""
    load(".formats")
    from .formats import date_time

    if isinstance(moment, datetime):
        return iso(moment)
    if isinstance(moment, str) and date_time(moment):
        return moment
    if isinstance(moment, str):
        report.wrong_format(("timestamp",), moment, "date-time")
    else:
        report.wrong_type(("timestamp",), moment, "date-time")
    return ""
