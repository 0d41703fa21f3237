"""Raw plan → ``Plan``: the only module that knows how YAML spells events, traits and calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic
from . import codes, metaschema
from .annotations import deprecation, item_spans, number_of, text, texts
from .checks import NEXT_TO_REF, check_expiry, check_nulls
from .conjunction import ANNOTATIONS, maps
from .document import Document, Map, Seq
from .model import CALLS, Call, Event, Object, Plan
from .types import Schemas, TooLarge
from .values import plain


@dataclass(slots=True)
class RawPlan:
    """The plan's nodes, collected from all its files, ``extends`` merged."""

    name: str
    root: Map
    events: list[Map] = field(default_factory=list)
    calls: dict[str, Map] = field(default_factory=dict)
    common: Map | None = None
    definitions: Map = field(default_factory=lambda: Map(("", 1, 1, 1)))


def parse(raw: RawPlan) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan, and everything wrong with its meaning.

    It copes with nodes of the wrong shape (those have been reported already), so that one run
    reports everything; if there is any error the plan must not be used.
    """
    schemas = Schemas(raw.definitions)
    definitions = schemas.definitions()
    calls = {kind: _call(kind, node, schemas) for kind, node in raw.calls.items()}
    plan = Plan(
        name=text(raw.root, "display_name") or raw.name,
        id=text(raw.root, "id"),
        description=text(raw.root, "description"),
        events=tuple(_event(node, schemas) for node in raw.events),
        **calls,
        common=_common(raw.common, schemas) if raw.common is not None else None,
        definitions=definitions,
        span=raw.root.span,
    )
    schemas.finish()
    return plan, (*_repeated(raw.events), *schemas.diagnostics)


def _repeated(events: Iterable[Map]) -> Iterator[Diagnostic]:
    """Events that are declared twice, with the same version."""
    seen: dict[tuple[str, int], Map] = {}
    for node in events:
        name = text(node, "name")
        version = number_of(node.get("version", 1)) or 1
        first = node if name is None else seen.setdefault((name, version), node)
        if first is not node:
            what = f"version {version} of the event" if "version" in node else "the event"
            yield codes.DUPLICATE_EVENT.at(
                node.value_span("name"),
                f"{what} `{name}` is declared twice",
                help="remove one, give one another `version:`, or let one use `extends:`",
                related=((first.value_span("name"), "first here"),),
            )


def _event(node: Map, schemas: Schemas) -> Event:
    rules = node.submap("rules")
    integrations = node.get("integrations")
    node.name = node.value_span("name")
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
        ignore_spans=item_spans(node, "ignore"),
        span=node.name,
    )


def _call(kind: str, node: Map, schemas: Schemas) -> Call:
    members = node.get("traits") if CALLS[kind] == "traits" else node
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
    members = node.only(node)
    members["properties"] = _by_name(listed, diagnostics)
    return members


def _by_name(entries: Seq, diagnostics: list[Diagnostic]) -> Map:
    named = Map(entries.mark)
    for entry in maps(entries):
        name = text(entry, "name")
        if name is None:
            continue
        if name in named:
            related = ((named.key_span(name), "first here"),)
            span, message = entry.value_span("name"), f"`{name}` is listed twice"
            found = codes.DUPLICATE_KEY.at(span, message, help="remove one", related=related)
            diagnostics.append(found)
            continue
        schema = entry.only(entry.keys() - {"name"})
        named.put(name, schema, (entry.marks["name"][1], entry.mark))
    return named


def _common(node: Map, schemas: Schemas) -> Object:
    """What applies to every message: open, as are its parts unless they say otherwise."""
    message, fields = node.only({"required"}), Map(node.mark)
    for key in node:
        if key != "required" and isinstance(node[key], Map):
            fields.put(key, _as_object(node[key]), node.marks[key])
    message.put("properties", fields, (node.mark, node.mark))
    schemas.open = True
    found = schemas.members(message)
    schemas.open = False
    return found


def _as_object(part: Map) -> Map:
    """A part of the message that declares keys, as an object even if it does not say so."""
    if "properties" not in part:
        return part
    fresh = part.only(part)
    if "type" not in part:
        fresh.put("type", "object", (part.mark, part.mark))
    return fresh


def check_plan(
    root: Map, name: str = "Tracking plan"
) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan whose ``tracking_plan`` is ``root``, and everything wrong with it.

    It has no includes and no ``extends``.  ``name`` is its name if it does not give one.  There
    is no plan if merging would not end.
    """
    whole = Map(root.mark)
    whole.put("tracking_plan", root, (root.mark, root.mark))
    found = metaschema.check(Document(root.span.file, "", whole, ()))
    rules = root.submap("rules")
    calls = {kind: rules[kind] for kind in CALLS if isinstance(rules.get(kind), Map)}
    common = rules.submap("common") if isinstance(rules.get("common"), Map) else None
    events, definitions = maps(rules.get("events")), root.submap("definitions")
    try:
        plan, more = parse(RawPlan(name, root, events, calls, common, definitions))
    except TooLarge as limit:
        return None, (*found, codes.YAML_TOO_LARGE.at(limit.span, UNFOLDED))
    return plan, (*found, *metaschema.beyond(found, more))


UNFOLDED: Final = "merged references unfold to far more than what is written"


def merge(base: Map, over: Map) -> Map:
    """An event (``extends``) or call merged over the included one; neither is changed.

    Mappings merge key by key; lists are replaced, but ``required`` is joined; null drops a key;
    ``required: false`` on a property takes it off the list.
    """
    base, over = _merge_refs(base, over)
    merged = over.only(())
    for key in base:
        merged.put(key, base[key], base.marks[key])
    for key in over:
        value, marks = over[key], over.marks[key]
        old = base.get(key)
        if value is None and key in base:
            merged.remove(key)
        elif isinstance(value, Map) and isinstance(old, Map):
            merged.put(key, merge(old, value), marks)
        elif key == "required" and isinstance(value, Seq) and isinstance(old, Seq):
            merged.put(key, _joined(old, value), marks)
        else:
            merged.put(key, value, marks)
    _merge_required(merged, over)
    return merged


def _merge_refs(base: Map, over: Map) -> tuple[Map, Map]:
    """A ``$ref`` cannot merge key by key: the keys are those of another node.

    A new ``$ref``, or a new ``type`` over a ``$ref``, replaces what the base allows;
    constraints over a ``$ref`` apply in addition to it, as ``allOf``.
    """
    added = over.keys() - NEXT_TO_REF - {"required"}
    if isinstance(over.get("required"), Seq):
        added.add("required")
    refers = isinstance(over.get("$ref"), str)
    if not refers and not (isinstance(base.get("$ref"), str) and added):
        return base, over
    annotations = base.only(ANNOTATIONS)
    if refers or "type" in over:
        return annotations, over
    merged, both = over.only(over.keys() - added), Seq(over.mark)
    both.add(base.only({"$ref"}), base.mark)
    both.add(over.only(added), over.mark)
    merged.put("allOf", both, (over.mark, over.mark))
    return annotations, merged


def _joined(old: Seq, new: Seq) -> Seq:
    """Both lists, each name once."""
    joined = Seq(new.mark)
    for name, mark in zip([*old, *new], [*old.marks, *new.marks], strict=True):
        if name not in joined:
            joined.add(name, mark)
    return joined


def _merge_required(merged: Map, over: Map) -> None:
    """Take properties that are dropped or made optional off the list of required names.

    Names that ``over`` lists itself are required, whatever the base has on the property.
    """
    changes = over.submap("properties")
    own, listed = over.get("required"), merged.get("required")
    own = [name for name in own if isinstance(name, str)] if isinstance(own, Seq) else []
    gone = [
        name
        for name, change in changes.items()
        if name not in own
        and (change is None or (isinstance(change, Map) and change.get("required") is False))
    ]
    if isinstance(listed, Seq) and any(name in gone for name in listed):
        kept = Seq(listed.mark)
        for name, mark in zip(listed, listed.marks, strict=True):
            if name not in gone:
                kept.add(name, mark)
        merged.put("required", kept, merged.marks["required"])
    _require(merged, changes, own)


def _require(merged: Map, changes: Map, names: Iterable[str]) -> None:
    """Names that are newly listed override ``required: false`` on the included property."""
    properties = merged.get("properties")
    if not isinstance(properties, Map):
        return
    fresh = properties.only(properties)
    for name in names:
        node, change = properties.submap(name), changes.submap(name)
        if node.get("required") is False and "required" not in change:
            fresh.put(name, node.only(node.keys() - {"required"}), properties.marks[name])
    merged["properties"] = fresh
