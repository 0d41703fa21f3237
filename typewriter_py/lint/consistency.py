"""Whether one name means one thing in the whole plan, and whether all of the plan is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..plan.model import Array, Event
from ..plan.queries import used
from .context import ANY, Kinds, Place, Scene, kinds, of_definition, spoken, spoken_items
from .registry import Finding, of_plan
from .segment import spec


@of_plan("TW210")
def inconsistent_type(scene: Scene) -> Iterator[Finding]:
    """One property name has different types in different events.

    A warehouse keeps a table of all events and unions of some: the column takes the type that
    came first, and values of another become null or text.  Compared are events' own properties
    (an integer is a number), the latest version of each event; one that allows several types is
    fine as long as most events do.  What Segment's spec has a type for is compared with that
    alone.

    Bad:

    ```yaml
    - name: Product Added
      description: Somebody put a product into the cart.
      rules:
        properties: {shelf: {type: integer}}
    - name: Product Removed
      description: Somebody took a product out of the cart.
      rules:
        properties: {shelf: {type: string}}
    ```

    Good:

    ```yaml
    - name: Product Added
      description: Somebody put a product into the cart.
      rules:
        properties: {shelf: {type: integer}}
    - name: Product Removed
      description: Somebody took a product out of the cart.
      rules:
        properties: {shelf: {type: integer}}
    ```
    """
    current = {id(event) for event in scene.current}
    by_name: dict[str, list[tuple[Place, Kinds]]] = {}
    for place in scene.places:
        top = not place.parents and id(place.root) in current
        if top and not place.property.deprecated:
            found = _kinds(place, scene)
            if found != ANY:
                by_name.setdefault(place.property.name, []).append((place, found))
    for uses in by_name.values():
        yield from _against_most(uses)


def _kinds(place: Place, scene: Scene) -> Kinds:
    """The kinds of a value; of a list, those of its items, as those of a list."""
    definitions = scene.plan.definitions
    type_ = place.property.type
    if isinstance(type_, Array):
        items = kinds(type_.items.type, definitions)
        return frozenset(spoken_items(frozenset({each})) for each in items)
    return kinds(type_, definitions)


def _against_most(uses: list[tuple[Place, Kinds]]) -> Iterator[Finding]:
    """What goes beyond the kinds that most events have (of several, the fewest, the first).

    What Segment's spec says of the name, somewhere in the plan, outweighs any number of others.
    """
    if len({found for _, found in uses}) < 2:
        return
    specified = [(place, found) for place, found in uses if _is_specified(place)]
    counts = Counter(found for _, found in specified or uses)
    usual = max(counts, key=lambda found: (counts[found], -len(found)))
    allowed = {found for _, found in specified}
    first = next(place for place, found in uses if found == usual)
    for place, found in uses:
        if found <= usual or found in allowed or _is_specified(place):
            continue
        name, span = place.property.name, first.property.span
        message = f"`{name}` is {_spoken(found)} here, elsewhere {_spoken(usual)}"
        related = ((span, _spoken(usual)),) if span else ()
        help = "give both one type, or give one another name"
        yield Finding(place.property.span, message, help, related, place)


def _spoken(found: Kinds) -> str:
    return spoken(found) or " or ".join(sorted(found))


def _is_specified(place: Place) -> bool:
    """Whether Segment's spec has a type for it, by which another rule judges."""
    assert isinstance(place.root, Event)
    return spec().kinds(place.root.name, place.property.name) is not None


@of_plan("TW250", of_disuse=True)
def unused_definition(scene: Scene) -> Iterator[Finding]:
    """Nothing refers to a definition.

    It generates nothing and judges nothing, but everybody who reads the plan has to read it.
    Remove it, or refer to it.  (A file of definitions alone, which other plans include, is not
    meant.)

    Bad:

    ```yaml
    tracking_plan:
      definitions:
        Money: {type: number, minimum: 0}
      rules:
        events:
          - name: Order Completed
            description: A payment went through.
            rules: {properties: {total: {type: number, minimum: 0}}}
    ```

    Good:

    ```yaml
    tracking_plan:
      definitions:
        Money: {type: number, minimum: 0}
      rules:
        events:
          - name: Order Completed
            description: A payment went through.
            rules: {properties: {total: {$ref: '#/definitions/Money'}}}
    ```
    """
    plan = scene.plan
    if not any((plan.events, plan.calls, plan.common)):
        return
    needed = used(plan)
    for name, definition in plan.definitions.items():
        if name not in needed:
            message = f"nothing refers to the definition `{name}`"
            help, subject = "remove it, or refer to it with `$ref`", of_definition(definition)
            yield Finding(definition.span, message, help, subject=subject)
