"""Resolves a path in one file, through all files that it leads to."""

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


class Kind(Enum):
    """What a path can resolve to."""

    FUNCTION = "a function of the plan"
    UNKNOWN = "a function that the package would have if the plan had its event"
    PACKAGE = "the generated package itself, as a value"
    ANY = "any function of the package whose name matches this pattern"
    UNTYPED = "the package's own track"
    SDK = "an SDK, its client or a part of them"
    RAW = "one of an SDK's calls"
    TEXT = "text"
    PATTERN = "text with gaps"
    OWN = "a function or class of the code base"
    LIKELY = "something unknown with the name of a function of the plan"


class Resolved(NamedTuple):
    """``name`` is the function, call, pattern or text; ``file`` is that of ``OWN``, and
    ``BY_NAME`` for a ``RAW`` that only its name shows to be an SDK's."""

    kind: Kind
    name: str
    file: str = ""


_DEPTH: Final = 30
_EVENTS: Final = "events.py"
_ANYTHING: Final = frozenset({"__dict__", "__getattribute__"})


_SUBMODULES: Final = frozenset({"asgi", "wsgi", "testing", "middleware", "outbox"})
_RAW: Final = frozenset({"PACKAGE", "_client"})
"""What a generated package sends with; none of its functions can have such a name."""


_LITERALS: Final = {s.TEXT: Kind.TEXT, s.PATTERN: Kind.PATTERN, s.WORD: Kind.FUNCTION}


class Resolver:
    """Resolves paths; ``facts`` gives those of a file, which it reads if necessary."""

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
        self._depth = 0
        self._known: dict[tuple[str, str], tuple[Resolved, ...]] = {}

    def resolve(self, path: str, file: str) -> tuple[Resolved, ...]:
        """Everything that ``path`` may resolve to in ``file``."""
        key = file, path
        if key in self._known:
            return self._known[key]
        if self._depth > _DEPTH:
            return ()
        self._known[key] = ()  # in case it leads back here
        self._depth += 1
        self._known[key] = found = tuple(dict.fromkeys(self._resolve(path, file)))
        self._depth -= 1
        return found

    def forget(self) -> None:
        """Forgets all results, because more files are known now."""
        self._known.clear()

    def _resolve(self, path: str, file: str) -> Iterable[Resolved]:
        mark, rest = path[0], path[1:]
        if mark in _LITERALS:
            return (Resolved(_LITERALS[mark], rest),)
        if mark in (s.UNBOUND, s.PARAMETER):
            return self._by_name(s.steps(rest), 0)
        if mark == s.OWN:
            return self._in_module(file, s.steps(path)[1:])
        return self._imported(path, file)

    def _imported(self, path: str, file: str) -> Iterable[Resolved]:
        if s.STARRED in path:  # it is not known which of several stars provides a name
            resolved = self._imported(path.replace(s.STARRED, ":"), file)
            return [each for each in resolved if each.kind is not Kind.UNKNOWN]
        bare = path.lstrip(".")
        dots = len(path) - len(bare)
        module, colon, names = bare.partition(":")
        first, rest = s.steps(module), s.steps(names)
        if dots:
            return self._below(_above(file, dots), [*first, *rest], len(first))
        whole = [*first, *rest]
        found, taken = self._modules.find(s.plain(whole), file) or ("", 0)
        if not taken or taken < sdks.length(s.plain(whole)) or sdks.is_sure(whole):
            return self._outside(first, rest, bool(colon))
        if not colon:  # `import a.b` does not show where modules end and attributes begin
            return self._below(found, whole[taken:], 0)
        if taken < len(first) and not self._packages.ends(found, first[taken]):
            return self._outside(first, rest, True)
        found = _above(found, taken - len(first))
        taken = min(taken, len(first))
        return self._below(found, whole[taken:], len(first) - taken)

    def _below(self, path: str, parts: list[str], modules: int) -> Iterable[Resolved]:
        """``parts`` below a module or folder; the first ``modules`` of them are modules."""
        while True:
            if self._is_package(path):
                return self._in_package(path, parts)
            if not parts:
                return ()
            if modules <= 0:
                return self._attribute(path, parts)
            below = self._modules.child(path, parts[0])
            if below is None:
                break
            path, parts, modules = below, parts[1:], modules - 1
        if self._packages.ends(path, parts[0]):
            return self._in_package("", parts[1:])
        return self._by_name(parts, len(parts))  # a module that is not among the files

    def _is_package(self, path: str) -> bool:
        folder, name = os.path.split(path)
        known = self._packages.folders
        return path in known or (name == _EVENTS and folder in known)

    def _attribute(self, path: str, parts: list[str]) -> Iterable[Resolved]:
        """What a name in a module is: its own, else the module below, else one from a star."""
        file, below = self._modules.file(path), self._modules.child(path, parts[0])
        facts = self._facts(file) if file else None
        found: list[Resolved] = []
        if file and facts and (parts[0] in facts.exports or f"{parts[0]}()" in facts.exports):
            found = list(self._in_module(file, parts))
        if below is not None and not _is_sure(found):
            found = [*self._below(below, parts[1:], 0), *found]
        if not found and below is None and self._packages.ends(path, parts[0]):
            return self._in_package("", parts[1:])
        if not found and file:
            found = list(self._in_module(file, parts))
        return found or self._by_name(parts, len(parts))

    def module(self, path: str, file: str) -> str | None:
        """The file of the module that ``from path import …`` in ``file`` names, if there is one."""
        parts = s.steps(path)
        dots = len(path) - len(path.lstrip("."))
        if not dots:
            found, taken = self._modules.find(parts, file) or ("", 0)
        else:
            found, taken = self._modules.descend(_above(file, dots), parts)
        return self._modules.file(found) if taken == len(parts) else None

    # --- a module of the code base ---

    def _in_module(self, file: str, parts: Sequence[str]) -> Iterable[Resolved]:
        facts = self._facts(file) if parts else None
        if facts is None:
            return self._by_name(parts, 0)
        if GAP in parts[0]:
            return self._any_of(facts, parts, file)
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
                    return self._further(targets, rest, file)
            elif step not in s.VALUES and f"{key}<" in facts.exports:
                bases = facts.exports[f"{key}<"]
                return self._further(bases, parts[index:], file)
            if step not in s.VALUES:
                key = longer
        if known == 0 and facts.stars:
            found = list(self._starred(facts, parts, file))
            if _is_sure(found):
                return found
        if known == len(parts):
            return (Resolved(Kind.OWN, key, file),)
        return self._by_name(parts, known) or (Resolved(Kind.OWN, key, file),)

    def _any_of(self, facts: s.Facts, parts: Sequence[str], file: str) -> Iterator[Resolved]:
        """What an unknown name may be: one of a module's own, or of its stars'."""
        for name, targets in facts.exports.items():
            if "." not in name and fnmatchcase(name, parts[0]):
                yield from self._further(targets, parts[1:], file)
        yield from self._starred(facts, parts, file)

    def _starred(self, facts: s.Facts, parts: Sequence[str], file: str) -> Iterator[Resolved]:
        for star in facts.stars:
            yield from self.resolve(s.joined(star + s.STARRED, parts), file)

    def _further(
        self, targets: Sequence[str], rest: Sequence[str], file: str
    ) -> Iterator[Resolved]:
        for target in targets:
            if target[0] not in (s.TEXT, s.PATTERN):
                yield from self.resolve(s.joined(target, rest), file)
            elif not rest:
                yield from self.resolve(target, file)

    # --- the generated package ---

    def _in_package(self, path: str, parts: Sequence[str]) -> Iterable[Resolved]:
        parts = [part for part in parts if part != "events"]
        if not parts:
            return (Resolved(Kind.PACKAGE, ""),)
        name = parts[0]
        below = self._modules.child(path, name) if path else None
        if name in self._functions:
            return (Resolved(Kind.FUNCTION, name),)
        raw = name == "track" or (name in _RAW and parts[-1] == "track")
        if raw or parts == ["Client", "()", "track"]:
            return (Resolved(Kind.UNTYPED, "track"),)
        if name in _SUBMODULES or name in self._api or name in s.VALUES:
            return ()
        if name in _ANYTHING or GAP in name:
            return (Resolved(Kind.ANY, GAP if name in _ANYTHING else name),)
        if name.startswith("_") or name[0].isupper():
            return ()
        if below is not None:
            return self._below(below, list(parts[1:]), 0)
        return (Resolved(Kind.UNKNOWN, name),)

    # --- what is not among the files ---

    def _outside(self, module: list[str], names: list[str], colon: bool) -> Iterable[Resolved]:
        whole = [*module, *names]
        bare = s.plain(whole)
        taken = self._packages.names(bare)
        if taken:
            return self._in_package("", whole[taken:])
        if bare[:1] == [sdks.LIBRARY]:
            own = whole[-1] == "track" and "Package" in bare
            return (Resolved(Kind.UNTYPED, "track"),) if own else ()
        for before, name in pairwise(bare):
            if before in self._packages.last and name in self._functions:
                return (Resolved(Kind.FUNCTION, name),)
        if sdks.length(bare):
            last = whole[-1]
            return (Resolved(Kind.RAW, last) if last in sdks.CALLS else Resolved(Kind.SDK, last),)
        if len(bare) < len(whole) or colon:
            return self._by_name(names or whole, 1)
        return () if self._packages.dotted else self._by_name(whole, len(whole))

    def _by_name(self, parts: Sequence[str], known: int) -> tuple[Resolved, ...]:
        """What only its name is known of: ``g.analytics.track``."""
        if not parts:
            return ()
        *holders, last = parts
        if last in self._functions:
            # What is imported by a name that is only known at run time may be the package.
            imported = holders == s.steps(s.IMPORTED)
            sure = imported or (bool(holders) and holders[-1] in self._packages.last)
            return (Resolved(Kind.FUNCTION if sure else Kind.LIKELY, last),)
        if last in sdks.CALLS and any(sdks.is_hint(holder) for holder in holders[known:]):
            return (Resolved(Kind.RAW, last, BY_NAME),)
        return ()


def _above(path: str, levels: int) -> str:
    for _ in range(levels):
        path = os.path.dirname(path)
    return path


def _is_sure(found: Iterable[Resolved]) -> bool:
    return any(each.kind not in (Kind.OWN, Kind.LIKELY) for each in found)
