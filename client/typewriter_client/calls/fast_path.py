"""The message of a usual call, built as JSON text directly, with constants encoded once.

A call is usual if its identities are strings or integers, it has no options, and JSON has
all its values.  ``message`` does the same for any call, as a dict, which takes longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quoted

from ..rules.report import BITS, Key, Report
from .encoding import encode
from .message import LIBRARY, Head, context, message_id

_CONTEXT = encode(LIBRARY)


def plain_message(
    key: Key,
    head: Head,
    who: tuple[object, object],
    about: object,
    integrations: Mapping[str, object] | None,
    body: str,
    moment: str,
) -> bytes | None:
    """The message as UTF-8 JSON, None if the call is not usual.

    ``who`` are the user's id and the anonymous id, ``about`` is the context of the scope,
    and ``body`` the member with properties or traits, as JSON text.  Raises what ``encode``
    raises, and UnicodeEncodeError, a ValueError, for a lone surrogate.
    """
    kind, event, version = key
    user_id, anonymous_id = who
    if type(user_id) is str and user_id and anonymous_id is None:
        of: str | None = f',"userId":{quoted(user_id)}'
    else:
        of = _texts(("userId", user_id), ("anonymousId", anonymous_id))
    more = _texts(head) if head else ""
    if not of or more is None or (head and not more and head[0] != "name"):
        return None  # an identity is missing, or the group's
    if event:
        more += f',"event":{quoted(event)}'
    elif kind == "track":
        return None
    if integrations:
        more += f',"integrations":{encode(integrations)}'
    around = _CONTEXT
    if about or version is not None or type(about) is not dict:
        report = Report(event)
        around = encode(context(about, None, version, report))
        if report.violations:
            return None
    text = (
        f'{{"type":"{kind}"{of}{more},{body},"messageId":"{message_id()}",'
        f'"timestamp":"{moment}","context":{around}}}'
    )
    return text.encode()


def _texts(*members: tuple[str, object]) -> str | None:
    """Members of the message that must be strings; None if one is not, or is empty."""
    found = ""
    for name, value in members:
        text = value
        if type(value) is int:
            if value.bit_length() > BITS:
                return None
            text = str(value)
        if type(text) is str and text:
            found += f',"{name}":{quoted(text)}'
        elif text is not None:
            return None
    return found
