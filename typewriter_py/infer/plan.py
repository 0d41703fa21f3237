"""Logs → the draft of a plan, and what is missing from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..diagnostics import Diagnostic, has_errors
from ..formats.nodes import EVENT_ORDER, NOWHERE, Comments, Draft, as_nodes, put, reordered
from ..formats.schemas import ORDER
from ..formats.translate import version_words
from ..lint.segment import spec
from ..plan.document import Map
from ..plan.model import CALLS, Array, Number, Object, Type
from ..plan.queries import json_name, object_in
from . import codes
from .describe import Describer
from .events import MAX_EVENTS, Observed, Seen
from .logs import Log, Reading, read
from .statistics import times


def describe_event(node: Map, members: Map) -> None:
    """Add the spec's descriptions to one of its events, and to the event's properties."""
    known = spec().events.get(node["name"])
    if known is not None:
        if known.description is not None:
            put(node, "description", known.description)
        _describe(members, known.properties)


def describe_call(kind: str, members: Map) -> None:
    """Add them to the reserved traits and properties of identify, group or page."""
    known = spec().calls.get(kind)
    if known is not None:
        _describe(members, known)


def _describe(members: Map, shape: Object) -> None:
    properties: dict[str, Any] = members.get("properties", {})
    for declared in shape.properties:
        schema = properties.get(declared.name)
        if not isinstance(schema, Map) or not _agrees(schema, declared.type):
            continue
        if declared.description is not None:
            put(schema, "description", declared.description)
            reordered(schema, ORDER)
        inner = object_in(declared.type, spec().definitions)
        holder = schema.get("items") if isinstance(declared.type, Array) else schema
        if inner is not None and isinstance(holder, Map):
            _describe(holder, inner)


def _agrees(schema: Map, declared: Type) -> bool:
    """Whether values of the spec's type were sent; otherwise it only shares the name."""
    sent = schema.get("type")
    name = json_name(declared)
    names = {"integer", "number"} if isinstance(declared, Number) else {name}
    return name is None or bool(names & {*(sent if isinstance(sent, list) else [sent])})


SAMPLES: Final = 10
"""Messages it takes to conclude that a property is required."""

_SHOWN: Final = 10
"""Patterns of names that are reported one by one; the others are counted."""


def draft_of(observed: Observed, name: str, samples: int = SAMPLES) -> Draft:
    """The plan of what was seen: events by their names, properties by how often they were sent.

    It depends on what was sent, not on the order.  ``samples`` is how many messages it takes to
    conclude that something is required, or an ``enum``.
    """
    draft = Draft(Map(NOWHERE))
    events = sorted(observed.events.seen.items(), key=lambda each: (each[0][0], each[0][1] or 1))
    rules = Map(NOWHERE)
    listed = []
    taken: set[str] = set()
    for (event, version), seen in events:
        listed.append(_event(draft.comments, samples, event, version, seen, event in taken))
        taken.add(event)
    if listed:
        put(rules, "events", listed)
    for kind in CALLS:
        if kind in observed.calls and observed.calls[kind].shape:
            put(rules, kind, _call(draft.comments, samples, kind, observed.calls[kind]))
            draft.comments.add(rules, kind, *_tally(observed.calls[kind], samples))
    put(draft.root, "display_name", name)
    if rules:
        put(draft.root, "rules", rules)
    return draft


def _event(
    comments: Comments, samples: int, name: str, version: int | None, seen: Seen, taken: bool
) -> Map:
    """One event; with a function of its own if an older version has ``taken`` its name."""
    write = Describer(comments, samples, seen.span)
    node, rules = Map(seen.span), Map(seen.span)
    put(node, "name", name)
    if version is not None:
        put(node, "version", version)
    if taken:
        put(node, "function", version_words(name, version or 1))
    write.members(rules, seen.shape)
    describe_event(node, rules)
    if rules:
        put(node, "rules", rules)
    reordered(node, EVENT_ORDER)
    comments.add(node, None, *_tally(seen, samples))
    return node


def _call(comments: Comments, samples: int, kind: str, seen: Seen) -> Any:
    write = Describer(comments, samples, seen.span, of_user=kind == "identify")
    members = Map(seen.span)
    write.members(members, seen.shape)
    describe_call(kind, members)
    return as_nodes({"traits": members} if CALLS[kind] == "traits" else members, seen.span)


def _tally(seen: Seen, samples: int) -> Iterator[str]:
    """How many messages, and when: 20,114 messages, 2026-01-03 to 2026-02-11."""
    count = seen.shape.count
    days = seen.first if seen.first == seen.last else f"{seen.first} to {seen.last}"
    when = f", {days}" if seen.last else ""
    yield times(count, "message", "messages") + when
    if count < samples:
        yield "too few to know what is required"


def unplanned(observed: Observed) -> Iterator[Diagnostic]:
    """What the log has, but not the plan."""
    families = observed.events.varying()
    for pattern, family in families[:_SHOWN]:
        message = f"{family.messages:,} messages of events like `{pattern}` are not in the plan"
        help = "send one event, and what varies in the names as a property"
        yield codes.NAMES_VARY.at(family.span, message, help=help)
    if len(families) > _SHOWN:
        more = sum(family.messages for _, family in families[_SHOWN:])
        message = f"{more:,} messages of {len(families) - _SHOWN:,} more such names are not either"
        yield codes.NAMES_VARY.at(None, message)
    lost = observed.events.given_up
    if lost["messages"]:
        message = f"{lost['messages']:,} messages of rare events or very long names are left out"
        help = f"a plan of more than {MAX_EVENTS:,} events is of no use; put data into properties"
        yield codes.TOO_MANY_EVENTS.at(None, message, help=help)
    if observed.room.left <= 0:
        message = "too many different properties: some of them are counted together"
        help = "see `additionalProperties` in the plan; avoid keys that are ids"
        yield codes.TOO_MANY_PLACES.at(None, message, help=help)


@dataclass(frozen=True, slots=True)
class Inferred:
    """The result: no ``draft`` if there is an error, such as a log without messages."""

    draft: Draft | None
    diagnostics: tuple[Diagnostic, ...]
    messages: int = 0


def infer(
    logs: Sequence[Log],
    name: str,
    samples: int = SAMPLES,
    progress: Callable[[int], None] = lambda _: None,
) -> Inferred:
    """A first plan, called ``name``, from all ``logs`` together.

    Memory is bounded, whatever they contain.  ``samples``: see ``draft_of``; ``progress`` is
    called with the bytes read since the last call.  Reads files; raises nothing.
    """
    reading = read(logs, progress)
    observed = reading.observed
    found = [*reading.diagnostics, *unplanned(observed)]
    if not observed.events.seen and not observed.calls and not has_errors(found):
        lines, names = times(reading.lines, "line", "lines"), _listed([log.name for log in logs])
        message = f"cannot infer a plan: no usable message in {names} ({lines})"
        help = 'a log has one message per line: {"type": "track", "event": …}'
        found.append(codes.NO_MESSAGES.at(None, message, help=help))
    if has_errors(found):
        return Inferred(None, tuple(found))
    draft = draft_of(observed, name, samples)
    draft.head += _head(reading, logs)
    return Inferred(draft, tuple(found), observed.kinds.total())


def _head(reading: Reading, logs: Sequence[Log]) -> list[str]:
    """Comments at the top of the file: what it was inferred from."""
    kinds = reading.observed.kinds
    counted = ", ".join(f"{kind} {kinds[kind]:,}" for kind in sorted(kinds))
    names = _listed([os.path.basename(log.name) for log in logs])
    lines = [f"Inferred from {times(kinds.total(), 'message', 'messages')} of {names} ({counted})."]
    if reading.broken:
        lines.append(f"{reading.broken:,} of {reading.lines:,} lines could not be read.")
    lines += [each.message for each in unplanned(reading.observed)]
    return [*lines, "It describes what was sent, which may not be what was meant: review it."]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} logs"
