"""Which part of the old plan is which of the new one: by name, by ``replaced_by``, by shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeAlias, TypeVar

from ..names import words
from ..plan.model import Definition, Enum, Event, Object, Property, Type
from ..plan.queries import children

_ALIKE: Final = 0.6
"""How similar two names must be, from 0 to 1, if their shapes say little."""

_MANY: Final = 100
"""With so many of one shape, a similar name says nothing any more."""

_T = TypeVar("_T", Event, Property, Definition)
Matches: TypeAlias = Iterator[tuple[_T | None, _T | None, str]]
"""The old one, the new one, and why a new name is thought to be a new name for the old one."""


def match_events(old: Sequence[Event], new: Sequence[Event]) -> Matches[Event]:
    """Events by name and version, in the new plan's order; then those that are gone.

    If a version is gone and there is a higher one, the event has been bumped.
    """
    return _matches(old, new, dict(_versions(old, new)))


def match(old: Sequence[_T], new: Sequence[_T]) -> Matches[_T]:
    """Properties or definitions by name, in the new order; then those that are gone."""
    known = {each.name: each for each in old}
    return _matches(old, new, {id(each): known[each.name] for each in new if each.name in known})


def _matches(old: Sequence[_T], new: Sequence[_T], same: Mapping[int, _T]) -> Matches[_T]:
    """``same`` maps the identity of a new one to the old one that it is by its name."""
    before, after = {each.name for each in old}, {each.name for each in new}
    gone = [each for each in old if each.name not in after]
    added = [each for each in new if each.name not in before]
    found = {key: (was, "") for key, was in same.items()}
    found.update(_renamed(gone, added) if gone and added else ())
    for each in new:
        was, why = found.get(id(each), (None, ""))
        yield was, each, why
    matched = {id(was) for was, _ in found.values()}
    yield from ((each, None, "") for each in old if id(each) not in matched)


def _versions(old: Sequence[Event], new: Sequence[Event]) -> Iterator[tuple[int, Event]]:
    """The new event's identity → the old one of its name: of its version, else of a lower one."""
    before, after = _by_version(old), _by_version(new)
    for name, versions in after.items():
        known = before.get(name, {})
        same = versions.keys() & known.keys()
        left = sorted(known.keys() - same, reverse=True)
        more = sorted(versions.keys() - same, reverse=True)
        for one, two in (*((v, v) for v in same), *zip(left, more, strict=False)):
            yield id(versions[two]), known[one]


def _by_version(events: Sequence[Event]) -> dict[str, dict[int, Event]]:
    found: dict[str, dict[int, Event]] = {}
    for each in events:
        found.setdefault(each.name, {})[each.version or 1] = each
    return found


# --- renames ---------------------------------------------------------------------------------


def _renamed(gone: Sequence[_T], added: Sequence[_T]) -> Iterator[tuple[int, tuple[_T, str]]]:
    """The new one's identity → the old one, and why the two are thought to be the same."""
    left, free = list(gone), list(added)
    for old_key, new_key, why in (
        (_announced, lambda each: each.name, "announced by `replaced_by`"),
        (_words, _words, "the names have the same words"),
        (_shape, _shape, "both have the same shape"),
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
    """Whether two have the same shape hardly by chance."""
    telling = _is_telling(old.properties if isinstance(old, Event) else old.value.type)
    single = alone and not isinstance(old, Event)
    return telling or single or _likeness(old.name, new.name) >= _ALIKE


def _shape(each: Event | Property | Definition) -> str:
    """What tells one meaning from another, as a repr: to Python 1 equals true."""
    if isinstance(each, Event):
        return repr([(p.name, p.value) for p in each.properties.properties])
    return repr(each.value)


def _is_telling(type_: Type) -> bool:
    """Whether few things have this very type."""
    match type_:
        case Object(properties):
            return len(properties) > 1
        case Enum(values):
            return len(values) > 1
    return any(map(_is_telling, children(type_)))


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, one.casefold(), two.casefold()).ratio()
