"""A code base → the draft of a plan: the raw calls that it makes, with their locations."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from .. import disk
from ..audit import codes as audit_codes
from ..audit.codebase import Request, audit
from ..audit.expressions import name_of
from ..audit.source import Columns, parse
from ..diagnostics import Diagnostic, Span, has_errors
from ..formats.nodes import EVENT_ORDER, NOWHERE, Draft, as_nodes, put, reordered
from ..plan.document import Map
from ..plan.model import CALLS
from ..text import few
from . import codes
from .plan import Inferred, describe_call, describe_event
from .statistics import is_personal, times

_SHOWN: Final = 5

Schema: TypeAlias = dict[str, Any]
"""A part of a JSON Schema; ``{}`` where nothing is known."""


def infer_from_code(sources: Sequence[str], name: str, excluded: Sequence[str] = ()) -> Inferred:
    """A first plan, called ``name``, from the raw calls in ``sources``, files or folders.

    Nothing is run: an event whose name is not a constant is reported, and properties that are
    not written in the call are left open.  Reads files; raises nothing.
    """
    done = audit(Request(sources, (), frozenset(), excluded=excluded))
    found: list[Diagnostic] = list(done.diagnostics)
    if done.report is None:
        return Inferred(None, tuple(found))
    events: dict[str, list[Span]] = defaultdict(list)
    calls: dict[str, list[Span]] = defaultdict(list)
    for raw in done.report.raw:
        if raw.event is not None:
            events[_whole(raw.event)].append(raw.span)
        elif raw.call in CALLS:
            calls[raw.call].append(raw.span)
        elif raw.call == "track" and not raw.passed:
            message = "the name of the event is not known here"
            found.append(audit_codes.EVENT_NOT_KNOWN.at(raw.span, message))
    if not events and not calls:
        message = f"cannot infer a plan: no raw call in {', '.join(sources)}"
        help = "a raw call is one of an SDK's client: client.track(user_id, event, properties)"
        found.append(codes.NO_MESSAGES.at(None, message, help=help))
    if has_errors(found):
        return Inferred(None, tuple(found))
    sent = payloads(span for spans in (*events.values(), *calls.values()) for span in spans)
    draft = _draft(name, events, calls, sent)
    count, files = len(sent), times(done.files, "file", "files")
    counted = times(count, "raw call", "raw calls")
    draft.head += [
        f"Inferred from {counted} in {files} of {', '.join(sources)}.",
        "It describes what the code names, which may not be all that it sends: review it.",
    ]
    return Inferred(draft, tuple(found), count)


def _draft(
    name: str,
    events: Mapping[str, Sequence[Span]],
    calls: Mapping[str, Sequence[Span]],
    sent: Mapping[Span, Schema | None],
) -> Draft:
    draft, rules = Draft(Map(NOWHERE)), Map(NOWHERE)
    listed = []
    for event, spans in sorted(events.items()):
        schema = _rules(spans, sent, of_user=False)
        node = as_nodes({"name": event, **({"rules": schema} if schema else {})}, spans[0])
        describe_event(node, node.get("rules") or Map(NOWHERE))
        reordered(node, EVENT_ORDER)
        draft.comments.add(node, None, _locations(spans))
        listed.append(node)
    if listed:
        put(rules, "events", listed)
    for call, spans in sorted(calls.items()):
        schema = _rules(spans, sent, of_user=call == "identify")
        if schema:
            node = as_nodes(schema, spans[0])
            describe_call(call, node)
            traits = CALLS[call] == "traits"
            put(rules, call, {"traits": node} if traits else node, node.mark)
            draft.comments.add(rules, call, _locations(spans))
    put(draft.root, "display_name", name)
    put(draft.root, "rules", rules)
    return draft


def _rules(spans: Sequence[Span], sent: Mapping[Span, Schema | None], of_user: bool) -> Schema:
    """The rules for all calls of one kind: open if one of them sends more than can be seen."""
    whole = {**merged(filter(None, (sent.get(span) for span in spans)))}
    whole.pop("type", None)
    for name, inner in whole.get("properties", {}).items():
        if is_personal(name, of_user) and inner.get("type", "string") == "string":
            inner["pii"] = True
    return whole


def _locations(spans: Sequence[Span]) -> str:
    return few([f"{span.file}:{span.line}" for span in spans], _SHOWN)


# --- what raw calls send, as far as it is written in the call -------------------------------------

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


def payloads(spans: Iterable[Span]) -> dict[Span, Schema | None]:
    """What the calls at ``spans`` send: an object's schema, None if it cannot be seen.

    ``additionalProperties`` is true if a call sends more than is written in it.
    """
    by_file: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_file[span.file].append(span)
    found: dict[Span, Schema | None] = {}
    for file, wanted in by_file.items():
        try:
            source = parse(disk.read(file))
        except OSError:
            continue
        columns = Columns(source.text)
        calls: dict[tuple[int, int], ast.Call] = {}
        for call in ast.walk(source.tree) if source.tree else ():  # the outer ones first
            if isinstance(call, ast.Call):
                heads = [call.func, *call.args[:1]]  # of a partial, what it calls
                for head in heads if name_of(call.func) == "partial" else heads[:1]:
                    calls.setdefault(columns.span(head)[:2], call)
        for span in wanted:
            call_there = calls.get((span.line, span.column))
            found[span] = _sent(call_there) if call_there else None
    return found


def _sent(call: ast.Call) -> Schema | None:
    given = [each.value for each in call.keywords if each.arg in _KEYWORDS]
    given += [arg for arg in call.args if _is_mapping(arg)]
    if given:
        return _schema_of(given[0]) if _is_mapping(given[0]) else {"additionalProperties": True}
    spread = any(each.arg is None for each in call.keywords) or len(call.args) > 2
    return {"additionalProperties": True} if spread else None


def _is_mapping(node: ast.expr) -> bool:
    match node:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            return True
    return False


def _schema_of(node: ast.expr) -> Schema:
    match node:
        case ast.Dict():
            return _object(zip(node.keys, node.values, strict=True))
        case ast.Call(func=ast.Name(id="dict")):
            pairs = [(ast.Constant(each.arg), each.value) for each in node.keywords]
            return _object([*pairs, *((None, arg) for arg in node.args)])
        case ast.Constant():
            return _constant(node.value)
        case ast.JoinedStr():
            return {"type": "string"}
        case ast.List(elts) | ast.Tuple(elts) | ast.Set(elts):
            return _array(merged(map(_schema_of, elts)))
        case ast.ListComp(elt) | ast.SetComp(elt) | ast.GeneratorExp(elt):
            return _array(_schema_of(elt))
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


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items} if items else {"type": "array"}


def _object(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Schema:
    properties: dict[str, Schema] = {}
    more = {}
    for key, value in pairs:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            properties[_whole(key.value)] = _schema_of(value)
        else:
            more = {"additionalProperties": True}
    return {**({"type": "object", "properties": properties} if properties else {}), **more}


def _whole(text: str) -> str:
    """Text that a file can have: half a character, which is only ever an escape, is replaced."""
    return text.encode("utf-8", "replace").decode()


def _constant(value: object) -> Schema:
    if value is None:
        return {"nullable": True}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    kind = kinds.get(type(value))
    return {"type": kind} if kind else {}


def merged(schemas: Iterable[Schema]) -> Schema:
    """A schema that allows what any of them allows; what one lacks is taken from the others."""
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
        mine = one["properties"]
        found["properties"] = mine | {
            name: _both(mine[name], its) if name in mine else its
            for name, its in other["properties"].items()
        }
    if "items" in one and "items" in other:
        found["items"] = _both(one["items"], other["items"])
    return found


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind
