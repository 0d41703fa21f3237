"""Deprecated events and properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..plan.model import Deprecation, Event, Property
from ..spellings import Spellings
from .context import Context, Declaration
from .registry import Finding, of_plan, of_property

_Deprecated: TypeAlias = "tuple[Event | Property, Deprecation, Event | Declaration]"
_Group: TypeAlias = tuple[int, ...]


def _deprecated(context: Context) -> list[_Deprecated]:
    """Each deprecated event and property, with its deprecation and the subject of findings."""
    return [(node, node.deprecated, it) for node, it in context.nodes() if node.deprecated]


@of_plan("TW240")
def deprecated_without_replacement(context: Context) -> Iterator[Finding]:
    """Something is deprecated, and nothing says what to use instead.

    Whoever sees the warning in the editor wants to know what to do now.  Name the event or
    property that replaces it, or say in a few words why there is none.

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
    for node, note, subject in _deprecated(context):
        if not note.reason and not note.replaced_by:
            help = "add `replaced_by: …`, or say why: `deprecated: Use … instead`"
            message = f"`{node.name}` is deprecated, but nothing says what to use instead"
            yield Finding(node.span, message, help, subject=subject)


@of_plan("TW241")
def unknown_replacement(context: Context) -> Iterator[Finding]:
    """The replacement of a deprecated event or property is not in the plan.

    It was misspelled, renamed or never added, so the advice leads nowhere, and `typewriter diff`
    cannot recognise the rename.  An event is replaced by an event, a property by a property of
    the same event or object.

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
    replaced = [each for each in _deprecated(context) if each[1].replaced_by]
    siblings = _siblings(context) if replaced else {}
    spellings: dict[_Group, Spellings] = {}
    for node, note, subject in replaced:
        group, name = _group(subject), note.replaced_by
        known = siblings[group]
        if name and name not in known:
            what = "event" if isinstance(subject, Event) else "property next to it"
            message = f"`{node.name}` is replaced by `{name}`, but there is no such {what}"
            if group not in spellings:
                spellings[group] = Spellings(sorted(known))
            help = spellings[group].did_you_mean(name) or "add it, or name one that exists"
            yield Finding(node.span, message, help, subject=subject)


def _group(subject: Event | Declaration) -> _Group:
    """What is the same for all properties of one event or object; empty for events."""
    if isinstance(subject, Event):
        return ()
    return (id(subject.root), *map(id, subject.parents))


def _siblings(context: Context) -> dict[_Group, set[str]]:
    """The names in each group."""
    names: dict[_Group, set[str]] = {(): set(context.by_name)}
    for each in context.declarations:
        names.setdefault(_group(each), set()).add(each.property.name)
    return names


@of_plan("TW242")
def deprecated_recommended(context: Context) -> Iterator[Finding]:
    """A deprecated event or property is recommended as the replacement for another.

    Whoever follows the advice has to move twice.  Point to the one that will stay.

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
    deprecated = _deprecated(context)
    known = {(_group(subject), node.name): (note, node) for node, note, subject in deprecated}
    for event in context.plan.events:  # one version of it may be current
        if context.by_name[event.name].deprecated is None:
            known.pop(((), event.name), None)
    for node, note, subject in deprecated:
        found = known.get((_group(subject), note.replaced_by or ""))
        if found is None:
            continue
        following, other = found
        message = f"`{node.name}` is replaced by `{note.replaced_by}`, which is deprecated itself"
        help = f"name `{following.replaced_by}`" if following.replaced_by else "name one that stays"
        related = ((other.span, "deprecated here"),) if other.span else ()
        yield Finding(node.span, message, help, related, subject)


@of_property("TW243")
def deprecated_required(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property is both deprecated and required: nobody can stop sending it.

    Make it optional first; remove it when nobody sends or reads it any more.  (In a deprecated
    event it does not matter.)

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
    prop = declaration.property
    if prop.deprecated and prop.required and not declaration.in_deprecated_event():
        message = f"`{prop.name}` is deprecated, yet required"
        yield Finding(prop.span, message, "make it optional first")


@of_plan("TW244", time_based=True)
def deprecation_expired(context: Context) -> Iterator[Finding]:
    """Something deprecated is past the day on which it was to be removed.

    `expires` is the last day of an event or property.  Remove it from the plan, or give it more
    time.  This finding is caused by time, not by a change to the plan, so it is only a warning: no
    build breaks overnight, not even with `--strict` (`severity` in `[tool.typewriter.lint]` can
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
    today = context.settings.today
    for node, note, subject in _deprecated(context):
        if today and note.expires and note.expires < today:
            message = f"`{node.name}` was to be removed after {note.expires}"
            yield Finding(node.span, message, "remove it, or give it more time", subject=subject)
