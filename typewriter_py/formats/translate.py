"""Rules as Segment has them → a draft in the plan language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from ..names import words
from ..plan import metaschema
from ..plan.document import Map, Seq
from ..plan.model import CALLS
from ..util import without_gc
from . import codes
from .definitions import Definitions, share_shapes
from .dialects import in_draft_07
from .nodes import (
    EVENT_ORDER,
    NOWHERE,
    Draft,
    append,
    as_nodes,
    as_text,
    copy_entry,
    node_at,
    put,
    reordered,
    steps_of,
)
from .rules import EXTENSION, PAYLOAD, Rule, RuleSet
from .schemas import OPEN_OBJECT, Schemas, is_noise, says_nothing

_ALWAYS_SENT: Final = frozenset("properties traits context type event messageId timestamp".split())
"""Fields that every message of its kind has, so that requiring them says nothing."""


_MEMBERS: Final = ("required", "properties", "additionalProperties")


@without_gc()
def draft_of(
    rules: RuleSet, *, closed: bool = False, share: bool = False
) -> tuple[Draft, tuple[Diagnostic, ...]]:
    """The plan that ``rules`` describe, and diagnostics about what it cannot say.

    ``closed``: objects without ``additionalProperties`` have no others (JSON Schema allows
    them).  ``share``: object shapes that recur become definitions.
    """
    return _Translation(rules, closed, share).run()


class _Translation:
    def __init__(self, rules: RuleSet, closed: bool, share: bool) -> None:
        self._rules = rules
        self._share = share
        self._closed = closed
        first = next((rule.span for rule in rules.rules if rule.span), Span(""))
        self.draft = Draft(Map(Span(first.file)))  # located at the beginning of that file
        self._schemas = Schemas(self.draft.comments, closed=closed)
        self._definitions = Definitions(self._schemas)

    def run(self) -> tuple[Draft, tuple[Diagnostic, ...]]:
        rules, root = self._rules, self.draft.root
        head = {"display_name": rules.name, "id": rules.id, "description": rules.description}
        for key, text in head.items():
            if text:
                put(root, key, text)
        sections = self._sections([*self._distinct(rules.rules)])
        # Definitions that no rule refers to, and whatever else is said about the whole plan.
        extension = as_nodes(rules.extension, root.mark)
        for key in extension:
            if key == "definitions" and isinstance(extension[key], Map):
                self._definitions.add(extension, rules.name)
            else:
                self._schemas.lose(root, extension, key)
        definitions = self._definitions.nodes(root.mark)
        if self._share:
            share_shapes(sections, definitions)
        if definitions:
            put(root, "definitions", definitions, root.mark)
        put(root, "rules", sections, root.mark)
        return self.draft, tuple(self._schemas.diagnostics)

    # --- which rules ---------------------------------------------------------------------

    def _distinct(self, rules: Iterable[Rule]) -> Iterator[Rule]:
        """Each rule once; only one of identify and of every other call, as a plan has one.

        That is the one for pages of any name, if there are several with names.
        """
        first: dict[tuple[str, str, int], Rule] = {}
        every = [*rules]
        calls = {rule.kind: rule for rule in reversed(every)}
        calls |= {rule.kind: rule for rule in reversed(every) if not rule.key}
        for rule in every:
            known = first.setdefault(rule.identity, rule)
            if known is not rule:
                self._repeated(rule, known)
            elif rule.kind == "TRACK" or calls[rule.kind] is rule:
                yield rule
            else:
                named = f" of `{rule.key}`" if rule.key else ""
                what = as_text(rule.schema, f"{rule.kind} rule{named}, version {rule.version}")
                message = f"a second {rule.kind} rule is not carried over: a plan has one"
                message += f", and this is{named}" if named else ""
                self._schemas.lose_at(self.draft.root, what, message, rule.span)

    def _repeated(self, rule: Rule, known: Rule) -> None:
        what = f"the event `{rule.key}`" if rule.kind == "TRACK" else f"the {rule.kind} rule"
        what += f", version {rule.version}," if rule.version > 1 else ""
        related = ((known.span, "first here"),) if known.span else ()
        if rule.schema == known.schema and rule.deprecated == known.deprecated:
            message = f"{what} appears twice, with the same rules"
            found = codes.REPEATED_RULE.at(rule.span, message, related=related)
        else:
            message = f"{what} appears twice, with different rules: these are left out"
            help = "they are kept as a comment; remove one, or give it another version"
            lost = as_text(rule.schema, f"{what.rstrip(',')}, which appears twice")
            self.draft.comments.lose(self.draft.root, lost)
            found = codes.DUPLICATE_RULE.at(rule.span, message, help=help, related=related)
        self._schemas.diagnostics.append(found)

    # --- events and calls ----------------------------------------------------------------

    def _sections(self, rules: list[Rule]) -> Map:
        """The plan's ``rules``: what all messages have in common, the events, and the calls."""
        sections = Map(self.draft.root.mark)
        unversioned = _unversioned(rules)
        events = Seq(sections.mark)
        found: dict[str, Map] = {}
        for rule in rules:
            schema, name = as_nodes(rule.schema, rule.span or NOWHERE), rule.kind.lower()
            self._schemas.refs = self._definitions.add(schema, rule.key or name, rule.version)
            if rule.kind == "TRACK":
                event = self._event(rule, schema, unversioned.get(rule.key))
                append(events, event, event.mark)
            elif rule.kind == "COMMON":
                found["common"] = self._common(schema)
            elif (call := self._call(rule, schema)) is not None:
                found[name] = call
        if found.get("common"):
            put(sections, "common", found["common"])
        put(sections, "events", events)
        for name in CALLS:
            if name in found:
                put(sections, name, found[name])
        return sections

    def _event(self, rule: Rule, schema: Map, unversioned: int | None) -> Map:
        event = Map(rule.span or schema.mark)
        put(event, "name", rule.key)
        payload = self._payload(event, rule, schema)
        if rule.version > 1:
            put(event, "version", rule.version)
        elif event.get("version") != 1:  # an outdated x-typewriter
            event.remove("version")
        if rule.deprecated and "deprecated" not in event:
            put(event, "deprecated", True)
        if rule.version != unversioned and "function" not in event:
            put(event, "function", version_words(rule.key, rule.version))
        rules = self._event_rules(event, Map(schema.mark) if payload is None else payload)
        if rules:
            put(event, "rules", rules)
        return reordered(event, EVENT_ORDER)

    def _event_rules(self, event: Map, payload: Map) -> Map:
        """An event's rules: those of one object, closed unless they say otherwise."""
        wrapped = "$ref" in payload
        rules: Map = self._schemas.schema(payload, merged=wrapped)
        if wrapped:
            rules = _by_reference(rules)
        permitted = metaschema.schema()["definitions"]["eventRules"]["properties"].keys() - {"type"}
        for key in [*rules]:
            value = rules[key]
            if key == "type" and "object" in (value if isinstance(value, list) else [value]):
                rules.remove(key)
            elif key == "description" and "description" not in event:
                copy_entry(rules, key, event, value)
                rules.remove(key)
            elif key == "nullable":
                rules.remove(key)
            elif key not in permitted:
                why = f"`{key}` is not carried over: an event's rules have no such key"
                self._schemas.lose(rules, rules, key, why)
                rules.remove(key)
        if _says_nothing_of_others(payload) and not wrapped and not self._closed:
            put(rules, "additionalProperties", True)
        elif rules.get("additionalProperties") is False and "allOf" not in rules:
            rules.remove("additionalProperties")
        if not rules:
            self._keep_comments(rules, event)
        return rules

    def _keep_comments(self, node: Map, into: Map) -> None:
        self.draft.comments.add(into, None, *self.draft.comments.at(node, None))

    def _call(self, rule: Rule, schema: Map) -> Map | None:
        """The plan's identify, group, page or screen; None if the rule says nothing."""
        call, name = Map(schema.mark), rule.kind.lower()
        payload = self._payload(call, rule, schema)
        if not payload and not call and not self.draft.comments.at(call, None):
            return None
        traits = PAYLOAD[rule.kind] == "traits"
        members = Map(call.mark) if traits else call
        payload = Map(schema.mark) if payload is None else self._inlined(payload, schema)
        rules = self._schemas.schema(payload)
        for key in [*rules]:
            if key in _MEMBERS:
                copy_entry(rules, key, members, rules[key])
            elif key == "description" and "description" not in call:
                copy_entry(rules, key, call, rules[key])
            elif key not in ("type", "nullable"):
                why = f"`{key}` is not carried over: the rules of {name} have no such key"
                self._schemas.lose(call, rules, key, why)
        self._keep_comments(rules, call)
        if _says_nothing_of_others(payload) and not (self._closed and payload):
            put(members, "additionalProperties", True)
        elif members.get("additionalProperties") is False:
            members.remove("additionalProperties")
        if traits:
            put(call, "traits", members)
        for key in [*call]:
            if key not in ("description", "traits", *_MEMBERS):
                why = f"`{key}` is not carried over: {name} has no such key in a plan"
                self._schemas.lose(call, call, key, why)
                call.remove(key)
        return call

    def _inlined(self, payload: Map, schema: Map) -> Map:
        """What a payload that is a mere reference refers to: a plan lists its members there."""
        refs = self._schemas.refs
        for _ in refs:  # they may lead in a circle
            ref = payload.get("$ref")
            if not isinstance(ref, str) or ref not in refs:
                break
            payload = node_at(schema, steps_of(ref))
        return payload

    # --- messages, taken apart -----------------------------------------------------------

    def _payload(self, node: Map, rule: Rule, schema: Map) -> Map | None:
        """The schema of a message's payload; whatever else its schema says goes to ``node``."""
        payload = None
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in OPEN_OBJECT:
                continue
            if key == "properties" and isinstance(value, Map):
                payload = self._payload_field(node, rule, value)
            elif key in ("title", "description"):
                copy_entry(schema, key, node, value)
            elif key == EXTENSION and isinstance(value, dict):
                self._schemas.extend(node, schema)
            elif key == "$comment" and isinstance(value, str):
                self.draft.comments.add(node, None, *value.splitlines())
            elif not (key == "required" and _always_sent(value)):
                why = f"`{key}` of the message is not carried over: a plan describes only its parts"
                self._schemas.lose(node, schema, key, why)
        return payload

    def _payload_field(self, node: Map, rule: Rule, fields: Map) -> Map | None:
        payload = None
        for field, value in fields.items():
            if field == PAYLOAD[rule.kind] and isinstance(value, Map):
                payload = value
            elif not says_nothing(value):
                why = f"`{field}` is not carried over: a plan cannot describe it for one call"
                help = "describe it in `common`, for every message; it is kept as a comment"
                self._schemas.lose(node, fields, field, why, help)
        return payload

    def _common(self, schema: Map) -> Map:
        """What every message has: fields of the message, open unless they say otherwise."""
        common = Map(schema.mark)
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in OPEN_OBJECT:
                continue
            if key == "properties" and isinstance(value, Map):
                self._common_fields(common, value)
            elif key == "required" and isinstance(value, Seq):
                copy_entry(schema, key, common, value)
            else:
                why = f"`{key}` of the COMMON rule is not carried over: `common` has no such key"
                self._schemas.lose(common, schema, key, why)
        if not common:
            self._keep_comments(common, self.draft.root)
        return common

    def _common_fields(self, common: Map, fields: Map) -> None:
        known = metaschema.schema()["definitions"]["common"]["properties"].keys() - {"required"}
        self._schemas.open = True
        for field, value in fields.items():
            if says_nothing(value):
                continue
            if field in known:
                copy_entry(fields, field, common, self._schemas.schema(value))
            else:
                why = f"`{field}` is not carried over: `common` of a plan has no such field"
                self._schemas.lose(common, fields, field, why)
        self._schemas.open = False


def _says_nothing_of_others(payload: Map) -> bool:
    """Whether an object does not say if it may have properties that it does not list."""
    return "additionalProperties" not in in_draft_07(payload)[0]


def _always_sent(required: Any) -> bool:
    return isinstance(required, Seq) and all(name in _ALWAYS_SENT for name in map(str, required))


def _unversioned(rules: Iterable[Rule]) -> dict[str, int]:
    """The version of each event whose function has no version in its name: the oldest without
    a ``function`` of its own, so that it keeps its name when newer ones come."""
    found: dict[str, int] = {}
    for rule in rules:
        extension = rule.schema.get(EXTENSION)
        named = isinstance(extension, dict) and "function" in extension
        if rule.kind == "TRACK" and not named:
            found[rule.key] = min(rule.version, found.get(rule.key, rule.version))
    return found


def version_words(name: str, version: int) -> str:
    """The words for the function of a version that does not have the event's own."""
    return " ".join([*words(name), f"v{version}"]).lower()


def _by_reference(rules: Map) -> Map:
    """``{$ref: …}`` as an event's rules have it: merged in with ``allOf``."""
    whole, parts = rules.only(rules.keys() - {"$ref"}), Seq(rules.mark)
    append(parts, rules.only({"$ref"}), rules.mark)
    put(whole, "allOf", parts)
    return whole
