"""Segment's spec, as the ready-made plans give it, and what in a plan contradicts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ..casing import fitting, squeezed
from ..plan.files import library_folder
from ..plan.model import Definition, Event, Object, Property
from ..plan.queries import object_in
from .context import Kinds, Place, Scene, apart, kinds, spoken
from .registry import Finding, of_plan

_LIBRARIES: Final = ("ecommerce", "b2b_saas", "mobile", "traits")
_DEPTH: Final = 4
"""Objects within objects that are compared; the spec has two."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Segment's semantic events by name, its reserved traits and page properties by call."""

    events: Mapping[str, Event] = field(default_factory=dict)
    calls: Mapping[str, Object] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)

    def kinds(self, event: str, name: str) -> Kinds | None:
        """What the spec says of an event's property; None if it has no such one."""
        known = self.events.get(event)
        for each in known.properties.properties if known else ():
            if each.name == name:
                return kinds(each.type, self.definitions)
        return None


@cache
def spec() -> Spec:
    """The spec, read from the plans that come with the tool: one source for both."""
    from ..plan.load import load  # it reads YAML, which a rule's documentation does without

    events: dict[str, Event] = {}
    calls: dict[str, Object] = {}
    definitions: dict[str, Definition] = {}
    for name in _LIBRARIES:
        plan = load(library_folder() / f"{name}.yaml").plan
        if plan is None:  # a broken installation; the library's own tests hold that it is whole
            continue
        events |= {event.name: event for event in plan.events}
        definitions |= plan.definitions
        calls |= {kind: call.properties for kind, call in plan.calls.items()}
    return Spec(events, calls, definitions)


@of_plan("TW211")
def segment_spec(scene: Scene) -> Iterator[Finding]:
    """An event of Segment's spec has a property that contradicts the spec.

    Destinations understand Segment's events (`Order Completed`, `Product Viewed`, …) and its
    reserved traits: they take the revenue from `revenue`, a number.  With another type or
    another spelling the event still arrives, but they cannot use it.  Of what the spec does not
    name an event may have whatever it likes.

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
    places = {id(place.property): place for place in scene.places}
    for event in scene.plan.events:
        planned = known.events.get(event.name)
        if planned:
            what = f"Segment's `{event.name}`"
            yield from _compare(event.properties, planned.properties, what, scene, places)
    for kind, call in scene.plan.calls.items():
        if kind in known.calls:
            what = "Segment's page properties" if kind == "page" else "Segment's reserved traits"
            yield from _compare(call.properties, known.calls[kind], what, scene, places)


def _compare(
    mine: Object,
    theirs: Object,
    what: str,
    scene: Scene,
    places: Mapping[int, Place],
    depth: int = _DEPTH,
) -> Iterator[Finding]:
    named = {each.name: each for each in theirs.properties}
    spellings = {squeezed(name): name for name in named}
    own = {each.name for each in mine.properties}
    for each in mine.properties:
        near = spellings.get(squeezed(each.name))
        place = places.get(id(each))
        # What is miscased is told so already, and so spelled right.
        cased = fitting(each.name, scene.settings.naming.property)
        if each.name not in named and near and near not in own and cased:
            message = f"`{each.name}` is spelled `{near}` in {what}"
            yield Finding(each.span, message, f"write `{near}`", subject=place)
            continue
        planned = named.get(each.name)
        if planned is None:
            continue
        yield from _typed(each, planned, what, scene, place)
        inner = object_in(each.type, scene.plan.definitions)
        model = object_in(planned.type, spec().definitions)
        if inner and model and depth:
            yield from _compare(inner, model, what, scene, places, depth - 1)


def _typed(
    each: Property, planned: Property, what: str, scene: Scene, place: Place | None
) -> Iterator[Finding]:
    here = kinds(each.type, scene.plan.definitions)
    there = kinds(planned.type, spec().definitions)
    if apart(here, there):
        message = f"`{each.name}` is {spoken(here)}, but {spoken(there)} in {what}"
        yield Finding(each.span, message, "destinations expect the spec's type", subject=place)
