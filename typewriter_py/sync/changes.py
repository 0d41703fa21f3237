"""Where in a plan's files each thing stands that a rule may change, and the changes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..diagnostics import Span
from ..formats.nodes import Draft
from ..formats.rules import KIND_OF, Kind
from ..plan.conjunction import maps
from ..plan.document import Map
from ..plan.files import LIBRARY, resolved
from ..plan.load import Loaded
from ..plan.model import CALLS
from ..plan.text_edit import NOTHING, Change, Trail, same
from ..plan.yaml_reader import read
from .api.plans import Identity

ROOT: Final = ("tracking_plan",)
EVENTS: Final = (*ROOT, "rules", "events")
DEFINITIONS: Final = (*ROOT, "definitions")

SINGLE: Final[Mapping[str, Kind]] = {name: KIND_OF[name] for name in (*CALLS, "common")}
"""What a plan has one of, by its key below ``rules``; Segment has a rule of that kind."""


@dataclass(frozen=True, slots=True)
class Home:
    """A place in a file: its path through the file's data, and where one looks.

    ``composed``: it does not stand there alone, or not in a file of the user's.
    """

    path: Path
    trail: Trail
    span: Span
    composed: bool = False


@dataclass(slots=True)
class Homes:
    """The places of a plan's events and calls, by their identities, and of its definitions.

    ``main`` is the plan's main file, ``counts`` how many events each file lists.
    """

    main: Path
    rules: dict[Identity, Home] = field(default_factory=dict)
    definitions: dict[str, Home] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)

    def add(self, identity: Identity, home: Home) -> None:
        """One more place; a second one of the same thing makes it composed."""
        other = self.rules.get(identity)
        composed = home.composed or other is not None
        self.rules[identity] = Home(home.path, home.trail, home.span, composed)


def homes(loaded: Loaded) -> Homes:
    """Where all of it stands.  ``loaded`` is a plan without errors."""
    files = list(zip(loaded.files, loaded.sources.items(), strict=True))
    roots = [(path, name, _root(name, text)) for path, (name, text) in files]
    found = Homes(roots[0][0])
    given = {call for _, _, root in roots for call in _given(root)}
    for number, (path, name, root) in enumerate(roots):
        foreign = name.startswith(LIBRARY)
        rules = root.get("rules")
        rules = rules if isinstance(rules, Map) else Map(root.mark)
        _events(found, path, rules, foreign)
        if number == 0:
            _calls(found, path, rules, given)
        defined = root.get("definitions")
        defined = defined if isinstance(defined, Map) else Map(root.mark)
        for key in defined:
            span = defined.key_span(key)
            found.definitions[key] = Home(path, (*DEFINITIONS, key), span, foreign)
    return found


def _root(name: str, text: str) -> Map:
    data = read(name, text).data
    root = data.get("tracking_plan") if isinstance(data, Map) else None
    return root if isinstance(root, Map) else Map((name, 1, 1, 1))


def _events(found: Homes, path: Path, rules: Map, foreign: bool) -> None:
    listed = list(maps(rules.get("events")))
    found.counts[resolved(path)] = len(listed)
    for index, node in enumerate(listed):
        name, version = node.get("name"), node.get("version", 1)
        if not isinstance(name, str):
            continue
        identity: Identity = ("TRACK", name, version if isinstance(version, int) else 1)
        span = node.value_span("name")
        home = Home(path, (*EVENTS, index), span, foreign or "extends" in node)
        found.add(identity, home)


def _calls(found: Homes, path: Path, rules: Map, given: set[str]) -> None:
    for name, kind in SINGLE.items():
        if name in rules or name in given:
            home = Home(path, (*ROOT, "rules", name), rules.key_span(name), name in given)
            found.add((kind, "", 1), home)


def _given(root: Map) -> Iterator[str]:
    """The calls that this file's includes take from libraries."""
    includes: Any = root.get("include")
    for entry in maps(includes):
        only = entry.get("only")
        if str(entry.get("from")).startswith(LIBRARY) and isinstance(only, list):
            yield from (name for name in only if name in CALLS)


# --- changes ---------------------------------------------------------------------------------


def changes(
    base: Draft, target: Draft, homes: Homes, whole: Set[Identity]
) -> dict[Path, list[Change]]:
    """The changes of files that make what ``target`` says of what ``base`` says.

    Those of the rules ``whole`` write them anew, whatever the files have there.
    """
    found: dict[Path, list[Change]] = {}
    for path, change in _changes(base, target, homes, whole):
        found.setdefault(path, []).append(change)
    return found


def _changes(
    base: Draft, target: Draft, homes: Homes, whole: Set[Identity]
) -> Iterator[tuple[Path, Change]]:
    yield from _defined(definitions(base), definitions(target), homes)
    old, new = _nodes(base), _nodes(target)
    gone: dict[Path, list[tuple[Home, Any]]] = {}
    added: list[Any] = []
    for identity in [*old, *(each for each in new if each not in old)]:
        before, after = old.get(identity, NOTHING), new.get(identity, NOTHING)
        home = homes.rules.get(identity)
        if same(before, after):
            continue
        if home is None and identity[0] == "TRACK":
            added.append(after)
        elif home is None:
            trail = (*ROOT, "rules", identity[0].lower())
            yield homes.main, Change(trail, NOTHING, after)
        elif after is NOTHING and identity[0] == "TRACK":
            gone.setdefault(home.path, []).append((home, before))
        else:
            yield home.path, Change(home.trail, before, after, identity in whole)
    yield from _removed(gone, added, homes)
    yield from ((homes.main, Change((*EVENTS, -1), NOTHING, node)) for node in added)


def _removed(
    gone: Mapping[Path, list[tuple[Home, Any]]], added: list[Any], homes: Homes
) -> Iterator[tuple[Path, Change]]:
    """Events that go; a list that loses all it has is written anew, with what is added."""
    for path, leaving in gone.items():
        if len(leaving) < homes.counts[resolved(path)]:
            yield from ((path, Change(home.trail, node, NOTHING)) for home, node in leaving)
            continue
        new = list(added) if path == homes.main else []
        yield path, Change(EVENTS, [node for _, node in leaving], new, whole=True)
        added[:] = [] if new else added


def _defined(
    old: Mapping[str, Any], new: Mapping[str, Any], homes: Homes
) -> Iterator[tuple[Path, Change]]:
    leaving = [name for name in old if name not in new]
    for name in [*old, *(each for each in new if each not in old)]:
        home = homes.definitions.get(name)
        before, after = old.get(name, NOTHING), new.get(name, NOTHING)
        if same(before, after) or (home and home.composed):
            continue
        if home is None:
            yield homes.main, Change((*DEFINITIONS, name), NOTHING, after)
        elif after is not NOTHING or len(leaving) < len(old) + len(new.keys() - old.keys()):
            yield home.path, Change(home.trail, before, after)


def definitions(draft: Draft) -> Mapping[str, Any]:
    """Those of a draft, by their names."""
    found = draft.root.get("definitions")
    return found if isinstance(found, Map) else {}


def _nodes(draft: Draft) -> dict[Identity, Any]:
    """The events and calls of a draft, by the identities of their rules."""
    rules = draft.root["rules"]
    found: dict[Identity, Any] = {}
    for node in maps(rules.get("events")):
        found["TRACK", node["name"], node.get("version", 1)] = node
    for name, kind in SINGLE.items():
        if name in rules:
            found[kind, "", 1] = rules[name]
    return found
