"""What of the old plan is what of the new one: by name, by ``replaced_by``, by shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeVar

from ..names import words
from ..plan.model import Definition, Enum, Event, Object, Property, Type
from ..plan.queries import children

_ALIKE: Final = 0.6
"""How alike two names must be, from 0 to 1, where their shapes say little."""

_MANY: Final = 100
"""Of so many of one shape the name says nothing any more."""

_T = TypeVar("_T", Event, Property, Definition)


def match_events(
    old: Sequence[Event], new: Sequence[Event]
) -> Iterator[tuple[Event | None, Event | None, str]]:
    """Events by name and version, in the new plan's order; then those that are gone.

    Where a version went and a higher one came, the event has been bumped.
    """
    pairs = dict(_versions(old, new))
    kept = {id(each) for each in pairs.values()}
    before, after = {each.name for each in old}, {each.name for each in new}
    gone = [each for each in old if id(each) not in kept]
    come = [each for each in new if id(each) not in pairs and each.name not in before]
    renamed = dict(_renamed([each for each in gone if each.name not in after], come))
    for each in new:
        if id(each) in pairs:
            yield pairs[id(each)], each, ""
        elif id(each) in renamed:
            yield renamed[id(each)][0], each, renamed[id(each)][1]
        else:
            yield None, each, ""
    taken = {id(was) for was, _ in renamed.values()}
    for each in gone:
        if id(each) not in taken:
            yield each, None, ""


def _versions(old: Sequence[Event], new: Sequence[Event]) -> Iterator[tuple[int, Event]]:
    """The new event's identity → the old one of its name: of its version, else of a lower one."""
    before: dict[str, dict[int, Event]] = {}
    for each in old:
        before.setdefault(each.name, {})[each.version or 1] = each
    after: dict[str, dict[int, Event]] = {}
    for each in new:
        after.setdefault(each.name, {})[each.version or 1] = each
    for name, versions in after.items():
        known = before.get(name, {})
        same = versions.keys() & known.keys()
        left = sorted(known.keys() - same, reverse=True)
        more = sorted(versions.keys() - same, reverse=True)
        for one, two in (*((v, v) for v in same), *zip(left, more, strict=False)):
            yield id(versions[two]), known[one]


def match_properties(
    old: Object, new: Object
) -> Iterator[tuple[Property | None, Property | None, str]]:
    """Properties by name, in the new object's order; then those that are gone."""
    before = {each.name: each for each in old.properties}
    after = {each.name for each in new.properties}
    gone = [each for each in old.properties if each.name not in after]
    come = [each for each in new.properties if each.name not in before]
    renamed = dict(_renamed(gone, come)) if gone and come else {}
    for each in new.properties:
        if each.name in before:
            yield before[each.name], each, ""
        else:
            was, why = renamed.get(id(each), (None, ""))
            yield was, each, why
    taken = {id(was) for was, _ in renamed.values()}
    for each in gone:
        if id(each) not in taken:
            yield each, None, ""


def match_definitions(
    old: Mapping[str, Definition], new: Mapping[str, Definition]
) -> Iterator[tuple[Definition | None, Definition | None]]:
    """Definitions by name, else by shape; in the new plan's order, then those that are gone."""
    gone = [each for name, each in old.items() if name not in new]
    come = [each for name, each in new.items() if name not in old]
    renamed = dict(_renamed(gone, come))
    for name, each in new.items():
        yield old.get(name, renamed.get(id(each), (None, ""))[0]), each
    taken = {id(was) for was, _ in renamed.values()}
    for each in gone:
        if id(each) not in taken:
            yield each, None


# --- renames ---------------------------------------------------------------------------------


def _renamed(gone: Sequence[_T], come: Sequence[_T]) -> Iterator[tuple[int, tuple[_T, str]]]:
    """The new one's identity → the old one, and why the two are thought to be one."""
    left, free = list(gone), list(come)
    for old_key, new_key, why in (
        (_announced, lambda each: each.name, "as `replaced_by` announced"),
        (_words, _words, "by the same words"),
        (_shape, _shape, "as it has the same shape"),
    ):
        alone = len(left) == len(free) == 1
        offered: dict[Hashable, list[_T]] = {}
        for each in free:
            offered.setdefault(new_key(each), []).append(each)
        for was in tuple(left):
            likely = offered.get(old_key(was), [])
            if old_key is _shape:
                likely = [each for each in likely[:_MANY] if _plausible(was, each, alone)]
            if likely and old_key(was) is not None:
                best = max(likely, key=lambda each: _likeness(was.name, each.name))
                offered[new_key(best)].remove(best)
                left.remove(was)
                free.remove(best)
                yield id(best), (was, why)


def _announced(each: _T) -> str | None:
    note = None if isinstance(each, Definition) else each.deprecated
    return note.replaced_by if note else None


def _words(each: _T) -> tuple[str, ...] | None:
    return tuple(word.casefold() for word in words(each.name)) or None


def _plausible(old: _T, new: _T, alone: bool) -> bool:
    """Whether two of one shape are hardly so by chance."""
    telling = _is_telling(old.properties if isinstance(old, Event) else old.value.type)
    single = alone and not isinstance(old, Event)
    return telling or single or _likeness(old.name, new.name) >= _ALIKE


def _shape(each: Event | Property | Definition) -> str:
    """What tells one meaning from another.  Python holds 1 for true, what they print differs."""
    match each:
        case Event():
            return repr([(p.name, p.value) for p in each.properties.properties])
        case Property():
            return repr(each.value)
        case Definition():
            return repr(each.value)


def _is_telling(type_: Type) -> bool:
    """Whether few things are of this very type."""
    match type_:
        case Object(properties):
            return len(properties) > 1
        case Enum(values):
            return len(values) > 1
    return any(map(_is_telling, children(type_)))


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, one.casefold(), two.casefold()).ratio()
