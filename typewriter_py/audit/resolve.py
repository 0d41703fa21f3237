"""From a path in one file to what it finally means, through all files that it leads to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final, NamedTuple

from . import sdks
from . import summary as s
from .discover import Modules, Packages
from .expressions import GAP

BY_NAME: Final = "?"


class Means(Enum):
    """What a path can turn out to be."""

    FUNCTION = "a function of the plan"
    UNKNOWN = "a function that the package would have if the plan had its event"
    PACKAGE = "the generated package itself, as a value"
    ANY = "whatever of the package has a name of this pattern"
    UNTYPED = "the package's own track"
    SDK = "an SDK, its client or something of it"
    RAW = "one of an SDK's calls"
    TEXT = "text"
    PATTERN = "text with gaps"
    OWN = "a function or class of the code base"
    LIKELY = "something unknown with the name of a function of the plan"


class Meaning(NamedTuple):
    """``name`` is the function, call, pattern or text; ``file`` is that of ``OWN``, and for
    ``RAW`` ``BY_NAME`` where only the name tells that it is an SDK's."""

    means: Means
    name: str
    file: str = ""


_DEPTH: Final = 30
_EVENTS: Final = "events.py"
_ANYTHING: Final = frozenset({"__dict__", "__getattribute__"})


_SUBMODULES: Final = frozenset({"asgi", "wsgi", "testing", "middleware", "outbox"})
_RAW: Final = frozenset({"PACKAGE", "_client"})
"""What a generated package sends with: below a name that no function of it can have."""


class Resolver:
    """Resolves paths; ``facts`` gives a file's, reading it if need be."""

    def __init__(
        self,
        modules: Modules,
        packages: Packages,
        functions: frozenset[str],
        facts: Callable[[str], s.Facts | None],
        api: frozenset[str],
    ) -> None:
        self._modules = modules
        self._packages = packages
        self._functions = functions
        self._facts = facts
        self._api = api
        self._known: dict[tuple[str, str], tuple[Meaning, ...]] = {}

    def resolve(self, path: str, file: str, depth: int = 0) -> tuple[Meaning, ...]:
        """All that ``path`` may mean in ``file``."""
        key = file, path
        if key in self._known:
            return self._known[key]
        if depth > _DEPTH:
            return ()
        self._known[key] = ()  # for what leads back here
        found = tuple(dict.fromkeys(self._resolve(path, file, depth)))
        self._known[key] = found
        return found

    def forget(self) -> None:
        """For when more files are known."""
        self._known.clear()

    def _resolve(self, path: str, file: str, depth: int) -> Iterable[Meaning]:
        mark, rest = path[0], path[1:]
        if mark == s.TEXT:
            return (Meaning(Means.TEXT, rest),)
        if mark == s.PATTERN:
            return (Meaning(Means.PATTERN, rest),)
        if mark == s.WORD:
            return (Meaning(Means.FUNCTION, rest),)
        parts = s.steps(path.lstrip("."))
        if mark in (s.UNBOUND, s.PARAMETER):
            return self._by_name(s.steps(rest), 0)
        if mark == s.OWN:
            return self._in_module(file, parts[1:], depth)
        return self._imported(path, file, depth)

    def _imported(self, path: str, file: str, depth: int) -> Iterable[Meaning]:
        if s.STARRED in path:  # which of several stars gives a name is not known
            found = self.resolve(path.replace(s.STARRED, ":"), file, depth)
            return [each for each in found if each.means is not Means.UNKNOWN]
        bare = path.lstrip(".")
        dots = len(path) - len(bare)
        module, colon, names = bare.partition(":")
        first, rest = s.steps(module), s.steps(names)
        if dots:
            return self._below(_above(file, dots), [*first, *rest], depth, len(first))
        whole = [*first, *rest]
        place, taken = self._modules.find(s.plain(whole), file) or ("", 0)
        if not taken or taken < sdks.length(s.plain(whole)) or sdks.is_sure(whole):
            return self._outside(first, rest, bool(colon))
        if not colon:  # `import a.b` does not tell where modules end and attributes begin
            return self._below(place, whole[taken:], depth, 0)
        if taken < len(first) and not self._packages.ends(place, first[taken]):
            return self._outside(first, rest, True)
        place = _above(place, taken - len(first))
        taken = min(taken, len(first))
        return self._below(place, whole[taken:], depth, len(first) - taken)

    def _below(self, place: str, parts: list[str], depth: int, modules: int) -> Iterable[Meaning]:
        """``parts`` from a module or folder on; the first ``modules`` of them are modules."""
        while True:
            if self._is_package(place):
                return self._in_package(place, parts, depth)
            if not parts:
                return ()
            if modules <= 0:
                return self._attribute(place, parts, depth)
            below = self._modules.child(place, parts[0])
            if below is None:
                break
            place, parts, modules = below, parts[1:], modules - 1
        if self._packages.ends(place, parts[0]):
            return self._in_package("", parts[1:], depth)
        return self._by_name(parts, len(parts))  # a module that is not among the files

    def _is_package(self, place: str) -> bool:
        folder, name = os.path.split(place)
        return place in self._packages.folders or (
            name == _EVENTS and folder in self._packages.folders
        )

    def _attribute(self, place: str, parts: list[str], depth: int) -> Iterable[Meaning]:
        """What a module gives for a name: its own, else the module below, else by stars."""
        face, below = self._modules.face(place), self._modules.child(place, parts[0])
        facts = self._facts(face) if face else None
        found: list[Meaning] = []
        if face and facts and (parts[0] in facts.exports or f"{parts[0]}()" in facts.exports):
            found = list(self._in_module(face, parts, depth))
        if below is not None and not _is_sure(found):
            found = [*self._below(below, parts[1:], depth, 0), *found]
        if not found and below is None and self._packages.ends(place, parts[0]):
            return self._in_package("", parts[1:], depth)
        if not found and face:
            found = list(self._in_module(face, parts, depth))
        return found or self._by_name(parts, len(parts))

    def module(self, path: str, file: str) -> str | None:
        """The file of the module that ``from path import …`` in ``file`` names, if it is here."""
        parts = s.steps(path)
        dots = len(path) - len(path.lstrip("."))
        if not dots:
            place, taken = self._modules.find(parts, file) or ("", 0)
        else:
            place, taken = self._modules.descend(_above(file, dots), parts)
        return self._modules.face(place) if taken == len(parts) else None

    # --- a module of the code base ---

    def _in_module(self, file: str, parts: Sequence[str], depth: int) -> Iterable[Meaning]:
        facts = self._facts(file) if parts else None
        if facts is None:
            return self._by_name(parts, 0)
        if GAP in parts[0]:
            return self._any_of(facts, parts, file, depth)
        key, known = "", 0
        for index, step in enumerate(parts):
            longer = key + step if step in s.VALUES else f"{key}.{step}" if key else step
            if longer in facts.exports:
                known = index + 1
                targets = facts.exports[longer]
                if targets:
                    rest = parts[index + 1 :]
                    if "." in longer and rest[:1] == ["value"] and "value" not in self._functions:
                        rest = rest[1:]  # of a member of an enumeration
                    return self._further(targets, rest, file, depth)
            elif step not in s.VALUES and f"{key}<" in facts.exports:
                bases = facts.exports[f"{key}<"]
                return self._further(bases, parts[index:], file, depth)
            if step not in s.VALUES:
                key = longer
        if known == 0 and facts.stars:
            found = [
                meaning
                for star in facts.stars
                for meaning in self.resolve(s.joined(star + s.STARRED, parts), file, depth + 1)
            ]
            if _is_sure(found):
                return found
        if known == len(parts):
            return (Meaning(Means.OWN, key, file),)
        return self._by_name(parts, known) or (Meaning(Means.OWN, key, file),)

    def _any_of(
        self, facts: s.Facts, parts: Sequence[str], file: str, depth: int
    ) -> Iterator[Meaning]:
        """What a name that is not known may be: of a module's own, or of its stars'."""
        for name, targets in facts.exports.items():
            if "." not in name and fnmatchcase(name, parts[0]):
                yield from self._further(targets, parts[1:], file, depth)
        for star in facts.stars:
            yield from self.resolve(s.joined(star + s.STARRED, parts), file, depth + 1)

    def _further(
        self, targets: Sequence[str], rest: Sequence[str], file: str, depth: int
    ) -> Iterator[Meaning]:
        for target in targets:
            if target[0] not in (s.TEXT, s.PATTERN):
                yield from self.resolve(s.joined(target, rest), file, depth + 1)
            elif not rest:
                yield from self.resolve(target, file, depth + 1)

    # --- the generated package ---

    def _in_package(self, place: str, parts: Sequence[str], depth: int) -> Iterable[Meaning]:
        parts = [part for part in parts if part != "events"]
        if not parts:
            return (Meaning(Means.PACKAGE, ""),)
        name = parts[0]
        below = self._modules.child(place, name) if place else None
        if name in self._functions:
            return (Meaning(Means.FUNCTION, name),)
        if name == "track" or (name in _RAW and parts[-1] == "track"):
            return (Meaning(Means.UNTYPED, "track"),)
        if name == "Client" and parts[1:] == ["()", "track"]:
            return (Meaning(Means.UNTYPED, "track"),)
        if name in _SUBMODULES or name in self._api or name in s.VALUES:
            return ()
        if name in _ANYTHING or GAP in name:
            return (Meaning(Means.ANY, GAP if name in _ANYTHING else name),)
        if name.startswith("_") or name[0].isupper():
            return ()
        if below is not None:
            return self._below(below, list(parts[1:]), depth, 0)
        return (Meaning(Means.UNKNOWN, name),)

    # --- what is not here ---

    def _outside(self, module: list[str], names: list[str], colon: bool) -> Iterable[Meaning]:
        whole = [*module, *names]
        bare = s.plain(whole)
        taken = self._packages.names(bare)
        if taken:
            return self._in_package("", whole[taken:], 0)
        if bare[:1] == [sdks.LIBRARY]:
            own = whole[-1] == "track" and "Package" in bare
            return (Meaning(Means.UNTYPED, "track"),) if own else ()
        for before, name in pairwise(bare):
            if before in self._packages.last and name in self._functions:
                return (Meaning(Means.FUNCTION, name),)
        if sdks.length(bare):
            last = whole[-1]
            return (Meaning(Means.RAW, last) if last in sdks.CALLS else Meaning(Means.SDK, last),)
        if len(bare) < len(whole) or colon:
            return self._by_name(names or whole, 1)
        return () if self._packages.dotted else self._by_name(whole, len(whole))

    def _by_name(self, parts: Sequence[str], known: int) -> tuple[Meaning, ...]:
        """What nothing is known of but its name: ``g.analytics.track``."""
        if not parts:
            return ()
        *holders, last = parts
        if last in self._functions:
            sure = bool(holders) and (holders[-1] in self._packages.last or _is_imported(holders))
            return (Meaning(Means.FUNCTION if sure else Means.LIKELY, last),)
        if last in sdks.CALLS and any(sdks.is_hint(holder) for holder in holders[known:]):
            return (Meaning(Means.RAW, last, BY_NAME),)
        return ()


def _above(place: str, levels: int) -> str:
    for _ in range(levels):
        place = os.path.dirname(place)
    return place


def _is_sure(found: Iterable[Meaning]) -> bool:
    return any(each.means not in (Means.OWN, Means.LIKELY) for each in found)


def _is_imported(holders: Sequence[str]) -> bool:
    """Whether it is what is imported by a name that is not known."""
    return list(holders) == s.steps(s.IMPORTED)
