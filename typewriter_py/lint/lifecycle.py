"""What is on its way out: deprecated events and properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..diagnostics import Span
from ..plan.model import Deprecation, Event
from ..util import did_you_mean
from .context import Place, Scene
from .registry import Finding, of_plan, of_property

_Deprecated: TypeAlias = tuple[str, Deprecation, Span | None, "Event | Place"]


def _deprecated(scene: Scene) -> Iterator[_Deprecated]:
    """Each deprecated event and property: its name, what is said of it, where, what it is."""
    for event in scene.plan.events:
        if event.deprecated:
            yield event.name, event.deprecated, event.span, event
    for place in scene.places:
        declared = place.property
        if declared.deprecated:
            yield declared.name, declared.deprecated, declared.span, place


@of_plan("TW240")
def deprecated_without_replacement(scene: Scene) -> Iterator[Finding]:
    """Something is deprecated, and nothing says what to use instead.

    Whoever gets the warning in the editor wants to know what to do now.  Name the event or
    property that takes its place, or say in a few words why there is none.

    Bad:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      deprecated: true
    ```

    Good:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      deprecated: Nobody reads it any more; stop sending it
    ```
    """
    for name, says, span, subject in _deprecated(scene):
        if not says.reason and not says.replaced_by:
            help = "add `replaced_by: …`, or say why: `deprecated: Use … instead`"
            message = f"`{name}` is deprecated, but nothing says what to use instead"
            yield Finding(span, message, help, subject=subject)


@of_plan("TW241")
def unknown_replacement(scene: Scene) -> Iterator[Finding]:
    """What is to replace a deprecated event or property is not in the plan.

    It was misspelt, renamed or never added, so the advice leads nowhere, and `typewriter diff`
    cannot recognise the rename.  An event is replaced by an event, a property by one beside it.

    Bad:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      replaced_by: Cart Veiwed
    - name: Cart Viewed
      description: Somebody looked at the cart.
    ```

    Good:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      replaced_by: Cart Viewed
    - name: Cart Viewed
      description: Somebody looked at the cart.
    ```
    """
    replaced = [each for each in _deprecated(scene) if each[1].replaced_by]
    beside = _beside(scene) if replaced else {}
    for name, says, span, subject in replaced:
        known = beside[_group(subject)]
        if says.replaced_by and says.replaced_by not in known:
            what = "event" if isinstance(subject, Event) else "property beside it"
            message = f"`{name}` is replaced by `{says.replaced_by}`, and there is no such {what}"
            meant = did_you_mean(says.replaced_by, sorted(known))
            help = meant or "add it, or name one that there is"
            yield Finding(span, message, help, subject=subject)


def _group(subject: Event | Place) -> tuple[int, ...] | None:
    """What is the same for all that stand beside each other; of events None."""
    if isinstance(subject, Event):
        return None
    return (id(subject.root), *map(id, subject.parents))


def _beside(scene: Scene) -> dict[tuple[int, ...] | None, set[str]]:
    """The names that stand beside each other."""
    names: dict[tuple[int, ...] | None, set[str]] = {None: set(scene.by_name)}
    for place in scene.places:
        names.setdefault(_group(place), set()).add(place.property.name)
    return names


@of_plan("TW242")
def deprecated_recommended(scene: Scene) -> Iterator[Finding]:
    """A deprecated event or property is recommended in place of another.

    Whoever follows the advice has to move twice.  Lead straight to what is to stay.

    Bad:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      replaced_by: Bag Viewed
    - name: Bag Viewed
      description: Somebody looked at the bag.
      replaced_by: Cart Viewed
    - name: Cart Viewed
      description: Somebody looked at the cart.
    ```

    Good:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      replaced_by: Cart Viewed
    - name: Bag Viewed
      description: Somebody looked at the bag.
      replaced_by: Cart Viewed
    - name: Cart Viewed
      description: Somebody looked at the cart.
    ```
    """
    deprecated = [*_deprecated(scene)]
    leads = {(_group(subject), name): (says, span) for name, says, span, subject in deprecated}
    for event in scene.plan.events:  # one version of it may be current
        if scene.by_name[event.name].deprecated is None:
            leads.pop((None, event.name), None)
    for name, says, span, subject in deprecated:
        found = leads.get((_group(subject), says.replaced_by or ""))
        if found is None:
            continue
        next_, place = found
        message = f"`{name}` is replaced by `{says.replaced_by}`, which is deprecated itself"
        help = f"lead to `{next_.replaced_by}`" if next_.replaced_by else "lead to what is to stay"
        related = ((place, "deprecated here"),) if place else ()
        yield Finding(span, message, help, related, subject)


@of_property("TW243")
def deprecated_required(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property is deprecated and required: nobody can stop sending it.

    Make it optional first; take it out when nobody sends or reads it any more.  (In a
    deprecated event it does not matter.)

    Bad:

    ```yaml
    sku:
      type: string
      required: true
      deprecated: Use product_id
    ```

    Good:

    ```yaml
    sku:
      type: string
      deprecated: Use product_id
    ```
    """
    declared = place.property
    over = isinstance(place.root, Event) and place.root.deprecated
    if declared.deprecated and declared.required and not over:
        message = f"`{declared.name}` is deprecated, yet required"
        yield Finding(declared.span, message, "take it off `required`")


@of_plan("TW244", by_calendar=True)
def deprecation_expired(scene: Scene) -> Iterator[Finding]:
    """Something deprecated is past the day on which it was to go.

    `expires` is the last day of an event or property.  Remove it from the plan, or give it more
    time.  This comes with the calendar and not with a change, so it warns only: no build
    breaks overnight, not even with `--strict` (`severity` in `[tool.typewriter.lint]` can
    make it an error).  "Today" is the day in UTC, or that of `SOURCE_DATE_EPOCH`.

    Bad:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      deprecated: Stop sending it
      expires: 2020-01-31
    ```

    Good:

    ```yaml
    - name: Basket Viewed
      description: Somebody looked at the basket.
      deprecated: Stop sending it
      expires: 2999-12-31
    ```
    """
    today = scene.settings.today
    for name, says, span, subject in _deprecated(scene):
        if today and says.expires and says.expires < today:
            message = f"`{name}` was to be gone after {says.expires}"
            yield Finding(span, message, "remove it, or give it more time", subject=subject)
