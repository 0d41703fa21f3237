"""Statistics → the draft of a plan, and what could not be planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...diagnostics import Diagnostic, Span
from ...plan.document import Map
from ..draft import Comments, Draft
from ..nodes import EVENT_ORDER, reordered
from ..translate import version_words
from . import codes
from .counts import times
from .describe import Describer
from .events import MAX_EVENTS, Seen
from .observe import CALLS, Observed
from .spec import describe_call, describe_event

SAMPLES: Final = 10
"""Messages from which on what was always there is taken to be required."""

_SHOWN: Final = 10
"""Names that vary, told one by one; the others are counted."""

_TOO_FEW: Final = "too few to tell what is required"


def draft_of(observed: Observed, name: str, samples: int = SAMPLES) -> Draft:
    """The plan of what was seen: events by their names, properties by how often they came.

    It depends on what was sent, not on the order in which it was.  ``samples`` is how many
    messages it takes before something is required, or one of few values.
    """
    draft = Draft(Map(("", 1, 1, 1)))
    events = sorted(observed.events.seen.items(), key=lambda each: (each[0][0], each[0][1] or 1))
    write = Describer(draft.comments, samples, Span(""))
    rules = write.node()
    listed = []
    plain: set[str] = set()
    for (event, version), seen in events:
        listed.append(_event(draft.comments, samples, event, version, seen, event in plain))
        plain.add(event)
    if listed:
        write.put(rules, "events", write.seq(listed))
    for kind in CALLS:
        if kind in observed.calls and observed.calls[kind].shape:
            write.put(rules, kind, _call(draft.comments, samples, kind, observed.calls[kind]))
            draft.comments.add(rules, kind, *_tally(observed.calls[kind], samples))
    write.put(draft.root, "display_name", name)
    if rules:
        write.put(draft.root, "rules", rules)
    return draft


def _event(
    comments: Comments, samples: int, name: str, version: int | None, seen: Seen, taken: bool
) -> Map:
    """One event; where the name is ``taken`` by an older version, with a function of its own."""
    write = Describer(comments, samples, seen.place)
    node = write.node(name=name, version=version)
    if taken:
        write.put(node, "function", version_words(name, version or 1))
    rules = write.node()
    write.members(rules, seen.shape)
    describe_event(node, rules)
    if rules:
        write.put(node, "rules", rules)
    reordered(node, EVENT_ORDER)
    comments.add(node, None, *_tally(seen, samples))
    return node


def _call(comments: Comments, samples: int, kind: str, seen: Seen) -> Map:
    write = Describer(comments, samples, seen.place, of_user=kind == "identify")
    members: Any = write.node()
    write.members(members, seen.shape)
    describe_call(kind, members)
    return write.node(traits=members) if CALLS[kind] == "traits" else members


def _tally(seen: Seen, samples: int) -> Iterator[str]:
    """How many messages, and from when: 20,114 messages, 2026-01-03 to 2026-02-11."""
    count = seen.shape.count
    days = seen.first if seen.first == seen.last else f"{seen.first} to {seen.last}"
    when = f", {days}" if seen.last else ""
    yield times(count, "message", "messages") + when
    if count < samples:
        yield _TOO_FEW


def unplanned(observed: Observed) -> Iterator[Diagnostic]:
    """What the log has, and the plan therefore has not."""
    families = observed.events.varying()
    for pattern, family in families[:_SHOWN]:
        message = f"{family.messages:,} messages of events like `{pattern}` are not in the plan"
        help = "send one event, and as a property what varies in the names"
        yield codes.NAMES_VARY.at(family.place, message, help=help)
    if len(families) > _SHOWN:
        more = sum(family.messages for _, family in families[_SHOWN:])
        message = f"{more:,} messages of {len(families) - _SHOWN:,} more such names are not either"
        yield codes.NAMES_VARY.at(None, message)
    lost = observed.events.given_up
    if lost["messages"]:
        message = f"{lost['messages']:,} messages of events with rare or endless names are left out"
        help = f"a plan of more than {MAX_EVENTS:,} events is of no use; put data into properties"
        yield codes.TOO_MANY_EVENTS.at(None, message, help=help)
    if observed.room.left <= 0:
        message = "too many different properties: from some on they are counted together"
        help = "see the `additionalProperties` of the plan; keys that are ids are worth a change"
        yield codes.TOO_MANY_PLACES.at(None, message, help=help)
