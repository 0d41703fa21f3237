"""How events, properties and traits are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ..casing import fitting, respelled
from ..names import words
from ..plan.model import Array, Enum, Event, Property
from .context import FIELD, TRAIT, Context, Declaration
from .registry import Finding, of_event, of_plan, of_property
from .segment import spec
from .words import PARTICLES, is_action


@of_event("TW201")
def event_name_casing(event: Event, context: Context) -> Iterator[Finding]:
    """An event's name does not follow the plan's casing.

    Names are sent exactly as they are written, and Segment and its destinations distinguish
    `order completed` from `Order Completed`: two reports instead of one.  Segment's own events are
    in Title Case, which is the default.  Another style is set by `naming.event` in
    `[tool.typewriter.lint]`: Title Case, Sentence case, lower case, snake_case, kebab-case,
    camelCase or PascalCase, one or a list of them.  Names that begin with `$` are reserved by a
    destination, and accepted.

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
    if not _is_exempt(event):
        yield from _miscased("", event, context.settings.naming.event)


def _miscased(what: str, named: Event | Property, styles: tuple[str, ...]) -> Iterator[Finding]:
    name = named.name
    if not fitting(name, styles) and not _is_stray(name):
        fresh = respelled(name, styles[0])
        help = f"write `{fresh}`" if fresh else None
        yield Finding(named.span, f"{what}`{name}` is not in {' or '.join(styles)}", help)


def _is_exempt(event: Event) -> bool:
    """Whether Segment or a destination (``$pageview``) has chosen the name, or the event is
    deprecated: nobody renames it."""
    named = event.name.startswith("$") or event.name in spec().events
    return named or event.deprecated is not None


@of_event("TW202")
def event_name_action(event: Event, context: Context) -> Iterator[Finding]:
    """An event's name does not consist of an object and what happened to it.

    Segment names its events Object + Action, with the action in the past tense: `Order
    Completed`.  A list of such names sorts by object, and each reads as a fact: `Complete Order`
    could as well be a button, and `Completed Order` sorts away from the other orders.  Where the
    object is the user, it may be left out (`Signed Up`).  Names in scripts other than Latin are
    not checked, nor are those of Segment's spec; for a plan in a language other than English, set
    `ignore = ["event-name-action"]` in `[tool.typewriter.lint]`.

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
    written = words(event.name)
    if _is_exempt(event) or not written or not event.name.isascii():
        return
    first, *others = (word.lower() for word in written)
    leading = bool(others) and is_action(first)
    if any(map(is_action, others)) or (leading and PARTICLES.issuperset(others)):
        return
    message = f"`{event.name}` does not say what happened to what"
    help = "write Object + Action, the action in the past tense: `Order Completed`"
    if leading:
        message = f"`{event.name}` names the action before the object"
        help = f"write `{' '.join([*written[1:], written[0]])}` or similar"
    yield Finding(event.span, message, help)


@of_property("TW203")
def property_name_casing(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property or trait does not follow the plan's casing.

    Each spelling of a name becomes a column of its own in a warehouse.  Segment's properties are
    in snake_case and its reserved traits in camelCase, so those are the defaults; traits may be
    in either.  Other styles are set by `naming.property` and `naming.trait` in
    `[tool.typewriter.lint]`.  A leading `$` or `_`, which some destinations use, is accepted.

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
    naming = context.settings.naming
    if declaration.kind == TRAIT:
        yield from _miscased("the trait ", declaration.property, naming.trait)
    elif declaration.kind != FIELD:
        yield from _miscased("the property ", declaration.property, naming.property)


_VARYING: Final = tuple(
    (re.compile(form, re.IGNORECASE), what)
    for form, what in (
        (r"\{[^}]*\}|<[^>]+>|%[sdr]|%\(\w+\)|\$\{?\w+\}|\[\w*(id|name)\]", "a placeholder"),
        (r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "an ID"),
        (r"(?<!\d)(19|20)\d\d[-_/. ]?(0[1-9]|1[0-2])([-_/. ]?[0-3]\d)?(?!\d)", "a date"),
        (r"(?<!\d)[0-3]?\d[-/.][01]?\d[-/.](19|20)\d\d(?!\d)", "a date"),
        (r"[\w.+-]+@[\w-]+\.\w+", "an email address"),
        (r"https?:|www\.|\w\.(com|org|net|io)\b", "a web address"),
        (r"(?<![\da-z])(?=[a-z]*\d)(?=\d*[a-f])[0-9a-f]{12,}(?![\da-z])", "an ID"),
        (r"(?<!\d)(19|20)\d\d(?!\d)", "a year"),
        (r"\d{4,}", "a number"),
    )
)  # fmt: skip


@of_plan("TW206")
def dynamic_name(context: Context) -> Iterator[Finding]:
    """A name contains something that varies: an ID, a date, a placeholder.

    Each value would create an event, or a column, of its own: reports cannot be built on them,
    and Segment and its destinations limit how many there may be.  A plan names kinds of events;
    what varies belongs in a property.

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
    for node, subject in context.nodes():
        what = _varying(node.name)
        if what:
            kind, help = "name", "let the name say what it is, and the value which one"
            if isinstance(node, Event):
                kind, help = "event", "move it to a property"
            message = f"`{node.name}` contains {what}, so each one would be a new {kind}"
            yield Finding(node.span, message, help, subject=subject)


@lru_cache(maxsize=1 << 14)
def _varying(name: str) -> str | None:
    if name.isalpha():
        return None
    return next((what for form, what in _VARYING if form.search(name)), None)


@of_plan("TW207")
def stray_whitespace(context: Context) -> Iterator[Finding]:
    """A name has superfluous spaces, or invisible characters.

    Names are sent exactly as they are written and must match exactly.  A leading or trailing
    space, two in a row, a no-break or a zero-width space comes from copied text; nobody sees it,
    and the event or property is a different one.

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
    for node, subject in context.nodes():
        if _is_stray(node.name):
            kind = "event" if isinstance(node, Event) else "property"
            seen = "".join(" " if _is_unseen(char) else char for char in node.name)
            message, fresh = (
                f"the {kind} {node.name!r} has stray whitespace",
                " ".join(seen.split()),
            )
            respell = (node.name, fresh) if fresh else None
            help = f"write `{fresh}`" if fresh else "give it a name that can be seen"
            yield Finding(node.span, message, help, subject=subject, respell=respell)


def _is_stray(name: str) -> bool:
    if name.isascii() and name.isprintable() and " " not in name:
        return False
    plain = unicodedata.normalize("NFC", name)
    return name != name.strip() or "  " in name or _is_unseen(plain)


def _is_unseen(name: str) -> bool:
    """Whether it has control or format characters, or spaces other than the plain one.

    The joiners of emoji and of Indic and Arabic scripts (ZWJ, ZWNJ) belong to what they join.
    """
    kinds = {unicodedata.category(char) for char in name if char not in " \u200c\u200d"}
    return bool(kinds & {"Cc", "Cf", "Zs", "Zl", "Zp"})


@of_plan("TW208")
def stray_quotes(context: Context) -> Iterator[Finding]:
    """A name or a permitted value has quotes around it, a bullet before it or a comma after it.

    To YAML only straight quotes are quotes: the typographic ones of word processors and chats
    become part of the name or the value, as does a comma at the end of a line.  Names are sent
    exactly as they are written, and a value that has quotes is never what the
    application sends.

    Bad:

    ```yaml
    source: {type: string, enum: [“web”, “app”]}
    ```

    Good:

    ```yaml
    source: {type: string, enum: [web, app]}
    ```
    """
    for node, subject in context.nodes():
        fresh = _unquoted(node.name)
        if fresh:
            kind = "event" if isinstance(node, Event) else "property"
            message, respell = f"the {kind} `{node.name}` has stray punctuation", (node.name, fresh)
            yield Finding(node.span, message, f"write `{fresh}`", (), subject, respell=respell)
    for declaration in context.typed:
        values = _texts(declaration.property)
        for value in values:
            fresh = _unquoted(value)
            if fresh and fresh not in values:
                name = declaration.property.name
                message = f"the value `{value}` of `{name}` has stray punctuation"
                span, help, respell = declaration.property.span, f"write `{fresh}`", (value, fresh)
                yield Finding(span, message, help, (), declaration, respell=respell)


def _texts(prop: Property) -> tuple[str, ...]:
    """The strings that are permitted as the property, or as its items."""
    type_ = prop.type.items.type if isinstance(prop.type, Array) else prop.type
    values = type_.values if isinstance(type_, Enum) else ()
    return tuple(value for value in values if isinstance(value, str))


_QUOTES: Final = "\"'`“”„‟‘’‚‛«»‹›"
_STRAY_ENDS: Final = re.compile(
    rf"[{_QUOTES}]\s*(\w(?:[^\"“”„«»]*\w)?)\s*[{_QUOTES}],?|(\w.*),|[•·▪●◦–—]\s*(\w.*)"
)


def _unquoted(text: str) -> str | None:
    """The text without stray punctuation around it; None if there is none."""
    if text[:1].isalnum() and text[-1:] != ",":
        return None
    found = _STRAY_ENDS.fullmatch(text)
    return next(filter(None, found.groups()), None) if found else None
