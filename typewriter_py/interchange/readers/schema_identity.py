"""Which event or call a JSON Schema in a file is of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Span
from ...names import words
from ...plan.document import Document, Map, Seq
from ..rules import EXTENSION, KINDS, Kind, Schema

_FIELDS: Final = frozenset(
    "type event properties traits context userId anonymousId groupId previousId messageId"
    " timestamp sentAt originalTimestamp receivedAt integrations name category version channel"
    " projectId writeKey _metadata".split()
)
"""Fields of a message: https://segment.com/docs/connections/spec/common/"""

_CALLED: Final[Mapping[str, Kind]] = {kind.lower(): kind for kind in KINDS}
_SUFFIX: Final = re.compile(r"([._-]schema)?\.(json|ya?ml)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a schema is of.

    ``whole``: it describes the message, not only its payload.  ``guessed``: the event's name
    is made of the file's.
    """

    kind: Kind
    key: str = ""
    version: int = 1
    whole: bool = False
    guessed: bool = False


def identity_of(document: Document) -> Identity:
    """By its own word, if it is one of ours; else by what it describes, title and file."""
    said = says(document.data)
    kind = _CALLED.get(str(said.get("call")))
    if kind is None:
        return _foreign(document)
    key = str(said.get("event", "")) if kind == "TRACK" else ""
    version = said.get("version")
    return Identity(kind, key, version if isinstance(version, int) else 1, kind == "COMMON")


def _foreign(document: Document) -> Identity:
    schema = document.data
    fields = schema.get("properties")
    fields = fields if isinstance(fields, Map) else {}
    parts = (fields.get("properties"), fields.get("traits"))
    whole = {*fields} <= _FIELDS and any(map(_describes_an_object, parts))
    stem = _SUFFIX.sub("", posixpath.basename(document.file.replace("\\", "/")))
    called = constant(fields.get("type")) if whole else None
    kind = _CALLED.get(str(called or stem).lower(), "TRACK")
    if kind != "TRACK":
        return Identity(kind, whole=whole or kind == "COMMON")
    event = constant(fields.get("event")) if whole else None
    key = event if isinstance(event, str) else text(schema, "title")
    return Identity(kind, key or _prose(stem), whole=whole, guessed=not key)


def _prose(stem: str) -> str:
    """``order_completed`` as Segment's events are called: *Order Completed*."""
    return " ".join(each if each.isupper() else each.capitalize() for each in words(stem)) or stem


def says(schema: Map) -> Schema:
    """What stands under ``x-typewriter``."""
    said = schema.get(EXTENSION)
    return said if isinstance(said, Map) else {}


def text(schema: Mapping[str, Any], key: str) -> str | None:
    """The text under ``key``, if it is one."""
    found = schema.get(key)
    return found if isinstance(found, str) else None


def constant(schema: Any) -> Any:
    """The only value that ``schema`` permits, None if there is none."""
    if not isinstance(schema, Map):
        return None
    listed = schema.get("enum")
    return listed[0] if isinstance(listed, Seq) and len(listed) == 1 else schema.get("const")


def place_of(schema: Map) -> Span:
    """Where to point for a schema as a whole."""
    return schema.value_span("title") if "title" in schema else schema.span


def _describes_an_object(schema: Any) -> bool:
    return (
        isinstance(schema, Map)
        and bool({"properties", "type", "$ref"} & schema.keys())
        and schema.get("type", "object") == "object"
    )
