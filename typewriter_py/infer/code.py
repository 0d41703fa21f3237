"""A code base → the draft of a plan: the raw calls that it makes, with their places."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..audit import codes as audit_codes
from ..audit.codebase import Request, audit
from ..audit.expressions import name_of
from ..audit.report import Raw
from ..audit.source import Columns, parse
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


# --- what raw calls send, as far as it stands in the call -----------------------------------------

Schema: TypeAlias = dict[str, Any]
"""A part of a JSON Schema; ``{}`` where nothing is known."""

_KEYWORDS: Final = ("properties", "traits", "props")
_CALLS: Final = {
    "str": "string",
    "repr": "string",
    "format": "string",
    "join": "string",
    "isoformat": "string",
    "strftime": "string",
    "lower": "string",
    "upper": "string",
    "strip": "string",
    "int": "integer",
    "len": "integer",
    "float": "number",
    "bool": "boolean",
    "isinstance": "boolean",
    "list": "array",
    "sorted": "array",
}


def payloads(places: Iterable[Span]) -> dict[Span, Schema | None]:
    """What the calls at ``places`` send: an object's schema, None where there is none to see.

    ``additionalProperties`` is true where a call sends more than stands in it.
    """
    by_file: dict[str, list[Span]] = {}
    for place in places:
        by_file.setdefault(place.file, []).append(place)
    found: dict[Span, Schema | None] = {}
    for file, wanted in by_file.items():
        try:
            source = parse(Path(file).read_bytes())
        except OSError:
            continue
        columns = Columns(source.text)
        calls: dict[tuple[int, int], ast.Call] = {}
        for call in ast.walk(source.tree) if source.tree else ():  # the outer ones first
            if not isinstance(call, ast.Call):
                continue
            heads = [call.func, *call.args[:1]]  # of a partial, what it calls
            for head in heads if name_of(call.func) == "partial" else heads[:1]:
                calls.setdefault(columns.place(head)[:2], call)
        for place in wanted:
            call_there = calls.get((place.line, place.column))
            found[place] = _sent(call_there) if call_there else None
    return found


def _sent(call: ast.Call) -> Schema | None:
    given = [each.value for each in call.keywords if each.arg in _KEYWORDS]
    given += [arg for arg in call.args if _is_mapping(arg)]
    if given:
        return _schema_of(given[0]) if _is_mapping(given[0]) else {"additionalProperties": True}
    spread = any(each.arg is None for each in call.keywords) or len(call.args) > 2
    return {"additionalProperties": True} if spread else None


def _is_mapping(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and _is_dict(node))


def _is_dict(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "dict"


def _schema_of(node: ast.expr) -> Schema:
    match node:
        case ast.Dict():
            return _object(zip(node.keys, node.values, strict=True))
        case ast.Call() if _is_dict(node):
            pairs = [(ast.Constant(each.arg) if each.arg else None, each.value)
                     for each in node.keywords]  # fmt: skip
            return _object([*pairs, *((None, arg) for arg in node.args)])
        case ast.Constant():
            return _constant(node.value)
        case ast.JoinedStr():
            return {"type": "string"}
        case ast.List() | ast.Tuple() | ast.Set():
            items = merged(_schema_of(item) for item in node.elts)
            return {"type": "array", "items": items} if items else {"type": "array"}
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            items = _schema_of(node.elt)
            return {"type": "array", "items": items} if items else {"type": "array"}
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return {"type": "boolean"}
        case ast.UnaryOp():
            return _schema_of(node.operand)
        case ast.IfExp():
            return merged((_schema_of(node.body), _schema_of(node.orelse)))
        case ast.Call():
            kind = _CALLS.get(name_of(node.func))
            return {"type": kind} if kind else {}
    return {}


def _object(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Schema:
    properties: dict[str, Schema] = {}
    more = False
    for key, value in pairs:
        name = key.value if isinstance(key, ast.Constant) else None
        if isinstance(name, str):
            properties[name] = _schema_of(value)
        else:
            more = True
    found: Schema = {"type": "object", "properties": properties} if properties else {}
    return {**found, **({"additionalProperties": True} if more else {})}


def _constant(value: object) -> Schema:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    if value is None:
        return {"nullable": True}
    kind = kinds.get(type(value))
    return {"type": kind} if kind else {}


def merged(schemas: Iterable[Schema]) -> Schema:
    """What allows all of them; what one does not know another tells."""
    whole: Schema = {}
    for schema in schemas:
        whole = _both(whole, schema) if whole else schema
    return whole


def _both(one: Schema, other: Schema) -> Schema:
    found = {**other, **one}
    kinds = list(dict.fromkeys([*_kinds(one), *_kinds(other)]))
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    if kinds:
        found["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "properties" in one and "properties" in other:
        names = dict.fromkeys([*one["properties"], *other["properties"]])
        found["properties"] = {
            name: merged(
                each["properties"][name] for each in (one, other) if name in each["properties"]
            )
            for name in names
        }
    if "items" in one and "items" in other:
        found["items"] = _both(one["items"], other["items"])
    return found


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind
