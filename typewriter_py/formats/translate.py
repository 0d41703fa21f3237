"""Rules, as Segment keeps them, as the plan language says them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..diagnostics import Diagnostic
from ..names import words
from ..plan import metaschema
from ..plan.document import Map, Mark, Seq
from ..plan.model import CALLS
from ..util import uncollected
from . import codes
from .definitions import HOMES, Definitions, share_shapes
from .nodes import EVENT_ORDER, NOWHERE, Draft, append, copied, mark_of, placed, put, reordered
from .rules import EXTENSION, PAYLOAD, Rule, RuleSet
from .schemas import Schemas, is_noise, says_nothing

_ALWAYS_SENT: Final = frozenset("properties traits context type event messageId timestamp".split())
"""Fields that every message of its kind has, so that requiring them says nothing."""

_EMPTY: Final = (("type", "object"), ("additionalProperties", True))


class Messages:
    """Takes schemas of messages apart; what a plan cannot say goes through ``schemas``."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._comments = schemas.comments

    def payload(self, node: Map, rule: Rule, schema: Map) -> Map | None:
        """The schema of a message's payload; what else its schema says goes to ``node``."""
        payload = None
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in _EMPTY:
                continue
            if key == "properties" and isinstance(value, Map):
                payload = self._field(node, rule, value)
            elif key in ("title", "description"):
                copied(schema, key, node, value)
            elif key == EXTENSION and isinstance(value, dict):
                self._schemas.extend(node, schema)
            elif key == "$comment" and isinstance(value, str):
                self._comments.add(node, None, *value.splitlines())
            elif not (key == "required" and _always_sent(value)):
                why = f"`{key}` of the whole message is not carried over: a plan is about its parts"
                self._schemas.lose(node, schema, key, why)
        return payload

    def _field(self, node: Map, rule: Rule, fields: Map) -> Map | None:
        payload = None
        for field, value in fields.items():
            if field == PAYLOAD[rule.kind] and isinstance(value, Map):
                payload = value
            elif not says_nothing(value):
                why = f"a plan cannot say what `{field}` of this message must hold"
                help = f"`common` says it of every message; `{field}` stays here as a comment"
                self._schemas.lose(node, fields, field, why, help)
        return payload

    def common(self, schema: Map, root: Map) -> Map:
        """What holds for every message: fields of the message, open unless they say otherwise."""
        common = Map(schema.mark)
        known = metaschema.schema()["definitions"]["common"]["properties"].keys() - {"required"}
        for key, value in schema.items():
            if is_noise(key, value) or (key, value) in _EMPTY:
                continue
            if key == "properties" and isinstance(value, Map):
                self._fields(common, value, known)
            elif key == "required" and isinstance(value, Seq):
                copied(schema, key, common, value)
            else:
                why = f"`{key}` of the COMMON rule is not carried over: `common` has no such key"
                self._schemas.lose(common, schema, key, why)
        if not common:
            self._comments.add(root, None, *self._comments.at(common, None))
        return common

    def _fields(self, common: Map, fields: Map, known: Iterable[str]) -> None:
        self._schemas.open = True
        for field, value in fields.items():
            if says_nothing(value):
                continue
            if field in known:
                copied(fields, field, common, self._schemas.schema(value))
            else:
                why = f"`common` of a plan says nothing of the field `{field}`"
                self._schemas.lose(common, fields, field, why)
        self._schemas.open = False


def _always_sent(required: Any) -> bool:
    """Whether all that is required is there anyway."""
    return isinstance(required, Seq) and all(name in _ALWAYS_SENT for name in map(str, required))


_MEMBERS: Final = ("required", "properties", "additionalProperties")


@uncollected()
def draft_of(
    rules: RuleSet, *, closed: bool = False, share: bool = False
) -> tuple[Draft, tuple[Diagnostic, ...]]:
    """The plan that ``rules`` describe, and what of them it cannot say.

    ``closed``: where a schema does not say whether further properties may come, they may not
    (JSON Schema says that they may).  ``share``: object shapes that come more than once
    become definitions.
    """
    return _Translation(rules, closed, share).run()


class _Translation:
    def __init__(self, rules: RuleSet, closed: bool, share: bool) -> None:
        self._rules = rules
        self._share = share
        self._closed = closed
        self.draft = Draft(Map(_start(rules)))
        self._schemas = Schemas(self.draft.comments, closed=closed)
        self._definitions = Definitions(self._schemas)
        self._messages = Messages(self._schemas)

    def run(self) -> tuple[Draft, tuple[Diagnostic, ...]]:
        rules, root = self._rules, self.draft.root
        for key, text in (
            ("display_name", rules.name),
            ("id", rules.id),
            ("description", rules.description),
        ):
            if text:
                put(root, key, text)
        kept = [*self._distinct(rules.rules)]
        below = self._below(kept)
        self._extend(root)
        definitions = self._definitions.nodes(root.mark)
        if self._share:
            share_shapes(below, definitions)
        if definitions:
            put(root, "definitions", definitions, root.mark)
        put(root, "rules", below, root.mark)
        return self.draft, tuple(self._schemas.diagnostics)

    def _extend(self, root: Map) -> None:
        """Definitions that no rule refers to, and what else is said of the plan as a whole."""
        said = placed(self._rules.extension, root.mark)
        for key in said:
            if key == "definitions" and isinstance(said[key], Map):
                self._definitions.add(said, self._rules.name)
            else:
                self._schemas.lose(root, said, key)

    # --- which rules ---------------------------------------------------------------------

    def _distinct(self, rules: Iterable[Rule]) -> Iterator[Rule]:
        """The rules, each once; of identify and its like one, which is all a plan has."""
        first: dict[tuple[str, str, int], Rule] = {}
        calls: dict[str, Rule] = {}
        for rule in rules:
            known = first.setdefault(rule.identity, rule)
            if known is not rule:
                self._repeated(rule, known)
                continue
            if rule.kind != "TRACK":
                call = calls.setdefault(rule.kind, rule)
                if call is not rule:
                    self._second_call(rule)
                    continue
            yield rule

    def _repeated(self, rule: Rule, known: Rule) -> None:
        what = f"the event `{rule.key}`" if rule.kind == "TRACK" else f"the {rule.kind} rule"
        what += f", version {rule.version}," if rule.version > 1 else ""
        related = ((known.span, "first here"),) if known.span else ()
        if rule.schema == known.schema and rule.deprecated == known.deprecated:
            message = f"{what} stands here a second time, in the same words"
            found = codes.REPEATED_RULE.at(rule.span, message, related=related)
        else:
            message = f"{what} stands here a second time, in other words"
            help = "remove one, or give it another version"
            found = codes.DUPLICATE_RULE.at(rule.span, message, help=help, related=related)
        self._schemas.diagnostics.append(found)

    def _second_call(self, rule: Rule) -> None:
        what = f"{rule.kind} rule `{rule.key}` version {rule.version}"
        message = f"a second {rule.kind} rule is not carried over: a plan has one"
        self._schemas.lose_at(self.draft.root, what, message, rule.span)

    # --- events and calls ----------------------------------------------------------------

    def _below(self, rules: list[Rule]) -> Map:
        """What stands under ``rules``."""
        below = Map(self.draft.root.mark)
        plain = _plain_versions(rules)
        events = Seq(below.mark)
        found: dict[str, Map] = {}
        for rule in rules:
            schema = placed(rule.schema, mark_of(rule.span))
            self._schemas.refs = self._definitions.add(
                schema, rule.key or rule.kind.lower(), rule.version
            )
            if rule.kind == "TRACK":
                event = self._event(rule, schema, plain.get(rule.key))
                append(events, event, event.mark)
            elif rule.kind == "COMMON":
                found["common"] = self._messages.common(schema, self.draft.root)
            else:
                call = self._call(rule, schema)
                found |= {rule.kind.lower(): call} if call is not None else {}
        if found.get("common"):
            put(below, "common", found["common"])
        put(below, "events", events)
        for name in CALLS:
            if name in found:
                put(below, name, found[name])
        return below

    def _event(self, rule: Rule, schema: Map, plain: int | None) -> Map:
        mark = mark_of(rule.span) if rule.span else schema.mark
        event = Map(mark)
        put(event, "name", rule.key)
        payload = self._messages.payload(event, rule, schema)
        if rule.version > 1 or event.get("version", 1) != 1:  # an x-typewriter that has not kept up
            event.remove("version")
            if rule.version > 1:
                put(event, "version", rule.version)
        if rule.deprecated and "deprecated" not in event:
            put(event, "deprecated", True)
        if rule.version != plain and "function" not in event:
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
        permitted = metaschema.schema()["definitions"]["eventRules"]["properties"]
        for key in [*rules]:
            if key == "type" and "object" in (rules[key], *_listed(rules[key])):
                rules.remove(key)
            elif key == "nullable" or (key == "description" and "description" not in event):
                if key == "description":
                    copied(rules, key, event, rules[key])
                rules.remove(key)
            elif key not in permitted or key == "type":
                why = f"`{key}` cannot stand among the rules of an event"
                self._schemas.lose(rules, rules, key, why)
                rules.remove(key)
        if "additionalProperties" not in payload and not wrapped and not self._closed:
            put(rules, "additionalProperties", True)
        elif rules.get("additionalProperties") is False and "allOf" not in rules:
            rules.remove("additionalProperties")
        if not rules:
            self._keep_comments(rules, event)
        return rules

    def _keep_comments(self, node: Map, into: Map) -> None:
        self.draft.comments.add(into, None, *self.draft.comments.at(node, None))

    def _call(self, rule: Rule, schema: Map) -> Map | None:
        """What the plan says of identify, group, page or screen; None: nothing."""
        call = Map(schema.mark)
        payload = self._messages.payload(call, rule, schema)
        if not payload and not call and not self.draft.comments.at(call, None):
            return None
        traits = PAYLOAD[rule.kind] == "traits"
        members = Map(call.mark) if traits else call
        payload = Map(schema.mark) if payload is None else self._inlined(payload, schema)
        rules = self._schemas.schema(payload)
        for key in [*rules]:
            if key in _MEMBERS:
                copied(rules, key, members, rules[key])
            elif key == "description" and "description" not in call:
                copied(rules, key, call, rules[key])
            elif key not in ("type", "nullable"):
                why = f"`{key}` cannot stand among the rules of {rule.kind.lower()}"
                self._schemas.lose(call, rules, key, why)
        self._keep_comments(rules, call)
        if "additionalProperties" not in payload and not (self._closed and payload):
            put(members, "additionalProperties", True)
        elif members.get("additionalProperties") is False:
            members.remove("additionalProperties")
        if traits:
            put(call, "traits", members)
        for key in [*call]:
            if key not in ("description", "traits", *_MEMBERS):
                self._schemas.lose(call, call, key, f"{rule.kind.lower()} has no `{key}` in a plan")
                call.remove(key)
        return call

    def _inlined(self, payload: Map, schema: Map) -> Map:
        """What a payload that is a mere reference leads to: a plan has its members there."""
        seen = 0
        while "$ref" in payload and seen < len(self._schemas.refs):
            name = str(payload["$ref"]).rpartition("/")[2]
            defined = next(
                (schema[h] for h in HOMES if isinstance(schema.get(h), Map)), Map(NOWHERE)
            )
            target = defined.get(name)
            if not isinstance(target, Map):
                break
            payload, seen = target, seen + 1
        return payload


def _plain_versions(rules: Iterable[Rule]) -> dict[str, int]:
    """The version of each event whose name in code is the event's: the oldest without words.

    So it stays with that one when newer ones come.
    """
    plain: dict[str, int] = {}
    for rule in rules:
        said = rule.schema.get(EXTENSION)
        named = isinstance(said, dict) and "function" in said
        if rule.kind == "TRACK" and not named:
            plain[rule.key] = min(rule.version, plain.get(rule.key, rule.version))
    return plain


def version_words(name: str, version: int) -> str:
    """The words for the function of a version that has not the event's own."""
    return " ".join([*words(name), f"v{version}"]).lower()


def _by_reference(rules: Map) -> Map:
    """``{$ref: …}`` as an event's rules have it: what it leads to, merged in."""
    whole, reference = Map(rules.mark), Map(rules.mark)
    for key in rules:
        copied(rules, key, reference if key == "$ref" else whole, rules[key])
    parts = Seq(rules.mark)
    append(parts, reference, rules.mark)
    put(whole, "allOf", parts)
    return whole


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _start(rules: RuleSet) -> Mark:
    """The place of the plan as a whole: the beginning of the file of its first rule."""
    first = next((rule.span for rule in rules.rules if rule.span), None)
    return (first.file, 1, 1, 1) if first else NOWHERE
