"""Changes to properties and traits, at any depth: whether they exist, are required, and how
they are named."""

from __future__ import annotations

from collections.abc import Iterator

from ...plan.model import ABSENT, Property
from ...plan.values import describe, same
from ..describe import argument
from ..model import BOTH, CALLERS, DATA, SAFE, Finding
from ..pairing import ObjectPair, PropertyPair
from . import rule
from .events import different, differing, of_deprecation


@rule(PropertyPair, "TW330", safe=True)
def property_added(pair: PropertyPair) -> Iterator[Finding]:
    """An optional property was added.

    Safe: callers need not send it, and readers can ignore it. If the object was open, though, the
    key may have been sent already, and its new type may reject what was sent.
    """
    if pair.new and not pair.old and not _now_only(pair, pair.new.name):
        rest = pair.within.old.additional
        narrowed = rest is not None and not pair.inclusion.holds(rest, pair.new.value)
        breaks = (*(CALLERS * narrowed), *(DATA * _widens(pair, pair.new)))
        why = "; before, any value was allowed" if narrowed else ""
        yield Finding(breaks, f"`{pair.location.path}` was added, optional{why}")


@rule(PropertyPair, "TW331")
def required_property_added(pair: PropertyPair) -> Iterator[Finding]:
    """A required property was added.

    Breaks callers: none of them sends it. That is so even with a `default`, which generated
    functions fill in, but nobody else does.

    Make it optional, let callers follow, then require it; or give the event a higher `version`.
    """
    if pair.new and not pair.old and _now_only(pair, pair.new.name):
        filled = pair.top and pair.new.filling is not ABSENT
        more = "; generated functions fill in its default" if filled else ""
        breaks = (*CALLERS, *(DATA * _widens(pair, pair.new)))
        yield Finding(breaks, f"`{pair.location.path}` was added, required{more}")


def _now_only(pair: PropertyPair, name: str) -> bool:
    """Whether the property must be sent now, and need not be before."""
    was = pair.old.name if pair.old else name
    return name in pair.within.needed_now and was not in pair.within.needed_before


def _widens(pair: PropertyPair, new: Property) -> bool:
    """Whether it allows what the old object did not allow under undeclared keys."""
    old = pair.within.old
    if old.additional is None:
        known = {each.name for each in old.properties}
        # Without its new keys an object may have fewer than the old one had to have.
        few = (old.min_properties or 0) > len(pair.within.needed_now & known)
        return few or not pair.within.needed_before <= known
    return not pair.inclusion.reverse.holds(new.value, old.additional)


@rule(PropertyPair, "TW332")
def property_removed(pair: PropertyPair) -> Iterator[Finding]:
    """A property was removed.

    Breaks callers, whose argument is gone, and data, which lacks it. It is reported at the event
    or property that had it.

    Mark it `deprecated` first; or give the event a higher `version`.
    """
    if pair.old and not pair.new:
        yield Finding(BOTH, f"`{pair.location.path}` was removed")


@rule(PropertyPair, "TW333")
def property_renamed(pair: PropertyPair) -> Iterator[Finding]:
    """A property was renamed.

    Breaks callers and data: to both, one property is gone and another one is new.

    It is taken for the same property because the old plan said `replaced_by`, because both names
    consist of the same words, or because both have the same type and no other property matches.
    """
    if pair.old and pair.new and pair.renamed:
        was, path = pair.old.name, pair.location.path
        yield Finding(BOTH, f"`{path}` was renamed from `{was}` ({pair.renamed})")


@rule(PropertyPair, "TW334")
def property_required(pair: PropertyPair) -> Iterator[Finding]:
    """A property that was optional is now required.

    Breaks callers: some do not send it.
    """
    if pair.old and pair.new and _now_only(pair, pair.new.name):
        yield Finding(CALLERS, f"`{pair.location.path}` is now required")


@rule(PropertyPair, "TW335")
def property_optional(pair: PropertyPair) -> Iterator[Finding]:
    """A property that was required is now optional.

    Breaks data: its readers relied on it.
    """
    if not (pair.old and pair.new):
        return
    within = pair.within
    if pair.old.name in within.needed_before and pair.new.name not in within.needed_now:
        yield Finding(DATA, f"`{pair.location.path}` is now optional")


@rule(ObjectPair, "TW336")
def key_required(pair: ObjectPair) -> Iterator[Finding]:
    """A key that the object does not declare was added to its list of required names.

    Breaks callers: some do not send it.
    """
    declared = {each.name for each in pair.new.properties}
    for name in sorted(pair.needed_now - pair.needed_before - declared):
        yield Finding(CALLERS, f"`{pair.location.at(name).path}` is now required")


@rule(ObjectPair, "TW337")
def key_optional(pair: ObjectPair) -> Iterator[Finding]:
    """A key that the object does not declare was removed from its list of required names.

    Breaks data: its readers relied on it.
    """
    declared = {each.name for each in pair.old.properties}
    for name in sorted(pair.needed_before - pair.needed_now - declared):
        yield Finding(DATA, f"`{pair.location.at(name).path}` is no longer required")


@rule(PropertyPair, "TW338")
def argument_renamed(pair: PropertyPair) -> Iterator[Finding]:
    """The argument of the generated function has another name, because `name:` changed.

    Breaks callers, not data: the key on the wire is the same.
    """
    if pair.old and pair.new and pair.top and not pair.renamed:
        old, new = argument(pair.old), argument(pair.new)
        if old != new:
            yield Finding(
                CALLERS, f"`{pair.location.path}` is now the argument `{new}`, not `{old}`"
            )


@rule(PropertyPair, "TW339")
def argument_required(pair: PropertyPair) -> Iterator[Finding]:
    """A required property no longer has a `default` (or `const`), so the generated function does
    not fill it in.

    Breaks callers who relied on the default.
    """
    if pair.old and pair.new and _left_to_callers(pair, pair.old, pair.new):
        message = f"`{pair.location.path}` is required, and lost its default"
        yield Finding(CALLERS, f"{message} {describe(pair.old.filling)}")


def _left_to_callers(pair: PropertyPair, old: Property, new: Property) -> bool:
    """Whether generated code filled in what callers now have to send."""
    required = old.required and new.required
    return pair.top and required and old.filling is not ABSENT and new.filling is ABSENT


@rule(PropertyPair, "TW340", safe=True)
def default_changed(pair: PropertyPair) -> Iterator[Finding]:
    """A property's `default` changed.

    Safe: the new one was allowed before, and generated code fills it in from the next deployment
    on.
    """
    if not (pair.old and pair.new):
        return
    path, old, new = pair.location.path, pair.old.default, pair.new.default
    if new is ABSENT:
        if old is not ABSENT and not _left_to_callers(pair, pair.old, pair.new):
            yield Finding(SAFE, f"`{path}` no longer has a default; it was {describe(old)}")
    elif old is ABSENT:
        yield Finding(SAFE, f"`{path}` now has the default {describe(new)}")
    elif not same(old, new):
        message = f"`{path}` changed its default from {describe(old)} to {describe(new)}"
        yield Finding(SAFE, message)


@rule(PropertyPair, "TW341", safe=True)
def property_deprecated(pair: PropertyPair) -> Iterator[Finding]:
    """A property was deprecated, is no longer deprecated, or its deprecation changed.

    Safe: it is still sent.
    """
    if pair.old and pair.new and pair.old.deprecated != pair.new.deprecated:
        yield Finding(SAFE, f"`{pair.location.path}` {of_deprecation(pair.new.deprecated)}")


@rule(PropertyPair, "TW342", safe=True)
def property_described(pair: PropertyPair) -> Iterator[Finding]:
    """What the plan tells people about a property changed: its title, description or examples,
    whether it is personal data (`pii`), or the lint rules that it ignores.

    Safe.
    """
    if pair.old and pair.new:
        keys = differing(pair.old, pair.new, "title description examples pii ignore")
        yield from different(keys, f"`{pair.location.path}` ")
