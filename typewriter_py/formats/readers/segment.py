"""Segment's own forms of a tracking plan → rules.

There are four.  The Config API's (A) has ``rules.events`` and the like; the Public API's (B,
https://docs.segmentapis.com/tag/Tracking-Plans) a list of rules, each with the schema of a whole
message; the ``plan.json`` that Segment's Typewriter caches (C) the same, but with the schema of
the properties alone, as its ``eventMetadata`` reveals; Typewriter 6 (D) a bare
``{"events": […]}``.  Each may be wrapped in the ``data`` of an API's response.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ...diagnostics import Diagnostic, has_errors
from ...plan.annotations import number_of, text
from ...plan.conjunction import maps
from ...plan.document import Document, Map, Seq
from ...plan.metaschema import kind as kind_of
from ...plan.model import CALLS
from ...plan.values import LONG, describe
from .. import codes
from ..nodes import copy_entry, put
from ..rules import EXTENSION, KIND_OF, KINDS, PAYLOAD, Kind, Rule, RuleSet
from ..schemas import says_nothing
from .findings import Findings

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
    "key type version jsonSchema createdAt updatedAt deprecatedAt newKey".split()
)
_OF_AN_EVENT: Final = frozenset(
    "name description version rules schema labels createdAt updatedAt".split()
)
_OF_A_PLAN: Final = frozenset(
    "id resourceSchemaId name slug description type createdAt updatedAt create_time update_time"
    " display_name rules events pagination".split()
) | {EXTENSION, "global", *CALLS}
_METADATA: Final = "eventMetadata"


def recognises(documents: Sequence[Document]) -> bool:
    """Whether it is one of Segment's forms."""
    if len(documents) != 1:
        return False
    node = unwrapped(documents[0].data)
    if isinstance(node, Seq):
        return bool(node) and all(isinstance(e, Map) and "jsonSchema" in e for e in node)
    return isinstance(node, Map) and bool(
        isinstance(node.get("rules"), Map | Seq)
        or isinstance(node.get("events"), Seq)
        or any(key in node for key in LISTS)
    )


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules of the plan in the only document; ``name`` is for a plan that has none."""
    reader = _Reader()
    rules = reader.read(documents[0].data, name)
    found = tuple(reader.diagnostics)
    return (None if has_errors(found) else rules), found


class _Reader(Findings):
    EMPTY = (*Findings.EMPTY, False)

    def read(self, data: Any, name: str) -> RuleSet:
        node = unwrapped(data)
        if isinstance(node, Seq):
            return RuleSet(name, tuple(self._listed_rules(node)))
        if any(key in node for key in LISTS):
            self._several(node)
            return RuleSet(name, ())
        self._look_for_pages(data)
        rules = node.get("rules")
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

    def _listed_rules(self, rules: Seq) -> Iterator[Rule]:
        for node in self.mappings(rules, "rules"):
            yield from self._rule(node)

    def _rule(self, node: Map) -> Iterator[Rule]:
        kind = next((k for k in KINDS if k == str(node.get("type", "")).upper()), None)
        key, schema = node.get("key"), node.get("jsonSchema", Map(node.mark))
        if kind is None:
            found = (
                f"is of type {describe(node['type'], LONG)}" if "type" in node else "has no `type`"
            )
            self.wrong(node, "type", f"this rule {found}", "it can be: " + ", ".join(KINDS))
        elif not (key is None or isinstance(key, str)):
            self.wrong(node, "key", f"the `key` of a rule must be a string, not {kind_of(key)}")
        elif kind == "TRACK" and not key:
            self.wrong(node, "key", "this rule has no `key`, the event's name", "add it")
        elif not isinstance(schema, Map):
            message = f"`jsonSchema` must be a mapping, not {kind_of(schema)}"
            self.wrong(node, "jsonSchema", message)
        else:
            self.check_keys(node, _OF_A_RULE, f"the rule `{key}`" if key else f"the {kind} rule")
            deprecated = bool(node.get("deprecatedAt")) and node.get("deprecatedAt") != _NEVER
            span = node.value_span("key") if kind == "TRACK" else node.span
            name = key if key and kind == "TRACK" else ""
            whole = _wrapped(schema, kind) if _METADATA in schema else schema
            yield Rule(kind, name, self._version(node), whole, deprecated, span)

    def _version(self, node: Map) -> int:
        version = node.get("version", 1)
        digits = isinstance(version, str) and version.isdecimal() and len(version) < _DIGITS
        number = int(version) if digits else version
        whole = number_of(number)
        if whole is not None and whole >= 1:
            return whole
        message = f"the version must be a positive whole number, not {describe(version, LONG)}"
        self.wrong(node, "version", message)
        return 1

    # --- A and D: one key for each kind of call ------------------------------------------

    def _by_kind(self, node: Map) -> Iterator[Rule]:
        yield from self._call("COMMON", node, "global")
        for event in self.listed(node, "events"):
            yield from self._event(event)
        for key in CALLS:
            yield from self._call(KIND_OF[key], node, key)
        for key in ("identify_traits", "group_traits"):
            if node.get(key):
                call = key.partition("_")[0]
                self.lost(node, key, f"`{key}` is not carried over: `{call}` has the rules")

    def _event(self, node: Map) -> Iterator[Rule]:
        name = node.get("name")
        schema = node.get("rules", node.get("schema", Map(node.mark)))
        if not isinstance(name, str) or not name:
            self.wrong(node, "name", "this event has no `name`", "add it")
            return
        if not isinstance(schema, Map):
            self.wrong(node, "rules", f"`rules` must be a mapping, not {kind_of(schema)}")
            return
        self.check_keys(node, _OF_AN_EVENT, f"the event `{name}`")
        whole = _wrapped(schema, "TRACK") if _METADATA in schema else schema
        head = Map(whole.mark)
        for key in ("description", "labels"):
            if node.get(key) and not whole.get(key):
                copy_entry(node, key, head, node[key])
        for key in whole:
            if key not in head:
                copy_entry(whole, key, head, whole[key])
        yield Rule("TRACK", name, self._version(node), head, span=node.value_span("name"))

    def _call(self, kind: Kind, node: Map, key: str) -> Iterator[Rule]:
        schema = node.get(key)
        if schema is None or says_nothing(schema) or _is_empty(schema):
            return
        if isinstance(schema, Map):
            yield Rule(kind, "", 1, schema, span=node.key_span(key))
        else:
            self.wrong(node, key, f"`{key}` must be a mapping, not {kind_of(schema)}")


def _wrapped(schema: Map, kind: Kind) -> Map:
    """The schema of a whole message around that of its payload alone."""
    payload, whole = Map(schema.mark), Map(schema.mark)
    for key in schema:
        if key == "title" and _titled_by_name(schema):
            continue
        if key in ("$schema", "$id", "id", "title", "description", "definitions", EXTENSION):
            copy_entry(schema, key, whole, schema[key])
        elif key != _METADATA and not (key == "labels" and not schema[key]):
            copy_entry(schema, key, payload, schema[key])
    field = PAYLOAD.get(kind)
    if field is None:
        return payload
    put(whole, "properties", {field: payload})
    return whole


def _titled_by_name(schema: Map) -> bool:
    """Whether the title just repeats the event's name, as Typewriter's cache has it."""
    metadata = schema[_METADATA]
    return isinstance(metadata, Map) and schema["title"] == metadata.get("name")


def _is_empty(schema: Any) -> bool:
    """Whether a rule of the Config API says nothing about its message, as most do."""
    if not isinstance(schema, Map) or not isinstance(schema.get("properties"), Map):
        return False
    rest = {key for key in schema if key not in ("properties", "type", "$schema", "labels")}
    return not rest and all(map(says_nothing, schema["properties"].values()))
