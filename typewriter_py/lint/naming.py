"""How events, properties and traits are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ..casing import fitting, respelled
from ..names import words
from ..plan.model import Event
from .context import FIELD, TRAIT, Place, Scene
from .registry import Finding, of_event, of_plan, of_property
from .segment import spec
from .words import is_action, is_particle


@of_event("TW201")
def event_name_casing(event: Event, scene: Scene) -> Iterator[Finding]:
    """An event's name is not cased as the plan's names are.

    Names go out exactly as they are written, and Segment and its destinations tell `order
    completed` from `Order Completed`: two reports instead of one.  Segment's own events are in
    Title Case, which is the default.  Another style is set by `naming.event` in
    `[tool.typewriter.lint]`: Title Case, Sentence case, lower case, snake_case, kebab-case,
    camelCase or PascalCase, one or a list of them.  Names that begin with `$` are a
    destination's own, and let pass.

    Bad:

    ```yaml
    - name: order_completed
      description: A payment went through.
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    styles = scene.settings.naming.event
    if _is_let_be(event) or fitting(event.name, styles) or _stray(event.name):
        return
    fresh = respelled(event.name, styles[0])
    help = f"write `{fresh}`" if fresh else None
    yield Finding(event.span, f"`{event.name}` is not in {_or(styles)}", help)


def _is_let_be(event: Event) -> bool:
    """Nobody renames what Segment or a destination (``$pageview``) has named, nor what is on
    its way out."""
    named = event.name.startswith("$") or event.name in spec().events
    return named or event.deprecated is not None


@of_event("TW202")
def event_name_action(event: Event, scene: Scene) -> Iterator[Finding]:
    """An event's name is not made of an object and what happened to it.

    Segment's events are called Object + Action, the action in the past tense: `Order
    Completed`.  A list of such names sorts by object, and each reads as a fact: `Complete
    Order` could as well be a button, `Completed Order` sorts away from the other orders.  Where
    the object is the user it may be left out (`Signed Up`).  Names in other scripts than the
    Latin one are not judged, nor are those of Segment's spec; a plan in another language than
    English says `ignore = ["event-name-action"]` in `[tool.typewriter.lint]`.

    Bad:

    ```yaml
    - name: Complete Order
      description: A payment went through.
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    parts = [word.lower() for word in words(event.name)]
    if _is_let_be(event) or not parts or not event.name.isascii():
        return
    acts = [is_action(word) for word in parts]
    if any(acts[1:]) or (acts[0] and len(parts) > 1 and all(map(is_particle, parts[1:]))):
        return
    if acts[0] and len(parts) > 1:
        fresh = " ".join([*words(event.name)[1:], words(event.name)[0]])
        message = f"`{event.name}` names the action before the object"
        yield Finding(event.span, message, f"write `{fresh}`, or the like")
    else:
        message = f"`{event.name}` does not say what happened to what"
        help = "write Object + Action, the action in the past tense: `Order Completed`"
        yield Finding(event.span, message, help)


@of_property("TW203")
def property_name_casing(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property or trait is not cased as the plan's are.

    Each spelling of a name becomes a column of its own in a warehouse.  Segment's properties
    are in snake_case, its reserved traits in camelCase; so those are the defaults, and traits
    may be in either.  Other styles are set by `naming.property` and `naming.trait` in
    `[tool.typewriter.lint]`.  A leading `$` or `_`, as some destinations have it, is let pass.

    Bad:

    ```yaml
    orderId:
      type: string
    ```

    Good:

    ```yaml
    order_id:
      type: string
    ```
    """
    naming = scene.settings.naming
    styles = naming.trait if place.kind == TRAIT else naming.property
    name = place.property.name
    if place.kind == FIELD or fitting(name, styles) or _stray(name):
        return
    fresh = respelled(name, styles[0])
    what = "trait" if place.kind == TRAIT else "property"
    help = f"write `{fresh}`" if fresh else None
    yield Finding(place.property.span, f"the {what} `{name}` is not in {_or(styles)}", help)


def _or(styles: tuple[str, ...]) -> str:
    return " or ".join(styles)


_VARYING: Final = tuple(
    (re.compile(form, re.IGNORECASE), what)
    for form, what in (
        (r"\{[^}]*\}|<[^>]+>|%[sdr]|%\(\w+\)|\$\{?\w+\}|\[\w*(id|name)\]", "a placeholder"),
        (r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "an ID"),
        (r"(?<!\d)(19|20)\d\d[-_/. ]?(0[1-9]|1[0-2])([-_/. ]?[0-3]\d)?(?!\d)", "a date"),
        (r"(?<!\d)[0-3]?\d[-/.][01]?\d[-/.](19|20)\d\d(?!\d)", "a date"),
        (r"[\w.+-]+@[\w-]+\.\w+", "an email address"),
        (r"https?:|www\.|\w\.(com|org|net|io)\b", "an address of the web"),
        (r"(?<![\da-z])(?=[a-z]*\d)(?=\d*[a-f])[0-9a-f]{12,}(?![\da-z])", "an ID"),
        (r"(?<!\d)(19|20)\d\d(?!\d)", "a year"),
        (r"\d{4,}", "a number"),
    )
)  # fmt: skip


@of_plan("TW206")
def dynamic_name(scene: Scene) -> Iterator[Finding]:
    """A name holds what varies: an ID, a date, a placeholder.

    Each value would make an event, or a column, of its own: reports cannot be drawn over them,
    and Segment and its destinations limit how many there may be.  A plan names kinds of
    events; what varies belongs into a property.

    Bad:

    ```yaml
    - name: Campaign 2026-01 Viewed
      description: Somebody saw a campaign.
    ```

    Good:

    ```yaml
    - name: Campaign Viewed
      description: Somebody saw a campaign.
      rules:
        properties:
          campaign_id: {type: string, examples: [2026-01]}
    ```
    """
    for event in scene.plan.events:
        what = _varying(event.name)
        if what:
            message = f"`{event.name}` holds {what}, so it would be a new event for each"
            yield Finding(event.span, message, "say it in a property", subject=event)
    for place in scene.places:
        what = _varying(place.property.name)
        if what:
            message = f"`{place.property.name}` holds {what}, so it would be a new name for each"
            help = "let the name say what it is, and the value which one"
            yield Finding(place.property.span, message, help, subject=place)


@lru_cache(maxsize=1 << 14)
def _varying(name: str) -> str | None:
    if name.isalpha():
        return None
    return next((what for form, what in _VARYING if form.search(name)), None)


@of_plan("TW207")
def stray_whitespace(scene: Scene) -> Iterator[Finding]:
    """A name has spaces too many, or characters that cannot be seen.

    Names go out exactly as they are written and must match exactly.  A space at an end, two in
    a row, a no-break space or one of no width comes from a copied text; nobody sees it, and
    the event or property is another one.

    Bad:

    ```yaml
    - name: "Order  Completed"
      description: A payment went through.
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    ```
    """
    for event in scene.plan.events:
        if _stray(event.name):
            yield Finding(event.span, *_tidied("the event", event.name), subject=event)
    for place in scene.places:
        if _stray(place.property.name):
            said = _tidied("the property", place.property.name)
            yield Finding(place.property.span, *said, subject=place)


def _stray(name: str) -> bool:
    if name.isascii() and name.isprintable() and " " not in name:
        return False
    plain = unicodedata.normalize("NFC", name)
    return name != " ".join(name.split(" ")).strip() or "  " in name or _unseen(plain)


def _unseen(name: str) -> bool:
    """Whether there are control or format characters or spaces but the plain one.

    The joiners of emoji and of Indic and Arabic scripts (ZWJ, ZWNJ) belong to what they join.
    """
    kinds = {unicodedata.category(char) for char in name if char not in " \u200c\u200d"}
    return bool(kinds & {"Cc", "Cf", "Zs", "Zl", "Zp"})


def _tidied(what: str, name: str) -> tuple[str, str]:
    seen = "".join(" " if _unseen(char) else char for char in name)
    return f"{what} {name!r} has stray whitespace", f"write `{' '.join(seen.split())}`"
