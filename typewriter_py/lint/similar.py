"""Names so similar that one of them is probably a typo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..casing import fitting, squeezed
from ..diagnostics import Span
from ..names import Words, singular, words
from ..plan.model import Event
from .context import PROPERTY, TRAIT, Context, Declaration, is_of_library
from .registry import Finding, of_plan
from .words import WORDS

_LEAST: Final = 4
"""Letters of a word; in a shorter one, one edit is more likely another word than a typo."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name and where it is first declared; ``uses`` is how often the plan has it."""

    name: str
    span: Span | None
    subject: Event | Declaration
    uses: int = 1


@of_plan("TW204")
def similar_event_names(context: Context) -> Iterator[Finding]:
    """Two events' names differ only in case, punctuation, a plural or one letter.

    One of them is a typo, or nobody can tell them apart: half of the data goes here, half goes
    there.  Words that merely look alike (Cart and Card) are not reported if they are common, or
    if both appear in other names too; if you do mean both names, put `ignore:
    [similar-event-names]` on one of them.  A deprecated event may resemble the one that replaces
    it.

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
    named = [Named(event.name, event.span, event) for event in context.current]
    styles = context.settings.naming.event
    for one, other, how in _alike(named, plurals=True):
        yield _finding("event", one, other, how, styles)


@of_plan("TW205")
def similar_property_names(context: Context) -> Iterator[Finding]:
    """Two properties' names differ only in case, punctuation or one letter.

    Each spelling becomes a column of its own, and every query has to know them all.  The name
    with the wrong casing is reported, otherwise the one that is used less.  Plurals are not
    reported: `product` may be one and `products` a list.  Traits are compared with traits,
    properties with properties.

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
    naming = context.settings.naming
    for kind, styles in ((PROPERTY, naming.property), (TRAIT, naming.trait)):
        for one, other, how in _alike(_properties(context, kind), plurals=False):
            yield _finding(kind, one, other, how, styles)


def _properties(context: Context, kind: str) -> list[Named]:
    """Each name once, where it is first declared; what is deprecated is left out."""
    first: dict[str, Declaration] = {}
    uses: Counter[str] = Counter()
    for each in context.declarations:
        prop = each.property
        if each.kind == kind and not (prop.deprecated or each.in_deprecated_event()):
            first.setdefault(prop.name, each)
            uses[prop.name] += 1
    return [Named(name, each.property.span, each, uses[name]) for name, each in first.items()]


def _finding(what: str, one: Named, other: Named, how: str, styles: tuple[str, ...]) -> Finding:
    """Reports the name that should change, otherwise the later one."""
    if _stays(one, styles) < _stays(other, styles):
        one, other = other, one
    message = f"the {what} `{other.name}` differs from `{one.name}` only in {how}"
    related = ((one.span, f"`{one.name}`"),) if one.span else ()
    help = "use one name for both, or names that are easier to tell apart"
    return Finding(other.span, message, help, related, other.subject)


def _stays(named: Named, styles: tuple[str, ...]) -> tuple[bool, bool, int]:
    """How much there is to be said for keeping a name: a library's cannot be changed, one with
    the right casing should not be, nor one with many uses."""
    return is_of_library(named.span), fitting(named.name, styles), named.uses


# --- finding pairs without comparing all with all ------------------------------------------------


def _alike(named: Iterable[Named], *, plurals: bool) -> Iterator[tuple[Named, Named, str]]:
    """Pairs in the order of the plan, each with what the difference is; a name that differs
    from another only in spelling is not compared any further."""
    kept: dict[str, Named] = {}
    for each in named:
        first = kept.setdefault(squeezed(each.name), each)
        if first is not each:
            same = first.name.casefold() == each.name.casefold()
            yield first, each, "case" if same else "spelling"
    distinct = {each.name: tuple(map(str.lower, words(each.name))) for each in kept.values()}
    pairs = dict.fromkeys(_plurals(distinct) if plurals else (), "a plural")
    for pair in _typos(distinct):
        pairs.setdefault(pair, "one letter")
    by_name = {each.name: each for each in kept.values()}
    for (one, other), how in pairs.items():
        yield by_name[one], by_name[other], how


def _plurals(distinct: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    seen: dict[Words, str] = {}
    for name, parts in distinct.items():
        one = tuple((singular((part,)) or (part,))[0] for part in parts)
        first = seen.setdefault(one, name)
        if first != name:
            yield first, name


def _typos(distinct: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """Names that differ in one word by one edit, unless both words are used elsewhere too.

    Words are bucketed by what is left of them without one letter (as in SymSpell), so the cost
    grows with the letters of the plan, not with its pairs of names.
    """
    uses = Counter(word for parts in distinct.values() for word in set(parts))
    buckets: dict[tuple[int, Words, str], list[tuple[str, str]]] = {}
    for name, parts in distinct.items():
        for index, word in enumerate(parts):
            if len(word) < _LEAST or not word.isalpha():
                continue
            rest = (*parts[:index], *parts[index + 1 :])
            for key in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                bucket = buckets.setdefault((index, rest, key), [])
                for other, theirs in bucket:
                    if _is_typo(theirs, word, uses):
                        yield other, name
                bucket.append((name, word))


def _is_typo(one: str, two: str, uses: Counter[str]) -> bool:
    """Whether one of two words is a typo of the other, and not simply another word.

    "complete" and "completed" are never meant as two words; a plural is not a typo.
    """
    if not _one_edit(one, two) or (two,) == singular((one,)) or (one,) == singular((two,)):
        return False
    if one + "d" == two or two + "d" == one:
        return True
    return not ((uses[one] > 1 and uses[two] > 1) or (one in WORDS and two in WORDS))


def _one_edit(one: str, two: str) -> bool:
    """Whether the difference is one letter added, removed or replaced, or two swapped."""
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
