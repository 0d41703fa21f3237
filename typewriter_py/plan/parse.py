"""Raw plan → ``Plan``: the only place that knows how YAML spells events, traits and calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import Diagnostic
from . import codes, metaschema
from .annotations import deprecation, number_of, places, text, texts
from .checks import BESIDE_REF, check_expiry, check_nulls
from .conjunction import maps
from .document import Document, Map, Seq
from .model import CALLS, Call, Event, Object, Plan
from .types import Schemas, TooLarge
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
        **calls,
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
        ignore_spans=places(node, "ignore"),
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
            place = (named.key_span(name), "first here")
            span, message = entry.value_span("name"), f"`{name}` is listed twice"
            found = codes.DUPLICATE_KEY.at(span, message, help="remove one", related=(place,))
            diagnostics.append(found)
            continue
        schema = entry.only(entry.keys() - {"name"})
        named.put(name, schema, (entry.marks["name"][1], entry.mark))
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


def judge(root: Map, name: str = "Tracking plan") -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan whose ``tracking_plan`` is ``root``, and all that is wrong with it.

    It has no includes and no ``extends``.  ``name`` is what it is called where it does not
    say.  Where merging would not come to an end there is no plan.
    """
    whole = Map(root.mark)
    whole.put("tracking_plan", root, (root.mark, root.mark))
    found = metaschema.check(Document(root.span.file, "", whole, ()))
    try:
        plan, said = parse(_raw(root, name))
    except TooLarge as limit:
        message = "references that are merged unfold to far more than what is written"
        return None, (*found, codes.YAML_TOO_LARGE.at(limit.span, message))
    return plan, (*found, *said)


def _raw(root: Map, name: str) -> RawPlan:
    rules, definitions = root.get("rules"), root.get("definitions")
    rules = rules if isinstance(rules, Map) else Map(root.mark)
    common = rules.get("common")
    raw = RawPlan(name, root, maps(rules.get("events")))
    raw.calls = {kind: rules[kind] for kind in CALLS if isinstance(rules.get(kind), Map)}
    raw.common = common if isinstance(common, Map) else None
    if isinstance(definitions, Map):
        raw.definitions = definitions
    return raw


def merge(base: Map, over: Map) -> Map:
    """An event (``extends``) or call over the included one; neither is changed.

    Mappings merge key by key; lists are replaced, but ``required`` is joined; what is null is
    dropped; ``required: false`` on a property takes it off the list.
    """
    base, over = _settle_refs(base, over)
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
    _settle_required(merged, over)
    return merged


def _settle_refs(base: Map, over: Map) -> tuple[Map, Map]:
    """A ``$ref`` cannot merge key by key: it stands for keys that are somewhere else.

    A new ``$ref``, or a new ``type`` over a ``$ref``, replaces what the base allows;
    constraints over a ``$ref`` hold beside it, as ``allOf``.
    """
    if isinstance(over.get("$ref"), str):
        return base.only(BESIDE_REF - {"$ref"}), over
    says = over.keys() - BESIDE_REF - {"required"}
    if isinstance(over.get("required"), Seq):
        says.add("required")
    if not isinstance(base.get("$ref"), str) or not says:
        return base, over
    annotations = base.only(BESIDE_REF - {"$ref"})
    if "type" in over:
        return annotations, over
    beside = over.only(over.keys() - says)
    both = Seq(over.mark)
    both.add(base.only({"$ref"}), base.mark)
    both.add(over.only(says), over.mark)
    beside.put("allOf", both, (over.mark, over.mark))
    return annotations, beside


def _joined(old: Seq, new: Seq) -> Seq:
    """Both lists, each name once."""
    joined = Seq(new.mark)
    for part in (old, new):
        for index, name in enumerate(part):
            if name not in joined:
                joined.add(name, part.marks[index])
    return joined


def _settle_required(merged: Map, over: Map) -> None:
    """Take dropped and lifted properties off the list of required names.

    What ``over`` lists itself is required, whatever the base says on the property.
    """
    changes = over.get("properties")
    changes = changes if isinstance(changes, Map) else Map(over.mark)
    own, listed = over.get("required"), merged.get("required")
    own = own if isinstance(own, Seq) else ()
    gone = {
        name
        for name, change in changes.items()
        if name not in own
        and (change is None or (isinstance(change, Map) and change.get("required") is False))
    }
    if isinstance(listed, Seq) and gone & {name for name in listed if isinstance(name, str)}:
        merged.put("required", _without(listed, gone), merged.marks["required"])
    _tighten(merged, changes, own)


def _tighten(merged: Map, changes: Map, own: Iterable[Any]) -> None:
    """A name that is newly listed overrules ``required: false`` on the included property."""
    properties = merged.get("properties")
    if not isinstance(properties, Map):
        return
    fresh = properties.only(properties)
    for name in own:
        node = properties.get(name) if isinstance(name, str) else None
        change = changes.get(name) if isinstance(name, str) else None
        if not isinstance(node, Map) or node.get("required") is not False:
            continue
        if not isinstance(change, Map) or "required" not in change:
            fresh.put(name, node.only(node.keys() - {"required"}), properties.marks[name])
    merged["properties"] = fresh


def _without(listed: Seq, names: set[str]) -> Seq:
    kept = Seq(listed.mark)
    for index, name in enumerate(listed):
        if not isinstance(name, str) or name not in names:
            kept.add(name, listed.marks[index])
    return kept
