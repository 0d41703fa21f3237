"""What could be simpler, is too much, or is missing: descriptions and owners."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..plan.model import ABSENT, Enum, Event
from .context import Context, Declaration
from .registry import Finding, of_event, of_property


@of_property("TW253")
def enum_of_one(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property has an enum with only one value.

    If there will be no other, it is a constant: with `const` the generated function fills it in,
    and nobody has to write it.  If the list is going to grow, a plain string with `examples`
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
    prop = declaration.property
    values = prop.type.values if isinstance(prop.type, Enum) else ()
    if len(values) == 1 and prop.const is ABSENT and not prop.nullable:
        help = "write `const: …`, or list the other values"
        several = re.split(r"\s*[;|/]\s*", values[0]) if isinstance(values[0], str) else []
        if len(several) > 1 and all(re.fullmatch(r"[\w-]{3,}", each) for each in several):
            help = f"if these are several values, write [{', '.join(several)}]"
        yield Finding(prop.span, f"the enum of `{prop.name}` has only one value", help)


@of_property("TW254")
def required_nullable_default(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property is required, nullable, and has a default: nobody knows what is meant.

    Required says that it must always be sent, the default that it may be left out, and null that
    it may be empty.  The default is filled in where a call omits the property, so null is only
    ever sent on purpose.  Decide which of them you want.

    Bad:

    ```yaml
    currency: {type: [string, "null"], required: true, default: EUR}
    ```

    Good:

    ```yaml
    currency: {type: string, required: true, default: EUR}
    ```
    """
    prop = declaration.property
    if prop.required and prop.nullable and prop.default is not ABSENT:
        message = f"`{prop.name}` is required, nullable, and has a default"
        yield Finding(prop.span, message, "remove one: null, the default, or `required`")


@of_event("TW255")
def too_many_properties(event: Event, context: Context) -> Iterator[Finding]:
    """An event has more properties than anyone can remember.

    The generated function takes each as an argument, and a warehouse makes a column of each.
    Often it is several events in one, or some properties belong in an object (`address`,
    `product`) or among the user's traits.  The limit is 40; set another with `max-properties` in
    `[tool.typewriter.lint]`.

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
    count, most = len(event.properties.properties), context.settings.max_properties
    if count > most:
        message = f"`{event.name}` has {count} properties, more than {most}"
        yield Finding(event.span, message, "split the event, or group some of them in an object")


@of_event("TW220")
def missing_event_description(event: Event, context: Context) -> Iterator[Finding]:
    """An event has no description.

    The name alone does not say when it is sent: is an order completed when it is placed, paid
    or delivered?  Whoever sends it and whoever builds a report on it must agree.  The description
    also becomes the docstring of the generated function.

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
def missing_property_description(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property or trait has no description.

    What does it measure, in which unit, with or without taxes, since when?  Off by default,
    because many names say enough (`product_id`).  To enable it, add it to `select` in
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
    prop = declaration.property
    if not (prop.description or "").strip():
        message = f"`{prop.name}` has no description"
        yield Finding(prop.span, message, "say what it means: `description: …`")


@of_event("TW222", default=False)
def missing_owner(event: Event, context: Context) -> Iterator[Finding]:
    """An event has no owner.

    When its numbers look wrong, someone should know why.  An owner is a team or a person, written
    so that your colleagues can find them.  Off by default, because the plan of one team has one
    owner.  To enable it, add it to `select` in `[tool.typewriter.lint]`: `select = ["default",
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
        yield Finding(event.span, message, "say who is responsible for it: `owner: …`")
