"""Drafts: a copy of a call's values, kept until the worker turns it into a message.

Copying plain values costs a third of encoding them as JSON, and the call only waits for the
copy.  A draft is pickled, as that is the fastest way to make an isolated copy; it never
leaves the process, and only contains plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pickle import PickleError, Pickler, loads
from typing import Any, Optional, Union

from ..process.forks import late
from ..rules.report import Key
from .message import MESSAGE_BYTES, Head

Draft = tuple[
    int, Key, Head, object, object, Optional[Mapping[str, object]], int, bytes
]
"""A call's part of a message: the index of the ``Calls`` that checked it; its key and head;
the user's id and the anonymous id; integrations; the time of the call in nanoseconds since
1970; the frozen body and scope's context.  A plain tuple, as there may be tens of
thousands."""
Item = Union[bytes, Draft]
"""An item of the queue: the JSON text of a message, or its draft."""


def thaw(frozen: bytes) -> tuple[Mapping[str, object], object]:
    """The body and the context of a draft, as the caller passed them."""
    body, context = loads(frozen)
    return body, context


@late
def _plain() -> frozenset[type]:
    from uuid import UUID

    return frozenset({date, datetime, time, timedelta, timezone, Decimal, UUID})


class _Freezer(Pickler):
    """Accepts JSON's own types and the immutable ones of ``_plain()``."""

    def reducer_override(self, obj: Any) -> Any:
        """Called for all but the simplest built-in types."""
        if (obj if type(obj) is type else type(obj)) in _plain():
            return NotImplemented
        raise PickleError("not a plain value")


class _Copy:
    """Collects what is pickled, up to the size of a message."""

    __slots__ = ("parts", "size")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, part: bytes) -> None:
        """Add a part: at most 64 kB, or one string.  Raises PickleError if it gets too large."""
        self.size += len(part)
        if self.size > MESSAGE_BYTES:
            raise PickleError("more than a message has room for")
        self.parts.append(part)


def freeze(body: Mapping[str, object], context: object) -> bytes:
    """A copy of a body and a context.

    Raises PickleError, or anything else, for values that are not plain or too large for a
    message; an object that occurs several times is copied every time.
    """
    copy = _Copy()
    freezer = _Freezer(copy, 5)
    freezer.fast = True  # object identity is not preserved; a cycle is a ValueError
    freezer.dump((body, context))
    return b"".join(copy.parts)
