"""Names that are so alike that one of them is probably a slip of the pen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..casing import fitting, squeezed
from ..diagnostics import Span
from ..names import Words, singular, words
from ..plan.model import Call, Event
from .context import FIELD, PROPERTY, TRAIT, Place, Scene, is_of_library
from .registry import Finding, of_plan
from .words import WORDS

_LEAST: Final = 4
"""Letters of a word from which on one edit is more likely a slip than another word."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name and where it stands first; ``uses`` is how often the plan has it."""

    name: str
    span: Span | None
    subject: Event | Place
    uses: int = 1


@of_plan("TW204")
def similar_event_names(scene: Scene) -> Iterator[Finding]:
    """Two events' names differ only in case, punctuation, a plural or one letter.

    One of them is a slip, or nobody can tell them apart: half of the data goes here, half goes
    there.  Words that merely happen to be alike (Cart and Card) are not meant, if they are
    common or both of them stand in other names too; where you do mean both names, say `ignore:
    [similar-event-names]` on one of them.  A deprecated event may be like the one that
    replaces it.

    Bad:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    - name: Orders Completed
      description: A payment went through.
    ```

    Good:

    ```yaml
    - name: Order Completed
      description: A payment went through.
    - name: Order Cancelled
      description: The customer withdrew the order.
    ```
    """
    named = [Named(event.name, event.span, event) for event in scene.current]
    styles = scene.settings.naming.event
    for one, other, how in _alike(named, plurals=True):
        yield _finding("event", one, other, how, styles)


@of_plan("TW205")
def similar_property_names(scene: Scene) -> Iterator[Finding]:
    """Two properties' names differ only in case, punctuation or one letter.

    Each spelling becomes a column of its own, and every query has to know them all.  What is
    not cased as it should be is reported, else what is used less.  Plurals are not meant here:
    `product` may be one and `products` a list.  Traits are compared with traits, properties
    with properties.

    Bad:

    ```yaml
    - name: Product Viewed
      description: Somebody looked at a product.
      rules:
        properties: {product_id: {type: string}, catgory: {type: string}}
    - name: Product Clicked
      description: Somebody clicked a product.
      rules:
        properties: {product_id: {type: string}, category: {type: string}}
    ```

    Good:

    ```yaml
    - name: Product Viewed
      description: Somebody looked at a product.
      rules:
        properties: {product_id: {type: string}, category: {type: string}}
    - name: Product Clicked
      description: Somebody clicked a product.
      rules:
        properties: {product_id: {type: string}, category: {type: string}}
    ```
    """
    naming = scene.settings.naming
    for kind, styles in ((PROPERTY, naming.property), (TRAIT, naming.trait)):
        for one, other, how in _alike(_properties(scene, kind), plurals=False):
            yield _finding(kind, one, other, how, styles)


def _properties(scene: Scene, kind: str) -> list[Named]:
    """Each name once, at its first place; what goes out with a deprecated event is left out."""
    first: dict[str, Place] = {}
    uses: Counter[str] = Counter()
    for place in scene.places:
        gone = place.property.deprecated or (
            isinstance(place.root, Event) and place.root.deprecated
        )
        if place.kind != FIELD and _kind(place) == kind and not gone:
            first.setdefault(place.property.name, place)
            uses[place.property.name] += 1
    return [Named(n, place.property.span, place, uses[n]) for n, place in first.items()]


def _kind(place: Place) -> str:
    return TRAIT if isinstance(place.root, Call) and place.kind == TRAIT else place.kind


def _finding(what: str, one: Named, other: Named, how: str, styles: tuple[str, ...]) -> Finding:
    """At the one that has to give way, else at the later one."""
    if _stays(one, styles) < _stays(other, styles):
        one, other = other, one
    message = f"the {what} `{other.name}` differs from `{one.name}` only in {how}"
    related = ((one.span, f"`{one.name}`"),) if one.span else ()
    help = "use one name for both, or tell them apart"
    return Finding(other.span, message, help, related, other.subject)


def _stays(named: Named, styles: tuple[str, ...]) -> tuple[bool, bool, int]:
    """What keeps a name: a library's is not to be changed, one that is cased as it should be
    had better not, nor one of many uses."""
    return is_of_library(named.span), fitting(named.name, styles), named.uses


# --- finding pairs without comparing all with all ------------------------------------------------


def _alike(named: Iterable[Named], *, plurals: bool) -> Iterator[tuple[Named, Named, str]]:
    """Pairs in the order of the plan, each with what makes the difference; a name that differs
    in spelling alone from another is not compared any further."""
    kept: dict[str, Named] = {}
    for each in named:
        first = kept.setdefault(squeezed(each.name), each)
        if first is not each:
            yield first, each, _difference(first.name, each.name)
    distinct = {each.name: tuple(map(str.lower, words(each.name))) for each in kept.values()}
    by_name = {each.name: each for each in kept.values()}
    told: set[tuple[str, str]] = set()
    if plurals:
        for one, other in _plurals(distinct):
            told.add((one, other))
            yield by_name[one], by_name[other], "a plural"
    for one, other in _slips(distinct):
        if (one, other) not in told:
            yield by_name[one], by_name[other], "one letter"


def _difference(one: str, other: str) -> str:
    return "case" if one.casefold() == other.casefold() else "spelling"


def _plurals(distinct: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    seen: dict[Words, str] = {}
    for name, parts in distinct.items():
        one = tuple((singular((part,)) or (part,))[0] for part in parts)
        first = seen.setdefault(one, name)
        if first != name:
            yield first, name


def _slips(distinct: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """Names that differ in one word by one edit, unless both words are used elsewhere too.

    Words are met at what is left of them without one letter (as in SymSpell), so the cost grows
    with the letters of the plan, not with its pairs of names.
    """
    uses = Counter(word for parts in distinct.values() for word in set(parts))
    buckets: dict[tuple[int, Words, str], list[tuple[str, str]]] = {}
    told: set[tuple[str, str]] = set()
    for name, parts in distinct.items():
        for index, word in enumerate(parts):
            if len(word) < _LEAST or not word.isalpha():
                continue
            rest = (*parts[:index], *parts[index + 1 :])
            for key in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                bucket = buckets.setdefault((index, rest, key), [])
                for other, theirs in bucket:
                    if (other, name) not in told and _is_slip(theirs, word, uses):
                        told.add((other, name))
                        yield other, name
                bucket.append((name, word))


def _is_slip(one: str, two: str, uses: Counter[str]) -> bool:
    """Whether one of two words is a slip of the other, and not simply another word.

    "complete" and "completed" are never meant to be two; a plural is no slip of the pen.
    """
    if not _one_edit(one, two) or (two,) in (singular((one,)), (one,)):
        return False
    if singular((two,)) == (one,):
        return False
    if one + "d" == two or two + "d" == one:
        return True
    return not ((uses[one] > 1 and uses[two] > 1) or (one in WORDS and two in WORDS))


def _one_edit(one: str, two: str) -> bool:
    """Whether one letter more, less or another, or two exchanged, makes the difference."""
    at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
    if at is None:
        return abs(len(one) - len(two)) == 1
    swapped = one[:at] + one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return (
        one[at + 1 :] == two[at + 1 :]
        or one[at:] == two[at + 1 :]
        or one[at + 1 :] == two[at:]
        or swapped == two
    )
