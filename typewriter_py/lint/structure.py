"""What can be said in fewer words, is too much, or is not said: descriptions and owners."""

from __future__ import annotations

from collections.abc import Iterator

from ..plan.model import ABSENT, Enum, Event
from .context import Place, Scene
from .registry import Finding, of_event, of_property


@of_property("TW253")
def enum_of_one(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property has a list of permitted values, and the list has one.

    If there is to be no other, it is a constant: with `const` the generated function fills it
    in, and nobody has to write it.  If the list has yet to grow, a plain text with `examples`
    breaks nobody when it does.

    Bad:

    ```yaml
    source: {type: string, enum: [web]}
    ```

    Good:

    ```yaml
    source: {type: string, const: web}
    ```
    """
    declared = place.property
    type_ = declared.type
    one = isinstance(type_, Enum) and len(type_.values) == 1
    if one and declared.const is ABSENT and not declared.nullable:
        message = f"the enum of `{declared.name}` has one value"
        help = "write `const: …`, or list the other values"
        yield Finding(declared.span, message, help)


@of_property("TW254")
def required_nullable_default(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property is required, may be null and has a default: nobody knows what is meant.

    Required says that it always has to be there, the default that it may be left out, null
    that there may be nothing.  The default is filled in where the call omits the property, so
    null has to be sent on purpose: say which of them you want.

    Bad:

    ```yaml
    currency: {type: [string, "null"], required: true, default: EUR}
    ```

    Good:

    ```yaml
    currency: {type: string, required: true, default: EUR}
    ```
    """
    declared = place.property
    if declared.required and declared.nullable and declared.default is not ABSENT:
        message = f"`{declared.name}` is required, nullable, and has a default"
        help = "take away one: null, the default, or `required`"
        yield Finding(declared.span, message, help)


@of_event("TW255")
def too_many_properties(event: Event, scene: Scene) -> Iterator[Finding]:
    """An event has more properties than anybody keeps in mind.

    The generated function takes each as an argument, a warehouse makes a column of each.  Often
    it is several events in one, or properties that belong into an object (`address`, `product`)
    or to the user's traits.  The limit is 40; `max-properties` in `[tool.typewriter.lint]`
    sets another.

    Bad (with `max-properties = 2`):

    ```yaml
    - name: Order Completed
      description: A payment went through.
      rules:
        properties: {order_id: {}, card_type: {}, card_country: {}}
    ```

    Good (with `max-properties = 2`):

    ```yaml
    - name: Order Completed
      description: A payment went through.
      rules:
        properties:
          order_id: {}
          card: {type: object, properties: {type: {}, country: {}}}
    ```
    """
    count, most = len(event.properties.properties), scene.settings.max_properties
    if count > most:
        message = f"`{event.name}` has {count} properties, more than {most}"
        yield Finding(event.span, message, "split the event, or group some in an object")


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
