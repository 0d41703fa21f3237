"""Whether the plan says what its events and properties mean, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator

from ..plan.model import Event
from .registry import Finding, of_event, of_property
from .scene import Place, Scene


@of_event("TW220")
def missing_event_description(event: Event, scene: Scene) -> Iterator[Finding]:
    """An event has no description.

    The name alone does not say when it is sent: is an order completed when it is placed, paid
    or delivered?  Whoever sends it and whoever draws a report over it must agree.  The
    description also becomes the docstring of the generated function.

    Bad:

    ```yaml
    - name: Order Completed
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    if not (event.description or "").strip():
        message = f"`{event.name}` has no description"
        yield Finding(event.span, message, "say when it is sent: `description: …`")


@of_property("TW221", default=False)
def missing_property_description(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property or trait has no description.

    What is measured in which unit, with taxes or without, since when?  Off by default, for
    many names say enough (`product_id`).  To have it, add it to `select` in
    `[tool.typewriter.lint]`: `select = ["default", "missing-property-description"]`.

    Bad:

    ```yaml
    total:
      type: number
    ```

    Good:

    ```yaml
    total:
      type: number
      description: What was paid, taxes and shipping included
    ```
    """
    if not (place.property.description or "").strip():
        message = f"`{place.property.name}` has no description"
        yield Finding(place.property.span, message, "say what it means: `description: …`")


@of_event("TW222", default=False)
def missing_owner(event: Event, scene: Scene) -> Iterator[Finding]:
    """An event has no owner.

    When its numbers look wrong, somebody has to know why; an owner is a team or a person, in
    the form that your people find.  Off by default, for a plan of one team has one owner.  To
    have it, add it to `select` in `[tool.typewriter.lint]`: `select = ["default",
    "missing-owner"]`.

    Bad:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
      owner: checkout@example.com
    ```
    """
    if not (event.owner or "").strip():
        message = f"`{event.name}` has no owner"
        yield Finding(event.span, message, "say who answers for it: `owner: …`")
