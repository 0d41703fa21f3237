"""Segment's spec, as the ready-made plans have it, and what contradicts it in a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ..casing import fitting, squeezed
from ..plan.files import library_folder
from ..plan.model import Definition, Event, Object
from ..plan.queries import object_in
from .context import Context, Declaration, Kinds, described, kinds
from .registry import Finding, of_plan

_LIBRARIES: Final = ("ecommerce", "b2b_saas", "mobile", "traits")
_DEPTH: Final = 4
"""Levels of nested objects to compare; the spec has two."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Segment's semantic events by name, its reserved traits and page properties by call."""

    events: Mapping[str, Event] = field(default_factory=dict)
    calls: Mapping[str, Object] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)

    def kinds(self, event: str, name: str) -> Kinds | None:
        """The kinds that the spec has for an event's property; None if it does not have it."""
        known = self.events.get(event)
        properties = known.properties.properties if known else ()
        found = (kinds(each.type, self.definitions) for each in properties if each.name == name)
        return next(found, None)


@cache
def spec() -> Spec:
    """The spec, read from the plans that come with the tool, so that both have one source."""
    from ..plan.load import load  # reads YAML, which a rule's documentation does not need

    events: dict[str, Event] = {}
    calls: dict[str, Object] = {}
    definitions: dict[str, Definition] = {}
    for name in _LIBRARIES:
        plan = load(library_folder() / f"{name}.yaml").plan
        if plan is None:  # a broken installation; the library's own tests check the rest
            continue
        events |= {event.name: event for event in plan.events}
        definitions |= plan.definitions
        calls |= {kind: call.properties for kind, call in plan.calls.items()}
    return Spec(events, calls, definitions)


@of_plan("TW211")
def segment_spec(context: Context) -> Iterator[Finding]:
    """An event of Segment's spec has a property that contradicts the spec.

    Destinations understand Segment's events (`Order Completed`, `Product Viewed`, …) and its
    reserved traits: they take the revenue from `revenue`, a number.  With another type or
    another spelling the event still arrives, but they cannot use it.  Properties that
    the spec does not name are fine.

    Specs: https://segment.com/docs/connections/spec/

    Bad:

    ```yaml
    - name: Order Completed
      description: A payment went through.
      rules:
        properties:
          orderid: {type: string}
          revenue: {type: string}
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
      rules:
        properties:
          order_id: {type: string}
          revenue: {type: number}
    ```
    """
    known = spec()
    declared = {id(each.property): each for each in context.declarations}
    for event in context.plan.events:
        planned = known.events.get(event.name)
        if planned:
            what = f"Segment's `{event.name}`"
            yield from _compare(event.properties, planned.properties, what, context, declared)
    for kind, call in context.plan.calls.items():
        if kind in known.calls:
            what = "Segment's page properties" if kind == "page" else "Segment's reserved traits"
            yield from _compare(call.properties, known.calls[kind], what, context, declared)


def _compare(
    mine: Object,
    theirs: Object,
    what: str,
    context: Context,
    declared: Mapping[int, Declaration],
    depth: int = _DEPTH,
) -> Iterator[Finding]:
    named = {each.name: each for each in theirs.properties}
    spellings = {squeezed(name): name for name in named}
    own = {each.name for each in mine.properties}
    for each in mine.properties:
        near = spellings.get(squeezed(each.name))
        subject = declared.get(id(each))
        planned = named.get(each.name)
        if planned is None:
            # Another rule reports a name in the wrong casing, and how to spell it.
            if near and near not in own and fitting(each.name, context.settings.naming.property):
                message = f"`{each.name}` is spelled `{near}` in {what}"
                yield Finding(each.span, message, f"write `{near}`", subject=subject)
            continue
        here = kinds(each.type, context.plan.definitions)
        there = kinds(planned.type, spec().definitions)
        if here and there and not here & there:
            message = f"`{each.name}` is {described(here)}, but {described(there)} in {what}"
            help = "destinations expect the spec's type"
            yield Finding(each.span, message, help, subject=subject)
        inner = object_in(each.type, context.plan.definitions)
        model = object_in(planned.type, spec().definitions)
        if inner and model and depth:
            yield from _compare(inner, model, what, context, declared, depth - 1)
