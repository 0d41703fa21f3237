"""Whether one name means one thing in the whole plan, and whether all of the plan is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..plan.model import Array, Event
from ..plan.queries import used
from .context import (
    ANY,
    Context,
    Declaration,
    Kinds,
    described,
    described_list,
    kinds,
    of_definition,
)
from .registry import Finding, of_plan
from .segment import spec


@of_plan("TW210")
def inconsistent_type(context: Context) -> Iterator[Finding]:
    """A property has different types in different events.

    In a table that several events share, a warehouse gives the column the type that came first,
    and values of another type become null or text.  The rule compares the events' own properties
    (an integer counts as a number), in the latest version of each event.  A property that allows
    several types is fine as long as most events allow them.  Where Segment's spec has a type for
    a property, only the spec counts.

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
    current = {id(event) for event in context.current}
    by_name: dict[str, list[tuple[Declaration, Kinds]]] = {}
    for each in context.declarations:
        top = not each.parents and id(each.root) in current
        if top and not each.property.deprecated:
            found = _kinds(each, context)
            if found != ANY:
                by_name.setdefault(each.property.name, []).append((each, found))
    for uses in by_name.values():
        yield from _against_most(uses)


def _kinds(declaration: Declaration, context: Context) -> Kinds:
    """The kinds of a value; of a list, those of its items, as lists of them."""
    definitions = context.plan.definitions
    type_ = declaration.property.type
    if isinstance(type_, Array):
        return frozenset(map(described_list, kinds(type_.items.type, definitions)))
    return kinds(type_, definitions)


def _against_most(uses: list[tuple[Declaration, Kinds]]) -> Iterator[Finding]:
    """What goes beyond the kinds that most events have (if tied, the fewest kinds, the first).

    What Segment's spec says about the name, somewhere in the plan, outweighs all others.
    """
    if len({found for _, found in uses}) < 2:
        return
    specified = [(each, found) for each, found in uses if _is_specified(each)]
    counts = Counter(found for _, found in specified or uses)
    usual = max(counts, key=lambda found: (counts[found], -len(found)))
    allowed = {found for _, found in specified}
    span = next(each.property.span for each, found in uses if found == usual)
    related = ((span, described(usual)),) if span else ()
    for each, found in uses:
        if found <= usual or found in allowed or _is_specified(each):
            continue
        name = each.property.name
        message = f"`{name}` is {described(found)} here, but {described(usual)} elsewhere"
        help = "give both the same type, or rename one of them"
        yield Finding(each.property.span, message, help, related, each)


def _is_specified(declaration: Declaration) -> bool:
    """Whether Segment's spec has a type for it, which another rule checks."""
    assert isinstance(declaration.root, Event)
    return spec().kinds(declaration.root.name, declaration.property.name) is not None


@of_plan("TW250", reports_unused=True)
def unused_definition(context: Context) -> Iterator[Finding]:
    """Nothing refers to a definition.

    It generates nothing and checks nothing, but everybody who reads the plan has to read it.
    Remove it, or refer to it.  (A file that has only definitions, for other plans to include, is
    not reported.)

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
    plan = context.plan
    if not any((plan.events, plan.calls, plan.common)):
        return
    needed = used(plan)
    for name, definition in plan.definitions.items():
        if name not in needed:
            message = f"nothing refers to the definition `{name}`"
            help, subject = "remove it, or refer to it with `$ref`", of_definition(definition)
            yield Finding(definition.span, message, help, subject=subject)
