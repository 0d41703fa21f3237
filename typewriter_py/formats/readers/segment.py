"""Segment's own forms of a tracking plan → rules.

There are four.  The Config API's (A) has ``rules.events`` and the like; the Public API's (B,
https://docs.segmentapis.com/tag/Tracking-Plans) a list of rules, each with the schema of a whole
message; the ``plan.json`` that Segment's Typewriter caches (C) the same, but with the schema of
the properties alone, as its ``eventMetadata`` reveals; Typewriter 6 (D) a bare
``{"events": […]}``.  Each may be wrapped in the ``data`` of an API's response.  RudderStack's
``plan.json`` and Avo's export look like A and D, and so do plans that people write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from ...diagnostics import Diagnostic, Span
from ...plan.annotations import number_of, text
from ...plan.conjunction import maps
from ...plan.document import Document, Map, Seq
from ...plan.metaschema import kind as kind_of
from ...plan.model import CALLS
from ...plan.values import LONG, describe
from .. import codes
from ..nodes import as_nodes, copy_entry
from ..rules import EXTENSION, KIND_OF, KINDS, PAYLOAD, Kind, Rule, RuleSet
from ..schemas import says_nothing
from .findings import Findings
from .shapes import (
    is_event,
    name_of,
    object_from,
    opened,
    schema_around,
    schema_of,
    used_keys,
    whole_schema,
    with_tags,
    with_traits,
)

LISTS: Final = ("trackingPlans", "tracking_plans")
"""The keys of a list of plans."""

_WRAPPERS: Final = ("data", "trackingPlan", "tracking_plan")
_FIELDS: Final = frozenset({"context", "traits", "properties"})


def unwrapped(node: Any) -> Any:
    """What a response is about: a plan, a list of rules, or several plans.

    None for a plan in the plan language, which looks much like the Config API's.
    """
    while isinstance(node, Map):
        key = next((key for key in _WRAPPERS if isinstance(node.get(key), Map)), None)
        if key == "tracking_plan" and _is_ours(node[key]):
            return None
        if key is not None:
            node = node[key]
            continue
        if isinstance(node.get("data"), Seq):
            return node["data"]
        plans = next((node[key] for key in LISTS if isinstance(node.get(key), Seq)), None)
        if plans is None or len(plans) != 1:
            return node
        node = plans[0]
    return node


def _is_ours(plan: Map) -> bool:
    """Whether the value of ``tracking_plan`` is in the plan language."""
    rules = plan.get("rules")
    events = rules.get("events") if isinstance(rules, Map) else None
    for event in maps(events):
        schema = event.get("rules")
        fields = schema.get("properties") if isinstance(schema, Map) else None
        if isinstance(fields, Map) and fields and fields.keys() <= _FIELDS:
            return False
    return "name" not in plan


_DIGITS: Final = 10  # of a version; more would be an error, not a number
_NEVER: Final = "0001-01-01T00:00:00.000Z"
"""The ``deprecatedAt`` of a rule that is not deprecated."""

_OF_A_RULE: Final = frozenset(
    "key type version labels tags createdAt updatedAt deprecatedAt newKey".split()
)
_OF_AN_EVENT: Final = frozenset(
    "id name eventName event_name event key description version labels tags type"
    " eventType event_type createdAt updatedAt deprecatedAt triggers sources categories".split()
)
_OF_A_PLAN: Final = frozenset(
    "id resourceSchemaId name slug description type createdAt updatedAt create_time update_time"
    " display_name rules events pagination version creationType workspaceId".split()
) | {EXTENSION, "global", *CALLS, "identify_traits", "group_traits"}
_TYPES: Final = ("eventType", "event_type", "type")
_BESIDE: Final = {"identify": "identify_traits", "group": "group_traits"}
"""The keys of the Config API for traits next to the rules of a call."""


def recognises(documents: Sequence[Document]) -> bool:
    """Whether it is one of Segment's forms."""
    if len(documents) != 1:
        return False
    node = unwrapped(documents[0].data)
    if isinstance(node, Seq):
        return any("jsonSchema" in each or _is_named(each) for each in maps(node))
    return isinstance(node, Map) and bool(
        isinstance(node.get("rules"), Map | Seq)
        or isinstance(node.get("events"), Seq)
        or any(key in node for key in LISTS)
        or _by_name(node.get("events", node))
    )


def _is_named(node: Map) -> bool:
    return name_of(node) is not None and is_event(node)


def _by_name(node: Any) -> Map | None:
    """The events, if it is a mapping of nothing but events by their names."""
    if not isinstance(node, Map) or not node or "tracking_plan" in node:
        return None
    return node if all(map(is_event, node.values())) else None


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules of the plan in the only document; ``name`` is for a plan that has none."""
    reader = _Reader()
    rules = reader.read(documents[0].data, name)
    return reader.result(rules)


class _Reader(Findings):
    EMPTY = (*Findings.EMPTY, False)

    def read(self, data: Any, name: str) -> RuleSet:
        node = unwrapped(data)
        if isinstance(node, Seq):
            listed = any("jsonSchema" in each and "key" in each for each in maps(node))
            read = self._listed_rules(node) if listed else self._events(node, "events")
            return RuleSet(name, tuple(read))
        if any(key in node for key in LISTS):
            self._several(node)
            return RuleSet(name, ())
        self._look_for_pages(data)
        rules = node.get("rules")
        named = _by_name(node)
        if named is not None:
            return RuleSet(name, tuple(self._named_events(named)))
        self.check_keys(node, _OF_A_PLAN, "the plan")
        if isinstance(rules, Seq):
            found = tuple(self._listed_rules(rules))
        else:
            found = tuple(self._by_kind(rules if isinstance(rules, Map) else node))
        config = (text(node, "name") or "").startswith("workspaces/")
        title = text(node, "display_name") or (None if config else text(node, "name"))
        extension = node.get(EXTENSION)
        return RuleSet(
            title or name,
            found,
            id=text(node, "id"),
            description=text(node, "description") or None,
            extension=extension if isinstance(extension, Map) else {},
        )

    def _look_for_pages(self, data: Any) -> None:
        """Warn if the API's response says that there is more."""
        while isinstance(data, Map):
            pagination = data.get("pagination")
            if isinstance(pagination, Map) and pagination.get("next"):
                message = "this is one page of the plan's rules, and more follow"
                help = "`typewriter pull` fetches all of them"
                self.add(codes.ONE_PAGE, pagination.key_span("next"), message, help)
            data = data.get("data")

    def _several(self, node: Map) -> None:
        key = next(key for key in LISTS if key in node)
        plans = node[key]
        what = f"{len(plans)} plans" if isinstance(plans, Seq) else kind_of(plans)
        names = [text(plan, "display_name") or text(plan, "name") for plan in maps(plans)]
        help = "take one of them: " + ", ".join(filter(None, names)) if names else None
        message = f"`{key}` has {what}, and an import takes one plan"
        self.add(codes.SEVERAL_PLANS, node.key_span(key), message, help)

    # --- B and C: a list of rules --------------------------------------------------------

    def _listed_rules(self, rules: Seq) -> list[Rule]:
        found = [each for node in self.mappings(rules, "rules") for each in self._rule(node)]
        kinds = Counter(each.kind for each in found)
        # A plan has one of them, which must not refuse what the others let in.
        return [
            replace(each, schema=opened(each.schema, each.kind))
            if each.kind in ("PAGE", "SCREEN") and kinds[each.kind] > 1
            else each
            for each in found
        ]

    def _rule(self, node: Map) -> Iterator[Rule]:
        type, key = node.get("type"), node.get("key")
        kind = next((kind for kind in KINDS if kind == str(type).upper()), None)
        if type is None and text(node, "key"):
            kind = "TRACK"
            message = "this rule has no `type`: it is read as one of a TRACK call"
            self.add(codes.READ_AS, node.span, message, "check it in the plan")
        if kind is None:
            found = f"is of type {describe(type, LONG)}" if "type" in node else "has no `type`"
            message = f"this rule {found}"
            self.wrong(node, "type", message, "it can be: " + ", ".join(KINDS))
        elif not (key is None or isinstance(key, str)):
            message = f"the `key` of a rule must be a string, not {kind_of(key)}"
            self.wrong(node, "key", message)
        elif kind == "TRACK" and not key:
            message = "this rule has no `key`, the event's name"
            self.wrong(node, "key", message, "add it")
        else:
            what = f"the rule `{key}`" if key else f"the {kind} rule"
            self.check_keys(node, _OF_A_RULE | used_keys(node), what)
            deprecated = bool(node.get("deprecatedAt")) and node.get("deprecatedAt") != _NEVER
            span = node.value_span("key") if kind == "TRACK" else node.span
            whole = with_tags(schema_of(node, kind, self), node)
            yield Rule(kind, _key(kind, key), self._version(node), whole, deprecated, span)

    def _version(self, node: Map) -> int:
        version = node.get("version", 1)
        digits = isinstance(version, str) and version.isdecimal() and len(version) < _DIGITS
        number = int(version) if digits else version
        whole = number_of(number)
        if whole is not None and whole >= 1:
            return whole
        if version is not None:
            shown = describe(version, LONG)
            message = f"the version must be a positive whole number, not {shown}: it is read as 1"
            self.add(codes.READ_AS, node.value_span("version"), message, "write 1, 2, …")
        return 1

    # --- A and D: one key for each kind of call ------------------------------------------

    def _by_kind(self, node: Map) -> Iterator[Rule]:
        yield from self._call("COMMON", node, "global")
        events = node.get("events")
        if isinstance(events, Map) and _by_name(events):
            yield from self._named_events(events)
        else:
            yield from self._events(Seq(node.mark) if events is None else events, "events", node)
        for key in CALLS:
            beside = _BESIDE.get(key, "")
            rules = [*self._call(KIND_OF[key], node, key)]
            if not rules and node.get(beside):
                fields = {PAYLOAD[KIND_OF[key]]: object_from(node, beside, self)}
                schema = schema_around(as_nodes(fields, node.marks[beside][1]))
                rules = [Rule(KIND_OF[key], "", 1, schema, span=node.key_span(beside))]
            elif node.get(beside):
                self.lost(node, beside, f"`{beside}` is not carried over: `{key}` has the rules")
            yield from rules

    def _events(self, events: Any, key: str, node: Map | None = None) -> Iterator[Rule]:
        if isinstance(events, Seq):
            for each in self.mappings(events, key):
                yield from self._event(each)
        elif node is not None:
            self.wrong(node, key, f"`{key}` must be a list, not {kind_of(events)}")

    def _named_events(self, events: Map) -> Iterator[Rule]:
        for name, node in events.items():
            yield from self._event(node, name, events.key_span(name))

    def _event(
        self, node: Map, name: str | None = None, span: Span | None = None
    ) -> Iterator[Rule]:
        name = name or name_of(node)
        call = next((str(node[key]) for key in _TYPES if node.get(key)), "track").lower()
        kind = "TRACK" if call == "object" else KIND_OF.get(call)  # a schema's own `type`
        if kind is None:
            message = f"`{call}` is not a type of call that a plan has"
            self.wrong(node, next(key for key in _TYPES if node.get(key)), message)
            return
        if kind == "TRACK" and not name:
            self.wrong(node, "name", "this event has no `name`", "add it")
            return
        what = f"the event `{name}`" if name else f"the {kind} rule"
        self.check_keys(node, _OF_AN_EVENT | used_keys(node), what)
        whole = schema_of(node, kind, self)
        if kind in ("IDENTIFY", "GROUP"):
            whole = with_traits(whole)
        whole = with_tags(whole, node)
        if text(node, "description") and not whole.get("description"):
            head = Map(whole.mark)
            copy_entry(node, "description", head, node["description"])
            for key in whole.keys() - {"description"}:
                copy_entry(whole, key, head, whole[key])
            whole = head
        span = span or node.value_span("name")
        yield Rule(kind, _key(kind, name), self._version(node), whole, span=span)

    def _call(self, kind: Kind, node: Map, key: str) -> Iterator[Rule]:
        schema = node.get(key)
        if schema is None or says_nothing(schema) or _is_empty(schema):
            return
        if isinstance(schema, Map):
            schema = with_tags(whole_schema(schema, kind))
            yield Rule(kind, "", 1, schema, span=node.key_span(key))
        else:
            self.wrong(node, key, f"`{key}` must be a mapping, not {kind_of(schema)}")


def _key(kind: Kind, key: str | None) -> str:
    """A rule's key: the name of an event, page or screen; the other calls have none."""
    named = kind == "TRACK" or (kind in ("PAGE", "SCREEN") and str(key).upper() != kind)
    return key or "" if named else ""


def _is_empty(schema: Any) -> bool:
    """Whether a rule of the Config API says nothing about its message, as most do."""
    if not isinstance(schema, Map) or not isinstance(schema.get("properties"), Map):
        return False
    rest = {key for key in schema if key not in ("properties", "type", "$schema", "labels")}
    return not rest and all(map(says_nothing, schema["properties"].values()))
