"""The intermediate representation → rules as Segment keeps them, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...plan.model import Call, Definition, Event, Object, Plan
from ...plan.queries import reachable, used
from ..json_schema import DRAFT, beside, of_definition, of_event, texts, type_schema, value_schema
from ..rules import CALLS, EXTENSION, PAYLOAD, Rule, RuleSet, Schema


def rules_of(plan: Plan) -> RuleSet:
    """The rules of ``plan``: what holds for every message, its events in order, its calls.

    Includes are resolved already, so the rules need no other file; each carries the
    definitions that it refers to.
    """
    needed = used(plan)
    unused = [name for name in plan.definitions if name not in needed]
    extension = {"definitions": _definitions(plan, unused)} if unused else {}
    return RuleSet(plan.name, tuple(_rules(plan)), plan.id, plan.description, extension)


def _rules(plan: Plan) -> Iterator[Rule]:
    if plan.common is not None:
        yield Rule("COMMON", "", 1, _message(plan, plan.common, {}, None))
    for event in plan.events:
        yield _event(plan, event)
    for name, kind in CALLS.items():
        call: Call | None = getattr(plan, name)
        if call is not None:
            head = texts(None, call.description)
            schema = _message(plan, call.properties, head, PAYLOAD[kind])
            yield Rule(kind, "", 1, schema, span=call.span)


def _event(plan: Plan, event: Event) -> Rule:
    head = texts(event.title, event.description)
    schema = _message(plan, event.properties, head, PAYLOAD["TRACK"])
    if says := of_event(event):
        schema[EXTENSION] = says
    deprecated = event.deprecated is not None
    return Rule("TRACK", event.name, event.version or 1, schema, deprecated, event.span)


def _message(plan: Plan, shape: Object, head: Schema, payload: str | None) -> Schema:
    """A schema of the whole message, in which ``shape`` stands at ``payload`` (None: is it)."""
    body = type_schema(shape, plan.definitions)
    if payload is not None:
        body = {"type": "object", "properties": {payload: body}}
    needed = reachable(shape, plan.definitions)
    names = [name for name in plan.definitions if name in needed]
    definitions = {"definitions": _definitions(plan, names)} if names else {}
    return {"$schema": DRAFT, **head, **body, **definitions}


def _definitions(plan: Plan, names: Iterable[str]) -> Schema:
    return {name: _definition(plan, plan.definitions[name]) for name in names}


def _definition(plan: Plan, definition: Definition) -> Schema:
    schema = value_schema(definition.value, plan.definitions)
    head = texts(definition.title, definition.description)
    return beside(schema, head, of_definition(definition))
