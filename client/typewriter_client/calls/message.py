"""The message of a call, as Segment's tracking API has it: its envelope around the body."""

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
"""What the context of every message has."""
MESSAGE_BYTES = 32 * 1024
"""Of one message: Segment refuses longer ones."""
Head = Optional[tuple[str, object]]
"""A member that a type of message has beside the body, such as ``groupId``."""
BODY = {
    "track": "properties",
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""Where a message of a type has what the call is about."""
_HEADS = {
    "groupId": "group(user_id, group_id, options, …)",
    "previousId": "alias(user_id, previous_id, options)",
}
"""What a message must have beside its body, and how it is given."""
EVERYWHERE = frozenset(
    {"anonymous_id", "timestamp", "context", "integrations", "message_id", "extra"}
)
"""The options of every call."""
ON_PAGES = EVERYWHERE | {"category"}
"""Those of page and screen."""
_Names = frozenset[str]
_ReportUnknown = Callable[[str, Mapping[str, object], _Names, _Names, Report], None]
_MESSAGE_ID = 100  # characters, from which on Segment does not tell repeats by it
_TOLD = 300  # characters of a text in a message that is too large to be made
_NONE: Mapping[str, object] = {}
_AT_ONCE = 256
_ids: list[str] = []
_ids_of = 0  # the process for which they were made: two must never share one


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
    type_, event, version = key
    message: dict[str, Any] = {"type": type_, "timestamp": moment}
    if type_ == "track":
        _name(message, event, report)
    chosen = options or _NONE
    _identify(message, user_id, chosen.get("anonymous_id"), around, report)
    if head:
        (name, value), before = head, len(report.violations)
        set_text(message, name, value, report)
        said_nothing = name not in message and len(report.violations) == before
        if said_nothing and name in _HEADS:
            said = f"{name} is required: {_HEADS[name]}"
            report.add((name,), "Required", said, None)
    if integrations:
        message["integrations"] = integrations
    _choose(message, chosen, report)
    message.setdefault("messageId", message_id())
    message["context"] = context(around.context, chosen.get("context"), version, report)
    return message


def context(
    shared: object, given: object, version: int | None, report: Report
) -> Mapping[str, object]:
    """The message's context: of the scope, of the call, and what every one has."""
    wanted = mapping(given, ("options", "context"), report)
    merged = {**mapping(shared, ("context",), report), **wanted, **LIBRARY}
    if version is not None:
        protocols = mapping(merged.get("protocols"), ("context", "protocols"), report)
        merged["protocols"] = {**protocols, "event_version": version}
    return merged


def message_id() -> str:
    """What lets Segment drop a message that comes twice: 128 random bits in hexadecimal.

    Made by the hundred: asking the kernel for each gives the interpreter's lock away each
    time, and beside a busy thread that costs milliseconds to get back.
    """
    global _ids_of
    if _ids_of != getpid():
        _ids.clear()
        _ids_of = getpid()
    try:
        return _ids.pop()
    except IndexError:
        text = urandom(16 * _AT_ONCE).hex()
        _ids.extend(text[place : place + 32] for place in range(32, len(text), 32))
        return text[:32]


def label(key: Key) -> str:
    """What violations say the message is: its event, if that is a name at all."""
    event = cast("object", key[1])
    return cast("str", event or key[0]) if issubclass(type(event), str) else key[0]


def lacks(message: Mapping[str, object]) -> str | None:
    """Why the message cannot be sent, as far as Segment refuses it without a word."""
    if message["type"] == "track" and "event" not in message:
        return "no_event"
    return None if _has_identity(message) else "no_identity"


def stand_in(message: Mapping[str, object]) -> bytes:
    """What is told of a message that nobody has room to make: its envelope, without body."""
    told = {key: text[:_TOLD] for key, text in message.items() if type(text) is str}
    body = BODY.get(told["type"])
    text = encode({**told, body: None} if body else told, normal=True)
    return text.encode("utf-8", "replace")


def _has_identity(message: Mapping[str, object]) -> bool:
    return "userId" in message or "anonymousId" in message


def _name(message: dict[str, Any], event: object, report: Report) -> None:
    """Set the event, unless it is no name."""
    name = event if type(event) is str else to_json(event, "event")
    if isinstance(name, str) and name:
        message["event"] = name
    elif isinstance(name, str) or _is_none(event):
        report.missing((), "event")
    else:
        report.wrong_type(("event",), event, "string")


def set_text(message: dict[str, Any], key: str, value: object, report: Report) -> None:
    """Set what must be a text in the envelope, such as an identity, from a text or number.

    None and "" say nothing, but of a page's name.  Any other value is reported and left
    out, rather than sent as somebody's identity.
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
    """A mapping as it is or as a dict, None as an empty one; anything else is reported.

    Its values may be personal, so the report shows no more than its kind.
    """
    if type(value) is dict:
        return cast("Mapping[str, object]", value)
    if value is None:
        return _NONE
    found = as_dict(value)
    if found is not None:
        return found
    shown, instead = f"<{type(value).__name__}>", _advice()(value)
    said = f"Invalid type. Expected: object, given: {kind(value)}"
    report.add(path, "Invalid Type", f"{said}: {instead}" if instead else said, shown)
    return _NONE


def _is_none(value: object) -> bool:
    """Whether it is None, or a proxy that stands for it."""
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
    """Set who did it, from the call or else the scope around it."""
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
    """Set what the call's options say of the envelope."""
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
    """The time that the caller gives; "", and a violation, if it is none."""
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
