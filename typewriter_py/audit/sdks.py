"""Other ways to Segment and RudderStack: their SDKs for Python, the library that generated
packages are built on, and how they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..names import words
from ..plan.model import CALLS as PLANNED_CALLS

CALLS: Final = frozenset({*PLANNED_CALLS, "track", "alias"})
"""The calls of Segment's specification, https://segment.com/docs/connections/spec/."""

MODULES: Final = frozenset(
    {
        "segment.analytics",  # segment-analytics-python 2
        "analytics",  # the same before version 2, analytics-python
        "rudderstack.analytics",  # rudder-sdk-python 2
        "rudder_analytics",  # the same, version 1
    }
)
"""What the SDKs' distributions are imported as."""

LIBRARY: Final = "typewriter_client"
"""What generated packages send with; a ``Package`` created elsewhere bypasses the plan."""

WORDS: Final = frozenset({"analytics", "rudder_analytics", LIBRARY})
"""A file that imports an SDK, or the library, has one of these."""

EVENT: Final = "event"
EVENT_POSITION: Final = 1
"""``track(user_id, event, …)`` in all SDKs."""

OWN_EVENT_POSITION: Final = 0
"""``track(event, user_id, …)`` of a generated package."""

_HINTS: Final = frozenset({"analytics", "segment", "rudder", "rudderstack", "rudderanalytics"})


def is_hint(name: str) -> bool:
    """Whether something of that name is probably an SDK's client."""
    return not _HINTS.isdisjoint(word.lower() for word in words(name))


def length(parts: Sequence[str]) -> int:
    """How many of the first parts of a dotted name are an SDK's module; 0 if none."""
    found = (count for count in (2, 1) if ".".join(parts[:count]) in MODULES)
    return next(found, 0)


def is_sure(parts: Sequence[str]) -> bool:
    """Whether a dotted name is an SDK's, or the library's, even if the code base contains a
    module of that name (then a copy).  ``analytics`` alone may be anybody's."""
    return parts[:1] == [LIBRARY] or (length(parts) > 0 and parts[0] != "analytics")
