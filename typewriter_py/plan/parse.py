"""Raw plan → ``Plan``: the only place that knows how YAML spells events, traits and calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import Diagnostic
from . import codes
from .annotations import deprecation, number_of, places, text, texts
from .checks import check_expiry, check_nulls
from .document import Map, Seq
from .facts import maps
from .model import Call, Event, Object, Plan
from .schema import Schemas
from .values import plain


@dataclass(slots=True)
class RawPlan:
    """The plan's nodes, gathered from all its files, ``extends`` merged."""

    name: str
    root: Map
    events: list[Map] = field(default_factory=list)
    calls: dict[str, Map] = field(default_factory=dict)
    common: Map | None = None
    definitions: Map = field(default_factory=lambda: Map(("", 1, 1, 1)))


def parse(raw: RawPlan) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan, and all that is wrong with its meaning.

    It copes with nodes of the wrong shape (those are complained of already), so that one
    run tells everything; with any error the plan is not to be used.
    """
    schemas = Schemas(raw.definitions)
    diagnostics = list(_repeated(raw.events))
    definitions = schemas.definitions()
    calls = {kind: _call(kind, node, schemas) for kind, node in raw.calls.items()}
    plan = Plan(
        name=text(raw.root, "display_name") or raw.name,
        id=text(raw.root, "id"),
        description=text(raw.root, "description"),
        events=tuple(_event(node, schemas) for node in raw.events),
        identify=calls.get("identify"),
        group=calls.get("group"),
        page=calls.get("page"),
        screen=calls.get("screen"),
        common=_common(raw.common, schemas) if raw.common is not None else None,
        definitions=definitions,
        span=raw.root.span,
    )
    schemas.finish()
    return plan, (*diagnostics, *schemas.diagnostics)


def _repeated(events: Iterable[Map]) -> Iterable[Diagnostic]:
    """The same event twice, version for version."""
    seen: dict[tuple[str, int], Map] = {}
    for node in events:
        name = text(node, "name")
        if name is None:
            continue
        version = number_of(node.get("version", 1)) or 1
        first = seen.setdefault((name, version), node)
        if first is node:
            continue
        what = f"the event `{name}`" + (f", version {version}," if "version" in node else "")
        yield codes.DUPLICATE_EVENT.at(
            node.value_span("name"),
            f"{what} is planned twice",
            help="remove one, give one another `version:`, or let one say `extends:`",
            related=((first.value_span("name"), "first here"),),
        )


def _event(node: Map, schemas: Schemas) -> Event:
    rules = node.get("rules")
    rules = rules if isinstance(rules, Map) else Map(node.mark)
    integrations = node.get("integrations")
    schemas.diagnostics += (*check_nulls(node), *check_expiry(node))
    return Event(
        name=text(node, "name") or "",
        properties=schemas.members(rules),
        title=text(node, "title") or text(rules, "title"),
        description=text(node, "description") or text(rules, "description"),
        version=number_of(node.get("version")),
        owner=text(node, "owner"),
        tags=texts(node, "tags"),
        platforms=texts(node, "platforms"),
        integrations=plain(integrations) if isinstance(integrations, Map) else None,
        deprecated=deprecation(node),
        function=text(node, "function"),
        ignore=texts(node, "ignore"),
        ignore_spans=places(node, "ignore"),
        span=node.value_span("name"),
    )


def _call(kind: str, node: Map, schemas: Schemas) -> Call:
    members = node.get("traits") if kind in ("identify", "group") else node
    properties = schemas.members(as_members(members, schemas.diagnostics, node))
    return Call(properties, text(node, "description"), node.span)


def as_members(node: Any, diagnostics: list[Diagnostic], parent: Map) -> Map:
    """Both spellings of traits and properties as one mapping with ``properties``.

    The list form becomes a mapping of names; the same name twice is an error.
    """
    if isinstance(node, Seq):
        members = Map(node.mark)
        members.put("properties", _by_name(node, diagnostics), (node.mark, node.mark))
        return members
    if not isinstance(node, Map):
        return Map(parent.mark)
    listed = node.get("properties")
    if not isinstance(listed, Seq):
        return node
    members = Map(node.mark)
    for key in node:
        members.put(key, node[key], node.marks[key])
    members["properties"] = _by_name(listed, diagnostics)
    return members


def _by_name(entries: Seq, diagnostics: list[Diagnostic]) -> Map:
    named = Map(entries.mark)
    for entry in maps(entries):
        name = text(entry, "name")
        if name is None:
            continue
        if name in named:
            place = (named.key_span(name), "first here")
            span, message = entry.value_span("name"), f"`{name}` is listed twice"
            found = codes.DUPLICATE_KEY.at(span, message, help="remove one", related=(place,))
            diagnostics.append(found)
            continue
        schema = Map(entry.mark)
        for key in (k for k in entry if k != "name"):
            schema.put(key, entry[key], entry.marks[key])
        mark = entry.marks["name"][1]
        named.put(name, schema, (mark, entry.mark))
    return named


def _common(node: Map, schemas: Schemas) -> Object:
    """What holds for every message: open, in its parts as well unless they say otherwise."""
    message, fields = Map(node.mark), Map(node.mark)
    for key in node:
        if key == "required":
            message.put(key, node[key], node.marks[key])
        elif isinstance(node[key], Map):
            fields.put(key, _as_object(node[key]), node.marks[key])
    message.put("properties", fields, (node.mark, node.mark))
    schemas.open = True
    found = schemas.members(message)
    schemas.open = False
    return found


def _as_object(part: Map) -> Map:
    """A part of the message that declares keys is an object, said or not."""
    if "properties" not in part:
        return part
    opened = Map(part.mark)
    opened.put("type", "object", (part.mark, part.mark))
    for key in part:
        opened.put(key, part[key], part.marks[key])
    return opened
