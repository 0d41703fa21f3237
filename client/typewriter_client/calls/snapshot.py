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
from typing import Any, NamedTuple, Optional, Union

from ..process.forks import late
from ..rules.report import Key
from .message import MESSAGE_BYTES, Head


class Draft(NamedTuple):
    """A call's part of a message.

    Made by the dozen of thousands, as a plain tuple of the same items.
    """

    place: int
    """Of the ``Calls`` that judged it, among all."""
    key: Key
    head: Head
    user_id: object
    anonymous_id: object
    integrations: Mapping[str, object] | None
    moment: int
    """Nanoseconds since 1970 when the call was made."""
    frozen: bytes
    """The body, and the context of the scope."""

    def thawed(self) -> tuple[Mapping[str, object], object]:
        """The body and the context, as the caller gave them."""
        body, context = loads(self.frozen)
        return body, context


Item = Union[
    bytes,
    tuple[int, Key, Head, object, object, Optional[Mapping[str, object]], int, bytes],
]
"""What is queued: the JSON text of a message, or the items of a ``Draft``."""


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
