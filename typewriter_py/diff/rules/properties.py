"""Changes of properties and traits, at any depth: there or not, required or not, how called."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.model import ABSENT, Absent, Json, Object, Property
from ...plan.values import describe, same
from ..describe import argument
from ..model import BOTH, CALLERS, DATA, SAFE, Finding
from ..pairing import ObjectPair, PropertyPair
from . import rule
from .events import enumerated, of_deprecation


@rule(PropertyPair, "TW330", safe=True)
def property_added(pair: PropertyPair) -> Iterator[Finding]:
    """An optional property is new.

    Safe: who sends need not give it, and who reads passes over it. Where the object was open,
    though, the key may have been there already, and what is planned for it now may refuse what
    was sent.
    """
    if pair.new and not pair.old and not _demands(pair):
        breaks = (*(CALLERS * _refuses(pair)), *(DATA * _admits(pair)))
        why = ", and any value was allowed before" if "callers" in breaks else ""
        yield Finding(breaks, f"`{pair.place.path}` is new, and optional{why}")


@rule(PropertyPair, "TW331")
def required_property_added(pair: PropertyPair) -> Iterator[Finding]:
    """A required property is new.

    Breaks callers: none of them gives it. That holds with a `default`, too, which generated
    functions fill in, but nobody else does.

    Plan it as optional, let callers follow, then require it; or give the event a higher
    `version`.
    """
    if pair.new and not pair.old and _demands(pair):
        filled = pair.top and pair.new.filling is not ABSENT
        more = "; generated functions fill in its default" if filled else ""
        breaks = (*CALLERS, *(DATA * _admits(pair)))
        yield Finding(breaks, f"`{pair.place.path}` is new, and required{more}")


def _demands(pair: PropertyPair) -> bool:
    """Whether a new property must be given, which needed not be."""
    assert pair.new
    within = pair.within
    return pair.new.name in within.needed_now and pair.new.name not in within.needed_before


def _refuses(pair: PropertyPair) -> bool:
    """Whether the key could have been there, with a value that is refused now."""
    rest = pair.within.old.additional
    assert pair.new
    return rest is not None and not pair.inclusion.holds(rest, pair.new.value)


def _admits(pair: PropertyPair) -> bool:
    """Whether it may bring what the old object did not allow under undeclared keys."""
    old = pair.within.old
    assert pair.new
    if old.additional is None:
        known = {each.name for each in old.properties}
        # Without its new keys an object may have fewer than the old one had to have.
        few = (old.min_properties or 0) > len(pair.within.needed_now & known)
        return few or not pair.within.needed_before <= known
    return not pair.inclusion.reverse.holds(pair.new.value, old.additional)


@rule(PropertyPair, "TW332")
def property_removed(pair: PropertyPair) -> Iterator[Finding]:
    """A property is planned no more.

    Breaks callers, whose argument is gone, and data, which lacks it. It is reported at the
    event or property that had it.

    Mark it `deprecated` first; or give the event a higher `version`.
    """
    if pair.old and not pair.new:
        yield Finding(BOTH, f"`{pair.place.path}` is planned no more")


@rule(PropertyPair, "TW333")
def property_renamed(pair: PropertyPair) -> Iterator[Finding]:
    """A property has another name.

    Breaks callers and data: for both one property is gone, and another one is new.

    It is held for the same one because the old plan said `replaced_by`, or because both
    names have the same words, or because both have the same type and no other property
    would do.
    """
    if pair.old and pair.new and pair.renamed:
        was, path = pair.old.name, pair.place.path
        yield Finding(BOTH, f"`{path}` is the new name of `{was}`, {pair.renamed}")


@rule(PropertyPair, "TW334")
def property_required(pair: PropertyPair) -> Iterator[Finding]:
    """A property that was optional is required.

    Breaks callers: some do not give it.
    """
    if pair.old and pair.new and _now_only(pair):
        yield Finding(CALLERS, f"`{pair.place.path}` is required now")


def _now_only(pair: PropertyPair) -> bool:
    """Whether what is in both must be given, and needed not be."""
    assert pair.old
    assert pair.new
    within = pair.within
    return pair.new.name in within.needed_now and pair.old.name not in within.needed_before


@rule(PropertyPair, "TW335")
def property_optional(pair: PropertyPair) -> Iterator[Finding]:
    """A property that was required is optional.

    Breaks data: who reads counted on it.
    """
    if not (pair.old and pair.new):
        return
    within = pair.within
    if pair.old.name in within.needed_before and pair.new.name not in within.needed_now:
        yield Finding(DATA, f"`{pair.place.path}` is optional now")


@rule(ObjectPair, "TW336")
def key_required(pair: ObjectPair) -> Iterator[Finding]:
    """A key that the object does not declare is in its list of required names.

    Breaks callers: some do not give it.
    """
    for name in sorted(pair.needed_now - pair.needed_before - _declared(pair.new)):
        yield Finding(CALLERS, f"`{_under(pair, name)}` is required now")


@rule(ObjectPair, "TW337")
def key_optional(pair: ObjectPair) -> Iterator[Finding]:
    """A key that the object does not declare is not in its list of required names any more.

    Breaks data: who reads counted on it.
    """
    for name in sorted(pair.needed_before - pair.needed_now - _declared(pair.old)):
        yield Finding(DATA, f"`{_under(pair, name)}` is not required any more")


def _declared(shape: Object) -> set[str]:
    """The names of the properties that it declares."""
    return {each.name for each in shape.properties}


def _under(pair: ObjectPair, name: str) -> str:
    return pair.place.at(name).path


@rule(PropertyPair, "TW338")
def argument_renamed(pair: PropertyPair) -> Iterator[Finding]:
    """The argument of the generated function has another name, because `name:` is another.

    Breaks callers, not data: the key on the wire is the same.
    """
    if pair.old and pair.new and pair.top and not pair.renamed:
        old, new = argument(pair.old), argument(pair.new)
        if old != new:
            message = f"`{pair.place.path}` is given by another argument: `{new}`, not `{old}`"
            yield Finding(CALLERS, message)


@rule(PropertyPair, "TW339")
def argument_required(pair: PropertyPair) -> Iterator[Finding]:
    """A required property has no `default` (or `const`) any more, so that the generated
    function does not fill it in.

    Breaks callers who left it to the default.
    """
    if pair.old and pair.new and _left_to_callers(pair, pair.old, pair.new):
        was = _shown(pair.old.filling)
        message = f"`{pair.place.path}` is required, and its default {was} is gone"
        yield Finding(CALLERS, message)


def _left_to_callers(pair: PropertyPair, old: Property, new: Property) -> bool:
    """Whether generated code filled in what callers have to give now."""
    required = old.required and new.required
    return pair.top and required and old.filling is not ABSENT and new.filling is ABSENT


def _shown(value: Json | Absent) -> str:
    return "" if value is ABSENT else describe(value)


@rule(PropertyPair, "TW340", safe=True)
def default_changed(pair: PropertyPair) -> Iterator[Finding]:
    """A property's `default` is another.

    Safe: it was allowed before, and generated code fills in the new one from the next
    deployment on.
    """
    if not (pair.old and pair.new):
        return
    old, new = pair.old.default, pair.new.default
    if old is ABSENT and new is ABSENT:
        return
    path = pair.place.path
    if old is ABSENT:
        yield Finding(SAFE, f"`{path}` has the default {_shown(new)}")
    elif new is ABSENT:
        if not _left_to_callers(pair, pair.old, pair.new):
            yield Finding(SAFE, f"`{path}` has no default any more; it was {describe(old)}")
    elif not same(old, new):
        yield Finding(SAFE, f"`{path}` has the default {describe(new)}, which was {describe(old)}")


@rule(PropertyPair, "TW341", safe=True)
def property_deprecated(pair: PropertyPair) -> Iterator[Finding]:
    """A property is deprecated, or not any more, or on other terms.

    Safe: it is still sent.
    """
    if pair.old and pair.new and pair.old.deprecated != pair.new.deprecated:
        yield Finding(SAFE, f"`{pair.place.path}` {of_deprecation(pair.new.deprecated)}")


@rule(PropertyPair, "TW342", safe=True)
def property_described(pair: PropertyPair) -> Iterator[Finding]:
    """What the plan says of a property for people has changed: its title, description,
    examples, whether it is personal data (`pii`), or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        keys = ("title", "description", "examples", "pii", "ignore")
        said = [key for key in keys if repr(getattr(pair.old, key)) != repr(getattr(pair.new, key))]
        if said:
            yield Finding(SAFE, f"`{pair.place.path}` has another {enumerated(said)}")
