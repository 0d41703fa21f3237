"""Drafts: what a call said, kept as it was until the worker makes a message of it.

To copy plain values costs a third of what their JSON text does, and the call waits only for
the copy.  A draft is pickled, since that is the quickest copy that nothing can reach any
more; it never leaves the process, and nothing but plain values gets into it.
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
"""A call's part of a message: which of all ``Calls`` judged it; what it is of, and its head;
the user's identity, and the anonymous one; integrations; nanoseconds since 1970 when the call
was made; and frozen the body and the context of the scope.  Plain, since it is made by the
dozen of thousands."""
Item = Union[bytes, Draft]
"""What is queued: the JSON text of a message, or its draft."""


def thaw(frozen: bytes) -> tuple[Mapping[str, object], object]:
    """The body and the context of a draft, as the caller gave them."""
    body, context = loads(frozen)
    return body, context


@late
def _plain() -> frozenset[type]:
    from uuid import UUID

    return frozenset({date, datetime, time, timedelta, timezone, Decimal, UUID})


class _Freezer(Pickler):
    """Takes JSON's own types, and those of ``_plain()``, which cannot change."""

    def reducer_override(self, obj: Any) -> Any:
        """Asked for all but the simplest of Python's own types."""
        if (obj if type(obj) is type else type(obj)) in _plain():
            return NotImplemented
        raise PickleError("not a plain value")


class _Copy:
    """What is pickled, as long as a message has room for it."""

    __slots__ = ("parts", "size")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, part: bytes) -> None:
        """Take a part, at most 64 kB of it or one text.  Raises PickleError for too many."""
        self.size += len(part)
        if self.size > MESSAGE_BYTES:
            raise PickleError("more than a message has room for")
        self.parts.append(part)


def freeze(body: Mapping[str, object], context: object) -> bytes:
    """A copy of a body and a context.

    Raises PickleError, or anything else, for what is not made of plain values or is more
    than a message has room for: what stands in a value many times is copied as often.
    """
    copy = _Copy()
    freezer = _Freezer(copy, 5)
    freezer.fast = True  # equal objects need not be one again; a cycle is a ValueError
    freezer.dump((body, context))
    return b"".join(copy.parts)
