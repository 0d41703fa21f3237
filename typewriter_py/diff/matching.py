"""Which part of the old plan is which of the new one: by name, by ``replaced_by``, by shape."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Final, Generic, TypeAlias, TypeVar

from ..names import words
from ..plan.model import Definition, Enum, Event, Object, Property, Type
from ..plan.queries import children
from ..spellings import Index

_ALIKE: Final = 0.6
"""How similar two names must be, from 0 to 1, if their shapes say little."""

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
    left, free = {id(each): each for each in gone}, {id(each): each for each in added}
    for old_key, new_key, why in (
        (_announced, lambda each: each.name, "announced by `replaced_by`"),
        (_words, _words, "the names have the same words"),
        (_shape, _shape, "both have the same shape"),
    ):
        alone = len(left) == len(free) == 1
        offered: dict[Hashable, _Offer[_T]] = {}
        for each in free.values():
            offered.setdefault(new_key(each), _Offer()).add(each)
        for was in tuple(left.values()):
            key = old_key(was)
            if key is None or key not in offered:
                continue
            sure = old_key is not _shape or _is_telling_alone(was, alone)
            best = offered[key].take(was.name, 0 if sure else _ALIKE)
            if best is not None:
                del left[id(was)], free[id(best)]
                yield id(best), (was, why)


class _Offer(Generic[_T]):
    """New ones that an old one may have become, to find the one whose name is most alike."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[_T]] = {}
        self._index = Index(())

    def add(self, each: _T) -> None:
        self._by_name.setdefault(each.name, []).append(each)
        self._index.add(each.name)

    def take(self, name: str, least: float) -> _T | None:
        """The one whose name is most like ``name``, which is offered no more; None if none is as
        similar as ``least``."""
        # Of many that have nothing in common with the name, any would do.
        near = self._index.near(name) or tuple(islice(self._by_name, 1))
        best, found = least, None
        for other in near:
            likeness = _likeness(name, other, best)
            if likeness > best or (found is None and likeness >= least):
                best, found = likeness, other
        if found is None:
            return None
        taken = self._by_name[found].pop(0)
        if not self._by_name[found]:
            del self._by_name[found]
            self._index.discard(found)
        return taken


def _announced(each: _T) -> str | None:
    note = None if isinstance(each, Definition) else each.deprecated
    return note.replaced_by if note else None


def _words(each: _T) -> tuple[str, ...] | None:
    return tuple(word.casefold() for word in words(each.name)) or None


def _is_telling_alone(old: Event | Property | Definition, alone: bool) -> bool:
    """Whether another one hardly has the same shape by chance, whatever its name is."""
    telling = _is_telling(old.properties if isinstance(old, Event) else old.value.type)
    return telling or (alone and not isinstance(old, Event))


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


def _likeness(one: str, two: str, best: float) -> float:
    """How similar two names are, from 0 to 1; 0 if that is certainly less than ``best``."""
    matcher = SequenceMatcher(None, one.casefold(), two.casefold())
    if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
        return 0
    return matcher.ratio()
