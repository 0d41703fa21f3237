"""The message of a usual call, as JSON text at once: what never varies is encoded once.

A call is usual if texts or whole numbers say who, it has no options, and JSON has all its
values.  ``message`` says the same of any call, as a dict, which takes longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quoted

from ..rules.report import Key, Report
from .encoding import encode
from .message import LIBRARY, Head, context, message_id
from .scopes import Surroundings

_CONTEXT = encode(LIBRARY)


def plain_message(
    key: Key,
    head: Head,
    user_id: object,
    around: Surroundings,
    integrations: Mapping[str, object] | None,
    body: str,
    moment: str,
) -> bytes | None:
    """The message as UTF-8 JSON, None if the call is not usual.

    ``body`` is the member that the call is about, as JSON text.  Raises what ``encode``
    does, and UnicodeEncodeError, a ValueError, for a lone surrogate.
    """
    kind, event, version = key
    who = _texts(("userId", user_id), ("anonymousId", around.anonymous_id))
    more = _texts(head) if head else ""
    if not who or more is None or (head and not more and head[0] != "name"):
        return None  # of nobody, or of no group
    if event:
        more += f',"event":{quoted(event)}'
    elif kind == "track":
        return None
    if integrations:
        more += f',"integrations":{encode(integrations)}'
    about = _CONTEXT
    shared = around.context
    if shared or version is not None or type(shared) is not dict:
        report = Report(event)
        about = encode(context(around, None, version, report))
        if report.violations:
            return None
    text = (
        f'{{"type":"{kind}"{who}{more},{body},"messageId":"{message_id()}",'
        f'"timestamp":"{moment}","context":{about}}}'
    )
    return text.encode()


def _texts(*members: tuple[str, object]) -> str | None:
    """Members of the message that must be text; None if one is not, or is empty."""
    found = ""
    for name, value in members:
        text = str(value) if type(value) is int else value
        if type(text) is str and text:
            found += f',"{name}":{quoted(text)}'
        elif text is not None:
            return None
    return found
