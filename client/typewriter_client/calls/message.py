"""The message of a call, as defined by Segment's tracking API: an envelope and a body."""

from __future__ import annotations

from collections.abc import Mapping
from os import getpid, urandom
from typing import Any, Callable, Optional, cast

from ..process.forks import late
from ..rules.report import Key, Path, Report, kind
from ..version import __version__
from .encoding import encode, to_json
from .scopes import Surroundings, as_dict

LIBRARY: Mapping[str, object] = {
    "library": {"name": "typewriter-py", "version": __version__},
    "typewriter": {"language": "python", "version": __version__},
}
"""Part of the context of every message."""
MESSAGE_BYTES = 32 * 1024
"""Maximum size of a message: Segment refuses longer ones."""
Head = Optional[tuple[str, object]]
"""A member that a type of message has in addition to the body, such as ``groupId``."""
BODY = {
    "track": "properties",
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""The member with the body, for each type of message."""
_HEADS = {
    "groupId": "group(user_id, group_id, options, …)",
    "previousId": "alias(user_id, previous_id, options)",
}
"""What a message must have in addition to its body, and how to pass it."""
EVERYWHERE = frozenset(
    {"anonymous_id", "timestamp", "context", "integrations", "message_id", "extra"}
)
"""The options of all calls."""
ON_PAGES = EVERYWHERE | {"category"}
"""The options of page and screen."""
_Names = frozenset[str]
_ReportUnknown = Callable[[str, Mapping[str, object], _Names, _Names, Report], None]
_MESSAGE_ID = 100  # characters from which on Segment does not use it to drop repeats
_SHOWN = 300  # characters of a string in the stand-in for a message that is too large
_NONE: Mapping[str, object] = {}
_AT_ONCE = 256
_ids: list[str] = []
_ids_of = 0  # the process they were made for: two processes must never share one


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
    """A message without its body, for a call made at ``moment``.

    What is invalid in it is reported: a missing identity, an identity that is not a string,
    a timestamp that is not a time.
    """
    type_, event, version = key
    message: dict[str, Any] = {"type": type_, "timestamp": moment}
    if type_ == "track":
        _name(message, event, report)
    chosen = options or _NONE
    _identify(message, user_id, chosen.get("anonymous_id"), around, report)
    if head:
        (name, value), before = head, len(report.violations)
        set_text(message, name, value, report)
        is_missing = name not in message and len(report.violations) == before
        if is_missing and name in _HEADS:
            text = f"{name} is required: {_HEADS[name]}"
            report.add((name,), "Required", text, None)
    if integrations:
        message["integrations"] = integrations
    _choose(message, chosen, report)
    message.setdefault("messageId", message_id())
    message["context"] = context(around.context, chosen.get("context"), version, report)
    return message


def context(
    shared: object, given: object, version: int | None, report: Report
) -> Mapping[str, object]:
    """The message's context: the scope's, the call's and what all messages have."""
    wanted = mapping(given, ("options", "context"), report)
    merged = {**mapping(shared, ("context",), report), **wanted, **LIBRARY}
    if version is not None:
        protocols = mapping(merged.get("protocols"), ("context", "protocols"), report)
        merged["protocols"] = {**protocols, "event_version": version}
    return merged


def message_id() -> str:
    """An id by which Segment drops a repeated message: 128 random bits in hexadecimal.

    Made in batches: each call of the kernel releases the interpreter's lock, which takes
    milliseconds to get back if another thread is busy.
    """
    global _ids_of
    if _ids_of != getpid():
        _ids.clear()
        _ids_of = getpid()
    try:
        return _ids.pop()
    except IndexError:
        text = urandom(16 * _AT_ONCE).hex()
        _ids.extend(text[start : start + 32] for start in range(32, len(text), 32))
        return text[:32]


def label(key: Key) -> str:
    """How violations name the message: by its event, if that is a string."""
    event = cast("object", key[1])
    return cast("str", event or key[0]) if issubclass(type(event), str) else key[0]


def lacks(message: Mapping[str, object]) -> str | None:
    """Why the message cannot be sent, None if it can: Segment drops such ones silently."""
    if message["type"] == "track" and "event" not in message:
        return "no_event"
    return None if _has_identity(message) else "no_identity"


def stand_in(message: Mapping[str, object]) -> bytes:
    """What is reported of a message too large to be built: its envelope without the body."""
    shown = {key: text[:_SHOWN] for key, text in message.items() if type(text) is str}
    body = BODY.get(shown["type"])
    text = encode({**shown, body: None} if body else shown, normal=True)
    return text.encode("utf-8", "replace")


def _has_identity(message: Mapping[str, object]) -> bool:
    return "userId" in message or "anonymousId" in message


def _name(message: dict[str, Any], event: object, report: Report) -> None:
    """Set the event, unless it is not a valid name."""
    name = event if type(event) is str else to_json(event, "event")
    if isinstance(name, str) and name:
        message["event"] = name
    elif isinstance(name, str) or _is_none(event):
        report.missing((), "event")
    else:
        report.wrong_type(("event",), event, "string")


def set_text(message: dict[str, Any], key: str, value: object, report: Report) -> None:
    """Set a string of the envelope, such as an identity, from a string or an integer.

    None counts as missing, and so does "", except for a page's name.  Any other value is
    reported and left out, rather than sent as somebody's identity.
    """
    text = value
    if type(text) is not str:
        text = to_json(value, key)
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
    if isinstance(text, str):
        if text or key == "name":
            message[key] = text
    elif not _is_none(value):
        report.wrong_type((key,), value, "string")


def mapping(value: object, path: Path, report: Report) -> Mapping[str, object]:
    """A dict unchanged, another mapping as a dict, None as an empty one; anything else is
    reported.

    Values may be personal, so the report only shows the type.
    """
    if type(value) is dict:
        return cast("Mapping[str, object]", value)
    if value is None:
        return _NONE
    found = as_dict(value)
    if found is not None:
        return found
    shown, instead = f"<{type(value).__name__}>", _advice()(value)
    text = f"Invalid type. Expected: object, given: {kind(value)}"
    report.add(path, "Invalid Type", f"{text}: {instead}" if instead else text, shown)
    return _NONE


def _is_none(value: object) -> bool:
    """Whether it is None, or a proxy for None."""
    try:
        return value is None or isinstance(value, type(None))
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return False


def _identify(
    message: dict[str, Any],
    user_id: object,
    anonymous_id: object,
    around: Surroundings,
    report: Report,
) -> None:
    """Set the identities, from the call or else from the scope around it."""
    if _is_none(user_id):
        user_id = around.user_id
    if _is_none(anonymous_id):
        anonymous_id = around.anonymous_id
    set_text(message, "userId", user_id, report)
    set_text(message, "anonymousId", anonymous_id, report)
    if not _has_identity(message):
        advice = 'userId is required (or options["anonymous_id"], or a scope)'
        report.add(("userId",), "Required", advice, None)


def _choose(
    message: dict[str, Any], chosen: Mapping[str, object], report: Report
) -> None:
    """Set the members of the envelope that the call's options give."""
    paged = message["type"] in ("page", "screen")
    known = ON_PAGES if paged else EVERYWHERE
    if not chosen.keys() <= known:
        _report_unknown()(message["type"], chosen, known, ON_PAGES, report)
    for option, key in (("message_id", "messageId"), ("category", "category")):
        set_text(message, key, chosen.get(option), report)
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
    """The time that the caller passes; if it is invalid, "" and a violation."""
    if type(moment) is not str:
        given, moment = moment, to_json(moment, "timestamp")
        if not isinstance(moment, str):
            report.wrong_type(("timestamp",), given, "date-time")
            return ""
    if _date_time()(moment):
        return moment
    report.wrong_format(("timestamp",), moment, "date-time")
    return ""


@late
def _advice() -> Callable[[object], str]:
    from .values import advice

    return advice


@late
def _date_time() -> Callable[[object], bool]:
    from ..rules.formats import date_time

    return date_time


@late
def _report_unknown() -> _ReportUnknown:
    from .options import report_unknown

    return report_unknown
