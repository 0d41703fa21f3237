"""A code base → the draft of a plan: the raw calls that it makes, with their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..audit import codes as audit_codes
from ..audit.codebase import Request, audit
from ..audit.payloads import Schema, merged, payloads
from ..audit.report import Raw
from ..diagnostics import Diagnostic, Span, has_errors
from ..formats.nodes import EVENT_ORDER, Draft, mark_of, placed, put, reordered
from ..plan.document import Map
from ..plan.model import CALLS
from ..text import few
from . import codes
from .plan import Inferred, describe_call, describe_event
from .statistics import is_personal, times

_SHOWN: Final = 5


def infer_from_code(sources: Sequence[str], name: str, excluded: Sequence[str] = ()) -> Inferred:
    """A first plan, called ``name``, from the raw calls in ``sources``, files or folders.

    Nothing is run: an event whose name is no constant is reported, and properties that are
    not written in the call are left open.  Reads files; raises nothing.
    """
    done = audit(Request(sources, (), frozenset(), excluded=excluded))
    found: list[Diagnostic] = list(done.diagnostics)
    if done.report is None:
        return Inferred(None, tuple(found))
    events: dict[str, list[Span]] = {}
    calls: dict[str, list[Span]] = {}
    for raw in done.report.raw:
        if raw.event is not None:
            events.setdefault(raw.event, []).append(raw.place)
        elif raw.call in CALLS:
            calls.setdefault(raw.call, []).append(raw.place)
    found += _unnamed(done.report.raw)
    if not events and not calls:
        message = f"no plan can be inferred: no raw call in {', '.join(sources)}"
        help = "a raw call is one of an SDK's client: client.track(user_id, event, properties)"
        found.append(codes.NO_MESSAGES.at(None, message, help=help))
    if has_errors(found):
        return Inferred(None, tuple(found))
    sent = payloads(place for places in (*events.values(), *calls.values()) for place in places)
    draft = _draft(name, events, calls, sent)
    count, files = len(sent), times(done.files, "file", "files")
    counted = times(count, "raw call", "raw calls")
    draft.head += [
        f"Inferred from {counted} in {files} of {', '.join(sources)}.",
        "It says what the code names, which need not be all that it sends: go through it.",
    ]
    return Inferred(draft, tuple(found), count)


def _unnamed(raw: Sequence[Raw]) -> list[Diagnostic]:
    return [
        audit_codes.EVENT_NOT_KNOWN.at(each.place, "the event that is sent is not known here")
        for each in raw
        if each.event is None and each.call == "track" and not each.passed
    ]


def _draft(
    name: str,
    events: Mapping[str, Sequence[Span]],
    calls: Mapping[str, Sequence[Span]],
    sent: Mapping[Span, Schema | None],
) -> Draft:
    draft = Draft(Map(mark_of(None)))
    rules = Map(mark_of(None))
    listed = []
    for event, places in sorted(events.items()):
        schema = _flagged(_schema(places, sent), of_user=False)
        data: dict[str, Any] = {"name": event, **({"rules": schema} if schema else {})}
        node = placed(data, mark_of(places[0]))
        describe_event(node, node.get("rules") or Map(mark_of(None)))
        reordered(node, EVENT_ORDER)
        draft.comments.add(node, None, _places(places))
        listed.append(node)
    if listed:
        put(rules, "events", placed(listed, mark_of(None)))
    for call, places in sorted(calls.items()):
        schema = _flagged(_schema(places, sent), of_user=call == "identify")
        if schema:
            node = placed(schema, mark_of(places[0]))
            describe_call(call, node)
            holder = Map(node.mark)
            put(holder, "traits", node)
            put(rules, call, holder if CALLS[call] == "traits" else node)
            draft.comments.add(rules, call, _places(places))
    put(draft.root, "display_name", name)
    put(draft.root, "rules", rules)
    return draft


def _schema(places: Sequence[Span], sent: Mapping[Span, Schema | None]) -> Schema:
    """The rules for all calls of one kind: open where one of them sends what is not seen."""
    whole = merged(filter(None, (sent.get(place) for place in places)))
    return {key: value for key, value in whole.items() if key != "type"}


def _flagged(schema: Schema, of_user: bool) -> Schema:
    """With what is personal by its name marked as such."""
    for name, inner in schema.get("properties", {}).items():
        if is_personal(name, of_user) and inner.get("type", "string") == "string":
            inner["pii"] = True
    return schema


def _places(places: Sequence[Span]) -> str:
    return few([f"{place.file}:{place.line}" for place in places], _SHOWN)
